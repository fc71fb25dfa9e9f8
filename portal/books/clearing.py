"""What people do about what our books do not know: rebuild an order, release money, pay it back, or say what it is.

The only writer of clearings. Each thing is cleared once: who, when and why is committed before anything is done, and
that it was done afterwards. What was interrupted in between may be done again, in the same way and no other; gateways
are asked under a key that is derived from the thing, so that asking again moves no money twice.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from portal.books.comparison import UNKNOWN, Difference, Sort
from portal.books.models import Action, Clearing, Discrepancy
from portal.checkout import rebuilding
from portal.checkout.rebuilding import Lost, Rebuilt
from portal.payments import books
from portal.payments.gateway import Outcome, OutcomeKind
from portal.payments.models import Account
from portal.payments.transfers import entries
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.models import StatementEntry
from portal.payments.transfers.remedies import Remedy
from portal.registry.models import Cancellation

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "clearings")


class Cleared(StrEnum):
    """How it went."""

    DONE = "done"
    DONE_BEFORE = "done_before"  # by whoever is named in its clearing
    OTHERWISE = "otherwise"  # something else was begun about it, and is to be done to its end
    REFUSED = "refused"  # the gateway will not, or the order cannot be rebuilt so
    UNKNOWN = "unknown"  # the gateway gave no answer: do the same again later


def subject_of(row: Discrepancy | Difference) -> str:
    """Return by what something is cleared: the key of money, since a gateway may record it under several numbers."""
    return row.key or row.number


def uncleared(differences: Iterable[Discrepancy | Difference]) -> set[str]:
    """Return which of some things nobody has cleared, by subject, nor were made by clearing others. One query."""
    subjects = {subject_of(each) for each in differences if each.sort in UNKNOWN}
    keys = {each for each in subjects if _is_key(each)}
    done = Clearing.objects.exclude(done_at=None).filter(Q(subject__in=subjects) | Q(key__in=keys))
    cleared = {str(text) for row in done.values_list("subject", "key") for text in row} if subjects else set()
    return subjects - cleared


def _is_key(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def names(*, user_id: int) -> bool:
    """Say whether a person cleared something, and must stay known."""
    return Clearing.objects.filter(by=user_id).exists()


def explain(row: Discrepancy, *, why: str, by_id: int, now: datetime) -> Cleared:
    """Write down what something is, of which nothing is to be done. An entry of a statement leaves its queue."""
    if row.sort == Sort.UNKNOWN_ENTRY:
        return _decide(row, Action.EXPLAINED, Remedy.NOT_OURS, why=why, by_id=by_id, now=now)
    clearing = _begin(row, Action.EXPLAINED, why=why, by_id=by_id, now=now)
    return _end(clearing, now=now) if isinstance(clearing, Clearing) else clearing


def release(row: Discrepancy, *, account: Account, why: str, by_id: int, now: datetime) -> tuple[Cleared, str]:
    """Have money let go that is held for no order. Returns how it went, and the gateway's reason."""
    found = books.trace(account, number=row.number)
    if not found.gateway_id or found.reference != row.key:
        return _answered(found), found.code
    clearing = _begin(row, Action.RELEASED, why=why, by_id=by_id, now=now)
    if not isinstance(clearing, Clearing):
        return clearing, ""
    outcome = books.release(account, key=row.key, gateway_id=found.gateway_id)
    return _close(clearing, outcome, now=now), outcome.code


def note_paid_back(row: Discrepancy, *, why: str, by_id: int, now: datetime) -> Cleared:
    """Write down that a provider pays a transfer back at its bank; `why` says when, and under which reference."""
    return _decide(row, Action.PAID_BACK, Remedy.PAY_BACK, why=why, by_id=by_id, now=now)


