"""What somebody entered into a calculator, before anything of it is read: texts by question, and items of groups.

It travels in the form itself, so that going back and forth loses nothing and needs no cookie. Fields are called
`a-electricity` and, in groups, `a-cars-0-distance`; the unit of a number stands in `…-unit`, an airport chosen among
several in `…-pick`.
"""

import re
from collections.abc import Mapping
from typing import Any

from portal.calculators.engine import interview, routes
from portal.calculators.engine.answers import is_unknown, is_yes
from portal.calculators.engine.calculator import Airport, Calculator, Choice, Group, Number, Question, YesNo
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.wording import entered_number, language
from portal.countries import country_name

PREFIX = "a-"
UNIT, PICK = "-unit", "-pick"
Row = dict[str, str]
Entries = dict[str, Any]  # texts, and lists of rows for groups

LONGEST = 2000  # characters of one text


def collect(calculator: Calculator, given: Mapping[str, Any]) -> Entries:
    """Return what a form sent. Unknown fields are left out, and so are more items than any group may have."""
    found: Entries = {}
    for question in calculator.questions:
        if not isinstance(question, Group):
            found |= _row(question.id, question, given)
            continue
        found[question.id] = [_item(question, place, given) for place in _places(question, given)]
    return found


def _places(group: Group, given: Mapping[str, Any]) -> list[int]:
    pattern = re.compile(rf"{PREFIX}{group.id}-(\d{{1,4}})(-.*)?")
    places = {int(match[1]) for match in map(pattern.fullmatch, given) if match}
    return sorted(places)[: group.most + 1]


def _item(group: Group, place: int, given: Mapping[str, Any]) -> Row:
    row: Row = {}
    for inner in group.questions:
        found = _row(f"{group.id}-{place}-{inner.id}", inner, given)
        row |= {name.removeprefix(f"{group.id}-{place}-"): text for name, text in found.items()}
    return row


def _row(name: str, question: Question, given: Mapping[str, Any]) -> Row:
    names = [name]
    if isinstance(question, Number):
        names.append(f"{name}{UNIT}")
    if isinstance(question, Airport):
        names.append(f"{name}{PICK}")
    found = {each: str(given[f"{PREFIX}{each}"]) for each in names if f"{PREFIX}{each}" in given}
    return {each: text.replace("\x00", "")[:LONGEST] for each, text in found.items()}


def flat(entries: Entries) -> Row:
    """Return it as fields of a form, without the prefix."""
    found: Row = {}
    for name, value in entries.items():
        if isinstance(value, list):
            for at, row in enumerate(value):
                found |= {f"{name}-{at}-{inner}": text for inner, text in row.items()}
        else:
            found[name] = value
    return found


# --- To begin with, and to begin again


def blank(compiled: CompiledCalculator) -> Entries:
    """Return an empty form: settings stand at their defaults, and groups have as many items as they need."""
    return refill(compiled, {})


def refill(compiled: CompiledCalculator, answers: Mapping[str, Any]) -> Entries:
    """Return answers as somebody of the active language would enter them. Settings left out get their defaults."""
    defaults = interview.defaults(compiled)
    found: Entries = {}
    for question in compiled.calculator.questions:
        if isinstance(question, Group):
            rows = answers.get(question.id)
            given = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
            given += [{}] * (question.least - len(given))
            found[question.id] = [_item_written(question, row, defaults) for row in given]
        else:
            found |= _written(question, answers.get(question.id), defaults.get(question.id))
    return found


def _item_written(group: Group, row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Row:
    found: Row = {}
    for inner in group.questions:
        found |= _written(inner, row.get(inner.id), defaults.get(f"{group.id}.{inner.id}"))
    return found


def _written(question: Question, raw: Any, default: Any) -> Row:
    name = question.id
    if is_unknown(raw):
        raw = _shown_default(question, default)
    if is_unknown(raw):
        return {}
    if isinstance(question, Number):
        value, unit = (raw.get("value"), str(raw.get("unit") or "")) if isinstance(raw, Mapping) else (raw, "")
        return {name: entered_number(value), **({f"{name}{UNIT}": unit} if unit not in ("", question.unit) else {})}
    if isinstance(question, YesNo):
        return {name: "yes" if is_yes(raw) else "no"}
    if isinstance(question, Airport):
        return {name: airport_words(str(raw))}
    return {name: str(raw)}


def _shown_default(question: Question, default: Any) -> Any:
    """Return the default that stands in the form as if it had been answered, where that is no assumption."""
    if isinstance(question, YesNo):
        return question.default if question.is_setting or not question.default else None
    if isinstance(question, Choice):
        return question.default or question.options[0].id if question.is_setting or not question.default else None
    return default if question.is_setting else None


def airport_words(code: str) -> str:
    """Write an airport so that people know it and that it is found again: `Nairobi, Kenya, Jomo Kenyatta (NBO)`.

    What says nothing more is left out: the country of Singapore, the name of an airport that is its city's.
    """
    place = routes.airports().get(code.strip().upper())
    if place is None:
        return code
    city, country, name = routes.city(place, language=language()), country_name(place.country), routes.short_name(place)
    is_said = f" {city} " in f" {country} "
    parts = (city, "" if is_said else country, name) if city else (name, country)
    return f"{', '.join(filter(None, dict.fromkeys(parts)))} ({place.code})"


def answered(compiled: CompiledCalculator, entries: Entries) -> set[str]:
    """Return the fields in which something else stands than in a blank form, and the groups with items of their own."""
    texts, untouched = flat(entries), flat(blank(compiled))
    defaults = interview.defaults(compiled)
    found = set()
    for group in compiled.calculator.questions:
        number = len(entries.get(group.id, [])) if isinstance(group, Group) else 0
        if isinstance(group, Group) and number > group.least:
            found.add(group.id)
            row = _item_written(group, {}, defaults)
            untouched |= {f"{group.id}-{at}-{name}": text for at in range(number) for name, text in row.items()}
    return found | {name for name, text in texts.items() if text.strip() not in ("", untouched.get(name))}


# --- One item more, one item less


def with_item(compiled: CompiledCalculator, entries: Entries, group: Group) -> Entries:
    """Return it with one more empty item of a group, if the group may have another."""
    rows = list(entries.get(group.id, []))
    if len(rows) < group.most:
        rows.append(_item_written(group, {}, interview.defaults(compiled)))
    return {**entries, group.id: rows}


def without_item(entries: Entries, group: Group, place: int) -> Entries:
    """Return it without one item of a group. The others move up."""
    rows = list(entries.get(group.id, []))
    if 0 <= place < len(rows):
        del rows[place]
    return {**entries, group.id: rows}
