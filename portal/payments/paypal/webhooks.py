"""A notification as it arrives, and what PayPal is asked about it.

*Why PayPal is asked.* A signature could be checked here, with the certificate at an address the notification itself
names. That means fetching what a stranger points at, following certificate chains that PayPal may change, and trusting
a rule that cannot be tried without PayPal. The question to PayPal needs none of it, and a wrong answer costs nothing: a
notification is only a hint to look. What cannot be PayPal's is refused before anybody is asked: headers that are
missing, another algorithm, a certificate that is not on PayPal's own hosts, an old time, too long a body.

PayPal signs the body byte by byte, so it is sent on exactly as it came, inside of the question.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from portal.payments.gateway import BadSignature

LONGEST = 200_000
ALGORITHM = "SHA256withRSA"
HOSTS = frozenset({"api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"})
OLDEST = timedelta(days=4)  # PayPal tries for three days
AHEAD = timedelta(minutes=10)
# What may be kept of a notification: numbers, amounts, times and reasons, and nothing of who paid or what they wrote.
KEPT = frozenset(
    {"id", "event_type", "event_version", "create_time", "update_time", "resource_type", "resource", "status", "reason"}
    | {"status_details", "amount", "value", "currency_code", "custom_id", "invoice_id", "custom", "invoice_number"}
    | {"supplementary_data", "related_ids", "order_id", "authorization_id", "capture_id", "purchase_units", "intent"}
    | {"payee", "merchant_id", "payments", "authorizations", "captures", "refunds", "final_capture", "expiration_time"}
    | {"dispute_id", "disputed_transactions", "seller_transaction_id", "dispute_amount", "dispute_life_cycle_stage"}
    | {"dispute_outcome", "outcome_code", "seller_response_due_date"}
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What came to a webhook's address: PayPal's five headers, and the raw body."""

    transmission_id: str
    time: str
    signature: str
    certificate: str
    algorithm: str
    body: bytes


def delivery(headers: Mapping[str, str], body: bytes) -> Delivery:
    """Take a delivery from a request's headers, which are found in any spelling that the mapping allows.

    Raises BadSignature where one is missing or the body is too long.
    """
    if len(body) > LONGEST:
        raise BadSignature("the body is too long to be a notification")
    names = ("Transmission-Id", "Transmission-Time", "Transmission-Sig", "Cert-Url", "Auth-Algo")
    values = [headers.get(f"Paypal-{name}") or "" for name in names]
    if not all(values) or any(len(value) > 2000 for value in values):
        raise BadSignature("a header of PayPal's is missing")
    number, time, signature, certificate, algorithm = values
    return Delivery(
        transmission_id=number, time=time, signature=signature, certificate=certificate, algorithm=algorithm, body=body
    )


def event_in(delivery: Delivery, *, hosts: frozenset[str], now: datetime) -> dict[str, Any]:
    """Read what a delivery says, once it could be PayPal's at all. Raises BadSignature where it cannot.

    `hosts` are those on which PayPal's certificates lie, with their port where that is not the usual one.
    """
    if delivery.algorithm != ALGORITHM:
        raise BadSignature("not PayPal's way of signing")
    if urlsplit(delivery.certificate).netloc not in hosts:
        raise BadSignature("the certificate is not on a host of PayPal")
    try:
        sent = datetime.fromisoformat(delivery.time)
        if not now - OLDEST < sent < now + AHEAD:
            raise BadSignature("sent at another time")
        event = json.loads(delivery.body)
    except (TypeError, ValueError) as error:  # a time without a zone cannot be compared
        raise BadSignature(str(error)) from error
    if not isinstance(event, dict):
        raise BadSignature("not a notification")
    return event


def question(delivery: Delivery, *, webhook_id: str) -> bytes:
    """What PayPal is asked: the headers, and the body as it came."""
    about = {
        "transmission_id": delivery.transmission_id,
        "transmission_time": delivery.time,
        "transmission_sig": delivery.signature,
        "cert_url": delivery.certificate,
        "auth_algo": delivery.algorithm,
        "webhook_id": webhook_id,
    }
    head = json.dumps(about).removesuffix("}").encode()
    return head + b', "webhook_event": ' + delivery.body + b"}"


def without_people(said: Any) -> Any:
    """Return of what a notification says the parts that are known to be about money alone."""
    if isinstance(said, Mapping):
        return {name: without_people(value) for name, value in said.items() if name in KEPT}
    if isinstance(said, list):
        return [without_people(each) for each in said]
    return plain(said) if isinstance(said, str) else said


def plain(text: str) -> str:
    """Return a text without what no database takes."""
    return text.replace("\0", "")
