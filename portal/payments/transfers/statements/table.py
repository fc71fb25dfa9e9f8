"""Core: account statements as CSV, read by a column map that somebody made once for their bank and kept.

Nothing is guessed: separator, encoding, decimal sign, thousands and the order of dates are said, and whatever does not
fit is refused with its line. The header is the first line that has all columns of the map, so that what banks print
above it does no harm; below it, what has neither a date nor an amount in its place (a balance, a sentence) is no entry.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from portal.payments.transfers.statements.encodings import ENCODINGS, lines_of
from portal.payments.transfers.statements.entry import MOST_NAME, MOST_TEXT, BankEntry
from portal.payments.transfers.statements.illegible import (
    MISSING,
    NO_COLUMN,
    NO_STATEMENT,
    NO_TABLE,
    SIGN,
    TOO_SHORT,
    Illegible,
)
from portal.payments.transfers.statements.written import (
    DATE_ORDERS,
    DateOrder,
    NumberStyle,
    amount_in,
    check_decimals,
    currency_in,
    date_in,
)

SEPARATORS = (",", ";", "\t", "|")
_LONGEST = 1024 * 1024  # characters of a row, which may go over many lines
HEADER_WITHIN = 60  # lines in which the names of the columns must stand
# What a map may say of a column. One of `amount`, or `credit` with `debit`; and `date`.
FIELDS = (
    "date",
    "value_date",
    "amount",
    "credit",
    "debit",
    "sign",
    "currency",
    "payer",
    "reference",
    "end_to_end",
    "account",
)
_AMOUNTS = ("amount", "credit", "debit")
_CAME = ("C", "CR", "CRDT", "CREDIT", "+", "H", "HABEN", "BIJ", "CRÉDIT", "CRÉDITO", "HABER", "ABONO", "IN")
_WENT = ("D", "DR", "DT", "DBIT", "DEBIT", "-", "S", "SOLL", "AF", "DÉBIT", "DÉBITO", "DEBE", "CARGO", "OUT")


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """How one bank writes its CSV. `columns` says which column each of FIELDS stands in, by its name in the header.

    `text` names the columns of what was written on the transfer, in their order. `currency` holds where no column has
    one. `came` and `went` are the words of a `sign` column.
    """

    columns: Mapping[str, str]
    text: tuple[str, ...] = ()
    separator: str = ";"
    encoding: str = "utf-8"
    numbers: NumberStyle = field(default_factory=lambda: NumberStyle(decimal=",", thousands="."))
    dates: DateOrder = "dmy"
    currency: str = ""
    came: tuple[str, ...] = _CAME
    went: tuple[str, ...] = _WENT

    def __post_init__(self) -> None:
        """Raise ValueError for a map that no file could be read by."""
        if unknown := set(self.columns) - set(FIELDS):
            raise ValueError(f"no such columns: {sorted(unknown)}")
        has_two = "credit" in self.columns and "debit" in self.columns
        if "date" not in self.columns or ("amount" in self.columns) is has_two:
            raise ValueError("a map says where the date is, and the amount: in one column, or in two")
        if "currency" not in self.columns and not self.currency:
            raise ValueError("a map says where the currency is, or which it is")
        if self.separator not in SEPARATORS or self.encoding not in ENCODINGS or self.dates not in DATE_ORDERS:
            raise ValueError("no such separator, encoding or order of dates")

    @property
    def names(self) -> list[str]:
        """The columns that a file must have."""
        return [*dict.fromkeys([*self.columns.values(), *self.text])]


def read(file: BinaryIO, *, columns: ColumnMap) -> Iterator[BankEntry]:
    """Yield the entries of a table, one by one. Raises Illegible wherever it goes wrong, which may be late."""
    rows = _rows(file, separator=columns.separator, encoding=columns.encoding)
    header = _header(rows, columns)
    for line, row in rows:
        if _is_remark(row, header, columns):
            continue
        try:
            yield _entry(row, header, columns, line=line)
        except Illegible as error:
            error.line = error.line or line
            raise


def preview(file: BinaryIO, *, separator: str, encoding: str, most: int = 20) -> list[list[str]]:
    """Return the first rows of a table as they stand, to choose columns by. Raises Illegible."""
    rows = _rows(file, separator=separator, encoding=encoding)
    return [row for _line, row in islice(rows, most)]


def _rows(file: BinaryIO, *, separator: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have a word in them, each with the line that it ends in."""
    size = 0

    def lines() -> Iterator[str]:
        nonlocal size
        for number, line in lines_of(file, encoding=encoding):
            size += len(line)
            if size > _LONGEST:
                raise Illegible(NO_STATEMENT, line=number)
            yield line

    reader = csv.reader(lines(), delimiter=separator, strict=True)
    try:
        for row in reader:
            size = 0
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise Illegible(NO_TABLE, what=error, line=reader.line_num) from error


