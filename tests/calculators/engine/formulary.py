"""What formulas of the tests may name: questions with their answers, parameters, and functions."""

from collections.abc import Mapping
from decimal import Decimal

from portal.calculators.engine.formulas import Function, Quantity, Text, Truth, read

TYPES = {
    "distance": Quantity("km"),
    "miles": Quantity("mile"),
    "power": Quantity("kWh/year"),
    "stay": Quantity("month"),
    "long_stay": Quantity("year"),
    "people": Quantity("person"),
    "count": Quantity(),
    "share": Quantity(),
    "diet": Text(("vegan", "meat")),
    "size": Text(("small", "large")),
    "note": Text(),
    "has_car": Truth(),
    "is_new": Truth(),
}
VALUES = {
    "distance": Decimal(100),
    "miles": Decimal(10),
    "power": Decimal(2400),
    "stay": Decimal(12),
    "long_stay": Decimal(1),
    "people": Decimal(2),
    "count": Decimal(3),
    "share": Decimal("0.25"),
    "diet": "vegan",
    "size": "large",
    "note": "Alma",
    "has_car": True,
    "is_new": False,
    "parameter:car.occupants": Decimal("1.5"),
    "parameter:car.large.power": Decimal("0.2"),
}
PARAMETERS = {
    "car.occupants": "person/vehicle",
    "car.small.power": "kWh/km",
    "car.large.power": "kWh/km",
    "fuel.vegan": "litre/km",
    "fuel.meat": "kWh/km",
}
FUNCTIONS = {
    "doubled": Function((Quantity("km"),), Quantity("km"), lambda km: km * 2),
    "way": Function((Text(), Text()), Quantity("km"), lambda one, other: Decimal(len(one) + len(other))),
    "kind": Function((Quantity("km"),), Text(("near", "far")), lambda km: "near" if km < 50 else "far"),
}


def formula(text: str, types: Mapping = TYPES):
    return read(text, types=types, functions=FUNCTIONS, parameters=PARAMETERS)


def result(text: str):
    return formula(text).evaluate(VALUES)
