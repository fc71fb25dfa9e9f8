"""The simulator's memory: one small SQLite file, used by all request threads through one connection and one lock."""

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from portal.payments.simulator.records import Record

SCHEMA = """
CREATE TABLE IF NOT EXISTS transactions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, merchant_id TEXT NOT NULL,
    order_id TEXT NOT NULL, settle_at REAL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_order ON transactions (order_id);
CREATE INDEX IF NOT EXISTS by_settling ON transactions (settle_at) WHERE settle_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS request_keys (
    merchant_id TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, transaction_id TEXT,
    PRIMARY KEY (merchant_id, key));
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, card TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, kind TEXT NOT NULL, remaining INTEGER NOT NULL,
    seconds REAL NOT NULL, code TEXT NOT NULL, order_id TEXT NOT NULL, planted INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS disputes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, merchant_id TEXT NOT NULL,
    dispute TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, merchant_id TEXT NOT NULL, kind TEXT NOT NULL, transaction_id TEXT NOT NULL,
    url TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL, answered INTEGER);
CREATE TABLE IF NOT EXISTS papers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, business_id TEXT NOT NULL, kind TEXT NOT NULL,
    order_id TEXT NOT NULL, reference TEXT NOT NULL, settle_at REAL, paper TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS papers_by_order ON papers (order_id);
CREATE INDEX IF NOT EXISTS papers_by_reference ON papers (reference);
CREATE INDEX IF NOT EXISTS papers_by_settling ON papers (settle_at) WHERE settle_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS paper_requests (
    business_id TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
    paper_id TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (business_id, operation, key));
CREATE TABLE IF NOT EXISTS transfers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
    holder TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL);
"""


class Store:
    """Every method may be called from any thread. `act` holds the lock over several steps and makes them one."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def act(self) -> Iterator[None]:
        """All or nothing, and nobody else in between. May be nested; the outermost commits."""
        with self._lock:
            self._depth += 1
            try:
                if self._depth == 1:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            except BaseException:
                if self._depth == 1:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement; how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def save(self, record: Record) -> Record:
        self.run(
            "INSERT INTO transactions (id, merchant_id, order_id, settle_at, record) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET settle_at = excluded.settle_at, record = excluded.record",
            record.id,
            record.merchant_id,
            record.order_id,
            record.settle_at,
            json.dumps(asdict(record)),
        )
        return record

    def transaction(self, merchant_id: str, transaction_id: str) -> Record | None:
        found = self.rows(
            "SELECT record FROM transactions WHERE merchant_id = ? AND id = ?", merchant_id, transaction_id
        )
        return _record(found[0]) if found else None

    def transactions(
        self,
        *,
        merchant_id: str | None = None,
        order_id: str | None = None,
        ids: Collection[str] | None = None,
        begun: tuple[float, float] | None = None,
    ) -> list[Record]:
        """The youngest first, as Braintree's search has them; those of one merchant or order id where asked for, of
        some ids, or begun in a period, its end included. Of all others a thousand."""
        since, until = begun or (None, None)
        found = self.rows(
            "SELECT record FROM transactions WHERE (?1 IS NULL OR merchant_id = ?1) AND (?2 IS NULL OR order_id = ?2) "
            "AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3))) "
            "AND (?4 IS NULL OR json_extract(record, '$.created_at') BETWEEN ?4 AND ?5) "
            "ORDER BY number DESC LIMIT ?6",
            *(merchant_id, order_id, None if ids is None else json.dumps(list(ids)), since, until),
            -1 if begun or ids is not None else 1000,
        )
        return [_record(row) for row in found]

    def due(self, now: float) -> list[Record]:
        """What has to settle by now, the longest waiting first."""
        return [
            _record(row)
            for row in self.rows("SELECT record FROM transactions WHERE settle_at <= ? ORDER BY settle_at", now)
        ]


def _record(row: dict[str, Any]) -> Record:
    return Record(**json.loads(row["record"]))
