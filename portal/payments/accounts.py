"""How providers are paid, and what was seen of it: the only writer of payment accounts.

Of the accounts of one rail at most one is open in each currency, so that a rail says where an order's money goes. All
that could break this happens under the provider's row lock. Where a provider's money goes is not changed at once: other
keys of an account that has ever been open wait as a change, and so does the opening of another; see `changes.py`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import QuerySet

from portal.payments import changes
from portal.payments.gateway import TIMED_OUT, Outcome, OutcomeKind
from portal.payments.models import Account, AccountState, Change, Rail
from portal.payments.rails import credentials, paypal_credentials, redirect_gateway, usable_currencies
from portal.payments.standing import is_being_paid
from portal.providers.models import Provider
from portal.vault import seal, unseal

SILENCE = timedelta(seconds=90)  # so long nobody waits for a gateway that let somebody wait in vain, but the sweep
SEEN = timedelta(hours=1)  # what works is written down again after so long
TYPED_IN = ("environment", "hook_key", "sealed_credentials", "currencies")
EVER_OPEN = (AccountState.OPEN, AccountState.PAUSED)
ASIDE = {"webhook_id"}  # of keys: what says nothing of where money goes


class AlreadyOpen(Exception):
    """Another account of the same rail is open in one of the currencies. Its text names them."""


class NotUsable(Exception):
    """An account cannot be opened: its credentials cannot be, or there are none."""


def set_account(
    *,
    provider: Provider,
    environment: str,
    keys: dict[str, Any] | None,
    hook_key: str | None = None,
    at_once: bool = False,
) -> Account:
    """Write down how a provider is paid by card. Keys are sealed at once; without any, those sealed before stay.

    With its first keys the account is open. `hook_key` names the address that the gateway calls, where it is agreed
    already; else a new account gets its own. Raises and waits as `keep` does.
    """
    account = account_of(provider)
    account.environment = environment
    if hook_key is not None:
        account.hook_key = hook_key
    opens = keys is not None and account.state == AccountState.SETTING_UP
    currencies = keys and keys["merchant_accounts"]
    return keep(account, keys=keys, currencies=currencies, opens=opens, at_once=at_once)


def keep(
    account: Account,
    *,
    keys: dict[str, Any] | None,
    currencies: Collection[str] | None = None,
    bank: dict[str, Any] | None = None,
    opens: bool = False,
    at_once: bool = False,
) -> Account:
    """Write an account down, new or changed, and open it where that is asked for.

    Keys are sealed at once, and never shown again; without any, those sealed before stay as they are, as do the
    currencies, and what was done to the account since it was read: it is not opened or paused by this. Where money
    would go elsewhere than into an account that has ever been open, nothing is written but a change that waits
    (`changes.pending` finds it), with what a `bank` would say; unless that is to be `at_once`, by whoever runs the
    machine. Opening waits as `open_account` says. Raises AlreadyOpen where it is open, or would be, and another one of
    its rail is in the same currency; and `changes.AlreadyChanging` where another change waits.
    """
    with transaction.atomic():
        _one_at_a_time(account)
        before = Account.objects.filter(pk=account.pk).first() if account.pk else None
        wanted = {"environment": account.environment, "keys": keys, "currencies": currencies and sorted(currencies)}
        if before and not at_once and _must_wait(before, wanted, bank=bank):
            _refuse_two(_with(before, wanted), where_open=True)
            changes.ask(before, wanted={**wanted, "bank": bank})
            account.refresh_from_db()
            return account
        _with(account, wanted)
        if before:
            account.state = before.state
        _refuse_two(account, where_open=not opens)
        account.save(update_fields=TYPED_IN if account.pk else None)
        if opens:
            _open(account, at_once=at_once)
    return account


def _with(account: Account, wanted: dict[str, Any]) -> Account:
    """Let an account say what is wanted of it. It is not written."""
    account.environment = wanted["environment"]
    if wanted["keys"] is not None:
        account.sealed_credentials = seal(wanted["keys"])
    if wanted["currencies"] is not None:
        account.currencies = wanted["currencies"]
    return account


def _must_wait(before: Account, wanted: dict[str, Any], *, bank: dict[str, Any] | None) -> bool:
    """Say whether money would go elsewhere that somebody may have paid into this account until now, or that people
    were told would go to this one."""
    if before.state not in EVER_OPEN and not changes.pending(before):
        return False
    return bool(bank) or wanted["environment"] != before.environment or _are_others(before, wanted["keys"])


def _are_others(before: Account, keys: dict[str, Any] | None) -> bool:
    if keys is None:
        return False
    try:
        known = unseal(before.sealed_credentials)
    except ImproperlyConfigured:
        return True
    return any(known.get(name) != keys.get(name) for name in {*known, *keys} - ASIDE)


def carry_out(change: Change, *, now: datetime) -> bool:
    """Let money go where a change says that is due. False where it is not, was stopped, or has to wait on.

    It waits for payments that are under way: these are looked up, taken and let go by the keys with which they began.
    Nobody begins another one meanwhile: see `pin`.
    """
    with transaction.atomic():
        _one_at_a_time(change.account)
        account = Account.objects.select_for_update().get(pk=change.account_id)
        if is_being_paid(account, now=now):
            changes.hold_back(change)
            return False
        if not changes.apply(change, now=now):
            return False
        if not change.opens:
            _with(account, changes.wanted(change))
            account.worked_at = account.silent_at = None  # all that was seen was seen of the old one
        elif account.state not in EVER_OPEN:
            account.state = AccountState.OPEN
        if account.state == AccountState.OPEN and _open_beside(account):
            account.state = AccountState.PAUSED
        account.save(update_fields=[*TYPED_IN, "state", "worked_at", "silent_at"])
    return True


def pin(account: Account) -> None:
    """Read how an account is paid, and let nobody change that before this transaction ends, in which a payment begins.

    Any number of payments begin at a time. SQLite has one writer, and such a transaction is it from its beginning.
    """
    rows = Account.objects.filter(pk=account.pk)
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(Account._meta.db_table)
        locked = Account.objects.raw(f"SELECT * FROM {table} WHERE id = %s FOR KEY SHARE", [account.pk])[0]  # noqa: S608
    else:
        locked = rows.get()
    for name in TYPED_IN:
        setattr(account, name, getattr(locked, name))
    if account.rail == Rail.TRANSFER and hasattr(account, "bank"):
        account.bank.refresh_from_db()


def open_account(account: Account, *, at_once: bool = False) -> bool:
    """Let purchasers pay into an account. False where that waits as a change.

    One that was never open waits where the provider's money went to another one before, on any rail: else whoever adds
    an account and pauses the old one would lead it elsewhere unseen. Raises NotUsable, AlreadyOpen where another one is
    open beside it, and `changes.AlreadyChanging` where it waits already.
    """
    with transaction.atomic():
        _one_at_a_time(account)
        account.refresh_from_db(fields=[*TYPED_IN, "state"])
        if not usable_currencies(account):
            raise NotUsable
        _refuse_two(account)
        return _open(account, at_once=at_once)


def _open(account: Account, *, at_once: bool) -> bool:
    others = Account.objects.filter(provider=account.provider_id, state__in=EVER_OPEN).exclude(pk=account.pk)
    if not at_once and account.state not in EVER_OPEN and others.exists():
        changes.ask(account, wanted=None)
        return False
    account.state = AccountState.OPEN
    Account.objects.filter(pk=account.pk).update(state=account.state)
    return True


def pause_account(account: Account) -> None:
    """Let nobody begin to pay into an account that is open. Payments that are under way are carried to their end."""
    if Account.objects.filter(pk=account.pk, state=AccountState.OPEN).update(state=AccountState.PAUSED):
        account.state = AccountState.PAUSED


def _one_at_a_time(account: Account) -> None:
    """Wait until no other transaction is about what a provider has open."""
    Provider.objects.select_for_update().get(pk=account.provider_id)


def _refuse_two(account: Account, *, where_open: bool = False) -> None:
    """Raise AlreadyOpen where another account is open in a currency of this one; `where_open`: if this one is, too."""
    if where_open and account.state != AccountState.OPEN:
        return
    if both := _open_beside(account):
        raise AlreadyOpen(", ".join(sorted(both)))


def _open_beside(account: Account) -> frozenset[str]:
    """Return the currencies of an account in which another one of its rail is open."""
    others = Account.objects.filter(provider=account.provider_id, rail=account.rail, state=AccountState.OPEN)
    taken = {currency for other in others.exclude(pk=account.pk) for currency in _currencies(other)}
    return _currencies(account) & taken


def _currencies(account: Account) -> frozenset[str]:
    """Return in which currencies an account is, or would be, paid into: also those that its row does not name yet."""
    return frozenset(account.currencies) or usable_currencies(account)


def check_keys(*, environment: str, keys: dict[str, Any]) -> None:
    """Raise ValueError where keys for cards cannot be right for an environment. The gateway is not asked."""
    credentials(environment=environment, keys=keys)


def check_paypal_keys(*, environment: str, keys: dict[str, Any], currencies: Collection[str]) -> None:
    """Raise ValueError where keys for PayPal cannot be right for an environment. PayPal is not asked."""
    paypal_credentials(environment=environment, keys=keys, currencies=currencies)


def account_of(provider: Provider) -> Account:
    """Return how a provider is paid by card, or what it may become: one that is not saved, with nothing sealed."""
    rows = Account.objects.filter(provider=provider, rail=Rail.CARD).order_by("id")
    return rows.first() or Account(provider=provider, rail=Rail.CARD)


def accounts_of(provider: Provider) -> list[Account]:
    """Return all accounts of a provider, in the order in which they came."""
    return list(Account.objects.filter(provider=provider).select_related("bank").order_by("id"))


def sealed_keys(account: Account) -> dict[str, Any]:
    """Open what is sealed of an account. Raises ImproperlyConfigured where that cannot be opened."""
    return unseal(account.sealed_credentials)


def open_rails(*, provider: Provider | int, currency: str) -> list[Account]:
    """Return the accounts on which a payment to a provider in a currency may begin: one of each rail at most.

    Nobody is asked. One query.
    """
    rows = Account.objects.filter(~changes.held_back(), provider=provider, state=AccountState.OPEN).order_by("id")
    return [each for each in rows.select_related("provider", "bank") if currency in usable_currencies(each)]


def currencies_of(provider: Provider, *, besides: str = "") -> frozenset[str] | None:
    """Return the currencies a provider can be paid in, on all rails that are open, `besides` one if it is named.

    None where it has no account whose credentials can be opened and be right, open or not. One query.
    """
    rows = Account.objects.filter(provider=provider).select_related("bank").annotate(is_held_back=changes.held_back())
    usable = [(each, known) for each in rows.order_by("id") if (known := usable_currencies(each))]
    if not usable:
        return None
    is_open = [
        known
        for each, known in usable
        if each.state == AccountState.OPEN and each.rail != besides and not each.is_held_back
    ]
    return frozenset().union(*is_open)


def currencies_held_back(provider: Provider) -> frozenset[str]:
    """Return the currencies of open accounts into which nobody may pay since a change of them waits."""
    rows = Account.objects.filter(changes.held_back(), provider=provider, state=AccountState.OPEN)
    return frozenset().union(*(usable_currencies(each) for each in rows.select_related("bank")))


def pages_of(account: Account) -> tuple[str, ...]:
    """Return where an account's purchasers are sent, as a browser's policy names it. Raises what its gateway does."""
    return redirect_gateway(account).pages


def searched(account: Account, *, now: datetime) -> None:
    """Remember when a gateway was last asked for disputes."""
    account.searched_at = now
    Account.objects.filter(pk=account.pk).update(searched_at=now)


def is_silent(*, account_id: int, now: datetime) -> bool:
    """Say whether an account's gateway let somebody wait in vain a moment ago, so that nobody else should queue up."""
    return Account.objects.filter(pk=account_id, silent_at__gt=now - SILENCE).exists()


