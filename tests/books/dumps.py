"""A dump of a database, and its restore: all rows of all tables, as they were at one moment.

On SQLite that is its own online backup. On PostgreSQL tables are copied out and in (`COPY`), with triggers and foreign
keys put aside meanwhile, as `pg_restore` does with `--disable-triggers`; no test machine has `pg_dump`.
"""

import sqlite3
from typing import Any

from django.db import connections


class Dump:
    """Taken when it is made, of one database. Gateways and banks are not in it: they are somebody else's."""

    def __init__(self, database: str = "default") -> None:
        self._connection: Any = connections[database]
        self._is_sqlite = self._connection.vendor == "sqlite"
        self._connection.ensure_connection()
        if self._is_sqlite:
            self._copy = sqlite3.connect(":memory:")
            self._shop().backup(self._copy)
        else:
            self._tables = {name: self._copied_out(name) for name in self._connection.introspection.table_names()}

    def restore(self) -> None:
        """Put everything back as it was."""
        if self._is_sqlite:
            self._copy.backup(self._shop())
            return
        names = ", ".join(f'"{name}"' for name in self._tables)
        with self._connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            cursor.execute("SET session_replication_role = replica")
            for name, content in self._tables.items():
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(content)
            cursor.execute("SET session_replication_role = DEFAULT")
            for statement in self._sequences():
                cursor.execute(statement)

    def _shop(self) -> Any:
        return self._connection.connection

    def _copied_out(self, name: str) -> bytes:
        with self._connection.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
            return b"".join(bytes(part) for part in copy)

    def _sequences(self) -> list[str]:
        """Let numbers go on after the highest that is there, as a dump does."""
        with self._connection.cursor() as cursor:
            columns = [
                (each["name"], each["column"], name)
                for name in self._tables
                for each in self._connection.introspection.get_sequences(cursor, name)
            ]
        highest = "SELECT setval('{}', COALESCE((SELECT MAX({}) FROM \"{}\"), 1))"
        return [highest.format(*each) for each in columns]
