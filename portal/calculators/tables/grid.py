"""Core: a table of many rows, each calculated by itself: trips, participants, flights.

Columns are questions, by id or label, in any order; a unit may stand behind in brackets. A column that is no question
is carried along. What cannot be calculated says so in its own row and stops nothing.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portal.calculators.engine.answers import EITHER, TWO_WAYS, InvalidAnswers, Problem
from portal.calculators.engine.calculator import Choice, Group, Number, Question, YesNo, _
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.footprint import Estimate, estimate, number
from portal.calculators.engine.routes import plain
from portal.spreadsheets import harmless_cell

MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_BYTES = 12 * 1024 * 1024
LONGEST_LINE = 20_000  # characters
LONGEST_NAME = 200  # characters, of which no more are looked at: no question and no option is called by as many

RESULT_COLUMNS = ("kg_co2e", "assumed", "error")
BOM = "\ufeff"
_SEPARATORS = (",", ";", "\t")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
_QUOTED = re.compile('"[^"]*"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OPENING, _CLOSING = "([", ")]"
_YES = frozenset({"yes", "y", "true", "1", "x", "oui", "o", "vrai", "si", "s", "verdadero"})
_NO = frozenset({"no", "n", "false", "0", "non", "faux", "falso"})

NOT_A_TABLE = _("This is no CSV file. Save the table as CSV and try again.")
EMPTY = _("The file is empty.")
NO_ROWS = _("There is no row below the line with the names of the columns.")
TOO_MANY_BYTES = _("The file has %(size)s MB; %(most)s MB are possible.")
TOO_MANY_ROWS = _("The file has more than %(most)s rows. Split it into several files.")
TOO_MANY_COLUMNS = _("The file has more than %(most)s columns.")
LINE_TOO_LONG = _("Line %(line)s is too long.")
NO_COLUMN = _("No column of the file is one of these: %(names)s.")
COLUMN_MISSING = _("The column %(name)s is missing.")
COLUMN_TWICE = _("The column %(name)s stands twice.")
NO_SUCH_UNIT = _("The column %(name)s may be in %(units)s.")
TOO_MANY_CELLS = _("This row has more cells than there are columns.")


class NotATable(ValueError):
    """A file that cannot be calculated at all, with a sentence that says why, and its parameters."""

    def __init__(self, message: str, **params: object) -> None:
        self.message, self.params = message, {name: str(value) for name, value in params.items()}
        super().__init__(message % self.params)


@dataclass(frozen=True)
class Column:
    """Where a column's cells go: a question's path, the question, and the unit that its header names."""

    at: int
    path: tuple[str, ...]
    question: Question
    unit: str


@dataclass(frozen=True)
class Layout:
    """How a table is written and what its columns are. `unused` are columns that no question has the name of."""

    separator: str
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    unused: tuple[str, ...]


def has_decimal_comma(separator: str) -> bool:
    """Say how numbers are written: where cells are not separated by commas, a comma is the decimal sign."""
    return separator != ","


@dataclass(frozen=True)
class RowResult:
    """What one row amounts to: kg CO2 equivalent, or problems. `assumed` are columns that a default stood in for."""

    kg: Decimal | None
    assumed: tuple[str, ...]
    problems: tuple[Problem, ...]


# --- Reading a file


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or else Windows-1252. Raises NotATable."""
    if len(data) > MOST_BYTES:
        raise NotATable(TOO_MANY_BYTES, size=-(-len(data) // 1024**2), most=MOST_BYTES // 1024**2)
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise NotATable(EMPTY)
        if not _CONTROL.search(text):
            return text
    raise NotATable(NOT_A_TABLE)


def read(compiled: CompiledCalculator, data: bytes, *, say: Callable[[str], str]) -> tuple["Layout", list[list[str]]]:
    """Return the layout of a table and all of its rows but the header. Raises NotATable."""
    separator, rows = rows_of(decode(data))
    found = layout(compiled, next(rows, []), separator, say=say)
    cells = list(rows)
    if not cells:
        raise NotATable(NO_ROWS)
    return found, cells


def rows_of(text: str) -> tuple[str, Iterator[list[str]]]:
    """Return the separator of a table, and its rows, the header first; rows without a word are left out.

    The rows raise NotATable when they come to a line that is too long, or to more rows than can be calculated.
    """
    first, rest = text.split("\n", 1) if "\n" in text else (text, "")
    if re.fullmatch(r"sep=[,;\t]\r?", first):  # how spreadsheets name the separator
        return first[4], _rows(rest, first[4])
    separator = max(_SEPARATORS, key=_QUOTED.sub("", first).count)
    return separator, _rows(text, separator)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    count = 0
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise NotATable(TOO_MANY_COLUMNS, most=MOST_COLUMNS)
            if sum(map(len, row)) > LONGEST_LINE:
                raise NotATable(LINE_TOO_LONG, line=reader.line_num)
            if any(cell.strip() for cell in row):
                count += 1
                if count > MOST_ROWS + 1:
                    raise NotATable(TOO_MANY_ROWS, most=MOST_ROWS)
                yield row
    except csv.Error as error:
        raise NotATable(LINE_TOO_LONG, line=reader.line_num) from error


def layout(compiled: CompiledCalculator, header: Sequence[str], separator: str, *, say: Callable[[str], str]) -> Layout:
    """Find out which column answers which question. Labels count in English and as `say` says them.

    Raises NotATable.
    """
    known = dict(_names(compiled, say))
    columns: list[Column] = []
    unused = []
    for at, cell in enumerate(header):
        name, unit = _name_and_unit(cell)
        found = known.get(_name(cell)) or known.get(_name(name))
        if found is None:
            unused += [cell.strip()] if cell.strip() not in ("", *RESULT_COLUMNS) else []
            continue
        path, question = found
        if any(column.path == path for column in columns):
            raise NotATable(COLUMN_TWICE, name=cell.strip())
        columns.append(Column(at, path, question, _unit(question, cell, unit)))
    return Layout(separator, tuple(header), _complete(compiled, columns), tuple(unused))


def _name_and_unit(header: str) -> tuple[str, str]:
    """Split a header at the brackets that end it; without such it names no unit."""
    text = header.strip()
    at = max(map(text.rfind, _OPENING))
    unit = text[at + 1 : -1]
    if at < 0 or not text.endswith(tuple(_CLOSING)) or any(each in unit for each in _CLOSING):
        return text, ""
    return text[:at].strip(), unit.strip()


def _unit(question: Question, header: str, unit: str) -> str:
    """Return the unit that a header names; empty for the question's own, or where there are no units."""
    if not unit or not isinstance(question, Number) or unit == question.unit:
        return ""
    units = [question.unit, *(each.unit for each in question.offered)]
    if unit not in units:
        raise NotATable(NO_SUCH_UNIT, name=header.strip(), units=", ".join(filter(None, units)) or "1")
    return unit


def _complete(compiled: CompiledCalculator, columns: list[Column]) -> tuple[Column, ...]:
    if not columns:
        raise NotATable(NO_COLUMN, names=", ".join(column_names(compiled)))
    there = {column.path for column in columns}
    for path, question in _paths(compiled):
        if question.is_required and not question.shown_if and path not in there:
            raise NotATable(COLUMN_MISSING, name=question.id)
    return tuple(columns)


def column_names(compiled: CompiledCalculator) -> list[str]:
    """Return the columns that a table for a calculator may have."""
    return [question.id for _path, question in _paths(compiled)]


def choices(compiled: CompiledCalculator) -> dict[str, list[str]]:
    """Return the words that each column with a choice may hold."""
    asked = (question for _path, question in _paths(compiled) if isinstance(question, Choice))
    return {question.id: [option.id for option in question.options] for question in asked}


def _paths(compiled: CompiledCalculator) -> Iterator[tuple[tuple[str, ...], Question]]:
    """Yield the questions that a row can answer: those that are asked once, and one item of a group that needs one."""
    for question in compiled.calculator.questions:
        if isinstance(question, Group):
            if question.least == 1:
                for inner in question.questions:
                    yield (question.id, inner.id), inner
        else:
            yield (question.id,), question


def _names(
    compiled: CompiledCalculator, say: Callable[[str], str]
) -> Iterator[tuple[str, tuple[tuple[str, ...], Question]]]:
    """Yield every name of every question; where names meet, ids go before labels, which come first here."""
    found = list(_paths(compiled))
    for path, question in reversed(found):
        yield _name(question.label), (path, question)
        yield _name(say(question.label)), (path, question)
    for path, question in found:
        yield _name(question.id), (path, question)


def _name(text: str) -> str:
    return _called(text[:LONGEST_NAME])


@lru_cache(maxsize=4096)  # the same few words stand in thousands of rows
def _called(text: str) -> str:
    return plain(text).replace(" ", "_").replace("-", "_")


# --- Calculating


def calculate(compiled: CompiledCalculator, found: Layout, row: Sequence[str]) -> RowResult:
    """Calculate one row."""
    if len(row) > len(found.header) and any(cell.strip() for cell in row[len(found.header) :]):
        return RowResult(None, (), (Problem("", TOO_MANY_CELLS),))
    try:
        result = estimate(compiled, _answers(compiled, found, row))
    except InvalidAnswers as error:
        doubtful = _doubtful(found, row)
        return RowResult(None, (), tuple(doubtful.get(problem.path, problem) for problem in error.problems))
    return RowResult(result.total, _assumed(result), ())


def _assumed(result: Estimate) -> tuple[str, ...]:
    return tuple(sorted({path.rpartition(".")[2] for path in result.assumed}))


def _answers(compiled: CompiledCalculator, found: Layout, row: Sequence[str]) -> dict[str, Any]:
    answers: dict[str, Any] = {
        question.id: [{}]
        for question in compiled.calculator.questions
        if isinstance(question, Group) and question.least == 1
    }
    for column, cell in _filled(found, row):
        *group, name = column.path
        place = answers[group[0]][0] if group else answers
        place[name] = _answer(column, cell, has_comma=has_decimal_comma(found.separator))
    return answers


def _filled(found: Layout, row: Sequence[str]) -> Iterator[tuple[Column, str]]:
    """Yield the columns in which something stands in this row, and what."""
    for column in found.columns:
        cell = row[column.at].strip() if column.at < len(row) else ""
        if cell:
            yield column, cell


def _doubtful(found: Layout, row: Sequence[str]) -> dict[str, Problem]:
    """Return a problem for the path of each number that is a thousand to some readers and a decimal to others.

    That can only be where a comma may be the decimal sign. Where commas stand between cells, a point is that sign.
    """
    problems = {}
    for column, cell in _filled(found, row) if has_decimal_comma(found.separator) else ():
        if isinstance(column.question, Number) and (either := EITHER.fullmatch(_unspaced(cell))):
            whole, parts = either["begin"] + either["end"], f"{either[0]}0"
            path = ".0.".join(column.path)
            problems[path] = Problem(path, TWO_WAYS, {"whole": whole, "parts": parts})
    return problems


def _unspaced(cell: str) -> str:
    return cell.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")


def _answer(column: Column, cell: str, *, has_comma: bool) -> Any:
    question = column.question
    if isinstance(question, Number):
        text = _unspaced(cell)
        if has_comma:  # nothing is guessed: the engine takes no comma, and `_doubtful` then says why
            text = text.replace(".", ",") if EITHER.fullmatch(text) else text.replace(",", ".")
        elif _GROUPED.fullmatch(text):  # a comma within a cell, where points stand before decimals
            text = text.replace(",", "")
        return {"value": text, "unit": column.unit} if column.unit else text
    if isinstance(question, YesNo):
        word = _name(cell)
        return True if word in _YES else False if word in _NO else cell
    if isinstance(question, Choice):
        return _option(question, cell)
    return cell


def _option(question: Choice, cell: str) -> str:
    word = _name(cell)
    for option in question.options:
        if word in (option.id, _name(option.label)):
            return option.id
    return cell


# --- Writing the result


def result_header(header: Sequence[str]) -> list[str]:
    """Return the names of the result's columns: those of the table, and ours."""
    return [*(header[at] for at in _kept(header)), *RESULT_COLUMNS]


def _kept(header: Sequence[str]) -> list[int]:
    """Return which columns stand in the result: all but those of an earlier result."""
    return [at for at, cell in enumerate(header) if cell.strip() not in RESULT_COLUMNS]


def result_rows(
    header: Sequence[str],
    separator: str,
    rows: Iterable[tuple[Sequence[str], RowResult]],
    *,
    say: Callable[[Problem], str],
) -> str:
    """Return rows with their results as CSV. Problems are told in words, by column."""
    kept = _kept(header)
    return write((_result_row(kept, separator, row, result, say) for row, result in rows), separator)


def _result_row(
    kept: Sequence[int], separator: str, row: Sequence[str], result: RowResult, say: Callable[[Problem], str]
) -> list[str]:
    cells = [row[at] if at < len(row) else "" for at in kept]
    kg = "" if result.kg is None else number(result.kg)
    sentences = [_told(problem, say) for problem in result.problems]
    written_kg = kg.replace(".", ",") if has_decimal_comma(separator) else kg
    return [*cells, written_kg, " ".join(result.assumed), " ".join(sentences)]


def _told(problem: Problem, say: Callable[[Problem], str]) -> str:
    column = problem.path.rpartition(".")[2]
    return f"{column}: {say(problem)}" if column else say(problem)


def write(rows: Iterable[Sequence[str]], separator: str) -> str:
    """Write rows as CSV. What a spreadsheet would take for a formula gets an apostrophe before it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    writer.writerows([harmless_cell(cell) for cell in row] for row in rows)
    return file.getvalue()
