"""Reads Braintree's transactions into outcomes. Knows the shape of the SDK's objects, but not the SDK itself.

The statuses are those of the SDK's `Transaction.Status`; what each means for an order follows Braintree's page on
transaction statuses. A status this table does not know gives UNKNOWN, never a guess.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from portal.payments.gateway import (
    MISMATCH,
    PARTIAL_AUTHORISATION,
    SEVERAL,
    TIMED_OUT,
    TOO_MANY_REQUESTS,
    DisputeFacts,
    DisputeStatus,
    Notice,
    Outcome,
    OutcomeKind,
    Recorded,
    RecordedKind,
    Standing,
)

STANDINGS: Mapping[str, Standing] = {
    "authorizing": Standing.PENDING,
    "settlement_pending": Standing.PENDING,
    "authorized": Standing.AUTHORISED,
    "submitted_for_settlement": Standing.CAPTURED,
    "settling": Standing.CAPTURED,
    "settlement_confirmed": Standing.CAPTURED,
    "settled": Standing.CAPTURED,
    "voided": Standing.RELEASED,
    "authorization_expired": Standing.RELEASED,
    "processor_declined": Standing.DECLINED,
    "gateway_rejected": Standing.DECLINED,
    "failed": Standing.DECLINED,
    "settlement_declined": Standing.CAPTURE_FAILED,
    "settlement_failed": Standing.CAPTURE_FAILED,
}
REFUND_STANDINGS: Mapping[Standing, Standing] = {
    Standing.PENDING: Standing.PENDING,
    Standing.AUTHORISED: Standing.PENDING,
    Standing.CAPTURED: Standing.REFUNDED,
    Standing.RELEASED: Standing.REFUND_FAILED,
    Standing.DECLINED: Standing.REFUND_FAILED,
    Standing.CAPTURE_FAILED: Standing.REFUND_FAILED,
}
# Standings in which money is held, taken, or about to be: two such transactions under one key need a person.
LIVE = frozenset({Standing.AUTHORISED, Standing.CAPTURED, Standing.CAPTURE_FAILED, Standing.PENDING, Standing.REFUNDED})

HELD_OR_TAKEN = frozenset({Standing.AUTHORISED, Standing.CAPTURED})
TAKEN = frozenset({Standing.CAPTURED})
GIVEN_UP = frozenset({Standing.RELEASED})
GIVEN_BACK = frozenset({Standing.REFUNDED})

# The SDK's `Dispute.Status`. What expired was not answered in time.
DISPUTES: Mapping[str, DisputeStatus] = {
    "open": DisputeStatus.OPEN,
    "disputed": DisputeStatus.ANSWERED,
    "under_review": DisputeStatus.ANSWERED,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    "accepted": DisputeStatus.LOST,
    "auto_accepted": DisputeStatus.LOST,
    "expired": DisputeStatus.LOST,
}

# The SDK's exceptions by name, and the code each gives an outcome that is UNKNOWN.
FAILURES: Mapping[str, str] = {
    "TimeoutError": TIMED_OUT,
    "ReadTimeoutError": TIMED_OUT,
    "ConnectTimeoutError": TIMED_OUT,
    "RequestTimeoutError": TIMED_OUT,
    "GatewayTimeoutError": TIMED_OUT,
    "ConnectionError": "connection",
    "TooManyRequestsError": TOO_MANY_REQUESTS,
    "ServerError": "gateway_error",
    "ServiceUnavailableError": "gateway_error",
    "AuthenticationError": "credentials_refused",
    "AuthorizationError": "not_permitted",
}

# What is kept of a notification, of a transaction and of a dispute.
KEPT = ("id", "order_id", "type", "status", "amount", "currency_iso_code", "merchant_account_id")
KEPT_OF_DISPUTES = (
    *("id", "status", "kind", "reason", "amount_disputed", "amount_won", "currency_iso_code"),
    *("received_date", "reply_by_date"),
)

DUPLICATE = "duplicate"
# Validation codes that begin with 9 are the integration's fault, those with 8 are for whoever typed; these speak of
# the card, its one-time name or its authentication all the same.
OF_THE_CARD = frozenset(
    {"91508", "91515", "91517", "91564", "91565", "91566", "91567", "91568", "91569", "91570", "91577"}
    | {"91731", "91732", "91733", "91734", "915101", "915131", "915196", "915197", "915198"}
)
# The purchaser's bank wants authentication (processor code 2099), or the gateway does (rejection three_d_secure).
AUTHENTICATION_WANTED = frozenset({"2099", "three_d_secure"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a transaction must show to count as the one we asked for. None and empty values are not compared."""

    merchant_accounts: Mapping[str, str]
    reference: str = ""
    amount: Decimal | None = None
    currency: str = ""


