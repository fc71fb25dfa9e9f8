"""Core: emission factors, and which one holds where.

A factor set is a table of rows (factors.csv). A key such as `electricity.grid` has a row for each region that has a
figure of its own; who asks for a country gets its row, else that of its region, else the world's. What a row leaves out
stands in companion rows below its key and region, such as `electricity.grid.upstream`: the engine adds those by itself,
to direct rows only, so that nothing upstream is counted twice.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from io import StringIO
from typing import Any, NamedTuple

from portal.calculators.engine import units

WORLD = "GLOBAL"
DIRECT, LIFECYCLE, PARAMETER = "direct", "lifecycle", "parameter"
COMPANIONS = ("upstream", "losses", "losses_upstream")
SCOPES = ("1", "2", "3", "outside", "")
_REGION = re.compile(rf"[A-Z]{{2}}|{WORLD}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
OUTSIDE = "outside"  # biogenic CO2: reported beside the total, never in it
COLUMNS = (
    "key",
    "name",
    "value",
    "unit",
    "region",
    "year",
    "scope",
    "gases",
    "basis",
    "uncertainty",
    "source",
    "url",
    "licence",
    "origin",
    "note",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One row: kg CO2 equivalent per unit of activity, or a parameter's value in its own unit.

    `basis` is direct (what the activity itself emits), lifecycle (all that is behind it as well), one of COMPANIONS, or
    parameter. `uncertainty` is a rough half-width in per cent, about 95 % confidence. `origin` names the row of the
    source it was taken from.
    """

    key: str
    name: str
    value: Decimal
    unit: str
    region: str
    year: int
    scope: str
    gases: str
    basis: str
    uncertainty: Decimal
    source: str
    url: str
    licence: str
    origin: str
    note: str


class Companion(NamedTuple):
    """What a direct row leaves out: `upstream`, `losses` or `losses_upstream`, and its factor."""

    part: str
    factor: Factor


class FactorSetError(ValueError):
    """A table that cannot be used. `problems` says every reason, each with its line."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems[:10]))
        self.problems = tuple(problems)


class MissingFactor(LookupError):
    """There is no such key, or none for that region and no row for the world."""


class FactorSet:
    """All factors of one version, found by key and region. Read-only, and safe to share."""

    def __init__(self, *, version: str, rows: Iterable[Factor], parents: Mapping[str, Sequence[str]]) -> None:
        self.version = version
        self.rows = tuple(rows)
        self._by_key: dict[str, dict[str, Factor]] = {}
        for row in self.rows:
            self._by_key.setdefault(row.key, {})[row.region] = row
        self._parents = parents
        self._found: dict[tuple[str, str], Factor] = {}
        self._companions: dict[tuple[str, str], tuple[Companion, ...]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The unit of each parameter by key."""
        return {row.key: row.unit for row in self.rows if row.basis == PARAMETER}

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of activity of each emission factor by key. All rows of a key have the same."""
        return {row.key: row.unit for row in self.rows if row.basis != PARAMETER}

    def rows_of(self, key: str) -> tuple[Factor, ...]:
        """Return every region's row of a key."""
        return tuple(self._by_key.get(key, {}).values())

    def factor(self, key: str, region: str) -> Factor:
        """Return the row of a key for a country: its own, else its region's, else the world's. Raises MissingFactor."""
        found = self._found.get((key, region))
        if found is None:
            found = self._found[(key, region)] = self._look_up(key, region)
        return found

    def _look_up(self, key: str, region: str) -> Factor:
        rows = self._by_key.get(key)
        if rows is None:
            raise MissingFactor(f"the factor set has no {key!r}")
        for place in self.chain(region):
            if place in rows:
                return rows[place]
        raise MissingFactor(f"the factor set has no {key!r} for {region or 'the world'}")

    def chain(self, region: str) -> tuple[str, ...]:
        """Return where a country's factor is looked for, nearest first."""
        own = (region, *self._parents.get(region, ())) if region else ()
        return (*own, WORLD)

    def companions(self, factor: Factor) -> tuple[Companion, ...]:
        """Return what a direct row leaves out, from the same region. Lifecycle rows leave nothing out."""
        if factor.basis != DIRECT:
            return ()
        place = factor.key, factor.region
        found = self._companions.get(place)
        if found is None:
            rows = ((part, self._by_key.get(f"{factor.key}.{part}", {}).get(factor.region)) for part in COMPANIONS)
            found = self._companions[place] = tuple(Companion(part, row) for part, row in rows if row)
        return found


