"""Giving money back: all that came of a payment, or parts of it. The only writer of refunds.

The intent is committed before a gateway is asked, and no call is made inside a transaction. What was asked and not
answered is looked up by the refund's own key; only what the gateway has never heard of is asked again, under the same
key, which gives nothing back twice. Together refunds never exceed what came: that is checked under the lock of the
payment's row, and once more by the ledger, in the database itself.

A transfer is given back by the provider, at its bank. Here that is only written down.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from portal.money import is_exact
from portal.payments import accounts, ledger
from portal.payments.gateway import MISUSE, Gateway, Outcome, OutcomeKind, Standing
from portal.payments.ledger import Action, Result, note, result_of
from portal.payments.models import CHARGING, OPEN_REFUNDS, Payment, PaymentState, Refund, RefundState
from portal.payments.rails import gateway_for
from portal.payments.standing import SETTLEMENT, SETTLEMENT_LOOK, STALE

NEVER_SENT = timedelta(minutes=1)  # whoever asked would have sent it by then
NEVER_ARRIVED = timedelta(minutes=15)  # a request the gateway has not heard of by then is sent again
ASK_AGAIN = timedelta(minutes=15)  # what a gateway has taken in, or could not do yet
RELEASED = "released"  # ours: the whole capture was let go before it had settled
UNCOUNTED = "uncounted"  # ours: money that came and was not taken as payment
NOT_CAPTURED = "not_captured"  # ours: only a part was asked back, and the gateway has let all of it go


@dataclass(frozen=True)
class TooMuch:
    """More than can still be given back of a payment; nothing was asked for."""

    left: Decimal


def payment_of(*, reference: str) -> Payment | None:
    """Return the payment of a reference whose money came, or None."""
    rows = Payment.objects.filter(reference=reference, state=PaymentState.CAPTURED)
    return rows.select_related("account__provider").order_by("id").last()


def is_by_hand(payment: Payment) -> bool:
    """Say whether no gateway can give a payment back, so that its provider has to."""
    return payment.account.rail not in CHARGING


def left(payment: Payment) -> Decimal:
    """Return how much can still be given back: what came, without what went back or may be on its way. Two queries."""
    rows = Refund.objects.filter(payment=payment.pk, state__in=OPEN_REFUNDS)
    under_way: Decimal = rows.aggregate(sum=Sum("amount", default=Decimal()))["sum"]
    return max(ledger.balance_of(payment).kept - under_way, Decimal())


def ask(
    payment: Payment, *, key: uuid.UUID, amount: Decimal, why: str, asked_by: int, now: datetime
) -> Refund | TooMuch:
    """Write down that money is to be given back through the gateway. The same key again is the same refund.

    Nobody is asked yet. Raises ValueError for an amount that its currency cannot express, and for a payment that came
    by transfer.
    """
    if is_by_hand(payment):
        raise ValueError("no gateway can give this back")
    return _begin(payment, key=key, amount=amount, note=why, asked_by=asked_by, now=now)


def record(
    payment: Payment,
    *,
    key: uuid.UUID,
    amount: Decimal,
    paid_back_on: date,
    bank_reference: str,
    why: str,
    asked_by: int,
    now: datetime,
) -> Refund | TooMuch:
    """Write down what a provider has paid back at its bank, and when, and under which reference. The same key again is
    the same refund. Raises ValueError for an amount that its currency cannot express, and for other rails."""
    if not is_by_hand(payment):
        raise ValueError("the gateway gives this back")
    by_hand = {"paid_back_on": paid_back_on, "bank_reference": bank_reference, "state": RefundState.DONE}
    return _begin(payment, key=key, amount=amount, note=why, asked_by=asked_by, now=now, **by_hand)


def record_uncounted(
    payment: Payment,
    *,
    amount: Decimal,
    paid_back_on: date,
    bank_reference: str,
    why: str,
    asked_by: int,
    now: datetime,
) -> Refund:
    """Write down money that came for a payment, never counted for it, and was paid back by its provider.

    The ledger then knows that it came, and that it went; what the provider keeps of the payment stays as it was.
    """
    facts = {"amount": amount, "note": why, "asked_by": asked_by, "asked_at": now, "checked_at": now}
    by_hand = {"paid_back_on": paid_back_on, "bank_reference": bank_reference, "state": RefundState.DONE}
    with transaction.atomic():
        note(payment, action=Action.RECEIPT, result=Result.SUCCEEDED, amount=amount, code=UNCOUNTED, now=now)
        refund = Refund.objects.create(payment=payment, **facts, **by_hand)
        _note(refund, Result.SUCCEEDED, now=now)
    return refund


def _begin(payment: Payment, *, key: uuid.UUID, amount: Decimal, now: datetime, **columns: Any) -> Refund | TooMuch:
    if amount <= 0 or not is_exact(amount, payment.currency):
        raise ValueError(f"{amount} {payment.currency} cannot be paid")
    with transaction.atomic():
        Payment.objects.select_for_update().get(pk=payment.pk)  # of several at once, each sees those before it
        if earlier := find(key=key):
            return earlier
        if amount > (rest := left(payment)):
            return TooMuch(rest)
        refund = Refund.objects.create(payment=payment, key=key, amount=amount, asked_at=now, checked_at=now, **columns)
        if refund.state == RefundState.DONE:
            _note(refund, Result.SUCCEEDED, now=now)
    return refund


def find(*, key: uuid.UUID) -> Refund | None:
    """Return the refund of a key, or None."""
    return Refund.objects.select_related("payment__account").filter(key=key).first()


def refunds_of(*, references: list[str]) -> QuerySet[Refund]:
    """Return all refunds of some references, in the order in which they were asked for."""
    return Refund.objects.filter(payment__reference__in=references).select_related("payment").order_by("id")


def done(*, reference: str) -> list[Refund]:
    """Return what was given back of a reference, in the order in which it was asked for. One query."""
    return list(refunds_of(references=[reference]).filter(state=RefundState.DONE))


def names(*, user_id: int) -> bool:
    """Say whether a person asked for a refund, and must stay known."""
    return Refund.objects.filter(asked_by=user_id).exists()


def take_up(refund: Refund, *, now: datetime) -> bool:
    """Write down that the gateway is about to be asked: REQUESTED is SENT. False means that somebody was first."""
    with transaction.atomic():
        moved = _move(refund, RefundState.SENT, since=RefundState.REQUESTED, now=now, sent_at=now)
        if moved:
            _note(refund, Result.REQUESTED, now=now)
    return moved


def give_back(refund: Refund) -> Outcome:
    """Ask the gateway to give the money back. Repeating it gives nothing back twice.

    Where an account's credentials do not open nobody is asked, and the answer is unknown until they do.
    """
    gateway = _gateway(refund)
    if isinstance(gateway, Outcome):
        return gateway
    payment = refund.payment
    return gateway.refund(key=str(refund.key), gateway_id=payment.gateway_id, amount=refund.amount)


def look_up(refund: Refund, *, now: datetime) -> Outcome | None:
    """Ask the gateway what became of a refund; None where it has never heard of it. That it was asked is noted first,
    so that a refund that cannot be looked up goes to the end of the sweep's line."""
    Refund.objects.filter(pk=refund.pk).update(checked_at=now)
    gateway = _gateway(refund)
    if isinstance(gateway, Outcome):
        return gateway
    payment = refund.payment
    outcome = gateway.find_refund(
        key=str(refund.key), gateway_id=payment.gateway_id, amount=refund.amount, currency=payment.currency
    )
    accounts.heard(payment.account, outcome=outcome, now=now)
    return outcome


