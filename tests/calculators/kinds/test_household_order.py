"""A household is asked first what moves its result most. What comes first is worked out, and no matter of taste."""

from decimal import Decimal
from functools import cache

from portal.calculators.engine.calculator import Question
from portal.calculators.kinds.household import CALCULATOR
from tests.calculators.kinds.usual import asked_at_once, effect

ENOUGH = 2000  # kg a year between the least and the most that is usual, for a question to be asked first


@cache
def effects() -> dict[str, Decimal]:
    return {each.id: effect(each) for each in asked_at_once()}


def first() -> list[Question]:
    """The questions that stand first in their sections, of those that are asked of whoever answered nothing yet."""
    return [each for each in CALCULATOR.questions if not each.is_more and each.id in effects()]


def tonnes(name: str) -> str:
    return f"{effects()[name] / 1000:.1f}"


def test_what_moves_a_result_by_two_tonnes_is_asked_first_and_nothing_else() -> None:
    assert {each.id for each in first()} == {name for name, kg in effects().items() if kg >= ENOUGH}
    assert len(first()) == 12


def test_there_is_a_gap_between_what_is_asked_first_and_the_rest() -> None:
    """So that a new edition of the factors does not turn it round by chance."""
    names = {each.id for each in first()}
    assert (
        min(effects()[name] for name in names) > max(kg for name, kg in effects().items() if name not in names) * 4 / 3
    )


def test_more_effect_comes_before_less() -> None:
    """Heating stands where its fuels do, since it asks for them; sections stand where their first question does."""
    section = {question.id: each.id for each in CALCULATOR.sections for question in each.questions}
    weight = {**effects(), "heating": max(effects()[fuel] for fuel in ("heating", "gas", "oil"))}
    heaviest = {id_: max(weight[each.id] for each in first() if section[each.id] == id_) for id_ in section.values()}
    names = [each.id for each in first()]
    assert names == sorted(names, key=lambda name: (-heaviest[section[name]], -weight[name]))


def test_the_guide_s_figures_are_these() -> None:
    table = {each.id: tonnes(each.id) for each in first()}
    assert table == {
        "country": "12.9",
        "people": "9.8",
        "heating": "4.2",
        "oil": "6.0",
        "gas": "5.1",
        "area": "5.1",
        "electricity": "2.4",
        "very_long_flights": "4.5",
        "long_flights": "3.0",
        "diet": "3.1",
        "cars": "2.6",
        "unnamed": "2.1",
    }
    rest = {name: tonnes(name) for name in ("medium_flights", "public_services", "things", "effects", "taxi")}
    assert rest == {"medium_flights": "1.4", "public_services": "1.3", "things": "1.1", "effects": "1.0", "taxi": "1.0"}


def test_what_an_answer_brings_up_stands_with_what_brings_it_up() -> None:
    """The fuel that one heats with, and the class in which one flies, are asked in sight."""
    brought_up = {each.id: each.is_more for each in CALCULATOR.questions if each.id not in effects()}
    in_sight = {name for name, is_more in brought_up.items() if not is_more}
    others = {"lpg", "district", "wood", "pellets", "coal", "charcoal", "peat", "vegetable_oil"}
    assert in_sight == {"cabin", *others}