def _decide(row: Discrepancy, action: Action, choice: Remedy, *, why: str, by_id: int, now: datetime) -> Cleared:
    """Decide an entry of a statement in the queue of its provider, and write that down, together."""
    entry = StatementEntry.objects.filter(bank__account=row.account_id, import_id=row.number).first()
    if entry is None:
        return Cleared.REFUSED
    with transaction.atomic():
        clearing = _begin(row, action, why=why, by_id=by_id, now=now)
        if not isinstance(clearing, Clearing):
            return clearing
        if entries.decide(entry_id=entry.pk, choice=choice, by_id=by_id, note=why[:500], now=now) is not Decided.DONE:
            transaction.set_rollback(True)
            return Cleared.REFUSED
        return _end(clearing, now=now)


def pay_back(row: Discrepancy, *, account: Account, why: str, by_id: int, now: datetime) -> tuple[Cleared, str]:
    """Have money given back that came for no order, all of it. Returns how it went, and the gateway's reason."""
    found = books.trace(account, number=row.number)
    if not found.gateway_id or found.reference != row.key or found.amount is None:
        return _answered(found), found.code
    clearing = _begin(row, Action.PAID_BACK, why=why, by_id=by_id, now=now)
    if not isinstance(clearing, Clearing):
        return clearing, ""
    outcome = books.give_back(account, key=str(clearing.key), gateway_id=found.gateway_id, amount=found.amount)
    return _close(clearing, outcome, now=now), outcome.code


def rebuild(row: Discrepancy, *, lost: Lost, why: str, by_id: int, now: datetime) -> tuple[Cleared, str]:
    """Write down the order that something belongs to, as `rebuilding.rebuild` does. Returns how it went, and why not.

    Both are one transaction, so there is no order without a word of who rebuilt it.
    """
    try:
        with transaction.atomic():
            clearing = _begin(row, Action.REBUILT, why=why, by_id=by_id, now=now, reference=lost.reference)
            if not isinstance(clearing, Clearing):
                return clearing, ""
            result = rebuilding.rebuild(lost, by_id=by_id, why=why, now=now)
            if result is not Rebuilt.DONE:
                transaction.set_rollback(True)
                return Cleared.REFUSED, result
            return _end(clearing, now=now), ""
    except ValueError as error:
        return Cleared.REFUSED, str(error)


def open_ones(rows: Sequence[Discrepancy]) -> set[str]:
    """Return which of some things our books do not know yet, by subject: not cleared, nor explained by what was."""
    subjects = uncleared(rows)
    known = books.payments_named([each for each in subjects if _is_key(each)]).keys()
    references = {each.reference: subject_of(each) for each in rows if each.sort == Sort.UNKNOWN_CANCELLATION}
    asked = Cancellation.objects.filter(reference__in=references).values_list("reference", flat=True)
    return subjects - known - {references[each] for each in asked}


def _begin(
    row: Discrepancy, action: Action, *, why: str, by_id: int, now: datetime, reference: str = ""
) -> Clearing | Cleared:
    subject = subject_of(row)
    clearing, _is_new = Clearing.objects.get_or_create(
        subject=subject,
        defaults={
            "sort": row.sort,
            "action": action,
            "key": uuid.uuid5(SPACE, subject),
            "reference": reference or row.reference,
            "amount": row.amount,
            "currency": row.currency,
            "why": why[:500],
            "by_id": by_id,
            "begun_at": now,
        },
    )
    if clearing.done_at:
        return Cleared.DONE_BEFORE
    return clearing if clearing.action == action else Cleared.OTHERWISE


def _close(clearing: Clearing, outcome: Outcome, *, now: datetime) -> Cleared:
    if outcome.approved:
        return _end(clearing, now=now)
    if outcome.kind is OutcomeKind.DECLINED:  # nothing has moved: something else may be done about it
        Clearing.objects.filter(pk=clearing.pk, done_at=None).delete()
    return _answered(outcome)


def _answered(outcome: Outcome) -> Cleared:
    return Cleared.REFUSED if outcome.kind is OutcomeKind.DECLINED else Cleared.UNKNOWN


def _end(clearing: Clearing, *, now: datetime) -> Cleared:
    done = Clearing.objects.filter(pk=clearing.pk, done_at=None).update(done_at=now)
    return Cleared.DONE if done else Cleared.DONE_BEFORE
