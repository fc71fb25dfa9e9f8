"""A transaction as the simulator remembers it, and how it looks to the SDK."""

import secrets
import string
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.payments.simulator import wire

REFUSED = frozenset({"processor_declined", "gateway_rejected", "failed"})
# Money held or taken: what duplicate checking compares with.
SUCCESSFUL = frozenset({"authorized", "submitted_for_settlement", "settlement_pending", "settling", "settled"})

CENT = Decimal("0.01")
MILL = Decimal("0.001")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One sale or refund. Amounts are decimal strings, times UTC seconds since 1970.

    `settle_at` is when it settles by itself, `settles_as` the status it then takes.
    """

    id: str
    merchant_id: str
    account: str
    currency: str
    type: str
    status: str
    amount: str
    order_id: str
    created_at: float
    updated_at: float
    brand: str = "Visa"
    bin: str = "411111"
    last_four: str = "1881"
    instrument: str = "credit_card"
    code: str = ""
    text: str = ""
    rejection: str = ""
    settlement_code: str = ""
    settlement_text: str = ""
    three_d_secure: str = ""
    liability_shifted: bool = False
    parent_id: str = ""
    refund_ids: list[str] = field(default_factory=list)
    settles_as: str = "settled"
    settle_at: float | None = None
    history: list[dict[str, Any]] = field(default_factory=list)

    def moved(self, status: str, *, now: float, **changes: Any) -> "Record":
        """The record in a new status, with the step added to its history."""
        changed = replace(self, status=status, updated_at=now, **changes)
        step = {"status": status, "amount": changed.amount, "at": now}
        return replace(changed, history=[*self.history, step])

    def times(self, status: str) -> int:
        """How often the record has entered a status: twice `submitted_for_settlement` would be a double capture."""
        return sum(step["status"] == status for step in self.history)

    def as_json(self) -> dict[str, Any]:
        """The truth, for tests and the demo to inspect."""
        return {**asdict(self), "captures": self.times("submitted_for_settlement"), "voids": self.times("voided")}

    def as_xml(self) -> dict[str, Any]:
        """The transaction the way Braintree's XML shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "type": self.type,
            "currency_iso_code": self.currency,
            "amount": self.amount,
            "merchant_account_id": self.account,
            "order_id": self.order_id or None,
            "created_at": moment(self.created_at),
            "updated_at": moment(self.updated_at),
            "gateway_rejection_reason": self.rejection or None,
            "processor_response_code": self.code,
            "processor_response_text": self.text,
            "processor_settlement_response_code": self.settlement_code,
            "processor_settlement_response_text": self.settlement_text,
            "payment_instrument_type": self.instrument,
            "refunded_transaction_id": self.parent_id or None,
            "refund_ids": wire.Items("item", self.refund_ids),
            "status_history": wire.Items("status_event", [_event(step) for step in self.history]),
            "three_d_secure_info": self._three_d_secure_xml(),
            **self._instrument_xml(),
        }

    def _three_d_secure_xml(self) -> dict[str, Any] | None:
        if not self.three_d_secure:
            return None
        return {
            "status": self.three_d_secure,
            "liability_shifted": self.liability_shifted,
            "liability_shift_possible": True,
            "enrolled": "Y",
        }

    def _instrument_xml(self) -> dict[str, Any]:
        if self.instrument != "credit_card":
            return {"paypal" if self.instrument == "paypal_account" else self.instrument: {"token": None}}
        card = {"bin": self.bin, "last_4": self.last_four, "card_type": self.brand, "expired": False}
        return {"credit_card": {**card, "expiration_month": "12", "expiration_year": "2035", "token": None}}


def _event(step: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": moment(step["at"]), "status": step["status"], "amount": step["amount"]}


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def amount_of(text: str) -> Decimal | str:
    """The amount of money a request names, or the code of the error it deserves."""
    if not text:
        return "81502"
    try:
        amount = Decimal(text)
        if not amount.is_finite() or amount != amount.quantize(MILL):
            return "81503"
    except InvalidOperation:
        return "81503"
    return amount if amount > 0 else "81531"


def money(amount: Decimal) -> str:
    """An amount as it is stored and sent: two decimals, or three where they are needed."""
    return str(amount.quantize(CENT if amount == amount.quantize(CENT) else MILL))


def new_id() -> str:
    """An id in the shape of Braintree's."""
    return "".join(secrets.choice(string.digits + string.ascii_lowercase) for _ in range(10))
