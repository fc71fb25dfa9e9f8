"""What is left when a lever is pulled, line by line, so that what it promises can be held against it."""

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

from portal.calculators import catalogue
from portal.calculators.engine.footprint import Estimate, ResultLine, estimate, savings

Answers = Mapping[str, Any]
_TWENTY_DIGITS = Context(prec=20)  # a third is no decimal, and nor is its half
Place = tuple[str, int | None, str]


def saved(kind: str, answers: Answers) -> dict[str, Decimal]:
    """Return the kg that every lever saves that is shown for these answers."""
    return {each.id: each.kg for each in savings(estimate(catalogue.kind(kind), answers), most=100)}


def pulled(kind: str, answers: Answers, lever: str) -> Estimate:
    """Return what the answers come to once a lever is pulled that is shown for them."""
    compiled = catalogue.kind(kind)
    assert lever in saved(kind, answers)
    (plan,) = (each for each in compiled.levers if each.lever.id == lever)
    return estimate(compiled, answers, changes=plan.changes)


def amounts(found: Estimate) -> dict[tuple[str, int | None], Decimal]:
    """Return the amount of every line and item: kilometres, litres, kilowatt hours, before any factor."""
    return {(line.id, line.item): line.amount for line in found.lines if not line.part}


def left(kind: str, answers: Answers, lever: str) -> dict[str, str]:
    """Return what a lever leaves of the amounts of each line that it moves, as `0.8`, and of no others.

    All items and parts of a line that moved must have moved alike. A line that was not there before is `new`, and `1`
    is one of which there is as much as before, with another factor.
    """
    before, after = _by_place(estimate(catalogue.kind(kind), answers)), _by_place(pulled(kind, answers, lever))
    found: dict[str, set[str]] = {}
    for place in before | after:
        was, is_now = (each[place].amount if place in each else Decimal(0) for each in (before, after))
        if was != is_now or (place in before and place in after and before[place].factor != after[place].factor):
            share = f"{_TWENTY_DIGITS.divide(is_now, was).normalize():f}" if was else "new"
            found.setdefault(place[0], set()).add(share)
    assert all(len(each) == 1 for each in found.values()), found
    return {line: each.pop() for line, each in found.items()}


def _by_place(found: Estimate) -> dict[Place, ResultLine]:
    return {(line.id, line.item, line.part): line for line in found.lines}
