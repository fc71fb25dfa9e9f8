"""Worked examples that others published, recalculated with the calculators and the examples' own figures.

Unless another source is named, they are of the GHG Protocol's "Technical Guidance for Calculating Scope 3 Emissions",
version 1.0 (World Resources Institute and World Business Council for Sustainable Development, with the Carbon Trust,
2013), https://ghgprotocol.org/sites/default/files/standards/Scope3_Calculation_Guidance_0.pdf. Its factors illustrate
the arithmetic and are no real ones, so each example brings a factor set along, as `manage.py footprint --factors` does.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management import call_command

from portal.calculators import pages
from portal.calculators.engine.factors import COLUMNS, COMPANIONS, DIRECT, WORLD, Factor, read
from portal.calculators.engine.footprint import Estimate, estimate
from portal.calculators.engine.inventory import inventory
from portal.calculators.factors import edition
from portal.calculators.factors.regions import PARENTS
from tests.calculators.kinds.households import NOTHING

CENT = Decimal("0.01")
NONE = Decimal(0)


class Figure(NamedTuple):
    """A factor of an example under one of our keys, in kg CO2 equivalent, and its unit if it is not ours."""

    key: str
    kg: Decimal | str
    region: str = WORLD
    unit: str = ""


def table(*figures: Figure) -> str:
    """Return the factor set in force as CSV, but for the keys of an example, which have its figures and no others.

    Nothing upstream is added to them, unless the example has a figure for it. A key that has figures for countries only
    keeps its row for the world, as a factor set needs one.
    """
    given = {(figure.key, figure.region) for figure in figures}
    replaced = {_beside(figure.key) for figure in figures}
    rows = [row for row in edition.factor_set().rows if _beside(row.key) not in replaced or _is_left(row, given)]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(asdict(row) | {"year": row.year or ""} for row in (*rows, *map(_row, figures)))
    return text.getvalue()


def _beside(key: str) -> str:
    """Return the key that a companion's key stands beside; any other key as it is."""
    start, _dot, part = key.rpartition(".")
    return start if part in COMPANIONS else key


def _is_left(row: Factor, given: set[tuple[str, str]]) -> bool:
    return row.region == WORLD and row.basis not in COMPANIONS and (row.key, WORLD) not in given


def _row(figure: Figure) -> Factor:
    ours = edition.factor_set().rows_of(figure.key)[0]
    part = figure.key.rpartition(".")[2]
    return replace(
        ours,
        value=Decimal(figure.kg),
        region=figure.region,
        unit=figure.unit or ours.unit,
        basis=part if part in COMPANIONS else DIRECT,
        source="A published example",
        url="",
        origin="",
        note="",
    )


def calculated(kind: str, answers: Mapping[str, Any], *figures: Figure) -> Estimate:
    factors = read(table(*figures), name="example", parents=PARENTS)
    return estimate(pages.compiled_for(kind, factors=factors), answers)


def kg(found: Estimate) -> dict[str, list[Decimal]]:
    """Return the kg of each line by its id, item after item."""
    ids = dict.fromkeys(line.id for line in found.lines)
    return {each: [line.kg for line in found.lines if line.id == each] for each in ids}


# --- Commuting

RAIL_AND_ROAD = (Figure("travel.train", "0.1"), Figure("travel.bus", "0.1"), Figure("car.average.unknown", "0.2"))
THREE_EMPLOYEES = [  # 48 weeks a year; there and back
    {"way": "train", "people": 1, "daily": 2 * 10, "days": 5 * 48},
    {"way": "train", "people": 1, "daily": 2 * 10, "days": 4 * 48},
    {"way": "car", "people": 1, "daily": 2 * 15, "days": 1 * 48},
    {"way": "car", "people": 1, "daily": 2 * 20, "days": 5 * 48},
]


def test_commuting_by_distance() -> None:
    """Example 7.1, page 90: 8,640 km by rail and 11,040 km by car are 3,072 kg."""
    found = calculated("business", {"commuting": THREE_EMPLOYEES}, *RAIL_AND_ROAD)
    assert sum(line.amount for line in found.lines if line.id == "commuting_rides") == 8640
    assert sum(line.amount for line in found.lines if line.id == "commuting_cars") == 11040
    assert {line.category for line in found.lines} == {"3.7"}
    assert found.total == 3072


def test_anybody_can_do_it_with_the_command(tmp_path: Path) -> None:
    """Example 7.1, page 90, from two files."""
    factors, answers, out = tmp_path / "example.csv", tmp_path / "answers.json", io.StringIO()
    factors.write_text(table(*RAIL_AND_ROAD), encoding="utf-8")
    answers.write_text(json.dumps({"commuting": THREE_EMPLOYEES}), encoding="utf-8")
    call_command("footprint", "business", "--input", str(answers), "--factors", str(factors), "--json", stdout=out)
    assert json.loads(out.getvalue())["total_kg"] == "3072"


