"""Core: an estimate as plain data. The API answers with it, the command prints it, and a saved result keeps it.

Numbers are texts in full precision, in kg CO2 equivalent; whoever shows them rounds.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.factors import Factor
from portal.calculators.engine.footprint import Estimate, ResultLine, Saving, estimate, savings
from portal.calculators.engine.inventory import inventory, is_inventory

Data = dict[str, Any]
Say = Callable[[str], str]


def report(found: Estimate, levers: Iterable[Saving] = ()) -> Data:
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
        "scopes": [{"scope": scope, "kg": number(kg)} for scope, kg in found.by_scope().items()],
        "inventory": _inventory(found),
        "lines": [_line(line) for line in found.lines],
        "assumed": sorted(found.assumed),
        "savings": [{"id": each.id, "label": each.label, "kg": number(each.kg)} for each in levers],
        "factors": _factors(found.lines),
        "sources": _sources(found.lines),
    }


def answer(compiled: CompiledCalculator, inputs: Any, *, say: Say, with_savings: bool = False) -> Data:
    """Return the report on some answers in the language of `say`: what the API gives and the command prints.

    Raises InvalidAnswers.
    """
    found = estimate(compiled, inputs)
    return in_words(report(found, savings(found) if with_savings else ()), say)


def about(calculator: Calculator, transcript: Iterable[Data]) -> Data:
    """Return of whom and of when a result is, and what belongs to it, out of what was `told`.

    Empty is what was not told, and what the calculator does not ask.
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


def in_words(data: Data, say: Say) -> Data:
    """Return a report with the words of its calculator and factors in another language. `say` translates them."""
    return {
        **data,
        "title": say(data["title"]),
        "people_label": say(data["people_label"]),
        "sections": [{**each, "title": say(each["title"])} for each in data["sections"]],
        "lines": [{**each, "label": say(each["label"])} for each in data["lines"]],
        "inventory": _inventory_in_words(data.get("inventory"), say),
        "savings": [{**each, "label": say(each["label"])} for each in data["savings"]],
        "factors": [{**each, "name": say(each["name"]), "note": say(each["note"])} for each in data["factors"]],
    }


def number(value: Decimal) -> str:
    """Write a number in full, without exponent or idle noughts."""
    text = format(value or abs(value), "f")  # nought has no sign
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sections(estimated: Estimate, titles: Mapping[str, str]) -> list[Data]:
    """Return the sections that have something, in the calculator's order."""
    found = estimated.by_section()
    return [{"id": each, "title": title, "kg": number(found[each])} for each, title in titles.items() if each in found]


def _inventory(estimated: Estimate) -> Data | None:
    """Return the rows of an inventory, in tonnes; None for calculators that are none."""
    if not is_inventory(estimated.calculator):
        return None
    found = inventory(estimated)
    rows = [
        {
            "id": row.id,
            "name": row.name,
            "tonnes": None if row.tonnes is None else number(row.tonnes),
            "is_assumed": row.is_assumed,
        }
        for row in found.rows
    ]
    return {
        "rows": rows,
        "by_location_tonnes": number(found.by_location),
        "by_market_tonnes": number(found.by_market),
    }


def _inventory_in_words(data: Data | None, say: Say) -> Data | None:
    if data is None:
        return None
    return {**data, "rows": [{**each, "name": say(each["name"])} for each in data["rows"]]}


def _line(line: ResultLine) -> Data:
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
        "is_memo": line.is_memo,
        "memo_of": line.memo_of,
        "is_assumed": line.is_assumed,
        "uncertainty_kg": number(line.uncertainty),
    }


def _factors(lines: Iterable[ResultLine]) -> list[Data]:
    """Return every factor that was used, once."""
    used = {(line.factor.key, line.factor.region, line.factor.value): line.factor for line in lines}
    return [factor_data(used[place]) for place in sorted(used)]


def factor_data(factor: Factor) -> Data:
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


def _sources(lines: Iterable[ResultLine]) -> list[Data]:
    """Return where the factors come from, with their licences, each once."""
    found = {(line.factor.source, line.factor.url, line.factor.licence) for line in lines}
    return [{"source": source, "url": url, "licence": licence} for source, url, licence in sorted(found)]
