"""Nudges for the worker: fetch nothing but an id, make one call."""

import uuid

from celery import shared_task
from django.utils import timezone

from portal.checkout import disputing, mail, paying, refunding, service, serving, sweeping, transfers


@shared_task
def fulfil(*, order_id: int, **_: object) -> None:
    """Cancel the units of a paid order. Its money and its letter are asked for then, and have queues of their own."""
    service.cancel(order_id=order_id, now=timezone.now())


@shared_task
def collect(*, order_id: int, **_: object) -> None:
    """Take the money of an order that is done, or let it go."""
    service.collect(order_id=order_id, now=timezone.now())


@shared_task
def settle_transfer(*, reference: str, **_: object) -> None:
    """Have the units cancelled of an order whose transfer has come."""
    transfers.settle(reference=reference, now=timezone.now())


@shared_task
def take_up_transfer(*, entry_id: int, **_: object) -> None:
    """Let money that came too late pay its order after all, if there are units again."""
    transfers.take_up(entry_id=entry_id, now=timezone.now())


@shared_task
def check_payment(*, key: str, **_: object) -> None:
    """Ask the gateway where a payment stands, or a refund, and act on it."""
    if not refunding.check(key=uuid.UUID(key), now=timezone.now()):
        paying.check_payment(key=uuid.UUID(key), now=timezone.now())


@shared_task
def check_dispute(*, account_id: int, number: str, **_: object) -> None:
    """Ask the gateway how a dispute stands, and act on it."""
    disputing.check(account_id=account_id, number=number, now=timezone.now())


@shared_task
def answer_dispute(*, dispute_id: int, **_: object) -> None:
    """Send the evidence that somebody asked to be sent."""
    disputing.answer(dispute_id=dispute_id, now=timezone.now())


@shared_task
def concede_dispute(*, dispute_id: int, **_: object) -> None:
    """Give in to a dispute that somebody wanted to be given in to."""
    disputing.concede(dispute_id=dispute_id, now=timezone.now())


@shared_task(time_limit=mail.TIME_LIMIT.total_seconds())
def write(*, order_id: int, **_: object) -> None:
    """Send what an order's purchaser is owed by letter. Processes that take too long are ended; threads cannot be."""
    service.tell(order_id=order_id, now=timezone.now())


@shared_task
def check_listings(**_: object) -> None:
    """Pause what could not be served, and let the rest go on."""
    serving.check_all()


@shared_task
def sweep(**_: object) -> None:
    """Finish whatever was lost on the way, and ask for what others have to finish."""
    sweeping.sweep(now=timezone.now())


@shared_task
def forget(**_: object) -> None:
    """Remove what is personal from orders that nobody paid."""
    sweeping.forget(now=timezone.now())


@shared_task
def sweep_account(*, account_id: int, **_: object) -> None:
    """Ask one gateway, of one provider, what became of payments."""
    sweeping.sweep_account(account_id=account_id, now=timezone.now())
