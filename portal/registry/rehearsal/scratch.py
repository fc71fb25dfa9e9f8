"""A ledger on the side: empty, of the same schema, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from portal.registry.ledger.router import LEDGER

# Nothing here outlives the block that uses it, so nothing waits for the disk.
PRAGMAS = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"


@contextmanager
def scratch_ledger() -> Iterator[None]:
    """Give this thread, and only this thread, an empty ledger in a temporary SQLite file instead of the real one.

    Within the block the ledger's service and models work as ever and cannot reach the real ledger: the connection under
    its name is another one. Afterwards the real connection is back as it was and the file is deleted.
    """
    with TemporaryDirectory(prefix="ledger-") as folder:
        aside = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(folder) / "ledger.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": PRAGMAS},
        }
        real = connections[LEDGER]
        connections[LEDGER] = ConnectionHandler({DEFAULT_DB_ALIAS: aside, LEDGER: aside})[LEDGER]
        try:
            executor = MigrationExecutor(connections[LEDGER])
            executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == LEDGER])
            yield
        finally:
            connections[LEDGER].close()
            connections[LEDGER] = real
