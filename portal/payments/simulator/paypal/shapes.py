"""Papers the way PayPal's JSON shows them."""

from collections.abc import Iterable
from typing import Any

from portal.payments.simulator.paypal.papers import Paper, moment

HONOURED = 3 * 24 * 3600.0
EXPIRES = 29 * 24 * 3600.0
COLLECTIONS = {"authorization": "authorizations", "capture": "captures", "refund": "refunds"}


def order(paper: Paper, payments: Iterable[Paper], *, address: str) -> dict[str, Any]:
    """An order with everything that was paid under it."""
    unit: dict[str, Any] = {
        "reference_id": "default",
        "amount": _money(paper),
        "payee": {"merchant_id": paper.extra["payee"]},
        "custom_id": paper.reference,
        "invoice_id": paper.invoice_id,
        "description": paper.extra.get("description", ""),
    }
    collected: dict[str, list[dict[str, Any]]] = {}
    for each in payments:
        collected.setdefault(COLLECTIONS[each.kind], []).append(payment(each))
    if collected:
        unit["payments"] = collected
    links = [{"rel": "self", "href": f"{address}/v2/checkout/orders/{paper.id}", "method": "GET"}]
    if paper.status in ("CREATED", "PAYER_ACTION_REQUIRED"):
        links.append({"rel": "payer-action", "href": f"{address}/checkoutnow?token={paper.id}", "method": "GET"})
    return {
        "id": paper.id,
        "intent": "AUTHORIZE",
        "status": paper.status,
        "purchase_units": [unit],
        "create_time": moment(paper.created_at),
        "update_time": moment(paper.updated_at),
        "links": links,
    }


def payment(paper: Paper) -> dict[str, Any]:
    """An authorisation, a capture or a refund."""
    shown: dict[str, Any] = {
        "id": paper.id,
        "status": paper.status,
        "amount": _money(paper),
        "custom_id": paper.reference,
        "invoice_id": paper.invoice_id,
        "create_time": moment(paper.created_at),
        "update_time": moment(paper.updated_at),
        "supplementary_data": {"related_ids": {"order_id": paper.order_id}},
    }
    if paper.reason:
        shown["status_details"] = {"reason": paper.reason}
    if paper.kind == "authorization":
        shown["expiration_time"] = moment(paper.extra.get("authorized_at", paper.created_at) + EXPIRES)
    if paper.kind == "capture":
        shown["final_capture"] = True
    return shown


def dispute(paper: Paper, *, reference: str) -> dict[str, Any]:
    """A dispute, with the one capture it is about."""
    amount = _money(paper)
    return {
        "dispute_id": paper.id,
        "create_time": moment(paper.created_at),
        "update_time": moment(paper.updated_at),
        "disputed_transactions": [
            {"seller_transaction_id": paper.parent_id, "custom": reference, "invoice_number": paper.invoice_id}
        ],
        "reason": paper.reason,
        "status": paper.status,
        "dispute_amount": amount,
        "dispute_life_cycle_stage": "CHARGEBACK",
        "dispute_outcome": {"outcome_code": paper.extra["outcome"]} if paper.extra.get("outcome") else None,
        "evidences": paper.extra.get("evidences", []),
    }


def _money(paper: Paper) -> dict[str, str]:
    return {"currency_code": paper.currency, "value": paper.amount}
