"""Core: what PayPal's Customer Disputes API says of a dispute, and how evidence is written for it.

Statuses, stages and outcomes are those of version 1; a status or an outcome that no table knows gives UNKNOWN, never a
guess. In an inquiry payer and provider talk, and no money is taken yet. PayPal or a bank decides what comes after it.
"""

import json
import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from portal.payments.gateway import DisputeFacts, DisputeStatus, EvidenceFile, Outcome, OutcomeKind

UNKNOWN_STATUS = "unknown_status"
UNREADABLE = "unreadable_answer"
RESOLVED = "RESOLVED"
# In OPEN and WAITING_FOR_SELLER_RESPONSE something is expected of the provider, in the others of somebody else.
STATUSES: Mapping[str, DisputeStatus] = {
    "OPEN": DisputeStatus.OPEN,
    "WAITING_FOR_SELLER_RESPONSE": DisputeStatus.OPEN,
    "WAITING_FOR_BUYER_RESPONSE": DisputeStatus.ANSWERED,
    "UNDER_REVIEW": DisputeStatus.ANSWERED,
    "OTHER": DisputeStatus.ANSWERED,
}
# Who has the money in the end. With a payout PayPal pays the payer itself; NONE was closed for another dispute.
OUTCOMES: Mapping[str, DisputeStatus] = {
    "RESOLVED_SELLER_FAVOUR": DisputeStatus.WON,
    "RESOLVED_WITH_PAYOUT": DisputeStatus.WON,
    "CANCELED_BY_BUYER": DisputeStatus.WON,
    "DENIED": DisputeStatus.WON,
    "NONE": DisputeStatus.WON,
    "RESOLVED_BUYER_FAVOUR": DisputeStatus.LOST,
    "ACCEPTED": DisputeStatus.LOST,
}
INQUIRY = "INQUIRY"
LONGEST_NOTES = 2000

Json = Mapping[str, Any]
Part = tuple[str, tuple[str | None, bytes, str]]


def facts(dispute: Json) -> DisputeFacts | Outcome:
    """What a dispute says; UNKNOWN where its status is one we do not know, or its amount cannot be read."""
    outcome = dispute.get("dispute_outcome") or {}
    said = str(outcome.get("outcome_code") if dispute.get("status") == RESOLVED else dispute.get("status"))
    status = (OUTCOMES if dispute.get("status") == RESOLVED else STATUSES).get(said)
    if status is None:
        return Outcome(kind=OutcomeKind.UNKNOWN, code=UNKNOWN_STATUS, text=said)
    amount, currency = _money(dispute.get("dispute_amount"))
    if amount is None:
        return Outcome(kind=OutcomeKind.UNKNOWN, code=UNREADABLE, text="no amount")
    about = (dispute.get("disputed_transactions") or [{}])[0]
    stage = str(dispute.get("dispute_life_cycle_stage") or "")
    return DisputeFacts(
        id=str(dispute.get("dispute_id")),
        status=status,
        amount=amount,
        currency=currency,
        reference=str(about.get("custom") or about.get("invoice_number") or ""),
        gateway_id=str(about.get("seller_transaction_id") or ""),
        kind=stage,
        reason=str(dispute.get("reason") or ""),
        is_inquiry=stage == INQUIRY and status is not DisputeStatus.LOST,
        won=_won(status, amount, outcome),
        reply_by=_day(dispute.get("seller_response_due_date")),
    )


def _won(status: DisputeStatus, amount: Decimal, outcome: Json) -> Decimal:
    """What came back, or stayed: of what was lost, all that the payer was not given back."""
    if status is DisputeStatus.WON:
        return amount
    refunded, _currency = _money(outcome.get("amount_refunded"))
    is_part = status is DisputeStatus.LOST and refunded is not None and 0 < refunded < amount
    return amount - refunded if is_part and refunded else Decimal()


def _money(said: Any) -> tuple[Decimal | None, str]:
    money = said or {}
    try:
        return Decimal(money["value"]), str(money["currency_code"])
    except (InvalidOperation, KeyError, TypeError):
        return None, ""


def _day(said: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(said)).date()
    except ValueError:
        return None


def numbers(page: Json) -> list[str]:
    """The numbers of the disputes on one page of a list, which says too little of each."""
    return [str(each["dispute_id"]) for each in page.get("items") or [] if each.get("dispute_id")]


def next_page(page: Json) -> str:
    """What to ask for to see the next page of a list; empty after the last one. Only the query is taken over."""
    links = {each.get("rel"): str(each.get("href", "")) for each in page.get("links") or []}
    return urlsplit(links.get("next", "")).query


def evidence(texts: Sequence[str], files: Sequence[EvidenceFile]) -> list[Part]:
    """The form in parts that shows what is said, and files beside it: what was delivered is no parcel with a number."""
    notes = [{"evidence_type": "OTHER", "notes": note} for note in _together(texts)]
    said = json.dumps({"evidences": notes or [{"evidence_type": "OTHER"}]}).encode()
    form: list[Part] = [("input", (None, said, "application/json"))]
    for number, file in enumerate(files, 1):
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        form.append((f"file{number}", (file.name, file.content, kind)))
    return form


def _together(texts: Iterable[str]) -> Iterator[str]:
    """Texts put together into as few notes as PayPal's longest ones can be."""
    note = ""
    for text in texts:
        if note and len(note) + 2 + len(text) > LONGEST_NOTES:
            yield note
            note = ""
        note = f"{note}\n\n{text}" if note else text[:LONGEST_NOTES]
    if note:
        yield note
