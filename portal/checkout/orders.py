"""Reading orders, for the purchaser who holds an order's secret address or the account it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.checkout.models import Order, OrderState, Payment, PaymentState, User
from portal.checkout.money import in_minor_units
from portal.checkout.purposes import purpose_of
from portal.registry import service as registry


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Where the certificate of a completed order is found."""

    code: str
    url: str
    pdf_url: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage of an order's way, as the progress page shows it."""

    label: str
    state: str  # done, doing, todo


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """An order as its purchaser sees it. Amounts are in the order's currency."""

    token: str
    url: str
    reference: str
    state: str
    state_label: str
    listing_code: str
    quantity: int
    unit_price: Decimal
    amount: Decimal
    currency: str
    provider_name: str
    placed_at: datetime
    hold_until: datetime
    purchaser_name: str
    purchaser_email: str
    beneficiary_name: str
    beneficiary_type: str
    beneficiary_country: str
    purpose: str
    is_public: bool
    needs_attention: str
    payment_state: str
    certificate: Proof | None

    @property
    def is_payment_pending(self) -> bool:
        """An attempt to pay is under way; nothing may be asked twice."""
        return self.payment_state == PaymentState.SENT

    @property
    def steps(self) -> list[Step]:
        """The way of a paid order: money held, units cancelled, money moved."""
        is_done = self.state == OrderState.COMPLETED
        is_captured = self.payment_state == PaymentState.CAPTURED
        return [
            Step(label=_("Payment authorised"), state="done"),
            Step(label=_("Units cancelled in the registry"), state="done" if is_done else "doing"),
            Step(
                label=_("Payment collected by the provider"),
                state="done" if is_captured else "doing" if is_done else "todo",
            ),
            Step(label=_("Certificate issued"), state="done" if is_done else "todo"),
        ]


def view_of(order: Order) -> OrderView:
    """Return an order as its purchaser sees it. At most two further queries."""
    payment: Payment | None = order.payments.order_by("-id").first()
    return OrderView(
        **{name: getattr(order, name) for name in _COPIED},
        amount=in_minor_units(order.amount, order.currency),
        unit_price=in_minor_units(order.unit_price, order.currency),
        url=order.get_absolute_url(),
        state_label=str(OrderState(order.state).label),
        listing_code=order.listing.code,
        purpose=purpose_of(order),
        payment_state=payment.state if payment else "",
        certificate=proof_of(order) if order.state == OrderState.COMPLETED else None,
    )


_COPIED = (
    "token",
    "reference",
    "state",
    "quantity",
    "currency",
    "provider_name",
    "placed_at",
    "hold_until",
    "purchaser_name",
    "purchaser_email",
    "beneficiary_name",
    "beneficiary_type",
    "beneficiary_country",
    "is_public",
    "needs_attention",
)


def proof_of(order: Order) -> Proof | None:
    """Return the certificate of an order in the active language, or None while there is none."""
    result = registry.find(reference=order.reference)
    if not isinstance(result, registry.Done):
        return None
    return Proof(
        code=result.code,
        url=reverse("certificate", args=[result.code]),
        pdf_url=reverse("certificate_pdf", args=[result.code]),
    )


def order_at(*, token: str) -> OrderView | None:
    """Return the order with this secret address, or None."""
    order = Order.objects.select_related("listing").filter(token=token).first()
    return view_of(order) if order else None


def orders_of(user: User) -> QuerySet[Order]:
    """Return the orders a person placed while signed in, or as a guest under an address that is proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Order.objects.filter(Q(purchaser=user) | Q(purchaser_email__in=proven)).select_related("listing")
