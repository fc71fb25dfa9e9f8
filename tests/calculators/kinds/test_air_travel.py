"""A leg writes the formulas that the engine reads, over the questions or values that tell its airports."""

from decimal import Decimal

import pytest

from portal.calculators.engine.formulas import Quantity, Text, read
from portal.calculators.factors.edition import factor_set
from portal.calculators.kinds.air_travel import CABINS, Leg, cabin, factor, room

LEG = Leg("origin", "first_stop")


def test_a_leg_counts_by_its_distance() -> None:
    assert LEG.distance == "distance(origin, first_stop)"


def test_a_leg_is_told_by_both_its_airports() -> None:
    assert LEG.is_told == 'origin != "" and first_stop != ""'


def test_a_haul_that_is_known_stands_as_it_is() -> None:
    assert factor("international") == "flight.international.{cabin}.{beyond}"


def test_the_class_of_a_flight_is_an_average_unless_it_is_said() -> None:
    assert (cabin().default, cabin(default="economy").default) == ("average", "economy")
    assert cabin(shown_if="flies").options == CABINS


@pytest.mark.parametrize(
    ("km", "times"),
    [(0, "1.5"), (1108, "1.5"), (3795, "2.2"), (6482, "2.9"), (16000, "2.9")],  # between, half the way
)
def test_a_class_takes_more_room_the_farther_one_goes_between_short_and_long_hauls(km: int, times: str) -> None:
    factors = factor_set()
    types = {"way": Quantity("km"), "cabin": Text(tuple(each.id for each in CABINS))}
    formula = read(room("way"), types=types, functions={}, parameters=factors.parameters)
    typical = {
        f"parameter:{key}": factors.factor(key, "").value for key in factors.parameters if key.startswith("flight.")
    }
    assert formula.evaluate({**typical, "way": Decimal(km), "cabin": "business"}) == Decimal(times)
