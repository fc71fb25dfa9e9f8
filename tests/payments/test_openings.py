"""Another account of a provider is not opened at once either: that is told, waits, and can be stopped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from portal.payments import accounts, changes
from portal.payments.models import Account, AccountState, Change, ChangeState, Rail
from portal.payments.transfers import banks
from portal.payments.transfers.models import BankAccount
from portal.providers.models import Provider
from tests.threads import PATIENCE, at_once
from tests.world import World

EURO = {"merchant_id": "mar", "public_key": "p", "private_key": "q", "merchant_accounts": {"EUR": "mar_eur"}}


@pytest.fixture
def mar(db: None) -> Provider:
    """A provider that has never been paid."""
    return Provider.objects.create(slug="mar", name="Mar", country="CL", registry_account="HOLDING-mar")


def a_bank(provider: Provider, number: str = "123") -> BankAccount:
    bank = banks.new(provider.pk, holder="Mar", number=number, bank_name="A bank")
    return banks.keep(bank, currencies=["EUR"], opens=False)


def card(provider: Provider, currency: str = "EUR") -> Account:
    keys = {**EURO, "merchant_accounts": {currency: "mar"}}
    return accounts.keep(Account(provider=provider), keys=keys, currencies=[currency])


def due(account: Account, *, now: datetime) -> Change:
    """Let the opening of an account be told of, and its time go by."""
    change = changes.pending(account)
    assert change is not None
    changes.told(change, now=now - timedelta(hours=72))
    change.refresh_from_db()
    return change


def state(account: Account) -> str:
    return Account.objects.get(pk=account.pk).state


def test_the_first_account_is_opened_at_once_and_a_second_one_waits_on_any_rail(mar: Provider) -> None:
    first, second = card(mar), a_bank(mar).account
    assert accounts.open_account(first)
    assert not accounts.open_account(second)
    assert [state(each) for each in (first, second)] == [AccountState.OPEN, AccountState.SETTING_UP]
    change = changes.pending(second)
    assert change is not None
    assert (change.opens, change.holds_money_back, change.state) == (True, False, ChangeState.PENDING)
    assert [each.rail for each in accounts.open_rails(provider=mar, currency="EUR")] == ["card"]


def test_to_pause_the_old_one_first_does_not_help(mar: Provider) -> None:
    old, new = a_bank(mar).account, a_bank(mar, "456").account
    accounts.open_account(old)
    accounts.pause_account(old)
    assert not accounts.open_account(new)
    accounts.pause_account(new)  # which is not open, and is none that was
    assert state(new) == AccountState.SETTING_UP
    with pytest.raises(changes.AlreadyChanging):
        accounts.open_account(new)
    assert accounts.open_account(old)  # which goes where money went before


def test_what_opens_with_its_first_keys_waits_too(mar: Provider) -> None:
    accounts.open_account(a_bank(mar).account)
    by_card = accounts.set_account(provider=mar, environment="simulator", keys=EURO)
    assert state(by_card) == AccountState.SETTING_UP
    assert changes.pending(by_card) is not None
    accounts.keep(Account(provider=mar, rail=Rail.PAYPAL), keys={"any": "key"}, opens=True)
    assert not mar.accounts.filter(rail=Rail.PAYPAL, state=AccountState.OPEN).exists()


def test_who_runs_the_machine_opens_at_once(mar: Provider) -> None:
    accounts.open_account(a_bank(mar).account)
    assert accounts.set_account(provider=mar, environment="simulator", keys=EURO, at_once=True).state == "open"
    assert Change.objects.count() == 0


def test_it_is_open_once_that_was_told_for_three_days(mar: Provider, now: datetime) -> None:
    accounts.open_account(card(mar))
    bank = a_bank(mar)
    accounts.open_account(bank.account)
    change = due(bank.account, now=now)
    for hours, is_done, then in ((-1, False, "setting_up"), (0, True, "open"), (1, False, "open")):
        assert banks.carry_out(change, now=now + timedelta(hours=hours)) is is_done, hours
        assert state(bank.account) == then
    assert BankAccount.objects.get(pk=bank.pk).number == "123"
    accounts.pause_account(bank.account)
    assert accounts.open_account(bank.account)  # again, without waiting


def test_keys_stay_as_they_are_and_what_was_seen_of_them(mar: Provider, now: datetime) -> None:
    accounts.open_account(a_bank(mar).account)
    account = card(mar)
    accounts.heard(account, outcome=None, now=now)
    accounts.open_account(account)
    assert accounts.carry_out(due(account, now=now), now=now)
    account.refresh_from_db()
    seen = (account.state, account.worked_at, accounts.sealed_keys(account)["merchant_id"])
    assert seen == (AccountState.OPEN, now, "mar")


def test_what_is_stopped_is_not_opened(mar: Provider, now: datetime) -> None:
    accounts.open_account(card(mar))
    bank = a_bank(mar)
    accounts.open_account(bank.account)
    change = due(bank.account, now=now)
    assert changes.stop(change, now=now)
    assert not banks.carry_out(change, now=now)
    assert state(bank.account) == AccountState.SETTING_UP


def test_no_other_place_slips_in_while_the_opening_waits(mar: Provider) -> None:
    """People were told of what was typed in when they were told."""
    accounts.open_account(a_bank(mar).account)
    account, bank = card(mar), a_bank(mar, "456")
    for each in (account, bank.account):
        if each.rail == Rail.TRANSFER:
            accounts.pause_account(Account.objects.get(rail=Rail.TRANSFER, state=AccountState.OPEN))
        accounts.open_account(each)
    with pytest.raises(changes.AlreadyChanging):
        accounts.keep(account, keys={**EURO, "merchant_id": "another"})
    bank.number = "789"
    with pytest.raises(Exception, match="waits already"):
        banks.keep(bank, currencies=["EUR"], opens=False)
    bank.refresh_from_db()
    assert (accounts.sealed_keys(account)["merchant_id"], bank.number) == ("mar", "456")


def test_where_the_old_one_was_opened_again_the_new_one_is_paused(mar: Provider, now: datetime) -> None:
    old, new = a_bank(mar), a_bank(mar, "456")
    accounts.open_account(old.account)
    accounts.pause_account(old.account)
    accounts.open_account(new.account)
    accounts.open_account(old.account)
    assert banks.carry_out(due(new.account, now=now), now=now)
    assert [state(each.account) for each in (old, new)] == [AccountState.OPEN, AccountState.PAUSED]


CURRENCIES = ("EUR", "USD", "CHF", "GBP", "SEK", "NOK", "DKK", "CAD")


def opens_each(made: list[Account], how: Callable[[Account], Any]) -> list[bool]:
    return sorted(at_once(lambda number: how(made[number])))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_of_eight_first_accounts_that_are_opened_at_once_seven_wait(world: World) -> None:
    Account.objects.filter(provider=world.sol).update(state=AccountState.SETTING_UP)
    made = [card(world.sol, currency) for currency in CURRENCIES]
    assert opens_each(made, accounts.open_account) == [False] * 7 + [True]
    assert Change.objects.filter(opens=True).count() == 7


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_without_waiting_for_each_other_all_eight_would_be_the_first(world: World) -> None:
    """The control: each looks whether another one is open before any of them is."""
    Account.objects.filter(provider=world.sol).update(state=AccountState.SETTING_UP)
    made = [card(world.sol, currency) for currency in CURRENCIES]
    together = Barrier(len(made))

    def careless(account: Account) -> bool:
        is_first = not Account.objects.filter(provider=account.provider_id, state=AccountState.OPEN).exists()
        together.wait(PATIENCE)
        return bool(is_first and Account.objects.filter(pk=account.pk).update(state=AccountState.OPEN))

    assert opens_each(made, careless) == [True] * 8
