"""What goes back over HTTP: a status, a body, and which transaction it is about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.payments.simulator import wire
from portal.payments.simulator.records import REFUSED, Record

MESSAGES = {
    "81501": "Amount cannot be negative.",
    "81502": "Amount is required.",
    "81503": "Amount is an invalid format.",
    "81531": "Amount must be greater than zero.",
    "81715": "Credit card number is invalid.",
    "91504": "Transaction can only be voided if status is authorized or submitted_for_settlement.",
    "91506": "Cannot refund a transaction unless it is settled.",
    "91507": "Cannot submit for settlement unless status is authorized.",
    "91512": "Transaction has already been completely refunded.",
    "91513": "Merchant account ID is invalid.",
    "91521": "Refund amount is too large.",
    "91522": "Settlement amount is too large.",
    "91564": "Cannot use a payment method nonce more than once.",
    "91565": "Unknown or expired payment method nonce.",
    "91575": "Cannot simulate settlement in this status.",
    "95701": "Evidence can only be attached to disputes that are in an Open state.",
    "95704": "Disputes can only be accepted when they are in an Open state.",
    "95705": "Disputes can only be finalized when they are in an Open state.",
    "84903": "File type is invalid.",
    "915230": "API request key is too long.",
    "915231": "API request key is not allowed.",
    "915232": "API request key can be reused only with the same request.",
    "915234": "API request key belongs to a failed request.",
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One HTTP answer. `transaction_id` is empty where no transaction was created or touched."""

    status: int
    body: bytes = b""
    content_type: str = "application/xml"
    transaction_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def xml(tag: str, value: Any, *, status: int = 200) -> Reply:
    return Reply(status=status, body=wire.document(tag, value))


def transaction(record: Record) -> Reply:
    """The transaction; inside an error when it was refused, the way the API reports declines."""
    if record.status in REFUSED:
        message = record.text or f"Gateway Rejected: {record.rejection}"
        errors = {"errors": wire.Items("error", [])}
        refusal = {"errors": errors, "message": message, "transaction": record.as_xml()}
        return Reply(status=422, body=wire.document("api_error_response", refusal), transaction_id=record.id)
    return Reply(status=201, body=wire.document("transaction", record.as_xml()), transaction_id=record.id)


def transaction_found(record: Record) -> Reply:
    """The transaction as a plain read shows it, refused or not."""
    return Reply(status=200, body=wire.document("transaction", record.as_xml()), transaction_id=record.id)


def refused(code: str, attribute: str = "base") -> Reply:
    """A validation error: nothing was done."""
    message = MESSAGES.get(code, "Refused.")
    error = {"attribute": attribute, "code": code, "message": message}
    errors = {"errors": wire.Items("error", []), "transaction": {"errors": wire.Items("error", [error])}}
    return xml("api_error_response", {"errors": errors, "message": message}, status=422)


def as_json(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(value, indent=1).encode()
    return Reply(status=status, body=body, content_type="application/json", headers=headers or {})
