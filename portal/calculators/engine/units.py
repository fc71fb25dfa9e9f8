"""Core: units of activity, and how many of one are one of another. All by Pint, at the time a calculator is loaded.

Nothing is converted while somebody waits: formulas ask for scales here once and multiply plain numbers afterwards.
"""

import re
from collections.abc import Iterable
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from threading import Lock
from typing import Any

import pint

from portal.calculators.engine.calculator import _
from portal.calculators.engine.sentences import Unsound, said

KG = "kg"
KG_PER_TONNE = Decimal(1000)
NONE = ""  # the unit of plain numbers
PLAIN = said(_("a plain number"))
NO_UNIT = _("%(unit)s is no unit")
_WRITTEN = re.compile(r"[A-Za-z]\w*([*/][A-Za-z]\w*){0,5}", re.ASCII)
_SPELLINGS = ("kWh", "MWh", "GJ", "MJ", "km", "m", "kg", "g", "litre", "tonne", "short_ton")
_LAST = frozenset({"km", "mile", "hour", "day", "night", "year"})  # how far and how long comes after of what
_DIGITS = Context(prec=28)
_ONE_AT_A_TIME = Lock()

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
    "therm_gross = 105.505585262 * MJ_gross",  # a hundred thousand British thermal units of 1055.05585262 J
    "kWh_net = [energy_net]",
    "MJ_net = kWh_net / 3.6",
    "USD_2022 = [money_usd_2022]",
    "USD = [money_usd]",
    "money = [money]",
    "EUR = [money_eur]",
)


class UnitError(Unsound):
    """A text that names no unit, or two units that cannot be converted into each other."""


def _registry() -> "pint.UnitRegistry[Fraction]":
    """Return the one registry there is: units of two of them do not go together, also where threads begin at once."""
    with _ONE_AT_A_TIME:
        return _the_registry()


@cache
def _the_registry() -> "pint.UnitRegistry[Fraction]":
    registry: pint.UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction, on_redefinition="ignore")
    for line in _OURS:
        registry.define(line)
    return registry


@cache
def _parsed(unit: str) -> "pint.Unit":
    """Return a unit whose nought is none of it. Degrees Celsius and decibels are not, so they multiply nothing."""
    registry = _registry()
    try:
        found = registry.Unit(unit)
        nought = registry.Quantity(Fraction(0), found).to_root_units().magnitude
    except (pint.errors.PintError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError) as error:
        raise UnitError(said(NO_UNIT, unit=repr(unit))) from error
    if nought:
        raise UnitError(said(NO_UNIT, unit=repr(unit)))
    return found


@cache
def ratio(unit: str, into: str) -> Fraction:
    """Return exactly how many of `into` one of `unit` is. Raises UnitError if they measure different things."""
    try:
        return Fraction(_registry().Quantity(Fraction(1), _parsed(unit)).to(_parsed(into)).magnitude)
    except pint.DimensionalityError as error:
        one, other = unit or PLAIN, into or PLAIN
        raise UnitError(said(_("%(one)s cannot be converted into %(other)s"), one=one, other=other)) from error


@cache
def scale(unit: str, into: str) -> Decimal:
    """Return how many of `into` one of `unit` is, to 28 digits. Raises UnitError if they measure different things."""
    exact = ratio(unit, into)
    return _DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))


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
    """Return the unit of a product, as factors and questions write it: `passenger*km`."""
    return _written(_parsed(one) * _parsed(other))


@cache
def quotient(one: str, other: str) -> str:
    """Return the unit of a quotient, as factors and questions write it: `kg/kWh`."""
    return _written(_parsed(one) / _parsed(other))


@cache
def reduced(unit: str) -> str:
    """Return a unit without what its parts have in common: `kWh*year/month` is a number of `kWh`."""
    return _written_of(_registry().Quantity(Fraction(1), _parsed(unit)).to_reduced_units())


def _written(unit: "pint.Unit") -> str:
    return _written_of(_registry().Quantity(Fraction(1), unit))


def _written_of(quantity: Any) -> str:
    items: Iterable[tuple[str, Any]] = quantity.unit_items()
    powers = {_spellings().get(name, name): int(power) for name, power in items}
    names = sorted(powers, key=lambda name: (name in _LAST, name))
    over = "*".join(name for name in names for _time in range(powers[name]))
    under = "".join(f"/{name}" for name in names for _time in range(-powers[name]))
    return f"{over or 1}{under}" if powers else NONE


@cache
def _spellings() -> dict[str, str]:
    """Return how units are written here that Pint writes otherwise, by Pint's name: kilowatt_hour is kWh."""
    return {str(_parsed(text)): text for text in _SPELLINGS}
