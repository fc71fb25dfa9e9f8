"""Flights: leg by leg, by haul and class, there and back, with or without what stands beside the CO2."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.catalogue import kind, ready
from portal.calculators.engine.answers import (
    NO_SUCH_CODE,
    NO_SUCH_OPTION,
    NOT_WHOLE,
    REQUIRED,
    TOO_FEW,
    TOO_LARGE,
    TOO_MANY,
    TOO_SMALL,
    InvalidAnswers,
)
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import Estimate, estimate, savings
from portal.calculators.engine.interview import names_of_items
from portal.calculators.engine.routes import distance
from portal.calculators.factors.edition import factor_set

FLIGHT = kind("flight")
ONE_WAY = {"is_return": False}
BARE = {"effects": False, "with_fuel": False}  # the CO2, CH4 and N2O of burning the fuel, and nothing else


def flown(*trips: dict[str, Any], **method: bool) -> Estimate:
    return estimate(FLIGHT, {"trips": list(trips), **method})


def trip(origin: str, destination: str, **more: Any) -> dict[str, Any]:
    return {"origin": origin, "destination": destination, **ONE_WAY, **more}


def legs(found: Estimate) -> list[tuple[str, str, str, str]]:
    return [(line.id, line.factor.key, line.part, str(line.amount)) for line in found.lines]


def problems(answers: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        estimate(FLIGHT, answers)
    return [(each.path, each.message) for each in caught.value.problems]


# --- What a flight causes


@pytest.mark.parametrize(
    ("one", "other", "cabin", "kg_per_km"),
    [
        # UK Government GHG conversion factors 2025, sheet "Business travel - air", with RF, kg CO2e per passenger-km
        ("LHR", "JFK", "economy", "0.11704"),
        ("LHR", "JFK", "premium", "0.18726"),
        ("LHR", "JFK", "business", "0.3394"),
        ("LHR", "JFK", "first", "0.46814"),
        ("LHR", "JFK", "average", "0.15282"),
        ("LHR", "IST", "economy", "0.12576"),
        ("LHR", "IST", "business", "0.18863"),
        ("LHR", "IST", "average", "0.12786"),
        ("LHR", "EDI", "economy", "0.22928"),  # domestic flights have one class
        ("LHR", "EDI", "first", "0.22928"),
        ("NBO", "GVA", "economy", "0.10916"),
        ("NBO", "GVA", "business", "0.31656"),
        ("CDG", "NCE", "average", "0.14253"),
        ("ZRH", "GVA", "economy", "0.22928"),
    ],
)
def test_a_flight_is_its_great_circle_times_the_factor_of_its_haul_and_class(one, other, cabin, kg_per_km):
    found = flown(trip(one, other, cabin=cabin), with_fuel=False)
    assert found.total == distance(one, other) * Decimal(kg_per_km)


def test_london_to_new_york_and_back_in_economy():
    """5554.517 km, twice, at 0.11704 kg with effects beyond CO2, and 0.02461 kg for the fuel before it is burned."""
    found = flown({"origin": "LHR", "destination": "JFK"})
    assert [(line.part, line.amount, line.kg) for line in found.lines] == [
        ("", Decimal("11109.034"), Decimal("1300.20133936")),
        ("upstream", Decimal("11109.034"), Decimal("273.39332674")),
    ]
    assert (found.total, found.units, found.surplus) == (Decimal("1573.5946661"), 2, Decimal("426.4053339"))
    assert (found.assumed, {line.scope for line in found.lines}) == ({"trips.0.cabin"}, {"3"})


def test_an_example_that_others_published():
    """Los Angeles to London in economy: 1312.696 kg, from the R package footprint, by the UK's factors of 2019.

    Those gave 0.14981 kg for a passenger-km on a long haul in economy. The package takes the earth for a ball, which
    makes distances differ by 0.3 % at the most. (cran.r-project.org/web/packages/footprint/readme/README.html)
    """
    rows = [
        replace(row, value=Decimal("0.14981")) if row.key == "flight.long.economy.with" else row
        for row in factor_set().rows
    ]
    then = ready(FLIGHT.calculator, factors=FactorSet(version="2019", rows=rows, parents={}))
    found = estimate(then, {"trips": [trip("LAX", "LHR", cabin="economy")], "with_fuel": False})
    assert abs(found.total / Decimal("1312.696") - 1) < Decimal("0.003")


def test_effects_beyond_co2_are_a_multiplier_of_1_7_on_nearly_all_of_it():
    """CH4 and N2O are not multiplied, so the whole grows a little less."""
    with_effects = flown(trip("LHR", "JFK", cabin="economy"), with_fuel=False).total
    without = flown(trip("LHR", "JFK", cabin="economy"), **BARE).total
    assert without == Decimal("5554.517") * Decimal("0.06926")
    assert Decimal("1.68") < with_effects / without < Decimal("1.70")


def test_the_fuel_s_making_is_35_per_cent_of_what_burning_it_causes_on_long_hauls():
    """As the UK's set of 2025 has it; it does not depend on effects at height."""
    bare = flown(trip("LHR", "JFK", cabin="average"), **BARE).total
    with_fuel = flown(trip("LHR", "JFK", cabin="average"), effects=False).total
    assert round((with_fuel - bare) / bare, 3) == Decimal("0.355")
    both = flown(trip("LHR", "JFK", cabin="average")).total
    assert both - flown(trip("LHR", "JFK", cabin="average"), with_fuel=False).total == with_fuel - bare


