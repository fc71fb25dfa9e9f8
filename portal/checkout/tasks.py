"""Nudges for the worker: fetch nothing but an id, make one call."""

import uuid

from celery import shared_task
from django.utils import timezone

from portal.checkout import mail, service, serving, sweeping


@shared_task
def fulfil(*, order_id: int, **_: object) -> None:
    """Carry a paid order to its end."""
    service.fulfil(order_id=order_id, now=timezone.now())


@shared_task
def check_payment(*, key: str, **_: object) -> None:
    """Ask the gateway where a payment stands, and act on it."""
    service.check_payment(key=uuid.UUID(key), now=timezone.now())


@shared_task
def write(*, order_id: int, **_: object) -> None:
    """Send what an order's purchaser is owed by letter."""
    mail.send_owed(order_id=order_id, now=timezone.now())


@shared_task
def check_listings(**_: object) -> None:
    """Pause what could not be served, and let the rest go on."""
    serving.check_all()


@shared_task
def sweep(**_: object) -> None:
    """Finish whatever was lost on the way."""
    sweeping.sweep(now=timezone.now())


@shared_task
def forget(**_: object) -> None:
    """Remove what is personal from orders that nobody paid."""
    sweeping.forget(now=timezone.now())
