"""PayPal's webhooks: composed, signed, and verified when a merchant asks.

PayPal signs `transmission id|time|webhook id|CRC32 of the body` with a certificate. The simulator has none, so it signs
with a secret of its own, and only `POST /v1/notifications/verify-webhook-signature` can tell whether a signature is
right. As PayPal demands, the event in that request must be the body as it came, byte by byte.
"""

import base64
import hashlib
import hmac
import json
import uuid
import zlib
from typing import Any

from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.papers import Paper, moment, new_id
from portal.payments.simulator.replies import Reply, as_json

ALGORITHM = "SHA256withRSA"
MARK = '"webhook_event":'
# What is told, of which paper, as it comes to which status
EVENTS = {
    ("order", "APPROVED"): "CHECKOUT.ORDER.APPROVED",
    ("authorization", "CREATED"): "PAYMENT.AUTHORIZATION.CREATED",
    ("authorization", "VOIDED"): "PAYMENT.AUTHORIZATION.VOIDED",
    ("authorization", "DENIED"): "PAYMENT.AUTHORIZATION.DENIED",
    ("capture", "COMPLETED"): "PAYMENT.CAPTURE.COMPLETED",
    ("capture", "PENDING"): "PAYMENT.CAPTURE.PENDING",
    ("capture", "DECLINED"): "PAYMENT.CAPTURE.DECLINED",
    ("refund", "COMPLETED"): "PAYMENT.CAPTURE.REFUNDED",
    ("dispute", "RESOLVED"): "CUSTOMER.DISPUTE.RESOLVED",
}
RESOURCE_TYPES = {"CHECKOUT.ORDER": "checkout-order", "CUSTOMER.DISPUTE": "dispute"}


def kind_of(paper: Paper) -> str | None:
    """What is told of a paper as it stands now; None where nobody is told."""
    if paper.kind == "dispute" and paper.status != "RESOLVED":
        return "CUSTOMER.DISPUTE.UPDATED" if paper.history[1:] else "CUSTOMER.DISPUTE.CREATED"
    return EVENTS.get((paper.kind, paper.status))


def compose(
    business: Business, kind: str, resource: dict[str, Any], *, now: float, address: str
) -> tuple[dict[str, str], str]:
    """The headers and the body of one notification."""
    group = kind.rpartition(".")[0]
    event = {
        "id": f"WH-{new_id()}-{new_id()}",
        "event_version": "1.0",
        "create_time": moment(now),
        "resource_type": RESOURCE_TYPES.get(group, group.rpartition(".")[2].lower()),
        "event_type": kind,
        "summary": f"{kind} in the simulator",
        "resource": resource,
    }
    body = json.dumps(event)
    transmission, at = str(uuid.uuid4()), moment(now)
    headers = {
        "Content-Type": "application/json",
        "PAYPAL-TRANSMISSION-ID": transmission,
        "PAYPAL-TRANSMISSION-TIME": at,
        "PAYPAL-TRANSMISSION-SIG": _signature(business, transmission, at, body),
        "PAYPAL-CERT-URL": f"{address}/v1/notifications/certs/CERT-simulator",
        "PAYPAL-AUTH-ALGO": ALGORITHM,
    }
    return headers, body


def _signature(business: Business, transmission: str, at: str, body: str) -> str:
    signed = f"{transmission}|{at}|{business.webhook_id}|{zlib.crc32(body.encode())}"
    return base64.b64encode(hmac.new(business.secret.encode(), signed.encode(), hashlib.sha256).digest()).decode()


def verify(business: Business, body: bytes) -> Reply:
    """Answer whether a notification came from here, for this business. Raises ValueError on what is not JSON."""
    text = body.decode()
    asked: dict[str, Any] = json.loads(text)
    start = text.index(MARK) + len(MARK)
    start += len(text[start:]) - len(text[start:].lstrip())
    _event, end = json.JSONDecoder().raw_decode(text, start)
    right = _signature(
        business, str(asked.get("transmission_id")), str(asked.get("transmission_time")), text[start:end]
    )
    fits = hmac.compare_digest(str(asked.get("transmission_sig")).encode(), right.encode())
    is_ours = fits and asked.get("webhook_id") == business.webhook_id and asked.get("auth_algo") == ALGORITHM
    return as_json({"verification_status": "SUCCESS" if is_ours else "FAILURE"})
