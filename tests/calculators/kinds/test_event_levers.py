"""Every lever of an event saves something where it applies, and saves what it says."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.footprint import estimate, savings
from portal.calculators.kinds.event import CALCULATOR
from tests.calculators.kinds.events import FESTIVAL, FULL, Answers, calculated
from tests.calculators.kinds.pulling import amounts, left, pulled, saved


def test_every_lever_saves_something_where_it_applies() -> None:
    festival = {
        **FESTIVAL,
        "airport": "CDG",
        "travellers": [
            {"people": 20, "by": "plane", "from_airport": "LHR", "cabin": "business"},
            {"people": 50, "by": "car", "km": 100},
        ],
        "hotels": [{"nights": 20}],
        "gas": 100,
        "equipment": 1000,
        "freight": [{"carrier": "truck", "load": 2, "haulage": 300}],
        "materials": [{"material": "paper", "mass": 50}],
        "waste": [{"discarded": "commercial.landfill", "mass": 100}],
    }
    assert set(saved("event", festival)) == {lever.id for lever in CALCULATOR.levers}


def test_levers_of_a_past_event_need_no_answer_that_was_not_asked() -> None:
    found = savings(estimate(catalogue.kind("event"), FULL), most=50)
    assert "train" in {each.id for each in found}
    assert "public_transport" not in {each.id for each in found}


@pytest.mark.parametrize(
    ("flyer", "is_advised"), [({"km": 1500}, True), ({"km": 1501}, False), ({"from_airport": "NBO"}, False)]
)
def test_nobody_is_advised_to_come_by_train_from_afar(flyer: Answers, is_advised: bool) -> None:
    flyers = {**FULL, "travellers": [{"people": 2, "by": "plane", "cabin": "economy", **flyer}]}
    found = savings(estimate(catalogue.kind("event"), flyers), most=50)
    assert ("train" in {each.id for each in found}) == is_advised


@pytest.mark.parametrize("energy", [{"electricity": 500}, {"generator_fuel": 50}])
def test_an_event_with_power_alone_is_told_to_use_less(energy: Answers) -> None:
    small = {"mode": "actual", "country": "DE", "days": 1, "participants": 10, **energy}
    found = savings(estimate(catalogue.kind("event"), small), most=50)
    (power,) = (each for each in found if each.id == "less_electricity")
    assert power.kg * 4 == power.left


SPEAKERS = {"people": 20, "by": "plane", "km": 6_000}


def test_a_fifth_fewer_people_are_fewer_of_all_of_them() -> None:
    """Speakers who fly in are a fifth fewer too, and none of them comes as everyone else does instead."""
    answers = {**FESTIVAL, "crew": 20, "travellers": [SPEAKERS]}
    smaller = {**FESTIVAL, "participants": 800, "crew": 16, "travellers": [{**SPEAKERS, "people": 16}]}
    assert amounts(pulled("event", answers, "smaller")) == amounts(calculated(smaller))


# --- What is promised of quantities is exactly so, of all that is concerned and of nothing else

SITTING_WELL = {"people": 20, "by": "plane", "km": 7_000, "cabin": "premium"}
COMMON = {"carrier": "truck", "load": 5, "haulage": 400}
QUANTITIES: Mapping[str, tuple[Answers, Mapping[str, str]]] = {
    "train": ({"travellers": FULL["travellers"][:2]}, {"flights": "0", "taking_off": "0", "rides": "new"}),
    "economy": ({"travellers": [SITTING_WELL]}, {"flights": "0.625", "taking_off": "0.625"}),  # a 1.6th
    "share_cars": (
        {"travellers": [{"people": 6, "by": by, "km": 50, "riders": "1.5"} for by in ("car", "car_electric")]},
        {"cars": "0.5", "electric_cars": "0.5"},
    ),
    "public_transport": (
        {**FESTIVAL, "mode": "planning", "travellers": []},
        {"rest_cars": "0.25", "rest_trains": "2", "rest_local": "10"},
    ),
    "fewer_nights": ({}, {"hotels": "0.75"}),
    "vegetarian": ({}, {f"meals_{kind}": "1" for kind in ("oily_fish", "white_fish", "white_meat", "red_meat")}),
    "reusable": ({}, {"plastic": "0", "plastic_end": "0", "card": "0", "card_end": "0"}),
    "less_electricity": ({}, {"electricity": "0.8", "generators": "0.8"}),
    "less_heat": ({}, {"gas": "0.8", "oil": "0.8", "heat": "0.8"}),
    "less_equipment": ({}, {"equipment": "0.8"}),
    "nearer_freight": ({}, {"freight": "0.8", "air_freight": "0.8"}),
    "rail_freight": ({"freight": [COMMON, {**COMMON, "carrier": "van"}]}, {"freight": "1"}),
    "reused_materials": ({}, {"materials": "0.5"}),
    "less_waste": ({}, {"waste": "0.8"}),
    "less_merchandise": ({}, {"tshirts": "0.5", "textiles": "0.5", "souvenirs": "0.5"}),
    "smaller": ({}, dict.fromkeys(("cars", "electric_cars", "motorbikes", "rides", "flights", "taking_off"), "0.8")),
}
"""What is moved of a conference of which everything is known, or with these answers besides."""


@pytest.mark.parametrize(("lever", "answers", "shares"), [(name, *each) for name, each in QUANTITIES.items()])
def test_a_lever_leaves_as_much_as_it_says_and_moves_nothing_else(
    lever: str, answers: Answers, shares: Mapping[str, str]
) -> None:
    assert left("event", {**FULL, **answers}, lever) == shares


def test_quantities_of_all_levers_are_tried() -> None:
    assert list(QUANTITIES) == [lever.id for lever in CALCULATOR.levers]


@pytest.mark.parametrize("lever", ["less_electricity", "less_merchandise"])
def test_what_is_assumed_of_a_planned_event_is_less_by_as_much(lever: str) -> None:
    share = {"less_electricity": "0.8", "less_merchandise": "0.5"}[lever]
    moved = left("event", {**FESTIVAL, "generators": 2}, lever)
    assert moved == dict.fromkeys(moved, share)
    assert set(moved) in ({"electricity", "generators"}, {"textiles", "souvenirs"})


def test_whoever_comes_by_train_comes_from_as_far_as_by_plane() -> None:
    """20 people over 900 km, there and back."""
    event = {"mode": "actual", "country": "DE", "participants": 20}
    by_train = pulled("event", {**event, "travellers": [{"people": 20, "by": "plane", "km": 900}]}, "train")
    assert amounts(by_train) == {("rides", 0): Decimal(36_000)}
