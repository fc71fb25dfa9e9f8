"""Core: emission factors, and which one holds where.

A factor set is a table of rows (factors.csv). A key such as `electricity.grid` has a row for each region that has a
figure of its own; who asks for a country gets its row, else that of its region, else the world's. What a row leaves out
stands in companion rows below its key and region, such as `electricity.grid.upstream`: the engine adds those by itself,
to direct rows only, so that nothing upstream is counted twice.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from io import StringIO
from typing import NamedTuple

from portal.calculators import units

WORLD = "GLOBAL"
DIRECT, LIFECYCLE, PARAMETER = "direct", "lifecycle", "parameter"
COMPANIONS = ("upstream", "losses", "losses_upstream")
SCOPES = ("1", "2", "3", "outside", "")
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
        found = ((part, self._by_key.get(f"{factor.key}.{part}", {}).get(factor.region)) for part in COMPANIONS)
        return tuple(Companion(part, row) for part, row in found if row)


def read(text: str, *, name: str, parents: Mapping[str, Sequence[str]]) -> FactorSet:
    """Read a factor set from CSV text. Its version is `name` and a digest of the text: other figures, another version.

    Raises FactorSetError, which names every line with a fault: unknown or missing columns, values that are no numbers,
    units that are none, duplicates, a key in several units, companions without their row, and gaps in the fallback.
    """
    table = csv.DictReader(StringIO(text))
    missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if missing:
        raise FactorSetError([f"line 1: the column {column} is missing" for column in missing])
    rows: list[Factor] = []
    problems: list[str] = []
    for number, raw in enumerate(table, start=2):
        try:
            rows.append(_factor(raw))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    problems += _inconsistencies(rows)
    if problems:
        raise FactorSetError(problems)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return FactorSet(version=f"{name}-{digest}", rows=rows, parents=parents)


def _factor(raw: Mapping[str, str | None]) -> Factor:
    given = {column: (raw.get(column) or "").strip() for column in COLUMNS}
    for column in ("key", "name", "value", "region", "basis", "source", "licence"):
        if not given[column]:
            raise ValueError(f"{column} is empty")
    if not units.is_unit(given["unit"]):
        raise ValueError(f"{given['unit']!r} is no unit")
    if given["scope"] not in SCOPES:
        raise ValueError(f"{given['scope']!r} is no scope")
    if given["basis"] not in (DIRECT, LIFECYCLE, PARAMETER, *COMPANIONS):
        raise ValueError(f"{given['basis']!r} is no basis")
    if given["basis"] in COMPANIONS and not given["key"].endswith(f".{given['basis']}"):
        raise ValueError(f"{given['key']} does not end in .{given['basis']}")
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
    seen: set[tuple[str, str]] = set()
    unit_of: dict[str, str] = {}
    bases = {(row.key, row.region): row.basis for row in rows}
    for row in rows:
        if (row.key, row.region) in seen:
            problems.append(f"{row.key} stands twice for {row.region}")
        seen.add((row.key, row.region))
        if unit_of.setdefault(row.key, row.unit) != row.unit:
            problems.append(f"{row.key} is in {unit_of[row.key]} and, for {row.region}, in {row.unit}")
        if row.basis in COMPANIONS:
            of = row.key.removesuffix(f".{row.basis}")
            if bases.get((of, row.region)) != DIRECT:
                problems.append(f"{row.key} for {row.region} has no direct row beside it, so it could count twice")
    worldwide = {key for key, region in seen if region == WORLD}
    lone = {row.key for row in rows if row.basis not in COMPANIONS} - worldwide
    problems += [f"{key} has no row for {WORLD}, so some countries would have none" for key in sorted(lone)]
    return problems
