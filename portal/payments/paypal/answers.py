"""Reads PayPal's answers into outcomes: plain JSON in, values out, nobody is asked.

Everything about one payment stands in its order: the authorisation (or several, where it was renewed), the captures and
the refunds. So there is one reading of one thing, whoever asked for what. Statuses and reasons are those of Orders v2
and Payments v2; one that no table knows gives UNKNOWN, never a guess. What is PENDING is so for whatever reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.payments.gateway import (
    AGREED_BY_PURCHASER,
    MISMATCH,
    NOT_FOUND,
    SEVERAL,
    TIMED_OUT,
    TOO_MANY_REQUESTS,
    WAITS_FOR_PURCHASER,
    Notice,
    Outcome,
    OutcomeKind,
    Recorded,
    RecordedKind,
    Standing,
)

UNREADABLE = "unreadable_answer"
WAITING = frozenset({"CREATED", "SAVED", "PAYER_ACTION_REQUIRED"})
AUTHORISATIONS: Mapping[str, Standing] = {
    "CREATED": Standing.AUTHORISED,
    "PENDING": Standing.PENDING,
    "DENIED": Standing.DECLINED,
    "VOIDED": Standing.RELEASED,
    "EXPIRED": Standing.RELEASED,
    "CAPTURED": Standing.CAPTURED,
}
CAPTURES: Mapping[str, Standing] = {
    "COMPLETED": Standing.CAPTURED,
    "PARTIALLY_REFUNDED": Standing.CAPTURED,
    "REFUNDED": Standing.CAPTURED,
    "PENDING": Standing.PENDING,
    "DECLINED": Standing.CAPTURE_FAILED,
    "FAILED": Standing.CAPTURE_FAILED,
}
REFUNDS: Mapping[str, Standing] = {
    "COMPLETED": Standing.REFUNDED,
    "PENDING": Standing.PENDING,
    "FAILED": Standing.REFUND_FAILED,
    "CANCELLED": Standing.REFUND_FAILED,
}
OPEN = frozenset({"CREATED", "PENDING"})  # authorisations that hold money, or are about to
FAILED_CAPTURES = frozenset({"DECLINED", "FAILED"})
HOLDS_NO_MORE = frozenset({"AUTHORIZATION_EXPIRED", "AUTHORIZATION_VOIDED", "AUTHORIZATION_DENIED"})
HONOURED = timedelta(days=3)  # so long PayPal stands for the money that it holds

HELD_OR_TAKEN = frozenset({Standing.AUTHORISED, Standing.CAPTURED})
TAKEN = frozenset({Standing.CAPTURED})
GIVEN_UP = frozenset({Standing.RELEASED})
GIVEN_BACK = frozenset({Standing.REFUNDED})

# Answers that say nothing of what became of a request, by their status; any other that is no refusal is unexpected.
UNANSWERED: Mapping[int, str] = {
    401: "credentials_refused",
    408: TIMED_OUT,
    409: "in_progress",
    429: TOO_MANY_REQUESTS,
    500: "gateway_error",
    502: "gateway_error",
    503: "gateway_error",
    504: TIMED_OUT,
}
REFUSALS = frozenset({400, 403, 404, 422})
# The same request is under way, or its id was used for another one: neither says what became of the first.
UNCLEAR = frozenset({"PREVIOUS_REQUEST_IN_PROGRESS", "DUPLICATE_REQUEST_ID", "RESOURCE_CONFLICT"})
NOT_AGREED = frozenset({"ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED"})
# Refusals that speak of the purchaser, or of how that one wanted to pay; all others are ours or the provider's.
OF_THE_PURCHASER = frozenset(
    {"INSTRUMENT_DECLINED", "PAYER_CANNOT_PAY", "PAYER_ACCOUNT_RESTRICTED", "PAYER_ACCOUNT_LOCKED_OR_CLOSED"}
    | {"PAYER_COUNTRY_NOT_SUPPORTED", "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "CARD_EXPIRED", "CARD_CLOSED"}
    | {"TRANSACTION_REFUSED", "TRANSACTION_LIMIT_EXCEEDED", "TRANSACTION_BLOCKED_BY_PAYEE", "COMPLIANCE_VIOLATION"}
    | {"REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "ORDER_EXPIRED", "ORDER_VOIDED"}
)

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an order must show to count as the one we asked for. None and empty values are not compared."""

    merchant_id: str
    reference: str = ""
    amount: Decimal | None = None
    currency: str = ""


