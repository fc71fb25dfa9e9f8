"""Reading orders, for the purchaser who holds an order's secret address or the account it belongs to."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.checkout import consent
from portal.checkout.models import HOLDING_STATES, LAPSED_STATES, Basket, Order, OrderState
from portal.checkout.pending import words_of
from portal.checkout.rules import GIVEN_UP, HELD_NO_MORE, UNCOLLECTED, Need, PayResult, look_again
from portal.measured import Measured, kept
from portal.money import in_minor_units
from portal.payments import standing
from portal.payments.gateway import Outcome, OutcomeKind
from portal.payments.models import LIVE_PAYMENTS, UNDER_WAY, Payment, PaymentState
from portal.people.models import User
from portal.providers import stock
from portal.providers.models import Listing
from portal.registry.certificates import documents
from portal.registry.models import IssuanceBlock
from portal.registry.statement import Statement

FEWEST_KEPT = timedelta(days=8)  # letters are owed for seven
LATELY = timedelta(hours=1)  # so long a browser that others may use as well tells what was typed in it


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Where the certificate of a completed order is found, and which units it proves the cancellation of."""

    proven: documents.Proven
    url: str
    pdf_url: str

    @property
    def code(self) -> str:
        return self.proven.code

    @property
    def serials(self) -> tuple[tuple[str, str], ...]:
        return self.proven.serials


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
    basket_url: str
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
    completed_at: datetime | None
    hold_until: datetime
    purchaser_name: str
    purchaser_email: str
    said: Statement
    measured: Measured | None
    is_public: bool
    needs_attention: str
    payment_state: str
    pending: str  # why its payment is not decided yet, in the active language; empty where that is no matter
    certificate: Proof | None
    look_again: int  # seconds after which its page looks how far it is, while there is something to wait for

    @property
    def is_payment_pending(self) -> bool:
        """An attempt to pay is under way; nothing may be asked twice."""
        return self.payment_state == PaymentState.SENT

    @property
    def is_uncollected(self) -> bool:
        """The money that was held is not with the provider, and a person has to see to it."""
        return self.needs_attention.startswith(UNCOLLECTED)

    @property
    def goes_on(self) -> bool:
        """Something is about to change within moments, so that its page looks how far it is."""
        return self.state == OrderState.PAID or (self.is_payment_pending and not self.pending)

    @property
    def was_held_too_short(self) -> bool:
        """Its money was held no more before the units could be cancelled, so nothing was cancelled and nothing paid."""
        return self.needs_attention == HELD_NO_MORE

    @property
    def was_given_up(self) -> bool:
        """It was paid, and its units are not cancelled and never will be, for no reason of the registry's."""
        return self.was_held_too_short or self.needs_attention == GIVEN_UP

    @property
    def footprint(self) -> str:
        """What the purchaser had calculated before, by its name, in the active language; empty if nothing."""
        return consent.own_footprint(self.measured)

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


def view_of(order: Order, *, now: datetime | None = None) -> OrderView:
    """Return an order as its purchaser sees it. Two further queries."""
    return views_of([order], now=now)[0]


def views_of(orders: Sequence[Order], *, now: datetime | None = None) -> list[OrderView]:
    """Return orders as their purchasers see them. Two further queries, however many there are.

    With `now` (UTC), an order whose hold has run out and that nobody is paying is seen as expired, also in the minute
    before the sweep writes that down.
    """
    paid = standing.latest(references=[order.reference for order in orders])
    completed = [order.reference for order in orders if order.state == OrderState.COMPLETED]
    proven = documents.proven(references=completed) if completed else {}
    return [_view(each, paid.get(each.reference), proven.get(each.reference), now=now) for each in orders]


