"""Core: an estimate as a greenhouse gas inventory, in the rows that the GHG Protocol asks for.

Scope 1; scope 2 by location and by market (Scope 2 Guidance, chapter 7: both are reported); each category of scope 3
under its official name (Corporate Value Chain Standard, chapter 5), also those that the calculator does not cover; and,
beside all totals, biogenic CO2 and gases that the Kyoto Protocol does not cover (Corporate Standard, chapter 9).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, TypedDict

from portal.calculators.engine.answers import NOTHING_COUNTS, InvalidAnswers, Problem
from portal.calculators.engine.calculator import Calculator, _
from portal.calculators.engine.factors import OUTSIDE
from portal.calculators.engine.footprint import (
    DECIMAL,
    ENERGY_UPSTREAM,
    Estimate,
    Figure,
    HoldsUpstream,
    ResultLine,
    number,
)
from portal.calculators.engine.units import KG_PER_TONNE

BIOGENIC = "biogenic"  # as the gases of factors say it

CATEGORIES: Mapping[str, str] = {
    "3.1": _("Purchased goods and services"),
    "3.2": _("Capital goods"),
    "3.3": _("Fuel- and energy-related activities not included in scope 1 or scope 2"),
    "3.4": _("Upstream transportation and distribution"),
    "3.5": _("Waste generated in operations"),
    "3.6": _("Business travel"),
    "3.7": _("Employee commuting"),
    "3.8": _("Upstream leased assets"),
    "3.9": _("Downstream transportation and distribution"),
    "3.10": _("Processing of sold products"),
    "3.11": _("Use of sold products"),
    "3.12": _("End-of-life treatment of sold products"),
    "3.13": _("Downstream leased assets"),
    "3.14": _("Franchises"),
    "3.15": _("Investments"),
}


class InventoryRow(TypedDict):
    id: Annotated[str, "1, 2.location, 2.market, 3.1 to 3.15, outside.biogenic or outside.other."]
    name: str
    tonnes: Annotated[str | None, DECIMAL, "null: the calculator asks nothing about it."]
    is_assumed: bool
    holds_upstream: HoldsUpstream


class InventoryTable(TypedDict):
    """The same estimate in the rows that the GHG Protocol asks for, scope 2 both by location and by market."""

    # Totals are those of the scopes, the first the estimate's own; what is outside is in none.

    rows: list[InventoryRow]
    by_location_tonnes: Figure
    by_market_tonnes: Figure


def is_inventory(calculator: Calculator) -> bool:
    """Say whether a calculator sorts its lines as an inventory needs it."""
    return any(line.category for line in calculator.lines)


def must_count(estimate: Estimate) -> None:
    """Raise InvalidAnswers for an inventory in which nothing is counted: it would be taken for one of nought."""
    if is_inventory(estimate.calculator) and not estimate.lines:
        raise InvalidAnswers([Problem("", NOTHING_COUNTS)])


def inventory(estimate: Estimate) -> InventoryTable:
    """Return an estimate as an inventory. Its rows of scope 1, scope 2 and scope 3 add up to the totals."""
    counted = [line for line in estimate.lines if not line.is_memo]
    location = [line for line in counted if line.scope == "2"]
    market = _by_market(estimate.lines, location)
    outside = [line for line in estimate.lines if line.scope == OUTSIDE]
    covered = {line.category for line in estimate.calculator.lines} | {ENERGY_UPSTREAM}
    rows = [
        _row("1", _("Direct emissions"), [line for line in counted if line.scope == "1"]),
        _row("2.location", _("Purchased energy, location-based"), location),
        _row("2.market", _("Purchased energy, market-based"), market),
        *(
            _row(number, name, [line for line in counted if line.category == number], is_covered=number in covered)
            for number, name in CATEGORIES.items()
        ),
        _row("outside.biogenic", _("Biogenic CO₂"), [line for line in outside if BIOGENIC in line.factor.gases]),
        _row(
            "outside.other",
            _("Gases of the Montreal Protocol"),
            [line for line in outside if BIOGENIC not in line.factor.gases],
        ),
    ]
    return {
        "rows": rows,
        "by_location_tonnes": number(estimate.tonnes),
        "by_market_tonnes": number(estimate.tonnes - _tonnes(location) + _tonnes(market)),
    }


def _by_market(lines: Iterable[ResultLine], location: Iterable[ResultLine]) -> list[ResultLine]:
    """Return the market-based lines, and those by location that have no market-based figure."""
    market = [line for line in lines if line.is_memo and line.memo_of and line.scope == "2"]
    replaced = {(line.memo_of, line.item) for line in market}
    return [*(line for line in location if (line.id, line.item) not in replaced), *market]


def _tonnes(lines: Iterable[ResultLine]) -> Decimal:
    return sum((line.kg for line in lines), Decimal(0)) / KG_PER_TONNE


def _row(row: str, name: str, lines: list[ResultLine], *, is_covered: bool = True) -> InventoryRow:
    return {
        "id": row,
        "name": name,
        "tonnes": number(_tonnes(lines)) if is_covered else None,
        "is_assumed": any(line.is_assumed for line in lines),
        "holds_upstream": any(line.holds_upstream for line in lines),
    }
