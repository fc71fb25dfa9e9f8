"""Every lever of a company saves something, and saves what it says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.footprint import estimate, savings
from portal.calculators.kinds.business import CALCULATOR
from tests.calculators.kinds.companies import FULL, Answers, calculated
from tests.calculators.kinds.pulling import amounts, left, pulled, saved


def test_every_lever_saves_something_for_a_company_that_does_it_all() -> None:
    answers: dict[str, Any] = {**FULL, "fleet": [{"vehicle": "car", "fuel": "petrol", "km": 10_000}]}
    answers["freight"] = [{"mode": "truck", "load": 1, "km": 900}, {"mode": "air_long", "load": 1, "km": 6000}]
    found = savings(estimate(catalogue.kind("business"), answers), most=50)
    assert {each.id for each in found} == {lever.id for lever in catalogue.KINDS["business"].levers}
    assert found == sorted(found, key=lambda each: -each.kg)
    assert savings(estimate(catalogue.kind("business"), answers)) == found[:3]


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
    (found,) = savings(estimate(catalogue.kind("business"), {"country": "GB", **answers}))
    shares = {"less_driving": "0.1", "fewer_purchases": "0.1", "fewer_nights": "0.25"}
    assert found.id == lever
    assert found.kg / (found.kg + found.left) == Decimal(shares.get(lever, "0.2"))


def test_who_rides_alone_in_a_car_is_advised_to_share_it() -> None:
    drive = {"way": "car", "size": "average", "fuel": "petrol", "people": 20, "daily": 20, "days": 180}
    alone = savings(estimate(catalogue.kind("business"), {"country": "GB", "commuting": [drive]}))
    shared = savings(estimate(catalogue.kind("business"), {"country": "GB", "commuting": [{**drive, "riders": 2}]}))
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
    """How much of the sites' it is was not asked, so such a vehicle stays as it is, and the other one alone changes."""
    found = saved("business", company(fleet=[PETROL, {**vehicle, "charged": charged}]))
    assert found["electric_fleet"] == saved("business", company(fleet=[PETROL]))["electric_fleet"]


def test_where_a_vehicle_was_charged_that_runs_on_petrol_now_does_not_matter() -> None:
    """The answer stays behind a question that is not shown; the saving is of vehicles charged elsewhere."""
    assert saved("business", company(fleet=[{**PETROL, "charged": 0}])) == saved("business", company(fleet=[PETROL]))


def test_fuel_known_by_litres_stays_as_it_is_when_vehicles_known_by_distance_turn_electric() -> None:
    """Litres may have driven lorries, for which there is no electric figure; the lever names what it turns."""
    answers = company(fleet_petrol=500, fleet_diesel=3_000, fleet_lpg=100, fleet=[PETROL])
    assert left("business", answers, "electric_fleet") == {"cars": "0", "fleet_power": "new"}
    (lever,) = (each for each in CALCULATOR.levers if each.id == "electric_fleet")
    assert "counted by distance" in lever.label


def test_electric_cars_and_vans_drive_the_same_distance() -> None:
    """DESNZ 2025: kWh a kilometre of a medium electric car and of an average electric van; lorries stay as they are."""
    fleet = [PETROL, PLUG_IN, {**ELECTRIC_VAN, "van_fuel": "diesel"}, ELECTRIC_VAN, {"vehicle": "truck_rigid", "km": 9}]
    assert amounts(pulled("business", company(fleet=fleet), "electric_fleet")) == {
        ("fleet_power", 0): Decimal("1984.7"),
        ("fleet_power", 1): Decimal("1984.7"),
        ("fleet_power", 2): Decimal("3567.8"),
        ("fleet_power", 3): Decimal("3567.8"),
        ("trucks", 4): Decimal(9),
    }


# --- What is promised of quantities is exactly so, of all that is concerned and of nothing else

ALL_VEHICLES = [
    PETROL,
    {**PLUG_IN, "charged": 40},
    {**PETROL, "fuel": "electric", "charged": 0},
    {**ELECTRIC_VAN, "van_fuel": "diesel"},
    {**ELECTRIC_VAN, "charged": 50},
    {"vehicle": "truck_rigid", "km": 1_000},
    {"vehicle": "truck_articulated", "km": 1_000},
    {"vehicle": "motorbike", "km": 1_000},
]
ALL_DRIVES = [{"size": "small", "fuel": "petrol", "km": 1_000}, {"size": "small", "fuel": "plugin", "km": 1_000}]
COMMUTERS = {"way": "car", "size": "large", "fuel": "plugin", "people": 20, "daily": 20, "days": 180}
FREIGHT = [
    *({"mode": mode, "load": 2, "km": 500} for mode in ("truck", "truck_articulated", "truck_rigid", "truck_cooled")),
    *({"mode": mode, "load": 2, "km": 500} for mode in ("van", "ship_bulk", "air_short")),
    *({"mode": mode, "load": 2, "km": 500, "is_paid": False} for mode in ("truck", "air_domestic")),
]
BY_AIR = [{"mode": mode, "load": 2, "km": 500} for mode in ("air_international", "air_long", "air_short")]

