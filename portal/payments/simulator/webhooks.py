"""Braintree's webhooks, composed and signed as Braintree does. `postman.py` delivers them.

A payload is base64 of an XML notification. Its signature is `public key|digest`, the digest an HMAC-SHA1 whose key is
the SHA-1 of the private key, so it proves whose notification it is.
"""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from portal.payments.simulator import wire
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.postman import Postman
from portal.payments.simulator.records import Record, moment, new_id

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def compose(
    merchant: Merchant, kind: str, record: Record | None, *, now: float, dispute: dict[str, Any] | None = None
) -> tuple[str, str]:
    """Signature and payload of one notification: about a transaction, about its dispute, or (`check`) about nothing.

    Without a `dispute` one is made up where the kind asks for it.
    """
    subject: dict[str, Any] = {"check": True}
    if record is not None:
        subject = {"dispute": dispute or _dispute(record, kind, now)} if kind.startswith("dispute_") else {}
        subject = subject or {"transaction": record.as_xml()}
    notification = {"kind": kind, "timestamp": moment(now), "subject": subject}
    payload = base64.encodebytes(wire.document("notification", notification))
    secret = hashlib.sha1(merchant.private_key.encode(), usedforsecurity=False).digest()
    digest = hmac.new(secret, payload, hashlib.sha1).hexdigest()
    return f"{merchant.public_key}|{digest}", payload.decode()


def post(
    postman: Postman,
    merchant: Merchant,
    kind: str,
    record: Record,
    *,
    now: float,
    dispute: dict[str, Any] | None = None,
) -> None:
    """Have one notification delivered to where the merchant wants it."""
    signature, payload = compose(merchant, kind, record, now=now, dispute=dispute)
    postman.post(
        merchant_id=merchant.id,
        kind=kind,
        transaction_id=record.id,
        url=merchant.webhook_url,
        headers=FORM,
        body=urlencode({"bt_signature": signature, "bt_payload": payload}),
    )


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
