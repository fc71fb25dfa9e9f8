"""Core: a factor set is built from recipes and source tables, always the same way, so that anyone can check a figure.

A recipe is a row that names what it takes: a key of ours, and either `origin`, the key of a row in the source table,
or a figure spelled out with its own source. `times` brings the source's unit into ours. With the region `*` and
`{iso2}` in the origin, a recipe stands for every country that the sources have a row for and no other recipe names.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO

from portal.calculators.engine.factors import COLUMNS, FactorSetError

Row = Mapping[str, str]
RECIPE_COLUMNS = (
    "key",
    "name",
    "region",
    "unit",
    "basis",
    "scope",
    "uncertainty",
    "origin",
    "times",
    "value",
    "year",
    "gases",
    "source",
    "url",
    "licence",
    "note",
)
ALL = "*"  # the region of a recipe for every country that the sources have a row for
UNVERIFIED = "memory"  # how the source tables mark figures that nobody has checked; those are never used


def build(recipes: Iterable[Row], sources: Iterable[Row]) -> str:
    """Return the factor set as CSV text, by key and region.

    Raises FactorSetError for recipes that lead nowhere, and for sources that stand twice.
    """
    given = list(sources)
    by_key = {row["key"]: row for row in given}
    twice = [key for key, number in Counter(row["key"] for row in given).items() if number > 1]
    problems = [f"there are two source rows {key!r}" for key in twice]
    rows = []
    for recipe in _spread(list(recipes), by_key):
        try:
            rows.append(_row(recipe, by_key))
        except ValueError as error:
            problems.append(f"{recipe['key']} for {recipe['region']}: {error}")
    if problems:
        raise FactorSetError(problems)
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: (row["key"], row["region"])))
    return text.getvalue()


def _spread(recipes: Sequence[Row], sources: Mapping[str, Row]) -> Iterator[Row]:
    """Yield every recipe with a region of its own; those of all countries one by one, or as they are if none fits."""
    named = {(recipe["key"], recipe["region"]) for recipe in recipes}
    for recipe in recipes:
        found = _countries(recipe["origin"], sources) if recipe["region"] == ALL else {}
        if not found:
            yield recipe
        for region, origin in found.items():
            if (recipe["key"], region) not in named:
                named.add((recipe["key"], region))
                yield {**recipe, "region": region, "origin": origin}


def _countries(origin: str, sources: Mapping[str, Row]) -> dict[str, str]:
    """Return the countries that an origin with `{iso2}` in it has source rows for, each with its row's key."""
    before, hole, after = origin.partition("{iso2}")
    if not hole:
        return {}
    pattern = re.compile(f"{re.escape(before)}([a-z]{{2}}){re.escape(after)}")
    matches = filter(None, map(pattern.fullmatch, sources))
    return {match[1].upper(): match[0] for match in matches}


def _row(recipe: Row, sources: Mapping[str, Row]) -> dict[str, str]:
    row = {column: recipe.get(column) or "" for column in COLUMNS}
    if recipe["region"] == ALL:
        raise ValueError("for all countries it needs an origin with {iso2} in it that some source rows have")
    if recipe["origin"] and not recipe["value"]:
        source = sources.get(recipe["origin"])
        if source is None:
            raise ValueError(f"there is no source row {recipe['origin']!r}")
        row |= {
            "value": _times(source["kg_co2e_per_unit"], recipe["times"]),
            "year": row["year"] or source["year"],
            "scope": row["scope"] or _scope(source["scope"]),
            "gases": ", ".join(each.strip() for each in (row["gases"] or source["gases"]).split(";")),
            "source": row["source"] or source["source"],
            "url": row["url"] or source["source_url"],
            "licence": row["licence"] or source["licence"].partition(" (check ")[0],  # a note to whoever collects
        }
    if UNVERIFIED in row["source"]:
        raise ValueError("its figure is unverified")
    return row


def _times(value: str, times: str) -> str:
    """Return a figure in our unit. One that is in it already stays written as its source writes it."""
    try:
        number = Decimal(value) * Decimal(times or "1")
    except InvalidOperation as error:
        raise ValueError(f"{value!r} times {times!r} is no number") from error
    return format(number.normalize(), "f") if times else value


def _scope(text: str) -> str:
    return text if text == "outside" else text[:1]
