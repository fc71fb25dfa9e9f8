"""How sure an estimate is: which lines rest on what was assumed, and how errors add up."""

from dataclasses import replace
from decimal import Decimal

from portal.calculators.engine.calculator import Line, Value
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import bounds, estimate
from tests.calculators.small import (
    ALL,
    CARS,
    CARS_LINE,
    COUNTRY,
    DIET,
    DIET_LINE,
    FACTORS,
    GAS,
    GAS_LINE,
    GIVEN,
    HOME_GAS,
    KM,
    PEOPLE,
    POWER,
    POWER_LINE,
    calculator,
    estimated,
    factor,
    ready,
)

# --- What was assumed


def assumed(of, answers) -> list[tuple[str, int | None, bool]]:
    return [(line.id, line.item, line.is_assumed) for line in estimated(of, answers).lines if not line.part]


def test_a_line_is_assumed_where_an_answer_behind_it_was():
    found = estimated(ALL, {"power": 5, "cars": [{"km": 1}]})
    assert found.assumed == {"country", "people", "gas", "diet", "cars.0.size"}
    assert {line.id: line.is_assumed for line in found.lines} == {
        "heating": True,
        "lighting": True,  # the country was not told
        "eating": True,
        "driving": True,
    }
    assert not any(line.is_assumed for line in estimated(ALL, GIVEN | {"cars": [{"km": 1, "size": "small"}]}).lines)


def test_an_item_s_line_is_assumed_by_its_own_answers_and_by_those_outside():
    cars = replace(CARS, questions=(replace(KM, default='parameter("car.small.km")'),))
    line = replace(CARS_LINE, factor="car.small")
    items = {"cars": [{"km": 5}, {}]}
    assert assumed(calculator(cars, lines=(line,)), items) == [("driving", 0, False), ("driving", 1, True)]
    scaled = replace(line, activity='km * people / of(1, "person") * of(1, "vehicle")')
    assert assumed(calculator(cars, PEOPLE, lines=(scaled,)), items) == [("driving", 0, True), ("driving", 1, True)]


def test_a_value_in_between_hides_nothing():
    values = (Value(id="half", formula="gas / 2"), Value(id="more", formula="half * 3"))
    of = calculator(HOME_GAS, lines=(replace(GAS_LINE, activity="more"),), values=values)
    assert assumed(of, {}) == [("heating", None, True)]
    assert assumed(of, {"gas": 5}) == [("heating", None, False)]


def test_a_total_is_assumed_where_one_of_its_items_was():
    cars = replace(CARS, questions=(replace(KM, default='parameter("car.small.km")'),))
    values = (Value(id="far", formula="km", each="cars", is_total=True), Value(id="all", formula="far * 2"))
    line = Line(id="all_cars", section="main", label="", activity='all * of(1, "vehicle")', factor="car.small")
    of = calculator(cars, lines=(line,), values=values)
    assert assumed(of, {"cars": [{"km": 5}, {"km": 6}]}) == [("all_cars", None, False)]
    assert assumed(of, {"cars": [{"km": 5}, {}]}) == [("all_cars", None, True)]


def test_a_line_of_another_group_knows_what_a_total_rests_on():
    cars = replace(CARS, questions=(replace(KM, default='parameter("car.small.km")'),))
    vans = replace(CARS, id="vans", questions=(replace(KM, id="share"),))
    values = (Value(id="far", formula="km", each="cars", is_total=True),)
    line = replace(CARS_LINE, each="vans", activity='(share + far) * of(1, "vehicle")', factor="car.small")
    of = calculator(cars, vans, lines=(line,), values=values)
    assert assumed(of, {"cars": [{}], "vans": [{"share": 1}]}) == [("driving", 0, True)]
    assert assumed(of, {"cars": [{"km": 1}], "vans": [{"share": 1}]}) == [("driving", 0, False)]


