"""Disputes: money that payers want back through their bank or the gateway. The only writer of disputes.

What a gateway says of one is the truth; webhooks are hints. Money that is disputed counts as gone from the day the
dispute is known, since gateways take it back at once, and as back again where it is won. A dispute says nothing
about what was paid for, and changes nothing of it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.payments import accounts, refunds
from portal.payments.gateway import (
    MISUSE,
    DisputeFacts,
    DisputeGateway,
    DisputeStatus,
    EvidenceFile,
    Outcome,
    OutcomeKind,
)
from portal.payments.ledger import Action, Result, note
from portal.payments.models import Account, Dispute, DisputeState, Payment, PaymentState
from portal.payments.rails import DISPUTING, dispute_gateway
from portal.payments.standing import STALE

LOOK = timedelta(hours=12)  # so often what is undecided is looked at, and gateways are asked for others
POSSIBLE = timedelta(days=180)  # so long after a payment it may be disputed
OVERLAP = timedelta(days=7)  # a search reaches back beyond the one before
NOT_YET = timedelta(days=1)  # payments younger than that are not searched for
BEING_DONE = (DisputeState.SENDING, DisputeState.CONCEDING)
UNDECIDED = (DisputeState.OPEN, *BEING_DONE, DisputeState.ANSWERED)
GIVEN_IN = "given_in"  # ours: somebody wanted it to be lost


def find(*, number: str, reference: str) -> Dispute | None:
    """Return the dispute of a payer's reference by the gateway's number, or None."""
    return Dispute.objects.select_related("payment").filter(number=number, payment__reference=reference).first()


def get(*, dispute_id: int) -> Dispute:
    """Return a dispute. Raises Dispute.DoesNotExist."""
    return Dispute.objects.select_related("payment__account").get(pk=dispute_id)


def disputes_of(*, reference: str) -> QuerySet[Dispute]:
    """Return all disputes about payments of a reference, in the order in which they became known."""
    return Dispute.objects.filter(payment__reference=reference).select_related("payment").order_by("id")


def names(*, user_id: int) -> bool:
    """Say whether a person answered a dispute, and must stay known."""
    return Dispute.objects.filter(answered_by=user_id).exists()


def account(*, account_id: int) -> Account:
    """Return an account that may be asked. Raises Account.DoesNotExist."""
    return Account.objects.select_related("provider").get(pk=account_id)


def ask(of: Account, *, number: str, now: datetime) -> DisputeFacts | Outcome:
    """Ask a gateway how a dispute stands. An Outcome where it does not say."""
    gateway = _gateway(of)
    if isinstance(gateway, Outcome):
        return gateway
    answer = gateway.dispute(number)
    accounts.heard(of, outcome=answer if isinstance(answer, Outcome) else None, now=now)
    return answer


def search(of: Account, *, now: datetime) -> list[DisputeFacts]:
    """Ask a gateway for all disputes since the last search. None of them where it does not say; then it is asked again
    later. That it was asked is noted first."""
    since = of.searched_at - OVERLAP if of.searched_at else now - POSSIBLE
    gateway = _gateway(of)
    if isinstance(gateway, Outcome):
        accounts.searched(of, now=now)
        return []
    answer = gateway.disputes(since=since.date())
    accounts.heard(of, outcome=answer if isinstance(answer, Outcome) else None, now=now)
    if isinstance(answer, Outcome):
        return []
    accounts.searched(of, now=now)
    return answer


def _gateway(of: Account) -> DisputeGateway | Outcome:
    try:
        return dispute_gateway(of)
    except (ImproperlyConfigured, ValueError):
        return Outcome(kind=OutcomeKind.UNKNOWN, code=MISUSE, text="no credentials that open", is_our_fault=True)


def payment_of(facts: DisputeFacts, *, account_id: int) -> Payment | None:
    """Return the payment that is disputed, or None where it is none of ours: a provider's own shop may be paid into the
    same account."""
    try:
        key = uuid.UUID(facts.reference)
    except ValueError:
        return None
    return Payment.objects.filter(key=key, account=account_id).first()


def take_in(facts: DisputeFacts, *, payment: Payment, now: datetime) -> tuple[Dispute, bool]:
    """Write down how a dispute stands, in row and ledger together. Return it, and whether it stands otherwise now.

    No more is counted as gone than came and did not go back before: the database refuses that.
    """
    with transaction.atomic():
        Payment.objects.select_for_update().get(pk=payment.pk)
        dispute = Dispute.objects.filter(payment=payment, number=facts.id).first()
        before = DisputeState(dispute.state) if dispute else None
        dispute = dispute or Dispute(payment=payment, number=facts.id, opened_at=now)
        is_being_done = before in BEING_DONE and facts.status is DisputeStatus.OPEN
        dispute.state = before if before and is_being_done else DisputeState(facts.status)
        dispute.kind, dispute.reason = facts.kind[:30], facts.reason[:60]
        dispute.amount, dispute.reply_by, dispute.checked_at = facts.amount, facts.reply_by, now
        _book(dispute, facts, now=now)
        dispute.save()
    return dispute, dispute.state != before


def _book(dispute: Dispute, facts: DisputeFacts, *, now: datetime) -> None:
    """Let the ledger say what is gone, or back again. Runs in `take_in`'s transaction.

    What a refund has asked for may be given back any moment, and is left to it. Should it fail, the next look books it.
    """
    if dispute.state == DisputeState.WON:
        change = -min(dispute.booked, facts.won or dispute.booked)
    elif facts.is_inquiry or facts.currency != dispute.payment.currency:
        return
    else:  # less than nothing where only a part was lost in the end
        change = min(facts.amount - facts.won - dispute.booked, refunds.left(dispute.payment))
    if change:
        action = Action.CHARGEBACK if change > 0 else Action.RECOVERY
        note(dispute.payment, action=action, result=Result.SUCCEEDED, amount=abs(change), code=facts.reason, now=now)
        dispute.booked += change


def begin_to_answer(dispute: Dispute, *, by_id: int, now: datetime) -> bool:
    """Write down that evidence is to be sent, and who wants that. False where it is open no more, or being sent."""
    return _move(dispute, DisputeState.SENDING, since=DisputeState.OPEN, now=now, answered_by=by_id, code="")


def send(dispute: Dispute, *, texts: Sequence[str], files: Sequence[EvidenceFile], now: datetime) -> Outcome:
    """Send evidence for a dispute, and note the answer: ANSWERED where it has arrived, OPEN again where it was refused.

    Where nobody knows it stays SENDING, and is sent again: what has arrived is not sent twice.
    """
    gateway = _gateway(dispute.payment.account)
    if isinstance(gateway, Outcome):
        return gateway
    Dispute.objects.filter(pk=dispute.pk).update(checked_at=now)
    outcome = gateway.send_evidence(dispute.number, texts=texts, files=files)
    accounts.heard(dispute.payment.account, outcome=outcome, now=now)
    if outcome.approved:
        _move(dispute, DisputeState.ANSWERED, since=DisputeState.SENDING, now=now)
    elif outcome.kind is not OutcomeKind.UNKNOWN:
        _move(dispute, DisputeState.OPEN, since=DisputeState.SENDING, now=now, code=outcome.code[:60])
    return outcome


def begin_to_give_in(dispute: Dispute, *, by_id: int, now: datetime) -> bool:
    """Write down that a dispute is to be given in to, and who wants that. False where it is open no more, or being
    answered."""
    return _move(dispute, DisputeState.CONCEDING, since=DisputeState.OPEN, now=now, answered_by=by_id, code=GIVEN_IN)


def give_in(dispute: Dispute, *, now: datetime) -> Outcome:
    """Ask the gateway to give the money to the payer. How it stands then is asked for; where the gateway refused it is
    OPEN again, and where nobody knows it stays CONCEDING, and is asked for again, which gives nothing back twice."""
    gateway = _gateway(dispute.payment.account)
    if isinstance(gateway, Outcome):
        return gateway
    Dispute.objects.filter(pk=dispute.pk).update(checked_at=now)
    outcome = gateway.accept(dispute.number)
    accounts.heard(dispute.payment.account, outcome=outcome, now=now)
    if outcome.kind is OutcomeKind.DECLINED:
        _move(dispute, DisputeState.OPEN, since=DisputeState.CONCEDING, now=now, code=outcome.code[:60])
    return outcome


def _move(dispute: Dispute, to: DisputeState, *, since: DisputeState, now: datetime, **more: Any) -> bool:
    changes = {"state": to, "checked_at": now, **more}
    moved = Dispute.objects.filter(pk=dispute.pk, state=since).update(**changes)
    if moved:
        for name, value in changes.items():
            setattr(dispute, name, value)
    return bool(moved)


def accounts_with_disputes(*, now: datetime) -> QuerySet[Any, int]:
    """Return the accounts of whose gateways something is to be asked about disputes."""
    undecided = Dispute.objects.filter(_to_do(now), payment__account=OuterRef("pk"))
    rows = Account.objects.filter(Exists(undecided) | _to_search(now))
    return rows.order_by().values_list("pk", flat=True)


def to_do(*, account_id: int, now: datetime) -> QuerySet[Dispute, int]:
    """Return an account's disputes that are to be answered or looked up, the longest unasked first."""
    rows = Dispute.objects.filter(_to_do(now), payment__account=account_id)
    return rows.order_by("checked_at").values_list("pk", flat=True)


def to_search(*, account_id: int, now: datetime) -> QuerySet[Account, int]:
    """Return the account itself, where its gateway is to be asked for disputes."""
    return Account.objects.filter(_to_search(now), pk=account_id).values_list("pk", flat=True)


def _to_do(now: datetime) -> Q:
    waiting = Q(state__in=BEING_DONE, checked_at__lt=now - STALE)
    return waiting | Q(state__in=UNDECIDED, checked_at__lt=now - LOOK)


def _to_search(now: datetime) -> Q:
    paid = Payment.objects.filter(
        account=OuterRef("pk"),
        state=PaymentState.CAPTURED,
        sent_at__gt=now - POSSIBLE,
        sent_at__lt=now - NOT_YET,
    )
    is_time = Q(searched_at=None) | Q(searched_at__lt=now - LOOK)
    return is_time & Q(Exists(paid), rail__in=DISPUTING)
