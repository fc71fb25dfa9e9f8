"""Nudges for the worker: make one call."""

from celery import shared_task
from django.utils import timezone

from portal.registry import handovers, service


@shared_task
def sweep(**_: object) -> None:
    """Carry out cancellations that were lost on the way."""
    service.sweep(now=timezone.now())


@shared_task
def sweep_handovers(**_: object) -> None:
    """Carry out handovers of units that were approved and lost on the way."""
    handovers.sweep(now=timezone.now())
