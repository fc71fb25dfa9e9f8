"""The home page and plain pages."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, PublishingPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail_localize.fields import BaseTranslatableField, SynchronizedField, TranslatableField

from portal.folding import fold
from portal.home.blocks import LightStreamField, StepsBlock, StoryBlock
from portal.home.front import front

COMMON_TRANSLATABLE = [
    TranslatableField("title"),
    TranslatableField("seo_title"),
    TranslatableField("search_description"),
    SynchronizedField("slug", overridable=False),
    SynchronizedField("show_in_menus"),
]


def open_to_all(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of some pages that everybody may read: published, and behind no password and no signing in,
    neither of their own nor of a page above them.

    As `live().public()`, but in the query itself: Wagtail fetches all restrictions first, each time.
    """
    here = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
    around = PageViewRestriction.objects.alias(here=here).filter(here__startswith=F("page__path"))
    return pages.filter(~Exists(around), live=True)


@lazy
def zone_of_schedule() -> str:
    """Say in which time zone an editor types, and reads, when a page is published."""
    text = gettext("These times are in the time zone %(zone)s, which you can change in your account.")
    return text % {"zone": timezone.get_current_timezone_name()}


class Found:
    """A page that the desk finds by its title whatever its accents, since not every database folds them itself, and
    whose schedule says in which time zone it is.
    """

    title: str
    settings_panels: ClassVar = [PublishingPanel(help_text=zone_of_schedule()), CommentPanel()]

    def folded_title(self) -> str:
        return fold(self.title)


FOUND = [*Page.search_fields, index.AutocompleteField("folded_title")]


class HomePage(Found, Page):
    """The first page: what this is, how it works, what has been cancelled so far."""

    headline = models.CharField(_("headline"), max_length=120)
    lead = models.TextField(_("lead"))
    steps = LightStreamField(StepsBlock(), verbose_name=_("how it works, step by step"), blank=True)
    body = LightStreamField(StoryBlock(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("lead"),
        FieldPanel("steps"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [*FOUND, index.SearchField("lead"), index.SearchField("body")]
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "home.PlainPage",
        "projects.ProjectIndexPage",
        "calculators.CalculatorIndexPage",
        "calculators.CalculatorPage",
    ]
    page_description = _("The first page of the site in one language.")
    override_translatable_fields: ClassVar = [
        *COMMON_TRANSLATABLE,
        BaseTranslatableField("slug"),  # that of each language is its own
        TranslatableField("headline"),
        TranslatableField("lead"),
        TranslatableField("steps"),
        TranslatableField("body"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | front()


class PlainPage(Found, Page):
    """A page of text: how it works, questions, privacy, terms."""

    lead = models.TextField(_("lead"), blank=True)
    show_in_footer = models.BooleanField(
        _("show in the footer"), default=False, db_default=False, help_text=_("A link at the end of every page.")
    )
    body = LightStreamField(StoryBlock(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels: ClassVar = [*Page.promote_panels, FieldPanel("show_in_footer")]
    search_fields: ClassVar = [*FOUND, index.SearchField("lead"), index.SearchField("body")]
    parent_page_types: ClassVar = ["home.HomePage", "home.PlainPage"]
    subpage_types: ClassVar = ["home.PlainPage"]
    page_description = _("A page of text, such as questions and answers.")
    override_translatable_fields: ClassVar = [
        *COMMON_TRANSLATABLE,
        SynchronizedField("show_in_footer"),
        TranslatableField("lead"),
        TranslatableField("body"),
    ]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
