"""Finding whatever was lost on the way, and handing it to the service. Rows are the queue; this is who reads it."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.checkout import mail, orders, service
from portal.checkout.models import Order, OrderState
from portal.payments import service as payments
from portal.registry import service as registry
from portal.sweeping import handle_each

BATCH = 200  # rows of each kind in one round
JUST_PAID = timedelta(seconds=30)  # so long a worker may take to begin


def sweep(*, now: datetime) -> int:
    """Find and finish whatever was lost: one bounded round, meant for every minute. Returns how many rows it met."""

    def check(key: uuid.UUID) -> None:
        service.check_payment(key=key, now=now)

    def fulfil(order_id: int) -> None:
        service.fulfil(order_id=order_id, now=now)

    def expire(order_id: int) -> None:
        service.expire(order_id=order_id, now=now)

    def write(letter_id: int) -> None:
        mail.send(letter_id=letter_id, now=now)

    handled = handle_each(rows=payments.in_doubt(now=now), act=check, most=BATCH)
    handled += handle_each(rows=payments.worth_another_look(now=now), act=check, most=BATCH)
    handled += handle_each(rows=_unfinished(now).values_list("pk", flat=True), act=fulfil, most=BATCH)
    handled += handle_each(rows=_overdue(now).values_list("pk", flat=True), act=expire, most=BATCH)
    return handled + handle_each(rows=mail.owed(now=now).values_list("pk", flat=True), act=write, most=BATCH)


def forget(*, now: datetime) -> int:
    """Remove what is personal from orders that lapsed unpaid long ago: one bounded round. Returns how many it met."""

    def forget_one(order_id: int) -> None:
        service.forget(order_id=order_id, now=now)

    rows = orders.forgettable(now=now).order_by("hold_until").values_list("pk", flat=True)
    return handle_each(rows=rows, act=forget_one, most=BATCH)


def _unfinished(now: datetime) -> QuerySet[Order]:
    """Orders that lack a cancellation, a capture or release, or a letter."""
    paid = Q(state=OrderState.PAID, paid_at__lt=now - JUST_PAID)
    paid &= ~Q(reference__in=registry.outstanding())  # the registry's own sweep pursues these
    unpaid = service.HAS_ENDED & Q(reference__in=payments.uncollected())
    unclaimed = Q(mail_claimed_at=None) | Q(mail_claimed_at__lt=now - mail.RETRY)
    untold = service.HAS_ENDED & Q(mailed_at=None) & unclaimed
    return Order.objects.filter(paid | unpaid | untold).order_by("id")


def _overdue(now: datetime) -> QuerySet[Order]:
    """Orders whose hold has run out and that nobody is paying."""
    held = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, hold_until__lte=now)
    return held.exclude(Exists(payments.live(OuterRef("reference")))).order_by("hold_until")
