"""Finding whatever was lost on the way, and handing it to the service. Rows are the queue; this is who reads it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.checkout import service
from portal.checkout.models import Order, OrderState
from portal.payments import service as payments
from portal.registry import service as registry

logger = logging.getLogger(__name__)

BATCH = 200  # rows of each kind in one round
JUST_PAID = timedelta(seconds=30)  # so long a worker may take to begin


def sweep(*, now: datetime) -> int:
    """Find and finish whatever was lost: one bounded round, meant for every minute. Returns how many rows it met.

    Each row is handled by itself: what fails is logged and left for a later round, and holds up nothing else.
    """
    handled = _each(payments.in_doubt(now=now), "key", lambda key: service.check_payment(key=key, now=now))
    handled += _each(payments.worth_another_look(now=now), "key", lambda key: service.check_payment(key=key, now=now))
    handled += _each(_unfinished(now), "pk", lambda pk: service.fulfil(order_id=pk, now=now))
    return handled + _each(_overdue(now), "pk", lambda pk: service.expire(order_id=pk, now=now))


def _unfinished(now: datetime) -> QuerySet[Order]:
    """Orders that lack a cancellation, a capture or release, or a letter."""
    paid = Q(state=OrderState.PAID, paid_at__lt=now - JUST_PAID)
    paid &= ~Q(reference__in=registry.outstanding())  # the registry's own sweep pursues these
    unpaid = service.HAS_ENDED & Q(reference__in=payments.uncollected())
    unclaimed = Q(mail_claimed_at=None) | Q(mail_claimed_at__lt=now - service.MAIL_RETRY)
    untold = service.HAS_ENDED & Q(mailed_at=None) & unclaimed
    return Order.objects.filter(paid | unpaid | untold).order_by("id")


def _overdue(now: datetime) -> QuerySet[Order]:
    """Orders whose hold has run out and that nobody is paying."""
    held = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, hold_until__lte=now)
    return held.exclude(Exists(payments.live(OuterRef("reference")))).order_by("hold_until")


def _each(rows: QuerySet[Any], field: str, act: Callable[[Any], object]) -> int:
    keys = list(dict.fromkeys(rows.values_list(field, flat=True)[:BATCH]))
    for key in keys:
        try:
            act(key)
        except Exception:  # one bad row must not stop the sweep; it is logged and met again next minute
            logger.exception("sweep could not handle %s %s", rows.model.__name__, key)
    return len(keys)