def _view(order: Order, payment: Payment | None, proven: documents.Proven | None, *, now: datetime | None) -> OrderView:
    state, measured = OrderState(order.state), kept(order.measured)
    paid = payment.state if payment else ""
    is_being_paid = paid in LIVE_PAYMENTS and paid != PaymentState.OFFERED
    words = words_of(payment) if payment else None
    if now and state == OrderState.AWAITING_PAYMENT and order.hold_until <= now and not is_being_paid:
        state = OrderState.EXPIRED
    return OrderView(
        **{name: getattr(order, name) for name in _COPIED},
        amount=in_minor_units(order.amount, order.currency),
        unit_price=in_minor_units(order.unit_price, order.currency),
        url=order.get_absolute_url(),
        basket_url=order.basket.get_absolute_url() if order.basket else "",
        state=state,
        state_label=str(state.label),
        listing_code=order.listing.code,
        said=consent.said(consent.details_of(order), measured=measured, locale=get_language() or order.locale),
        measured=measured,
        payment_state=paid,
        pending=str(words.purchaser) if words else "",
        certificate=_proof(proven) if proven else None,
        look_again=look_again(now - order.paid_at if now and order.paid_at else None),
    )


def _proof(proven: documents.Proven) -> Proof:
    """Return where a certificate is found in the active language."""
    return Proof(
        proven=proven,
        url=reverse("certificate", args=[proven.code]),
        pdf_url=reverse("certificate_pdf", args=[proven.code]),
    )


_COPIED = (
    "token",
    "reference",
    "quantity",
    "currency",
    "provider_name",
    "placed_at",
    "completed_at",
    "hold_until",
    "purchaser_name",
    "purchaser_email",
    "is_public",
    "needs_attention",
)


def locked() -> QuerySet[Order]:
    """Return orders to be read under the lock of their row, with the listing and the provider that stay as they are."""
    return Order.objects.select_for_update(of=("self",)).select_related("listing__provider", "listing__issuance_block")


def order_of(submission: uuid.UUID) -> Order | None:
    """Return the order that a form has placed, or None."""
    return Order.objects.filter(submission=submission).select_related("listing").first()


def need_of(order: Order, *, is_alone: bool) -> Need:
    """Return what an order has to do with the money of one of its payments: nothing, unless no other one is live."""
    if order.is_forgotten or not is_alone:
        return Need.NONE
    needs = {OrderState.AWAITING_PAYMENT: Need.OPEN, OrderState.EXPIRED: Need.LAPSED}
    return needs.get(OrderState(order.state), Need.NONE)


def result_of(payment: Payment, *, outcome: Outcome) -> str:
    """Return the PayResult of an attempt, by the state that its payment is in since, and by what was answered."""
    if payment.state == PaymentState.SENT:
        return PayResult.UNDER_WAY
    if payment.state in LIVE_PAYMENTS:
        return PayResult.HELD
    if outcome.is_our_fault:
        return PayResult.NOT_ASKED
    return PayResult.AUTHENTICATION if outcome.kind is OutcomeKind.ACTION_REQUIRED else PayResult.DECLINED


