"""A ledger on the side: empty, of the real schema, and nothing of it reaches the real one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections

from portal.registry.ledger import service
from portal.registry.ledger.models import Account
from portal.registry.ledger.router import LEDGER
from portal.registry.rehearsal.scratch import scratch_ledger

pytestmark = pytest.mark.django_db(databases=["default", LEDGER])

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_what_happens_on_the_side_stays_there():
    service.open_account(identifier="SOL", holder_name="Sol", now=NOW)
    with scratch_ledger():
        assert not Account.objects.exists()
        service.open_account(identifier="PAZ", holder_name="Paz", now=NOW)
        service.issue(reference="I-1", account="PAZ", series="IN-5", serial_start=1, serial_end=9, now=NOW)
        assert [account.identifier for account in Account.objects.all()] == ["PAZ", service.VOLUNTARY_CANCELLATION]
    assert [account.identifier for account in Account.objects.all()] == ["SOL"]


def test_nothing_is_left_behind_even_after_an_error():
    real = connections[LEDGER]

    def break_off() -> None:
        with scratch_ledger():
            files.append(Path(connections[LEDGER].settings_dict["NAME"]))
            assert files[0].exists()
            raise RuntimeError("in the middle")

    files: list[Path] = []
    with pytest.raises(RuntimeError, match="in the middle"):
        break_off()
    assert connections[LEDGER] is real
    assert not files[0].parent.exists()


def test_the_ledger_on_the_side_has_the_constraints_of_the_real_one():
    with connections[LEDGER].cursor() as cursor:
        real = connections[LEDGER].introspection.get_constraints(cursor, "ledger_unitblock")
    with scratch_ledger(), connections[LEDGER].cursor() as cursor:
        aside = connections[LEDGER].introspection.get_constraints(cursor, "ledger_unitblock")
    named = {
        "ledger_block_within_issuance",
        "ledger_block_has_units",
        "ledger_block_start_once",
        "ledger_block_end_once",
    }
    assert named <= set(aside)
    assert named <= set(real)
