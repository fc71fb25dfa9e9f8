"""What was asked of gateways and banks, and what they answered: the only writer of payment events.

Events are added and never changed or deleted, which the database itself sees to, as it does to what is given back:
never more than came. Balances are sums of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from portal.payments.gateway import Outcome
from portal.payments.models import Payment, PaymentEvent

Action = PaymentEvent.Action
Result = PaymentEvent.Result


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Where the money of something is, in its currency. `authorised` is all that was ever held, `captured` all that
    came to the provider, by card or transfer, and `refunded` all that went back, as a refund or a chargeback, and did
    not come again."""

    authorised: Decimal
    captured: Decimal
    refunded: Decimal
    held: Decimal

    @property
    def kept(self) -> Decimal:
        """What the provider has of it."""
        return self.captured - self.refunded


NOTHING = Balance(authorised=Decimal(), captured=Decimal(), refunded=Decimal(), held=Decimal())


def note(
    payment: Payment, *, action: Action, result: Result, now: datetime, code: str = "", amount: Decimal | None = None
) -> None:
    """Append an event to the ledger, about the payment's whole amount unless another is given.

    Raises IntegrityError where it would give back more than came: for money that is given back, the last word on how
    much is the database's, also of several at once.
    """
    about = payment.amount if amount is None else amount
    PaymentEvent.objects.create(
        payment=payment, action=action, result=result, amount=about, code=code[:60], happened_at=now
    )


def result_of(outcome: Outcome | None) -> Result:
    """Return what an answer means for what was asked, as the ledger says it. None is that nobody knows of it."""
    if outcome is None:
        return Result.UNKNOWN
    known = {"unknown": Result.UNKNOWN, "pending": Result.PENDING, "approved": Result.SUCCEEDED}
    return known.get(outcome.kind, Result.FAILED)


def balance(*, reference: str) -> Balance:
    """Return where the money of a reference is, all its payments together. One query."""
    return _balance(Q(payment__reference=reference))


def balance_of(payment: Payment) -> Balance:
    """Return where the money of one payment is. One query."""
    return _balance(Q(payment=payment))


def balances(*, references: Collection[str]) -> dict[str, Balance]:
    """Return where the money of each reference is that has any. One query."""
    rows: Any = _succeeded(Q(payment__reference__in=references)).values("payment__reference").annotate(**_sums())
    return {each["payment__reference"]: _read(each) for each in rows}


def _balance(which: Q) -> Balance:
    return _read(_succeeded(which).aggregate(**_sums()))


def _succeeded(which: Q) -> QuerySet[PaymentEvent]:
    return PaymentEvent.objects.filter(which, result=Result.SUCCEEDED).order_by()


def _sums() -> dict[str, Sum]:
    def total(*actions: Action) -> Sum:
        return Sum("amount", filter=Q(action__in=actions), default=Decimal())

    return {
        "authorised": total(Action.AUTHORISE),
        "taken": total(Action.CAPTURE),
        "released": total(Action.VOID),
        "received": total(Action.RECEIPT),
        "reversed": total(Action.REVERSAL),
        "refunded": total(Action.REFUND, Action.CHARGEBACK),
        "recovered": total(Action.RECOVERY),
    }


def _read(sums: dict[str, Any]) -> Balance:
    return Balance(
        authorised=sums["authorised"],
        captured=sums["taken"] + sums["received"] - sums["reversed"],
        refunded=sums["refunded"] - sums["recovered"],
        held=max(sums["authorised"] - sums["taken"] - sums["released"], Decimal()),
    )
