"""The books on the desk: each reconciliation, how far it is, and what it found, with what that means and what to do."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permissions import register_permission_policy

from portal.books.comparison import Sort
from portal.books.models import Clearing, Discrepancy, Reconciliation, ReconciliationState
from portal.books.words import MEANINGS, NAMES, REMEDIES
from portal.checkout.models import Order, OrderState
from portal.desk import (
    Link,
    RecordPolicy,
    RecordViewSet,
    ShowsTables,
    Table,
    WaitingSummary,
    counted,
    words_column,
)
from portal.money import shown
from portal.payments.gateway import Standing
from portal.payments.models import PaymentState
from portal.registry.models import CancellationState

SHOWN = 200  # discrepancies of one sort; the command prints all

for record in (Reconciliation, Clearing):
    register_permission_policy(record, RecordPolicy(record))

STANDINGS = {
    Standing.PENDING.value: gettext_lazy("Pending"),
    Standing.REFUNDED.value: gettext_lazy("Given back"),
    Standing.AUTHORISED.value: gettext_lazy("Authorised"),
    "not_found": gettext_lazy("not known"),
}
STATES: dict[str, Any] = {
    **dict(CancellationState.choices),
    **dict(OrderState.choices),
    **dict(PaymentState.choices),
    **STANDINGS,
}


def progress(run: Reconciliation) -> str:
    """Return how far a reconciliation is, or how it ended."""
    if run.state != ReconciliationState.RUNNING:
        return str(run.get_state_display())
    return _("under way: %(read)s of %(days)s days") % {"read": counted(run.days_read), "days": counted(run.days)}


class ReconciliationInspection(ShowsTables):
    """A reconciliation, and what it found, sort by sort."""

    def get_state_display_value(self) -> str:
        return progress(self.object)

    def get_provider_display_value(self) -> str:
        return str(self.object.provider or _("all providers"))

    def tables(self) -> list[Table]:
        return [table for _sort, table in self._by_sort()]

    def _by_sort(self) -> Iterator[tuple[Sort, Table]]:
        rows = list(self.object.discrepancies.order_by("sort", "at", "id")[: SHOWN * len(Sort)])
        numbers = {each.reference for each in rows if each.reference}
        orders = dict(Order.objects.filter(reference__in=numbers).values_list("reference", "pk"))
        columns = (_("Time"), _("Provider"), _("Number"), _("Order"), _("Amount"), _("We say"), _("They say"))
        for sort, found in groupby(rows, key=lambda each: Sort(each.sort)):
            cells = [_cells(each, orders) for each in list(found)[:SHOWN]]
            yield sort, Table(_(NAMES[sort]), columns, cells)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        sorts = dict.fromkeys(self.object.discrepancies.order_by("sort", "at", "id").values_list("sort", flat=True))
        words = [(_(MEANINGS[Sort(each)]), _(REMEDIES[Sort(each)])) for each in sorts]
        return context | {"found": list(zip(context["tables"], words, strict=False))}


def _cells(each: Discrepancy, orders: dict[str, int]) -> tuple[Any, ...]:
    order: Any = each.reference
    if each.reference in orders:
        order = Link(each.reference, reverse("order:inspect", args=[orders[each.reference]]))
    amount = ""
    if each.amount is not None:
        amount = shown(each.amount, each.currency, get_language() or "en") if each.currency else _units(each)
    sides = (STATES.get(each.ours, each.ours), STATES.get(each.theirs, each.theirs))
    return (each.at, each.provider_name, each.number, order, amount, *map(str, sides))


def _units(each: Discrepancy) -> str:
    number = int(each.amount or 0)
    return ngettext("%(number)s unit", "%(number)s units", number) % {"number": counted(number)}


class ReconciliationViewSet(RecordViewSet):
    model = Reconciliation
    icon = "clipboard-list"
    inspect_view_class = ReconciliationInspection
    inspect_template_name = "desk/books.html"
    inspect_view_fields_exclude: ClassVar = ["id", "seen_at", "days_read"]
    list_display: ClassVar = [
        Column("first_day", label=gettext_lazy("Days"), accessor=str, sort_key="first_day"),
        Column("state", label=gettext_lazy("State"), accessor=progress, sort_key="state"),
        Column("found", label=gettext_lazy("Differences"), accessor=lambda each: counted(each.found), sort_key="found"),
        Column("provider", label=gettext_lazy("Provider"), accessor=lambda each: each.provider or _("all providers")),
        words_column(Reconciliation, "whole"),
        words_column(Reconciliation, "began_at"),
        words_column(Reconciliation, "ended_at"),
    ]
    list_filter: ClassVar = ["state", "whole"]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(
            **{"queryset": Reconciliation.objects.select_related("provider"), **kwargs}
        )


class ClearingViewSet(RecordViewSet):
    """What people did about what our books did not know."""

    model = Clearing
    icon = "check"
    list_display: ClassVar = [
        "subject",
        Column("sort", label=gettext_lazy("What it is"), accessor=lambda each: _(NAMES[Sort(each.sort)])),
        "action",
        "reference",
        Column("by", label=gettext_lazy("By"), accessor="by", sort_key="by"),
        words_column(Clearing, "begun_at"),
        words_column(Clearing, "done_at"),
    ]
    list_filter: ClassVar = ["action"]
    search_fields: ClassVar = ["subject", "reference", "why"]
    inspect_view_fields_exclude: ClassVar = ["id"]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**{"queryset": Clearing.objects.select_related("by"), **kwargs})


class BooksGroup(ModelViewSetGroup):
    items = (ReconciliationViewSet, ClearingViewSet)
    menu_label = pgettext_lazy("what is kept of money", "Books")
    menu_icon = "clipboard-list"
    menu_order = 320


class DifferencesSummary(WaitingSummary):
    """How many differences the last whole reconciliation found."""

    order = 340
    needed_permission = "books.view_reconciliation"

    def waiting(self) -> tuple[str, str]:
        last = Reconciliation.objects.filter(whole=True, state=ReconciliationState.DONE).first()
        if last is None:
            return _("The books were never compared"), reverse("reconciliation:index")
        text = ngettext("%(number)s difference in the books", "%(number)s differences in the books", last.found)
        return text % {"number": counted(last.found)}, reverse("reconciliation:inspect", args=[last.pk])


@hooks.register("register_admin_viewset")
def books_on_the_desk() -> Any:
    """Put the books on the desk."""
    return BooksGroup()


@hooks.register("construct_homepage_summary_items")
def show_differences(request: Any, items: list[SummaryItem]) -> None:
    """Say on the first page of the desk what does not agree."""
    items.append(DifferencesSummary(request))
