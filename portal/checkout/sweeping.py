"""Finding whatever was lost on the way, and handing it to the service. Rows are the queue; this is who reads it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from portal.checkout import service
from portal.checkout.models import LIVE_PAYMENTS, Order, OrderState, Payment, PaymentState
from portal.checkout.rules import GIVEN_UP
from portal.registry import service as registry

logger = logging.getLogger(__name__)

BATCH = 200  # rows of each kind in one round
STALE = timedelta(minutes=2)  # longer than any gateway call may take
JUST_PAID = timedelta(seconds=30)  # so long a worker may take to begin
CAPTURE_RETRY = timedelta(hours=1)
LATE_LOOK = timedelta(hours=1)
LATE_MONEY = timedelta(days=1)  # what never arrived is looked for so long
SETTLEMENT_LOOK = timedelta(days=1)
SETTLEMENT = timedelta(days=5)  # a capture is settled or refused by then


def sweep(*, now: datetime) -> int:
    """Find and finish whatever was lost: one bounded round, meant for every minute. Returns how many rows it met.

    Each row is handled by itself: what fails is logged and left for a later round, and holds up nothing else.
    """
    handled = _each(_doubtful(now), "key", lambda key: service.check_payment(key=key, now=now))
    handled += _each(_worth_another_look(now), "key", lambda key: service.check_payment(key=key, now=now))
    handled += _each(_unfinished(now), "pk", lambda pk: service.fulfil(order_id=pk, now=now))
    return handled + _each(_overdue(now), "pk", lambda pk: service.expire(order_id=pk, now=now))


def _doubtful(now: datetime) -> QuerySet[Payment]:
    """Payments of which an answer is outstanding, the longest unasked first."""
    states = (PaymentState.SENT, PaymentState.CAPTURING, PaymentState.VOIDING)
    return Payment.objects.filter(state__in=states, checked_at__lt=now - STALE).order_by("checked_at")


def _worth_another_look(now: datetime) -> QuerySet[Payment]:
    """Payments that may still turn out otherwise than they look, the longest unasked first."""
    failed = Q(state=PaymentState.CAPTURE_FAILED, checked_at__lt=now - CAPTURE_RETRY)
    given_up = Q(state=PaymentState.DECLINED, code=GIVEN_UP.code, checked_at__lt=now - LATE_LOOK)
    settling = Q(state=PaymentState.CAPTURED, checked_at__lt=now - SETTLEMENT_LOOK)
    recent = given_up & Q(sent_at__gt=now - LATE_MONEY) | settling & Q(sent_at__gt=now - SETTLEMENT)
    return Payment.objects.filter(failed | recent).order_by("checked_at")


def _unfinished(now: datetime) -> QuerySet[Order]:
    """Orders that lack a cancellation, a capture or release, or a letter."""
    paid = Q(state=OrderState.PAID, paid_at__lt=now - JUST_PAID)
    paid &= ~Q(reference__in=registry.outstanding())  # the registry's own sweep pursues these
    unpaid = service.HAS_ENDED & Q(payments__state=PaymentState.AUTHORISED)
    unclaimed = Q(mail_claimed_at=None) | Q(mail_claimed_at__lt=now - service.MAIL_RETRY)
    untold = service.HAS_ENDED & Q(mailed_at=None) & unclaimed
    return Order.objects.filter(paid | unpaid | untold).order_by("id")


def _overdue(now: datetime) -> QuerySet[Order]:
    """Orders whose hold has run out and that nobody is paying."""
    held = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, hold_until__lte=now)
    return held.exclude(payments__state__in=LIVE_PAYMENTS).order_by("hold_until")


def _each(rows: QuerySet[Any], field: str, act: Callable[[Any], object]) -> int:
    keys = list(dict.fromkeys(rows.values_list(field, flat=True)[:BATCH]))
    for key in keys:
        try:
            act(key)
        except Exception:  # one bad row must not stop the sweep; it is logged and met again next minute
            logger.exception("sweep could not handle %s %s", rows.model.__name__, key)
    return len(keys)