def read(text: str, *, name: str, parents: Mapping[str, Sequence[str]]) -> FactorSet:
    """Read a factor set from CSV text. Its version is `name` and a digest of the text: other figures, another version.

    Raises FactorSetError, which names every line with a fault: unknown or missing columns, values that are no numbers,
    units that are none, duplicates, a key in several units, companions without their row, and gaps in the fallback.
    """
    table = csv.DictReader(StringIO(text.removeprefix("\ufeff")), strict=True)
    rows: list[Factor] = []
    problems: list[str] = []
    try:
        missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
        if missing:
            raise FactorSetError([f"line 1: the column {column} is missing" for column in missing])
        for raw in table:
            try:
                rows.append(_factor(raw))
            except ValueError as error:
                problems.append(f"line {table.line_num}: {error}")
    except csv.Error as error:
        raise FactorSetError([f"line {table.line_num}: this is no CSV: {error}"]) from error
    problems += _inconsistencies(rows)
    if problems:
        raise FactorSetError(problems)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return FactorSet(version=f"{name}-{digest}", rows=rows, parents=parents)


def _factor(raw: Mapping[str, Any]) -> Factor:
    if None in raw:
        raise ValueError("there are more cells than columns")
    given = {column: (raw.get(column) or "").strip() for column in COLUMNS}
    for column in ("key", "name", "value", "region", "basis", "source", "licence"):
        if not given[column]:
            raise ValueError(f"{column} is empty")
    if not _REGION.fullmatch(given["region"]):
        raise ValueError(f"{given['region']!r} is no region: two capital letters, or {WORLD}")
    if not units.is_unit(given["unit"]):
        raise ValueError(f"{given['unit']!r} is no unit")
    if given["scope"] not in SCOPES:
        raise ValueError(f"{given['scope']!r} is no scope")
    if given["basis"] not in (DIRECT, LIFECYCLE, PARAMETER, *COMPANIONS):
        raise ValueError(f"{given['basis']!r} is no basis")
    part = given["key"].rpartition(".")[2]
    if given["basis"] != part and (given["basis"] in COMPANIONS or part in COMPANIONS):
        raise ValueError(f"a key ends in .{part} where the basis is {given['basis']}; both say the same or neither")
    if given["year"] and not _YEAR.fullmatch(given["year"]):
        raise ValueError(f"{given['year']!r} is no year")
    texts = {name: text for name, text in given.items() if name not in ("value", "uncertainty", "year")}
    return Factor(
        value=_number(given["value"]),
        uncertainty=_number(given["uncertainty"] or "0"),
        year=int(given["year"] or 0),
        **texts,
    )


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not value.is_finite() or value < 0:
        raise ValueError(f"{text!r} is not a number from 0 on")
    return value


def _inconsistencies(rows: Sequence[Factor]) -> list[str]:
    problems = []
    first: dict[str, Factor] = {}
    found: dict[tuple[str, str], Factor] = {}
    for row in rows:
        if found.setdefault((row.key, row.region), row) is not row:
            problems.append(f"{row.key} stands twice for {row.region}")
        other = first.setdefault(row.key, row)
        if other.unit != row.unit:
            problems.append(f"{row.key} is in {other.unit} and, for {row.region}, in {row.unit}")
        if (other.basis == PARAMETER) != (row.basis == PARAMETER):
            problems.append(f"{row.key} is a factor here and a parameter there")
    problems += [problem for row in rows if row.basis in COMPANIONS for problem in _unaccompanied(row, found)]
    lone = {row.key for row in rows if row.basis not in COMPANIONS and (row.key, WORLD) not in found}
    problems += [f"{key} has no row for {WORLD}, so some countries would have none" for key in sorted(lone)]
    return problems


def _unaccompanied(row: Factor, found: Mapping[tuple[str, str], Factor]) -> Iterator[str]:
    """Yield what is wrong between a companion and the row it stands beside: it is multiplied by the same amount."""
    beside = found.get((row.key.removesuffix(f".{row.basis}"), row.region))
    if beside is None or beside.basis != DIRECT:
        yield f"{row.key} for {row.region} has no direct row beside it, so it could count twice"
    elif beside.unit != row.unit:
        yield f"{row.key} for {row.region} is in {row.unit}, and what it goes with is in {beside.unit}"
