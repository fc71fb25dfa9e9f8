"""Money that goes back: rows of their own, and never more of them than came. For orders: tests/checkout."""

import uuid
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from portal.payments import accounts, ledger, refunds, service
from portal.payments.ledger import Action, Result
from portal.payments.models import Account, Payment, PaymentState, Rail, Refund
from portal.payments.refunds import TooMuch
from tests.threads import PATIENCE, THREADS, at_once
from tests.world import World

AMOUNT = Decimal("7.50")


def taken(world: World, *, reference: str = "X-1", account: Account | None = None) -> Payment:
    """A payment whose money came."""
    account = account or accounts.account_of(world.sol)
    payment = service.begin(reference=reference, account=account, amount=AMOUNT, currency="EUR", now=world.now)
    assert payment is not None
    if account.rail == Rail.TRANSFER:
        service.receive(payment, amount=AMOUNT, now=world.now)
        return payment
    ledger.note(payment, action=Action.CAPTURE, result=Result.SUCCEEDED, now=world.now)
    service.move(payment, to=PaymentState.CAPTURED, since=PaymentState.SENT, now=world.now)
    return payment


def ask(world: World, payment: Payment, amount: str, key: uuid.UUID | None = None) -> Refund | TooMuch:
    return refunds.ask(
        payment, key=key or uuid.uuid4(), amount=Decimal(amount), why="Ordered twice.", asked_by=7, now=world.now
    )


def by_transfer(world: World) -> Payment:
    account = accounts.keep(Account(provider=world.sol, rail=Rail.TRANSFER), keys=None, currencies=["EUR"])
    return taken(world, account=account)


def paid_back(world: World, payment: Payment, amount: str, **changes: object) -> Refund | TooMuch:
    said = {"paid_back_on": date(2026, 11, 20), "bank_reference": "TX-4711", "why": "Paid twice.", "asked_by": 7}
    return refunds.record(payment, key=uuid.uuid4(), amount=Decimal(amount), now=world.now, **(said | changes))


def test_what_is_to_be_given_back_is_written_down_before_anybody_is_asked(world: World) -> None:
    refund = ask(world, taken(world), "2.50")
    assert (refund.state, refund.amount, refund.asked_by, refund.note) == (
        "requested",
        Decimal("2.50"),
        7,
        "Ordered twice.",
    )
    assert world.simulator.transactions(order_id=str(refund.key)) == []


def test_the_same_key_is_the_same_refund(world: World) -> None:
    payment, key = taken(world), uuid.uuid4()
    assert ask(world, payment, "7.50", key) == ask(world, payment, "7.50", key)
    assert Refund.objects.count() == 1


def test_refunds_together_are_never_more_than_came(world: World) -> None:
    payment = taken(world)
    assert ask(world, payment, "7.51") == TooMuch(AMOUNT)
    failed = ask(world, payment, "5.00")
    assert ask(world, payment, "2.51") == TooMuch(Decimal("2.50"))
    ask(world, payment, "2.50")
    assert refunds.left(payment) == Decimal()
    Refund.objects.filter(pk=failed.pk).update(state="failed")
    assert refunds.left(payment) == Decimal("5.00")


def test_amounts_are_what_their_currency_can_express(world: World) -> None:
    payment = taken(world)
    for amount in ("0", "-1", "0.001", "2.505"):
        with pytest.raises(ValueError, match="cannot be paid"):
            ask(world, payment, amount)
    assert Refund.objects.count() == 0


def test_only_money_that_came_can_be_given_back(world: World) -> None:
    account = accounts.account_of(world.sol)
    service.begin(reference="X-1", account=account, amount=AMOUNT, currency="EUR", now=world.now)
    assert refunds.payment_of(reference="X-1") is None
    assert refunds.payment_of(reference="X-2") is None


def test_a_transfer_is_paid_back_by_its_provider_and_written_down_with_date_and_reference(world: World) -> None:
    payment = by_transfer(world)
    with pytest.raises(ValueError, match="no gateway"):
        ask(world, payment, "2.50")
    refund = paid_back(world, payment, "2.50")
    assert (refund.state, refund.paid_back_on, refund.bank_reference) == ("done", date(2026, 11, 20), "TX-4711")
    assert ledger.balance_of(payment).kept == Decimal("5.00")
    assert paid_back(world, payment, "5.01") == TooMuch(Decimal("5.00"))
    with pytest.raises(ValueError, match="gateway"):
        paid_back(world, taken(world, reference="X-2"), "1.00")


def test_the_database_keeps_refunds_in_order(world: World) -> None:
    refund = ask(world, taken(world), "2.50")
    rows = Refund.objects.filter(pk=refund.pk)
    for nonsense in (
        {"amount": 0},
        {"bank_reference": "TX-4711"},
        {"paid_back_on": date(2026, 11, 20)},
        {"paid_back_on": date(2026, 11, 20), "bank_reference": "TX-4711"},  # by hand, and asked of a gateway
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**nonsense)


def test_nobody_is_asked_where_credentials_do_not_open_and_nothing_is_given_up(world: World) -> None:
    refund = ask(world, taken(world), "2.50")
    refund.payment.account.sealed_credentials = b"torn"
    refunds.take_up(refund, now=world.now)
    assert not refunds.settle(refund, outcome=refunds.give_back(refund), now=world.now)
    assert refund.state == "sent"


# --- Several at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_of_eight_refunds_at_once_no_more_are_asked_for_than_there_is_money(world: World) -> None:
    payment = taken(world)
    asked = at_once(lambda _number: ask(world, payment, "2.50"))
    assert sorted(isinstance(each, Refund) for each in asked) == [False] * 5 + [True] * 3
    assert refunds.left(payment) == Decimal()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_control_without_the_lock_of_the_payment_all_of_them_are_asked_for(world: World) -> None:
    payment, looked = taken(world), Barrier(THREADS)

    def look_and_ask(_number: int) -> bool:
        is_left = refunds.left(payment) >= Decimal("2.50")
        looked.wait(timeout=PATIENCE)
        return is_left

    assert at_once(look_and_ask) == [True] * THREADS


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_one_key_in_eight_threads_is_one_refund(world: World) -> None:
    payment, key = taken(world), uuid.uuid4()
    assert len({each.pk for each in at_once(lambda _number: ask(world, payment, "2.50", key))}) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_one_refund_is_taken_up_once(world: World) -> None:
    refund = ask(world, taken(world), "2.50")
    taken_up = at_once(lambda _number: refunds.take_up(refunds.find(key=refund.key), now=world.now))
    assert sorted(taken_up) == [False] * 7 + [True]
