"""Delivers notifications to the addresses of merchants; what is not answered with 2xx is tried again later."""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from portal.payments.simulator.store import Store

logger = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 30.0, 120.0)
TIMEOUT = 5.0


class Postman:
    """Knows nothing of what it carries: headers and a body."""

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        # No proxy: the receiver is on this machine or next to it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(
        self, *, merchant_id: str, kind: str, transaction_id: str, url: str, headers: Mapping[str, str], body: str
    ) -> None:
        """Queue a notification, if the merchant has an address for it."""
        if url:
            self._store.run(
                "INSERT INTO posts (merchant_id, kind, transaction_id, url, headers, body, next_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(merchant_id, kind, transaction_id, url, json.dumps(headers), body, self._clock()),
            )

    def deliver_due(self) -> None:
        """Send what is due. Called by one thread only."""
        for row in self._store.rows("SELECT * FROM posts WHERE next_at <= ? ORDER BY id", self._clock()):
            answered = self._send(row)
            attempts = row["attempts"] + 1
            done = answered is not None and 200 <= answered < 300
            pause = None if done or attempts > len(PAUSES) else PAUSES[attempts - 1]
            self._store.run(
                "UPDATE posts SET attempts = ?, answered = ?, next_at = ? WHERE id = ?",
                attempts,
                answered,
                None if pause is None else self._clock() + pause,
                row["id"],
            )

    def _send(self, row: dict[str, Any]) -> int | None:
        """The status the receiver answered with; None if it could not be reached."""
        try:
            with self._opener.open(_request(row), timeout=TIMEOUT) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code
        except OSError as error:
            logger.info("Webhook to %s not delivered: %s", row["url"], error)
            return None

    def deliveries(self) -> list[dict[str, Any]]:
        """All notifications ever queued, the oldest first, for inspection."""
        return self._store.rows(
            "SELECT id, merchant_id, kind, transaction_id, url, attempts, answered, next_at FROM posts ORDER BY id"
        )


def _request(row: dict[str, Any]) -> urllib.request.Request:
    # The address is the one that whoever started the simulator gave it.
    headers = json.loads(row["headers"])
    return urllib.request.Request(row["url"], data=row["body"].encode(), headers=headers)  # noqa: S310
