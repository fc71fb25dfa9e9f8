"""Every lever of a household saves something, and saves what it says."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.footprint import estimate, savings
from portal.calculators.kinds.household import CALCULATOR
from tests.calculators.kinds.households import FULL, NOTHING, Answers, calculated, near
from tests.calculators.kinds.pulling import amounts, left, pulled, saved


def test_the_largest_levers_come_first_and_save_what_they_say() -> None:
    found = savings(estimate(catalogue.kind("household"), FULL))
    assert [each.kg for each in found] == sorted((each.kg for each in found), reverse=True)
    assert len(found) == 3
    total = calculated(FULL).total
    assert all(each.kg + each.left == total for each in found)


LEVERS: Mapping[str, Answers] = {
    "heat_less": {},
    "save_electricity": {},
    "drive_less": {},
    "share_rides": {},
    "electric_car": {},
    "smaller_car": {},
    "fewer_very_long": {"very_long_flights": 1},
    "fewer_long": {},
    "fewer_medium": {"medium_flights": 2},
    "fewer_short": {},
    "economy": {},
    "eat_less_meat": {},
    "eat_vegetarian": {"diet": "fish"},
    "eat_vegan": {"diet": "vegetarian"},
    "buy_less": {},
}
"""What a household that does a bit of everything must do besides, for each lever to be there."""


@pytest.mark.parametrize(("lever", "answers"), LEVERS.items())
def test_every_lever_saves_something(lever: str, answers: Answers) -> None:
    found = {each.id: each for each in savings(estimate(catalogue.kind("household"), {**FULL, **answers}), most=100)}
    assert found[lever].kg > 0


def test_all_levers_are_tried() -> None:
    assert [lever.id for lever in CALCULATOR.levers] == list(LEVERS)


def test_a_vegan_who_owns_no_car_is_not_told_to_change_that() -> None:
    answers = {**FULL, "diet": "vegan", "cars": []}
    found = {each.id for each in savings(estimate(catalogue.kind("household"), answers), most=100)}
    assert not found & {"eat_less_meat", "eat_vegetarian", "eat_vegan", "drive_less", "electric_car", "share_rides"}


def test_going_from_much_meat_to_little_saves_what_the_study_implies() -> None:
    """Scarborough et al. (2014): 7.19 less 4.67 kg a day are 920 kg in a year."""
    answers = {**NOTHING, "food_by": "diet", "diet": "high_meat"}
    (saving,) = [each for each in savings(estimate(catalogue.kind("household"), answers)) if each.id == "eat_less_meat"]
    assert near(saving.kg, "920", percent="0.1")


# --- Other cars are of the same driving, so its distance must be known

PETROL = {"size": "large", "fuel": "petrol", "driving": 10_000}
BY_LITRES = {"size": "large", "fuel": "petrol", "known_by": "fuel"}


@pytest.mark.parametrize("litres", [200, 5_000])
@pytest.mark.parametrize("fuel", ["petrol", "plugin"])
def test_nobody_is_told_what_another_car_saves_on_a_distance_that_was_not_asked_for(litres: int, fuel: str) -> None:
    """An average car's distance has nothing to do with what these litres drove."""
    cars = [{**BY_LITRES, "fuel": fuel, "bought": litres}]
    assert set(saved("household", {**NOTHING, "country": "DE", "cars": cars})) == {"drive_less", "share_rides"}


@pytest.mark.parametrize("lever", ["electric_car", "smaller_car"])
def test_a_car_known_by_litres_stays_as_it_is_beside_one_that_is_changed(lever: str) -> None:
    alone = saved("household", {**NOTHING, "cars": [PETROL]})
    beside = saved("household", {**NOTHING, "cars": [PETROL, {**BY_LITRES, "bought": 700}]})
    assert beside[lever] == alone[lever] > 0


def test_an_electric_car_saves_what_its_driving_caused_less_what_its_power_causes() -> None:
    answers = {**NOTHING, "country": "DE", "cars": [PETROL]}
    power = calculated({**NOTHING, "country": "DE", "cars": [{**PETROL, "fuel": "electric"}]}).total
    assert saved("household", answers)["electric_car"] == calculated(answers).total - power


CHARGED_AT_HOME = {"size": "small", "driving": 9_000, "charged_at_home": True}


@pytest.mark.parametrize("fuel", ["electric", "plugin"])
def test_power_that_is_in_that_of_the_home_is_not_counted_again_to_advise_an_electric_car(fuel: str) -> None:
    """How much of the home's it is was not asked, so such a car stays as it is, and the other one alone changes."""
    found = saved("household", {**NOTHING, "cars": [PETROL, {**CHARGED_AT_HOME, "fuel": fuel}]})
    assert found["electric_car"] == saved("household", {**NOTHING, "cars": [PETROL]})["electric_car"]


def test_where_a_car_was_charged_that_runs_on_petrol_now_does_not_matter() -> None:
    """The answer stays behind a question that is not shown; the saving is of a car charged elsewhere."""
    plain = {**NOTHING, "cars": [PETROL]}
    changed = {**NOTHING, "cars": [{**PETROL, "charged_at_home": True}]}
    assert saved("household", changed) == saved("household", plain)