QUANTITIES: Mapping[str, tuple[dict[str, Any], Mapping[str, str]]] = {
    "less_electricity": (
        {"sites": [{"electricity": 900}, {"electricity": 50, "supply": "supplier", "contract_factor": "0.1"}]},
        {"electricity": "0.8", "electricity_rest": "0.8", "electricity_contract": "0.8", "leased_power": "0.8"},
    ),
    "less_heat": ({}, {"gas": "0.8", "oil": "0.8", "heat": "0.8"}),
    "less_fuel": (
        {},
        {"liquid_fuels": "0.8", "liquid_biogenic": "0.8", "solid_fuels": "0.8", "solid_biogenic": "0.8"},
    ),
    "less_driving": (
        {"fleet": ALL_VEHICLES, "drives": ALL_DRIVES},
        {
            **{f"fleet_{fuel}": "0.9" for fuel in ("petrol", "diesel", "lpg", "power")},
            **dict.fromkeys(("cars", "vans", "trucks", "motorbikes", "drives", "drives_power"), "0.9"),
        },
    ),
    "electric_fleet": (
        {"fleet": [PETROL, {**ELECTRIC_VAN, "van_fuel": "petrol"}, *ALL_VEHICLES[5:]]},
        {"cars": "0", "vans": "0", "fleet_power": "new"},
    ),
    "fewer_leaks": ({}, {"refrigerants": "0.5"}),
    "fewer_purchases": (
        {},
        {"goods": "0.9", "freight_spending": "0.9", "materials": "0.9", "equipment": "0.9"},
    ),
    "nearer_freight": (
        {"freight": FREIGHT},
        {"freight": "0.8", "air_freight": "0.8", "freight_after": "0.8", "air_freight_after": "0.8"},
    ),
    "rail_freight": ({"freight": FREIGHT}, {"freight": "1", "freight_after": "1"}),
    "sea_freight": ({"freight": BY_AIR[:2]}, {"air_freight": "0", "freight": "new"}),
    "fewer_flights": ({}, {"routes": "0.5", "taking_off": "0.5", "flights": "0.5"}),
    "fewer_nights": ({}, {"hotels": "0.75"}),
    "share_cars": ({"commuting": [COMMUTERS]}, {"commuting_cars": "0.5", "commuting_power": "0.5"}),
    "commute_by_train": (
        {"commuting": [{**COMMUTERS, "riders": 2}]},
        {"commuting_cars": "0", "commuting_power": "0", "commuting_rides": "new"},
    ),
    "less_waste": ({}, {"waste": "0.8"}),
    "recycle": ({"waste": [*FULL["waste"], {"discarded": "food.landfill", "mass": 10}]}, {"waste": "1"}),
}


@pytest.mark.parametrize(("lever", "answers", "shares"), [(name, *each) for name, each in QUANTITIES.items()])
def test_a_lever_leaves_as_much_as_it_says_and_moves_nothing_else(
    lever: str, answers: dict[str, Any], shares: Mapping[str, str]
) -> None:
    assert left("business", {**FULL, **answers}, lever) == shares


def test_quantities_of_all_levers_are_tried() -> None:
    assert list(QUANTITIES) == [lever.id for lever in CALCULATOR.levers]


def test_whoever_takes_the_train_to_work_goes_as_far_as_by_car() -> None:
    """20 people, 20 km a day on 180 days, two in each car before: 72,000 passenger kilometres."""
    by_train = pulled("business", company(commuting=[{**COMMUTERS, "riders": 2}]), "commute_by_train")
    assert amounts(by_train) == {("commuting_rides", 0): Decimal(72_000)}


def test_goods_go_as_far_by_sea_as_by_air() -> None:
    by_sea = pulled("business", company(freight=BY_AIR), "sea_freight")
    assert amounts(by_sea) == {("freight", 0): 1_000, ("freight", 1): 1_000, ("air_freight", 2): 1_000}
