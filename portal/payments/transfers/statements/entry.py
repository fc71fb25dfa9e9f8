"""Core: one entry of a bank's statement, whatever file it came in."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from portal.money import is_exact

LARGEST = Decimal(10) ** 13
MOST_TEXT = 2000  # characters that are kept of what somebody wrote on a transfer
MOST_NAME = 140  # characters that are kept of what a bank calls something


@dataclass(frozen=True, kw_only=True, slots=True)
class BankEntry:
    """One movement on an account, with its amount as it was booked there, never negative.

    `account` is as the file says it: an IBAN, or a number of the bank's own; empty where the file says none.
    `statement` is the bank's name for the statement, and `reference` for the booking; each may be empty. What is not
    `is_named` has a reference that other bookings may have too: a number within its statement, or the payer's own.
    `structured`
    are references that stood in a field made for them; `text` is all else that was written on the transfer, and
    `end_to_end` the payer's own reference. `position` counts the payments that a bank booked in one sum. `occurrence`
    counts the entries of a file that are alike in all that tells them apart. An entry that is not `is_certain` has the
    amount of a whole sum, since the file does not say what this payment was of it, or one that its currency cannot
    have. `place` is the number of the entry in its file, and `line` the line it begins in.
    """

    account: str
    statement: str
    reference: str
    amount: Decimal
    currency: str
    is_credit: bool
    value_date: date
    booked_on: date | None = None
    is_booked: bool = True
    is_reversal: bool = False
    is_certain: bool = True
    is_named: bool = True
    structured: tuple[str, ...] = ()
    text: str = ""
    end_to_end: str = ""
    payer: str = ""
    position: int = 0
    occurrence: int = 0
    place: int = 0
    line: int = 0

    @property
    def import_id(self) -> str:
        """Return what makes this entry the same one when its file is read again: 64 hexadecimal digits.

        Banks that name their bookings are taken at their word. For others it is all that the entry says, and how many
        others of the file say the same before it.
        """
        told = [self.account, self.statement, self.reference, _plain(self.amount), self.currency]
        told += [self.value_date.isoformat(), "C" if self.is_credit else "D", str(self.position)]
        if not (self.reference and self.is_named):
            told += [*self.structured, self.text, self.end_to_end, self.payer]
        if self.occurrence:
            told.append(f"#{self.occurrence}")
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


def _plain(amount: Decimal) -> str:
    """Return an amount without the zeros that one file has and the next has not."""
    return format(amount.normalize(), "f")


def numbered(entries: Iterable[BankEntry]) -> Iterator[BankEntry]:
    """Yield entries with the number of their place, and tell those apart that are otherwise alike.

    Two payments of one amount on one day are two payments, though some banks say nothing that tells one from the other.
    """
    seen: dict[int, int] = {}
    for place, entry in enumerate(entries, start=1):
        mark = int(entry.import_id[:16], 16)
        occurrence = seen.get(mark, 0)
        seen[mark] = occurrence + 1
        is_certain = entry.is_certain and _is_money(entry.amount, entry.currency)
        yield replace(entry, place=place, occurrence=occurrence, is_certain=is_certain)


def _is_money(amount: Decimal, currency: str) -> bool:
    """Say whether a currency can have an amount. Of currencies unknown here nothing is known."""
    try:
        return amount < LARGEST and is_exact(amount, currency)
    except ValueError:
        return amount < LARGEST
