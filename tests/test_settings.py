"""What the environment says is what the portal does."""

import pytest

from portal.settings import _database


def test_options_in_a_database_address_are_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_URL", "postgres://portal:secret@db.example.org/portal?sslmode=require")
    options = _database("SOME_URL", "unused")["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["pool"] == {"min_size": 1, "max_size": 16}
