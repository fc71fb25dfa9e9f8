"""Nudges for the worker: make one call."""

from celery import shared_task
from django.utils import timezone

from portal.registry import service


@shared_task
def sweep(**_: object) -> None:
    """Carry out cancellations that were lost on the way."""
    service.sweep(now=timezone.now())