def keeps_silent(account: Account, *, now: datetime) -> bool:
    """Say the same of an account that was read a moment ago. No query."""
    return account.silent_at is not None and account.silent_at > now - SILENCE


def heard(account: Account, *, outcome: Outcome | None, now: datetime) -> None:
    """Remember whether a gateway answered at all, and once an hour that it works: that it said what it should.

    What it said of the money does not matter here; None is that it knows nothing of it.
    """
    unclear = outcome is not None and (outcome.kind is OutcomeKind.UNKNOWN or outcome.is_our_fault)
    _note(account, is_silent=outcome is not None and outcome.code == TIMED_OUT, works=not unclear, now=now)


def heard_nothing(account: Account, *, code: str, now: datetime) -> None:
    """Remember that a gateway could not be used, and whether it let somebody wait in vain."""
    _note(account, is_silent=code == TIMED_OUT, works=False, now=now)


def _note(account: Account, *, is_silent: bool, works: bool, now: datetime) -> None:
    changes: dict[str, Any] = {}
    if is_silent or account.silent_at:
        changes["silent_at"] = now if is_silent else None
    if works and (account.worked_at is None or account.worked_at < now - SEEN):
        changes["worked_at"] = now
        setting_up = Account.objects.filter(pk=account.pk, state=AccountState.SETTING_UP)
        if account.state == AccountState.SETTING_UP and setting_up.update(state=AccountState.TESTED):
            account.state = AccountState.TESTED
    if changes:
        Account.objects.filter(pk=account.pk).update(**changes)
        for name, value in changes.items():
            setattr(account, name, value)


def sealed_values() -> QuerySet[Account, tuple[int, bytes | memoryview, str]]:
    """Return what is sealed of all accounts: number, what is sealed, and whose it is."""
    rows = Account.objects.exclude(sealed_credentials=b"").order_by("pk")
    return rows.values_list("pk", "sealed_credentials", "provider__slug")


def replace_seal(account_id: int, *, before: bytes, after: bytes) -> bool:
    """Keep what is sealed under another key. False where it is another by now."""
    rows = Account.objects.filter(pk=account_id, sealed_credentials=before)
    return bool(rows.update(sealed_credentials=after))
