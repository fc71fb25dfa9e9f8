"""Where a provider is paid by transfer: numbers that cannot be right are found at once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.payments import accounts
from portal.payments.models import AccountState
from portal.payments.transfers import banks
from portal.payments.transfers.models import BankAccount
from portal.payments.transfers.statements.table import ColumnMap
from portal.payments.transfers.statements.written import NumberStyle
from tests.world import World


def test_numbers_are_kept_in_one_form(bank: BankAccount) -> None:
    assert (bank.iban, bank.bic) == ("DE89370400440532013000", "COBADEFFXXX")
    assert bank.names == ["DE89370400440532013000"]
    assert (bank.account.rail, bank.account.state, bank.account.currencies) == ("transfer", AccountState.OPEN, ["EUR"])


def test_an_open_bank_account_is_a_way_to_pay_beside_cards(world: World, bank: BankAccount) -> None:
    ways = accounts.open_rails(provider=world.sol, currency="EUR")
    assert [each.rail for each in ways] == ["card", "transfer"]
    assert [each.rail for each in accounts.open_rails(provider=world.sol, currency="USD")] == ["card"]
    accounts.pause_account(bank.account)
    assert [each.rail for each in accounts.open_rails(provider=world.sol, currency="EUR")] == ["card"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"iban": "DE89370400440532013001"}, "iban"),
        ({"iban": "DE89"}, "iban"),
        ({"bic": "COBA"}, "bic"),
        ({"iban": ""}, "number"),
        ({"holder": "  "}, "holder"),
        ({"holder": "x" * 71}, "holder"),
        ({"bank_name": ""}, "bank_name"),
    ],
)
def test_what_cannot_be_right_is_said_by_its_field(world: World, wrong: dict[str, str], field: str) -> None:
    details = {"holder": "Sol", "iban": "DE89370400440532013000", "bank_name": "A bank", **wrong}
    with pytest.raises(ValidationError) as refused:
        banks.keep(banks.new(world.sol.pk, **details), currencies=["EUR"], opens=True)
    assert list(refused.value.message_dict) == [field]
    assert BankAccount.objects.count() == 0


def test_a_country_without_ibans_has_numbers(world: World) -> None:
    account = banks.new(world.sol.pk, holder="Sol", number="0123456789", bic="BOFAUS3N", bank_name="A bank")
    assert banks.keep(account, currencies=["USD"], opens=True).names == ["0123456789"]


def test_two_bank_accounts_are_not_open_in_one_currency(world: World, bank: BankAccount) -> None:
    other = banks.new(world.sol.pk, holder="Sol", number="0123456789", bank_name="A bank")
    with pytest.raises(accounts.AlreadyOpen, match="EUR"):
        banks.keep(other, currencies=["EUR", "USD"], opens=True)
    assert BankAccount.objects.count() == 1


def test_the_database_wants_a_number_and_some_days(bank: BankAccount) -> None:
    for wrong in ({"iban": "", "number": ""}, {"days": 0}, {"days": 61}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BankAccount.objects.filter(pk=bank.pk).update(**wrong)


def test_the_columns_of_a_bank_are_kept(bank: BankAccount) -> None:
    assert banks.columns_of(bank) is None
    columns = ColumnMap(
        columns={"date": "Buchungstag", "amount": "Betrag"},
        text=("Verwendungszweck",),
        encoding="cp1252",
        numbers=NumberStyle(",", "."),
        dates="dmy",
        currency="EUR",
    )
    banks.keep_columns(bank, columns=columns)
    bank.refresh_from_db()
    assert banks.columns_of(bank) == columns
