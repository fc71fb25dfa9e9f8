"""The edition of the factor set that is in force, read from its file once for each process."""

from functools import cache
from importlib import resources

from portal.calculators.engine.factors import FactorSet, read
from portal.calculators.factors.regions import PARENTS

NAME = "2026.2"  # bump it when figures change: year and number


@cache
def factor_text() -> str:
    """Return the table of the factor set that is in force, as CSV."""
    return resources.files(__package__).joinpath("factors.csv").read_text(encoding="utf-8")


@cache
def factor_set() -> FactorSet:
    """Return the factor set that is in force."""
    return read(factor_text(), name=NAME, parents=PARENTS)
