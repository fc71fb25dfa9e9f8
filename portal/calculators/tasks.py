"""Nudges for the worker: fetch nothing but an id, make one call."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from portal.calculators.results import service as results
from portal.calculators.tables import service as tables
from portal.checkout import orders

SLICES = 10  # at a time: about two seconds, after which other tables have their turn


@shared_task
def calculate_batch(*, batch_id: int, asked_at: str, **_: object) -> None:
    """Calculate some slices of a table, then stand in the queue again, so that no table keeps others waiting.

    Of several tasks for one table all but one end here: were each to stand in the queue again, they would only grow.
    """
    if tables.has_moved(batch_id=batch_id, since=datetime.fromisoformat(asked_at)):
        return
    for _slice in range(SLICES):
        if not tables.calculate_next(batch_id=batch_id, now=timezone.now()):
            return
    tables.ask(batch_id=batch_id, now=timezone.now())


@shared_task
def sweep_batches(**_: object) -> None:
    """Have tables finished that were lost on the way, and delete old ones."""
    tables.sweep(now=timezone.now())


@shared_task
def sweep_results(**_: object) -> None:
    """Throw away old results that nobody keeps and no order names."""
    results.sweep(now=timezone.now(), ordered=orders.tokens_measured)