def read(order: Json, *, asked: Asked, goals: frozenset[Standing]) -> Outcome:
    """The outcome an order stands for, where reaching one of `goals` is what was asked."""
    units = order.get("purchase_units") or []
    if len(units) != 1 or not order.get("id"):
        return Outcome(kind=OutcomeKind.UNKNOWN, code=UNREADABLE, text="not one purchase unit")
    unit = units[0]
    captures = live_captures(order)
    if len(captures) > 1:
        ids = ", ".join(str(each.get("id")) for each in captures)
        return Outcome(kind=OutcomeKind.UNKNOWN, gateway_id=order["id"], code=SEVERAL, text=f"captures: {ids}")
    decides, standing = _deciding(order, captures)
    code = _reason(order, decides, standing)
    amount, currency = _money(decides or unit)
    outcome = Outcome(
        kind=_kind(standing, goals, code),
        standing=standing,
        gateway_id=order["id"],
        amount=amount,
        currency=currency,
        merchant_account=(unit.get("payee") or {}).get("merchant_id", ""),
        reference=_reference(unit, decides),
        code=code,
        text=code,
        held_until=_held_until(decides) if decides and standing is Standing.AUTHORISED else None,
    )
    return compared(outcome, asked)


def _deciding(order: Json, captures: list[Json]) -> tuple[Json | None, Standing | None]:
    """The payment that says where the order stands, and where that is: a capture goes before what it was taken of."""
    if captures:
        return captures[0], CAPTURES.get(str(captures[0].get("status")))
    if held := holding(order):
        return held, AUTHORISATIONS.get(str(held.get("status")))
    if failed := paid(order, "captures"):
        return failed[-1], Standing.CAPTURE_FAILED
    if ended := paid(order, "authorizations"):
        return ended[-1], AUTHORISATIONS.get(str(ended[-1].get("status")))
    status = order.get("status")
    if status in WAITING or status == "APPROVED":
        return None, Standing.PENDING
    return None, Standing.RELEASED if status == "VOIDED" else None


def _reason(order: Json, decides: Json | None, standing: Standing | None) -> str:
    if decides is None:
        waiting = WAITS_FOR_PURCHASER if order.get("status") in WAITING else AGREED_BY_PURCHASER
        return waiting if standing is Standing.PENDING else str(order.get("status"))
    if standing in HELD_OR_TAKEN:
        return ""
    reason = (decides.get("status_details") or {}).get("reason")
    return str(reason or decides.get("status"))


def _kind(standing: Standing | None, goals: frozenset[Standing], code: str) -> OutcomeKind:
    if standing is None:
        return OutcomeKind.UNKNOWN
    if standing in goals:
        return OutcomeKind.APPROVED
    return OutcomeKind.PENDING if standing is Standing.PENDING else OutcomeKind.DECLINED


def _money(thing: Json) -> tuple[Decimal | None, str]:
    money = thing.get("amount") or {}
    try:
        return Decimal(money.get("value", "")), str(money.get("currency_code", ""))
    except InvalidOperation:
        return None, ""


def _reference(unit: Json, decides: Json | None) -> str:
    """What all places call our key by; several, where they differ, which is then no key of ours."""
    names = [each.get(name) for each in (unit, decides or {}) for name in ("custom_id", "invoice_id")]
    return "/".join(sorted({str(name) for name in names if name}))