# --- Legs


def test_a_change_makes_two_legs_each_of_its_own_haul():
    found = flown(trip("LHR", "NBO", via="IST", cabin="economy"), with_fuel=False)
    assert legs(found) == [
        ("first_leg", "flight.short.economy.with", "", "2494.306"),
        ("second_leg", "flight.international.economy.with", "", str(distance("IST", "NBO"))),
    ]


def test_two_changes_make_three_legs():
    found = flown(trip("EDI", "NBO", via="LHR", via_too="CDG", cabin="business"), with_fuel=False)
    assert [leg[:2] for leg in legs(found)] == [
        ("first_leg", "flight.domestic.business.with"),
        ("second_leg", "flight.short.business.with"),
        ("third_leg", "flight.international.business.with"),
    ]
    assert [line.amount for line in found.lines] == [
        distance(*pair) for pair in (("EDI", "LHR"), ("LHR", "CDG"), ("CDG", "NBO"))
    ]


def test_a_second_change_without_a_first_is_not_asked_for():
    assert flown(trip("LHR", "JFK", via_too="CDG")).total == flown(trip("LHR", "JFK")).total


def test_there_and_back_is_twice_as_much_and_so_are_two_passengers_and_two_times():
    once = flown(trip("LHR", "JFK", via="KEF")).total
    assert flown(trip("LHR", "JFK", via="KEF", is_return=True)).total == 2 * once
    assert flown(trip("LHR", "JFK", via="KEF", passengers=2)).total == 2 * once
    assert flown(trip("LHR", "JFK", via="KEF", times=2)).total == 2 * once
    assert flown(trip("LHR", "JFK", via="KEF", times=3, passengers=5, is_return=True)).total == 30 * once


def test_several_flights_add_up():
    one, other = trip("LHR", "JFK", cabin="first"), trip("NBO", "GVA")
    assert flown(one, other).total == flown(one).total + flown(other).total
    assert {line.item for line in flown(one, other).lines} == {0, 1}


def test_back_is_as_far_as_there():
    assert flown(trip("NBO", "GVA")).total == flown(trip("GVA", "NBO")).total


def test_from_where_one_is_to_where_one_is_is_no_flight():
    assert flown(trip("LHR", "LHR")).lines == ()


def test_what_is_not_said_is_one_passenger_there_and_back_in_economy():
    said = {"is_return": True, "passengers": 1, "times": 1, "cabin": "economy"}
    unsaid = flown({"origin": "LHR", "destination": "JFK"}, with_fuel=False)
    assert unsaid.total == flown({"origin": "LHR", "destination": "JFK", **said}, with_fuel=False).total
    assert unsaid.assumed == {"trips.0.cabin"}
    assert flown({"origin": "LHR", "destination": "JFK", **said}).assumed == set()


# --- What the lines are called


