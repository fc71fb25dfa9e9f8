"""Signed webhooks: composing them as Braintree does, and delivering them until they are answered.

A payload is base64 of an XML notification. Its signature is `public key|digest`, the digest an HMAC-SHA1 whose key is
the SHA-1 of the private key, so it proves whose notification it is.
"""

import base64
import hashlib
import hmac
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from portal.payments.simulator import wire
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.records import Record, moment, new_id
from portal.payments.simulator.store import Store

logger = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 30.0, 120.0)
TIMEOUT = 5.0


def compose(merchant: Merchant, kind: str, record: Record | None, *, now: float) -> tuple[str, str]:
    """Signature and payload of one notification: about a transaction, about its dispute, or (`check`) about nothing."""
    subject: dict[str, Any] = {"check": True}
    if record is not None:
        subject = {"dispute": _dispute(record, kind, now)} if kind.startswith("dispute_") else {}
        subject = subject or {"transaction": record.as_xml()}
    notification = {"kind": kind, "timestamp": moment(now), "subject": subject}
    payload = base64.encodebytes(wire.document("notification", notification))
    secret = hashlib.sha1(merchant.private_key.encode(), usedforsecurity=False).digest()
    digest = hmac.new(secret, payload, hashlib.sha1).hexdigest()
    return f"{merchant.public_key}|{digest}", payload.decode()


def _dispute(record: Record, kind: str, now: float) -> dict[str, Any]:
    return {
        "id": new_id(),
        "amount": record.amount,
        "amount_disputed": record.amount,
        "amount_won": "0.00",
        "currency_iso_code": record.currency,
        "kind": "chargeback",
        "reason": "fraud",
        "status": kind.removeprefix("dispute_").replace("opened", "open"),
        "merchant_account_id": record.account,
        "created_at": moment(now),
        "evidence": wire.Items("evidence", []),
        "status_history": wire.Items("status_history", []),
        "transaction": {"id": record.id, "amount": record.amount, "order_id": record.order_id or None},
    }


class Postman:
    """Delivers notifications to the merchants' addresses; what is not answered with 2xx is tried again later."""

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        # No proxy: the receiver is on this machine or next to it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(self, merchant: Merchant, kind: str, record: Record) -> None:
        """Queue a notification, if the merchant has an address for it."""
        if not merchant.webhook_url:
            return
        now = self._clock()
        signature, payload = compose(merchant, kind, record, now=now)
        self._store.run(
            "INSERT INTO deliveries (merchant_id, kind, transaction_id, url, signature, payload, next_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            merchant.id,
            kind,
            record.id,
            merchant.webhook_url,
            signature,
            payload,
            now,
        )

    def deliver_due(self) -> None:
        """Send what is due. Called by one thread only."""
        for row in self._store.rows("SELECT * FROM deliveries WHERE next_at <= ? ORDER BY id", self._clock()):
            answered = self._send(row)
            attempts = row["attempts"] + 1
            done = answered is not None and 200 <= answered < 300
            pause = None if done or attempts > len(PAUSES) else PAUSES[attempts - 1]
            self._store.run(
                "UPDATE deliveries SET attempts = ?, answered = ?, next_at = ? WHERE id = ?",
                attempts,
                answered,
                None if pause is None else self._clock() + pause,
                row["id"],
            )

    def _send(self, row: dict[str, Any]) -> int | None:
        """The status the receiver answered with; None if it could not be reached."""
        form = urlencode({"bt_signature": row["signature"], "bt_payload": row["payload"]}).encode()
        try:
            with self._opener.open(row["url"], data=form, timeout=TIMEOUT) as answer:
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
            "SELECT id, merchant_id, kind, transaction_id, url, attempts, answered, next_at FROM deliveries ORDER BY id"
        )