def compared(outcome: Outcome, asked: Asked) -> Outcome:
    """The outcome itself, or UNKNOWN with code `mismatch` where it would approve or await what nobody asked for."""
    if outcome.kind not in (OutcomeKind.APPROVED, OutcomeKind.PENDING):
        return outcome
    differences = [
        f"{name} is {found}, asked was {wanted}"
        for name, found, wanted in (
            ("amount", outcome.amount, asked.amount if asked.amount is not None else outcome.amount),
            ("currency", outcome.currency, asked.currency or outcome.currency),
            ("payee", outcome.merchant_account, asked.merchant_id),
            ("reference", outcome.reference, asked.reference or outcome.reference),
        )
        if found != wanted
    ]
    if not differences:
        return outcome
    return replace(outcome, kind=OutcomeKind.UNKNOWN, standing=None, code=MISMATCH, text="; ".join(differences))


def paid(order: Json, kind: str) -> list[Json]:
    """What was paid under an order: its `authorizations`, `captures` or `refunds`, the oldest first."""
    units = order.get("purchase_units") or [{}]
    found: list[Json] = (units[0].get("payments") or {}).get(kind) or []
    return sorted(found, key=lambda each: str(each.get("create_time", "")))


def live_captures(order: Json) -> list[Json]:
    """What was taken, or is about to be: more than one of them needs a person."""
    return [each for each in paid(order, "captures") if each.get("status") not in FAILED_CAPTURES]


def holding(order: Json) -> Json | None:
    """The authorisation that holds the money: of several the youngest, since that renewed the others."""
    held = [each for each in paid(order, "authorizations") if each.get("status") in OPEN]
    return held[-1] if held else None


def with_payment(order: Json, kind: str, payment: Json) -> Json:
    """The order as it stands once PayPal has answered with a payment: beside those it has, or instead of itself."""
    unit = order["purchase_units"][0]
    others = [each for each in paid(order, kind) if each.get("id") != payment.get("id")]
    payments = {**(unit.get("payments") or {}), kind: [*others, payment]}
    return {**order, "purchase_units": [{**unit, "payments": payments}]}


def is_past_honour(authorisation: Json, *, now: datetime) -> bool:
    """Say whether PayPal no longer stands for what an authorisation holds. False where it does not say since when."""
    until = _held_until(authorisation)
    return until is not None and now > until


def _held_until(authorisation: Json) -> datetime | None:
    try:
        since = datetime.fromisoformat(str(authorisation.get("create_time")))
    except ValueError:
        return None
    return since + HONOURED if since.tzinfo else None


def read_refund(refund: Json, *, asked: Asked, order: Json) -> Outcome:
    """The outcome a refund of an order stands for."""
    standing = REFUNDS.get(str(refund.get("status")))
    amount, currency = _money(refund)
    unit = order["purchase_units"][0]
    code = "" if standing is Standing.REFUNDED else str((refund.get("status_details") or {}).get("reason") or "")
    outcome = Outcome(
        kind=_kind(standing, GIVEN_BACK, code),
        standing=standing,
        gateway_id=str(refund.get("id", "")),
        amount=amount,
        currency=currency,
        merchant_account=(unit.get("payee") or {}).get("merchant_id", ""),
        reference=str(refund.get("custom_id") or asked.reference),
        code=code,
        text=code,
    )
    return compared(outcome, asked)


def approval_link(order: Json) -> str:
    """Where the purchaser agrees to an order; empty where there is nothing to agree to any more."""
    links = {each.get("rel"): str(each.get("href", "")) for each in order.get("links") or []}
    return links.get("payer-action") or links.get("approve") or ""


