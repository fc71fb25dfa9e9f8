"""Nudges for the worker: make one call."""

from celery import shared_task
from django.utils import timezone

from portal.selling import changes


@shared_task
def tell_changes(**_: object) -> None:
    """Tell by letter of changes of where money goes."""
    changes.tell(now=timezone.now())


@shared_task
def carry_out_changes(**_: object) -> None:
    """Let money go elsewhere where that has waited long enough."""
    changes.carry_out_due(now=timezone.now())
