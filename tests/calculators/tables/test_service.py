"""Tables on their way: taken in whole or not at all, calculated once, found again after any crash, gone in a week."""

import csv
import re
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from portal import measured
from portal.calculators.factors import edition
from portal.calculators.pages import NoSuchCalculator
from portal.calculators.tables import grid, service
from portal.calculators.tables.grid import NotATable
from portal.calculators.tables.models import Batch, BatchSlice, SliceState
from portal.celery import app
from tests.calculators.tables.uploads import TRAINS, finish, many
from tests.conftest import Nudges

pytestmark = pytest.mark.django_db

TRAIN_KG = edition.factor_set().factor("travel.train", "").value + sum(
    (part.factor.value for part in edition.factor_set().companions(edition.factor_set().factor("travel.train", ""))),
    Decimal(0),
)


@pytest.fixture
def taken(now: datetime) -> Any:
    """Take a table in and return it."""

    def take(data: bytes = TRAINS, language: str = "en", sender: str = "", later: timedelta = timedelta()) -> Batch:
        return service.take_in(
            kind="trip", data=data, file_name="trips.csv", language=language, sender=sender, now=now + later
        )

    return take


def result(found: Batch) -> list[dict[str, str]]:
    text = "".join(service.result_lines(found)).removeprefix(grid.BOM)
    return list(csv.DictReader(StringIO(text, newline="")))


# --- From end to end