def test_commuting_by_averages() -> None:
    """Example 7.2, pages 92 and 93: 10,000 employees and 235 days are 6,697,500 kg."""
    groups = [
        {"way": "train", "people": 5000, "daily": 2 * 10, "days": 235},
        {"way": "car", "people": 3000, "daily": 2 * 15, "days": 235},
        {"way": "walk", "people": 1500, "daily": 2 * 1, "days": 235},
        {"way": "bus", "people": 500, "daily": 2 * 5, "days": 235},
    ]
    found = calculated("business", {"commuting": groups}, *RAIL_AND_ROAD)
    assert kg(found) == {"commuting_cars": [4_230_000], "commuting_rides": [2_350_000, 117_500]}  # and none on foot
    assert found.total == 6_697_500


# --- Business travel


def test_business_travel_by_distance() -> None:
    """Example 6.1, pages 85 and 86: 17,583.33 kg by road and 8,300,000 by air are 8,317,583.33 kg.

    Three people in each car: a hundred of them drive a hundred kilometres 33 1/3 times.
    """
    drives = [
        {"size": "average", "fuel": "hybrid", "km": 10 // 2 * 50},
        {"size": "average", "fuel": "petrol", "km": 20 // 2 * 200},
        {"size": "large", "fuel": "unknown", "km": str(Decimal(100) / 3 * 100)},
    ]
    flights = [
        {"stretch": "long", "flown": 10 * 10_000},
        {"stretch": "short", "flown": 20 * 15_000},
        {"stretch": "long", "flown": 100 * 12_000},
    ]
    found = calculated(
        "business",
        {"drives": drives, "flights": flights},
        Figure("car.average.hybrid", "1"),
        Figure("car.average.petrol", "2"),
        Figure("car.large.unknown", "4"),
        Figure("flight.long.average.with", "5"),
        Figure("flight.short.average.with", "6"),
    )
    assert sum(kg(found)["drives"], NONE).quantize(CENT) == Decimal("17583.33")
    assert kg(found)["flights"] == [500_000, 1_800_000, 6_000_000]
    assert {line.category for line in found.lines} == {"3.6"}
    assert found.total.quantize(CENT) == Decimal("8317583.33")


def test_trips_by_road_count_by_car_and_not_by_person() -> None:
    """The road part of example 6.1, pages 85 and 86, trip by trip: 250, 4,000 and 13,333.33 are 17,583.33 kg."""
    figures = (
        Figure("car.average.hybrid", "1"),
        Figure("car.average.petrol", "2"),
        Figure("car.average.unknown", "4"),
    )
    trips = [
        {"mode": "car", "fuel": "hybrid", "people": 10, "occupants": 2, "length": 50},
        {"mode": "car", "fuel": "petrol", "people": 20, "occupants": 2, "length": 200},
        {"mode": "car", "fuel": "unknown", "people": 100, "occupants": 3, "length": 100},
    ]
    found = [calculated("trip", trip, *figures).total for trip in trips]
    assert [total.quantize(CENT) for total in found] == [250, 4000, Decimal("13333.33")]
    assert sum(found, NONE).quantize(CENT) == Decimal("17583.33")


# --- Freight and waste


def test_freight_by_distance() -> None:
    """Example 4.2, page 62: 800 kg by road, 3,000 by air and 1,200 by sea are 5,000 kg.

    Its table says the factors are for containers, its sums take them for tonnes, and so does the calculator.
    """
    freight = [
        {"mode": "truck_rigid", "load": 2, "km": 2000},
        {"mode": "air_long", "load": 1, "km": 3000},
        {"mode": "ship_container", "load": 6, "km": 4000},
    ]
    found = calculated(
        "business",
        {"freight": freight},
        Figure("freight.truck_rigid", "0.2"),
        Figure("freight.air_long_with", "1.0"),
        Figure("freight.ship_container", "0.05"),
    )
    assert kg(found) == {"freight": [800, 1200], "air_freight": [3000]}
    assert {line.category for line in found.lines} == {"3.4"}
    assert found.total == 5000


def test_waste_by_kind_and_treatment() -> None:
    """Example 5.1, page 75: plastics and waste water are 132,500 kg.

    The calculator has one answer for whatever a company lets burn for energy, so that is where the plastics go.
    """

    def tonnes(number: int) -> dict[str, Any]:
        return {"value": number, "unit": "tonne/year"}

    waste = [
        {"discarded": "plastic.landfill", "mass": tonnes(2000)},
        {"discarded": "commercial.incineration", "mass": tonnes(5000)},
        {"discarded": "plastic.recycled", "mass": tonnes(4000)},
    ]
    found = calculated(
        "business",
        {"waste": waste, "sewage": 5000},
        Figure("waste.plastic.landfill", "40", unit="tonne"),
        Figure("waste.commercial.incineration", "2", unit="tonne"),
        Figure("waste.plastic.recycled", "10", unit="tonne"),
        Figure("water.treatment", "0.5"),
    )
    assert kg(found) == {"waste": [80_000, 10_000, 40_000], "sewage": [2500]}
    assert {line.category for line in found.lines} == {"3.5"}
    assert found.total == 132_500


# --- What is upstream of electricity


def row(found: Estimate, name: str) -> Decimal | None:
    """Return the tonnes of a row of the inventory."""
    tonnes = {each["id"]: each["tonnes"] for each in inventory(found)["rows"]}[name]
    return None if tonnes is None else Decimal(tonnes)


def by_part(found: Estimate, *lines: str) -> dict[str, Decimal]:
    """Return the tonnes of each part of some lines: what is used, and what is upstream or lost."""
    counted = [line for line in found.lines if line.id in lines]
    parts = dict.fromkeys(line.part for line in counted)
    return {part: sum((line.kg for line in counted if line.part == part), NONE) / 1000 for part in parts}


def test_who_uses_electricity_reports_what_is_mined_and_lost_for_it() -> None:
    """Table 3.2, page 40: of 100 MWh a tenth is lost; making them took 100 t in a power station and 5 t in a coal mine.

    So who uses the other 90 MWh has 90 t in scope 2, and in category 3 4.5 t upstream and 10.5 t for what is lost.
    """
    used = 90_000
    found = calculated(
        "business",
        {"sites": [{"electricity": used}]},
        Figure("electricity.grid", "1"),
        Figure("electricity.grid.upstream", "0.05"),
        Figure("electricity.grid.losses", Decimal(10_000) / used),
        Figure("electricity.grid.losses_upstream", Decimal(500) / used),
    )
    assert by_part(found, "electricity") == {
        "": 90,
        "upstream": Decimal("4.5"),
        "losses": 10,
        "losses_upstream": Decimal("0.5"),
    }
    assert row(found, "2.location") == 90
    assert row(found, "3.3") == 15


def test_energy_of_data_centres_in_five_countries() -> None:
    """Example 3.1, pages 46 and 47: 740,000 kg and 2,500 upstream, and 404,175 lost, are 1,146,675 kg in category 3.

    Losses are taken from combustion alone, as the example does; formula 3.3, page 45, would add their own upstream,
    which is a row of its own with us, `losses_upstream`, and left out here.
    """
    electricity = {  # kg per kWh upstream and burned, and per cent lost
        "AU": ("0.12", "0.8", 10),
        "CA": ("0.10", "0.4", 13),
        "IN": ("0.15", "0.8", 15),
        "US": ("0.10", "0.5", 10),
        "TR": ("0.05", "0.4", 12),
    }
    heat = {"CA": ("0.05", "0.15", 5)}
    sites = [
        {"site_country": "AU", "electricity": 500_000},
        {"site_country": "CA", "electricity": 600_000, "heat": 50_000},
        {"site_country": "IN", "electricity": 400_000},
        {"site_country": "US", "electricity": 5_500_000},
        {"site_country": "TR", "electricity": 200_000},
    ]
    figures = [
        figure
        for key, countries in (("electricity.grid", electricity), ("heat.district", heat))
        for country, (upstream, burned, lost) in countries.items()
        for figure in (
            Figure(key, burned, country),
            Figure(f"{key}.upstream", upstream, country),
            Figure(f"{key}.losses", Decimal(burned) * lost / 100, country),
        )
    ]
    found = calculated("business", {"sites": sites}, *figures)
    assert by_part(found, "electricity")["upstream"] == 740
    assert by_part(found, "heat")["upstream"] == Decimal("2.5")
    assert by_part(found, "electricity", "heat")["losses"] == Decimal("404.175")
    assert row(found, "3.3") == Decimal("1146.675")


# --- Petrol


def test_petrol_by_the_litre() -> None:
    """Carbon Trust, Conversion factors, https://www.carbontrust.com/resources/guides/carbon-footprinting-and-reporting/conversion-factors/:
    200 litres at 2.331 kg are 466.2 kg."""
    found = calculated("business", {"fleet_petrol": 200}, Figure("fuel.petrol", "2.331"))
    assert found.total == Decimal("466.2")


def test_a_typical_american_car() -> None:
    """US EPA, Tailpipe Greenhouse Gas Emissions from a Typical Passenger Vehicle (EPA-420-F-23-014, June 2023),
    https://www.epa.gov/greenvehicles/greenhouse-gas-emissions-typical-passenger-vehicle: 8,887 g per gallon and 22.2
    miles per gallon are about 400 g per mile, and 4.6 t for 11,500 miles a year."""
    miles = Decimal(11_500)
    bought = {"value": str(miles / Decimal("22.2")), "unit": "gallon/year"}
    car = {"fuel": "petrol", "known_by": "fuel", "bought": bought}
    answers = {**NOTHING, "country": "US", "cars": [car]}
    found = calculated("household", answers, Figure("fuel.petrol", "8.887", unit="gallon"))
    assert found.total.quantize(Decimal("0.001")) == Decimal("4603.626")
    assert found.tonnes.quantize(Decimal("0.1")) == Decimal("4.6")
    assert (found.total / miles).quantize(CENT) == Decimal("0.40")
