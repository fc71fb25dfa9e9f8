"""What can be done with a transaction once it exists: submit, void, refund, settle."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.payments.simulator import replies
from portal.payments.simulator.records import Record, amount_of, money, new_id
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

VOIDABLE = frozenset({"authorized", "submitted_for_settlement", "settlement_pending"})
REFUNDABLE = frozenset({"settling", "settled"})
UNDONE = frozenset({"voided", "settlement_declined"})  # refunds that gave nothing back in the end
# The SDK's testing gateway: the last part of the address, and the status it forces upon a submitted transaction.
FORCED = {
    "settle": "settled",
    "settlement_confirm": "settlement_confirmed",
    "settlement_decline": "settlement_declined",
    "settlement_pending": "settlement_pending",
}

Params = dict[str, Any]


class Moves:
    """Every method answers as the API does. `clock` gives UTC seconds; settling takes `settle_seconds` of them."""

    def __init__(self, store: Store, *, clock: Callable[[], float], settle_seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._settle_seconds = settle_seconds

    def submit(self, record: Record, params: Params) -> Reply:
        """Capture all of an authorisation, or a smaller amount once."""
        if record.status != "authorized":
            return replies.refused("91507")
        amount = amount_of(params.get("amount") or record.amount)
        if isinstance(amount, str):
            return replies.refused(amount, "amount")
        if amount > Decimal(record.amount):
            return replies.refused("91522", "amount")
        return self._kept(self._submitted(replace(record, amount=money(amount))))

    def _submitted(self, record: Record) -> Record:
        now = self._clock()
        return record.moved("submitted_for_settlement", now=now, settle_at=now + self._settle_seconds)

    def void(self, record: Record, _params: Params) -> Reply:
        """Release what is held, or call off a capture that has not settled."""
        if record.status not in VOIDABLE:
            return replies.refused("91504")
        return self._kept(record.moved("voided", now=self._clock(), settle_at=None))

    def refund(self, record: Record, params: Params) -> Reply:
        """Give back all or part of a settled sale, as a transaction of type credit."""
        if record.type != "sale" or record.status not in REFUNDABLE:
            return replies.refused("91506")
        left = Decimal(record.amount) - self._refunded(record)
        amount = amount_of(params.get("amount") or money(left))
        if left <= 0:
            return replies.refused("91512")
        if isinstance(amount, str):
            return replies.refused(amount, "amount")
        if amount > left:
            return replies.refused("91521", "amount")
        return self._kept(self._credit(record, amount, params.get("order_id") or record.order_id))

    def reverse(self, record: Record, params: Params) -> Reply:
        """Release a transaction while that is possible, and give all of it back afterwards."""
        return self.void(record, params) if record.status in VOIDABLE else self.refund(record, {})

    def _refunded(self, record: Record) -> Decimal:
        refunds = (self._store.transaction(record.merchant_id, each) for each in record.refund_ids)
        return sum((Decimal(each.amount) for each in refunds if each and each.status not in UNDONE), Decimal(0))

    def _credit(self, record: Record, amount: Decimal, order_id: str) -> Record:
        credit = replace(
            record,
            id=new_id(),
            type="credit",
            amount=money(amount),
            order_id=order_id,
            parent_id=record.id,
            refund_ids=[],
            history=[],
            settles_as="settled",
            created_at=self._clock(),
        )
        self._store.save(replace(record, refund_ids=[*record.refund_ids, credit.id]))
        return self._submitted(credit)

    def force(self, record: Record, status: str) -> Reply:
        """Settle at once, in the way a test asks for."""
        if record.status != "submitted_for_settlement":
            return replies.refused("91575")
        return self._kept(record.moved(status, now=self._clock(), settle_at=None))

    def settle(self, record: Record, *, refusal: str = "") -> Record:
        """Let a due transaction settle as it is bound to, or refuse it with this code."""
        if refusal:
            record = replace(
                record,
                settles_as="settlement_declined",
                settlement_code=refusal,
                settlement_text="Settlement Declined",
            )
        return self._store.save(record.moved(record.settles_as, now=self._clock(), settle_at=None))

    def _kept(self, record: Record) -> Reply:
        return replies.transaction(self._store.save(record))
