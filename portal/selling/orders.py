"""Orders and payments on the desk: to find and to look at, and the orders that wait for a person."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_filters import ChoiceFilter, DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import InspectView
from wagtail.log_actions import log

from portal.checkout import attention, pending, refunding, releasing
from portal.checkout.models import Order
from portal.desk import (
    Link,
    ListsMoney,
    RecordViewSet,
    ShowsTables,
    Table,
    WaitingSummary,
    counted,
    money_column,
    units_column,
    words_column,
)
from portal.fields import all_visible
from portal.measured import kept
from portal.money import shown
from portal.payments import standing
from portal.payments.models import Payment, PaymentEvent, Refund, RefundState
from portal.registry.models import Cancellation
from portal.selling.disputes import ANSWERS, OrderAnswer, dispute_table, to_answer
from portal.selling.refunds import RefundForm, refund_table
from portal.selling.releases import RELEASES, OrderRelease

GIVES_BACK, GAVE_BACK = "payments.add_refund", "orders.refund"
HANDLES, HANDLED = "checkout.handle_order", "orders.handle"


def _paid(payment: Payment, row: Payment | PaymentEvent) -> str:
    return shown(row.amount, payment.currency, get_language() or "en")


def _events(payments: Any) -> Table:
    rows = [
        (
            each.happened_at,
            each.get_action_display(),
            each.get_result_display(),
            _paid(payment, each),
            each.code,
        )
        for payment in payments
        for each in payment.events.all()
    ]
    return Table(_("Payment events"), (_("Time"), _("Asked"), _("Answer"), _("Amount"), _("Code")), rows)


def _footprint(order: Order) -> Table:
    columns = (_("What of"), _("Tonnes CO₂e"), _("Units"), _("Factor set"), _("Period"), _("Saved result"))
    rows: list[tuple[Any, ...]] = []
    if measured := kept(order.measured):
        facts = (measured.called, measured.tonnes, measured.quantity, measured.factor_set, measured.period)
        rows.append((*facts, Link(measured.url, measured.url)))
    return Table(_("Calculated footprint"), columns, rows)


def _attention(order: Order) -> str:
    """Return what an order is in need of, or was."""
    is_handled = order.needs_attention and not order.waits
    return _("Handled: %(what)s") % {"what": order.needs_attention} if is_handled else order.needs_attention


class HandlingForm(forms.Form):
    """What was done about an order, and about which of its troubles."""

    what = forms.CharField(max_length=300, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What was done"),
        help_text=gettext_lazy("For your colleagues. It is kept with your name, and cannot be changed later."),
        max_length=2000,
        validators=[all_visible],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OrderInspection(ShowsTables):
    """An order with its payments, what was said about them, and the cancellation it led to."""

    def get_unit_price_display_value(self) -> str:
        return shown(self.object.unit_price, self.object.currency, get_language() or "en")

    def get_amount_display_value(self) -> str:
        return shown(self.object.amount, self.object.currency, get_language() or "en")

    def tables(self) -> list[Table]:
        paid = Payment.objects.filter(reference=self.object.reference).prefetch_related("events")
        rows = [
            (
                Link(str(each.key), reverse("payment:inspect", args=[each.pk])),
                each.get_state_display(),
                _paid(each, each),
            )
            for each in paid
        ]
        cancellations = [
            (Link(each.reference, reverse("cancellation:inspect", args=[each.pk])), each.get_state_display())
            for each in Cancellation.objects.filter(reference=self.object.reference)
        ]
        handlings = [
            (each.what, each.note, str(each.handled_by), each.handled_at)
            for each in self.object.handlings.select_related("handled_by")
        ]
        letters = [(each.get_kind_display(), each.sent_at or _("not yet")) for each in self.object.letters.all()]
        return [
            _footprint(self.object),
            Table(_("Payments"), (_("Key"), _("State"), _("Amount")), rows),
            refund_table(self.object.reference),
            dispute_table(self.object.reference),
            _events(paid),
            Table(_("Handled"), (_("Needed attention"), _("What was done"), _("By"), _("At")), handlings),
            Table(_("Letters"), (_("Letter"), _("Sent at")), letters),
            Table(_("Cancellation"), (_("Reference"), _("State")), cancellations),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_waiting = attention.waiting().filter(pk=self.object.pk).exists()
        can_handle = is_waiting and self.request.user.has_perm(HANDLES)
        kwargs.setdefault("form", HandlingForm(initial={"what": self.object.needs_attention}))
        gives_back = self.request.user.has_perm(GIVES_BACK) and refunding.refundable(self.object) > 0
        return super().get_context_data(**kwargs) | {
            "is_waiting": is_waiting,
            "advice": self._advice(),
            "can_handle": can_handle,
            "gives_back": gives_back,
            "releases": self.request.user.has_perm(RELEASES) and releasing.is_possible(self.object),
            "to_answer": to_answer(self.object) if self.request.user.has_perm(ANSWERS) else (),
        }

    def _advice(self) -> str:
        """What is to be done about a payment that its gateway has not decided on."""
        payment = standing.latest(references=[self.object.reference]).get(self.object.reference)
        words = pending.words_of(payment) if payment else None
        return str(words.staff) if words else ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write down what was done about what the page showed."""
        if not request.user.has_perm(HANDLES):
            raise PermissionDenied
        form = HandlingForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        if attention.handle(self.object, **form.cleaned_data, by_id=self.request.user.pk, now=timezone.now()):
            log(self.object, HANDLED, user=request.user)
            messages.success(request, _("Handled. The note stays on the order."))
        else:
            messages.error(request, _("Something else happened to this order meanwhile, or somebody handled it."))
        return redirect("order:inspect", self.object.pk)


