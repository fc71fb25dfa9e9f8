"""Core: MT940, the older statement of SWIFT, in the many ways that banks write it.

The library mt-940 knows the fields of a movement (`:61:`) and the codes within its description (`:86:`). It is handed
one movement at a time, so that a file of any length is read in little memory and what is wrong has a line; the amount
is checked before, since what does not fit its pattern would else be cut at the first strange character.

MT942, the report within a day, looks the same and is not yet booked: it is told by its lack of an opening balance.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from mt940 import Options
from mt940.models import Transactions

from portal.payments.transfers.statements.encodings import lines_of
from portal.payments.transfers.statements.entry import MOST_TEXT, BankEntry
from portal.payments.transfers.statements.illegible import AMOUNT, CUT, MISSING, NO_STATEMENT, Illegible
from portal.payments.transfers.statements.written import currency_in

_TAG = re.compile(r":(\d\d[A-Z]?|NS):")
_BEGINNING = r":61:\d{6}(?:\d{4}| {4})?R?[DC][A-Z]?[ \n]?"
_MOVEMENT = re.compile(rf"{_BEGINNING}\d{{1,15}}(?:,\d{{0,5}})?(?=[A-Z]|[ ]*(?:[A-Z\n]|$))", re.IGNORECASE | re.ASCII)
_AMOUNT = re.compile(rf"{_BEGINNING}([^A-Z\s]*)", re.IGNORECASE)
_SUBFIELDS = re.compile(r":86:\d{3}([~<^])(?=\d\d)")  # as Polish banks write them; all others write question marks
_CURRENCY_BEHIND = re.compile(r"(?<=\d)\s*/?[A-Z]{3}$")
_NAME = re.compile(r"/NAME/+([^/]+)")
_NOTHING = frozenset({"", "NONREF", "NOTPROVIDED", "KREF+", "EREF", "PREF", "MREF"})
_ENDS = ("-", "-}")
_LONGEST = 20_000  # characters of one movement, or of all that stands before the first


@dataclass
class _Book:
    """The statement that is being read, and the movement in it that has not ended yet."""

    line: int
    head: list[str] = field(default_factory=list)
    movement: list[str] = field(default_factory=list)
    movement_line: int = 0
    size: int = 0  # characters of the movement, or of what stands before the first
    parser: Transactions | None = None
    is_closed: bool = False


def read(file: BinaryIO) -> Iterator[BankEntry]:
    """Yield the movements of an MT940 file, one by one. Raises Illegible wherever it goes wrong, which may be late."""
    book: _Book | None = None
    number = 0
    for place, ended in lines_of(file):
        line = ended.rstrip("\n")
        match = _TAG.match(line)
        tag = match[1] if match else "end" if line.strip().startswith(_ENDS) and len(line.strip()) < 3 else ""
        if book and book.movement and tag not in ("", "86", "NS"):
            number += 1
            yield _entry(book, number=number)
            book.movement = []
        if tag == "20":
            _check_end(book)
            book = _Book(line=place)
        if book:
            _take(book, line, tag=tag, place=place)
    if book is None:
        raise Illegible(NO_STATEMENT)
    if book.movement:
        raise Illegible(CUT, what=":62F:", line=book.movement_line)
    _check_end(book)


def _take(book: _Book, line: str, *, tag: str, place: int) -> None:
    """Put one line where it belongs: before the first movement, or into one. What follows the last is not needed."""
    into: list[str] | None = None
    if tag == "61":
        book.movement, book.movement_line, book.size = [], place, 0
        into = book.movement
    elif book.movement:
        into = book.movement
    elif tag.startswith("62") or tag == "end":
        book.is_closed = True
    elif not book.parser and not book.is_closed:
        into = book.head
    if into is not None:
        into.append(line)
        book.size += len(line) + 1
    if book.size > _LONGEST:
        raise Illegible(CUT, what=tag or line, line=place)


def _check_end(book: _Book | None) -> None:
    """Raise Illegible for a statement that has no end, since it may have lost more than that."""
    if book and not book.is_closed:
        raise Illegible(CUT, what=":62F:", line=book.line)


def _entry(book: _Book, *, number: int) -> BankEntry:
    try:
        return _read_movement(book)
    except Illegible as error:
        error.entry, error.line = number, book.movement_line
        raise
    except (RuntimeError, ValueError, ArithmeticError) as error:  # how the library says no
        raise Illegible(CUT, what=book.movement[0], entry=number, line=book.movement_line) from error


def _read_movement(book: _Book) -> BankEntry:
    text = "\n".join(book.movement)
    if not _MOVEMENT.match(text):
        written = _AMOUNT.match(text)
        raise Illegible(AMOUNT, what=written[1] if written else book.movement[0], example="1234,56")
    if other := _SUBFIELDS.search(text):
        text = text.replace(other[1], "?")
    if book.parser is None:
        book.parser = Transactions(options=Options.all())
        book.parser.parse("\n".join(book.head))
    book.parser.parse(text)
    found: dict[str, Any] = book.parser.transactions.pop().data
    return _told(found, book.parser, line=book.movement_line)


def _told(found: dict[str, Any], parser: Transactions, *, line: int) -> BankEntry:
    said: dict[str, Any] = parser.data
    if not parser.currency:
        raise Illegible(MISSING, what=":60F:")
    account = str(said.get("account_identification") or "").strip()
    status = str(found["status"]).upper()
    day = found["date"]
    booked_on = found.get("entry_date")
    written = [_text(found, key) for key in ("purpose", "additional_purpose", "transaction_details", "extra_details")]
    references = [_reference(found.get(key)) for key in ("bank_reference", "customer_reference")]
    return BankEntry(
        account=re.sub(r"\s", "", _CURRENCY_BEHIND.sub("", account)).upper(),
        statement="/".join(filter(None, (_text(said, "transaction_reference"), _statement_number(said)))),
        reference=next(filter(None, references), ""),
        is_named=bool(references[0]),
        amount=abs(Decimal(found["amount"].amount)),
        currency=currency_in(parser.currency),
        is_credit=status in ("C", "RD"),
        is_booked=any(name.endswith("opening_balance") for name in said),
        is_reversal=status.startswith("R"),
        value_date=date(day.year, day.month, day.day),
        booked_on=date(booked_on.year, booked_on.month, booked_on.day) if booked_on else None,
        text=" ".join(dict.fromkeys(filter(None, (*written, references[1]))))[:MOST_TEXT],
        end_to_end=_reference(found.get("end_to_end_reference")),
        payer=_payer(found),
        line=line,
    )


def _statement_number(said: dict[str, Any]) -> str:
    return "/".join(filter(None, (_text(said, "statement_number"), _text(said, "sequence_number"))))


def _text(found: dict[str, Any], key: str) -> str:
    """Return a field in one line. It was broken where the width of the file ended, and not between words."""
    return " ".join(str(found.get(key) or "").replace("\n", "").split())


def _reference(text: object) -> str:
    bare = " ".join(str(text or "").split())
    return "" if bare.upper() in _NOTHING else bare


def _payer(found: dict[str, Any]) -> str:
    if name := _text(found, "applicant_name"):
        return name
    named = _NAME.search(_text(found, "transaction_details"))
    return named[1].strip() if named else ""
