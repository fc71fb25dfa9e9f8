"""Eight workers at one table: every slice is calculated once, and nothing is counted twice."""

from datetime import datetime
from threading import Barrier

import pytest

from portal.calculators.tables import service
from portal.calculators.tables.models import Batch, BatchSlice, SliceState
from tests.threads import PATIENCE, THREADS, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def table(slices: int, now: datetime) -> Batch:
    data = b"mode,length\n" + b"train,1\n" * (service.SLICE * slices)
    return service.take_in(kind="trip", data=data, file_name="trips.csv", language="en", now=now)


def test_eight_workers_share_the_slices_of_a_table(now: datetime):
    found = table(12, now)

    def work(_number: int) -> int:
        done = 0
        while service.calculate_next(batch_id=found.pk, now=now):
            done += 1
        return done

    assert sum(at_once(work)) == 12
    assert set(BatchSlice.objects.values_list("state", "attempts")) == {(SliceState.DONE, 1)}
    progress = service.progress(found)
    assert (progress.done, progress.wrong) == (12_000, 0)
    assert len(set(BatchSlice.objects.values_list("kg", flat=True))) == 1


def test_control_workers_that_only_look_take_the_same_slice(now: datetime):
    found = table(1, now)

    all_looked = Barrier(THREADS)

    def look(_number: int) -> bool:
        waiting = found.slices.filter(state=SliceState.WAITING).first()
        all_looked.wait(timeout=PATIENCE)
        if waiting:
            found.slices.filter(pk=waiting.pk).update(state=SliceState.WORKING)
        return waiting is not None

    assert sum(at_once(look)) == THREADS
