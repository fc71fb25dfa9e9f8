"""Nudges for the worker: fetch nothing but an id, make one call."""

from celery import shared_task
from django.utils import timezone

from portal.payments.transfers import uploads


@shared_task
def read_statement(*, statement_id: int, **_: object) -> None:
    """Read an uploaded file of a bank to its end, and take in what it says."""
    uploads.work_off(statement_id=statement_id, clock=timezone.now)


@shared_task
def sweep_statements(**_: object) -> None:
    """Ask again for files that nobody is at."""
    uploads.sweep(now=timezone.now())
