"""The calculators that come with the portal are read once, and stand on the factor set in force."""

from dataclasses import replace

import pytest

from portal.calculators import loading
from portal.calculators.engine.calculator import Airport, Country
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.shape import DefinitionError

TRIP = {"trips": [{"origin": "ZRH", "destination": "LHR"}]}


@pytest.mark.parametrize("name", loading.KINDS)
def test_every_calculator_is_sound(name):
    prepared = loading.kind(name)
    assert prepared.calculator.id == name
    assert prepared.factors is loading.factor_set()
    assert prepared is loading.kind(name)


def test_the_four_that_are_promised_are_there():
    assert set(loading.LISTED) == {"household", "business", "event", "flight"}
    assert set(loading.KINDS) == set(loading.LISTED) | {"trip"}


def test_there_is_no_other():
    with pytest.raises(KeyError):
        loading.kind("rocket")


def test_airports_and_countries_are_known_by_their_codes():
    known = loading.known_codes()
    assert {"LHR", "JFK", "NBO"} <= known[Airport]
    assert {"NA", "XK", "GB", "AX"} <= known[Country]
    assert not {"EU", "GLOBAL", "", "ZZ"} & known[Country]


def test_another_factor_set_can_take_its_place():
    rows = [
        replace(row, value=row.value * 2) if row.key.startswith("flight.") else row for row in loading.factor_set().rows
    ]
    doubled = FactorSet(version="doubled", rows=rows, parents={})
    twice = estimate(loading.ready(loading.KINDS["flight"], factors=doubled), TRIP)
    assert twice.factor_set == "doubled"
    assert twice.total == estimate(loading.kind("flight"), TRIP).total * 2


def test_a_factor_set_without_what_is_needed_is_refused():
    rows = [row for row in loading.factor_set().rows if not row.key.startswith("flight.short.business")]
    with pytest.raises(DefinitionError, match=r"the factor set has no factor 'flight.short.business.with'"):
        loading.ready(loading.KINDS["flight"], factors=FactorSet(version="less", rows=rows, parents={}))
