"""The calculators that come with the portal, each bound to the factor set in force once for each process."""

from collections.abc import Mapping
from functools import cache

from portal.calculators.engine import routes
from portal.calculators.engine.calculator import Airport, Calculator, Country
from portal.calculators.engine.compilation import CompiledCalculator, compile_calculator
from portal.calculators.engine.factors import FactorSet
from portal.calculators.factors.edition import factor_set
from portal.calculators.kinds import business, event, flight, household, trip
from portal.countries import country_codes


@cache
def known_codes() -> Mapping[type, frozenset[str]]:
    """Return the codes there are of airports and countries."""
    return {Airport: frozenset(routes.airports()), Country: country_codes()}


def ready(calculator: Calculator, *, factors: FactorSet | None = None) -> CompiledCalculator:
    """Return a calculator bound to a factor set, the one in force unless given. Raises DefinitionError."""
    return compile_calculator(
        calculator, factors=factors or factor_set(), functions=routes.FUNCTIONS, known=known_codes()
    )


LISTED: Mapping[str, Calculator] = {
    each.id: each for each in (household.CALCULATOR, flight.CALCULATOR, business.CALCULATOR, event.CALCULATOR)
}
"""What people are asked on a page."""
KINDS: Mapping[str, Calculator] = {**LISTED, trip.CALCULATOR.id: trip.CALCULATOR}
"""All that come with the portal: trips are for tables of many rows, which nobody fills in by hand."""


@cache
def kind(name: str) -> CompiledCalculator:
    """Return one of the calculators that come with the portal, ready to calculate. Raises KeyError."""
    return ready(KINDS[name])