def may_be_sent_again(refund: Refund, *, now: datetime) -> bool:
    """Say whether what the gateway has never heard of is to be asked again: it was not able to do it yet, or so much
    time has gone by that the first request arrives no more."""
    is_lost = refund.sent_at is not None and refund.sent_at < now - NEVER_ARRIVED
    return refund.state == RefundState.PENDING or (refund.state == RefundState.SENT and is_lost)


def _gateway(refund: Refund) -> Gateway | Outcome:
    try:
        return gateway_for(refund.payment.account)
    except (ImproperlyConfigured, ValueError):
        return Outcome(kind=OutcomeKind.UNKNOWN, code=MISUSE, text="no credentials that open", is_our_fault=True)


def settle(refund: Refund, *, outcome: Outcome | None, now: datetime) -> bool:
    """Write down what a gateway said of a refund, in row and ledger together. Say whether it stands otherwise now.

    What nobody knows changes nothing. What was given back may yet fail: then the money is the provider's again.
    """
    before, to, code = RefundState(refund.state), *_means(refund, outcome)
    if to is None and before is not RefundState.DONE:
        _note(refund, result_of(outcome), now=now, code=code)
    if to is None or to is before:
        return False
    with transaction.atomic():
        gateway_id = outcome.gateway_id if outcome else ""
        if not _move(refund, to, since=before, now=now, code=code, gateway_id=gateway_id or refund.gateway_id):
            return False
        if before is RefundState.DONE:
            note(refund.payment, action=Action.RECOVERY, result=Result.SUCCEEDED, amount=refund.amount, now=now)
        else:
            _note(refund, _RESULTS[to], now=now, code=code)
    return True


