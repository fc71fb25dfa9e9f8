"""The estimate: activity times factor, what goes along with it, how sure it is, and what could be saved."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.answers import NO_RESULT, InvalidAnswers
from portal.calculators.engine.calculator import Country, Lever, Line, Number, Offered, Section, Value, YesNo
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import MICROGRAM, estimate, savings
from tests.calculators.small import (
    CARS,
    CARS_LINE,
    COUNTRY,
    DIET,
    FACTORS,
    GAS,
    GAS_LINE,
    IS_NEW,
    KM,
    PEOPLE,
    POWER,
    POWER_LINE,
    calculator,
    estimated,
    factor,
    kg,
    ready,
)

HOME_GAS = replace(GAS, default='parameter("home.gas")')
DIET_LINE = Line(id="eating", section="main", label="Food", activity='people / of(1, "year")', factor="diet.{diet}")
ALL = calculator(
    COUNTRY,
    PEOPLE,
    HOME_GAS,
    POWER,
    DIET,
    CARS,
    lines=(GAS_LINE, POWER_LINE, DIET_LINE, CARS_LINE),
    country="country",
    shared_by="people",
    shared_label="Each of you",
)
GIVEN = {
    "country": "GB",
    "people": 2,
    "gas": 1000,
    "power": 500,
    "diet": "meat",
    "cars": [{"km": 1000, "size": "large"}, {"km": 2000}],
}


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
    assert (found.calculator, found.period, found.factor_set) == ("small", "year", "small-1")


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
    assert (own.key, own.value, own.unit) == ("own.lighting", Decimal("0.05"), "kilowatt_hour")
    assert own.source == "Entered by whoever made this estimate"
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


# --- Savings

VEGAN = Lever(id="vegan", label="Eat plants", changes={"diet": '"vegan"'}, when='diet == "meat"')
LESS_GAS = Lever(id="less_gas", label="Turn it down", changes={"gas": "gas * 0.9"})
SMALL = Lever(id="small", label="Smaller cars", changes={"cars.size": '"small"', "cars.km": "km / 2"})
WITH_LEVERS = replace(ALL, levers=(LESS_GAS, VEGAN, SMALL))


def saved(of, answers, **more) -> list[tuple[str, Decimal, Decimal]]:
    return [(each.id, each.kg, each.left) for each in savings(ready(of), answers, **more)]


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
        savings(ready(WITH_LEVERS), {"gas": "much"})


# --- Always the same, and always adding up

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=4).map(str) | st.integers(0, 10**12)
ITEMS = st.lists(
    st.fixed_dictionaries({}, optional={"km": AMOUNTS, "size": st.sampled_from(["small", "large"])}), max_size=5
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["FR", "GB", "DE", "NA"]),
        "people": st.integers(1, 9),
        "gas": AMOUNTS,
        "power": AMOUNTS,
        "diet": st.sampled_from(["vegan", "meat"]),
        "cars": ITEMS,
    },
)
PREPARED = ready(WITH_LEVERS)


@given(ANSWERS)
@settings(max_examples=150, deadline=None)
def test_lines_sections_and_scopes_add_up_to_the_total_exactly(answers):
    found = estimate(PREPARED, answers)
    counted = [line.kg for line in found.lines if not line.is_memo]
    assert sum(counted) == sum(reversed(counted)) == found.total
    assert sum(found.by_section().values()) == sum(found.by_scope().values()) == found.total
    assert found.tonnes <= found.units < found.tonnes + 1
    assert 0 <= found.surplus < 1000
    assert found.units * 1000 - found.surplus == found.total
    assert abs(found.per_person * found.shared_by - found.total) <= found.total * Decimal("1e-27")
    assert all(line.kg == line.kg.quantize(MICROGRAM) for line in found.lines)
    assert found.uncertainty >= max((line.uncertainty for line in found.lines), default=0) * Decimal("0.999999")


@given(ANSWERS, st.sampled_from(["gas", "power"]), st.integers(1, 10**6))
@settings(max_examples=100, deadline=None)
def test_more_is_never_less(answers, question, more):
    less = estimate(PREPARED, answers | {question: 5}).total
    assert estimate(PREPARED, answers | {question: 5 + more}).total >= less


@given(ANSWERS)
@settings(max_examples=50, deadline=None)
def test_the_same_answers_give_the_same_figures_to_the_last_digit(answers):
    found = estimate(PREPARED, answers)
    with localcontext(prec=4):
        assert estimate(PREPARED, answers).lines == found.lines
    assert estimate(ready(WITH_LEVERS), answers) == found


@given(ANSWERS)
@settings(max_examples=50, deadline=None)
def test_what_is_saved_and_what_is_left_are_the_whole(answers):
    total = estimate(PREPARED, answers).total
    found = savings(PREPARED, answers, most=9)
    assert all(each.kg > 0 and each.kg + each.left == total for each in found)
    assert [each.kg for each in found] == sorted((each.kg for each in found), reverse=True)


def test_many_threads_find_the_same():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _n: estimate(PREPARED, GIVEN).lines, range(200)))
    assert found == {estimate(PREPARED, GIVEN).lines}
