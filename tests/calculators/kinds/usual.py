"""What is usual: how little and how much households answer, as published, and how far that moves their result.

A household is two people, the world's averages stand in for whatever it does not say. What has an average is half of
that or twice as much; of a choice it is any option; what most do without is none, or what those have who do it. The
reference figures of the French model (ADEME, Nos Gestes Climat 4.15) are those that it takes for whoever does a thing
and does not know how much.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.calculators import catalogue
from portal.calculators.engine import interview
from portal.calculators.engine.calculator import Choice, Country, Group, Number, Question, YesNo
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.kinds.household import CALCULATOR
from portal.countries import country_codes
from tests.calculators.kinds.households import Answers, calculated

PEOPLE = 2

_CLOTHES = {"tshirt": 5, "trousers": 3, "pullover": 3, "dress": 2, "shirt": 2, "shoes": 3, "coat": 1, "jacket": 1}

USUAL: Mapping[str, Any] = {
    "solar": 3500,  # as much as the world's average home uses
    "water": {"value": 286, "unit": "litre/day"},  # 143 litres a person in France
    "cars": [{}],  # one of average size and fuel, driven as far as the average
    "motorbike": 3600,  # Nos Gestes Climat
    "scooter_electric": 1000,  # Nos Gestes Climat
    "train": {"value": 1000 * PEOPLE, "unit": "km/year"},  # Nos Gestes Climat
    "train_hours": Decimal(1000 * PEOPLE) / 80 / 52,  # the same distance
    "metro": {"value": 2 * PEOPLE, "unit": "hour/week"},  # Nos Gestes Climat
    "tram": {"value": 2 * PEOPLE, "unit": "hour/week"},  # Nos Gestes Climat
    "bus": {"value": 2 * PEOPLE, "unit": "hour/week"},  # Nos Gestes Climat
    "coach": 50 * PEOPLE,  # km a week; Nos Gestes Climat
    "coach_hours": Decimal(50 * PEOPLE) / 60,  # the same distance
    "taxi": 50 * PEOPLE,  # as far as by coach
    "ferry": {"value": 8 * 33 * PEOPLE, "unit": "km/year"},  # eight hours a year at 33 km/h; Nos Gestes Climat
    "ferry_car": {"value": 8 * 33 * PEOPLE, "unit": "km/year"},
    "bicycle": {"value": 1000 * PEOPLE, "unit": "km/year"},  # Nos Gestes Climat
    "bicycle_electric": {"value": 1000 * PEOPLE, "unit": "km/year"},
    **{f"{length}_flights": 1 for length in ("short", "medium", "long", "very_long")},  # one there and back
    "meals_out": 2 * Decimal("2.3"),  # eight billion a year in the United Kingdom (WRAP)
    "things": [{"what": what, "count": count * PEOPLE} for what, count in _CLOTHES.items()],  # Nos Gestes Climat
    "spending": [{"on": "toys", "amount": 970.9 * PEOPLE, "currency": "eur"}],  # INSEE 2017: goods told nowhere else
    "stays": [{"nights": 14}],  # a fortnight
    **{each: Decimal("0.74") * 7 * PEOPLE for each in ("paper", "glass", "metal", "plastic", "compost")},  # all rubbish
    "cats": 1,
    "dogs": 1,
}
"""How much those have who have any, where most do without and no average stands in."""

TOLD: Mapping[str, Answers] = {
    "area": {"heating": "gas"},  # a home that is heated with what most of Britain and many in Europe have
    "dwelling": {"heating": "gas", "area": 90},  # asked with its area, which says more
    "gas": {"heating": "gas"},
    "oil": {"heating": "oil"},
    "by_habits": {"lamps": "led", "standby": True, "appliances": True},
    "train_hours": {"train_speed": 80},
    "coach_hours": {"coach_speed": 60},
    "effects": {"long_flights": 1},
    "food_by": {"vegetarian_meals": 5, "white_meat_meals": 4, "red_meat_meals": 3, "oily_fish_meals": 2},
    "things": {"unnamed": "none"},
    "spending": {"unnamed": "none"},
}
"""What is told besides, so that a question is asked and moves anything."""


def asked_at_once() -> list[Question]:
    """Return the questions that are asked of whoever answered nothing yet."""
    hidden = interview.state(evaluate(catalogue.kind("household"), {})).hidden
    return [each for each in CALCULATOR.questions if each.id not in hidden]


def effect(question: Question) -> Decimal:
    """Return how many kg a year lie between the least and the most that a question makes of what is usual."""
    told = TOLD.get(question.id, {})
    totals = [calculated({**told, question.id: each}).total for each in _usual(question, told)]
    return max(totals) - min(totals)


def _usual(question: Question, told: Answers) -> list[Any]:
    if isinstance(question, Choice):
        return [option.id for option in question.options]
    if isinstance(question, YesNo):
        return [False, True]
    if isinstance(question, Country):
        return sorted(country_codes())
    if question.id in USUAL:
        return [[] if isinstance(question, Group) else 0, USUAL[question.id]]
    if not isinstance(question, Number) or not question.default:
        return [None]
    evaluation = evaluate(catalogue.kind("household"), dict(told))
    average = interview.state(evaluation).taken[question.id]
    assert isinstance(average, Decimal)
    return [average / 2, average * 2]
