"""The door to a registry: one connector by name, and silence is never taken for an answer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import ConnectionHandler

from portal.registry.connectors import Holding, LedgerConnector, Receipt, Refusal, Unknown, connector
from portal.registry.ledger import service as ledger
from portal.registry.ledger.router import LEDGER
from portal.registry.serials import SerialBlock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ISSUANCE = SerialBlock(101, 200)


@pytest.fixture
def units(db: None) -> None:
    """Sol holds the hundred units IN-5 101-200."""
    ledger.open_account(identifier="SOL", holder_name="Sol", now=NOW)
    ledger.issue(reference="I-1", account="SOL", series="IN-5", serial_start=101, serial_end=200, now=NOW)


@pytest.fixture
def ledger_out_of_reach(tmp_path: Path) -> Iterator[None]:
    """Point this thread's ledger at a file that cannot be opened."""
    ours = connections[LEDGER]
    nowhere = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "no-such-folder" / "ledger.sqlite3")}
    connections[LEDGER] = ConnectionHandler({"default": nowhere, LEDGER: nowhere})[LEDGER]
    yield
    connections[LEDGER] = ours


def cancel(reference="C-1", account="SOL", quantity=10):
    return connector().cancel(
        reference=reference,
        account=account,
        series="IN-5",
        issuance=ISSUANCE,
        quantity=quantity,
        purpose="For the climate",
        beneficiary="Alma",
        now=NOW,
    )


def test_the_embedded_registry_is_the_default():
    assert isinstance(connector(), LedgerConnector)


def test_a_registry_nobody_knows_is_refused_at_once(settings):
    settings.REGISTRY_CONNECTOR = "lager"
    with pytest.raises(ImproperlyConfigured, match="REGISTRY_CONNECTOR is 'lager'; known are: ledger"):
        connector()


@pytest.mark.django_db(databases=["default", LEDGER])
def test_a_cancellation_answers_with_its_serials_and_can_be_looked_up(units):
    receipt = cancel()
    assert isinstance(receipt, Receipt)
    assert (receipt.reference, receipt.blocks, receipt.completed_at) == ("C-1", (SerialBlock(101, 110),), NOW)
    assert connector().lookup(reference="C-1") == receipt
    assert connector().holdings(account="SOL") == (Holding("IN-5", ISSUANCE, (SerialBlock(111, 200),)),)


@pytest.mark.django_db(databases=["default", LEDGER])
def test_a_refusal_is_an_answer_and_can_be_looked_up(units):
    refusal = cancel(account="NIL")
    assert refusal == Refusal("unknown_account", "There is no account NIL.")
    assert connector().lookup(reference="C-1") == refusal
    assert connector().lookup(reference="C-2") is None


@pytest.mark.django_db(databases=["default", LEDGER])
def test_a_registry_out_of_reach_gives_no_answer_rather_than_a_no(ledger_out_of_reach):
    answers = [cancel(), connector().lookup(reference="C-1"), connector().holdings(account="SOL")]
    assert answers == [Unknown("The embedded registry gave no answer: unable to open database file")] * 3


@pytest.mark.django_db(databases=["default", LEDGER])
def test_books_that_cannot_be_read_are_unknown_and_not_empty(units: None, ledger_out_of_reach: None) -> None:
    (page,) = connector().cancelled(since=NOW, until=datetime(2026, 11, 24, tzinfo=UTC))
    assert isinstance(page, Unknown)
