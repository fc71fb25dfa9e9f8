"""How providers are paid: several accounts of several rails, of which one of each rail is open in a currency."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.payments import accounts
from portal.payments.gateway import MISUSE, TIMED_OUT, Outcome, OutcomeKind
from portal.payments.models import Account, AccountState, Rail
from portal.providers.models import Provider
from tests.threads import at_once
from tests.world import World

KEYS = {"merchant_id": "mar", "public_key": "p", "private_key": "q", "merchant_accounts": {"EUR": "mar_eur"}}
OTHERS = {**KEYS, "merchant_id": "other", "merchant_accounts": {"USD": "mar_usd", "EUR": "mar_eur_2"}}


@pytest.fixture
def mar(db: None, settings) -> Provider:
    settings.SIMULATOR_URL = "http://127.0.0.1:1"
    return Provider.objects.create(slug="mar", name="Mar", country="CL", registry_account="HOLDING-mar")


def set_up(provider: Provider, keys: dict = KEYS) -> Account:
    return accounts.set_account(provider=provider, environment="simulator", keys=keys, at_once=True)


def another(provider: Provider, keys: dict = OTHERS, **fields) -> Account:
    return accounts.keep(Account(provider=provider, **fields), keys=keys, currencies=keys["merchant_accounts"])


def rails(provider: Provider, currency: str = "EUR") -> list[Account]:
    return accounts.open_rails(provider=provider, currency=currency)


def test_an_account_keeps_its_keys_and_its_address_until_there_are_others(mar: Provider) -> None:
    account = set_up(mar)
    assert accounts.sealed_keys(account) == KEYS
    assert (account.rail, account.currencies, account.state) == (Rail.CARD, ["EUR"], AccountState.OPEN)
    address = account.hook_key
    accounts.set_account(provider=mar, environment="sandbox", keys=None, at_once=True)
    kept = accounts.account_of(mar)
    assert (kept.environment, kept.hook_key, accounts.sealed_keys(kept)) == ("sandbox", address, KEYS)
    keys = {**OTHERS, "public_key": "r"}
    accounts.set_account(provider=mar, environment="sandbox", keys=keys, hook_key="agreed", at_once=True)
    assert Account.objects.values_list("hook_key", flat=True).get() == "agreed"
    assert accounts.account_of(mar).currencies == ["EUR", "USD"]
    assert accounts.sealed_keys(accounts.account_of(mar))["public_key"] == "r"


def test_who_has_no_account_cannot_be_paid(mar: Provider) -> None:
    with pytest.raises(ImproperlyConfigured):
        accounts.sealed_keys(accounts.account_of(mar))
    assert (rails(mar), accounts.currencies_of(mar)) == ([], None)


def test_keys_that_cannot_be_right_are_told_without_asking_the_gateway(settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:1"
    accounts.check_keys(environment="simulator", keys=KEYS)
    with pytest.raises(ValueError, match="all needed"):
        accounts.check_keys(environment="production", keys={**KEYS, "private_key": ""})


def test_without_keys_an_account_is_being_set_up_and_with_its_first_ones_it_is_open(mar: Provider) -> None:
    assert accounts.set_account(provider=mar, environment="simulator", keys=None).state == AccountState.SETTING_UP
    assert set_up(mar).state == AccountState.OPEN
    accounts.pause_account(accounts.account_of(mar))
    assert set_up(mar, OTHERS).state == AccountState.PAUSED


def test_what_is_open_and_can_be_used_is_a_way_to_pay(mar: Provider) -> None:
    account = set_up(mar)
    assert (rails(mar), rails(mar, "USD")) == ([account], [])
    assert accounts.currencies_of(mar) == {"EUR"}
    assert accounts.currencies_of(mar, besides=Rail.CARD) == frozenset()
    accounts.pause_account(account)
    assert (rails(mar), accounts.currencies_of(mar)) == ([], frozenset())
    accounts.open_account(account)
    assert rails(mar) == [account]
    Account.objects.update(sealed_credentials=b"damaged")
    assert (rails(mar), accounts.currencies_of(mar)) == ([], None)
    with pytest.raises(accounts.NotUsable):
        accounts.open_account(accounts.account_of(mar))


def test_an_account_whose_row_names_no_currency_yet_has_those_that_are_sealed(mar: Provider) -> None:
    """Where the keys were out of reach when all rows were given their currencies."""
    account = set_up(mar)
    Account.objects.update(currencies=[])
    assert (rails(mar), rails(mar, "USD")) == ([account], [])
    assert accounts.currencies_of(mar) == {"EUR"}


def test_currencies_that_are_only_sealed_are_taken_by_one_account_as_well(mar: Provider) -> None:
    first, second = set_up(mar), another(mar)
    Account.objects.filter(pk=first.pk).update(currencies=[])
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        accounts.open_account(second)
    accounts.pause_account(first)
    accounts.open_account(second, at_once=True)
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        accounts.open_account(Account.objects.get(pk=first.pk))
    assert (rails(mar), rails(mar, "USD")) == ([second], [second])


def test_ways_to_pay_are_found_by_one_question(mar: Provider, django_assert_num_queries) -> None:
    set_up(mar)
    another(mar)
    with django_assert_num_queries(1):
        assert len(rails(mar)) == 1


def test_a_rail_that_no_gateway_speaks_for_is_no_way_to_pay(mar: Provider) -> None:
    paypal = another(mar, rail=Rail.PAYPAL)
    with pytest.raises(accounts.NotUsable):
        accounts.open_account(paypal)
    Account.objects.update(state=AccountState.OPEN)
    assert rails(mar) == []


def test_one_account_of_a_rail_is_open_in_a_currency(mar: Provider) -> None:
    first, second = set_up(mar), another(mar)
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        accounts.open_account(second)
    assert [each.state for each in accounts.accounts_of(mar)] == [AccountState.OPEN, AccountState.SETTING_UP]
    accounts.pause_account(first)
    accounts.open_account(second, at_once=True)
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        accounts.open_account(first)
    in_dollars = {**OTHERS, "merchant_accounts": {"USD": "mar_usd"}}
    accounts.keep(second, keys=in_dollars, currencies=["USD"], at_once=True)
    accounts.open_account(first)
    assert (rails(mar), rails(mar, "USD")) == ([first], [second])
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        accounts.keep(second, keys=OTHERS, currencies=OTHERS["merchant_accounts"])
    assert Account.objects.get(pk=second.pk).currencies == ["USD"]


def answer(kind: str, code: str = "", **fields) -> Outcome:
    return Outcome(kind=OutcomeKind(kind), code=code, **fields)


def test_new_keys_do_not_undo_what_was_done_to_an_account_meanwhile(mar: Provider) -> None:
    set_up(mar)
    seen_before = accounts.account_of(mar)
    accounts.pause_account(accounts.account_of(mar))
    accounts.keep(seen_before, keys={**KEYS, "public_key": "r"}, at_once=True)
    kept = accounts.account_of(mar)
    assert (kept.state, accounts.sealed_keys(kept)["public_key"]) == (AccountState.PAUSED, "r")
    assert seen_before.state == AccountState.PAUSED


def test_new_currencies_are_refused_to_an_account_that_was_opened_meanwhile(mar: Provider) -> None:
    set_up(mar)
    dollars = {"USD": "mar_usd"}
    other = another(mar, {**OTHERS, "merchant_accounts": dollars})
    seen_before = Account.objects.get(pk=other.pk)
    accounts.open_account(other, at_once=True)
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        accounts.keep(seen_before, keys=OTHERS, currencies=OTHERS["merchant_accounts"])
    assert Account.objects.get(pk=other.pk).currencies == ["USD"]


def test_an_answer_does_not_close_an_account_that_was_opened_meanwhile(mar: Provider, now: datetime) -> None:
    seen_before = another(mar)
    accounts.open_account(Account.objects.get(pk=seen_before.pk))
    accounts.heard(seen_before, outcome=None, now=now)
    after = Account.objects.get(pk=seen_before.pk)
    assert (after.state, after.worked_at) == (AccountState.OPEN, now)


def test_an_account_was_seen_to_work_when_its_gateway_said_what_it_should(mar: Provider, now: datetime) -> None:
    account = another(mar)
    for unclear in (answer("unknown", "gateway_error"), answer("declined", MISUSE, is_our_fault=True)):
        accounts.heard(account, outcome=unclear, now=now)
    accounts.heard_nothing(account, code="credentials_refused", now=now)
    account.refresh_from_db()
    assert (account.worked_at, account.state) == (None, AccountState.SETTING_UP)
    for clear in (answer("declined", "2000"), answer("approved"), None):
        Account.objects.update(worked_at=None)
        account.refresh_from_db()
        accounts.heard(account, outcome=clear, now=now)
        account.refresh_from_db()
        assert (account.worked_at, account.state) == (now, AccountState.TESTED)


def test_what_works_is_written_down_once_an_hour(mar: Provider, now: datetime, django_assert_num_queries) -> None:
    account = set_up(mar)
    accounts.heard(account, outcome=None, now=now)
    with django_assert_num_queries(0):
        accounts.heard(account, outcome=None, now=now + timedelta(minutes=59))
    later = now + timedelta(hours=1, seconds=1)
    accounts.heard(account, outcome=answer("unknown", TIMED_OUT), now=later)
    assert accounts.is_silent(account_id=account.pk, now=later)
    accounts.heard(account, outcome=None, now=later)
    account.refresh_from_db()
    assert (account.worked_at, account.silent_at, account.state) == (later, None, AccountState.OPEN)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_of_eight_accounts_that_are_opened_at_once_one_is(world: World) -> None:
    provider = world.sol
    accounts.pause_account(accounts.account_of(provider))
    keys = accounts.sealed_keys(accounts.account_of(provider))
    made = [another(provider, keys) for _number in range(8)]

    def opened(number: int) -> str:
        try:
            accounts.open_account(made[number], at_once=True)
        except accounts.AlreadyOpen:
            return "refused"
        return "opened"

    assert sorted(at_once(opened)) == ["opened", *["refused"] * 7]
    assert Account.objects.filter(state=AccountState.OPEN).count() == 1