def _header(rows: Iterator[tuple[int, list[str]]], columns: ColumnMap) -> dict[str, int]:
    """Return where each column stands, by its name."""
    wanted = {_folded(name) for name in columns.names}
    for _line, row in islice(rows, HEADER_WITHIN):
        found: dict[str, int] = {}
        for at, cell in enumerate(row):
            found.setdefault(_folded(cell), at)
        if wanted <= found.keys():
            return found
    raise Illegible(NO_COLUMN, what=", ".join(columns.names))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _cell(row: Sequence[str], header: Mapping[str, int], name: str) -> str:
    at = header[_folded(name)]
    return row[at].strip() if at < len(row) else ""


def _is_remark(row: Sequence[str], header: Mapping[str, int], columns: ColumnMap) -> bool:
    """Say whether a row is none of the table: it has no amount, and no date."""
    if any(_cell(row, header, columns.columns[what]) for what in _AMOUNTS if what in columns.columns):
        return False
    try:
        date_in(_cell(row, header, columns.columns["date"]), order=columns.dates)
    except Illegible:
        return True
    return False


def _entry(row: Sequence[str], header: Mapping[str, int], columns: ColumnMap, *, line: int) -> BankEntry:
    if len(row) <= max(header[_folded(name)] for name in columns.columns.values()):
        raise Illegible(TOO_SHORT)
    cells = {what: _cell(row, header, name) for what, name in columns.columns.items()}
    currency = currency_in(cells.get("currency") or columns.currency)
    amount, is_credit = _movement(cells, columns)
    check_decimals(amount, currency)
    booked_on = date_in(cells["date"], order=columns.dates)
    text = " ".join(filter(None, (" ".join(_cell(row, header, name).split()) for name in columns.text)))
    return BankEntry(
        account="".join(cells.get("account", "").split()).upper(),
        statement="",
        reference=cells.get("reference", "")[:MOST_NAME],
        amount=amount,
        currency=currency,
        is_credit=is_credit,
        booked_on=booked_on,
        value_date=date_in(cells["value_date"], order=columns.dates) if cells.get("value_date") else booked_on,
        text=text[:MOST_TEXT],
        end_to_end=cells.get("end_to_end", "")[:MOST_NAME],
        payer=cells.get("payer", "")[:MOST_TEXT],
        line=line,
    )


def _movement(cells: Mapping[str, str], columns: ColumnMap) -> tuple[Decimal, bool]:
    """Return an amount and whether it came: by its sign, by a word beside it, or by the column it stands in."""
    if "amount" in cells:
        if not cells["amount"]:
            raise Illegible(MISSING, what=columns.columns["amount"])
        amount = amount_in(cells["amount"], style=columns.numbers)
        if "sign" in cells:
            return abs(amount), _has_come(cells["sign"], columns)
        return abs(amount), amount >= 0
    credit, debit = (amount_in(cells[what] or "0", style=columns.numbers) for what in ("credit", "debit"))
    if not (cells["credit"] or cells["debit"]) or (credit and debit):
        raise Illegible(MISSING, what=f"{columns.columns['credit']} / {columns.columns['debit']}")
    # Some banks write what went with a minus into its own column, and what was taken back with one into the other.
    return (abs(credit), credit > 0) if credit else (abs(debit), False)


def _has_come(word: str, columns: ColumnMap) -> bool:
    folded = word.strip().casefold()
    if folded in {each.casefold() for each in columns.came}:
        return True
    if folded in {each.casefold() for each in columns.went}:
        return False
    raise Illegible(SIGN, what=word)
