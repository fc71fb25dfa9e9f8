"""Pages that hold a calculator; and, since Django looks for all models here, those of results and tables."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from portal.calculators import catalogue
from portal.calculators.editing import compositions
from portal.calculators.editing.blocks import CompositionBlock
from portal.calculators.editing.page_form import OWN, CalculatorPageForm
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.questionnaire import sheets
from portal.calculators.results.models import SavedEstimate
from portal.calculators.tables.models import Batch, BatchSlice
from portal.home.blocks import LightStreamField, StoryBlock
from portal.home.models import COMMON_TRANSLATABLE, FOUND, Found

__all__ = ["Batch", "BatchSlice", "CalculatorIndexPage", "CalculatorPage", "SavedEstimate"]


def kind_choices() -> list[tuple[str, Any]]:
    """Return the calculators that come with the portal, by name, and what stands for one of the page's own."""
    kinds = [(name, _(calculator.title)) for name, calculator in catalogue.LISTED.items()]
    return [*kinds, (OWN, _("Composed on this page"))]


class CalculatorIndexPage(Found, Page):
    """All calculators, to choose from."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    search_fields: ClassVar = FOUND
    parent_page_types: ClassVar = ["home.HomePage"]
    subpage_types: ClassVar = ["calculators.CalculatorPage"]
    page_description = _("Lists the calculators below it.")
    override_translatable_fields: ClassVar = [*COMMON_TRANSLATABLE, TranslatableField("intro")]

    class Meta:
        verbose_name = _("calculator index")
        verbose_name_plural = _("calculator indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        pages = CalculatorPage.objects.child_of(self).live().public().select_related("locale")
        return super().get_context(request, *args, **kwargs) | {"calculators": pages}


class CalculatorPage(Found, Page):
    """One calculator, with words around it."""

    kind = models.CharField(_("calculator"), max_length=40, choices=kind_choices)
    composition = LightStreamField(
        CompositionBlock(),
        verbose_name=_("composition"),
        blank=True,
        help_text=_("What a calculator that is composed on this page asks, and what it counts."),
    )
    summary = models.CharField(_("summary"), max_length=240, help_text=_("One or two sentences for lists and search."))
    body = LightStreamField(StoryBlock(), verbose_name=_("text below the calculator"), blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("begin_with"), FieldPanel("composition")], heading=_("Composed on this page")),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [*FOUND, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types: ClassVar = ["home.HomePage", "calculators.CalculatorIndexPage"]
    subpage_types: ClassVar = []
    page_description = _("A calculator that turns what somebody does into tonnes of CO₂ equivalent.")
    base_form_class = CalculatorPageForm
    override_translatable_fields: ClassVar = [
        *COMMON_TRANSLATABLE,
        SynchronizedField("kind", overridable=False),
        TranslatableField("composition"),
        TranslatableField("summary"),
        TranslatableField("body"),
    ]

    class Meta:
        verbose_name = _("calculator")
        verbose_name_plural = _("calculators")

    @property
    def ref(self) -> str:
        """Name the calculator on this page, in addresses and saved results, whatever language it is asked in."""
        return f"page-{self.translation_key.hex}" if self.kind == OWN else self.kind

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"sheet": self.sheet(is_all=request.GET.get("view") == sheets.ALL)}

    is_draft = False  # said by the form, which leaves the faults of a draft to whoever publishes it

    def clean(self) -> None:
        super().clean()
        if self.kind != OWN:
            return
        blocks = compositions.completed(self.composition.get_prep_value())
        self.composition = self.composition.stream_block.to_python(blocks)
        if not self.is_draft and (error := compositions.error_in(blocks)):
            raise ValidationError({"composition": error})

    def compiled(self) -> CompiledCalculator:
        """Return the calculator on this page, ready to calculate.

        Raises DefinitionError for a composition with faults: one that was never published, or one whose factors a later
        factor set no longer has.
        """
        if self.kind != OWN:
            return catalogue.kind(self.kind)
        blocks = self.composition.get_prep_value()
        return compositions.ready(blocks, name=self.ref, title=self.title, intro=self.summary)

    def sheet(self, *, is_all: bool = False) -> sheets.Sheet | None:
        """Return the calculator as it is asked to begin with, or None if it cannot calculate."""
        try:
            compiled = self.compiled()
        except DefinitionError:
            return None
        return sheets.first(compiled, ref=self.ref, title=self.title, is_all=is_all)

    def faults(self) -> list[tuple[str, str]]:
        """Return what keeps the composition from working, in the active language: which block, and what about it."""
        return compositions.faults_in(self.composition.get_prep_value()) if self.kind == OWN else []
