"""Core: an estimate as plain data. The API answers with it, the command prints it, and a saved result keeps it.

Numbers are texts in full precision, in kg CO2 equivalent; whoever shows them rounds.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypedDict

from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.factors import Factor
from portal.calculators.engine.footprint import (
    Estimate,
    Figure,
    HoldsUpstream,
    ResultLine,
    Saving,
    estimate,
    number,
    savings,
)
from portal.calculators.engine.inventory import InventoryTable, inventory, is_inventory, must_count

Data = dict[str, Any]
Say = Callable[[str], str]

# The shapes of a report. A text beside a type says what it is; the API's document says the same.


class SectionTotal(TypedDict):
    id: str
    title: str
    kg: Figure


class ScopeTotal(TypedDict):
    scope: Annotated[str, "Scope of the GHG Protocol: 1, 2 or 3."]
    kg: Figure
    holds_upstream: HoldsUpstream


class LineRow(TypedDict):
    id: str
    section: str
    label: str
    item: Annotated[int | None, "Which item of a group it is for, from 0 on."]
    part: Annotated[
        str,
        "Empty for the activity itself, else what its factor leaves out: upstream, losses, losses_upstream.",
    ]
    amount: Annotated[Figure, "How much of the activity, in `unit`."]
    unit: str
    factor: str
    region: Annotated[str, "The country or region whose factor was used; GLOBAL is the world's."]
    factor_kg: Annotated[Figure, "kg CO2 equivalent for each unit."]
    kg: Annotated[Figure, "amount × factor_kg"]
    scope: str
    category: Annotated[str, "Category of scope 3, as the GHG Protocol numbers them."]
    holds_upstream: HoldsUpstream
    is_memo: Annotated[bool, "A memo stands beside the total and is not in it."]
    memo_of: str
    is_assumed: Annotated[bool, "Whether an answer behind it was assumed."]
    uncertainty_kg: Annotated[Figure, "A rough half-width, about 95 % confidence."]


class LeverSaving(TypedDict):
    id: str
    label: str
    kg: Figure


class FactorRow(TypedDict):
    key: str
    name: str
    value: Annotated[Figure, "kg CO2 equivalent per unit; a parameter's value in its own unit."]
    unit: str
    region: Annotated[str, "ISO 3166 code of a country, EU, or GLOBAL."]
    year: int | None
    scope: str
    gases: str
    basis: Annotated[str, "direct, lifecycle, upstream, losses, losses_upstream or parameter"]
    uncertainty_percent: Figure
    source: str
    url: str
    licence: str
    note: str


class SourceRow(TypedDict):
    source: str
    url: str
    licence: str


class Report(TypedDict):
    """An estimate. Numbers are texts in full precision, in kg CO2 equivalent; whoever shows them rounds."""

    calculator: str
    title: str
    period: Annotated[str, "year: for each year; empty: in all"]
    factor_set: Annotated[str, "Version of the factor set. The same answers and version give the same result."]
    total_kg: Figure
    uncertainty_kg: Annotated[Figure, "A rough half-width, about 95 % confidence."]
    tonnes: Figure
    units: Annotated[int, "Whole units that cover the total: tonnes, rounded up."]
    surplus_kg: Annotated[Figure, "How much more the units are than the total."]
    people: Annotated[Figure, "How many people share the total."]
    people_label: str
    per_person_kg: Figure
    sections: list[SectionTotal]
    scopes: list[ScopeTotal]
    inventory: Annotated[InventoryTable | None, "null for calculators that are no inventory."]
    lines: list[LineRow]
    assumed: Annotated[list[str], "Paths of the questions that were answered by a default."]
    savings: list[LeverSaving]
    factors: list[FactorRow]
    sources: list[SourceRow]


class FactorPage(TypedDict):
    factor_set: str
    data: list[FactorRow]
    has_more: bool
    next_cursor: str | None


def report(found: Estimate, levers: Iterable[Saving] = ()) -> Report:
    """Return an estimate with its lines, totals, factors and sources, ready for JSON."""
    calculator = found.calculator
    titles = {section.id: section.title for section in calculator.sections}
    return {
        "calculator": calculator.id,
        "title": calculator.title,
        "period": calculator.period,
        "factor_set": found.factor_set,
        "total_kg": number(found.total),
        "uncertainty_kg": number(found.uncertainty),
        "tonnes": number(found.tonnes),
        "units": found.units,
        "surplus_kg": number(found.surplus),
        "people": number(found.shared_by),
        "people_label": calculator.shared_label,
        "per_person_kg": number(found.per_person),
        "sections": _sections(found, titles),
        "scopes": _scopes(found),
        "inventory": inventory(found) if is_inventory(calculator) else None,
        "lines": [_line(line) for line in found.lines],
        "assumed": sorted(found.assumed),
        "savings": [{"id": each.id, "label": each.label, "kg": number(each.kg)} for each in levers],
        "factors": _factors(found.lines),
        "sources": _sources(found.lines),
    }


def answer(compiled: CompiledCalculator, inputs: Any, *, say: Say, with_savings: bool = False) -> Report:
    """Return the report on some answers in the language of `say`: what the API gives and the command prints.

    Raises InvalidAnswers.
    """
    found = estimate(compiled, inputs)
    must_count(found)
    return in_words(report(found, savings(found) if with_savings else ()), say)


def about(calculator: Calculator, transcript: Iterable[Data]) -> Data:
    """Return of whom and of when a result is, and what belongs to it, out of its transcript.

    Empty is what was not said, and what the calculator does not ask.
    """
    rows = {each["path"]: each for each in transcript}
    name, period, boundary = (
        rows.get(path, {}) for path in (calculator.named_by, calculator.covers, calculator.bounded_by)
    )
    return {
        "name": name.get("value", ""),
        "period": period.get("value", ""),
        "boundary_label": boundary.get("label", ""),
        "boundary": boundary.get("value", ""),
    }


def in_words(data: Report, say: Say) -> Report:
    """Return a report with the words of its calculator and factors in another language. `say` translates them."""
    table = data["inventory"]
    return {
        **data,
        "title": say(data["title"]),
        "people_label": say(data["people_label"]),
        "sections": [{**each, "title": say(each["title"])} for each in data["sections"]],
        "lines": [{**each, "label": say(each["label"])} for each in data["lines"]],
        "inventory": table and {**table, "rows": [{**row, "name": say(row["name"])} for row in table["rows"]]},
        "savings": [{**each, "label": say(each["label"])} for each in data["savings"]],
        "factors": [{**each, "name": say(each["name"]), "note": say(each["note"])} for each in data["factors"]],
    }


def _sections(estimated: Estimate, titles: Mapping[str, str]) -> list[SectionTotal]:
    """Return the sections that have something, in the calculator's order."""
    found = estimated.by_section()
    return [{"id": each, "title": title, "kg": number(found[each])} for each, title in titles.items() if each in found]


