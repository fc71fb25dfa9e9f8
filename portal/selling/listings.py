"""Listings on the desk: what is offered, at which price, and how much of it is left."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView

from portal.desk import (
    Deletion,
    JoinsRows,
    ListsMoney,
    NotesChanges,
    TakesInitial,
    WaitingSummary,
    counted,
    money_column,
    units_column,
    words_column,
)
from portal.providers.models import Listing
from portal.providers.stock import TooFewLeft
from portal.selling.forms import ListingForm


class ListingDeskForm(ListingForm, WagtailAdminModelForm):
    """What staff type about a listing, on Wagtail's panels."""


class ListingEntry(TakesInitial, CreateView):
    """A new listing; an address may say of what and by whom."""


class ListingEdit(NotesChanges):
    """An edit that its history tells, and that gives way to orders placed while the form was open."""

    noted = ("unit_price", "units_total", "is_open")

    def form_valid(self, form: ListingDeskForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except TooFewLeft:
            form.add_error("units_total", form.too_few())
            self.produced_error_code, self.produced_error_message = "validation_error", self.get_error_message()
            return self.form_invalid(form)


class ListingViewSet(JoinsRows):
    model = Listing
    index_view_class = ListsMoney
    joined = ("provider", "issuance_block__activity")
    icon = "tag"
    add_view_class = ListingEntry
    edit_view_class = ListingEdit
    delete_view_class = Deletion
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: ClassVar = [
        "code",
        Column("activity", label=gettext_lazy("Activity"), accessor="issuance_block.activity.code"),
        "provider",
        money_column(gettext_lazy("Price per unit"), "unit_price"),
        units_column(gettext_lazy("Units left"), "units_left"),
        units_column(gettext_lazy("Units offered"), "units_total"),
        words_column(Listing, "is_open"),
        Column("paused_for", label=gettext_lazy("Paused"), accessor="get_paused_for_display", sort_key="paused_for"),
    ]
    list_filter: ClassVar = ["is_open", "paused_for", "currency", "provider"]
    search_fields: ClassVar = ["code", "provider__name", "issuance_block__activity__code", "issuance_block__series"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("provider"), FieldPanel("issuance_block")], heading=gettext_lazy("What is offered by whom")
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("unit_price"), FieldPanel("currency")]),
                    FieldPanel("price_is_meant"),
                    FieldPanel("units_total"),
                    FieldPanel("is_open"),
                ],
                heading=gettext_lazy("Price and quantity"),
            ),
        ],
        base_form_class=ListingDeskForm,
    )


class PausedSummary(WaitingSummary):
    """How many open listings are paused, since they could not be served."""

    order = 315
    needed_permission = "providers.change_listing"

    def is_shown(self) -> bool:
        return super().is_shown() and self._paused().exists()

    def waiting(self) -> tuple[str, str]:
        count = self._paused().count()
        text = ngettext("%(number)s open listing is paused", "%(number)s open listings are paused", count)
        return text % {"number": counted(count)}, f"{reverse('listing:index')}?is_open=true&ordering=-paused_for"

    def _paused(self) -> QuerySet[Listing]:
        return Listing.objects.filter(is_open=True).exclude(paused_for="")
