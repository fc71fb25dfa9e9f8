"""Tables of many rows: taken in, calculated slice by slice, found again, and deleted after some days.

The only writer of Batch and BatchSlice. Slices are the queue: one is claimed by a conditional UPDATE and recorded
together with its result, so that a crash at any point costs a slice's time and nothing else.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core import signing
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.utils.translation import gettext_noop, override

from portal.calculators.engine.answers import Problem
from portal.calculators.engine.footprint import number, whole_units
from portal.calculators.engine.units import KG_PER_TONNE
from portal.calculators.pages import compiled_for
from portal.calculators.tables import grid as core
from portal.calculators.tables.grid import RowResult
from portal.calculators.tables.models import ENDED, Batch, BatchSlice, SliceState, signer
from portal.calculators.wording import say, sentence
from portal.celery import nudge, nudge_on_commit
from portal.measured import Measured
from portal.sweeping import handle_each
from portal.tokens import new_token

logger = logging.getLogger(__name__)

TASK = "portal.calculators.tasks.calculate_batch"
SLICE = 1000  # rows
KEPT_FOR = timedelta(days=7)
STALE = timedelta(minutes=3)  # far longer than a slice takes
LATELY = timedelta(seconds=30)  # so long a table may stand in the queue before another nudge
MOST_ATTEMPTS = 4
SWEPT_AT_ONCE = 100  # tables, and slices to give up
# What all tables may hold together until they are deleted. A row with a mistake in every cell is kept with 1 kB of
# sentences, a byte of a file as up to nine: once in JSON, once in the result. That makes 4 GB at the very worst, and
# some hundred MB of tables as people send them.
MOST_ROWS_KEPT = 2_000_000
MOST_BYTES_KEPT = 200 * 1024**2
SENDERS_AT_LEAST = 8  # it takes so many to fill it
LATE = timedelta(hours=1)  # far longer than a table takes; what is unfinished by then makes way where room is short
GIVEN_UP = gettext_noop("This could not be calculated. Please tell us.")
NO_ROOM = gettext_noop(
    "Too many tables are kept at the moment: there is no room for this one. Please try again tomorrow, or send a "
    "smaller one."
)


NO_SHARE = gettext_noop(
    "The tables that were sent from your network take up all the room that one sender has. Each is deleted after "
    "seven days: please try again then, or send a smaller one."
)


class NoRoom(Exception):
    """So many tables are kept already that another one would not fit. `message` tells its sender."""

    message = NO_ROOM


class ShareTaken(NoRoom):
    """It would fit, but its sender has as much as one sender may have."""

    message = NO_SHARE


def take_in(*, kind: str, data: bytes, file_name: str, language: str, sender: str = "", now: datetime) -> Batch:
    """Take in a table and ask for it to be calculated. All of it is read first: a bad file leaves nothing behind.

    `sender` tells those apart who share the room, which makes room for whoever has sent little; of a sender that nobody
    knows, it is empty. Raises NotATable, NoRoom, ShareTaken, and NoSuchCalculator.
    """
    compiled = compiled_for(kind)
    layout, cells = core.read(compiled, data, say=say)
    _find_room(sender, rows=len(cells), size=len(data), now=now)
    with transaction.atomic():
        batch = Batch.objects.create(
            token=new_token(),
            calculator=kind,
            sender=sender,
            file_name=file_name[:120],
            language=language,
            separator=layout.separator,
            header=list(layout.header),
            unused=layout.unused,
            rows=len(cells),
            size=len(data),
            factor_set=compiled.factors.version,
            created_at=now,
        )
        BatchSlice.objects.bulk_create(_slices(batch, cells), batch_size=20)
        nudge_on_commit(TASK, **_asked(batch.pk, now=now))
    return batch


def _find_room(sender: str, *, rows: int, size: int, now: datetime) -> None:
    """Raise ShareTaken or NoRoom if so many rows or bytes more are too many for a sender, or for all.

    Nothing is locked: tables that come in at the same moment may find the same room, and pass the limits together.
    """
    own = Batch.objects.filter(sender=sender)
    share = Room(MOST_ROWS_KEPT // SENDERS_AT_LEAST - rows, MOST_BYTES_KEPT // SENDERS_AT_LEAST - size)
    if sender and not _make_room(own, share, now=now):
        raise ShareTaken
    if not _make_room(Batch.objects.all(), Room(MOST_ROWS_KEPT - rows, MOST_BYTES_KEPT - size), now=now):
        raise NoRoom


@dataclass(frozen=True)
class Room:
    """So many rows, and so many bytes of files."""

    rows: int
    size: int

    @property
    def is_enough(self) -> bool:
        return self.rows >= 0 and self.size >= 0

    def without(self, rows: int, size: int) -> "Room":
        return Room(self.rows - rows, self.size - size)


def _make_room(tables: QuerySet[Batch], room: Room, *, now: datetime) -> bool:
    """Say whether some tables fit into a room, without those that are late where it takes that: the oldest go first."""
    kept = tables.aggregate(rows=Sum("rows", default=0), size=Sum("size", default=0))
    left, gone = room.without(kept["rows"], kept["size"]), []
    for late in _unfinished(tables, since=now - LATE) if not left.is_enough else ():
        gone.append(late.pk)
        left = left.without(-late.rows, -late.size)
        if left.is_enough:
            break
    if not left.is_enough:
        logger.warning("no room for a table: %s rows, %s bytes are kept", kept["rows"], kept["size"])
        return False
    if gone:
        logger.warning("%s unfinished tables made way for another", len(gone))
        Batch.objects.filter(pk__in=gone).delete()
    return True


def _unfinished(tables: QuerySet[Batch], *, since: datetime) -> QuerySet[Batch]:
    slices = BatchSlice.objects.filter(batch=OuterRef("pk")).exclude(state__in=ENDED)
    return tables.filter(Exists(slices), created_at__lt=since).order_by("created_at", "pk")


def _slices(batch: Batch, rows: list[list[str]]) -> Iterator[BatchSlice]:
    for at in range(0, len(rows), SLICE):
        part = rows[at : at + SLICE]
        yield BatchSlice(batch=batch, number=at // SLICE, count=len(part), source=part)


def ask(*, batch_id: int, now: datetime) -> None:
    """Ask for a table to be calculated. It carries when, so that of several who were asked one goes on: `has_moved`."""
    nudge(TASK, **_asked(batch_id, now=now))


def _asked(batch_id: int, *, now: datetime) -> dict[str, object]:
    return {"batch_id": batch_id, "asked_at": now.isoformat()}


def has_moved(*, batch_id: int, since: datetime) -> bool:
    """Say whether somebody took a slice of a table after this time, who then goes on with it.

    Whoever took the latest slice asks again after that, and is therefore never sent away by it.
    """
    return BatchSlice.objects.filter(batch=batch_id, claimed_at__gt=since).exists()


def calculate_next(*, batch_id: int, now: datetime) -> bool:
    """Calculate the next slice of a table that waits; say whether there was one. Safe to run anywhere, many times."""
    found = _claim(BatchSlice.objects.filter(batch=batch_id), now=now)
    if found is None:
        return False
    try:
        _calculate(found)
    except Exception:  # it is logged, and met again when it is stale; other slices need not wait for it
        logger.exception("slice %s of batch %s could not be calculated", found.number, found.batch_id)
    return True


def _claim(slices: QuerySet[BatchSlice], *, now: datetime) -> BatchSlice | None:
    """Take the first slice that waits. Of several workers one gets it; the others look for the next."""
    waiting = slices.filter(state=SliceState.WAITING).order_by("batch", "number").values_list("pk", flat=True)
    while (first := waiting.first()) is not None:
        won = BatchSlice.objects.filter(pk=first, state=SliceState.WAITING).update(
            state=SliceState.WORKING, claimed_at=now, attempts=F("attempts") + 1
        )
        if won:
            return BatchSlice.objects.select_related("batch").get(pk=first)
    return None


def _calculate(found: BatchSlice) -> None:
    batch = found.batch
    compiled = compiled_for(batch.calculator)
    with override(batch.language):
        layout = core.layout(compiled, batch.header, batch.separator, say=say)
        results = [core.calculate(compiled, layout, row) for row in found.source]
        text = _written(found, results)
    _record(found, compiled.factors.version, text, results)


def _written(found: BatchSlice, results: list[RowResult]) -> str:
    rows = zip(found.source, results, strict=True)
    return core.result_rows(found.batch.header, found.batch.separator, rows, say=sentence)


def _record(found: BatchSlice, version: str, text: str, results: list[RowResult]) -> None:
    """Record a slice if it is still ours. Figures of different factor sets never stand in one table."""
    total = sum((each.kg for each in results if each.kg is not None), Decimal(0))
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=found.batch_id)
        ours = BatchSlice.objects.filter(pk=found.pk, state=SliceState.WORKING, attempts=found.attempts)
        if not ours.exists():
            return
        if batch.factor_set != version:  # what others calculate meanwhile is sent back as well, by its attempts
            Batch.objects.filter(pk=batch.pk).update(factor_set=version)
            others = BatchSlice.objects.filter(batch=batch, state__in=(SliceState.DONE, SliceState.WORKING))
            others.exclude(pk=found.pk).update(state=SliceState.WAITING, attempts=0)
        ours.update(
            state=SliceState.DONE,
            result=text,
            kg=number(total),
            wrong=sum(1 for each in results if each.kg is None),
        )


# --- What was lost on the way


def sweep(*, now: datetime) -> int:
    """Free slices whose worker was lost, nudge for tables that wait, delete old ones. Calculates nothing itself."""
    deleted, _kinds = Batch.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    lost = BatchSlice.objects.filter(state=SliceState.WORKING, claimed_at__lt=now - STALE)
    worn = lost.filter(attempts__gte=MOST_ATTEMPTS).order_by("pk").select_related("batch")
    handle_each(rows=worn, act=_give_up, most=SWEPT_AT_ONCE)
    freed = lost.filter(attempts__lt=MOST_ATTEMPTS).update(state=SliceState.WAITING)
    asked = handle_each(
        rows=_standing(now=now), act=lambda batch_id: ask(batch_id=batch_id, now=now), most=SWEPT_AT_ONCE
    )
    return deleted + freed + asked


def _standing(*, now: datetime) -> QuerySet[Batch, int]:
    """Return tables with a slice that waits, of which nobody took one lately: their nudge or their worker was lost.

    Where many tables take turns some are named in vain; their second task ends by itself, at `has_moved`.
    """
    lately = now - LATELY
    slices = BatchSlice.objects.filter(batch=OuterRef("pk"))
    waiting = Batch.objects.filter(Exists(slices.filter(state=SliceState.WAITING)), created_at__lt=lately)
    still = waiting.exclude(Exists(slices.filter(claimed_at__gte=lately)))
    return still.order_by("pk").values_list("pk", flat=True)


def _give_up(found: BatchSlice) -> None:
    """Say in each row of a slice that no worker survived that it was not calculated."""
    logger.error("slice %s of batch %s was given up", found.number, found.batch_id)
    with override(found.batch.language):
        text = _written(found, [RowResult(None, (), (Problem("", GIVEN_UP),))] * len(found.source))
    BatchSlice.objects.filter(pk=found.pk, state=SliceState.WORKING).update(
        state=SliceState.FAILED, result=text, wrong=found.count, kg="0"
    )


# --- Reading


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a table is: rows in all, done, and with mistakes; and kg CO2 equivalent of those done without."""

    batch: Batch
    done: int
    wrong: int
    kg: Decimal

    @property
    def is_finished(self) -> bool:
        return self.done >= self.batch.rows

    @property
    def percent(self) -> int:
        return 100 * self.done // self.batch.rows

    @property
    def right(self) -> int:
        return self.done - self.wrong

    @property
    def tonnes(self) -> str:
        return number(self.kg / KG_PER_TONNE)

    @property
    def units(self) -> int:
        """Whole units that cover the total."""
        return whole_units(self.kg)


