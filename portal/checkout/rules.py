"""Core: what an answer about money means for an order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, auto

from portal.payments.gateway import CARD, MISMATCH, MISUSE, PAYPAL, SEVERAL, TRANSFER, Outcome, OutcomeKind, Standing

LARGEST_ORDER = 10_000_000  # units; the largest real order was 450,000
PAYING_TIME = timedelta(minutes=10)  # units stay set aside at least so long after a purchaser began to pay
LAST_CALL = timedelta(days=1)  # so long before units go back on offer somebody is reminded of a transfer
LONGEST_WAIT = timedelta(days=60)  # so long, from any moment on, a provider may have units wait for a transfer
NEVER_ARRIVED = timedelta(minutes=15)  # a request the gateway has not heard of by then is given up
SURELY_HELD = timedelta(days=5)  # so long after it was authorised the money of any card is held
SEEN_TO_BE_HELD = timedelta(days=1)  # and so long after it was seen to be held later
PENDING = "PayPal has not decided on the payment yet"
UNCANCELLED = "the units could not be cancelled yet"
HELD_NO_MORE = "the money was held no more before the units could be cancelled"
GIVEN_UP = "the order was given up before its units were cancelled"
PAID_TOO_LATE = "paid after the hold had run out, and no units were left: the payment was released"
UNCOLLECTED = "the payment could not be collected"  # how that begins which staff see of it
NOT_OPEN = "the purchaser wanted to pay, and the provider has no open account for it"
FOR_STAFF = (MISMATCH, MISUSE, SEVERAL)  # answers that no rule can act upon
BEST_FIRST = (CARD, PAYPAL, TRANSFER)
FEW = 20  # units of a listing that may be set aside for anybody, however small a part of it may be


class PayResult:
    """How an attempt to pay went. Values, for a view to show."""

    HELD = "held"  # the money is held, the units are being cancelled
    DECLINED = "declined"
    NOT_ASKED = "not_asked"  # the request was at fault, and no bank was asked
    AUTHENTICATION = "authentication"  # the card's bank wants the purchaser to confirm
    UNDER_WAY = "under_way"  # an answer is outstanding; nothing is asked twice
    NOT_AGREED = "not_agreed"  # its purchaser was sent to agree elsewhere, and has not yet
    NO_ANSWER = "no_answer"  # the gateway where it should be agreed to did not answer
    TOO_BUSY = "too_busy"  # it did, and asked for patience
    TOO_LATE = "too_late"  # the order has expired or was withdrawn
    TOO_OFTEN = "too_often"  # as many attempts as an order has have failed


@dataclass(frozen=True)
class PayAt:
    """Where a purchaser agrees to a payment, on the pages of others."""

    url: str


class Need(Enum):
    """What an order has to do with more money."""

    OPEN = auto()  # it awaits its payment
    LAPSED = auto()  # it expired, but its purchaser never gave it up
    NONE = auto()  # it was paid otherwise, withdrawn or refused


class Verdict(Enum):
    """What to do about one attempt to pay."""

    PROCEED = auto()  # money is held: cancel the units
    REVIVE = auto()  # money is held, but the order had expired: take units again if there are any, else release it
    DECLINED = auto()  # no money is held: the purchaser may try again
    RELEASE = auto()  # money is held that must not be: let it go
    WAIT = auto()  # nobody knows yet: look it up later, never ask twice


def judge(outcome: Outcome | None, *, need: Need, age: timedelta) -> Verdict:
    """Say what a gateway's answer to an authorisation means.

    `outcome` None means the gateway has never heard of it, which only counts after NEVER_ARRIVED: a delayed request may
    still arrive. An answer that is approved but not as asked is never acted upon: it waits for staff, or is released.
    """
    if outcome is None:
        return Verdict.DECLINED if age > NEVER_ARRIVED else Verdict.WAIT
    if outcome.approved and outcome.standing is Standing.AUTHORISED:
        return {Need.OPEN: Verdict.PROCEED, Need.LAPSED: Verdict.REVIVE, Need.NONE: Verdict.RELEASE}[need]
    if outcome.kind in (OutcomeKind.DECLINED, OutcomeKind.ACTION_REQUIRED):
        return Verdict.RELEASE if outcome.standing is Standing.AUTHORISED else Verdict.DECLINED
    return Verdict.WAIT


def sure_until(outcome: Outcome, *, now: datetime, least: timedelta = SURELY_HELD) -> datetime:
    """Return until when units may be cancelled for money that is held: as long as it surely is, as the gateway says."""
    return outcome.held_until or now + least


def best_first(
    rails: Collection[str], *, is_organisation: bool, amount: Decimal, transfer_first_from: Decimal
) -> list[str]:
    """Return rails as they are offered, the best first: cards are the quickest, and done at once.

    Organisations that pay a large amount do so by transfer: their cards have limits, and their books an order.
    """
    ranked = sorted(rails, key=BEST_FIRST.index)
    if is_organisation and amount >= transfer_first_from:
        ranked.sort(key=lambda rail: rail != TRANSFER)
    return ranked


def reminders(*, asked_at: datetime, until: datetime) -> dict[str, datetime]:
    """Return when somebody is reminded of a transfer: when half of the time is over, and a day before its end.

    Of ten days these are the fifth and the ninth. What is asked for at less than two days' notice needs none.
    """
    if until - asked_at < 2 * LAST_CALL:
        return {}
    return {"half": asked_at + (until - asked_at) / 2, "last": until - LAST_CALL}


@dataclass(frozen=True)
class Placed:
    """An order that holds its units."""

    token: str


@dataclass(frozen=True)
class NotEnough:
    """Fewer units are left than were asked for; nothing was ordered."""

    units_left: int


@dataclass(frozen=True)
class TooManyHolds:
    """So many orders of this purchaser await their payment already; nothing was ordered."""

    most: int


@dataclass(frozen=True)
class Unproven:
    """More units than can be set aside for somebody whose address is not proven; nothing was ordered."""

    most: int


@dataclass(frozen=True)
class Ending:
    """The hold would run beyond the last day on which units of this type can be cancelled."""


Refusal = NotEnough | TooManyHolds | Unproven | Ending


def mailbox(address: str) -> str:
    """Return whose an e-mail address is, for limits and never for letters: without capitals, and without what some
    mail servers let anybody add to a name (`name+anything@example.org`), as often as they like."""
    name, _at, domain = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def breaks_word(*, lapsed: int, paid: int, most: int) -> bool:
    """Say whether somebody let so many orders lapse, and more than they paid, that they count as a stranger."""
    return lapsed >= most and lapsed > paid


def runs_beyond(last_day: date | None, *, until: datetime) -> bool:
    """Say whether a hold until then runs beyond the last day, in UTC, on which its units can be cancelled."""
    return last_day is not None and until.astimezone(UTC).date() > last_day


def extended_hold(*, hold_until: datetime, now: datetime, end: datetime, last_day: date | None = None) -> datetime:
    """Return until when units stay set aside for somebody who has just begun to pay.

    Never beyond the `end` that the order got when it was placed, however often somebody begins, nor beyond the last day
    of the units; and never less than before.
    """
    extended = max(hold_until, min(now + PAYING_TIME, end))
    return min(extended, datetime.combine(last_day, time.max, tzinfo=UTC)) if last_day else extended


def look_again(waiting: timedelta | None) -> int:
    """Return after how many seconds a page looks again how far an order is that has been paid for so long.

    Mostly it takes a second or two. What takes longer takes long for many at once, whose looking is then a good part of
    what keeps the portal busy. None of an order whose payment is in doubt, which is cleared up within minutes.
    """
    return 3 if waiting is None else max(1, min(10, int(waiting.total_seconds() / 2)))


def most_unproven(*, left: int, held: int, percent: int, largest: int) -> int:
    """Return how many units one more order may hold whose purchaser has not proven an address.

    `left` are on offer, and `held` set aside for others like them, who have not paid. All of these together hold
    `percent` of both at most, or FEW units where that is less; one order holds the `largest` at most.
    """
    together = max(FEW, (left + held) * percent // 100)
    return max(0, min(largest, together - held))
