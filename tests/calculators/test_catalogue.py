"""The calculators that come with the portal are read once, and stand on the factor set in force."""

from dataclasses import replace

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.calculator import Airport, Country
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors import edition

TRIP = {"trips": [{"origin": "ZRH", "destination": "LHR"}]}


@pytest.mark.parametrize("name", catalogue.KINDS)
def test_every_calculator_is_sound(name):
    compiled = catalogue.kind(name)
    assert compiled.calculator.id == name
    assert compiled.factors is edition.factor_set()
    assert compiled is catalogue.kind(name)


def test_the_four_that_are_promised_are_there():
    assert set(catalogue.LISTED) == {"household", "business", "event", "flight"}
    assert set(catalogue.KINDS) == set(catalogue.LISTED) | {"trip"}


def test_there_is_no_other():
    with pytest.raises(KeyError):
        catalogue.kind("rocket")


def test_airports_and_countries_are_known_by_their_codes():
    known = catalogue.known_codes()
    assert {"LHR", "JFK", "NBO"} <= known[Airport]
    assert {"NA", "XK", "GB", "AX"} <= known[Country]
    assert not {"EU", "GLOBAL", "", "ZZ"} & known[Country]


def test_another_factor_set_can_take_its_place():
    rows = [
        replace(row, value=row.value * 2) if row.key.startswith("flight.") else row for row in edition.factor_set().rows
    ]
    doubled = FactorSet(version="doubled", rows=rows, parents={})
    twice = estimate(catalogue.ready(catalogue.KINDS["flight"], factors=doubled), TRIP)
    assert twice.factor_set == "doubled"
    assert twice.total == estimate(catalogue.kind("flight"), TRIP).total * 2


def test_a_factor_set_without_what_is_needed_is_refused():
    rows = [row for row in edition.factor_set().rows if not row.key.startswith("flight.take_off.with")]
    with pytest.raises(DefinitionError, match=r"the factor set has no factor 'flight.take_off.with'"):
        catalogue.ready(catalogue.KINDS["flight"], factors=FactorSet(version="less", rows=rows, parents={}))
