"""The estimate: activity times factor, what goes along with it, where it counts, and how many units it is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.calculators.engine.answers import NO_RESULT, InvalidAnswers
from portal.calculators.engine.calculator import Country, Line, Number, Offered, Section, Value, YesNo
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import estimate
from tests.calculators.small import (
    ALL,
    CARS,
    CARS_LINE,
    COUNTRY,
    DIET,
    GAS,
    GAS_LINE,
    GIVEN,
    PEOPLE,
    POWER,
    POWER_LINE,
    calculator,
    estimated,
    factor,
    kg,
    ready,
)


def parts(found) -> list[tuple[str, int | None, str, Decimal]]:
    return [(line.id, line.item, line.part, line.kg) for line in found.lines]


def problem(of, answers):
    with pytest.raises(InvalidAnswers) as caught:
        estimated(of, answers)
    return [(each.path, each.message) for each in caught.value.problems]


# --- Lines


def test_every_line_is_an_activity_times_a_factor():
    found = estimated(ALL, GIVEN)
    assert parts(found) == [
        ("heating", None, "", Decimal(200)),  # 1000 kWh at 0.2
        ("heating", None, "upstream", Decimal(30)),
        ("lighting", None, "", Decimal(100)),  # 500 kWh at Britain's 0.2
        ("lighting", None, "upstream", Decimal(20)),
        ("lighting", None, "losses", Decimal(10)),
        ("eating", None, "", Decimal(4000)),
        ("driving", 0, "", Decimal(250)),
        ("driving", 1, "", Decimal(300)),
    ]
    for line in found.lines:
        assert line.kg == line.amount * line.factor.value
    assert found.total == 4910
    assert (found.calculator.id, found.calculator.period, found.factor_set) == ("small", "year", "small-1")


@pytest.mark.parametrize(
    ("country", "total", "region"),
    [("GB", "130", "GB"), ("FR", "50", "FR"), ("DE", "150", "EU"), ("KE", "250", "GLOBAL"), (None, "250", "GLOBAL")],
)
def test_where_somebody_lives_says_which_factor_holds(country, total, region):
    of = calculator(COUNTRY, POWER, lines=(POWER_LINE,), country="country")
    found = estimated(of, {"power": 500, "country": country})
    assert (found.total, found.lines[0].factor.region) == (Decimal(total), region)


def test_without_a_question_about_a_country_the_world_s_factor_holds():
    found = estimated(calculator(POWER, lines=(POWER_LINE,)), {"power": 500})
    assert (found.total, found.lines[0].factor.region) == (250, "GLOBAL")


def test_a_line_may_say_itself_where_it_happens():
    place = Country(id="place", label="")
    site = replace(CARS, id="sites", questions=(place, POWER))
    where = Value(id="where", formula='place if place != "" else country', each="sites")
    line = replace(POWER_LINE, each="sites", region="where")
    of = calculator(COUNTRY, site, lines=(line,), values=(where,), country="country")
    found = estimated(of, {"country": "FR", "sites": [{"power": 100, "place": "DE"}, {"power": 100}]})
    assert [(line.item, line.factor.region, line.kg) for line in found.lines] == [(0, "EU", 30), (1, "FR", 10)]


def test_lifecycle_factors_have_nothing_added():
    found = estimated(calculator(COUNTRY, POWER, lines=(POWER_LINE,), country="country"), {"power": 1, "country": "DE"})
    assert [line.part for line in found.lines] == [""]


@pytest.mark.parametrize(("with_fuel", "total"), [(True, 230), (False, 200)])
def test_what_is_upstream_may_be_left_out(with_fuel, total):
    of = calculator(GAS, YesNo(id="with_fuel", label=""), lines=(replace(GAS_LINE, upstream="with_fuel"),))
    assert kg(of, {"gas": 1000, "with_fuel": with_fuel}) == total


def test_a_line_counts_only_when_its_condition_holds():
    of = calculator(GAS, DIET, lines=(replace(GAS_LINE, when='diet == "meat"'),))
    assert (kg(of, {"gas": 10, "diet": "meat"}), kg(of, {"gas": 10, "diet": "vegan"})) == (Decimal("2.3"), 0)


def test_nothing_in_nothing_out():
    for answers in ({}, {"gas": 0, "power": "0", "cars": [{"km": 0}]}):
        found = estimated(calculator(GAS, POWER, CARS, lines=(GAS_LINE, POWER_LINE, CARS_LINE)), answers)
        assert (found.lines, found.total, found.uncertainty, found.units, found.surplus) == ((), 0, 0, 0, 0)
        assert (found.by_section(), found.by_scope(), found.per_person) == ({}, {}, 0)


def test_a_factor_of_nought_is_a_line_of_nought():
    free = FactorSet(version="free", rows=(factor("gas", "0", "kWh_gross"),), parents={})
    (line,) = estimate(ready(calculator(GAS, lines=(GAS_LINE,)), factors=free), {"gas": 5}).lines
    assert (line.kg, line.amount) == (0, 5)


def test_figures_of_one_s_own_are_lines_that_say_so():
    rate = Number(id="rate", label="", unit="kg/kWh")
    line = replace(POWER_LINE, factor="", rate="rate", scope="2")
    of = calculator(POWER, rate, lines=(line,))
    (found,) = estimated(of, {"power": 100, "rate": "0.05"}).lines
    assert (found.kg, found.scope, found.amount, found.uncertainty) == (5, "2", 100, 0)
    own = found.factor
    assert (own.key, own.value, own.unit) == ("own.lighting", Decimal("0.05"), "kWh")
    assert own.source == "Entered by whoever made this estimate"
    monthly = replace(of, sections=calculator(replace(POWER, unit="kWh/month"), rate).sections)
    (found,) = estimated(monthly, {"power": 100, "rate": "0.05"}).lines
    assert (found.kg, found.amount, found.factor.value, found.factor.unit) == (60, 1200, Decimal("0.05"), "kWh")
    once = replace(of, period="", sections=calculator(replace(POWER, unit="kWh"), rate).sections)
    assert estimated(once, {"power": 100, "rate": "0.05"}).lines[0].factor.unit == "kWh"


# --- Scopes, sections, memos


def test_what_is_upstream_of_energy_is_scope_3_category_3():
    """Also where the scope comes from the factor, and its companion's row says 3 already."""
    lines = (GAS_LINE, replace(POWER_LINE, scope="2", category=""))
    found = estimated(calculator(COUNTRY, GAS, POWER, lines=lines, country="country"), GIVEN_ENERGY)
    assert [(line.part, line.scope, line.category) for line in found.lines] == [
        ("", "1", ""),
        ("upstream", "3", "3.3"),
        ("", "2", ""),
        ("upstream", "3", "3.3"),
        ("losses", "3", "3.3"),
    ]
    assert found.by_scope() == {"1": 200, "2": 100, "3": 60}


