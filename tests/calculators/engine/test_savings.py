"""What pulling a lever would save, and what would be left."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.calculators.engine.answers import InvalidAnswers
from portal.calculators.engine.calculator import Lever, Value
from portal.calculators.engine.footprint import estimate, savings
from tests.calculators.small import (
    ALL,
    CARS,
    CARS_LINE,
    COUNTRY,
    GAS,
    GAS_LINE,
    GIVEN,
    HOME_GAS,
    IS_NEW,
    LESS_GAS,
    PEOPLE,
    POWER,
    POWER_LINE,
    WITH_LEVERS,
    calculator,
    ready,
)


def saved(of, answers, **more) -> list[tuple[str, Decimal, Decimal]]:
    return [(each.id, each.kg, each.left) for each in savings(estimate(ready(of), answers), **more)]


def test_the_levers_that_save_most_come_first():
    assert saved(WITH_LEVERS, GIVEN) == [("vegan", 2000, 2910), ("small", 325, 4585), ("less_gas", 23, 4887)]
    assert saved(WITH_LEVERS, GIVEN, most=1) == [("vegan", 2000, 2910)]


def test_a_lever_that_does_not_apply_or_saves_nothing_is_left_out():
    assert saved(WITH_LEVERS, GIVEN | {"diet": "vegan", "cars": []}) == [("less_gas", 23, 2337)]
    wasteful = Lever(id="more", label="", changes={"gas": "gas * 2"})
    assert saved(replace(ALL, levers=(wasteful,)), GIVEN) == []


def test_a_lever_pulls_at_a_default_as_at_an_answer():
    assert saved(WITH_LEVERS, {"diet": "vegan", "country": "KE", "people": 1}) == [("less_gas", 230, 3070)]


def test_a_lever_leaves_alone_what_is_not_asked():
    lever = Lever(id="fix", label="", changes={"power": 'of(7, "kWh/year")', "gas": 'of(1, "kWh_gross/year")'})
    of = calculator(IS_NEW, replace(POWER, shown_if="is_new"), GAS, lines=(GAS_LINE, POWER_LINE), levers=(lever,))
    assert saved(of, {"gas": 11}) == [("fix", Decimal("2.3"), Decimal("0.23"))]


def test_what_follows_from_a_change_follows():
    """A default that comes from a changed answer changes with it, and a question may be hidden by it."""
    heated = replace(GAS, default='of(people / of(1, "person") * 1000, "kWh_gross/year")')
    lever = Lever(id="fewer", label="", changes={"people": 'of(1, "person")'})
    of = calculator(PEOPLE, heated, lines=(GAS_LINE,), levers=(lever,))
    assert saved(of, {"people": 3}) == [("fewer", 460, 230)]
    assert saved(of, {"people": 3, "gas": 1000}) == []
    off = Lever(id="off", label="", changes={"is_new": "False"})
    of = calculator(IS_NEW, replace(GAS, shown_if="is_new"), lines=(GAS_LINE,), levers=(off,))
    assert saved(of, {"is_new": True, "gas": 1000}) == [("off", 230, 0)]


def test_an_item_s_new_answers_are_made_from_all_its_old_ones():
    """Large cars become small and drive half as far; those that are small already stay as they are, in either order."""
    half = 'km / 2 if size == "large" else km'
    for changes in ({"cars.size": '"small"', "cars.km": half}, {"cars.km": half, "cars.size": '"small"'}):
        of = calculator(CARS, lines=(CARS_LINE,), levers=(Lever(id="half", label="", changes=changes),))
        assert saved(of, {"cars": [{"size": "large", "km": 1000}, {"size": "small", "km": 700}]}) == [
            ("half", 175, 180)
        ]
        assert saved(of, {"cars": [{"size": "small", "km": 700}]}) == []


def test_a_lever_asks_for_the_parameters_of_the_country():
    """However early its question stands: the country is known first, and others are not misled."""
    lever = Lever(id="usual", label="", changes={"gas": 'min(gas, parameter("home.gas"))'})
    other = replace(HOME_GAS, id="other")
    of = calculator(GAS, COUNTRY, other, lines=(GAS_LINE,), levers=(lever,), country="country")
    assert saved(of, {"gas": 20_000, "country": "GB"}) == [("usual", 1840, 2760)]
    assert saved(of, {"gas": 20_000, "country": "FR"}) == [("usual", 2300, 2300)]


@pytest.mark.parametrize(
    "lever",
    [
        Lever(id="odd", label="", changes={"gas": 'of(1 / 0, "kWh_gross/year")'}),
        Lever(id="odd", label="", changes={"gas": "gas / 2"}, when="1 / 0 > 1"),
        Lever(id="odd", label="", changes={"gas": 'of(0, "kWh_gross/year")'}),  # on which a value below divides
    ],
)
def test_a_lever_without_result_is_left_out_and_the_others_stay(lever):
    value = Value(id="share", formula="power / gas")
    of = calculator(GAS, POWER, lines=(GAS_LINE,), values=(value,), levers=(lever, LESS_GAS))
    assert saved(of, {"gas": 1000, "power": 5}) == [("less_gas", 23, 207)]


def test_savings_of_wrong_answers_are_refused_as_the_estimate_is():
    with pytest.raises(InvalidAnswers):
        savings(estimate(ready(WITH_LEVERS), {"gas": "much"}))
