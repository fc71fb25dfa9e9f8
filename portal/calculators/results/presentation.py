"""A saved result as it is shown: from what was kept alone, in the reader's language, whatever changed since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from portal.calculators.engine.footprint import bounds
from portal.calculators.engine.inventory import InventoryTable
from portal.calculators.engine.report import (
    Data,
    FactorRow,
    LeverSaving,
    LineRow,
    Report,
    SectionTotal,
    SourceRow,
    in_words,
)
from portal.calculators.engine.units import KG_PER_TONNE
from portal.calculators.results.models import SavedEstimate
from portal.calculators.wording import say
from portal.spreadsheets import harmless_cell

MOST_STAMPS = 60
MOST_WAYS = 12
SHORT_ROW, LONG_ROW = 5, 10
CSV_COLUMNS = (
    *("section", "line", "item", "part", "amount", "unit", "factor", "region", "factor_kg", "kg", "uncertainty_kg"),
    *("scope", "category", "beside_the_total", "assumed", "source", "url", "licence", "with_row_3_3"),
)
CSV_NUMBERS = ("amount", "factor", "factor_kg", "kg", "uncertainty_kg", "tonnes_co2e")


class SectionBar(SectionTotal):
    """One bar of a chart. `width` is a whole number of thousandths of the longest."""

    width: int
    percent: Decimal


class Row(LineRow):
    """One line of the result, what its item is called, between what it lies, and the factor behind it."""

    name: str
    low: Decimal
    high: Decimal
    figures: FactorRow


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """All lines of one section."""

    title: str
    kg: Decimal
    rows: list[Row]


class LeverBar(LeverSaving):
    """Something to change first, what it saves, and what would be left."""

    left: Decimal
    width: int


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """One whole unit of the picture; `filled` are tenths of its height."""

    x: int
    y: int
    filled: int

    @property
    def top(self) -> int:
        return self.y + 10 - self.filled


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """A result in stamps, each of so many tonnes; the last may be filled in part."""

    tonnes_each: int
    stamps: list[Stamp]
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where factors come from, once for each licence, with every page that they stand on."""

    name: str
    licence: str
    urls: list[str]


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """A result, ready for a page."""

    data: Report
    name: str
    period: str
    boundary_label: str
    boundary: str
    kg: Decimal
    low: Decimal
    high: Decimal
    people: Decimal
    per_person: Decimal
    surplus: Decimal
    bare: Decimal | None  # kg without effects of flights beyond CO2, where these are counted
    ways: list[Data]
    more_ways: int
    bars: list[SectionBar]
    chapters: list[Chapter]
    levers: list[LeverBar]
    compared: list[Data]
    inventory: Data | None
    stamps: Stamps
    transcript: list[Data]
    assumed: list[Data]
    sources: list[Source]

    @property
    def is_shared(self) -> bool:
        return self.people > 1

    @property
    def is_yearly(self) -> bool:
        return bool(self.data["period"] == "year")


def present(estimate: SavedEstimate) -> Presentation:
    """Return what a page shows of a saved result."""
    data = in_words(estimate.result, say)
    kg = Decimal(data["total_kg"])
    low, high = bounds(kg, uncertainty=Decimal(data["uncertainty_kg"]))
    ways, bare = _ways(estimate.result), estimate.result.get("bare_kg", "")  # results of before have neither
    return Presentation(
        data=data,
        **_about(estimate),
        kg=kg,
        low=low,
        high=high,
        people=Decimal(data["people"]),
        per_person=Decimal(data["per_person_kg"]),
        surplus=Decimal(data["surplus_kg"]),
        ways=ways[:MOST_WAYS],
        more_ways=len(ways[MOST_WAYS:]),
        bare=Decimal(bare) if bare else None,
        bars=_bars(data),
        chapters=list(_chapters(data, _rows(data, estimate.result["items"]))),
        levers=_levers(data),
        compared=_compared(estimate.result["comparison"]),
        inventory=_inventory(data["inventory"]),
        stamps=_stamps(kg, estimate.units),
        transcript=estimate.result["transcript"],
        assumed=[each for each in estimate.result["transcript"] if each["is_assumed"]],
        sources=_sources(data["sources"]),
    )