GIVEN_ENERGY = {"country": "GB", "gas": 1000, "power": 500}


def test_what_is_upstream_of_anything_else_is_where_the_line_is():
    """Energy that others use, such as at home for the company, is all of one category of scope 3."""
    line = replace(GAS_LINE, scope="3", category="3.7")
    found = estimated(calculator(GAS, lines=(line,)), {"gas": 1000})
    assert [(each.part, each.scope, each.category) for each in found.lines] == [
        ("", "3", "3.7"),
        ("upstream", "3", "3.7"),
    ]


def test_carbon_of_living_things_stands_beside_the_total():
    wood = replace(GAS, id="wood", unit="kWh_net/year")
    line = Line(id="burning", section="main", label="", activity="wood", factor="wood.burnt")
    found = estimated(calculator(wood, GAS, lines=(line, GAS_LINE)), {"wood": 100, "gas": 100})
    assert (found.total, [(each.id, each.kg) for each in found.memos]) == (23, [("burning", 35)])
    assert found.by_scope() == {"1": 20, "3": 3}
    assert found.by_section() == {"main": 23}


def test_another_way_of_counting_is_a_memo_with_all_its_parts():
    market = replace(POWER_LINE, id="market", is_memo=True, memo_of="lighting")
    of = calculator(COUNTRY, POWER, lines=(POWER_LINE, market), country="country")
    found = estimated(of, {"power": 500, "country": "GB"})
    assert found.total == 130
    assert [(line.memo_of, line.part) for line in found.memos] == [
        ("lighting", ""),
        ("lighting", "upstream"),
        ("lighting", "losses"),
    ]


