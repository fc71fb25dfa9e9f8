"""Papers the way PayPal's JSON shows them."""

from collections.abc import Iterable
from typing import Any

from portal.payments.simulator.paypal.papers import Paper, moment

HONOURED = 3 * 24 * 3600.0
EXPIRES = 29 * 24 * 3600.0
TO_ANSWER = 10 * 24 * 3600.0
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


def summary(paper: Paper) -> dict[str, Any]:
    """A dispute as lists show it: not what it is about, nor how it was decided."""
    return {
        "dispute_id": paper.id,
        "create_time": moment(paper.created_at),
        "update_time": moment(paper.updated_at),
        "reason": paper.reason,
        "status": paper.status,
        "dispute_amount": _money(paper),
        "dispute_life_cycle_stage": paper.extra.get("stage", "CHARGEBACK"),
        "dispute_channel": "INTERNAL",
    }


def dispute(paper: Paper) -> dict[str, Any]:
    """A dispute, with the one capture it is about."""
    about = {"seller_transaction_id": paper.parent_id, "custom": paper.reference, "invoice_number": paper.invoice_id}
    shown = {**summary(paper), "disputed_transactions": [about], "evidences": paper.extra.get("evidences", [])}
    if paper.status != "RESOLVED":
        shown["seller_response_due_date"] = moment(paper.created_at + TO_ANSWER)
    if outcome := paper.extra.get("outcome"):
        shown["dispute_outcome"] = {"outcome_code": outcome}
        if refunded := paper.extra.get("refunded"):
            shown["dispute_outcome"]["amount_refunded"] = {**_money(paper), "value": refunded}
    return shown


def _money(paper: Paper) -> dict[str, str]:
    return {"currency_code": paper.currency, "value": paper.amount}