class OrderRefund(InspectView):
    """Giving an order's money back: how much and why, asked once more, then done."""

    page_title = gettext_lazy("Give money back")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(GIVES_BACK):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", RefundForm(order=self.object))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show once more what is about to be done, and do it once that was seen."""
        form = RefundForm(request.POST, order=self.object)
        is_asked = form.is_valid() and "again" not in request.POST
        if not is_asked or "sure" not in request.POST:
            status = 422 if form.errors else 200
            return self.render_to_response(self.get_context_data(form=form, is_asked=is_asked), status=status)
        refund = form.carry_out(by_id=request.user.pk, now=timezone.now())
        is_well = isinstance(refund, Refund) and refund.state != RefundState.FAILED
        if isinstance(refund, Refund):
            log(self.object, GAVE_BACK, user=request.user)
        (messages.success if is_well else messages.error)(request, form.result(refund))
        return redirect("order:inspect", self.object.pk)


class OrderFilters(WagtailFilterSet):
    """Finds orders; above all those that wait for a person."""

    attention = ChoiceFilter(
        label=gettext_lazy("Needs attention"), choices=[("1", gettext_lazy("Yes"))], method="waiting_for_a_person"
    )
    placed_at = DateFromToRangeFilter(label=gettext_lazy("Placed between"), widget=DateRangePickerWidget)

    class Meta:
        model = Order
        fields: ClassVar = ["attention", "state", "currency", "listing__provider", "placed_at"]

    def waiting_for_a_person(self, orders: QuerySet[Order], _name: str, _value: str) -> QuerySet[Order]:
        return orders.filter(pk__in=attention.waiting().values("pk"))


class OrderViewSet(RecordViewSet):
    model = Order
    index_view_class = ListsMoney
    icon = "doc-full"
    inspect_view_class = OrderInspection
    inspect_template_name = "desk/order.html"
    # The token is the purchaser's own secret address; nobody else needs it.
    inspect_view_fields_exclude: ClassVar = ["id", "token", "submission", "currency", "measured", "mail_claimed_at"]
    list_display: ClassVar = [
        "reference",
        "state",
        Column(
            "needs_attention", label=gettext_lazy("Needs attention"), accessor=_attention, sort_key="needs_attention"
        ),
        "provider_name",
        units_column(gettext_lazy("Units"), "quantity"),
        money_column(gettext_lazy("Amount"), "amount"),
        words_column(Order, "placed_at"),
    ]
    filterset_class = OrderFilters
    refund_view_class = OrderRefund
    search_fields: ClassVar = ["reference", "purchaser_name", "purchaser_email", "beneficiary_name", "needs_attention"]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**{"queryset": attention.marked(), **kwargs})

    @property
    def answer_view(self) -> Any:
        return self.construct_view(
            OrderAnswer, **{**self.get_inspect_view_kwargs(), "template_name": "desk/give_in.html"}
        )

    @property
    def refund_view(self) -> Any:
        return self.construct_view(
            self.refund_view_class, **{**self.get_inspect_view_kwargs(), "template_name": "desk/refund.html"}
        )

    @property
    def release_view(self) -> Any:
        return self.construct_view(
            OrderRelease, **{**self.get_inspect_view_kwargs(), "template_name": "desk/release.html"}
        )

    def get_urlpatterns(self) -> list[Any]:
        more = (("refund", self.refund_view), ("answer", self.answer_view), ("release", self.release_view))
        return [*super().get_urlpatterns(), *(path(f"{name}/<str:pk>/", view, name=name) for name, view in more)]


class PaymentInspection(ShowsTables):
    """A payment with every question to the gateway and every answer."""

    def get_amount_display_value(self) -> str:
        return _paid(self.object, self.object)

    def tables(self) -> list[Table]:
        orders = Order.objects.filter(reference=self.object.reference)
        rows = [(Link(str(each), reverse("order:inspect", args=[each.pk])),) for each in orders]
        return [
            Table(_("Order"), (_("Reference"),), rows),
            _events([self.object]),
        ]


class PaymentViewSet(RecordViewSet):
    model = Payment
    index_view_class = ListsMoney
    icon = "success"
    inspect_view_class = PaymentInspection
    inspect_view_fields_exclude: ClassVar = ["id", "reference", "account", "currency"]
    list_display: ClassVar = [
        "key",
        Column("reference", label=gettext_lazy("Order"), sort_key="reference"),
        "state",
        money_column(gettext_lazy("Amount"), "amount"),
        words_column(Payment, "sent_at"),
        words_column(Payment, "checked_at"),
    ]
    list_filter: ClassVar = ["state", "currency"]
    search_fields: ClassVar = ["key", "gateway_id", "reference", "code"]


class AttentionSummary(WaitingSummary):
    """How many orders wait for a person."""

    order = 310
    needed_permission = "checkout.view_order"

    def waiting(self) -> tuple[str, str]:
        count = attention.waiting().count()
        text = ngettext("%(number)s order needs attention", "%(number)s orders need attention", count)
        return text % {"number": counted(count)}, f"{reverse('order:index')}?attention=1"
