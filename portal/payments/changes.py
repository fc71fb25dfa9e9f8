"""Where money goes is not changed at once: the only writer of changes that wait.

Who knows the old place is told first, and has time to stop it; only then is it carried out, by who writes what changes:
`accounts.carry_out`, or `transfers.banks.carry_out`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.payments.models import Account, Change, ChangeState
from portal.vault import seal, unseal

WAITS = _("A change of this account waits already. Stop that one first, or wait until it is carried out.")
RETRY = timedelta(minutes=5)  # a letter that was claimed so long ago was lost on the way


class AlreadyChanging(Exception):
    """Another change of the account waits already, which WAITS says to people."""


def ask(account: Account, *, wanted: dict[str, Any] | None) -> Change:
    """Write down what an account would become, sealed at once; None is that it would be open, as it is.

    Raises AlreadyChanging where another change waits.
    """
    opens = wanted is None
    try:
        with transaction.atomic():
            return Change.objects.create(
                account=account,
                opens=opens,
                sealed=seal(wanted or {}),
                holds_money_back=settings.PAYEE_CHANGE_PAUSES and not opens,
            )
    except IntegrityError as error:
        raise AlreadyChanging from error


def wanted(change: Change) -> dict[str, Any]:
    """Open what an account would become. Raises ImproperlyConfigured where it cannot be opened."""
    return unseal(change.sealed)


def pending(account: Account) -> Change | None:
    """Return the change of an account that waits, if one does."""
    return Change.objects.filter(account=account.pk, state=ChangeState.PENDING).first()


def find(*, stop_key: str) -> Change | None:
    """Return the change that a letter told of, however it ended."""
    return Change.objects.select_related("account__provider").filter(stop_key=stop_key).first()


def held_back() -> Exists:
    """Say of accounts, in a query, whether nobody may pay into them since a change of them waits."""
    waiting = Change.objects.filter(account=OuterRef("pk"), state=ChangeState.PENDING, holds_money_back=True)
    return Exists(waiting)


def untold(*, now: datetime) -> QuerySet[Change]:
    """Return the changes that nobody was told of yet, and that nobody is at."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - RETRY)
    return _waiting().filter(free, told_at=None)


def due(*, now: datetime) -> QuerySet[Change]:
    """Return the changes whose time has come."""
    return _waiting().filter(due_at__lte=now)


def _waiting() -> QuerySet[Change]:
    return Change.objects.filter(state=ChangeState.PENDING).select_related("account__provider").order_by("id")


def claim(change: Change, *, now: datetime) -> bool:
    """Say that one is about to tell of a change. False where somebody else is, or has."""
    return bool(untold(now=now).filter(pk=change.pk).order_by().update(claimed_at=now))


def told(change: Change, *, now: datetime) -> None:
    """Write down that a letter told of a change: from now on its time runs."""
    due_at = now + timedelta(hours=settings.PAYEE_CHANGE_HOURS)
    Change.objects.filter(pk=change.pk, told_at=None).update(told_at=now, due_at=due_at)


def stop(change: Change, *, now: datetime) -> bool:
    """Let an account stay as it is. False where the change was carried out, or stopped before."""
    return _end(Change.objects.filter(pk=change.pk), to=ChangeState.STOPPED, now=now)


def apply(change: Change, *, now: datetime) -> bool:
    """Write down that a change is carried out, in the transaction that does so. False where it is not due, or ended."""
    return _end(due(now=now).filter(pk=change.pk), to=ChangeState.APPLIED, now=now)


def _end(rows: QuerySet[Change], *, to: ChangeState, now: datetime) -> bool:
    rows = rows.filter(state=ChangeState.PENDING).order_by()
    return bool(rows.update(state=to, ended_at=now, sealed=b""))


def hold_back(change: Change) -> None:
    """Let nobody pay into the account of a change that is due until it is carried out, so that this has an end."""
    Change.objects.filter(pk=change.pk, holds_money_back=False).update(holds_money_back=True)


def sealed_values() -> QuerySet[Change, tuple[int, bytes | memoryview, str]]:
    """Return what is sealed of the changes that wait: number, what is sealed, and whose it is."""
    return _waiting().values_list("pk", "sealed", "account__provider__slug")


def replace_seal(change_id: int, *, before: bytes, after: bytes) -> bool:
    """Keep what is sealed under another key. False where the change has ended by now."""
    return bool(Change.objects.filter(pk=change_id, sealed=before).update(sealed=after))
