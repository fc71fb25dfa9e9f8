"""A festival of which little is known and a conference of which everything is, for tests of the event calculator."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.calculators import catalogue
from portal.calculators.engine.footprint import Estimate, ResultLine, estimate

Answers = Mapping[str, Any]

FESTIVAL: Answers = {"country": "FR", "kind": "festival", "participants": 1000, "days": 2}
FULL: dict[str, Any] = {
    "mode": "actual",
    "event_name": "Paz's conference",
    "country": "DE",
    "airport": "BER",
    "days": 2,
    "participants": 200,
    "crew": 10,
    "travellers": [
        {"people": 20, "by": "plane", "from_airport": "LHR", "cabin": "economy", "is_return": True},
        {"people": 5, "by": "plane", "km": 900, "cabin": "business"},
        {"people": 100, "by": "train", "km": 300},
        {"people": 50, "by": "car", "km": 100, "riders": 2},
        {"people": 4, "by": "car_electric", "km": 100, "riders": 2},
        {"people": 1, "by": "motorbike", "km": 50},
    ],
    "hotels": [{"nights": 120, "hotel_country": "DE"}],
    "camping": 10,
    "meals_vegan": 40,
    "meals_vegetarian": 300,
    "meals_oily_fish": 10,
    "meals_white_fish": 10,
    "meals_white_meat": 50,
    "meals_red_meat": 50,
    "breakfasts": 60,
    "soft_drinks": 100,
    "beer": 50,
    "wine": 20,
    "bottled_water": 80,
    "tap_water": 100,
    "coffee": 500,
    "tea": 100,
    "plastic": 5,
    "card": 10,
    "electricity": {"value": 5, "unit": "MWh"},
    "gas": 1000,
    "oil": 100,
    "heat": 2000,
    "generator_fuel": 50,
    "concrete_area": 1000,
    "metal_area": 500,
    "equipment": 3000,
    "freight": [{"carrier": "truck", "load": 5, "haulage": 400}, {"carrier": "air_long", "load": 1, "haulage": 6000}],
    "printed": 100,
    "materials": [{"material": "board", "mass": 200}],
    "tshirts": 200,
    "textiles": 100,
    "souvenirs": 100,
    "waste": [{"discarded": "commercial.landfill", "mass": 300}],
    "water": 100,
    "online": 300,
    "online_hours": 6,
}


def calculated(answers: Answers) -> Estimate:
    return estimate(catalogue.kind("event"), answers)


def lines(answers: Answers, name: str, part: str = "") -> list[ResultLine]:
    return [line for line in calculated(answers).lines if line.id == name and line.part == part]


def amount(answers: Answers, name: str) -> Decimal:
    return sum((line.amount for line in lines(answers, name)), Decimal(0))


def kg(answers: Answers, name: str) -> Decimal:
    return sum((line.kg for line in lines(answers, name)), Decimal(0))
