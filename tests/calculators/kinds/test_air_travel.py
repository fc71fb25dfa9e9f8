"""A leg writes the formulas that the engine reads, over the questions or values that tell its airports."""

from portal.calculators.kinds.air_travel import CABINS, Leg, cabin, factor

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