def _about(estimate: SavedEstimate) -> dict[str, str]:
    """Return of whom and of when a result is, as it was told, and what belongs to it, in the active language."""
    about = estimate.result.get("about", {})
    texts = {name: about.get(name, "") for name in ("name", "period", "boundary_label", "boundary")}
    return texts | {name: say(texts[name]) for name in ("boundary_label", "boundary")}


def _ways(result: Data) -> list[Data]:
    """Return the ways between airports, each by its ends."""
    return [{"name": " – ".join(each["ends"]), "km": Decimal(each["km"])} for each in result.get("ways", [])]


def _bars(data: Report) -> list[SectionBar]:
    total = Decimal(data["total_kg"])
    longest = max((abs(Decimal(each["kg"])) for each in data["sections"]), default=Decimal(0))
    return [
        {**each, "width": _width(Decimal(each["kg"]), longest), "percent": _percent(Decimal(each["kg"]), total)}
        for each in data["sections"]
    ]


def _width(part: Decimal, whole: Decimal) -> int:
    """Return the length of a bar in thousandths of the longest; what takes up has none."""
    return int((max(part, Decimal(0)) * 1000 / whole).to_integral_value()) if whole else 0


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return part * 100 / whole if whole else Decimal(0)


def _chapters(data: Report, rows: list[Row]) -> Iterator[Chapter]:
    titles = {each["id"]: (each["title"], Decimal(each["kg"])) for each in data["sections"]}
    for section in dict.fromkeys([*titles, *(row["section"] for row in rows)]):
        title, kg = titles.get(section, (gettext("Beside the total"), Decimal(0)))
        if found := [row for row in rows if row["section"] == section]:
            yield Chapter(title=title, kg=kg, rows=found)


def _rows(data: Report, items: Mapping[str, list[str]]) -> list[Row]:
    factors = {(each["key"], each["region"]): each for each in data["factors"]}
    return [_row(line, factors[line["factor"], line["region"]], items) for line in data["lines"]]


def _row(line: LineRow, factor: FactorRow, items: Mapping[str, list[str]]) -> Row:
    low, high = bounds(Decimal(line["kg"]), uncertainty=Decimal(line["uncertainty_kg"]))
    return {
        **line,
        "holds_upstream": line.get("holds_upstream", False),  # results of before say nothing of it
        "name": item_name(line, items),
        "low": low,
        "high": high,
        "figures": factor,
    }


def item_name(line: LineRow, items: Mapping[str, list[str]]) -> str:
    """Return what the item behind a line was called, or its number; empty for a line without items."""
    if line["item"] is None:
        return ""
    names = items.get(line["id"], [])
    place = int(line["item"])
    name = names[place] if place < len(names) else ""
    return name or (f"{place + 1}" if len(names) > 1 else "")


def _levers(data: Report) -> list[LeverBar]:
    total = Decimal(data["total_kg"])
    found = [(each, Decimal(each["kg"])) for each in data["savings"]]
    return [{**each, "left": total - kg, "width": _width(kg, total)} for each, kg in found]


def _compared(bars: list[Data]) -> list[Data]:
    """Return the bars of the comparison in the reader's language, each with its length."""
    longest = max((Decimal(bar["tonnes"]) for bar in bars), default=Decimal(0))
    return [
        {
            **bar,
            "label": say(bar["label"]),
            "caveat": say(bar["caveat"]),
            "kg": _in_kg(bar["tonnes"]),
            "width": _width(Decimal(bar["tonnes"]), longest),
        }
        for bar in bars
    ]


def _inventory(table: InventoryTable | None) -> Data | None:
    """Return an inventory with its tonnes as kilograms, None where nothing was asked, and where nothing was counted.

    `left_out` names the rows of scopes 1 to 3 that its total says nothing about.
    """
    if table is None:
        return None
    totals = {"by_location": _in_kg(table["by_location_tonnes"]), "by_market": _in_kg(table["by_market_tonnes"])}
    rows: list[Data] = [{**row, "kg": _in_kg(row["tonnes"]), "number": _row_number(row["id"])} for row in table["rows"]]
    for row in rows:
        row["is_uncounted"] = row["kg"] == 0
    holds_upstream = any(row.get("holds_upstream") for row in rows)  # results of before say nothing of it
    left_out = [row["name"] for row in rows if row["number"] and not row["kg"]]
    return {
        **totals,
        "rows": rows,
        "has_uncounted": any(row["is_uncounted"] for row in rows),
        "left_out": left_out,
        "holds_upstream": holds_upstream,
    }


