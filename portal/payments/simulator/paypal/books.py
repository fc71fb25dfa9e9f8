"""PayPal's books of a business: `GET /v1/reporting/transactions`. What is held stands there beside what was taken.

Assumed, since it is said nowhere: an authorisation that was captured stays successful.
"""

from datetime import datetime
from typing import Any

from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.papers import Archive, Paper, moment
from portal.payments.simulator.paypal.refusals import refused
from portal.payments.simulator.replies import Reply, as_json

LONGEST = 31 * 24 * 3600.0
MOST_IN_A_PAGE = 500
EVENTS = {"authorization": "T1300", "capture": "T0006", "refund": "T1107"}
REVERSED = {"VOIDED", "EXPIRED", "REFUNDED"}
STATUSES = {"PENDING": "P", "DENIED": "D", "DECLINED": "D", "FAILED": "D", **dict.fromkeys(REVERSED, "V")}


def page(archive: Archive, business: Business, query: dict[str, str]) -> Reply:
    """One page of the transactions that began in a period of 31 days at most, the oldest first."""
    try:
        since, until = (datetime.fromisoformat(query[name]).timestamp() for name in ("start_date", "end_date"))
        size, number = int(query.get("page_size", "100")), int(query.get("page", "1"))
    except (KeyError, ValueError):
        return refused("INVALID_REQUEST", status=400)
    if until - since > LONGEST or not 1 <= size <= MOST_IN_A_PAGE or number < 1:
        return refused("INVALID_REQUEST", status=400)
    found = archive.begun(business.id, since, until)
    rows = found[(number - 1) * size : number * size]
    return as_json(
        {
            "transaction_details": [{"transaction_info": _info(each)} for each in rows],
            "start_date": query["start_date"],
            "end_date": query["end_date"],
            "page": number,
            "total_items": len(found),
            "total_pages": -(-len(found) // size),
            "links": [],
        }
    )


def _info(paper: Paper) -> dict[str, Any]:
    value = f"-{paper.amount}" if paper.kind == "refund" else paper.amount
    return {
        "transaction_id": paper.id,
        "paypal_reference_id": paper.parent_id,
        "paypal_reference_id_type": "ODR" if paper.parent_id == paper.order_id else "TXN",
        "transaction_event_code": EVENTS[paper.kind],
        "transaction_initiation_date": moment(paper.created_at).replace("Z", "+0000"),
        "transaction_updated_date": moment(paper.updated_at).replace("Z", "+0000"),
        "transaction_amount": {"currency_code": paper.currency, "value": value},
        "transaction_status": STATUSES.get(paper.status, "S"),
        "invoice_id": paper.invoice_id,
        "custom_field": paper.reference,
    }