@dataclass(frozen=True, kw_only=True)
class BasketView:
    """Several orders of one visit as their purchaser sees them: each is paid, and ends, by itself."""

    url: str
    orders: list[OrderView]

    @property
    def providers(self) -> int:
        """How many providers are paid."""
        return len({each.provider_name for each in self.orders})

    @property
    def certified(self) -> list[OrderView]:
        """Those whose units are cancelled, with the certificate."""
        return [each for each in self.orders if each.certificate]

    @property
    def providers_to_pay(self) -> int:
        """How many of them are still to be paid."""
        return len({each.provider_name for each in self.to_pay})

    @property
    def to_pay(self) -> list[OrderView]:
        """The orders that can be paid now, the first placed first."""
        return [each for each in self.orders if each.state == OrderState.AWAITING_PAYMENT]

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to come of one of them without its purchaser."""
        return any(each.state == OrderState.PAID or each.is_payment_pending for each in self.orders)


def basket_at(*, token: str, now: datetime | None = None) -> BasketView | None:
    """Return the basket with this secret address, or None. Its orders are seen as `views_of` says. Four queries."""
    basket = Basket.objects.filter(token=token).first()
    if basket is None:
        return None
    rows = list(basket.orders.select_related("listing", "basket").order_by("id"))
    # Who took something out of it again has no more to do with that.
    kept = [each for each in rows if each.state != OrderState.WITHDRAWN] or rows
    return BasketView(url=basket.get_absolute_url(), orders=views_of(kept, now=now))


def order_at(*, token: str, now: datetime) -> OrderView | None:
    """Return the order with this secret address as it stands at `now` (UTC), or None."""
    order = Order.objects.select_related("listing", "basket").filter(token=token).first()
    return view_of(order, now=now) if order else None


def is_spent(*, reference: str) -> bool:
    """Say whether as many attempts to pay an order came to nothing as it has."""
    most: int = settings.PAY_ATTEMPTS
    return standing.declined(reference=reference).count() >= most


@dataclass(frozen=True, kw_only=True)
class Correctable:
    """An order that nobody is paying yet, as its form fills in again: sent under the same name, it is corrected."""

    submission: uuid.UUID
    quantity: int
    details: consent.Details
    measured: Measured | None


def correctable(*, token: str, listing_code: str, now: datetime) -> Correctable | None:
    """Return what an order of a listing says that can still be corrected at `now` (UTC), or None."""
    rows = Order.objects.filter(token=token, listing__code=listing_code, state=OrderState.AWAITING_PAYMENT)
    order = rows.filter(hold_until__gt=now).first()
    if order is None or standing.binding(order.reference).exists():
        return None
    return Correctable(
        submission=order.submission,
        quantity=order.quantity,
        details=consent.details_of(order),
        measured=kept(order.measured),
    )


def typed_lately(*, token: str, listing_code: str, now: datetime) -> tuple[consent.Details, bool] | None:
    """Return what was said with an order of a listing that lapsed a short while ago, and whether it had a footprint.

    So that whoever orders again need not type it again. None of any other order.
    """
    rows = Order.objects.filter(token=token, listing__code=listing_code, hold_until__gt=now - LATELY)
    order = rows.select_related("listing").first()
    if order is None or order.is_forgotten or view_of(order, now=now).state not in LAPSED_STATES:
        return None
    return consent.details_of(order), order.measured is not None


def units_held_by(*, submission: uuid.UUID) -> int:
    """Return how many units an unpaid order of the same form has set aside: sent again, it can have those."""
    order = Order.objects.filter(submission=submission, state=OrderState.AWAITING_PAYMENT).first()
    return order.quantity if order else 0


def orders_of(user: User) -> QuerySet[Order]:
    """Return the orders a person placed while signed in, or as a guest under an address that is proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Order.objects.filter(Q(purchaser=user) | Q(purchaser_email__in=proven)).select_related("listing")


def kept_unpaid() -> timedelta:
    """Return how long an order that lapsed unpaid says who placed it: for as long as somebody may be told of it."""
    return max(timedelta(days=settings.UNPAID_KEPT_DAYS), FEWEST_KEPT)


def forgettable(*, now: datetime) -> QuerySet[Order]:
    """Return the orders that lapsed so long ago, unpaid, that they need not say any more who placed them.

    Where money is still moving, or staff have something to do, they do need to.
    """
    moving = Payment.objects.filter(reference=OuterRef("reference"), state__in={*LIVE_PAYMENTS, *UNDER_WAY})
    rows = Order.objects.filter(state__in=LAPSED_STATES, hold_until__lt=now - kept_unpaid(), needs_attention="")
    return rows.exclude(purchaser_email="").exclude(Exists(moving))


def tokens_measured(tokens: Collection[str]) -> set[str]:
    """Return which of some saved results, by token, stand on an order."""
    return set(Order.objects.filter(measured__token__in=tokens).values_list("measured__token", flat=True))


def spare_units(
    *, block: IssuanceBlock, account: str, without: Listing | None = None, held: int | None = None
) -> int | None:
    """Return how many units of a block an account holds that no listing offers and no order holds. None: no answer.

    `without` leaves one listing out of the sum, so that it can be measured anew; what is ordered of it still counts.
    The registry is asked how many are `held`, unless it has said so already.
    """
    unoffered = stock.unoffered_units(block=block, account=account, without=without, held=held)
    if unoffered is None:
        return None
    rows = Order.objects.filter(
        listing__issuance_block=block, listing__provider__registry_account=account, state__in=HOLDING_STATES
    )
    return unoffered - sum(rows.values_list("quantity", flat=True))
