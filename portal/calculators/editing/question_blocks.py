"""The questions that an editor composes a calculator from, each a block. `composer.py` reads what they store.

Words are translated. Names, formulas and units are the same in all languages, so that a translation calculates the same
figures.
"""

from functools import cache
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from portal.calculators.engine.calculator import MOST_ITEMS
from portal.calculators.engine.formulas import LONGEST
from portal.calculators.engine.shape import LONGEST_NAME
from portal.calculators.factors import edition
from portal.calculators.wording import unit_words

UNITS: tuple[tuple[Any, tuple[str, ...]], ...] = (  # never take one away: a composition may ask in it
    (
        _("Distance"),
        (
            *("km", "km/day", "km/week", "km/month", "km/year", "mile", "mile/day", "mile/week", "mile/month"),
            *("mile/year", "passenger*km", "passenger*km/week", "passenger*km/month", "passenger*km/year"),
            *("passenger*mile", "passenger*mile/week", "passenger*mile/month", "passenger*mile/year"),
            *("vehicle*km", "vehicle*km/year", "tonne*km", "tonne*km/year"),
        ),
    ),
    (
        _("Energy"),
        (
            *("kWh", "kWh/day", "kWh/month", "kWh/year", "MWh", "MWh/year", "GJ/year"),
            *("kWh_gross", "kWh_gross/month", "kWh_gross/year", "MJ_gross/year"),
            *("therm_gross/month", "therm_gross/year", "kWh_net", "kWh_net/month", "kWh_net/year", "MJ_net/year"),
        ),
    ),
    (
        _("Volume and area"),
        (
            *("litre", "litre/day", "litre/week", "litre/month", "litre/year", "gallon", "gallon/month", "gallon/year"),
            *("m3", "m3/month", "m3/year", "m2"),
        ),
    ),
    (
        _("Weight"),
        (
            *("kg", "kg/day", "kg/week", "kg/month", "kg/year", "tonne", "tonne/month", "tonne/year"),
            *("pound", "pound/week", "pound/year", "short_ton/year"),
        ),
    ),
    (
        _("People and things"),
        (
            *("person", "passenger", "passenger/year", "vehicle", "person/vehicle", "room"),
            *("item", "item/week", "item/month", "item/year"),
            *("meal", "meal/day", "meal/week", "meal/month", "meal/year", "meal/week/person"),
            *("night", "night/year", "room*night", "room*night/year", "person*night", "person*night/year"),
        ),
    ),
    (
        _("Duration and speed"),
        (
            *("hour", "hour/day", "hour/week", "hour/year", "day", "day/week", "day/month", "day/year"),
            *("week", "month"),
            *("person*day", "person*day/year", "person*hour", "person*hour/year", "passenger*hour/week"),
            *("km/hour", "mile/hour"),
        ),
    ),
    (
        _("Money"),
        (
            *("EUR", "EUR/month", "EUR/year", "USD_2022", "USD_2022/month", "USD_2022/year"),
            *("money", "money/month", "money/year"),
        ),
    ),
    (_("Others"), ("percent", "kg/kWh")),
)


def unit_choices() -> list[tuple[Any, Any]]:
    """Return the units of questions, by what they measure, named in the active language."""
    return [("", _("a plain number")), *_units_by_group(get_language() or "en")]


@cache
def _units_by_group(language: str) -> list[tuple[Any, Any]]:
    """Name the units once a language: an editor of a large calculator asks for them a hundred times."""
    return [(title, [(unit, unit_words(unit)) for unit in units]) for title, units in UNITS]


def parameter_choices() -> list[tuple[str, str]]:
    """Return the parameters that lead from one kind of unit to another, except for those of money, which go by year."""
    found = sorted(edition.factor_set().parameters.items())
    return [(key, f"{key} ({unit})") for key, unit in found if "/" in unit and "USD" not in unit]


class PhraseBlock(blocks.CharBlock):
    """A few words, which are translated. None are the empty text, whoever made the blocks."""

    class Meta:
        default = ""


class Synchronised:
    """A block that is the same in all languages: it gives a translator nothing to translate."""

    def get_translatable_segments(self, _value: Any) -> list[Any]:
        return []


