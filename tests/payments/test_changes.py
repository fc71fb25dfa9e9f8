"""Where the money of an account goes is not changed at once: it is told, waits, and can be stopped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.checkout import service as checkout
from portal.payments import accounts, changes
from portal.payments import service as payments
from portal.payments.models import Account, AccountState, Change, ChangeState, Environment, Payment, Rail, RefundState
from portal.payments.transfers import banks
from portal.payments.transfers.models import BankAccount
from portal.providers.models import Provider
from tests.threads import PATIENCE, beside
from tests.world import World, payments_of

OTHERS = {"merchant_id": "mar", "public_key": "p", "private_key": "q", "merchant_accounts": {"EUR": "mar_eur"}}


def ask(provider: Provider, keys: dict[str, Any] = OTHERS) -> Change:
    accounts.set_account(provider=provider, environment="simulator", keys=keys)
    change = changes.pending(accounts.account_of(provider))
    assert change is not None
    return change


def due(change: Change, *, now: datetime) -> Change:
    """Let a change be told of, and its time go by."""
    changes.told(change, now=now - timedelta(hours=72))
    change.refresh_from_db()
    return change


def keys_of(provider: Provider) -> str:
    return accounts.sealed_keys(accounts.account_of(provider))["merchant_id"]


def ways(provider: Provider) -> list[str]:
    return [each.rail for each in accounts.open_rails(provider=provider, currency="EUR")]


def test_other_keys_wait_until_they_were_told_for_three_days(world: World, now: datetime) -> None:
    change = ask(world.sol)
    assert (keys_of(world.sol), change.due_at) == ("sol", None)
    assert not accounts.carry_out(change, now=now + timedelta(days=400))  # nobody was told
    changes.told(change, now=now)
    for hours, is_done, key in ((71, False, "sol"), (72, True, "mar"), (73, False, "mar")):
        assert accounts.carry_out(change, now=now + timedelta(hours=hours)) is is_done, hours
        assert keys_of(world.sol) == key
    change.refresh_from_db()
    ended = (change.state, change.ended_at, bytes(change.sealed))
    assert ended == (ChangeState.APPLIED, now + timedelta(hours=72), b"")
    account = accounts.account_of(world.sol)
    assert (account.currencies, account.state, account.worked_at) == (["EUR"], AccountState.OPEN, None)


def test_nobody_pays_into_an_account_that_is_to_be_another(world: World, settings: Any, now: datetime) -> None:
    ask(world.sol)
    assert (ways(world.sol), accounts.currencies_of(world.sol)) == ([], frozenset())
    assert accounts.currencies_held_back(world.sol) == {"EUR", "USD"}
    assert ways(world.vento) == ["card"]
    settings.PAYEE_CHANGE_PAUSES = False
    ask(world.vento)
    assert ways(world.vento) == ["card"]


def test_what_is_stopped_is_never_carried_out(world: World, now: datetime) -> None:
    change = due(ask(world.sol), now=now)
    assert changes.stop(change, now=now)
    assert not changes.stop(change, now=now)
    assert not accounts.carry_out(change, now=now)
    assert (keys_of(world.sol), ways(world.sol)) == ("sol", ["card"])
    change.refresh_from_db()
    assert (change.state, bytes(change.sealed)) == (ChangeState.STOPPED, b"")
    done = due(ask(world.sol), now=now)
    assert accounts.carry_out(done, now=now)
    assert not changes.stop(done, now=now)


def test_what_has_never_been_open_is_another_at_once(world: World) -> None:
    account = accounts.keep(Account(provider=world.sol), keys={"merchant_id": "first"}, currencies=["CHF"])
    accounts.keep(account, keys={"merchant_id": "second"}, currencies=["CHF"])
    assert accounts.sealed_keys(Account.objects.get(pk=account.pk)) == {"merchant_id": "second"}
    assert Change.objects.count() == 0


def test_a_paused_account_waits_as_well_and_the_same_keys_do_not(world: World) -> None:
    account = accounts.account_of(world.sol)
    accounts.pause_account(account)
    accounts.keep(account, keys=accounts.sealed_keys(account))
    assert changes.pending(account) is None
    account.environment = Environment.SANDBOX
    accounts.keep(account, keys=None)
    assert (changes.pending(account) is not None, account.environment) == (True, "simulator")


def test_one_change_waits_at_a_time(world: World) -> None:
    change = ask(world.sol)
    with pytest.raises(changes.AlreadyChanging):
        accounts.set_account(provider=world.sol, environment="sandbox", keys=OTHERS)
    accounts.set_account(provider=world.sol, environment="simulator", keys=None)  # which changes nothing
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.create(account=change.account, sealed=b"x", holds_money_back=True)


def test_the_database_keeps_no_secret_of_what_ended_and_lets_nothing_come_early(world: World, now: datetime) -> None:
    change = due(ask(world.sol), now=now)
    early = now - timedelta(seconds=1)
    for wrong in (
        {"state": "applied", "ended_at": now},
        {"state": "applied", "ended_at": early, "sealed": b""},
        {"state": "stopped", "sealed": b""},
        {"told_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.filter(pk=change.pk).update(**wrong)


def test_a_change_waits_for_payments_and_refunds_under_way(world: World, settings: Any) -> None:
    settings.PAYEE_CHANGE_PAUSES = False
    order = world.paid()
    change = due(ask(world.sol), now=world.now)
    assert ways(world.sol) == ["card"]
    assert not accounts.carry_out(change, now=world.now)
    assert (keys_of(world.sol), ways(world.sol)) == ("sol", [])  # from now on nobody begins, so that it has an end
    checkout.fulfil(order_id=order.pk, now=world.now)
    refund = (
        payments_of(order)
        .get()
        .refunds.create(amount=order.amount, asked_by=1, note="", asked_at=world.now, checked_at=world.now)
    )
    assert not accounts.carry_out(change, now=world.now)
    refund.state = RefundState.FAILED
    refund.save()
    assert accounts.carry_out(change, now=world.now)
    assert keys_of(world.sol) == "mar"


def test_where_another_account_is_open_by_then_the_changed_one_is_paused(world: World, now: datetime) -> None:
    dollars = {**OTHERS, "merchant_accounts": {"USD": "mar_usd"}}
    change = due(ask(world.sol, dollars), now=now)
    Account.objects.filter(provider=world.sol).update(state=AccountState.PAUSED)
    accounts.keep(Account(provider=world.sol), keys=dollars, currencies=["USD"], opens=True, at_once=True)
    Account.objects.filter(pk=change.account_id).update(state=AccountState.OPEN, currencies=["EUR"])
    assert accounts.carry_out(change, now=now)
    assert Account.objects.get(pk=change.account_id).state == AccountState.PAUSED


def test_transfers_go_elsewhere_in_time_and_all_else_of_a_bank_account_at_once(world: World, now: datetime) -> None:
    bank = banks.keep(
        banks.new(world.sol.pk, holder="Sol", number="123", bank_name="A bank"),
        currencies=["EUR"],
        opens=True,
        at_once=True,
    )
    bank.number, bank.bank_name, bank.days = "456", "Another", 20
    kept = banks.keep(bank, currencies=["EUR"], opens=True)
    assert (kept.number, kept.bank_name, kept.days) == ("123", "A bank", 20)
    row = BankAccount.objects.get()
    assert (row.number, row.bank_name, row.days) == ("123", "A bank", 20)
    change = changes.pending(bank.account)
    assert change is not None
    assert ways(world.sol) == ["card"]
    assert banks.carry_out(due(change, now=now), now=now)
    row.refresh_from_db()
    assert (row.number, row.bank_name, row.days) == ("456", "Another", 20)
    assert ways(world.sol) == ["card", "transfer"]
    assert not banks.carry_out(change, now=now)


# --- Keys are replaced at the moment in which a payment begins


def begun(world: World, account: Account) -> Callable[[], Payment | None]:
    order = world.order(now=world.now)
    return lambda: payments.begin(
        reference=order.reference, account=account, amount=order.amount, currency="EUR", now=world.now
    )


def unpinned(world: World, account: Account) -> Callable[[], Payment]:
    """The control: what `begin` does, without reading the account anew under a lock."""
    columns = {"reference": "X", "account": account, "amount": 1, "currency": "EUR"}
    return lambda: Payment.objects.create(**columns, sent_at=world.now, checked_at=world.now)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
@pytest.mark.parametrize(("begin", "is_safe"), [(begun, True), (unpinned, False)])
def test_keys_stay_while_a_payment_begins(world: World, begin: Any, is_safe: bool) -> None:
    change = due(ask(world.sol), now=world.now)
    Change.objects.update(holds_money_back=False)
    account = accounts.account_of(world.sol)
    act = begin(world, account)
    ended = Event()
    with transaction.atomic():
        act()
        other = beside(lambda: accounts.carry_out(change, now=world.now), ended)
        assert ended.wait(timeout=1) is not is_safe  # safely, it waits for this transaction
    assert other.result(timeout=PATIENCE) is not is_safe
    assert keys_of(world.sol) == ("sol" if is_safe else "mar")
    Payment.objects.filter(account=account).update(state="declined")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
@pytest.mark.parametrize(("begin", "key"), [(begun, "mar"), (unpinned, "sol")])
def test_a_payment_begins_with_the_keys_that_are_there_by_then(world: World, begin: Any, key: str) -> None:
    change = due(ask(world.sol), now=world.now)
    Change.objects.update(holds_money_back=False)
    act = begin(world, accounts.account_of(world.sol))
    with transaction.atomic():
        assert accounts.carry_out(change, now=world.now)
        other = beside(act, Event())
        assert not other.done()
    payment = other.result(timeout=PATIENCE)
    assert accounts.sealed_keys(payment.account)["merchant_id"] == key
    Payment.objects.filter(pk=payment.pk).update(state="declined")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_payments_into_one_account_do_not_wait_for_one_another(world: World) -> None:
    account, ended = accounts.account_of(world.sol), Event()
    first, second = begun(world, account), begun(world, accounts.account_of(world.sol))
    with transaction.atomic():
        first()
        other = beside(second, ended)
        assert ended.wait(timeout=PATIENCE)
    assert isinstance(other.result(timeout=PATIENCE), Payment)
    Payment.objects.update(state="declined")


def test_what_is_paid_by_transfer_is_read_anew_too(world: World, now: datetime) -> None:
    bank = banks.keep(
        banks.new(world.sol.pk, holder="Sol", number="123", bank_name="A bank"),
        currencies=["EUR"],
        opens=True,
        at_once=True,
    )
    account = next(
        each for each in accounts.open_rails(provider=world.sol, currency="EUR") if each.rail == Rail.TRANSFER
    )
    BankAccount.objects.filter(pk=bank.pk).update(number="456")
    payment = begun(world, account)()
    assert payment is not None
    assert payment.account.bank.number == "456"
