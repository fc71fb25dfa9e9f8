"""How PayPal says no: an HTTP status, a name, and the issue that a program can go by."""

import secrets
from typing import Any

from portal.payments.simulator.replies import Reply, as_json

NAMES = {
    400: "INVALID_REQUEST",
    403: "NOT_AUTHORIZED",
    404: "RESOURCE_NOT_FOUND",
    409: "RESOURCE_CONFLICT",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "RATE_LIMIT_REACHED",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


def refused(issue: str, *, status: int = 422) -> Reply:
    """Nothing was done."""
    return as_json(error(issue, status=status), status=status)


def error(issue: str, *, status: int) -> dict[str, Any]:
    name = NAMES.get(status, NAMES[500])
    details = [{"issue": issue, "description": f"The simulator says {issue}."}] if issue else []
    return {"name": name, "message": f"{name}.", "debug_id": secrets.token_hex(6), "details": details, "links": []}


def not_found() -> Reply:
    return refused("INVALID_RESOURCE_ID", status=404)