def standing_of(transaction: Any) -> Standing | None:
    """Where the transaction stands; None when its status is not one we know."""
    standing = STANDINGS.get(str(transaction.status))
    if standing is not None and transaction.type == "credit":
        return REFUND_STANDINGS[standing]
    return standing


def read(transaction: Any, *, asked: Asked, goals: frozenset[Standing]) -> Outcome:
    """The outcome a transaction stands for, where reaching one of `goals` is what was asked."""
    standing = standing_of(transaction)
    code, text = reason(transaction)
    outcome = Outcome(
        kind=kind_of(standing, goals, code),
        standing=standing,
        gateway_id=transaction.id,
        amount=transaction.amount,
        currency=transaction.currency_iso_code,
        merchant_account=transaction.merchant_account_id,
        reference=getattr(transaction, "order_id", None) or "",
        code=code,
        text=text,
        liability_shifted=liability_shifted(transaction),
    )
    if standing in LIVE and getattr(transaction, "partially_authorized", False):
        return replace(outcome, kind=OutcomeKind.DECLINED, code=PARTIAL_AUTHORISATION)
    return compared(outcome, asked)


def kind_of(standing: Standing | None, goals: frozenset[Standing], code: str) -> OutcomeKind:
    if standing is None:
        return OutcomeKind.UNKNOWN
    if standing in goals:
        return OutcomeKind.APPROVED
    if standing is Standing.PENDING:
        return OutcomeKind.PENDING
    if standing is Standing.DECLINED and code in AUTHENTICATION_WANTED:
        return OutcomeKind.ACTION_REQUIRED
    return OutcomeKind.DECLINED


def reason(transaction: Any) -> tuple[str, str]:
    """The machine code and the text for staff that belong to the transaction's status; empty when all went well."""
    status = str(transaction.status)
    if status == "gateway_rejected":
        rejection = getattr(transaction, "gateway_rejection_reason", None) or status
        return rejection, f"rejected by the gateway: {rejection}"
    if status in ("processor_declined", "failed"):
        return _response(transaction, "processor_response", status)
    if status in ("settlement_declined", "settlement_failed"):
        return _response(transaction, "processor_settlement_response", status)
    if STANDINGS.get(status) in HELD_OR_TAKEN:
        return "", ""
    return status, status


def _response(transaction: Any, prefix: str, status: str) -> tuple[str, str]:
    code = getattr(transaction, f"{prefix}_code", None) or status
    return code, getattr(transaction, f"{prefix}_text", None) or status


def liability_shifted(transaction: Any) -> bool | None:
    info = getattr(transaction, "three_d_secure_info", None)
    return None if info is None else bool(getattr(info, "liability_shifted", False))


def compared(outcome: Outcome, asked: Asked) -> Outcome:
    """The outcome itself, or UNKNOWN with code `mismatch` where it would approve or await what nobody asked for."""
    if outcome.kind not in (OutcomeKind.APPROVED, OutcomeKind.PENDING):
        return outcome
    differences = [
        f"{name} is {found}, asked was {wanted}"
        for name, found, wanted in (
            ("amount", outcome.amount, asked.amount if asked.amount is not None else outcome.amount),
            ("currency", outcome.currency, asked.currency or outcome.currency),
            ("merchant account", outcome.merchant_account, asked.merchant_accounts.get(outcome.currency)),
            ("reference", outcome.reference, asked.reference or outcome.reference),
        )
        if found != wanted
    ]
    if not differences:
        return outcome
    return replace(outcome, kind=OutcomeKind.UNKNOWN, standing=None, code=MISMATCH, text="; ".join(differences))


