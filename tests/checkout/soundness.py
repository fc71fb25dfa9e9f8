"""What must hold of every purchase at any moment, whatever went wrong on the way."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db.models import Sum

from portal.checkout.models import HOLDING_STATES, Order, OrderState
from portal.payments import ledger
from portal.payments.models import LIVE_PAYMENTS, Payment, PaymentState
from portal.payments.transfers.models import Arrival, StatementEntry
from portal.providers.models import Listing
from portal.registry.ledger.models import Transaction
from portal.registry.models import Cancellation, CancellationState, CancelledBlock, Certificate, LogEntry
from tests.world import World, payments_of

MONEY_HELD = (
    PaymentState.AUTHORISED,
    PaymentState.CAPTURING,
    PaymentState.CAPTURED,
    PaymentState.CAPTURE_FAILED,
)
UNDECIDED = (PaymentState.SENT, PaymentState.AUTHORISED, PaymentState.CAPTURING, PaymentState.VOIDING)


def assert_sound(world: World) -> None:
    """Fail if money or units are lost, doubled, or moved out of order."""
    orders = list(Order.objects.all())
    done = set(Cancellation.objects.filter(state=CancellationState.DONE).values_list("reference", flat=True))
    for order in orders:
        _money_follows_units(world, order, is_cancelled=order.reference in done)
    for listing in Listing.objects.all():
        _no_unit_is_lost(listing, [order for order in orders if order.listing_id == listing.pk])
    _portal_and_registry_agree()
    _history_is_gapless()


def assert_at_rest(world: World) -> None:
    """Fail if anything is left hanging: money held for nothing, an order that waits for ever, a purchaser not told."""
    assert_sound(world)
    assert not Payment.objects.filter(state__in=UNDECIDED).exists()
    assert not Order.objects.filter(state__in=HOLDING_STATES).exists()
    assert not Order.objects.filter(state__in=(OrderState.COMPLETED, OrderState.REFUSED), mailed_at=None).exists()
    at_gateway = [each for order in Order.objects.all() for each in world.at_gateway(order)]
    assert [each for each in at_gateway if each["status"] == "authorized"] == []


def _money_follows_units(world: World, order: Order, *, is_cancelled: bool) -> None:
    payments = list(payments_of(order).all())
    assert sum(payment.state in LIVE_PAYMENTS for payment in payments) <= 1, "more than one live payment"
    sales = [world.sales(str(payment.key)) for payment in payments]
    assert max(map(len, sales), default=0) <= 1, "two sales for one payment"
    at_gateway = [sale for (sale,) in filter(None, sales)]
    assert sum(each["captures"] for each in at_gateway) <= 1, "captured twice"
    if any(each["captures"] for each in at_gateway):
        assert is_cancelled, "captured without cancelled units"
    if is_cancelled:
        assert order.state in (OrderState.PAID, OrderState.COMPLETED)
        assert any(payment.state in MONEY_HELD for payment in payments), "cancelled without an authorisation"
        is_authorised = any("authorized" in _statuses(each) for each in at_gateway)
        assert is_authorised or _has_come(order), "the gateway never authorised it, and nobody said that it came"
    if order.state == OrderState.COMPLETED:
        assert is_cancelled, "completed without cancelled units"


def _has_come(order: Order) -> bool:
    """Whether a transfer's money is there: as much as people and banks said, and counted once. What was paid back
    without ever counting has come as well, and gone."""
    said = Arrival.objects.filter(request__reference=order.reference).exclude(counted_at=None)
    total = said.aggregate(total=Sum("amount", default=0))["total"]
    back = StatementEntry.objects.filter(request__reference=order.reference, currency=order.currency)
    gone = back.exclude(paid_back_on=None).aggregate(total=Sum("amount", default=0))["total"]
    assert total + gone == ledger.balance(reference=order.reference).captured, "money was counted twice, or lost"
    return bool(total)


def _statuses(transaction: dict) -> list[str]:
    return [step["status"] for step in transaction["history"]]


def _no_unit_is_lost(listing: Listing, orders: list[Order]) -> None:
    taken = sum(order.quantity for order in orders if order.state in (*HOLDING_STATES, OrderState.COMPLETED))
    assert listing.units_left + taken == listing.units_total


def _portal_and_registry_agree() -> None:
    """The registry may know of a cancellation whose answer we still wait for, and of no other that we do not know."""
    cancelled = Transaction.objects.filter(kind="cancel", refusal_code="")
    at_registry = dict(cancelled.values_list("reference", "quantity"))
    done = Cancellation.objects.filter(state=CancellationState.DONE)
    here = dict(done.values_list("reference", "quantity"))
    awaited = Cancellation.objects.filter(state=CancellationState.WORKING).values_list("reference", flat=True)
    assert {reference: at_registry[reference] for reference in at_registry if reference not in awaited} == here
    serials = Counter()
    for block in CancelledBlock.objects.all():
        serials.update((block.series, serial) for serial in range(block.serial_start, block.serial_end + 1))
    assert max(serials.values(), default=1) == 1, "a unit was cancelled twice"
    assert len(serials) == sum(here.values())


def _history_is_gapless() -> None:
    numbers = list(LogEntry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == Certificate.objects.count() == Cancellation.objects.filter(state="done").count()


@pytest.fixture(autouse=True)
def soundness(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check at the end of every test that has a world that the world is sound."""
    world = request.getfixturevalue("world") if "world" in request.fixturenames else None
    yield
    if world is not None:
        assert_sound(world)
