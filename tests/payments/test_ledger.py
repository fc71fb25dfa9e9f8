"""The ledger of payments: nothing in it is changed, and nobody gets back more than came. The database sees to both."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from portal.payments import accounts, ledger, service
from portal.payments.ledger import Action, Balance, Result
from portal.payments.models import Payment, PaymentEvent, PaymentState
from tests.threads import PATIENCE, THREADS, at_once
from tests.world import World, payments_of

AMOUNT = Decimal("7.50")


def taken(world: World, reference: str = "X-1") -> Payment:
    """A payment whose money came."""
    account = accounts.account_of(world.sol)
    payment = service.begin(reference=reference, account=account, amount=AMOUNT, currency="EUR", now=world.now)
    assert payment is not None
    for action in (Action.AUTHORISE, Action.CAPTURE):
        ledger.note(payment, action=action, result=Result.SUCCEEDED, now=world.now)
    return payment


def give_back(payment: Payment, amount: str, *, action: Action = Action.REFUND, world: World) -> None:
    ledger.note(payment, action=action, result=Result.SUCCEEDED, amount=Decimal(amount), now=world.now)


def test_no_event_is_changed_or_deleted(world: World) -> None:
    taken(world)
    events = PaymentEvent.objects.filter(action=Action.CAPTURE)
    for tamper in (
        lambda: events.update(amount=Decimal("0.01")),
        lambda: events.get().delete(),
        lambda: PaymentEvent.objects.all().delete(),
        lambda: connection.cursor().execute("UPDATE payments_paymentevent SET happened_at = happened_at"),
        lambda: connection.cursor().execute("DELETE FROM payments_paymentevent"),
    ):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            tamper()
    assert list(PaymentEvent.objects.values_list("action", "amount")) == [
        ("authorise", AMOUNT),
        ("authorise", AMOUNT),
        ("capture", AMOUNT),
    ]


@pytest.mark.parametrize("action", [Action.REFUND, Action.CHARGEBACK, Action.REVERSAL])
def test_no_more_is_given_back_than_came(world: World, action: Action) -> None:
    payment, other = taken(world), taken(world, "X-2")
    for too_much in ("7.51", "7.501", "1000000"):
        with pytest.raises(IntegrityError, match="more would be given back than came"), transaction.atomic():
            give_back(payment, too_much, action=action, world=world)
    give_back(payment, "7.40", action=action, world=world)
    with pytest.raises(IntegrityError), transaction.atomic():
        give_back(payment, "0.101", world=world)
    give_back(payment, "0.10", world=world)
    give_back(other, "7.50", action=action, world=world)


def test_what_is_only_asked_for_or_failed_counts_for_nothing(world: World) -> None:
    payment = taken(world)
    for result in (Result.REQUESTED, Result.FAILED, Result.PENDING, Result.UNKNOWN):
        ledger.note(payment, action=Action.REFUND, result=result, amount=Decimal(100), now=world.now)
    give_back(payment, "7.50", world=world)


def test_an_event_is_about_an_amount(world: World) -> None:
    payment = taken(world)
    for nothing in ("0", "-1"):
        with pytest.raises(IntegrityError), transaction.atomic():
            give_back(payment, nothing, world=world)


def test_balances_follow_from_what_happened(world: World, django_assert_num_queries) -> None:
    order = world.paid()
    amount, nothing = order.amount, Decimal()
    held = Balance(authorised=amount, captured=nothing, refunded=nothing, held=amount)
    assert ledger.balance(reference=order.reference) == held
    service.collect(reference=order.reference, now=world.now)
    payment = payments_of(order).get()
    assert ledger.balance_of(payment) == Balance(authorised=amount, captured=amount, refunded=nothing, held=nothing)
    give_back(payment, "1.25", world=world)
    give_back(payment, "0.25", action=Action.CHARGEBACK, world=world)
    with django_assert_num_queries(1):
        balance = ledger.balance(reference=order.reference)
    assert balance == Balance(authorised=amount, captured=amount, refunded=Decimal("1.50"), held=nothing)
    assert balance.kept == amount - Decimal("1.50")
    none = Balance(authorised=nothing, captured=nothing, refunded=nothing, held=nothing)
    assert ledger.balance(reference="nobody's") == none


def test_money_that_was_let_go_is_held_no_more(world: World) -> None:
    order = world.paid()
    service.release(reference=order.reference, now=world.now)
    balance = ledger.balance(reference=order.reference)
    assert (balance.held, balance.captured, balance.kept) == (Decimal(), Decimal(), Decimal())


def test_a_capture_whose_answer_was_lost_counts_once_it_is_found(world: World) -> None:
    order = world.paid()
    world.simulator.faults.add(operation="submit", kind="drop")
    service.collect(reference=order.reference, now=world.now)
    assert ledger.balance(reference=order.reference).captured == Decimal()
    for _twice in range(2):
        service.resume(payments_of(order).get(), now=world.now)
    assert ledger.balance(reference=order.reference).captured == order.amount


def test_money_that_was_refused_at_settlement_did_not_come(world: World, clock) -> None:
    order = world.completed()
    world.simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(10)
    world.simulator.settle_due()
    assert ledger.balance(reference=order.reference).kept == order.amount
    world.sweep(after=timedelta(hours=25))
    assert payments_of(order).get().state == PaymentState.CAPTURE_FAILED
    assert ledger.balance(reference=order.reference).kept == Decimal()


# --- Several at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_of_eight_refunds_at_once_no_more_pass_than_there_is_money_for(world: World) -> None:
    payment = taken(world)

    def refund(number: int) -> str:
        try:
            give_back(payment, "2.50", world=world)
        except IntegrityError:
            return "refused"
        return "given back"

    assert sorted(at_once(refund)) == ["given back"] * 3 + ["refused"] * 5
    assert ledger.balance_of(payment).kept == Decimal()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_control_without_the_lock_of_the_payment_all_of_them_pass(world: World) -> None:
    """The same check, made by whoever refunds, before any of them has written."""
    payment, looked = taken(world), Barrier(THREADS)

    def refund(number: int) -> str:
        is_left = ledger.balance_of(payment).kept >= Decimal("2.50")
        looked.wait(timeout=PATIENCE)
        return "given back" if is_left else "refused"

    assert at_once(refund) == ["given back"] * 8


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_the_tables_of_a_test_can_be_emptied_and_are_watched_again_afterwards(world: World, time: str) -> None:
    """Whatever ran before this left nothing in them, and this leaves the triggers to whatever comes next."""
    assert PaymentEvent.objects.count() == 0
    payment = taken(world)
    with pytest.raises(IntegrityError):
        give_back(payment, "8", world=world)
    with pytest.raises(IntegrityError):
        PaymentEvent.objects.update(code="x")
