"""Core: whether what others keep of an order's money and units agrees with what we keep, thing by thing.

Each function compares one thing with its like and says how they differ, if they do. What is still on its way is no
difference for a day (`SETTLING`): sweeps look after it meanwhile.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from portal.payments.gateway import (
    CARD,
    MISMATCH,
    NOT_FOUND,
    PAYPAL,
    SEVERAL,
    Outcome,
    OutcomeKind,
    Recorded,
    RecordedKind,
    Standing,
)
from portal.registry.answers import Cancelled

SETTLING = timedelta(days=1)


class Sort(StrEnum):
    """What kind of difference it is. Those that begin with `unknown` are what our books do not know at all."""

    UNKNOWN_MONEY = "unknown_money"
    UNKNOWN_REFUND = "unknown_refund"
    UNKNOWN_CANCELLATION = "unknown_cancellation"
    UNKNOWN_ENTRY = "unknown_entry"
    MISSING_MONEY = "missing_money"
    MISSING_REFUND = "missing_refund"
    MISSING_CANCELLATION = "missing_cancellation"
    OTHER_STATE = "other_state"
    OTHER_AMOUNT = "other_amount"
    OTHER_UNITS = "other_units"
    TWICE = "twice"
    UNPAID = "unpaid"
    FOR_NOTHING = "for_nothing"
    UNBOOKED = "unbooked"
    UNDECIDED = "undecided"
    WAITING_ENTRY = "waiting_entry"
    UNREADABLE = "unreadable"


UNKNOWN = (Sort.UNKNOWN_MONEY, Sort.UNKNOWN_REFUND, Sort.UNKNOWN_CANCELLATION, Sort.UNKNOWN_ENTRY)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing about which two books disagree.

    `number` is what its keeper calls it, `reference` the order it is about, where one is known. `ours` and `theirs` are
    states, for people and machines alike. `amount` is money in `currency`, or units where that is empty.
    """

    sort: Sort
    number: str
    at: datetime
    reference: str = ""
    key: str = ""
    amount: Decimal | None = None
    currency: str = ""
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, kw_only=True)
class OurPayment:
    """A payment as our books have it. `refunded` is what went back of it, `received` what is booked as having come."""

    key: str
    reference: str
    rail: str
    state: str
    amount: Decimal
    currency: str
    gateway_id: str
    sent_at: datetime
    refunded: Decimal = Decimal()

    @property
    def has_money(self) -> bool:
        return self.state in ("authorised", "captured")


# Where a recorded transaction may stand, by the state that our payment is in. A rejected try leaves a trace under the
# same key, and what is on its way may stand anywhere.
_ENDED = frozenset({Standing.DECLINED, Standing.RELEASED})
_AGREES: Mapping[str, frozenset[Standing]] = {
    "offered": _ENDED | {Standing.PENDING},
    "sent": frozenset(Standing),
    "authorised": frozenset({Standing.AUTHORISED, Standing.DECLINED}),
    "declined": _ENDED | {Standing.CAPTURE_FAILED},
    "capturing": frozenset(Standing),
    "captured": frozenset({Standing.CAPTURED, Standing.DECLINED}),
    "capture_failed": _ENDED | {Standing.CAPTURE_FAILED, Standing.AUTHORISED},
    "voiding": frozenset(Standing),
    "released": _ENDED,
}
# PayPal's books keep what was held beside what was taken of it, and what was declined before it was taken.
_AGREES_BESIDE: Mapping[str, frozenset[Standing]] = {
    "captured": frozenset({Standing.AUTHORISED, Standing.RELEASED, Standing.CAPTURE_FAILED}),
    "authorised": frozenset({Standing.RELEASED}),
}
_HAS_MONEY = frozenset({Standing.AUTHORISED, Standing.CAPTURED})
_MAY_HAVE_MONEY = _HAS_MONEY | {Standing.PENDING, None}


def of_recorded(recorded: Recorded, ours: OurPayment | None) -> Difference | None:
    """How a payment in a gateway's books differs from ours of the same key, or from our having none."""
    if ours is None:
        return _recorded(Sort.UNKNOWN_MONEY, recorded) if recorded.standing in _MAY_HAVE_MONEY else None
    if recorded.standing in _HAS_MONEY and (recorded.amount, recorded.currency) != (ours.amount, ours.currency):
        return _recorded(Sort.OTHER_AMOUNT, recorded, ours, said=f"{ours.amount} {ours.currency}")
    return None if _agrees(ours, recorded.standing) else _recorded(Sort.OTHER_STATE, recorded, ours)


def _agrees(ours: OurPayment, standing: Standing | None) -> bool:
    if standing in _AGREES[ours.state] or (ours.rail == PAYPAL and standing in _AGREES_BESIDE.get(ours.state, ())):
        return True
    return standing is Standing.RELEASED and ours.state == "captured" and ours.refunded >= ours.amount


