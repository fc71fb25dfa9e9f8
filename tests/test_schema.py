"""A run of the tests begins with the schema that another kept, unless a migration changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.db import connections

from tests.schema import Schemas

ALIAS = "aside"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    folder = tmp_path / "kept"
    folder.mkdir()
    with django_db_blocker.unblock():  # for databases that are made here
        yield folder


def schemas(folder: Path, migration: str) -> Schemas:
    """What is kept, as it is found by whoever has this migration."""
    file = folder.with_name("0001_initial.py")
    file.write_text(migration, encoding="utf-8")
    return Schemas(folder, migrations=[file])


@contextmanager
def database(file: Path) -> Iterator[None]:
    """A SQLite database beside those of the portal."""
    real = portal_settings.DATABASES["default"]
    connections.settings[ALIAS] = {**real, "ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": {}}
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def migrate() -> None:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("CREATE TABLE units (serial integer)")
        cursor.execute("INSERT INTO units VALUES (7)")


def units() -> list[Any]:
    with connections[ALIAS].cursor() as cursor:
        return cursor.execute("SELECT serial FROM units").fetchall()


def test_an_empty_database_is_filled_with_what_was_kept(folder: Path, tmp_path: Path) -> None:
    kept = schemas(folder, "units = 7")
    with database(tmp_path / "first"):
        assert kept.is_empty(ALIAS)
        assert not kept.bring(ALIAS)
        migrate()
        kept.keep(ALIAS)
    with database(tmp_path / "second"):
        assert kept.bring(ALIAS)
        assert units() == [(7,)]
        assert not kept.is_empty(ALIAS)
        assert not kept.bring(ALIAS)


def test_after_a_change_of_any_migration_nothing_is_kept(folder: Path, tmp_path: Path) -> None:
    with database(tmp_path / "first"):
        migrate()
        schemas(folder, "units = 7").keep(ALIAS)
    changed = schemas(folder, "units = 8")
    with database(tmp_path / "second"):
        assert not changed.bring(ALIAS)
        migrate()
        changed.keep(ALIAS)
    assert len(list(folder.iterdir())) == 1
