"""What editors build stories and pages from. Few blocks, each of which means something."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT = ["bold", "italic", "link", "document-link", "ol", "ul"]


class FigureBlock(blocks.StructBlock):
    """A number that matters, with what it counts and where it comes from."""

    value = blocks.CharBlock(label=_("figure"), max_length=40)
    label = blocks.CharBlock(label=_("what it counts"), max_length=160)
    source = blocks.CharBlock(label=_("source"), max_length=160, required=True)

    class Meta:
        icon = "decimal"
        label = _("Key figure")
        template = "blocks/figure.html"
        preview_value: ClassVar = {
            "value": "58,428",
            "label": "tonnes CO2 equivalent in one monitoring period",
            "source": "Sample text",
        }


class QuoteBlock(blocks.StructBlock):
    """Something somebody said, and who."""

    text = blocks.TextBlock(label=_("words"))
    source = blocks.CharBlock(label=_("who said it"), max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "blocks/quote.html"
        preview_value: ClassVar = {"text": "The stove burns half the wood.", "source": "Sample text"}


class IllustrationBlock(blocks.StructBlock):
    """A photograph with what it shows, for those who see it and those who do not."""

    image = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(label=_("description for people who do not see it"), max_length=250)
    caption = blocks.CharBlock(label=_("caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/image.html"


class CalculatorBlock(blocks.StructBlock):
    """A calculator, asked in the middle of a page, or a card that leads to it."""

    page = blocks.PageChooserBlock("calculators.CalculatorPage", label=_("calculator"))
    is_asked = blocks.BooleanBlock(
        label=_("ask its questions here"),
        required=False,
        default=True,
        help_text=_("Otherwise a card leads to it. Only the first calculator of a page is asked there."),
    )

    class Meta:
        icon = "sliders"
        label = _("Calculator")
        template = "blocks/calculator.html"
        description = _("A calculator that turns what somebody does into tonnes.")


class StoryBlock(blocks.StreamBlock):
    """The body of a story or a page."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", max_length=120, template="blocks/heading.html", preview_value="How it works"
    )
    paragraph = blocks.RichTextBlock(
        label=_("Text"),
        icon="pilcrow",
        features=RICH_TEXT,
        template="blocks/paragraph.html",
        preview_value="Some text.",
    )
    figure = FigureBlock()
    quote = QuoteBlock()
    image = IllustrationBlock()
    calculator = CalculatorBlock()
    limits = blocks.RichTextBlock(
        label=_("Honest limits"),
        icon="warning",
        features=RICH_TEXT,
        template="blocks/limits.html",
        preview_value="What this project cannot promise.",
        description=_("What the project cannot promise, or what is disputed."),
    )


class StepBlock(blocks.StructBlock):
    """One step of a way that is explained on the home page."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    text = blocks.TextBlock(label=_("text"))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        preview_value: ClassVar = {"title": "Choose", "text": "Find a project."}


class StepsBlock(blocks.StreamBlock):
    step = StepBlock()


class LightStreamField(StreamField):
    """A StreamField that keeps its blocks out of migrations, which would otherwise change with every label.

    The price: a data migration sees the raw JSON of a field and no blocks.
    """

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, "portal.home.blocks.LightStreamField", [[], *args[1:]], kwargs