# --- What is promised of quantities is exactly so, of all that is concerned and of nothing else

BURNED = ("gas", "oil", "lpg", "district", "wood", "pellets", "coal", "charcoal", "peat", "vegetable_oil")
GROWN = ("wood", "pellets", "charcoal", "vegetable_oil")
ALL_CARS = [
    {"size": "medium", "fuel": "petrol", "driving": 10_000},
    {"size": "large", "fuel": "diesel", "known_by": "fuel", "bought": 700, "share": 60},
    {"size": "large", "fuel": "plugin", "known_by": "fuel", "bought": 300, "driving": 9_000},
    {"size": "small", "fuel": "plugin", "driving": 9_000, "charged_at_home": True},
    {"size": "small", "fuel": "electric", "driving": 8_000},
    {"size": "small", "fuel": "electric", "driving": 8_000, "charged_at_home": True},
    {"fuel": "hybrid"},  # as far as an average car
]
GROUNDED = dict.fromkeys(("short_flights", "medium_flights", "long_flights", "very_long_flights"), 0)
QUANTITIES: Mapping[str, tuple[Answers, Mapping[str, str]]] = {
    "heat_less": (
        dict.fromkeys(BURNED, 100),
        {**{f"{fuel}_use": "0.9" for fuel in BURNED}, **{f"{fuel}_biogenic": "0.9" for fuel in GROWN}},
    ),
    "save_electricity": ({}, {"electricity_use": "0.8", "electricity_market": "0.8"}),
    "drive_less": ({"cars": ALL_CARS}, {"car_distance": "0.8", "car_fuel": "0.8", "car_power": "0.8"}),
    "share_rides": ({"cars": ALL_CARS}, {"car_distance": "0.75", "car_fuel": "0.75", "car_power": "0.75"}),
    "electric_car": ({"cars": [PETROL, {"fuel": "hybrid"}]}, {"car_distance": "0", "car_power": "new"}),
    "smaller_car": ({"cars": [PETROL, {"fuel": "hybrid"}]}, {"car_distance": "1"}),
    "fewer_very_long": ({**GROUNDED, "very_long_flights": 4}, {"very_long_flown": "0.75", "taking_off": "0.75"}),
    "fewer_long": ({**GROUNDED, "long_flights": 4}, {"long_flown": "0.75", "taking_off": "0.75"}),
    "fewer_medium": ({**GROUNDED, "medium_flights": 4}, {"medium_flown": "0.75", "taking_off": "0.75"}),
    "fewer_short": ({**GROUNDED, "short_flights": 3}, {"short_flown": "0.5", "taking_off": "0.5"}),
    "economy": (  # which takes a 1.6th of the room of premium economy
        {**GROUNDED, "long_flights": 2, "cabin": "premium"},
        {"long_flown": "0.625", "taking_off": "0.625"},
    ),
    "eat_less_meat": ({}, {"eaten": "1"}),
    "eat_vegetarian": ({"diet": "fish"}, {"eaten": "1"}),
    "eat_vegan": ({"diet": "vegetarian"}, {"eaten": "1"}),
    "buy_less": ({}, {"things_bought": "0.5"}),
}


@pytest.mark.parametrize(("lever", "answers", "shares"), [(name, *each) for name, each in QUANTITIES.items()])
def test_a_lever_leaves_as_much_as_it_says_and_moves_nothing_else(
    lever: str, answers: Answers, shares: Mapping[str, str]
) -> None:
    assert left("household", {**FULL, **answers}, lever) == shares


def test_quantities_of_all_levers_are_tried() -> None:
    assert set(QUANTITIES) == set(LEVERS)


def test_electric_cars_drive_the_same_distance() -> None:
    """DESNZ 2025: kWh a kilometre of a small, an average and a large electric car; KBA 2023: 12,320 km a year."""
    cars: list[Answers] = [
        {"size": "small", "fuel": "petrol", "driving": 10_000},
        {"fuel": "diesel"},
        {"size": "large", "fuel": "plugin", "driving": 5_000, "share": 50},
        {"size": "small", "fuel": "electric", "driving": 1_000},
    ]
    electric = pulled("household", {**NOTHING, "country": "DE", "cars": cars}, "electric_car")
    assert amounts(electric) == {
        ("car_power", 0): Decimal("1886.4"),
        ("car_power", 1): Decimal("2549.624"),
        ("car_power", 2): Decimal("537.7"),
        ("car_power", 3): Decimal("188.64"),
    }


def test_small_cars_drive_the_same_distance() -> None:
    cars: list[Answers] = [
        {"size": "large", "fuel": "petrol", "driving": 10_000},
        {"fuel": "diesel"},
        {"size": "medium", "fuel": "electric", "driving": 1_000},
    ]
    small = pulled("household", {**NOTHING, "country": "DE", "cars": cars}, "smaller_car")
    assert amounts(small) == {
        ("car_distance", 0): Decimal(10_000),
        ("car_distance", 1): Decimal(12_320),
        ("car_power", 2): Decimal("188.64"),
    }
