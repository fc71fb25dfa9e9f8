"""The index of projects, and the stories: each is about one activity, in one language."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from portal.home.blocks import LightStreamField, StoryBlock
from portal.home.models import COMMON_TRANSLATABLE, FOUND, Found, open_to_all
from portal.home.sdgs import SDG_CHOICES
from portal.measured import brought_by, left_out
from portal.projects import catalogue
from portal.projects.page_form import StoryForm
from portal.providers import offers
from portal.registry import history

LATEST = 5  # cancellations beside a story
NOTHING_KNOWN: dict[str, Any] = {
    "activity": None,
    "blocks": [],
    "listings": [],
    "all_gone": False,
    "history": [],
    "history_url": "",
    "registry_url": "",
}


class ProjectIndexPage(Found, Page):
    """All projects with units on offer, to search and filter."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]
    search_fields: ClassVar = FOUND
    parent_page_types: ClassVar = ["home.HomePage"]
    subpage_types: ClassVar = ["projects.ProjectPage"]
    page_description = _("Lists the project stories below it, with filters.")
    override_translatable_fields: ClassVar = [*COMMON_TRANSLATABLE, TranslatableField("intro")]

    class Meta:
        verbose_name = _("project index")
        verbose_name_plural = _("project indexes")

    def stories(self) -> models.QuerySet["ProjectPage"]:
        """Return the stories below it that everybody may read."""
        return open_to_all(ProjectPage.objects.child_of(self))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        measured = brought_by(request)
        query = request.GET if measured else left_out(request.GET)
        found = catalogue.search(stories=self.stories(), base_url=self.get_url(), query=query)
        return super().get_context(request, *args, **kwargs) | found | {"measured": measured}

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        if getattr(request, "htmx", False) and not request.htmx.boosted:
            return "projects/_results.html"
        return str(super().get_template(request, *args, **kwargs))


class ProjectPage(Found, Page):
    """The story of one activity, with the facts beside it and what its providers offer."""

    activity = models.ForeignKey(
        "registry.Activity", on_delete=models.PROTECT, related_name="+", verbose_name=_("activity")
    )
    summary = models.CharField(_("summary"), max_length=240, help_text=_("One or two sentences for cards and search."))
    hero_image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("photograph"),
        help_text=_("Replaces the engraving of the technology."),
    )
    engraving_alt = models.CharField(_("description of the picture"), max_length=250, blank=True)
    body = LightStreamField(StoryBlock(), verbose_name=_("story"), blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("activity", help_text=_("Facts and listings on the page follow from it.")),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("hero_image"), FieldPanel("engraving_alt")], heading=_("Picture")),
        FieldPanel("body"),
        InlinePanel("benefits", label=_("benefit"), heading=_("Sustainable development benefits")),
    ]
    search_fields: ClassVar = [*FOUND, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types: ClassVar = ["projects.ProjectIndexPage"]
    subpage_types: ClassVar = []
    page_description = _("The story of one activity, with what its providers offer.")
    base_form_class = StoryForm
    override_translatable_fields: ClassVar = [
        *COMMON_TRANSLATABLE,
        SynchronizedField("activity", overridable=False),
        SynchronizedField("hero_image"),
        TranslatableField("summary"),
        TranslatableField("engraving_alt"),
        TranslatableField("body"),
        TranslatableField("benefits"),
    ]

    class Meta:
        verbose_name = _("project story")
        verbose_name_plural = _("project stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        facts = self.facts(wished=request.GET.get("currency", ""))
        return super().get_context(request, *args, **kwargs) | facts | {"measured": brought_by(request)}

    def facts(self, *, wished: str = "") -> dict[str, Any]:
        """Return what stands beside the story: the activity, what is on offer of it, and what was cancelled last.

        What is on offer in the currency that the reader wished for comes first.

        A preview may show a story that is not saved yet, or names no activity yet.
        """
        if self.activity_id is None:
            return {**NOTHING_KNOWN, "content_language": self.content_language}
        activity = self.activity
        filters = history.Filters(activity=activity.code)
        listings = offers.offers_for(activity_id=activity.pk, wished=wished)
        return {
            "activity": activity,
            "blocks": list(activity.issuance_blocks.order_by("monitoring_start_date", "vintage_year")),
            "listings": listings,
            "all_gone": not listings and offers.all_gone(activity_id=activity.pk),
            "history": history.page(filters, size=LATEST).rows,
            "history_url": f"{reverse('history')}?{urlencode({'activity': activity.code})}",
            "registry_url": registry_url(activity.code),
            "content_language": self.content_language,
        }

    @property
    def content_language(self) -> str:
        """Name the language of its words: that of the page it stands in for, if it is not translated yet.

        Stories are written in the portal's own language, so that one in it stands in for none.
        """
        if not self.locale_id:
            return get_language() or ""
        if self.alias_of:
            return str(self.alias_of.locale.language_code)
        own = str(self.locale.language_code)
        if self.pk is None or own == settings.LANGUAGE_CODE:
            return own
        sources = ProjectPage.objects.filter(pk=self.pk).annotate(language_of_source=catalogue.language_of_source())
        return sources.values_list("language_of_source", flat=True).first() or own


def registry_url(code: str) -> str:
    """Return where the registry's own public record of a CDM activity is found by its number; empty for others."""
    return "https://cdm.unfccc.int/Projects/projsearch.html" if code.startswith("CDM-") else ""


class ProjectBenefit(TranslatableMixin, Orderable):
    """How a project serves one of the Sustainable Development Goals."""

    page = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="benefits")
    goal = models.PositiveSmallIntegerField(_("goal"), choices=SDG_CHOICES)
    text = models.TextField(_("how the project serves it"))

    panels: ClassVar = [FieldPanel("goal"), FieldPanel("text")]
    override_translatable_fields: ClassVar = [SynchronizedField("goal"), TranslatableField("text")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")

    def __str__(self) -> str:
        return f"{self.page_id} SDG {self.goal}"
