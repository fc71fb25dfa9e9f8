"""Core: questions as most calculators ask them, of which each has only to say what is its own."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Required, TypedDict, Unpack

from portal.calculators.engine.calculator import MOST_PEOPLE, Number, Offered, Section, YesNo


class Worded(TypedDict, total=False):
    """What a question says of itself in words, and when it is asked."""

    id: Required[str]
    label: Required[str]
    help: str
    shown_if: str


class QuestionTraits(Worded, total=False):
    """What any question may say of itself, as `Question` has it."""

    is_required: bool
    is_setting: bool
    is_more: bool


class NumberTraits(QuestionTraits, total=False):
    """What a number may say of itself besides its units, as `Number` has it."""

    default: str
    minimum: str
    maximum: str
    is_whole: bool


def amount(*, unit: str = "", also: Iterable[str | Offered] = (), **asked: Unpack[NumberTraits]) -> Number:
    """Return the question how much there is of something: more of it moves the result up.

    `also` are other units to answer in.
    """
    offered = tuple(Offered(unit=each) if isinstance(each, str) else each for each in also)
    return Number(unit=unit, offered=offered, moves="up", **asked)


def distance(*, per: str = "", **asked: Unpack[NumberTraits]) -> Number:
    """Return the question how far, in km or miles; `per` is empty or such as `/year`."""
    return amount(unit=f"km{per}", also=(f"mile{per}",), **asked)


def mass(*, per: str = "", **asked: Unpack[NumberTraits]) -> Number:
    """Return the question how heavy, in kg or tonnes; `per` is empty or such as `/year`."""
    return amount(unit=f"kg{per}", also=(f"tonne{per}",), **asked)


def yes_unless_denied(**worded: Unpack[Worded]) -> YesNo:
    """Return the question about a way to count that is taken unless somebody says no, and adds to the result."""
    return YesNo(default=True, is_setting=True, moves="up", **worded)


def people(**asked: Unpack[NumberTraits]) -> Number:
    """Return the question how many people there are, who are at most as many as any gathering ever had."""
    asked.setdefault("maximum", MOST_PEOPLE)
    return amount(unit="person", **asked)


def foremost(section: Section, *names: str) -> Section:
    """Return a section that asks some questions first, in this order, and the others on request."""
    others = {each.id: each for each in section.questions}
    first = [others.pop(name) for name in names]
    return replace(section, questions=(*first, *(replace(each, is_more=True) for each in others.values())))


# --- Natural gas, whose units measure its heat gross or net, or how much space it takes

_GAS_BY_WAY_OF = {"kWh_net": "fuel.natural_gas.gross_by_net", "m3": "fuel.natural_gas.heat"}


def gas_in(*units: str) -> tuple[Offered, ...]:
    """Return units to answer in for gas that is counted in gross kWh, each with the parameter that leads there."""
    return tuple(Offered(unit=unit, through=_GAS_BY_WAY_OF.get(unit.partition("/")[0], "")) for unit in units)
