"""What an editor composes a calculator from: sections, lines, ways to reduce. `composer.py` reads what they store.

A line's formulas and factor are the same in all languages; only words are translated.
"""

from typing import Any, ClassVar

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError

from portal.calculators.editing.factor_chooser import FactorBlock
from portal.calculators.editing.question_blocks import (
    CodeBlock,
    FormulaBlock,
    NameBlock,
    PhraseBlock,
    QuestionsBlock,
    ValueBlock,
)

SCOPES = (
    ("1", _("Scope 1: direct emissions")),
    ("2", _("Scope 2: purchased energy")),
    ("3", _("Scope 3: everything else in the chain")),
    ("outside", _("Outside the scopes: biogenic CO₂")),
)


class LineBlock(blocks.StructBlock):
    """One line of the result: an activity times a factor."""

    label = PhraseBlock(label=_("what it is called in the result"), max_length=160)
    activity = FormulaBlock(
        label=_("activity"),
        help_text=_("How much there is of it, in the unit of the factor or one of its kind: distance * journeys"),
    )
    factor = FactorBlock(label=_("factor"), required=False)
    factor_pattern = CodeBlock(
        label=_("or a factor that answers lead to"),
        max_length=200,
        help_text=_("A key with a choice in braces, such as: diet.{diet}"),
    )
    rate = FormulaBlock(
        label=_("or the person's own figure"),
        required=False,
        help_text=_("A formula in kg CO₂ equivalent per unit of the activity, instead of a factor."),
    )
    when = FormulaBlock(
        label=_("counted only if"), required=False, help_text=_("A condition, such as: catering and meals > 0")
    )
    each = CodeBlock(
        label=_("for each item of the group"),
        help_text=_("The name of a group, if the line is one for each of its items."),
    )
    region = CodeBlock(
        label=_("in the country of"),
        help_text=_("The name of a question about a country, if it is another than the usual."),
    )
    upstream = FormulaBlock(
        label=_("with what is upstream only if"),
        required=False,
        help_text=_("A condition. Left empty, what a direct factor leaves out is always added, and never twice."),
    )
    scope = blocks.ChoiceBlock(
        choices=SCOPES, label=_("scope"), required=False, help_text=_("Left empty, it is the factor's own.")
    )
    category = CodeBlock(label=_("category"), help_text=_("Of scope 3, as the GHG Protocol numbers them: 6"))
    is_memo = blocks.BooleanBlock(
        label=_("beside the total"), required=False, help_text=_("Shown, and not added to the total.")
    )
    memo_of = CodeBlock(
        label=_("another way to count"), help_text=_("The name of the line that it counts another way.")
    )
    id = NameBlock()

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        ways = [name for name in ("factor", "factor_pattern", "rate") if value[name]]
        if len(ways) != 1 and not getattr(self, "is_deferred_validation", False):
            words = gettext(
                "Give a line one of these: a factor, a factor that answers lead to, or the person's own figure."
            )
            raise StructBlockValidationError(non_block_errors=[words])
        return value

    class Meta:
        icon = "table"
        label = _("Result line")
        label_format = "{label}"
        form_layout = BlockGroup(
            ["label", "activity", "factor", "factor_pattern", "when", "each"],
            settings=["rate", "region", "upstream", "scope", "category", "is_memo", "memo_of", "id"],
        )


class ChangeBlock(blocks.StructBlock):
    """A new answer to a question."""

    question = CodeBlock(label=_("question"), required=True, help_text=_("Its name; one of a group as cars.distance"))
    answer = FormulaBlock(
        label=_("new answer"),
        help_text=_(
            "A formula over the old answer, such as: distance / 2. In a group, all old answers of the item may be used."
            " A word stands in quotes."
        ),
    )

    class Meta:
        icon = "edit"
        label_format = "{question} → {answer}"


class LeverBlock(blocks.StructBlock):
    """Something to change, and what it would save."""

    label = PhraseBlock(label=_("what to do"), max_length=160, help_text=_("Such as: Take the train"))
    changes = blocks.ListBlock(ChangeBlock(), label=_("what changes"), min_num=1)
    when = FormulaBlock(label=_("proposed only if"), required=False)
    id = NameBlock()

    class Meta:
        icon = "arrow-down"
        label = _("Way to reduce")
        description = _("Something to change. What it would save is calculated by the same formulas.")
        label_format = "{label}"
        form_layout = BlockGroup(["label", "changes"], settings=["when", "id"])


class SectionBlock(blocks.StructBlock):
    """A part of the calculator: its questions, and what they come to."""

    title = PhraseBlock(label=_("title"), max_length=120)
    intro = blocks.TextBlock(label=_("introduction"), required=False, default="", max_length=500, rows=2)
    questions = QuestionsBlock(label=_("questions"), required=False)
    lines = blocks.ListBlock(LineBlock(), label=_("result lines"), default=[], collapsed=True)
    id = NameBlock()

    class Meta:
        icon = "folder-open-inverse"
        label = _("Section")
        description = _("A part of the calculator: questions, and the lines of the result they lead to.")
        label_format = "{title}"
        form_layout = BlockGroup(["title", "intro", "questions", "lines"], settings=["id"])


PURPOSES = (
    ("contribute", _("To contribute to climate action")),
    ("personal", _("To take responsibility for my personal greenhouse gas emissions")),
    ("household", _("To take responsibility for my household's greenhouse gas emissions")),
    ("travel", _("To take responsibility for the greenhouse gas emissions of my travel")),
    ("company", _("To take responsibility for greenhouse gas emissions of my organisation")),
    ("event", _("To take responsibility for greenhouse gas emissions of an event I organise")),
)


class ResultBlock(blocks.StructBlock):
    """What the result is about."""

    period = blocks.ChoiceBlock(
        choices=[("year", _("what happens every year")), ("once", _("what happens once"))],
        label=_("the result is about"),
        default="year",
        help_text=_('Every year, lines need amounts a year: km/year, or km divided by of(1, "year").'),
    )
    purpose = blocks.ChoiceBlock(choices=PURPOSES, label=_("purpose of an order"), default="contribute")
    shared_by = FormulaBlock(
        label=_("shared by"),
        required=False,
        help_text=_(
            "How many people the total is shared by: a question in people, or a formula. Shows a figure for each."
        ),
    )
    shared_label = PhraseBlock(
        label=_("what is said of it"), required=False, max_length=80, help_text=_("Such as: per participant")
    )

    named_by = CodeBlock(
        label=_("named by"),
        help_text=_("The name of a question whose words say what it is of, such as an event. They are not published."),
    )
    covers = CodeBlock(
        label=_("its period"),
        help_text=_("The name of a question whose words say when it all happened. An order proposes them."),
    )
    bounded_by = CodeBlock(
        label=_("what belongs to it"),
        help_text=_("The name of a choice, such as what an organisation counts as its own. An inventory says it."),
    )

    class Meta:
        icon = "success"
        label = pgettext_lazy("of a calculator", "The result")
        description = _("What the result is about, and who shares it.")


class CompositionBlock(blocks.StreamBlock):
    """A whole calculator."""

    section = SectionBlock()
    value = ValueBlock()
    lever = LeverBlock()
    result = ResultBlock()

    class Meta:
        block_counts: ClassVar = {"result": {"max_num": 1}}
        collapsed = True
