"""Every question of a household moves the result in the direction it says."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.calculator import Choice, Group, Number, Question, YesNo
from portal.calculators.kinds.household import CALCULATOR
from portal.countries import country_codes
from tests.calculators.kinds.households import Answers, calculated

CONTEXTS: Mapping[str, Answers] = {
    "area": {"heating": "gas"},
    "more_fuels": {"heating": "gas", "oil": 100},
    "breakfasts": {"food_by": "meals"},
    **{name: {"by_habits": True, "electricity": None} for name in ("lamps", "appliances", "standby", "solar_water")},
    "thermostat": {"by_habits": True, "heating": "gas", "gas": None},
    "train_hours": {"train_speed": 80},
    "train_speed": {"train_hours": 2},
    "coach_hours": {"coach_speed": 60},
    "coach_speed": {"coach_hours": 2},
    "effects": {"long_flights": 1},
    "dog_size": {"dogs": 1},
    **{fuel: {"more_fuels": True} for fuel in ("gas", "oil", "lpg", "district", "wood", "pellets", "coal", "charcoal")},
    **{fuel: {"more_fuels": True} for fuel in ("peat", "vegetable_oil")},
    **{f"{kind}_meals": {"food_by": "meals"} for kind in ("vegan", "vegetarian", "white_meat", "red_meat")},
    **{f"{kind}_meals": {"food_by": "meals"} for kind in ("oily_fish", "white_fish")},
    "cars.driving": {"size": "small", "fuel": "petrol"},
    "cars.bought": {"size": "small", "fuel": "petrol", "known_by": "fuel"},
    "cars.share": {"size": "small", "fuel": "petrol", "driving": 9000},
    "cars.charged_at_home": {"size": "small", "fuel": "electric", "driving": 9000},
    "things.count": {"what": "laptop"},
    "spending.amount": {"on": "phone", "currency": "eur"},
    "stays.nights": {"place": "FR"},
}
"""What else must be answered so that a question is asked at all, and matters."""


def asked() -> Iterator[tuple[str, Question]]:
    for question in CALCULATOR.questions:
        if isinstance(question, Group):
            yield from ((f"{question.id}.{inner.id}", inner) for inner in question.questions)
        else:
            yield question.id, question


def sensible(question: Question) -> list[Any]:
    """Return answers from less to more."""
    if isinstance(question, YesNo):
        return [False, True]
    if isinstance(question, Choice):
        return [option.id for option in question.options]
    assert isinstance(question, Number)
    lowest, highest = Decimal(question.minimum), min(Decimal(question.maximum), Decimal(50))
    return [lowest, (lowest + highest) // 2, highest]


def with_answer(path: str, answer: Any) -> Answers:
    group, _dot, name = path.rpartition(".")
    context = CONTEXTS.get(path, {})
    return {group: [{**context, name: answer}]} if group else {**context, name: answer}


DIRECTED = [(path, question) for path, question in asked() if question.moves in ("up", "down")]


@pytest.mark.parametrize("country", ["GB", "US", "KE"])
@pytest.mark.parametrize(("path", "question"), DIRECTED, ids=[path for path, _question in DIRECTED])
def test_every_question_moves_the_result_as_it_says(path: str, question: Question, country: str) -> None:
    totals = [calculated({"country": country, **with_answer(path, each)}).total for each in sensible(question)]
    assert totals == sorted(totals, reverse=question.moves == "down")
    assert len(set(totals)) == len(totals)


def test_every_question_says_whether_it_moves_the_result() -> None:
    silent = {path for path, question in asked() if not question.moves}
    # What is green moves what stands beside the total, and no currency is more than another.
    assert silent == {"green", "spending.currency"}


def test_choices_that_move_either_way_do_move() -> None:
    for path, question in asked():
        if question.moves == "either" and isinstance(question, Choice):
            context = {
                "dwelling": {"heating": "gas"},
                "cabin": {"long_flights": 1},
                "cars.size": {"fuel": "petrol"},
                "cars.known_by": {"fuel": "petrol", "bought": 100},
                "things.what": {"count": 1},
                "spending.on": {"amount": 100, "currency": "eur"},
                "lamps": {"by_habits": True},
            }.get(path, {})
            group, _dot, name = path.rpartition(".")
            rows = [{**context, name: option.id} for option in question.options]
            totals = {calculated({"country": "GB", **({group: [row]} if group else row)}).total for row in rows}
            assert len(totals) > 1, path


@settings(max_examples=60, deadline=None)
@given(
    electricity=st.integers(0, 20000),
    gas=st.integers(0, 40000),
    driving=st.integers(0, 50000),
    people=st.integers(1, 12),
    flights=st.integers(0, 20),
    more=st.integers(1, 1000),
    country=st.sampled_from(sorted(country_codes())),
)
def test_more_of_anything_is_never_less(
    electricity: int, gas: int, driving: int, people: int, flights: int, more: int, country: str
) -> None:
    def total(**changed: int) -> Decimal:
        a = {"electricity": electricity, "gas": gas, "driving": driving, "people": people, "flights": flights} | changed
        car = {"size": "medium", "fuel": "plugin", "driving": a["driving"]}
        return calculated(
            {
                "country": country,
                "people": a["people"],
                "electricity": a["electricity"],
                "heating": "gas",
                "gas": a["gas"],
                "cars": [car],
                "medium_flights": a["flights"],
            }
        ).total

    before = total()
    assert total(electricity=electricity + more) >= before
    assert total(gas=gas + more) > before
    assert total(driving=driving + more) > before
    assert total(people=people + more % 80 + 1) > before
    assert total(flights=flights + more % 900 + 1) > before
