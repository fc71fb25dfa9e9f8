"""Core: units of activity, and how many of one are one of another. All by Pint, at the time a calculator is loaded.

Nothing is converted while somebody waits: formulas ask for scales here once and multiply plain numbers afterwards.
"""

import re
from decimal import Decimal
from functools import cache

import pint

from portal.calculators.calculator import _
from portal.calculators.sentences import Unsound, said

KG = "kg"
NONE = ""  # the unit of plain numbers
PLAIN = said(_("a plain number"))
NO_UNIT = _("%(unit)s is no unit")
_WRITTEN = re.compile(r"[A-Za-z]\w*([*/][A-Za-z]\w*){0,5}", re.ASCII)

# What Pint does not know. A year has 365 days and twelve equal months, as annual figures are meant. Energy bought as
# fuel is gross or net of the heat in its steam, which differ by a tenth for gas, so they never mix unnoticed.
_OURS = (
    "year = 365 * day = a = yr",
    "month = year / 12",
    "m2 = meter * meter",
    "m3 = meter * meter * meter",
    "person = [person] = persons",
    "passenger = person",
    "vehicle = [vehicle]",
    "room = [room]",
    "meal = [meal]",
    "item = [item]",
    "night = [night]",
    "kWh_gross = [energy_gross]",
    "MJ_gross = kWh_gross / 3.6",
    "therm_gross = 29.30710833487654 * kWh_gross",
    "kWh_net = [energy_net]",
    "MJ_net = kWh_net / 3.6",
    "USD_2022 = [money_usd_2022]",
    "USD = [money_usd]",
    "money = [money]",
    "EUR = [money_eur]",
)


class UnitError(Unsound):
    """A text that names no unit, or two units that cannot be converted into each other."""


@cache
def _registry() -> "pint.UnitRegistry[Decimal]":
    registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(non_int_type=Decimal, on_redefinition="ignore")
    for line in _OURS:
        registry.define(line)
    return registry


@cache
def _parsed(unit: str) -> "pint.Unit":
    try:
        return _registry().Unit(unit)
    except (pint.errors.PintError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError) as error:
        raise UnitError(said(NO_UNIT, unit=repr(unit))) from error


@cache
def scale(unit: str, into: str) -> Decimal:
    """Return how many of `into` one of `unit` is. Raises UnitError if they measure different things."""
    try:
        found = _registry().Quantity(Decimal(1), _parsed(unit)).to(_parsed(into))
    except pint.DimensionalityError as error:
        one, other = unit or PLAIN, into or PLAIN
        raise UnitError(said(_("%(one)s cannot be converted into %(other)s"), one=one, other=other)) from error
    return Decimal(found.magnitude)


def is_unit(text: str) -> bool:
    """Say whether a text that somebody wrote is a unit: words, multiplied and divided, such as `passenger*km/year`."""
    if text and not _WRITTEN.fullmatch(text):
        return False
    return convertible(text, text)


def convertible(unit: str, into: str) -> bool:
    """Say whether both units exist and measure the same thing."""
    try:
        scale(unit, into)
    except UnitError:
        return False
    return True


@cache
def product(one: str, other: str) -> str:
    """Return the unit of a product."""
    return _written(_parsed(one) * _parsed(other))


@cache
def quotient(one: str, other: str) -> str:
    """Return the unit of a quotient."""
    return _written(_parsed(one) / _parsed(other))


def _written(unit: "pint.Unit") -> str:
    text = str(unit)
    return NONE if text == "dimensionless" else text
