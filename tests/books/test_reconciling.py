"""Every book is read, and what two of them do not say alike is found: each story goes wrong in one place."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.books import agreement, reading, service
from portal.books.models import Reconciliation, ReconciliationState
from portal.celery import app
from portal.checkout import attention, transfers
from portal.checkout.models import Order
from portal.payments.models import Account, Payment, PaymentState
from portal.payments.rails import gateway_for
from portal.payments.transfers.models import Arrival
from portal.registry.connectors import Unknown
from portal.registry.ledger import service as registry
from portal.registry.models import Cancellation
from tests.checkout.paypal import Payer
from tests.payments.transfers.conftest import bank, mar
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import credit, uploaded
from tests.registry_fake import MoodyRegistry
from tests.world import CARD, World, payments_of

__all__ = ["bank", "mar"]

MONDAY = date(2026, 11, 23)
STRANGE = "0f4b4f7e-0000-4000-8000-000000000001"


def reconcile(world: World, *, days: int = 2, **wishes: Any) -> Reconciliation:
    """Read the books of Monday, some days later."""
    run = service.reconcile(first_day=MONDAY, last_day=MONDAY, clock=lambda: world.now + timedelta(days=days), **wishes)
    assert run is not None
    return run


def found(run: Reconciliation) -> list[tuple[str, str, str, str]]:
    return list(run.discrepancies.values_list("sort", "reference", "ours", "theirs"))


@pytest.fixture
def sold(world: World) -> Order:
    """Four units for 10 euros: cancelled, and the money taken."""
    return world.completed(world.listing(), quantity=4)


def payment_of(order: Order) -> Payment:
    return payments_of(order).select_related("account").get()


# --- Gateways


def test_books_that_agree_have_nothing_to_say(world: World, sold: Order) -> None:
    run = reconcile(world)
    assert (found(run), run.found, run.state, run.days_read) == ([], 0, "done", 1)


def test_money_that_no_payment_of_ours_asked_for_is_found(world: World, sold: Order) -> None:
    gateway: Any = gateway_for(payment_of(sold).account)
    held = gateway.authorise(key=STRANGE, amount=Decimal("7.50"), currency="EUR", nonce=CARD)
    gateway.authorise(
        key="declined", amount=Decimal("7.50"), currency="EUR", nonce="fake-processor-declined-visa-nonce"
    )
    (row,) = reconcile(world).discrepancies.all()
    assert (row.sort, row.number, row.key) == ("unknown_money", held.gateway_id, STRANGE)
    assert (row.amount, row.currency, row.provider_name, row.theirs) == (Decimal("7.5"), "EUR", "Sol", "authorised")


def test_money_that_somebody_let_go_at_the_gateway_by_hand_is_found(world: World, sold: Order) -> None:
    payment = payment_of(sold)
    gateway_for(payment.account).void(key=str(payment.key), gateway_id=payment.gateway_id)
    assert ("other_state", sold.reference, "captured", "released") in found(reconcile(world))


def test_money_that_somebody_gave_back_at_the_gateway_by_hand_is_found(world: World, sold: Order, clock: Any) -> None:
    clock.advance(6)
    world.simulator.settle_due()
    payment = payment_of(sold)
    gateway_for(payment.account).refund(key="by-hand", gateway_id=payment.gateway_id, amount=Decimal("4"))
    (row,) = reconcile(world).discrepancies.all()
    assert (row.sort, row.key, row.theirs, row.amount) == ("unknown_refund", "by-hand", "refunded", Decimal("4"))


def test_money_that_the_gateway_has_never_heard_of_is_found(world: World, sold: Order) -> None:
    payment = payment_of(sold)
    Payment.objects.create(
        reference="GONE",
        account=payment.account,
        state=PaymentState.CAPTURED,
        amount=Decimal("3"),
        currency="EUR",
        sent_at=world.now,
        checked_at=world.now,
    )
    assert found(reconcile(world)) == [("missing_money", "GONE", "captured", "not_found")]


def test_an_answer_that_has_been_outstanding_for_a_day_is_found_and_not_before(world: World) -> None:
    order = world.order()
    account = Account.objects.get(provider=world.sol)
    amounts = {"reference": order.reference, "account": account, "amount": order.amount, "currency": "EUR"}
    Payment.objects.create(**amounts, sent_at=world.now, checked_at=world.now)
    assert found(reconcile(world, days=0)) == []
    assert found(reconcile(world)) == [("undecided", order.reference, "sent", "")]


def test_books_that_could_not_be_read_agree_with_nothing(world: World, sold: Order) -> None:
    world.simulator.faults.add(operation="search", kind="error_before")
    ((sort, _reference, _ours, theirs),) = found(reconcile(world))
    assert (sort, theirs) == ("unreadable", "ServerError")


def test_paypal_keeps_what_was_held_beside_what_was_taken(world: World) -> None:
    world.paypal()
    order, payer = world.order(world.listing(), quantity=4), Payer(world)
    payer.pay(order)
    world.sweep()
    assert payment_of(order).state == PaymentState.CAPTURED
    assert found(reconcile(world)) == []
    business: Any = gateway_for(payment_of(order).account)
    business.refund(key="by-hand", gateway_id=payment_of(order).gateway_id, amount=Decimal("1"))
    assert [row[0] for row in found(reconcile(world))] == ["unknown_refund"]


# --- The registry


def test_a_cancellation_of_which_we_know_nothing_is_found(world: World) -> None:
    block = world.listing(units=10).issuance_block
    ends = {"issuance_start": block.serial_start, "issuance_end": block.serial_end, "series": block.series}
    said = {"purpose": "", "beneficiary": "", "now": world.now}
    registry.cancel(reference="ELSEWHERE", account="HOLDING-sol", quantity=3, **ends, **said)
    (row,) = reconcile(world).discrepancies.all()
    assert (row.sort, row.reference, row.amount, row.provider_name) == ("unknown_cancellation", "ELSEWHERE", 3, "Sol")
    assert row.theirs == f"{block.series} {block.serial_start}-{block.serial_start + 2}"


def test_a_cancellation_that_the_registry_has_never_heard_of_is_found(world: World, sold: Order) -> None:
    Cancellation.objects.filter(reference=sold.reference).update(reference="RENAMED")
    assert sorted(row[:2] for row in found(reconcile(world))) == [
        ("missing_cancellation", "RENAMED"),
        ("missing_cancellation", sold.reference),
        ("unknown_cancellation", sold.reference),
    ]


def test_other_serial_numbers_than_the_registry_has_are_found(world: World, sold: Order) -> None:
    block = Cancellation.objects.get().blocks.get()
    type(block).objects.filter(pk=block.pk).update(serial_end=block.serial_end - 1)
    assert [row[:3] for row in found(reconcile(world))] == [("other_units", sold.reference, "4")]


def test_a_registry_that_gives_no_answer_agrees_with_nothing(world: World, sold: Order, moody: MoodyRegistry) -> None:
    moody.cancelled = lambda **_period: iter([Unknown("connection refused")])  # type: ignore[method-assign]
    assert found(reconcile(world)) == [("unreadable", "", "", "connection refused")]


# --- Orders


def test_units_that_were_cancelled_for_no_money_are_found_until_somebody_says_what_was_done(
    world: World, clock: Any
) -> None:
    order = world.completed(world.listing(), card="fake-simulator-settlement-decline-nonce")
    clock.advance(6)
    world.simulator.settle_due()
    for _time in range(2):
        world.sweep(after=timedelta(hours=25))
    assert payment_of(order).state == PaymentState.CAPTURE_FAILED
    assert found(reconcile(world)) == [("unpaid", order.reference, "completed", "capture_failed")]
    order.refresh_from_db()
    attention.handle(
        order, what=order.needs_attention, note="Sol was paid by cheque.", by_id=world.eda.pk, now=world.now
    )
    assert found(reconcile(world)) == []


def test_money_of_an_order_whose_units_stay_is_found(world: World, sold: Order) -> None:
    Order.objects.filter(pk=sold.pk).update(state="withdrawn")
    assert found(reconcile(world)) == [("for_nothing", sold.reference, "withdrawn", "")]


def test_an_order_that_waits_for_its_cancellation_for_a_day_is_found(world: World) -> None:
    order = world.paid(world.listing())
    assert found(reconcile(world, days=0)) == []
    assert found(reconcile(world)) == [("undecided", order.reference, "paid", "requested")]


# --- Banks


def test_a_transfer_that_came_and_was_counted_agrees(world: World, bank: Any) -> None:
    order = world.order(world.listing(), quantity=40)
    request = transfers.pay(token=order.token, now=world.now)
    uploaded(world, bank, credit(request))
    transfers.settle(reference=order.reference, now=world.now)
    world.sweep()
    assert found(reconcile(world)) == []
    Arrival.objects.update(counted_at=None)
    assert found(reconcile(world)) == [("unbooked", order.reference, "captured", "0 EUR")]


def test_a_transfer_for_nothing_that_we_know_and_one_that_waits_are_found(world: World, bank: Any) -> None:
    order = world.order(world.listing(), quantity=40)
    request = transfers.pay(token=order.token, now=world.now)
    uploaded(world, bank, booked("12.00", text="thank you"), credit(request, "150.00"))
    assert found(reconcile(world, days=0)) == [("unknown_entry", "", "", "unmatched")]
    assert sorted(found(reconcile(world))) == [
        ("unknown_entry", "", "", "unmatched"),
        ("waiting_entry", order.reference, "", "surplus"),
    ]


# --- Runs


def test_of_one_provider_only_its_own_books_are_read(world: World, sold: Order) -> None:
    gateway: Any = gateway_for(payment_of(sold).account)
    gateway.authorise(key=STRANGE, amount=Decimal("7.50"), currency="EUR", nonce=CARD)
    assert reconcile(world, provider=world.vento).found == 0
    assert reconcile(world, provider=world.sol).found == 1


def test_one_runs_at_a_time_and_one_that_died_makes_way(world: World) -> None:
    days = {"first_day": MONDAY, "last_day": MONDAY}
    dead = Reconciliation.objects.create(**days, whole=False, began_at=world.now, seen_at=world.now)
    assert service.reconcile(**days, clock=lambda: world.now + timedelta(minutes=59)) is None
    assert reconcile(world).state == ReconciliationState.DONE
    dead.refresh_from_db()
    assert dead.state == ReconciliationState.BROKEN_OFF
    times = {"began_at": world.now, "seen_at": world.now}
    Reconciliation.objects.create(**days, **times, whole=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reconciliation.objects.create(**days, **times, whole=False)


def test_the_first_one_begins_with_the_first_order_and_later_ones_ten_days_ago(world: World, sold: Order) -> None:
    later = world.now + timedelta(days=40)
    assert service.usual_period(now=later) == (MONDAY, date(2027, 1, 1))
    run = service.reconcile(clock=lambda: later)
    assert (run.whole, run.first_day, run.days, run.days_read, run.found) == (True, MONDAY, 40, 40, 0)
    assert agreement.agreed_on() == date(2027, 1, 1)
    assert service.usual_period(now=later + timedelta(days=1)) == (date(2026, 12, 23), date(2027, 1, 2))
    assert service.usual_period(now=later + timedelta(days=99)) == (date(2027, 1, 1), date(2027, 4, 10))


def test_what_was_found_is_looked_at_again_however_old_it_is_until_it_is_no_more(world: World, sold: Order) -> None:
    Order.objects.filter(pk=sold.pk).update(state="withdrawn")
    for day in (40, 60):
        assert service.reconcile(clock=lambda day=day: world.now + timedelta(days=day)).found == 1
    assert agreement.agreed_on() is None
    Order.objects.filter(pk=sold.pk).update(state="completed")
    run = service.reconcile(clock=lambda: world.now + timedelta(days=61))
    assert (run.first_day, run.found) == (MONDAY, 0)
    assert agreement.agreed_on() == run.last_day


def test_part_of_the_books_says_nothing_of_all_of_them(world: World, sold: Order) -> None:
    assert reconcile(world).found == 0
    assert agreement.agreed_on() is None


@pytest.mark.parametrize("orders", [2, 8])
def test_however_many_orders_there_are_a_day_takes_the_same_queries(world: World, orders: int) -> None:
    listing = world.listing()
    for _order in range(orders):
        world.completed(listing)
    (stretch,) = reading.stretches(first_day=MONDAY, last_day=MONDAY, now=world.now + timedelta(days=2))
    with CaptureQueriesContext(connection) as queries:
        assert list(reading.differences(stretch)) == []
    assert len(queries) == 18


def test_an_account_that_was_closed_long_ago_is_asked_nothing(world: World, sold: Order) -> None:
    Account.objects.update(state="paused")
    world.simulator.faults.add(operation="search", kind="error_before")
    assert [row[0] for row in found(reconcile(world))] == ["unreadable"]
    later = world.now + timedelta(days=60)
    run = service.reconcile(first_day=later.date(), last_day=later.date(), clock=lambda: later)
    assert run
    assert run.found == 0


def test_the_nightly_one_reads_what_is_usual(world: World) -> None:
    entry = app.conf.beat_schedule["reconcile"]
    assert str(entry["schedule"]) == "<crontab: 10 4 * * * (m/h/dM/MY/d)>"
    app.tasks[entry["task"]](something_new="from tomorrow")
    run = Reconciliation.objects.get()
    assert (run.whole, run.state, run.found) == (True, "done", 0)