_RESULTS = {
    RefundState.DONE: Result.SUCCEEDED,
    RefundState.FAILED: Result.FAILED,
    RefundState.PENDING: Result.PENDING,
}


def _means(refund: Refund, outcome: Outcome | None) -> tuple[RefundState | None, str]:
    """Return the state that an answer leads to, or None where nobody knows, and the code to keep."""
    if outcome is None:
        return None, "not_found"
    if outcome.approved and outcome.standing is Standing.RELEASED:
        is_whole = refund.amount == refund.payment.amount
        return (RefundState.DONE, RELEASED) if is_whole else (RefundState.FAILED, NOT_CAPTURED)
    if outcome.approved:
        return RefundState.DONE, outcome.code
    if outcome.kind is OutcomeKind.PENDING:
        # What was taken in may be refused later, and what was given back is not taken in again.
        is_done = refund.state == RefundState.DONE
        return (None if is_done else RefundState.PENDING), outcome.code
    return (None if outcome.kind is OutcomeKind.UNKNOWN else RefundState.FAILED), outcome.code


def _note(refund: Refund, result: Result, *, now: datetime, code: str = "") -> None:
    note(refund.payment, action=Action.REFUND, result=result, amount=refund.amount, code=code, now=now)


def _move(refund: Refund, to: RefundState, *, since: RefundState, now: datetime, code: str = "", **more: Any) -> bool:
    changes: dict[str, Any] = {"state": to, "code": code[:60], "checked_at": now, **more}
    moved = Refund.objects.filter(pk=refund.pk, state=since).update(**changes)
    if moved:
        for name, value in changes.items():
            setattr(refund, name, value)
    return bool(moved)


def accounts_with_refunds(*, now: datetime) -> QuerySet[Refund, int]:
    """Return the accounts of whose gateways something is to be asked about refunds."""
    return Refund.objects.filter(_to_do(now)).order_by().values_list("payment__account", flat=True)


def to_do(*, account_id: int, now: datetime) -> QuerySet[Refund, uuid.UUID]:
    """Return the keys of an account's refunds that are to be sent or looked up, the longest unasked first."""
    rows = Refund.objects.filter(_to_do(now), payment__account=account_id)
    return rows.order_by("checked_at").values_list("key", flat=True)


def _to_do(now: datetime) -> Q:
    """Refunds that nobody has sent, whose answer is outstanding, or that may still fail."""
    waiting = Q(state=RefundState.REQUESTED, checked_at__lt=now - NEVER_SENT)
    waiting |= Q(state=RefundState.SENT, checked_at__lt=now - STALE)
    waiting |= Q(state=RefundState.PENDING, checked_at__lt=now - ASK_AGAIN)
    settling = Q(state=RefundState.DONE, paid_back_on=None, checked_at__lt=now - SETTLEMENT_LOOK)
    return waiting | settling & Q(asked_at__gt=now - SETTLEMENT) & ~Q(code=RELEASED)
