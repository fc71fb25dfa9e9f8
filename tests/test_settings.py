"""What the environment says is what the portal does."""

import pytest

from portal.settings import _database


def test_options_in_a_database_address_are_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_URL", "postgres://portal:secret@db.example.org/portal?sslmode=require")
    options = _database("SOME_URL", "unused")["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["pool"] == {"min_size": 1, "max_size": 16}


def test_a_laptops_databases_stay_open_and_servers_share_a_pool(monkeypatch: pytest.MonkeyPatch):
    assert _database("SOME_URL", "some.sqlite3")["CONN_MAX_AGE"] is None
    monkeypatch.setenv("SOME_URL", "postgres://portal:secret@db.example.org/portal")
    assert "CONN_MAX_AGE" not in _database("SOME_URL", "unused")  # a pool hands them out anew
