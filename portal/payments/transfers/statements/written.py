"""Core: amounts and dates as banks write them. Nothing is guessed: what does not fit what was chosen is refused."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from portal.money import is_exact, minor_unit
from portal.payments.transfers.statements.entry import LARGEST
from portal.payments.transfers.statements.illegible import AMOUNT, CURRENCY, DATE, DECIMALS, Illegible

DateOrder = Literal["dmy", "mdy", "ymd", "ydm", "dym", "myd"]
DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd", "ydm", "dym", "myd")
DECIMAL_SIGNS = (",", ".")
# What stands between thousands. Apostrophes and spaces come in several shapes, which count as one.
THOUSANDS = ("", " ", "'", ".", ",")
_GROUP, _THREE_DECIMALS = 3, Decimal("0.001")

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "\u2212": "-", "–": "-"})
_CURRENCY = re.compile(r"[A-Z]{3}")
_SYMBOLS = re.compile(r"^(?:[A-Z]{3}|[€$£¥])\s?|\s?(?:[A-Z]{3}|[€$£¥])$")
_PARTS = re.compile(r"(\d+|[A-Za-z]{3})[^\dA-Za-z]+(\d+|[A-Za-z]{3})[^\dA-Za-z]+(\d+)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXAMPLE = {"d": "31", "m": "12", "y": "2026"}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class NumberStyle:
    """How amounts are written: the sign before the decimals, and what stands between thousands, if anything does."""

    decimal: str = "."
    thousands: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for signs that nobody could tell apart."""
        if self.decimal not in DECIMAL_SIGNS or self.thousands not in THOUSANDS or self.decimal == self.thousands:
            raise ValueError("no such way of writing amounts")

    @property
    def example(self) -> str:
        return f"1{self.thousands}234{self.decimal}56"


def amount_in(text: str, *, style: NumberStyle) -> Decimal:
    """Return an amount with its sign, which may stand before it, behind it, or be brackets around it.

    A currency beside it is passed over. Raises Illegible, also where thousands stand in other groups than of three (of
    two before the last one, as India counts).
    """
    bare = text.translate(_SPACES).strip()
    is_negative = False
    if bare.startswith("(") and bare.endswith(")"):
        bare, is_negative = bare[1:-1].strip(), True
    bare = _SYMBOLS.sub("", bare).strip()
    if bare[:1] in ("+", "-"):
        bare, is_negative = bare[1:].strip(), is_negative or bare[0] == "-"
    elif bare[-1:] in ("+", "-"):
        bare, is_negative = bare[:-1].strip(), is_negative or bare[-1] == "-"
    bare = _SYMBOLS.sub("", bare).strip()
    if not _pattern(style).fullmatch(bare):
        raise Illegible(AMOUNT, what=text, example=style.example)
    if style.thousands:
        bare = bare.replace(style.thousands, "")
    amount = Decimal(bare.replace(style.decimal, "."))
    if amount >= LARGEST:
        raise Illegible(AMOUNT, what=text, example=style.example)
    return -amount if is_negative else amount


@cache
def _pattern(style: NumberStyle) -> re.Pattern[str]:
    decimals = rf"(?:{re.escape(style.decimal)}\d{{0,5}})?"
    whole = r"\d+"
    if style.thousands:
        between = re.escape(style.thousands)
        lakhs = rf"|\d{{1,2}}(?:{between}\d{{2}})+{between}\d{{3}}" if style.thousands == "," else ""
        whole = rf"(?:\d{{1,3}}(?:{between}\d{{3}})+{lakhs}|\d+)"
    return re.compile(rf"(?:{whole}{decimals}|{re.escape(style.decimal)}\d{{1,5}})", re.ASCII)


def currency_in(text: str) -> str:
    """Return the code of a currency. Raises Illegible."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise Illegible(CURRENCY, what=text)
    return code


def check_decimals(amount: Decimal, currency: str) -> None:
    """Raise Illegible for an amount that its currency cannot have. Of currencies unknown here nothing is known.

    Three decimals where there should be two are refused even if they are zeros: they may be thousands.
    """
    try:
        fits = is_exact(amount, currency)
        may_be_thousands = amount.as_tuple().exponent == -_GROUP and minor_unit(currency) > _THREE_DECIMALS
    except ValueError:
        return
    if not fits or may_be_thousands:
        raise Illegible(DECIMALS, what=amount, currency=currency)


def iso_date_in(text: str) -> date:
    """Return the day of a date, or of a date with a time however exact. Raises Illegible."""
    match = _ISO.match(text.strip())
    try:
        if match:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise Illegible(DATE, what=text, example="2026-12-31")


def date_in(text: str, *, order: DateOrder) -> date:
    """Return a date whose parts stand in this order, with anything between them, or with nothing.

    Months may be numbers or the first three letters of their English names, years have two figures (of this century) or
    four. A time behind it is passed over. Raises Illegible.
    """
    bare = text.strip()
    parts = _parts_of(bare, order)
    try:
        if parts:
            named = dict(zip(order, parts, strict=True))
            year = int(named["y"])
            century = {2: 2000, 4: 0}[len(named["y"])]
            return date(century + year, _month(named["m"]), int(named["d"]))
    except (ValueError, KeyError):
        pass
    example = ("-" if order == "ymd" else "/").join(_EXAMPLE[part] for part in order)
    raise Illegible(DATE, what=text, example=example)


def _parts_of(bare: str, order: DateOrder) -> tuple[str, ...]:
    if match := _PARTS.match(bare):
        rest = bare[match.end() :]
        return match.groups() if not rest or not rest[0].isalnum() or rest[0] == "T" else ()
    digits = bare.split(" ")[0]
    if digits.isascii() and digits.isdigit() and len(digits) in (6, 8):
        wide = len(digits) - 4
        lengths = [wide if part == "y" else 2 for part in order]
        ends = [sum(lengths[: number + 1]) for number in range(3)]
        return tuple(digits[end - length : end] for end, length in zip(ends, lengths, strict=True))
    return ()


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text.lower()) + 1
