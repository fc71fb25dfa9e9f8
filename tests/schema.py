"""SQLite databases as the migrations leave them, kept from one run to the next until any migration changes.

Walking through two hundred migrations takes longer than any test. They are still walked through by the first run after
a change, and in every gate by the demo for the browser and on PostgreSQL.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.db import connections


class Schemas:
    """A folder with one file for each database, named for the files of the migrations that made it."""

    def __init__(self, folder: Path, *, migrations: Iterable[Path]) -> None:
        self._folder = folder
        self._name = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in migrations)).hexdigest()

    def bring(self, alias: str) -> bool:
        """Fill an empty SQLite database with what was kept, and say whether anything was."""
        kept = self._kept(alias)
        if not self.is_empty(alias) or not kept.exists():
            return False
        with closing(sqlite3.connect(kept)) as source:
            source.backup(connections[alias].connection)
        return True

    def keep(self, alias: str) -> None:
        """Keep what the migrations made of a SQLite database, in place of what was made by others."""
        kept = self._kept(alias)
        for old in self._folder.glob(f"{alias}-*.sqlite3"):
            old.unlink(missing_ok=True)
        being_made = kept.with_suffix(f".{os.getpid()}")  # others may be at the same
        with closing(sqlite3.connect(being_made)) as target:
            connections[alias].connection.backup(target)
        being_made.replace(kept)

    def is_empty(self, alias: str) -> bool:
        """Say whether this is a SQLite database that nobody has migrated yet."""
        connection = connections[alias]
        return connection.vendor == "sqlite" and connection.introspection.table_names() == []

    def _kept(self, alias: str) -> Path:
        return self._folder / f"{alias}-{self._name[:16]}.sqlite3"


def migrations() -> Iterator[Path]:
    """The files of all migrations that there are, the portal's and those of libraries."""
    for app in apps.get_app_configs():
        yield from sorted(Path(app.path).glob("migrations/*.py"))