def of_refund(recorded: Recorded, *, known: Collection[str]) -> Difference | None:
    """How a refund in a gateway's books differs from ours: `known` are the keys of refunds, and of payments."""
    is_news = recorded.key not in known and recorded.standing is not Standing.REFUND_FAILED
    return _recorded(Sort.UNKNOWN_REFUND, recorded) if is_news else None


def _recorded(sort: Sort, recorded: Recorded, ours: OurPayment | None = None, *, said: str = "") -> Difference:
    return Difference(
        sort=sort,
        number=recorded.number,
        key=recorded.key,
        at=recorded.at,
        reference=ours.reference if ours else "",
        amount=recorded.amount,
        currency=recorded.currency,
        ours=said or (ours.state if ours else ""),
        theirs=f"{recorded.amount} {recorded.currency}" if said else str(recorded.standing or "?"),
    )


@dataclass
class Seen:
    """What a gateway's books had of a day, by key. Of each it keeps the numbers under which money is."""

    rail: str
    numbers: dict[str, set[str]] = field(default_factory=dict)
    refunds: set[str] = field(default_factory=set)

    def note(self, recorded: Recorded) -> None:
        if recorded.kind is RecordedKind.REFUND:
            self.refunds.add(recorded.key)
        elif recorded.standing is Standing.CAPTURED or (recorded.standing is Standing.AUTHORISED and self.rail == CARD):
            self.numbers.setdefault(recorded.key, set()).add(recorded.number)

    def has(self, ours: OurPayment) -> bool:
        """Whether it was seen that there is money, as ours says: what was held may be gone on another day."""
        return ours.key in self.numbers

    def twice(self, ours: OurPayment) -> Difference | None:
        """Whether one payment took money, or holds it, more than once."""
        numbers = sorted(self.numbers.get(ours.key, ()))
        return _ours(Sort.TWICE, ours, theirs=", ".join(numbers)) if len(numbers) > 1 else None


def of_found(ours: OurPayment, found: Outcome | None) -> Difference | None:
    """How a payment of ours, by which money is there, differs from what its gateway says when asked for it by key."""
    if found is None or (found.kind is OutcomeKind.DECLINED and found.code == NOT_FOUND):
        return _ours(Sort.MISSING_MONEY, ours, theirs="not_found")
    if found.kind is OutcomeKind.UNKNOWN:
        sorts = {SEVERAL: Sort.TWICE, MISMATCH: Sort.OTHER_AMOUNT}
        return _ours(sorts.get(found.code, Sort.UNREADABLE), ours, theirs=found.text or found.code)
    return None if _agrees(ours, found.standing) else _ours(Sort.OTHER_STATE, ours, theirs=str(found.standing))


def of_lost_refund(ours: OurPayment, *, key: str, amount: Decimal, at: datetime) -> Difference:
    """What is said of a refund of ours that the gateway has never heard of."""
    return replace(_ours(Sort.MISSING_REFUND, ours, theirs="not_found"), key=key, number=key, amount=amount, at=at)


def of_undecided(ours: OurPayment, *, now: datetime) -> Difference | None:
    """Whether nobody has known for more than a day what became of what was asked."""
    is_open = ours.state in ("sent", "capturing", "voiding")
    return _ours(Sort.UNDECIDED, ours) if is_open and ours.sent_at < now - SETTLING else None


def _ours(sort: Sort, ours: OurPayment, *, theirs: str = "") -> Difference:
    return Difference(
        sort=sort,
        number=ours.gateway_id or ours.key,
        key=ours.key,
        at=ours.sent_at,
        reference=ours.reference,
        amount=ours.amount,
        currency=ours.currency,
        ours=ours.state,
        theirs=theirs,
    )


@dataclass(frozen=True, kw_only=True)
class OurOrder:
    """An order with its money and its cancellation, as our books have them.

    `captured`, `held` and `refunded` are sums of the ledger. `cancellation` is the state of the one that was asked for,
    empty where none was; `payment` the state of the latest payment. `is_handled` says that a person wrote down what was
    done about what it needed.
    """

    reference: str
    state: str
    placed_at: datetime
    paid_at: datetime | None
    quantity: int
    amount: Decimal
    currency: str
    captured: Decimal = Decimal()
    held: Decimal = Decimal()
    refunded: Decimal = Decimal()
    payment: str = ""
    cancellation: str = ""
    units_cancelled: int = 0
    is_handled: bool = False