def test_a_table_is_calculated_by_the_worker_that_is_nudged(
    taken: Any, nudges: Nudges, now: datetime, django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        found = taken()
    asked = {"batch_id": found.pk, "asked_at": now.isoformat()}
    assert nudges.run() == [("portal.calculators.tasks.calculate_batch", asked)]
    progress = service.progress(found)
    assert (progress.done, progress.right, progress.wrong, progress.percent) == (3, 2, 1, 100)
    assert progress.kg == 400 * TRAIN_KG
    rows = result(found)
    assert [row["name"] for row in rows] == ["Ada", "Bo", "Cy"]
    assert [row["error"] for row in rows] == ["", "mode: Choose one of the options offered.", ""]
    assert sum(Decimal(row["kg_co2e"] or "0") for row in rows) == progress.kg


def test_a_long_table_stands_in_the_queue_again_so_that_orders_come_between(taken: Any, nudges: Nudges, now: datetime):
    found = taken(many(service.SLICE * 10 + 1))
    service.ask(batch_id=found.pk, now=now)
    nudges.run()
    assert service.progress(found).done == 10_000
    assert [arguments["batch_id"] for _task, arguments in nudges.run()] == [found.pk]
    assert service.progress(found).is_finished
    assert nudges.run() == []


def test_long_tables_go_in_slices_and_show_how_far_they_are(taken: Any, now: datetime):
    found = taken(many(2500))
    assert list(found.slices.order_by("number").values_list("count", flat=True)) == [1000, 1000, 500]
    assert service.calculate_next(batch_id=found.pk, now=now)
    progress = service.progress(found)
    assert (progress.done, progress.percent, progress.is_finished) == (1000, 40, False)
    assert len(result(found)) == 1000
    assert finish(found, now) == 2
    assert service.progress(found).is_finished
    assert len(result(found)) == 2500


def test_mistakes_are_told_in_the_language_of_who_sent_the_table(taken: Any, now: datetime):
    found = taken(language="fr")
    finish(found, now)
    assert re.match(r"mode: .+", result(found)[1]["error"])


@pytest.mark.parametrize("data", [b"", b"mode,length\n", b"\x00", b"mode,length\n" + b"walk,1\n" * 100_001])
def test_a_bad_file_leaves_nothing_behind(taken: Any, nudges: Nudges, data: bytes):
    with pytest.raises(NotATable):
        taken(data)
    assert not Batch.objects.exists()
    assert nudges.take() == []


def test_rows_of_an_unknown_kind_are_not_taken_in(now: datetime):
    with pytest.raises(NoSuchCalculator):
        service.take_in(kind="rocket", data=TRAINS, file_name="x", language="en", now=now)


# --- Room


def test_the_last_rows_that_there_is_room_for_are_taken_in(taken: Any):
    first = taken()
    Batch.objects.update(rows=service.MOST_ROWS_KEPT - 5)
    with pytest.raises(service.NoRoom):
        taken(many(6))
    assert Batch.objects.get() == first
    assert taken(many(5)).rows == 5
    with pytest.raises(service.NoRoom):
        taken(many(1))


def test_the_last_bytes_that_there_is_room_for_are_taken_in(taken: Any):
    """Else 600 rows of 20,000 characters would count no more than 600 of ten."""
    assert taken().size == len(TRAINS)
    Batch.objects.update(size=service.MOST_BYTES_KEPT - len(TRAINS))
    with pytest.raises(service.NoRoom):
        taken(TRAINS + b"\n")
    assert taken().size == len(TRAINS)


def test_finished_tables_take_room_until_they_are_deleted(taken: Any, now: datetime):
    found = taken()
    finish(found, now)
    Batch.objects.update(rows=service.MOST_ROWS_KEPT, created_at=now - service.KEPT_FOR)
    service.sweep(now=now)
    with pytest.raises(service.NoRoom):
        taken()
    service.sweep(now=now + timedelta(seconds=1))
    assert taken().rows == 3


def test_room_is_asked_for_in_two_questions_however_many_tables_there_are(taken: Any, django_assert_num_queries: Any):
    for _number in range(5):
        taken()
    Batch.objects.update(rows=service.MOST_ROWS_KEPT)
    with django_assert_num_queries(2), pytest.raises(service.NoRoom):  # what is kept, and what of it is late
        taken()


def test_one_sender_has_a_share_and_all_others_have_room(taken: Any):
    share = service.MOST_ROWS_KEPT // 8
    taken(sender="greedy")
    Batch.objects.update(rows=share - 5)
    with pytest.raises(service.ShareTaken):
        taken(many(6), sender="greedy")
    assert taken(many(5), sender="greedy").rows == 5
    with pytest.raises(service.ShareTaken):
        taken(many(1), sender="greedy")
    assert taken(many(6), sender="modest").rows == 6
    assert taken(many(6)).rows == 6  # of a sender that nobody knows


def test_a_share_is_of_bytes_too(taken: Any):
    taken(sender="greedy")
    Batch.objects.update(size=service.MOST_BYTES_KEPT // 8 - len(TRAINS))
    with pytest.raises(service.ShareTaken):
        taken(TRAINS + b"\n", sender="greedy")
    assert taken(sender="greedy").size == len(TRAINS)


def test_the_oldest_unfinished_tables_make_way_where_room_is_short(taken: Any, now: datetime):
    _oldest, older, done, young = (taken(later=timedelta(minutes=minutes)) for minutes in (0, 1, 0, 50))
    finish(done, now)
    Batch.objects.update(rows=service.MOST_ROWS_KEPT // 4)
    later = service.LATE + timedelta(minutes=2)
    new = taken(later=later)
    assert set(Batch.objects.all()) == {older, done, young, new}
    Batch.objects.filter(pk=new.pk).update(rows=service.MOST_ROWS_KEPT // 2)
    with pytest.raises(service.NoRoom):  # one of them alone is late, and would not be enough
        taken(later=later)
    assert set(Batch.objects.all()) == {older, done, young, new}


def test_a_senders_own_unfinished_tables_make_way_for_their_next(taken: Any):
    others, own = taken(sender="modest"), taken(sender="greedy")
    Batch.objects.update(rows=service.MOST_ROWS_KEPT // 8)
    new = taken(sender="greedy", later=service.LATE + timedelta(seconds=1))
    assert set(Batch.objects.all()) == {others, new}
    assert own.pk not in Batch.objects.values_list("pk", flat=True)


def test_a_bad_file_is_told_so_where_there_is_no_room_either(taken: Any):
    taken()
    Batch.objects.update(rows=service.MOST_ROWS_KEPT)
    with pytest.raises(NotATable):
        taken(b"")


# --- Workers come and go


def test_a_slice_is_calculated_by_one_worker(taken: Any, now: datetime):
    found = taken(many(1500))
    first = service._claim(found.slices.all(), now=now)
    second = service._claim(found.slices.all(), now=now)
    assert [first and first.number, second and second.number] == [0, 1]
    assert service._claim(found.slices.all(), now=now) is None


def test_what_a_lost_worker_had_begun_is_done_after_the_sweep(taken: Any, nudges: Nudges, now: datetime):
    found = taken(many(1500))
    assert service._claim(found.slices.all(), now=now)
    assert service.calculate_next(batch_id=found.pk, now=now)
    nudges.take()
    assert service.sweep(now=now + service.STALE) == 0
    assert service.sweep(now=now + service.STALE + timedelta(seconds=1)) == 2  # a slice freed, a table nudged for
    nudges.run()
    assert service.progress(found).is_finished
    assert len(result(found)) == 1500


def test_a_worker_that_was_given_up_records_nothing_over_the_work_of_another(taken: Any, now: datetime):
    found = taken()
    slow = service._claim(found.slices.all(), now=now)
    assert slow
    service.sweep(now=now + timedelta(minutes=4))
    service.calculate_next(batch_id=found.pk, now=now + timedelta(minutes=4))
    before = list(BatchSlice.objects.values())
    service._calculate(slow)
    assert list(BatchSlice.objects.values()) == before


def test_a_table_whose_nudge_was_lost_is_found_by_the_sweep(taken: Any, nudges: Nudges, now: datetime):
    found = taken()
    nudges.take()
    assert service.sweep(now=now + timedelta(seconds=10)) == 0
    assert nudges.take() == []
    swept_at = now + timedelta(seconds=31)
    assert service.sweep(now=swept_at) == 1
    assert nudges.run() == [(service.TASK, {"batch_id": found.pk, "asked_at": swept_at.isoformat()})]
    assert service.progress(found).is_finished


def test_a_table_that_moves_is_not_nudged_for(taken: Any, nudges: Nudges, now: datetime):
    found = taken(many(2500))
    at = now + timedelta(minutes=20)
    assert service.calculate_next(batch_id=found.pk, now=at - timedelta(seconds=2))
    assert service._claim(found.slices.all(), now=at)
    assert service.sweep(now=at + timedelta(seconds=29)) == 0
    assert nudges.take() == []
    gone_stale = at + service.STALE + timedelta(seconds=1)  # as if the worker had died
    assert service.sweep(now=gone_stale) == 2
    assert [arguments["batch_id"] for _task, arguments in nudges.run()] == [found.pk]
    assert service.progress(found).is_finished


def test_a_table_whose_worker_died_between_two_slices_is_nudged_for(taken: Any, nudges: Nudges, now: datetime):
    found, other = taken(many(2500)), taken(many(2500))
    service.calculate_next(batch_id=found.pk, now=now)
    service.calculate_next(batch_id=other.pk, now=now + timedelta(minutes=1))
    assert service.sweep(now=now + timedelta(minutes=1, seconds=29)) == 1
    assert [arguments["batch_id"] for _task, arguments in nudges.take()] == [found.pk]


def test_of_several_nudges_for_a_table_one_stays_in_the_queue(nudges: Nudges):
    """Were each to stand in the queue again, one table would soon have more places there than all orders."""
    long_ago = timezone.now() - timedelta(hours=1)  # tasks look at the clock
    found = service.take_in(
        kind="trip", data=many(service.SLICE * 20), file_name="trips.csv", language="en", now=long_ago
    )
    for minute in (1, 2, 3):
        assert service.sweep(now=long_ago + timedelta(minutes=minute)) == 1
    assert len(nudges.run()) == 3
    assert service.progress(found).done == 10_000
    assert len(nudges.run()) == 1
    assert service.progress(found).is_finished
    assert len(nudges.run()) == 1
    assert nudges.take() == []


def test_what_another_worker_calculates_by_older_factors_does_not_come_into_the_table(taken: Any, now: datetime):
    found = taken(many(1500))
    older = service._claim(found.slices.all(), now=now)
    assert older
    Batch.objects.update(factor_set="2020.1-00000000")  # what the older worker took the table for
    assert service.calculate_next(batch_id=found.pk, now=now)  # a newer one finishes the other slice meanwhile
    service._record(older, "2020.1-00000000", "old figures", [])
    assert BatchSlice.objects.get(pk=older.pk).state == SliceState.WAITING
    found.refresh_from_db()
    assert found.factor_set == edition.factor_set().version


def test_a_slice_that_no_worker_survives_is_given_up_and_says_so(taken: Any, now: datetime):
    found = taken()
    at = now
    for _attempt in range(service.MOST_ATTEMPTS):
        assert service._claim(found.slices.all(), now=at)
        at += timedelta(minutes=4)
        lost = BatchSlice.objects.get()
        if lost.attempts < service.MOST_ATTEMPTS:
            BatchSlice.objects.update(state=SliceState.WAITING)
    service.sweep(now=at)
    progress = service.progress(found)
    assert (progress.is_finished, progress.wrong, progress.kg) == (True, 3, 0)
    assert {row["error"] for row in result(found)} == {"This could not be calculated. Please tell us."}


def test_a_slice_that_cannot_even_be_given_up_holds_up_no_other(taken: Any, nudges: Nudges, now: datetime, caplog: Any):
    damaged, found, waiting = taken(), taken(), taken()
    worn = BatchSlice.objects.filter(batch__in=[damaged, found])
    worn.update(state=SliceState.WORKING, claimed_at=now, attempts=service.MOST_ATTEMPTS)
    damaged.slices.update(source=0)
    nudges.take()
    assert service.sweep(now=now + timedelta(minutes=4)) == 1
    assert [arguments["batch_id"] for _task, arguments in nudges.take()] == [waiting.pk]
    assert damaged.slices.get().state == SliceState.WORKING
    assert found.slices.get().state == SliceState.FAILED
    assert f"sweep could not handle BatchSlice {damaged.pk}/0" in caplog.text


def test_a_slice_that_cannot_be_calculated_holds_up_no_other(
    taken: Any, now: datetime, caplog: pytest.LogCaptureFixture
):
    found = taken(many(1500))
    BatchSlice.objects.filter(number=0).update(source=[[None]])  # nothing that a file can hold
    assert finish(found, now) == 2
    states = BatchSlice.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == [SliceState.WORKING, SliceState.DONE]
    assert "could not be calculated" in caplog.text


def test_no_table_has_figures_of_two_factor_sets(taken: Any, now: datetime):
    found = taken(many(1500))
    service.calculate_next(batch_id=found.pk, now=now)
    Batch.objects.update(factor_set="2020.1-00000000")  # as if the first slice had been calculated before an update
    assert finish(found, now) == 2
    found.refresh_from_db()
    assert found.factor_set == edition.factor_set().version
    assert BatchSlice.objects.get(number=0).attempts == 1  # once more, counted anew


def test_tables_are_deleted_after_a_week(taken: Any, now: datetime):
    found = taken()
    finish(found, now)
    service.sweep(now=now + service.KEPT_FOR)
    assert Batch.objects.exists()
    service.sweep(now=now + service.KEPT_FOR + timedelta(seconds=1))
    assert not Batch.objects.exists()
    assert not BatchSlice.objects.exists()


def test_the_schedule_knows_the_sweep():
    app.loader.import_default_modules()
    assert app.conf.beat_schedule["sweep-batches"]["task"] in app.tasks


# --- What is bought for it


def test_a_finished_table_leads_to_units(taken: Any, now: datetime):
    found = taken(many(1))
    assert service.measured_by(service.progress(found)) is None
    finish(found, now)
    brought = service.measured_by(service.progress(found))
    assert brought
    assert (brought.calculator, brought.quantity, brought.purpose) == ("trip", 1, "travel")
    assert brought.exact == TRAIN_KG / 1000
    assert measured.read(measured.sign(brought)) == brought


def test_a_table_of_nought_leads_nowhere(taken: Any, now: datetime):
    found = taken(b"mode,length\nwalk,1\n")
    finish(found, now)
    assert service.measured_by(service.progress(found)) is None