def _row_number(name: str) -> str:
    """Return a row's number as the GHG Protocol counts; empty for what is outside the scopes."""
    scope, _dot, _rest = name.partition(".")
    return {"1": "1", "2": "2", "3": name}.get(scope, "")


def _sources(given: list[SourceRow]) -> list[Source]:
    found: dict[tuple[str, str], list[str]] = {}
    for each in given:
        urls = found.setdefault((each["source"], each["licence"]), [])
        urls += [each["url"]] if each["url"] else []
    return [Source(name=name, licence=licence, urls=urls) for (name, licence), urls in found.items()]


def _in_kg(tonnes: str | None) -> Decimal | None:
    return None if tonnes is None else Decimal(tonnes) * KG_PER_TONNE


def _stamps(kg: Decimal, units: int) -> Stamps:
    each = 1
    while units > MOST_STAMPS * each:
        each *= 10
    number = -(-units // each)
    columns = SHORT_ROW if number <= 2 * SHORT_ROW else LONG_ROW
    whole = kg / KG_PER_TONNE / each
    stamps = []
    for at in range(number):
        filled = min(max(whole - at, Decimal(0)), Decimal(1))
        x, y = at % columns * 12 + 1, at // columns * 12 + 1
        stamps.append(Stamp(x=x, y=y, filled=int((filled * 10).to_integral_value())))
    return Stamps(tonnes_each=each, stamps=stamps, width=columns * 12, height=-(-number // columns) * 12)


def line_rows(estimate: SavedEstimate) -> Iterator[list[str]]:
    """Yield all lines as a table, numbers in full precision; CSV_NUMBERS names the columns that have these.

    What a spreadsheet would run gets an apostrophe before it.
    """
    data = in_words(estimate.result, say)
    titles = {each["id"]: each["title"] for each in data["sections"]}
    yield list(CSV_COLUMNS)
    for row in _rows(data, estimate.result["items"]):
        words = (titles.get(row["section"], ""), row["label"], row["name"], row["part"])
        origin = (row["figures"]["source"], row["figures"]["url"], row["figures"]["licence"])
        figures = (row["amount"], row["unit"], row["factor"], row["region"], row["factor_kg"], row["kg"])
        sorts = (row["uncertainty_kg"], row["scope"], row["category"])
        marks = ("yes" if row["is_memo"] else "no", "yes" if row["is_assumed"] else "no")
        held = "yes" if row["holds_upstream"] else "no"
        yield [*map(harmless_cell, words), *map(_cell, (*figures, *sorts)), *marks, *map(harmless_cell, origin), held]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def inventory_rows(estimate: SavedEstimate) -> Iterator[list[str]]:
    """Yield the inventory as a table, in tonnes in full precision; a row that was not asked about has an empty cell.

    Every row says whose it is and of when, so that tables of several organisations and years can stand in one.
    """
    table = estimate.result["inventory"]
    about = _about(estimate)
    whose = [harmless_cell(about[name]) for name in ("name", "period", "boundary")]
    yield ["inventory_of", "period", "boundary", "row", "name", "tonnes_co2e", "assumed", "with_row_3_3"]
    for row in table["rows"]:
        marks = ["yes" if row.get(mark) else "no" for mark in ("is_assumed", "holds_upstream")]
        cells = [row["tonnes"], *marks] if row["tonnes"] is not None else ["", "", ""]
        yield [*whose, row["id"], harmless_cell(say(row["name"])), *cells]
    yield [*whose, "total.location", gettext("Total, scope 2 by location"), table["by_location_tonnes"], "", ""]
    yield [*whose, "total.market", gettext("Total, scope 2 by market"), table["by_market_tonnes"], "", ""]