def test_sections_have_what_their_lines_come_to():
    two = replace(
        calculator(lines=(GAS_LINE, replace(POWER_LINE, section="other"))),
        sections=(Section(id="main", title="", questions=(GAS,)), Section(id="other", title="", questions=(POWER,))),
    )
    assert estimated(two, {"gas": 1000, "power": 500}).by_section() == {"main": 230, "other": 250}
    assert estimated(two, {"power": 500}).by_section() == {"other": 250}


# --- Units


@pytest.mark.parametrize(
    ("gas", "units", "surplus"),
    [("0", 0, "0"), ("0.000001", 1, "999.99999977"), ("4347", 1, "0.19"), ("4348", 2, "999.96"), ("43478", 10, "0.06")],
)
def test_units_are_whole_tonnes_rounded_up(gas, units, surplus):
    found = estimated(calculator(GAS, lines=(GAS_LINE,)), {"gas": gas})
    assert (found.units, found.surplus) == (units, Decimal(surplus))


def test_a_tonne_by_way_of_other_units_is_one_unit():
    """5000 kWh at 0.2 kg are a tonne, also when they were asked in seventh parts."""
    third = replace(GAS, offered=(Offered(unit="MJ_gross/week"),))
    of = calculator(third, lines=(replace(GAS_LINE, upstream="1 > 2"),))
    weekly = str(Decimal(5000) * Decimal("3.6") * 7 / 365)
    found = estimated(of, {"gas": {"value": weekly, "unit": "MJ_gross/week"}})
    assert (found.total, found.units, found.surplus) == (1000, 1, 0)
    split = replace(GAS_LINE, activity="gas / 3 + gas / 3 + gas / 3", upstream="1 > 2")
    assert estimated(calculator(GAS, lines=(split,)), {"gas": 5000}).units == 1


def test_what_takes_up_more_than_it_causes_needs_no_unit():
    of = calculator(GAS, lines=(replace(GAS_LINE, activity="-gas"),))
    found = estimated(of, {"gas": 10_000})
    assert (found.total, found.units) == (-2300, 0)


@pytest.mark.parametrize(("people", "each"), [("1", "230"), ("4", "57.5"), (None, "115")])
def test_the_total_is_shared_by_those_who_live_there(people, each):
    of = calculator(PEOPLE, GAS, lines=(GAS_LINE,), shared_by="people")
    assert estimated(of, {"people": people, "gas": 1000}).per_person == Decimal(each)


def test_nobody_shares_with_less_than_one():
    of = calculator(replace(PEOPLE, minimum="0", default=""), GAS, lines=(GAS_LINE,), shared_by="people")
    assert estimated(of, {"gas": 1000}).per_person == 230


# --- What has no result


def test_a_division_by_nought_in_a_line_is_told():
    of = calculator(GAS, POWER, lines=(replace(GAS_LINE, activity='gas * of(1, "kWh/year") / power'),))
    assert problem(of, {"gas": 5}) == [("", NO_RESULT)]
    assert problem(calculator(GAS, lines=(replace(GAS_LINE, when="1 / 0 > 1"),)), {"gas": 5}) == [("", NO_RESULT)]
    of = calculator(GAS, POWER, PEOPLE, lines=(GAS_LINE,), shared_by='people * of(1, "kWh/year") / power')
    assert problem(of, {"gas": 5}) == [("", NO_RESULT)]


def test_tonnes_beyond_all_measure_are_no_result():
    more = " * 900000000000000" * 2
    of = calculator(GAS, lines=(replace(GAS_LINE, activity=f"gas{more}"),))
    assert kg(of, {"gas": "1e-20"}) > 0
    assert problem(of, {"gas": 1}) == [("", NO_RESULT)]


def test_a_sum_beyond_all_measure_is_none_either():
    lines = [replace(GAS_LINE, id=f"line_{n}", activity="gas * 49000000", upstream="1 > 2") for n in range(3)]
    assert kg(calculator(GAS, lines=lines[:1]), {"gas": "1e12"}) == Decimal("9.8e18")
    assert problem(calculator(GAS, lines=lines), {"gas": "1e12"}) == [("", NO_RESULT)]