def of_order(ours: OurOrder, *, now: datetime) -> Iterator[Difference]:
    """How the money of an order and its cancellation contradict each other."""
    is_cancelled = ours.cancellation == "done"
    is_old = (ours.paid_at or ours.placed_at) < now - SETTLING
    is_unpaid = not (ours.captured or ours.held) or (ours.payment == "capture_failed" and is_old)
    if is_cancelled and is_unpaid and not ours.is_handled:
        yield _order(Sort.UNPAID, ours, theirs=ours.payment)
    if ours.captured > ours.refunded and ours.state not in ("paid", "completed") and is_old:
        yield _order(Sort.FOR_NOTHING, ours)
    if ours.state == "completed" and not is_cancelled:
        yield _order(Sort.MISSING_CANCELLATION, ours, theirs=ours.cancellation)
    if is_cancelled and ours.units_cancelled != ours.quantity:
        yield _order(Sort.OTHER_UNITS, ours, theirs=str(ours.units_cancelled))
    if ours.state == "paid" and is_old:
        yield _order(Sort.UNDECIDED, ours, theirs=ours.cancellation)


def _order(sort: Sort, ours: OurOrder, *, theirs: str = "") -> Difference:
    return Difference(
        sort=sort,
        number=ours.reference,
        reference=ours.reference,
        at=ours.paid_at or ours.placed_at,
        amount=ours.amount,
        currency=ours.currency,
        ours=ours.state,
        theirs=theirs,
    )


@dataclass(frozen=True, kw_only=True)
class OurCancellation:
    """A cancellation as our books have it: `blocks` are the first and last serial numbers, lowest first."""

    reference: str
    state: str
    quantity: int
    asked_at: datetime
    transaction_number: str = ""
    blocks: tuple[tuple[int, int], ...] = ()


def of_cancelled(cancelled: Cancelled, ours: OurCancellation | None, *, now: datetime) -> Difference | None:
    """How a cancellation in the registry's books differs from ours of the same reference, or from our having none."""
    if ours is None:
        return _units(Sort.UNKNOWN_CANCELLATION, cancelled)
    if ours.state != "done":
        is_old = cancelled.completed_at < now - SETTLING
        return _units(Sort.OTHER_STATE, cancelled, said=ours.state) if is_old else None
    if tuple((each.start, each.end) for each in cancelled.blocks) != ours.blocks:
        return _units(Sort.OTHER_UNITS, cancelled, said=str(ours.quantity))
    return None


def _units(sort: Sort, cancelled: Cancelled, *, said: str = "") -> Difference:
    return Difference(
        sort=sort,
        number=cancelled.transaction_number,
        reference=cancelled.reference,
        at=cancelled.completed_at,
        amount=Decimal(cancelled.quantity),
        ours=said,
        theirs=f"{cancelled.series} " + ", ".join(f"{each.start}-{each.end}" for each in cancelled.blocks),
    )


def of_uncancelled(ours: OurCancellation) -> Difference:
    """What is said of a cancellation of ours that the registry has never heard of."""
    return Difference(
        sort=Sort.MISSING_CANCELLATION,
        number=ours.transaction_number,
        reference=ours.reference,
        at=ours.asked_at,
        amount=Decimal(ours.quantity),
        ours=ours.state,
        theirs="not_found",
    )


@dataclass(frozen=True, kw_only=True)
class OurEntry:
    """An entry of a bank statement. `reference` is the order that it is for, empty where nobody knows any."""

    number: str
    reference: str
    amount: Decimal
    currency: str
    meaning: str
    read_at: datetime
    is_handled: bool
    has_order: bool


def of_entry(ours: OurEntry, *, now: datetime) -> Difference | None:
    """Whether an entry of a bank statement is for nothing that we know, or has waited for a person for a day."""
    if (ours.reference and not ours.has_order) or not (ours.reference or ours.is_handled):
        return _entry(Sort.UNKNOWN_ENTRY, ours)
    return None if ours.is_handled or ours.read_at >= now - SETTLING else _entry(Sort.WAITING_ENTRY, ours)


def _entry(sort: Sort, ours: OurEntry) -> Difference:
    return Difference(
        sort=sort,
        number=ours.number,
        reference=ours.reference,
        at=ours.read_at,
        amount=ours.amount,
        currency=ours.currency,
        theirs=ours.meaning,
    )


def of_receipt(ours: OurPayment, *, booked: Decimal, counted: Decimal) -> Difference | None:
    """Whether what the ledger says has come by transfer is what banks and people said."""
    if booked == counted:
        return None
    return _ours(Sort.UNBOOKED, ours, theirs=f"{counted} {ours.currency}")


def unreadable(number: str, outcome_text: str, *, at: datetime) -> Difference:
    """What is said of books that could not be read to the end: then nobody knows whether they agree."""
    return Difference(sort=Sort.UNREADABLE, number=number, at=at, theirs=outcome_text)