def _scopes(estimated: Estimate) -> list[ScopeTotal]:
    mixed = {line.scope for line in estimated.lines if line.holds_upstream and not line.is_memo}
    return [
        {"scope": scope, "kg": number(kg), "holds_upstream": scope in mixed}
        for scope, kg in estimated.by_scope().items()
    ]


def _line(line: ResultLine) -> LineRow:
    return {
        "id": line.id,
        "section": line.section,
        "label": line.label,
        "item": line.item,
        "part": line.part,
        "amount": number(line.amount),
        "unit": line.factor.unit,
        "factor": line.factor.key,
        "region": line.factor.region,
        "factor_kg": number(line.factor.value),
        "kg": number(line.kg),
        "scope": line.scope,
        "category": line.category,
        "holds_upstream": line.holds_upstream,
        "is_memo": line.is_memo,
        "memo_of": line.memo_of,
        "is_assumed": line.is_assumed,
        "uncertainty_kg": number(line.uncertainty),
    }


def _factors(lines: Iterable[ResultLine]) -> list[FactorRow]:
    """Return every factor that was used, once."""
    used = {(line.factor.key, line.factor.region, line.factor.value): line.factor for line in lines}
    return [factor_data(used[place]) for place in sorted(used)]


def factor_data(factor: Factor) -> FactorRow:
    """Return one factor as plain data."""
    return {
        "key": factor.key,
        "name": factor.name,
        "value": number(factor.value),
        "unit": factor.unit,
        "region": factor.region,
        "year": factor.year or None,
        "scope": factor.scope,
        "gases": factor.gases,
        "basis": factor.basis,
        "uncertainty_percent": number(factor.uncertainty),
        "source": factor.source,
        "url": factor.url,
        "licence": factor.licence,
        "note": factor.note,
    }


def _sources(lines: Iterable[ResultLine]) -> list[SourceRow]:
    """Return where the factors come from, with their licences, each once."""
    found = {(line.factor.source, line.factor.url, line.factor.licence) for line in lines}
    return [{"source": source, "url": url, "licence": licence} for source, url, licence in sorted(found)]