@pytest.mark.parametrize(
    ("flight", "names"),
    [
        (trip("NBO", "GVA"), ["NBO – GVA"]),
        (trip("NBO", "GVA", via="ADD"), ["NBO – ADD", "ADD – GVA"]),
        (trip("nbo", "GVA", via="ADD", via_too="FCO"), ["NBO – ADD", "ADD – FCO", "FCO – GVA"]),
        (trip("NBO", "GVA", via_too="FCO"), ["NBO – GVA"]),
    ],
)
def test_each_leg_is_called_by_its_own_ends(flight, names):
    first = trip("ZRH", "LHR")
    found = flown(first, flight, with_fuel=False)
    answers = {"trips": [first, flight]}
    called = names_of_items(evaluate(FLIGHT, answers))
    assert [called[line.id][line.item] for line in found.lines if line.item == 0] == ["ZRH – LHR"]
    assert [called[line.id][line.item] for line in found.lines if line.item == 1] == names


# --- Mistakes


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({}, [("trips", TOO_FEW)]),
        ({"trips": [{}]}, [("trips.0.origin", REQUIRED), ("trips.0.destination", REQUIRED)]),
        ({"trips": [trip("XXX", "JFK")]}, [("trips.0.origin", NO_SUCH_CODE)]),
        ({"trips": [trip("LHR", "London")]}, [("trips.0.destination", NO_SUCH_CODE)]),
        ({"trips": [trip("LHR", "JFK", via="EGLL")]}, [("trips.0.via", NO_SUCH_CODE)]),
        ({"trips": [trip("LHR", "JFK"), trip("LHR", "JFK", cabin="hold")]}, [("trips.1.cabin", NO_SUCH_OPTION)]),
        ({"trips": [trip("LHR", "JFK", passengers=0)]}, [("trips.0.passengers", TOO_SMALL)]),
        ({"trips": [trip("LHR", "JFK", passengers="1.5")]}, [("trips.0.passengers", NOT_WHOLE)]),
        ({"trips": [trip("LHR", "JFK", times=1001)]}, [("trips.0.times", TOO_LARGE)]),
        ({"trips": [trip("LHR", "JFK")] * 21}, [("trips", TOO_MANY)]),
    ],
)
def test_mistakes_are_told_at_their_field(answers, found):
    assert problems(answers) == found


# --- Savings


def test_what_could_be_saved():
    answers = {"trips": [{"origin": "LHR", "destination": "JFK", "cabin": "business"}], "with_fuel": False}
    business, economy = (Decimal("11109.034") * Decimal(factor) for factor in ("0.3394", "0.11704"))
    assert [(each.id, each.kg) for each in savings(estimate(FLIGHT, answers))] == [
        ("economy", business - economy),
        ("half_as_often", business / 2),
    ]
    sitting = {"trips": [{"origin": "LHR", "destination": "JFK", "cabin": "economy"}]}
    assert [each.id for each in savings(estimate(FLIGHT, sitting))] == ["half_as_often"]


# --- Properties

AIRPORTS = st.sampled_from(["LHR", "JFK", "NBO", "GVA", "SYD", "JER", "GCI", "TOS", "WDH", "PRN", "EDI", "IST"])
CABINS = ["economy", "premium", "business", "first"]
TRIPS = st.fixed_dictionaries(
    {"origin": AIRPORTS, "destination": AIRPORTS},
    optional={
        "via": AIRPORTS,
        "via_too": AIRPORTS,
        "is_return": st.booleans(),
        "cabin": st.sampled_from([*CABINS, "average"]),
        "passengers": st.integers(1, 1000),
        "times": st.integers(1, 1000),
    },
)


@given(st.lists(TRIPS, min_size=1, max_size=4), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_lines_add_up_and_every_way_of_counting_more_counts_no_less(trips, effects, with_fuel):
    found = flown(*trips, effects=effects, with_fuel=with_fuel)
    assert sum(line.kg for line in found.lines) == found.total
    assert flown(*trips, effects=True, with_fuel=with_fuel).total >= found.total
    assert flown(*trips, effects=effects, with_fuel=True).total >= found.total
    assert flown(*trips, *trips[:1], effects=effects, with_fuel=with_fuel).total >= found.total
    classes = [flown(*({**each, "cabin": cabin} for each in trips)).total for cabin in CABINS]
    assert classes == sorted(classes)


@given(TRIPS, AIRPORTS)
@settings(max_examples=60, deadline=None)
def test_a_stop_makes_no_way_shorter(single, stop):
    direct = {name: value for name, value in single.items() if name not in ("via", "via_too")}
    ways = [
        sum(line.amount for line in flown(each, with_fuel=False).lines) for each in (direct, direct | {"via": stop})
    ]
    assert ways[0] <= ways[1] * (1 + Decimal("1e-6"))
