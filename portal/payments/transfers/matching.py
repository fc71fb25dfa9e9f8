"""Core: which expected payment an entry of a statement belongs to, and what is to be done about it.

A ladder, from certain to nothing. What leads to units being cancelled, which is final, is decided by itself only on its
first two rungs: a reference whose check digits hold, that somebody was given, with exactly the amount and the currency.

1. the reference stands in the field made for it;
2. it stands in the text or in the payer's own reference, however it was typed;
3. the reference is right and the money is not: less, more, another currency, too late, a second time;
4. no reference, but the amount and the payer's name, or the caller's own number: a suggestion, and no more;
5. else nobody knows what it is for.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, StrEnum, auto

from portal.payments.transfers.reference import compact, core_of, references_in
from portal.payments.transfers.statements.entry import BankEntry

MOST_SUGGESTED = 5
BY_HAND = timedelta(days=5)  # value dates that a person and a bank may give one booking
# What companies and people are, not what they are called.
_FORMS = frozenset(
    [
        "gmbh",
        "inc",
        "ltd",
        "llc",
        "plc",
        "corp",
        "limited",
        "company",
        "sarl",
        "sas",
        "srl",
        "spa",
        "bvba",
        "oyj",
        "ltda",
    ]
)
_SHORTEST_CORE = 8  # characters that nobody writes by chance
_SHORTEST_WORD = 3  # letters of a name that may be compared


class Standing(Enum):
    """Where an expected payment stands."""

    OPEN = auto()  # it is waited for
    LAPSED = auto()  # it was waited for in vain: what it would have paid is back on offer
    GIVEN_UP = auto()  # its purchaser gave it up, or it was paid otherwise
    RECEIVED = auto()  # its money is there


@dataclass(frozen=True, kw_only=True)
class Booking:
    """Money that has already been counted for a payment: an entry, or what a person said of one that no file has yet.

    Without an `import_id` a person said so.
    """

    statement: str
    reference: str
    amount: Decimal
    currency: str
    import_id: str
    value_date: date


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A payment that somebody was asked for. `payer` is the purchaser's name; `bookings` are what has come so far."""

    reference: str
    key: str
    amount: Decimal
    currency: str
    standing: Standing = Standing.OPEN
    payer: str = ""
    bookings: tuple[Booking, ...] = ()

    @property
    def so_far(self) -> Decimal:
        """What has come in the payment's own currency."""
        return sum((each.amount for each in self.bookings if each.currency == self.currency), Decimal(0))


class Meaning(StrEnum):
    """What an entry is."""

    MATCHED = "matched"  # exactly what was waited for
    SHORT = "short"  # less, with all that came before
    SURPLUS = "surplus"  # more
    DOUBLE = "double"  # for a payment whose money is there already
    LATE = "late"  # enough, but nobody waits for it any more
    WRONG_CURRENCY = "wrong_currency"
    SEVERAL = "several"  # one transfer that names several payments
    REVERSED = "reversed"  # the bank undid a booking
    PAID_BACK = "paid_back"  # money that went, with the reference of a payment
    SUGGESTED = "suggested"  # a person may see what it is for
    UNMATCHED = "unmatched"  # money that came, for nobody knows what
    REPEATED = "repeated"  # the same booking, seen in another file
    NONE = "none"  # nothing of ours: money that went, or is not booked yet, or none at all


BY_A_PERSON = frozenset(Meaning) - {Meaning.MATCHED, Meaning.REPEATED, Meaning.NONE}


@dataclass(frozen=True, kw_only=True)
class Match:
    """What was found out of an entry. `keys` are of the payment it is for, or of several that it may be for.

    `difference` is what is there more than was asked, or less where negative, with all that came before.
    """

    meaning: Meaning
    keys: tuple[str, ...] = ()
    difference: Decimal = Decimal(0)
    rung: int = 5


NOTHING = Match(meaning=Meaning.NONE)


def references_of(entry: BankEntry) -> Iterator[tuple[str, int]]:
    """Yield every reference that an entry may name, with the rung it stands on. To be looked for in one question."""
    for text in entry.structured:
        for found in references_in(text):
            yield found, 1
    for text in (entry.text, entry.end_to_end, entry.reference):
        for found in references_in(text):
            yield found, 2