def test_the_choice_that_leads_to_a_factor_stands_behind_the_line():
    of = calculator(PEOPLE, DIET, lines=(DIET_LINE,))
    assert assumed(of, {"people": 1}) == [("eating", None, True)]
    assert assumed(of, {"people": 1, "diet": "vegan"}) == [("eating", None, False)]


def test_an_unknown_country_leaves_alone_what_is_the_same_everywhere():
    of = calculator(COUNTRY, GAS, POWER, lines=(GAS_LINE, POWER_LINE), country="country")
    assert assumed(of, {"gas": 5, "power": 5}) == [("heating", None, False), ("lighting", None, True)]


# --- How sure it is


def set_of(**uncertainties: int) -> FactorSet:
    rows = [factor(key, "1", "kWh_gross", uncertainty=Decimal(spread)) for key, spread in uncertainties.items()]
    return FactorSet(version="spread", rows=rows, parents={})


def spread(*lines: Line, factors: FactorSet = FACTORS, answers=None, question=GAS) -> Decimal:
    of = calculator(question, lines=lines)
    return estimate(ready(of, factors=factors), {"gas": 100} if answers is None else answers).uncertainty


def gas_line(name: str, key: str, activity: str = "gas") -> Line:
    return Line(id=name, section="main", label="", activity=activity, factor=key)


def test_independent_factors_add_up_as_squares_do():
    """3-4-5: IPCC 2006, volume 1, chapter 3, equation 3.2."""
    factors = set_of(a=30, b=40)
    assert spread(gas_line("one", "a"), gas_line("two", "b"), factors=factors) == 50


def test_lines_of_one_factor_err_together():
    factors = set_of(a=30, b=40)
    assert spread(gas_line("one", "a"), gas_line("two", "a"), factors=factors) == 60
    lines = [gas_line("one", "a", "gas * 0.5"), gas_line("two", "a", "gas * 0.5"), gas_line("three", "b")]
    assert spread(*lines, factors=factors) == 50


def test_what_is_taken_off_takes_its_error_with_it():
    factors = set_of(a=30)
    assert spread(gas_line("one", "a"), gas_line("two", "a", "-gas * 0.4"), factors=factors) == 18


def test_an_assumed_activity_is_fifty_per_cent_unsure():
    """Equation 3.1 of the same chapter: uncertainties of a product go together as squares do."""
    home = replace(GAS, default='of(100, "kWh_gross/year")')
    of = calculator(home, lines=(gas_line("one", "a"),))
    found = estimate(ready(of, factors=set_of(a=120)), {})
    assert (found.lines[0].uncertainty, found.uncertainty) == (130, 130)
    assert estimate(ready(of, factors=set_of(a=120)), {"gas": 100}).uncertainty == 120
    assert spread(gas_line("one", "a"), factors=set_of(a=0), question=home, answers={}) == 50


def test_an_activity_errs_once_in_all_the_parts_of_a_line():
    """If the gas was assumed, its fuel chain is as wrong as its fire: 50 % of both, and 10 % of each factor's part."""
    found = estimated(calculator(HOME_GAS, lines=(GAS_LINE,)), {})
    assert found.total == 2300
    assert found.uncertainty == (Decimal(1150) ** 2 + Decimal(200) ** 2 + Decimal(30) ** 2).sqrt()


def test_memos_make_the_total_no_less_sure():
    factors = set_of(a=30, b=40)
    memo = replace(gas_line("two", "b"), is_memo=True)
    assert spread(gas_line("one", "a"), memo, factors=factors) == 30


def test_a_result_lies_between_its_bounds():
    assert bounds(Decimal(100), uncertainty=Decimal(30)) == (Decimal(70), Decimal(130))


def test_nobody_causes_less_than_nothing_but_more_may_be_taken_up():
    assert bounds(Decimal(10), uncertainty=Decimal(30)) == (Decimal(0), Decimal(40))
    assert bounds(Decimal(-100), uncertainty=Decimal(30)) == (Decimal(-130), Decimal(-70))
