"""Reconciling: reading all books of a period and keeping how they differ. The only writer of reconciliations.

One runs at a time, which the database sees to. A run writes down after each day how far it is, and one that nobody has
seen at work for an hour is taken for dead. Nothing leaves the report because time passes: each whole run begins, at the
latest, with the day of the oldest difference that the one before it found.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Min

from portal.books import agreement, clearing, reading
from portal.books.comparison import UNKNOWN, Difference
from portal.books.models import Discrepancy, Reconciliation, ReconciliationState
from portal.books.reading import Disagreement
from portal.checkout.models import Order
from portal.payments.models import Payment
from portal.providers.models import Provider

logger = logging.getLogger(__name__)

USUAL = timedelta(days=10)  # longer than a gateway takes to settle
DEAD = timedelta(hours=1)
BATCH = 200

Clock = Callable[[], datetime]


def usual_period(*, now: datetime) -> tuple[date, date]:
    """Return the first and the last day of a whole reconciliation: until yesterday, since nothing is left out then.

    It begins ten days ago, or where the last whole one ended, or with the oldest difference that it found; without any
    before, with the first order or payment.
    """
    yesterday = (now - timedelta(days=1)).date()
    last = Reconciliation.objects.filter(whole=True, state=ReconciliationState.DONE).first()
    if last is None:
        begun = [Order.objects.aggregate(at=Min("placed_at"))["at"], Payment.objects.aggregate(at=Min("sent_at"))["at"]]
        first = min((each.date() for each in begun if each), default=yesterday)
    else:
        oldest = last.discrepancies.aggregate(at=Min("at"))["at"]
        first = min(last.last_day, *([oldest.astimezone(UTC).date()] if oldest else []), yesterday - USUAL)
    return min(first, yesterday), yesterday


def reconcile(
    *, first_day: date | None = None, last_day: date | None = None, provider: Provider | None = None, clock: Clock
) -> Reconciliation | None:
    """Compare all books of some days, both ends included, or of the usual ones, and keep how they differ.

    None where another one is running. Raises ValueError for days that are none. Whatever breaks it off is raised, and
    the run says so.
    """
    usual = usual_period(now=clock())
    first, last = first_day or usual[0], last_day or usual[1]
    if last < first:
        raise ValueError("the last day is before the first")
    whole = provider is None and first <= usual[0] and last >= usual[1]
    run = _begin(first, last, provider, whole, now=clock())
    if run is None:
        return None
    try:
        _read(run, clock)
    except BaseException:
        _end(run, ReconciliationState.BROKEN_OFF, now=clock())
        raise
    _end(run, ReconciliationState.DONE, now=clock())
    return run


def _begin(first: date, last: date, provider: Provider | None, whole: bool, *, now: datetime) -> Reconciliation | None:
    running = Reconciliation.objects.filter(state=ReconciliationState.RUNNING)
    running.filter(seen_at__lt=now - DEAD).update(state=ReconciliationState.BROKEN_OFF, ended_at=now)
    try:
        with transaction.atomic():
            return Reconciliation.objects.create(
                first_day=first, last_day=last, provider=provider, whole=whole, began_at=now, seen_at=now
            )
    except IntegrityError:
        return None


def _read(run: Reconciliation, clock: Clock) -> None:
    mine = Reconciliation.objects.filter(pk=run.pk, state=ReconciliationState.RUNNING)
    for number, stretch in enumerate(
        reading.stretches(first_day=run.first_day, last_day=run.last_day, now=clock()), start=1
    ):
        found = reading.differences(stretch, provider=run.provider)
        while batch := list(islice(found, BATCH)):
            open_ones = clearing.uncleared(each.difference for each in batch)
            rows = [_row(run, each) for each in batch if _is_open(each.difference, open_ones)]
            Discrepancy.objects.bulk_create(rows, ignore_conflicts=True)
            mine.update(seen_at=clock())
        if not mine.update(days_read=number, seen_at=clock()):
            raise RuntimeError("this reconciliation was taken for dead")


def _is_open(difference: Difference, open_ones: set[str]) -> bool:
    return difference.sort not in UNKNOWN or clearing.subject_of(difference) in open_ones


def _row(run: Reconciliation, found: Disagreement) -> Discrepancy:
    each = found.difference
    return Discrepancy(
        reconciliation=run,
        sort=each.sort,
        provider_name=found.provider,
        account_id=found.account_id,
        number=each.number[:100],
        reference=each.reference[:40],
        key=each.key[:127],
        amount=each.amount,
        currency=each.currency,
        ours=each.ours[:120],
        theirs=each.theirs[:300],
        at=each.at,
    )


def _end(run: Reconciliation, state: ReconciliationState, *, now: datetime) -> None:
    found = run.discrepancies.count()
    mine = Reconciliation.objects.filter(pk=run.pk, state=ReconciliationState.RUNNING)
    mine.update(state=state, ended_at=now, seen_at=now, found=found)
    run.refresh_from_db()
    if run.whole:
        agreement.remember(agreement.agreed_on())
    if found:
        logger.error("reconciliation of %s: %s differences; see the desk, or run manage.py reconcile", run, found)
