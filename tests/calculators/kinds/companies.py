"""A company that has some of everything, for tests of the business calculator."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.calculators import catalogue
from portal.calculators.engine.footprint import Estimate, ResultLine, estimate

Answers = Mapping[str, Any]

FULL: Answers = {
    "organisation": "Alma's workshop",
    "country": "GB",
    "employees": 50,
    "sites": [
        {"site": "Works", "electricity": 100_000, "supply": "renewable", "gas": 200_000, "oil": 1_000, "heat": 5_000},
        {"site": "Shop", "site_country": "FR", "electricity": {"value": 20, "unit": "MWh/year"}},
    ],
    "liquids": [{"liquid": "hvo", "volume": 1_000}, {"liquid": "gas_oil", "volume": 100}],
    "solids": [{"solid": "wood_chips", "burned": {"value": 2, "unit": "tonne/year"}}],
    "fleet_petrol": 500,
    "fleet_diesel": 3_000,
    "fleet_lpg": 100,
    "fleet": [
        {"vehicle": "car", "size": "medium", "fuel": "electric", "km": 10_000},
        {"vehicle": "van", "van_fuel": "diesel", "km": 20_000},
        {"vehicle": "truck_rigid", "km": 1_000},
        {"vehicle": "motorbike", "km": 1_000},
    ],
    "refrigerants": [{"refrigerant": "r410a", "refilled": 2}, {"refrigerant": "r22", "refilled": 1}],
    "releases": [{"gas_released": "sf6", "released": 1}],
    "purchases": [
        {"what": "programming", "amount": 100_000, "currency": "eur", "spent_in": "2022"},
        {"what": "couriers", "amount": 5_000, "currency": "gbp", "spent_in": "2023"},
    ],
    "materials": [{"material": "paper", "mass": 500}],
    "equipment": [{"what": "computers", "amount": 20_000, "currency": "usd", "spent_in": "2025"}],
    "freight": [
        {"mode": "truck", "load": 100, "km": 500},
        {"mode": "air_long", "load": 1, "km": 6_000, "is_paid": False},
    ],
    "flights": [
        {"from_airport": "LHR", "to_airport": "JFK", "journeys": 10, "cabin": "economy"},
        {"stretch": "short", "flown": 20_000, "cabin": "economy"},
    ],
    "rides": [{"by": "train", "ridden": 30_000}],
    "drives": [{"size": "small", "fuel": "petrol", "km": 1_000}],
    "hotels": [{"hotel_country": "US", "nights": 40}],
    "commuting": [
        {"way": "car", "size": "average", "fuel": "petrol", "people": 20, "daily": 20, "days": 180},
        {"way": "bus", "people": 10, "daily": 10, "days": 180},
    ],
    "home_hours": 10_000,
    "waste": [{"discarded": "commercial.landfill", "mass": {"value": 3, "unit": "tonne/year"}}],
    "water": 300,
    "sewage": 280,
    "leased_power": 500,
    "let_power": 400,
}


def calculated(answers: Answers) -> Estimate:
    return estimate(catalogue.kind("business"), answers)


def lines(answers: Answers, name: str, part: str = "") -> list[ResultLine]:
    return [line for line in calculated(answers).lines if line.id == name and line.part == part]


def kg(answers: Answers, name: str, part: str = "") -> Decimal:
    """Return the kg of all lines of one id and part."""
    return sum((line.kg for line in lines(answers, name, part)), Decimal(0))