def find(*, address: str) -> Batch | None:
    """Return the table that an address names, or None."""
    try:
        return Batch.objects.filter(token=signer().unsign(address)).first()
    except signing.BadSignature:
        return None


def progress(batch: Batch) -> Progress:
    """Return how far a table is."""
    ended = BatchSlice.objects.filter(batch=batch, state__in=ENDED)
    sums = ended.aggregate(done=Sum("count"), wrong=Sum("wrong"))
    kg = sum((Decimal(text) for text in ended.values_list("kg", flat=True)), Decimal(0))
    return Progress(batch=batch, done=sums["done"] or 0, wrong=sums["wrong"] or 0, kg=kg)


def result_lines(batch: Batch) -> Iterator[str]:
    """Yield the result as CSV, some rows at a time; what is not calculated yet is not in it."""
    yield core.BOM + core.write([core.result_header(batch.header)], batch.separator)
    ended = BatchSlice.objects.filter(batch=batch, state__in=ENDED).order_by("number")
    yield from ended.values_list("result", flat=True).iterator(chunk_size=5)


def measured_by(found: Progress) -> Measured | None:
    """Return what a purchaser brings along from a finished table; None before, and where it is nought."""
    if not found.is_finished or not found.units:
        return None
    calculator = compiled_for(found.batch.calculator).calculator
    return Measured(
        calculator=calculator.id,
        title=say(calculator.title),
        tonnes=found.tonnes,
        quantity=found.units,
        purpose=calculator.purpose,
        period="",
        factor_set=found.batch.factor_set,
        token="",  # the table is gone in some days, while an order stays
    )
