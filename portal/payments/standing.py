"""Where payments stand: which are live, in doubt, or worth another look at their gateway. Only reads."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from portal.payments.gateway import Outcome, OutcomeKind
from portal.payments.models import CHARGING, LIVE_PAYMENTS, OPEN_REFUNDS, UNDER_WAY, Account, Payment, PaymentState
from portal.payments.rails import REDIRECTING

GIVEN_UP = Outcome(kind=OutcomeKind.DECLINED, code="never_arrived")  # ours: no gateway said so, and it may yet be wrong
ABANDONED = "abandoned"  # ours too: its purchaser turned to another rail, or let it lapse
STALE = timedelta(minutes=2)  # longer than any gateway call may take
OFFER_LOOK = timedelta(minutes=5)  # who agreed and did not come back is looked for so often
CAPTURE_RETRY = timedelta(hours=1)
HELD_AT_MOST = timedelta(days=30)  # an authorisation at Braintree has expired by then, whatever the card
RENEWAL_LOOK = timedelta(hours=1)
LATE_LOOK = timedelta(hours=1)
LATE_MONEY = timedelta(days=1)  # what never arrived is looked for so long
SETTLEMENT_LOOK = timedelta(days=1)
SETTLEMENT = timedelta(days=5)  # a capture is settled or refused by then


def is_being_paid(account: Account, *, now: datetime) -> bool:
    """Say whether a payment into an account is under way, or a refund, so that its credentials must stay as they are.

    Money whose collection failed counts for as long as a gateway may hold it, since it is tried again.
    """
    is_open = Q(state__in=(*UNDER_WAY, PaymentState.OFFERED))
    is_open |= Q(state=PaymentState.CAPTURE_FAILED, sent_at__gt=now - HELD_AT_MOST)
    is_open |= Q(refunds__state__in=OPEN_REFUNDS)
    return Payment.objects.filter(is_open, account=account.pk).exists()


def find(*, key: uuid.UUID) -> Payment | None:
    """Return the payment of a key, or None."""
    return Payment.objects.select_related("account").filter(key=key).first()


def read_anew(payment: Payment) -> bool:
    """Read where a payment stands by now, and say whether another one of its reference is live. One query.

    Meant to be asked under a lock of the caller's, by which one at a time moves the payments of a reference.
    """
    rows = Payment.objects.filter(reference=payment.reference).values_list("pk", "state", "code")
    found = {pk: (state, code) for pk, state, code in rows}
    payment.state, payment.code = found.pop(payment.pk)
    return any(state in LIVE_PAYMENTS for state, _code in found.values())


def live(reference: str | OuterRef) -> QuerySet[Payment]:
    """Return the payment of a reference whose money is, or may be, on its way: one at most."""
    return Payment.objects.filter(reference=reference, state__in=LIVE_PAYMENTS)


def binding(reference: str | OuterRef) -> QuerySet[Payment]:
    """Return the live payment of a reference, unless its purchaser was led to pages of others and no more.

    There nothing moves before we ask for it, while a transfer may be on its way without anybody's knowing.
    """
    return live(reference).exclude(state=PaymentState.OFFERED, account__rail__in=REDIRECTING)


def under_way(reference: str | OuterRef) -> QuerySet[Payment]:
    """Return the live payment of a reference that no longer waits for its purchaser alone."""
    return live(reference).exclude(state=PaymentState.OFFERED)


def declined(*, reference: str | OuterRef) -> QuerySet[Payment]:
    """Return the attempts to pay a reference that came to nothing, without those that were abandoned for others."""
    return Payment.objects.filter(reference=reference, state=PaymentState.DECLINED).exclude(code=ABANDONED)


def uncollected(*, account_id: int) -> QuerySet[Payment, str]:
    """Return the references whose money is held for an account, and neither taken nor let go."""
    return Payment.objects.filter(account=account_id, state=PaymentState.AUTHORISED).values_list("reference", flat=True)


def unsure(*, references: QuerySet[Any, str], now: datetime) -> QuerySet[Payment]:
    """Return the payments of some references whose money is held and was not seen to be so for a while."""
    rows = Payment.objects.filter(state=PaymentState.AUTHORISED, reference__in=references)
    return rows.filter(checked_at__lt=now - RENEWAL_LOOK)


def latest(*, references: Iterable[str]) -> dict[str, Payment]:
    """Return the youngest payment of each reference, with its account, where there is one. One query."""
    rows = Payment.objects.filter(reference__in=references).select_related("account").order_by("id")
    return {payment.reference: payment for payment in rows}


def accounts_with_open_ends(*, ended: QuerySet[Any, str], now: datetime) -> QuerySet[Payment, int]:
    """Return the accounts, each once, whose gateway is to be asked what became of a payment; or told to take or release
    money that is held, of what has `ended`: references."""
    held = Q(state=PaymentState.AUTHORISED, reference__in=ended)
    rows = Payment.objects.filter(held | _in_doubt(now) | _worth_another_look(now))
    return rows.order_by("account").values_list("account", flat=True).distinct()


def in_doubt(*, account_id: int, now: datetime) -> QuerySet[Payment, uuid.UUID]:
    """Return the keys of an account's payments of which an answer is outstanding, the longest unasked first."""
    return _keys(account_id, _in_doubt(now))


def worth_another_look(*, account_id: int, now: datetime) -> QuerySet[Payment, uuid.UUID]:
    """Return those of payments that may still turn out otherwise than they look, the longest unasked first."""
    return _keys(account_id, _worth_another_look(now))


def _keys(account_id: int, wanted: Q) -> QuerySet[Payment, uuid.UUID]:
    return Payment.objects.filter(wanted, account=account_id).order_by("checked_at").values_list("key", flat=True)


def _in_doubt(now: datetime) -> Q:
    states = (PaymentState.SENT, PaymentState.CAPTURING, PaymentState.VOIDING)
    offered = Q(state=PaymentState.OFFERED, account__rail__in=REDIRECTING, checked_at__lt=now - OFFER_LOOK)
    return Q(state__in=states, checked_at__lt=now - STALE) | offered & ~Q(gateway_id="")


def is_stale(payment: Payment, *, now: datetime) -> bool:
    """Say whether nobody can still be waiting for an answer about a payment, as it was read."""
    return payment.checked_at < now - STALE


def _worth_another_look(now: datetime) -> Q:
    failed = Q(state=PaymentState.CAPTURE_FAILED, checked_at__lt=now - CAPTURE_RETRY)
    given_up = Q(state=PaymentState.DECLINED, code=GIVEN_UP.code, checked_at__lt=now - LATE_LOOK)
    settling = Q(state=PaymentState.CAPTURED, checked_at__lt=now - SETTLEMENT_LOOK)
    worth = failed | given_up & Q(sent_at__gt=now - LATE_MONEY) | settling & Q(sent_at__gt=now - SETTLEMENT)
    return worth & Q(account__rail__in=CHARGING)


def awaits_answer(payment: Payment) -> bool:
    """Say whether news of the authorisation still counts: it was asked for, or was given up without any answer."""
    is_given_up = payment.state == PaymentState.DECLINED and payment.code == GIVEN_UP.code
    return payment.state == PaymentState.SENT or is_given_up
