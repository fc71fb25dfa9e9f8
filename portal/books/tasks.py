"""Nudges for the worker: make one call."""

from celery import shared_task
from django.utils import timezone

from portal.books import service


@shared_task
def reconcile(**_: object) -> None:
    """Compare our books with all others, every night."""
    service.reconcile(clock=timezone.now)