def match(entry: BankEntry, *, expected: Mapping[str, Expected], others: Iterable[Expected] = ()) -> Match:
    """Say what an entry is.

    `expected` are payments by their references, at least all that `references_of` yields and anybody was ever given;
    `others` are payments that are waited for and that an entry without a reference may be meant for.
    """
    if not entry.is_booked or (not entry.amount and entry.is_certain):
        return NOTHING
    named = _named(entry, expected)
    if not entry.is_credit or entry.is_reversal:
        return _of_what_went(entry, named)
    if len(named) > 1:
        return Match(meaning=Meaning.SEVERAL, keys=tuple(each.key for each, _rung in named), rung=3)
    if named:
        payment, rung = named[0]
        if not entry.is_certain:
            return Match(meaning=Meaning.SUGGESTED, keys=(payment.key,), rung=4)
        return _of_payment(entry, payment, rung=rung)
    suggested = tuple(each.key for each in others if entry.is_certain and _may_be_meant(entry, each))[:MOST_SUGGESTED]
    if suggested:
        return Match(meaning=Meaning.SUGGESTED, keys=suggested, rung=4)
    return Match(meaning=Meaning.UNMATCHED)


def _named(entry: BankEntry, expected: Mapping[str, Expected]) -> list[tuple[Expected, int]]:
    """Return the payments that an entry names, each once, on its highest rung.

    Of references that begin alike the longest counts, since the shorter one is only how the longer one begins.
    """
    rungs: dict[str, int] = {}
    for reference, rung in references_of(entry):
        if reference in expected:
            rungs[reference] = min(rung, rungs.get(reference, rung))
    whole = [each for each in rungs if not any(other != each and other.startswith(each) for other in rungs)]
    return [(expected[each], rungs[each]) for each in whole]


def _of_what_went(entry: BankEntry, named: list[tuple[Expected, int]]) -> Match:
    """Money that went, and bookings that were undone: what was cancelled stays so, and a person is told."""
    keys = tuple(each.key for each, _rung in named)
    if entry.is_reversal and (named or not entry.is_credit):
        return Match(meaning=Meaning.REVERSED, keys=keys, rung=3 if keys else 5)
    return Match(meaning=Meaning.PAID_BACK, keys=keys, rung=3) if keys else NOTHING


def _of_payment(entry: BankEntry, payment: Expected, *, rung: int) -> Match:
    """What an entry means that names one payment, by what has come for it before."""
    keys = (payment.key,)
    if any(_is_same_booking(entry, each) for each in payment.bookings):
        return Match(meaning=Meaning.REPEATED, keys=keys, rung=rung)
    if entry.currency != payment.currency:
        return Match(meaning=Meaning.WRONG_CURRENCY, keys=keys, rung=3)
    difference = payment.so_far + entry.amount - payment.amount
    if payment.standing is Standing.RECEIVED:
        return Match(meaning=Meaning.DOUBLE, keys=keys, difference=entry.amount, rung=3)
    if difference < 0:
        return Match(meaning=Meaning.SHORT, keys=keys, difference=difference, rung=3)
    if payment.standing is not Standing.OPEN:
        return Match(meaning=Meaning.LATE, keys=keys, difference=difference, rung=3)
    if difference > 0:
        return Match(meaning=Meaning.SURPLUS, keys=keys, difference=difference, rung=3)
    return Match(meaning=Meaning.MATCHED, keys=keys, rung=rung)


def _is_same_booking(entry: BankEntry, booking: Booking) -> bool:
    """Say whether a booking was seen before: in the same file, or in another one under the bank's own reference.

    Within one statement two bookings with one reference are two, since some banks name all parts of a sum alike. A
    number that counts anew in every statement means the same booking on the same day alone. What a person saw on the
    account is the same booking if it is as much on nearly the same day.
    """
    if entry.import_id == booking.import_id:
        return True
    if (entry.amount, entry.currency) != (booking.amount, booking.currency):
        return False
    has_name = bool(entry.reference) and entry.reference == booking.reference
    if not booking.import_id:
        return has_name or abs(entry.value_date - booking.value_date) <= BY_HAND
    is_as_told = entry.is_named or entry.value_date == booking.value_date
    return has_name and is_as_told and entry.statement != booking.statement


def _may_be_meant(entry: BankEntry, payment: Expected) -> bool:
    """Say whether an entry without a right reference looks as if it was for a payment."""
    core = core_of(payment.reference)
    written = compact(f"{' '.join(entry.structured)} {entry.text} {entry.end_to_end}")
    if len(core) >= _SHORTEST_CORE and core in written:
        return True
    is_as_much = (entry.amount, entry.currency) == (payment.amount, payment.currency)
    return is_as_much and bool(_words(entry.payer) & _words(payment.payer))


def _words(name: str) -> frozenset[str]:
    """Return the words of a name, without accents and case, that say who it is."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    words = re.findall(r"[^\W\d_]+", plain.casefold())
    return frozenset(word for word in words if len(word) >= _SHORTEST_WORD) - _FORMS
