"""Households that tests calculate: one that does nothing, one that does a bit of everything."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.calculators import catalogue
from portal.calculators.engine.footprint import Estimate, estimate

Answers = Mapping[str, Any]

NOTHING: dict[str, Any] = {
    "country": "GB",
    "people": 1,
    "electricity": 0,
    "heating": "none",
    "rubbish": 0,
    "food_by": "meals",
    "breakfasts": 0,
    "unnamed": "none",
}
"""Answers of a household that does nothing at all, so that a single line can be looked at."""


def calculated(answers: Answers) -> Estimate:
    return estimate(catalogue.kind("household"), answers)


def only(answers: Answers) -> Estimate:
    """Calculate some answers for a household that does nothing else."""
    return calculated({**NOTHING, **answers})


def near(value: Decimal, published: str, *, percent: str = "0.1") -> bool:
    return abs(value - Decimal(published)) <= Decimal(published) * Decimal(percent) / 100


FULL: dict[str, Any] = {
    "country": "GB",
    "people": 3,
    "electricity": {"value": "250", "unit": "kWh/month"},
    "green": 50,
    "solar": 400,
    "heating": "gas",
    "gas": 12000,
    "more_fuels": True,
    "wood": 500,
    "water": 100,
    "cars": [
        {"size": "medium", "fuel": "petrol", "driving": {"value": "6000", "unit": "mile/year"}},
        {"size": "small", "fuel": "electric", "driving": 8000, "charged_at_home": True},
        {"size": "large", "fuel": "plugin", "known_by": "fuel", "bought": 300, "driving": 9000},
    ],
    "motorbike": 1000,
    "train": 60,
    "bus": {"value": "3", "unit": "hour/week"},
    "short_flights": 2,
    "long_flights": 1,
    "cabin": "business",
    "diet": "high_meat",
    "unnamed": "none",
    "things": [{"what": "laptop", "count": 1}, {"what": "tshirt", "count": 10}],
    "spending": [{"on": "phone", "amount": 500, "currency": "gbp"}],
    "stays": [{"place": "FR", "nights": 7}],
    "rubbish": 8,
    "paper": 2,
    "cats": 1,
    "dogs": 1,
    "dog_size": "large",
}
