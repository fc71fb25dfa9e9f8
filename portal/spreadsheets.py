"""Core: tables for machines and for spreadsheets, and what none of these runs as a formula."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

# What a spreadsheet takes for the beginning of a formula, after OWASP on CSV injection; in full width as well.
_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SIGNED = re.compile(r"[+-][\d.,]+")


def harmless(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_LEADS) else text


def harmless_cell(cell: str) -> str:
    """Return a cell as `harmless` does, where it may be a number: one with a sign is no formula and stays as it is."""
    return cell if _SIGNED.fullmatch(cell) else harmless(cell)


MARK = "\ufeff"  # Excel takes a file for UTF-8 only where this is its first character


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table as CSV for machines, line by line."""
    writer = csv.writer(_Echo())
    return (writer.writerow(row) for row in rows)


def opened(rows: Iterable[Sequence[str]], *, language: str, numbers: Collection[str] = ()) -> Iterator[str]:
    """Yield a table, its header first, as spreadsheets of a language open it: marked as UTF-8.

    In English commas stand between cells. In French and Spanish these are semicolons, since the comma stands in
    numbers: in those of the columns that `numbers` names, too.
    """
    delimiter = "," if language == "en" else ";"
    writer = csv.writer(_Echo(), delimiter=delimiter)
    written = rows if delimiter == "," else _with_commas(rows, numbers)
    return chain([MARK], (writer.writerow(row) for row in written))


def _with_commas(rows: Iterable[Sequence[str]], numbers: Collection[str]) -> Iterator[list[str]]:
    places: set[int] | None = None
    for row in rows:
        if places is None:
            places = {at for at, name in enumerate(row) if name in numbers}
            yield list(row)
        else:
            yield [cell.replace(".", ",") if at in places else cell for at, cell in enumerate(row)]


class _Echo:
    """A file that hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line
