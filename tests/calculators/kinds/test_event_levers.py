"""Every lever of an event saves something where it applies, and saves what it says."""

import pytest

from portal.calculators import loading
from portal.calculators.engine.footprint import savings
from portal.calculators.kinds.event import CALCULATOR
from tests.calculators.kinds.events import FESTIVAL, FULL, Answers, calculated
from tests.calculators.kinds.pulling import amounts, pulled, saved


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
    found = savings(loading.kind("event"), FULL, most=50)
    assert "train" in {each.id for each in found}
    assert "public_transport" not in {each.id for each in found}


@pytest.mark.parametrize(
    ("flyer", "is_advised"), [({"km": 1500}, True), ({"km": 1501}, False), ({"from_airport": "NBO"}, False)]
)
def test_nobody_is_advised_to_come_by_train_from_afar(flyer: Answers, is_advised: bool) -> None:
    flyers = {**FULL, "travellers": [{"people": 2, "by": "plane", "cabin": "economy", **flyer}]}
    found = savings(loading.kind("event"), flyers, most=50)
    assert ("train" in {each.id for each in found}) == is_advised


@pytest.mark.parametrize("energy", [{"electricity": 500}, {"generator_fuel": 50}])
def test_an_event_with_power_alone_is_told_to_use_less(energy: Answers) -> None:
    small = {"mode": "actual", "country": "DE", "days": 1, "participants": 10, **energy}
    found = savings(loading.kind("event"), small, most=50)
    (power,) = (each for each in found if each.id == "less_electricity")
    assert power.kg * 4 == power.left


SPEAKERS = {"people": 20, "by": "plane", "km": 6_000}


def test_a_fifth_fewer_people_are_fewer_of_all_of_them() -> None:
    """Speakers who fly in are a fifth fewer too, and none of them comes as everyone else does instead."""
    answers = {**FESTIVAL, "crew": 20, "travellers": [SPEAKERS]}
    smaller = {**FESTIVAL, "participants": 800, "crew": 16, "travellers": [{**SPEAKERS, "people": 16}]}
    assert amounts(pulled("event", answers, "smaller")) == amounts(calculated(smaller))
