"""Read issuances and cancellations from CSV for a rehearsal, and name every mistake by file, line and column. Core.

Columns beyond those read are left alone, so that a registry's own report can be given as it is.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

from portal.registry.serials import SerialBlock, SerialError, kyoto_series

MISTAKES_SHOWN = 20
ISSUANCE_COLUMNS = ("party", "unit_type", "serial_start", "serial_end", "quantity")
CANCELLATION_COLUMNS = (*ISSUANCE_COLUMNS, "completed_utc", "from_platform", "issuance_serial_start")

Row = TypeVar("Row")


class FileError(ValueError):
    """The file cannot be rehearsed. The message lists what is wrong, one mistake to a line."""


class CellError(ValueError):
    """One wrong cell. Stays inside this module, which adds file and line."""

    def __init__(self, column: str, wrong: str) -> None:
        super().__init__(f"column {column}: {wrong}")


@dataclass(frozen=True, slots=True)
class Issuance:
    """One issuance block: what a cancellation takes its units from."""

    series: str
    block: SerialBlock


Issuances = dict[tuple[str, int], Issuance]  # found by series and first serial


@dataclass(frozen=True, slots=True)
class CancelledRow:
    """One cancellation as a registry carried it out: which serials, when completed (UTC), whether for the platform."""

    line: int
    issuance: Issuance
    serials: SerialBlock
    completed_at: datetime
    from_platform: bool


def read_issuances(lines: Iterable[str], *, name: str) -> Issuances:
    """Read issuance blocks. Raises FileError, also if two blocks share units."""

    def read(_line: int, cells: dict[str, str]) -> Issuance:
        return Issuance(*_block(cells))

    rows = _read_all(lines, name, ISSUANCE_COLUMNS, read)
    _refuse_units_twice(name, [(issuance.series, issuance.block, line) for line, issuance in rows])
    return {(issuance.series, issuance.block.start): issuance for _line, issuance in rows}


def read_cancellations(lines: Iterable[str], *, name: str, issuances: Issuances) -> tuple[CancelledRow, ...]:
    """Read cancellations in the order of the file.

    Raises FileError, also for units that were not issued and for units cancelled twice.
    """

    def read(line: int, cells: dict[str, str]) -> CancelledRow:
        series, serials = _block(cells)
        issuance = issuances.get((series, _number(cells, "issuance_serial_start")))
        if issuance is None:
            raise CellError("issuance_serial_start", f"no issuance block of {series} starts there")
        if not issuance.block.contains(serials):
            raise CellError("serial_start", f"{serials} lies outside the issuance block {issuance.block}")
        return CancelledRow(line, issuance, serials, _time(cells, "completed_utc"), _yes(cells, "from_platform"))

    rows = tuple(row for _line, row in _read_all(lines, name, CANCELLATION_COLUMNS, read))
    _refuse_units_twice(name, [(row.issuance.series, row.serials, row.line) for row in rows])
    return rows


def _refuse_units_twice(name: str, found: list[tuple[str, SerialBlock, int]]) -> None:
    for (series, block, line), (other_series, other, other_line) in pairwise(sorted(found)):
        if series == other_series and block.overlaps(other):
            raise FileError(f"{name}, line {other_line}, column serial_start: shares units with line {line}")


def _read_all(
    lines: Iterable[str], name: str, columns: tuple[str, ...], read: Callable[[int, dict[str, str]], Row]
) -> list[tuple[int, Row]]:
    """Read every row with its line number, or raise one FileError for the mistakes of all."""
    table = csv.DictReader(lines)
    missing = [column for column in columns if column not in (table.fieldnames or ())]
    if missing:
        raise FileError(f"{name}, line 1: missing columns: {', '.join(missing)}")
    rows: list[tuple[int, Row]] = []
    mistakes: list[str] = []
    for cells in table:
        try:
            rows.append((table.line_num, read(table.line_num, {column: cells[column] or "" for column in columns})))
        except CellError as mistake:
            mistakes.append(f"{name}, line {table.line_num}, {mistake}")
    if mistakes:
        more = len(mistakes) - MISTAKES_SHOWN
        raise FileError("\n".join(mistakes[:MISTAKES_SHOWN] + ([f"and {more} more"] if more > 0 else [])))
    return rows


def _block(cells: dict[str, str]) -> tuple[str, SerialBlock]:
    """Read a series and a block of it, and check the block against the quantity that stands beside it."""
    try:
        series = kyoto_series(party=cells["party"], unit_type=cells["unit_type"])
    except SerialError as error:
        raise CellError("unit_type", str(error)) from error
    start, end = _number(cells, "serial_start"), _number(cells, "serial_end")
    try:
        block = SerialBlock(start, end)
    except SerialError as error:
        raise CellError("serial_end", str(error)) from error
    if block.count != _number(cells, "quantity"):
        raise CellError("quantity", f"{cells['quantity']}, but serials {block} are {block.count} units")
    return series, block


def _number(cells: dict[str, str], column: str) -> int:
    text = cells[column]
    if not (text.isascii() and text.isdigit()):
        raise CellError(column, f"{text!r} is no whole number")
    return int(text)


def _time(cells: dict[str, str], column: str) -> datetime:
    try:
        return datetime.fromisoformat(cells[column]).replace(tzinfo=UTC)
    except ValueError as error:
        raise CellError(column, f"{cells[column]!r} is no time like 2015-09-21T09:26:27") from error


def _yes(cells: dict[str, str], column: str) -> bool:
    if cells[column] not in ("yes", "no"):
        raise CellError(column, f"{cells[column]!r} is neither yes nor no")
    return cells[column] == "yes"
