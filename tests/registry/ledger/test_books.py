"""The registry's own books of what was cancelled are read through, whoever asked for it, in order and once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from portal.registry.ledger import service
from portal.registry.ledger.router import LEDGER
from portal.registry.serials import SerialBlock

pytestmark = pytest.mark.django_db(databases=["default", LEDGER])

MORNING = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def units() -> None:
    """Sol holds the five thousand units IN-5 1-5000."""
    service.open_account(identifier="SOL", holder_name="Sol", now=MORNING)
    service.issue(reference="I-1", account="SOL", series="IN-5", serial_start=1, serial_end=5000, now=MORNING)


def cancel(reference, quantity=1, now=MORNING):
    units = {"account": "SOL", "series": "IN-5", "issuance_start": 1, "issuance_end": 5000, "quantity": quantity}
    return service.cancel(reference=reference, **units, purpose="Travel", beneficiary="Alma", now=now)


def read(since=MORNING, until=MORNING + DAY):
    return [each for page in service.cancelled(since=since, until=until) for each in page]


def test_each_cancellation_says_whose_units_went_and_what_was_said_of_it():
    receipt = cancel("C-1", 3)
    (found,) = read()
    assert (found.reference, found.transaction_number) == ("C-1", receipt.transaction_number)
    assert (found.account, found.series, found.blocks) == ("SOL", "IN-5", (SerialBlock(1, 3),))
    assert (found.quantity, found.purpose, found.beneficiary) == (3, "Travel", "Alma")
    assert found.completed_at == MORNING


def test_neither_issuances_nor_refusals_nor_other_days_are_told():
    cancel("C-0", now=MORNING - timedelta(seconds=1))
    cancel("C-1", 6000)
    cancel("C-2")
    cancel("C-3", now=MORNING + DAY)
    assert [each.reference for each in read()] == ["C-2"]


def test_however_many_there_are_a_page_takes_two_queries():
    for number in range(8):
        cancel(f"C-{number}", now=MORNING + timedelta(minutes=number // 2))  # some at the same moment
    with CaptureQueriesContext(connections[LEDGER]) as queries:
        pages = list(service.cancelled(since=MORNING, until=MORNING + DAY, in_pages_of=3))
    assert [[each.reference for each in page] for page in pages] == [
        ["C-0", "C-1", "C-2"],
        ["C-3", "C-4", "C-5"],
        ["C-6", "C-7"],
    ]
    assert len(queries) == 6