def the_one(transactions: Iterable[Any], *, asked: Asked, goals: frozenset[Standing]) -> Outcome | None:
    """The outcome of the transaction that counts among all found under one key; None when there is none.

    A live one goes before those that ended; among these the youngest counts. Two live ones need a person. A rejection
    as duplicate only tells that another one exists, so alone it proves nothing: UNKNOWN.
    """
    everything = sorted(transactions, key=lambda each: each.created_at)
    real = [each for each in everything if reason(each)[0] != DUPLICATE]
    live = [each for each in real if standing_of(each) in LIVE or standing_of(each) is None]
    if len(live) > 1:
        ids = ", ".join(each.id for each in live)
        return Outcome(kind=OutcomeKind.UNKNOWN, reference=asked.reference, code=SEVERAL, text=f"live: {ids}")
    if real:
        return read((live or real)[-1], asked=asked, goals=goals)
    if everything:
        return Outcome(kind=OutcomeKind.UNKNOWN, reference=asked.reference, code=DUPLICATE, text="only a duplicate")
    return None


def notice(notification: Any) -> Notice:
    """What a verified notification is about: a transaction, the one that is disputed, or nothing of ours."""
    dispute, transaction = getattr(notification, "dispute", None), getattr(notification, "transaction", None)
    subject = getattr(dispute, "transaction_details", None) or transaction
    said = {"kind": str(notification.kind), "timestamp": str(getattr(notification, "timestamp", ""))}
    return Notice(
        kind=str(notification.kind),
        reference=getattr(subject, "order_id", None) or "",
        gateway_id=getattr(subject, "id", None) or "",
        said={**said, **_said(dispute, "dispute", KEPT_OF_DISPUTES), **_said(transaction, "transaction", KEPT)},
        dispute_id=getattr(dispute, "id", None) or "",
    )


def _said(subject: Any, name: str, kept: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What may be kept of what a notification says of something: nothing about people, nor about cards."""
    values = {each: getattr(subject, each, None) for each in kept}
    return {name: {each: str(value) for each, value in values.items() if value is not None}} if subject else {}


def dispute_facts(dispute: Any) -> DisputeFacts | Outcome:
    """What a dispute of the SDK says; UNKNOWN where its status is one we do not know."""
    status = DISPUTES.get(str(dispute.status))
    if status is None:
        return Outcome(kind=OutcomeKind.UNKNOWN, code="unknown_status", text=str(dispute.status))
    paid = getattr(dispute, "transaction", None)
    return DisputeFacts(
        id=dispute.id,
        status=status,
        amount=dispute.amount_disputed,
        currency=dispute.currency_iso_code,
        reference=getattr(paid, "order_id", None) or "",
        gateway_id=getattr(paid, "id", None) or "",
        kind=dispute.kind,
        reason=dispute.reason,
        is_inquiry=dispute.kind == "retrieval",
        won=getattr(dispute, "amount_won", None) or Decimal(),
        reply_by=getattr(dispute, "reply_by_date", None),
    )


def recorded(transaction: Any) -> Recorded:
    """A transaction as Braintree's books have it. The SDK's times are UTC, and do not say so."""
    return Recorded(
        number=transaction.id,
        kind=RecordedKind.REFUND if transaction.type == "credit" else RecordedKind.PAYMENT,
        standing=standing_of(transaction),
        amount=transaction.amount,
        currency=transaction.currency_iso_code,
        key=getattr(transaction, "order_id", None) or "",
        at=transaction.created_at.replace(tzinfo=UTC),
    )


def failure_code(error: Exception) -> str:
    """The code of an outcome that an exception of the SDK left unknown."""
    return FAILURES.get(type(error).__name__, "unexpected")


def is_our_fault(code: str) -> bool:
    """Say whether a refusal speaks of what was asked, or of the account, and of nothing that a purchaser could mend."""
    return code.startswith("9") and code not in OF_THE_CARD


def error_code(result: Any) -> str:
    """The first validation code of a refusal; empty for a success, a transaction, or an outcome."""
    errors = getattr(result, "errors", None)
    codes = [each.code for each in errors.deep_errors] if errors is not None else []
    return str(codes[0]) if codes else ""
