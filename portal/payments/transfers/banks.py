"""Where providers are paid by transfer: the only writer of bank accounts.

What purchasers are told is checked here, since money that went to a wrong number is hard to get back.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum import bic as bics
from stdnum import iban as ibans

from portal.payments import accounts, changes
from portal.payments.models import Account, AccountState, Change, Environment, Rail
from portal.payments.transfers.models import BankAccount
from portal.payments.transfers.statements.table import ColumnMap
from portal.payments.transfers.statements.written import NumberStyle

NO_IBAN = _("This is no IBAN: a character is missing, or wrong.")
NO_BIC = _("This is no BIC. It has 8 or 11 letters and digits.")
PLACE = ("holder", "iban", "number", "bic", "bank_name", "bank_address", "intermediary")  # which lead money somewhere
NO_NUMBER = _("Give an IBAN, or an account number where the country has none.")


def keep(bank: BankAccount, *, currencies: list[str], opens: bool, at_once: bool = False) -> BankAccount:
    """Write down where a provider is paid by transfer, new or changed, and open it where that is asked for.

    Numbers are brought into one written form. Once the account has been open, another place for its money waits as a
    change (`changes.pending` finds it), as opening may, unless it is to be `at_once`, by whoever runs the machine; and
    all else is written at once. Raises ValidationError, by field where there is one, for what cannot be right and where
    another change waits, and `accounts.AlreadyOpen` where another bank account is open in one of the currencies.
    """
    check(bank)
    with transaction.atomic():
        account = bank.account
        account.rail = Rail.TRANSFER
        before = BankAccount.objects.filter(pk=bank.pk).first() if bank.pk else None
        elsewhere = {name: getattr(bank, name) for name in PLACE if before and _is_other(bank, before, name)}
        try:
            accounts.keep(account, keys=None, currencies=currencies, bank=elsewhere or None, at_once=at_once)
        except changes.AlreadyChanging as error:
            raise ValidationError(changes.WAITS) from error
        if before and elsewhere and changes.pending(account):
            _put(bank, {name: getattr(before, name) for name in elsewhere})
        bank.account = account
        bank.save()
        if opens and account.state != AccountState.OPEN:
            accounts.open_account(account, at_once=at_once)
    return bank


def carry_out(change: Change, *, now: datetime) -> bool:
    """Let transfers go where a change says that is due, as `accounts.carry_out` does for what gateways hold."""
    bank = BankAccount.objects.get(account=change.account_id)
    with transaction.atomic():
        if not accounts.carry_out(change, now=now):
            return False
        _put(bank, changes.wanted(change).get("bank") or {})
        bank.save(update_fields=PLACE)
    return True


def _is_other(bank: BankAccount, before: BankAccount, name: str) -> bool:
    return bool(getattr(bank, name) != getattr(before, name))


def _put(bank: BankAccount, details: dict[str, str]) -> None:
    for name, text in details.items():
        setattr(bank, name, text)


def new(provider_id: int, *, environment: str = Environment.PRODUCTION, **details: Any) -> BankAccount:
    """Return a bank account that is not kept yet: at a real bank, unless another environment is named."""
    account = Account(provider_id=provider_id, rail=Rail.TRANSFER, environment=environment)
    return BankAccount(account=account, **details)


def check(bank: BankAccount) -> None:
    """Bring numbers into their written form. Raises ValidationError, by field, for what cannot be right."""
    wrong: dict[str, Any] = {}
    bank.iban, bank.bic = ibans.compact(bank.iban), bics.compact(bank.bic)
    bank.holder = " ".join(bank.holder.split())
    if bank.iban and not ibans.is_valid(bank.iban):
        wrong["iban"] = NO_IBAN
    if bank.bic and not bics.is_valid(bank.bic):
        wrong["bic"] = NO_BIC
    if not bank.iban and not bank.number:
        wrong["number"] = NO_NUMBER
    if wrong:
        raise ValidationError(wrong)
    bank.clean_fields(exclude=["account"])


def time_to_pay(bank: BankAccount) -> timedelta:
    """Return how long a purchaser has to pay."""
    return timedelta(days=bank.days)


def keep_columns(bank: BankAccount, *, columns: ColumnMap) -> None:
    """Keep what the columns of a bank's CSV files are, for all files to come."""
    said = {
        "columns": dict(columns.columns),
        "text": list(columns.text),
        "separator": columns.separator,
        "encoding": columns.encoding,
        "decimal": columns.numbers.decimal,
        "thousands": columns.numbers.thousands,
        "dates": columns.dates,
        "currency": columns.currency,
        "came": list(columns.came),
        "went": list(columns.went),
    }
    BankAccount.objects.filter(pk=bank.pk).update(columns=said)
    bank.columns = said


def columns_of(bank: BankAccount) -> ColumnMap | None:
    """Return what the columns of the bank's CSV files are, if somebody has said so."""
    if not bank.columns:
        return None
    said: dict[str, Any] = dict(bank.columns)
    said["numbers"] = NumberStyle(said.pop("decimal"), said.pop("thousands"))
    for name in ("text", "came", "went"):
        said[name] = tuple(said[name])
    return ColumnMap(**said)
