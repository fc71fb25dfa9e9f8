"""Many at once: the last units go once, a reference is answered once, and the tests prove that they could fail."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from time import sleep

import pytest
from django.db import IntegrityError, connections, transaction

from portal.registry.answers import Receipt, Refusal
from portal.registry.ledger import service
from portal.registry.ledger.models import Movement, Transaction, UnitBlock
from portal.registry.ledger.router import LEDGER
from portal.registry.serials import SerialBlock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", LEDGER])]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
THREADS = 8
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
BLOCK = {"series": "IN-5", "issuance_start": 101, "issuance_end": 140}


@pytest.fixture
def units() -> None:
    """Sol holds the forty units IN-5 101-140."""
    service.open_account(identifier="SOL", holder_name="Sol", now=NOW)
    service.issue(reference="I-1", account="SOL", series="IN-5", serial_start=101, serial_end=140, now=NOW)


def at_once(work: Callable[[int], object]) -> list:
    """Let eight threads begin the same work in the same moment; each gets its number."""
    start = Barrier(THREADS)

    def run(number: int) -> object:
        try:
            start.wait(timeout=30)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def cancel(reference: str, quantity: int, first_serial: int | None = None) -> Receipt | Refusal:
    return service.cancel(
        reference=reference,
        account="SOL",
        quantity=quantity,
        first_serial=first_serial,
        purpose="",
        beneficiary="",
        now=NOW,
        **BLOCK,
    )


def receipts(answers: Iterable[object]) -> list[Receipt]:
    return [answer for answer in answers if isinstance(answer, Receipt)]


def times_cancelled() -> Counter[int]:
    """Count for every serial number how often it was cancelled."""
    moves = Movement.objects.filter(transaction__kind="cancel")
    return Counter(serial for move in moves for serial in range(move.serial_start, move.serial_end + 1))


def test_the_last_units_are_cancelled_once_and_the_others_are_told(units):
    answers = at_once(lambda number: cancel(f"C-{number}", quantity=10))
    assert sorted(answer.blocks for answer in receipts(answers)) == [
        (SerialBlock(first, first + 9),) for first in (101, 111, 121, 131)
    ]
    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused == ["not_enough_units"] * 4
    assert times_cancelled() == Counter(range(101, 141))


def test_units_split_off_meanwhile_are_not_overlooked(units):
    """While others wait, five units are taken from the middle: what lies above them is a block nobody saw before."""
    with ThreadPoolExecutor(THREADS) as pool:
        with transaction.atomic(using=LEDGER):
            cancel("C-middle", quantity=5, first_serial=111)
            others = [pool.submit(cancel_and_leave, f"C-{number}", quantity=5) for number in range(THREADS - 1)]
            wait_until_waiting(THREADS - 1)
        answers = [other.result(timeout=30) for other in others]
    assert len(receipts(answers)) == THREADS - 1
    assert times_cancelled() == Counter(range(101, 141))


def cancel_and_leave(reference: str, quantity: int) -> Receipt | Refusal:
    try:
        return cancel(reference, quantity)
    finally:
        connections.close_all()


def wait_until_waiting(threads: int) -> None:
    """Return once so many connections wait for a lock; fail if that takes half a minute."""
    for _attempt in range(600):
        with connections[LEDGER].cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # or a transaction sees the same activity for ever
            cursor.execute(WAITING)
            if cursor.fetchone()[0] == threads:
                return
        sleep(0.05)
    pytest.fail(f"{threads} threads never came to wait for the account.")


def test_one_reference_sent_by_many_is_answered_once(units):
    answers = at_once(lambda number: cancel("C-1", quantity=10))
    assert set(answers) == {service.lookup(reference="C-1")}
    assert times_cancelled() == Counter(range(101, 111))
    assert Transaction.objects.filter(kind="cancel").count() == 1


def test_one_reference_for_the_very_last_units_is_answered_once(units):
    answers = at_once(lambda number: cancel("C-1", quantity=40))
    assert {answer.blocks for answer in receipts(answers)} == {(SerialBlock(101, 140),)}
    assert len(receipts(answers)) == THREADS


def test_one_reference_for_different_requests_serves_one_of_them(units):
    answers = at_once(lambda number: cancel("C-1", quantity=number + 1))
    assert len(receipts(answers)) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"reference_reused"}
    assert times_cancelled().total() == receipts(answers)[0].quantity


@pytest.mark.parametrize("series", ["IN-5", "KE-5"], ids=["known series", "new series"])
def test_serials_are_issued_once(units, series):
    def issue(number: int) -> Receipt | Refusal:
        first = 1001 + number
        return service.issue(
            reference=f"I-{first}", account="SOL", series=series, serial_start=first, serial_end=first + 50, now=NOW
        )

    answers = at_once(issue)
    assert len(receipts(answers)) == 1
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["already_issued"] * 7


# --- Controls: the same race without our care. If these stop failing units, the tests above prove nothing.


def careless(number: int, read: Barrier, *, keep_blocks: bool) -> str:
    """Look, then act, with no lock: take the lowest five units that were seen, all threads having seen the same."""
    with transaction.atomic(using=LEDGER):
        seen = UnitBlock.objects.get(account="SOL")
        read.wait(timeout=30)
        row = Transaction.objects.create(
            number=f"T-{number}", reference=f"C-{number}", kind="cancel", quantity=5, completed_at=NOW
        )
        ends = {"series_id": "IN-5", "serial_start": seen.serial_start, "serial_end": seen.serial_start + 4}
        target = service.VOLUNTARY_CANCELLATION
        Movement.objects.create(transaction=row, source_id="SOL", destination_id=target, **ends)
        UnitBlock.objects.filter(pk=seen.pk).update(serial_start=seen.serial_start + 5)
        if keep_blocks:
            UnitBlock.objects.create(account_id=target, issuance_start=101, issuance_end=140, **ends)
    return "cancelled"


def test_control_looking_first_and_acting_then_cancels_the_same_units_for_everybody(units):
    read = Barrier(THREADS)
    at_once(lambda number: careless(number, read, keep_blocks=False))
    assert times_cancelled() == Counter(dict.fromkeys(range(101, 106), THREADS))


def test_control_the_database_itself_refuses_to_keep_a_unit_in_two_blocks(units):
    read = Barrier(THREADS)

    def attempt(number: int) -> str:
        try:
            return careless(number, read, keep_blocks=True)
        except IntegrityError:
            return "refused"

    assert Counter(at_once(attempt)) == Counter(cancelled=1, refused=THREADS - 1)
    assert times_cancelled() == Counter(range(101, 106))