class FormulaBlock(Synchronised, blocks.CharBlock):
    """A formula, or a condition."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "form_classname": "formula", **options})

    class Meta:
        icon = "code"


class NameBlock(Synchronised, blocks.CharBlock):
    """What formulas and answers call something. Left empty, it is made from the label."""

    def __init__(self, **options: Any) -> None:
        words = _("Small letters, digits and _. Left empty, it is made from the label; keep it once people use it.")
        given = {"label": _("name in formulas"), "required": False, "max_length": LONGEST_NAME, "help_text": words}
        super().__init__(**{"form_classname": "formula", **given, **options})

    class Meta:
        icon = "tag"


class CodeBlock(Synchronised, blocks.CharBlock):
    """The name of something else in this calculator, or a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": 80, "form_classname": "formula", **options})


class UnitBlock(blocks.ChoiceBlock):
    """One of the units that people answer in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": unit_choices, "label": _("unit"), "required": False, **options})


# --- Questions

_SHOWN = {"label": _("asked only if"), "required": False}
_SHOWN_HELP = _('A condition, such as: meals > 0, or: heating == "gas". Not asked counts as nought, or no.')
_DEFAULT_HELP = _(
    'If nobody answers: a number in this unit, or a formula such as: parameter("car.occupants"), or: 2 * rooms'
)


class QuestionBlock(blocks.StructBlock):
    """What all questions have."""

    label = PhraseBlock(label=_("question"), max_length=160)
    help = PhraseBlock(label=_("explanation"), required=False, max_length=300)
    id = NameBlock()
    shown_if = FormulaBlock(**_SHOWN, help_text=_SHOWN_HELP)
    is_required = blocks.BooleanBlock(label=_("must be answered"), required=False)
    is_setting = blocks.BooleanBlock(
        label=_("about how to count"),
        required=False,
        help_text=_("What stands in for an answer is then not marked as assumed."),
    )
    is_more = blocks.BooleanBlock(
        label=_("under “More questions”"),
        required=False,
        help_text=_("For what matters less to most: it stands behind the other questions and is opened on request."),
    )

    class Meta:
        template = "blocks/question.html"
        label_format = "{label} ({id})"


_SETTINGS = ["shown_if", "is_required", "is_setting", "is_more"]


class OfferedBlock(blocks.StructBlock):
    """Another unit to answer in."""

    unit = UnitBlock()
    through = blocks.ChoiceBlock(
        choices=parameter_choices,
        label=_("by way of"),
        required=False,
        help_text=_("Needed only where the unit measures something else, such as litres for a question in kWh."),
    )

    class Meta:
        icon = "resubmit"


class NumberBlock(QuestionBlock):
    """A number in a unit."""

    unit = UnitBlock()
    default = FormulaBlock(label=_("if unknown"), required=False, help_text=_DEFAULT_HELP)
    minimum = blocks.DecimalBlock(label=_("at least"), required=False)
    maximum = blocks.DecimalBlock(label=_("at most"), required=False)
    is_whole = blocks.BooleanBlock(label=_("whole numbers only"), required=False)
    offered = blocks.ListBlock(OfferedBlock(), label=_("other units to answer in"), default=[], collapsed=True)

    class Meta:
        icon = "decimal"
        label = _("A number")
        description = _("A number in a unit, such as kilometres a year.")
        form_layout = BlockGroup(
            ["label", "id", "help", "unit", "default"],
            settings=["minimum", "maximum", "is_whole", "offered", *_SETTINGS],
        )
        preview_value: ClassVar = {"label": "How far do you drive?", "unit": "km/year", "default": "9000"}


class SliderBlock(NumberBlock):
    """A number that is set by moving a handle."""

    step = blocks.DecimalBlock(label=_("step"), required=False)

    class Meta:
        icon = "sliders"
        label = _("Slider")
        description = _("A number between two bounds, set by moving a handle.")
        form_layout = BlockGroup(
            ["label", "id", "help", "unit", "minimum", "maximum", "step", "default"],
            settings=["is_whole", "offered", *_SETTINGS],
        )
        preview_value: ClassVar = {"label": "How much of it?", "unit": "percent", "minimum": 0, "maximum": 100}


class OptionBlock(blocks.StructBlock):
    """One of the options of a choice."""

    label = PhraseBlock(label=_("option"), max_length=160)
    id = NameBlock(max_length=80)

    class Meta:
        icon = "radio-empty"
        label_format = "{label} ({id})"


class ChoiceBlock(QuestionBlock):
    """One of several options."""

    options = blocks.ListBlock(OptionBlock(), label=_("options"), min_num=1)
    default = CodeBlock(label=_("if unknown"), help_text=_("The name of an option."))

    class Meta:
        icon = "radio-full"
        label = _("Choice")
        description = _("One of several options.")
        form_layout = BlockGroup(["label", "id", "help", "options", "default"], settings=_SETTINGS)
        preview_value: ClassVar = {"label": "How do you heat?", "options": [{"label": "Gas"}, {"label": "Wood"}]}


class YesNoBlock(QuestionBlock):
    """Yes or no."""

    default = blocks.BooleanBlock(label=_("yes if unknown"), required=False)

    class Meta:
        icon = "check"
        label = _("Yes or no")
        description = _("A question that is answered yes or no.")
        form_layout = BlockGroup(["label", "id", "help", "default"], settings=_SETTINGS)
        preview_value: ClassVar = {"label": "Is there a live stream?"}


_PLAIN_LAYOUT = {"children": ["label", "id", "help"], "settings": _SETTINGS}


class AirportBlock(QuestionBlock):
    """An airport of the world."""

    class Meta:
        icon = "crosshairs"
        label = _("Airport")
        description = _("An airport, found by name, city or code. distance(from, to) gives the kilometres between two.")
        form_layout = BlockGroup(**_PLAIN_LAYOUT)
        preview_value: ClassVar = {"label": "From", "help": "Name, city or code, such as Nairobi or NBO."}


class CountryBlock(QuestionBlock):
    """A country of the world."""

    is_place = blocks.BooleanBlock(
        label=_("factors are those of this country"),
        required=False,
        default=True,
        help_text=_("For lines that name no other country."),
    )

    class Meta:
        icon = "globe"
        label = _("Country")
        description = _("A country. Factors such as that of electricity are then its own.")
        form_layout = BlockGroup(["label", "id", "help", "is_place"], settings=_SETTINGS)
        preview_value: ClassVar = {"label": "Where does it take place?"}


class WordsBlock(QuestionBlock):
    """A name or a note."""

    class Meta:
        icon = "keyboard"
        label = _("Free text")
        description = _("A name or a note, which moves no figure.")
        form_layout = BlockGroup(**_PLAIN_LAYOUT)
        preview_value: ClassVar = {"label": "Name of this site"}


class InnerQuestionsBlock(blocks.StreamBlock):
    """The questions of a group."""

    number = NumberBlock()
    slider = SliderBlock()
    choice = ChoiceBlock()
    yes_no = YesNoBlock()
    airport = AirportBlock()
    country = CountryBlock()
    words = WordsBlock()

    class Meta:
        collapsed = True


class ValueBlock(blocks.StructBlock):
    """A formula with a name, for other formulas."""

    id = NameBlock(required=True, help_text=_("Small letters, digits and _."))
    formula = FormulaBlock(label=_("formula"), help_text=_("Such as: distance * journeys"))

    class Meta:
        icon = "code"
        label = _("Named value")
        description = _("A formula with a name, which other formulas may use.")
        label_format = "{id} = {formula}"
        preview_value: ClassVar = {"id": "journeys", "formula": "people * meetings"}


class InnerValueBlock(ValueBlock):
    """A formula for every item of a group."""

    is_total = blocks.BooleanBlock(
        label=_("add it up"), required=False, help_text=_("Outside the group its name then means the sum of all items.")
    )


class GroupBlock(QuestionBlock):
    """Questions that are asked for each of several things."""

    item = PhraseBlock(label=_("what one of them is called"), max_length=80, help_text=_("Such as: Car"))
    least = blocks.IntegerBlock(label=_("at least so many"), default=0, min_value=0, max_value=MOST_ITEMS)
    most = blocks.IntegerBlock(label=_("at most so many"), default=20, min_value=1, max_value=MOST_ITEMS)
    questions = InnerQuestionsBlock(label=_("questions"))
    values = blocks.ListBlock(InnerValueBlock(), label=_("named values"), default=[], collapsed=True)

    class Meta:
        icon = "list-ul"
        label = _("Repeating group")
        description = _("Questions that are asked once for each of several things, such as cars or sites.")
        form_layout = BlockGroup(
            ["label", "id", "help", "item", "questions", "values"], settings=["least", "most", *_SETTINGS]
        )
        preview_value: ClassVar = {"label": "Your cars", "item": "Car"}


class QuestionsBlock(InnerQuestionsBlock):
    """The questions of a section."""

    group = GroupBlock()

    class Meta:
        collapsed = True
