"""Every lever of a company saves something, and saves what it says."""

from decimal import Decimal
from typing import Any

import pytest

from portal.calculators import loading
from portal.calculators.engine.footprint import savings
from portal.calculators.kinds.business import CALCULATOR
from tests.calculators.kinds.companies import FULL, Answers, calculated
from tests.calculators.kinds.pulling import left, saved


def test_every_lever_saves_something_for_a_company_that_does_it_all() -> None:
    answers: dict[str, Any] = {**FULL, "fleet": [{"vehicle": "car", "fuel": "petrol", "km": 10_000}]}
    answers["freight"] = [{"mode": "truck", "load": 1, "km": 900}, {"mode": "air_long", "load": 1, "km": 6000}]
    found = savings(loading.kind("business"), answers, most=50)
    assert {each.id for each in found} == {lever.id for lever in loading.KINDS["business"].levers}
    assert found == sorted(found, key=lambda each: -each.kg)
    assert savings(loading.kind("business"), answers) == found[:3]


@pytest.mark.parametrize(
    ("answers", "lever"),
    [
        ({"fleet_petrol": 100}, "less_driving"),
        ({"fleet_diesel": 100}, "less_driving"),
        ({"fleet_lpg": 100}, "less_driving"),
        ({"fleet": [{"vehicle": "truck_rigid", "km": 100}]}, "less_driving"),
        ({"drives": [{"km": 100}]}, "less_driving"),
        ({"liquids": [{"liquid": "kerosene", "volume": 100}]}, "less_fuel"),
        ({"solids": [{"solid": "peat", "burned": 100}]}, "less_fuel"),
        ({"materials": [{"material": "paper", "mass": 100}]}, "fewer_purchases"),
        ({"freight": [{"mode": "ship_container", "load": 1, "km": 100}]}, "nearer_freight"),
        ({"hotels": [{"nights": 100}]}, "fewer_nights"),
        ({"waste": [{"discarded": "food.landfill", "mass": 100}]}, "less_waste"),
        ({"leased_power": 100}, "less_electricity"),
    ],
)
def test_a_company_with_little_else_is_told_what_to_change_too(answers: dict[str, Any], lever: str) -> None:
    (found,) = savings(loading.kind("business"), {"country": "GB", **answers})
    shares = {"less_driving": "0.1", "fewer_purchases": "0.1", "fewer_nights": "0.25"}
    assert found.id == lever
    assert found.kg / (found.kg + found.left) == Decimal(shares.get(lever, "0.2"))


def test_who_rides_alone_in_a_car_is_advised_to_share_it() -> None:
    drive = {"way": "car", "size": "average", "fuel": "petrol", "people": 20, "daily": 20, "days": 180}
    alone = savings(loading.kind("business"), {"country": "GB", "commuting": [drive]})
    shared = savings(loading.kind("business"), {"country": "GB", "commuting": [{**drive, "riders": 2}]})
    assert {each.id for each in alone} == {"share_cars", "commute_by_train"}
    assert [each.id for each in shared] == ["commute_by_train"]
    (half,) = (each for each in alone if each.id == "share_cars")
    assert half.kg == half.left


# --- Vehicles on electricity, of which only what is charged away from the sites is counted

PETROL = {"vehicle": "car", "size": "medium", "fuel": "petrol", "km": 10_000}
PLUG_IN = {**PETROL, "fuel": "plugin"}
ELECTRIC_VAN = {"vehicle": "van", "van_fuel": "electric", "km": 10_000}


def company(**answers: Any) -> Answers:
    return {"country": "GB", **answers}


def test_a_plug_in_hybrid_on_electricity_saves_its_fuel_less_the_power_it_takes_more() -> None:
    answers = company(fleet=[PLUG_IN])
    power = calculated(company(fleet=[{**PLUG_IN, "fuel": "electric"}])).total
    assert saved("business", answers)["electric_fleet"] == calculated(answers).total - power


@pytest.mark.parametrize("charged", [0, 40])
@pytest.mark.parametrize("vehicle", [PLUG_IN, ELECTRIC_VAN, {**PETROL, "fuel": "electric"}])
def test_power_that_is_in_that_of_the_sites_is_neither_lost_nor_counted_again(vehicle: Answers, charged: int) -> None:
    """How much of the sites' it is was not asked, so what would come to it or go is not known."""
    found = saved("business", company(fleet=[PETROL, {**vehicle, "charged": charged}]))
    assert "less_driving" in found
    assert "electric_fleet" not in found


def test_where_a_vehicle_was_charged_that_runs_on_petrol_now_does_not_matter() -> None:
    """The answer stays behind a question that is not shown; the saving is of vehicles charged elsewhere."""
    assert saved("business", company(fleet=[{**PETROL, "charged": 0}])) == saved("business", company(fleet=[PETROL]))


def test_fuel_known_by_litres_stays_as_it_is_when_vehicles_known_by_distance_turn_electric() -> None:
    """Litres may have driven lorries, for which there is no electric figure; the lever names what it turns."""
    answers = company(fleet_petrol=500, fleet_diesel=3_000, fleet_lpg=100, fleet=[PETROL])
    assert left("business", answers, "electric_fleet") == {"cars": "0", "fleet_power": "new"}
    (lever,) = (each for each in CALCULATOR.levers if each.id == "electric_fleet")
    assert "counted by distance" in lever.label
