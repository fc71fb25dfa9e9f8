"""The factor set and the calculators that come with the portal, read from their files once for each process."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from portal.calculators.engine import routes
from portal.calculators.engine.calculator import Airport, Calculator, Country
from portal.calculators.engine.compilation import Prepared, prepare
from portal.calculators.engine.factors import FactorSet, read
from portal.calculators.factors.regions import PARENTS
from portal.calculators.kinds import business, event, flight, household, trip
from portal.countries import country_codes

FACTOR_SET_NAME = "2026.1"  # bump it when figures change: year and number


@cache
def factor_text() -> str:
    """Return the table of the factor set that is in force, as CSV."""
    return resources.files("portal.calculators.factors").joinpath("factors.csv").read_text(encoding="utf-8")


@cache
def factor_set() -> FactorSet:
    """Return the factor set that is in force."""
    return read(factor_text(), name=FACTOR_SET_NAME, parents=PARENTS)


@cache
def known_codes() -> Mapping[type, frozenset[str]]:
    """Return the codes there are of airports and countries."""
    return {Airport: frozenset(routes.airports()), Country: country_codes()}


def ready(calculator: Calculator, *, factors: FactorSet | None = None) -> Prepared:
    """Return a calculator bound to a factor set, the one in force unless given. Raises DefinitionError."""
    return prepare(calculator, factors=factors or factor_set(), functions=routes.FUNCTIONS, known=known_codes())


LISTED: Mapping[str, Calculator] = {
    each.id: each for each in (household.CALCULATOR, flight.CALCULATOR, business.CALCULATOR, event.CALCULATOR)
}
"""What people are asked on a page."""
KINDS: Mapping[str, Calculator] = {**LISTED, trip.CALCULATOR.id: trip.CALCULATOR}
"""All that come with the portal: trips are for tables of many rows, which nobody fills in by hand."""


@cache
def kind(name: str) -> Prepared:
    """Return one of the calculators that come with the portal, ready to calculate. Raises KeyError."""
    return ready(KINDS[name])