def refusal(status: int, body: Any) -> Outcome:
    """What an answer that is not a success says: refused for good, and why; or nobody knows."""
    name = body.get("name") if isinstance(body, Mapping) else None
    if status not in REFUSALS or not name:
        code = UNANSWERED.get(status, "gateway_error" if status >= 500 else "unexpected")
        return Outcome(kind=OutcomeKind.UNKNOWN, code=code, text=f"HTTP {status}")
    details = body.get("details") or [{}]
    issue = str(details[0].get("issue") or name)
    text = f"{name}: {issue} ({body.get('debug_id', '')})"
    if issue in UNCLEAR:
        return Outcome(kind=OutcomeKind.UNKNOWN, code=issue, text=text)
    if issue in NOT_AGREED:
        return Outcome(kind=OutcomeKind.PENDING, standing=Standing.PENDING, code=WAITS_FOR_PURCHASER, text=text)
    if status == 404:
        return Outcome(kind=OutcomeKind.DECLINED, code=NOT_FOUND, text=text)
    return Outcome(kind=OutcomeKind.DECLINED, code=issue, text=text, is_our_fault=issue not in OF_THE_PURCHASER)


# The events of PayPal's books that are ours: money taken, money held, money given back by the payee. Of each, where it
# stands by its status: successful, pending, denied; or reversed, which a capture is once all of it was given back.
BOOKED: Mapping[str, tuple[RecordedKind, Mapping[str, Standing]]] = {
    "T00": (
        RecordedKind.PAYMENT,
        {"S": Standing.CAPTURED, "V": Standing.CAPTURED, "P": Standing.PENDING, "D": Standing.CAPTURE_FAILED},
    ),
    "T13": (
        RecordedKind.PAYMENT,
        {"S": Standing.AUTHORISED, "V": Standing.RELEASED, "P": Standing.PENDING, "D": Standing.DECLINED},
    ),
    "T1107": (
        RecordedKind.REFUND,
        {"S": Standing.REFUNDED, "P": Standing.PENDING, "D": Standing.REFUND_FAILED, "V": Standing.REFUND_FAILED},
    ),
}
VOID = "T1302"  # says again what the authorisation says that it lets go


def recorded(page: Json) -> list[Recorded]:
    """What a page of PayPal's books has of payments and refunds; withdrawals, fees and the like are nothing of ours."""
    rows = [each.get("transaction_info") or {} for each in page.get("transaction_details") or []]
    return [read for each in rows if (read := _recorded(each))]


def _recorded(row: Json) -> Recorded | None:
    event = str(row.get("transaction_event_code", ""))
    kind, standings = BOOKED.get(event) or BOOKED.get(event[:3]) or (None, {})
    money = row.get("transaction_amount") or {}
    if kind is None or event == VOID:
        return None
    try:
        amount, at = Decimal(money.get("value", "")), datetime.fromisoformat(str(row["transaction_initiation_date"]))
    except (KeyError, ValueError, InvalidOperation):
        return None
    if kind is RecordedKind.PAYMENT and amount < 0:  # the account paid somebody
        return None
    return Recorded(
        number=str(row.get("transaction_id", "")),
        kind=kind,
        standing=standings.get(str(row.get("transaction_status"))),
        amount=abs(amount),
        currency=str(money.get("currency_code", "")),
        key=str(row.get("custom_field") or row.get("invoice_id") or ""),
        at=at.astimezone(UTC),
    )


def order_of(payment: Json) -> str:
    """The number of the order that a capture or an authorisation belongs to; empty where it does not say."""
    related = (payment.get("supplementary_data") or {}).get("related_ids") or {}
    return str(related.get("order_id") or "")


def notice(event: Json) -> Notice:
    """What a verified notification is about: a payment, an order, or a dispute about one; or nothing of ours."""
    resource = event.get("resource") or {}
    units = resource.get("purchase_units") or [{}]
    disputed = resource.get("disputed_transactions") or [{}]
    related = (resource.get("supplementary_data") or {}).get("related_ids") or {}
    return Notice(
        kind=str(event.get("event_type", "")),
        reference=str(resource.get("custom_id") or units[0].get("custom_id") or disputed[0].get("custom") or ""),
        gateway_id=str(related.get("order_id") or disputed[0].get("seller_transaction_id") or resource.get("id") or ""),
        number=str(event.get("id", "")),
        dispute_id=str(resource.get("dispute_id") or ""),
    )
