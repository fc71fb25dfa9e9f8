"""From answers to everything that follows: defaults, conditions, groups, and what had to be assumed."""

from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

import pytest

from portal.calculators.engine.answers import (
    NO_RESULT,
    NO_SUCH_CODE,
    NO_SUCH_QUESTION,
    NOT_A_LIST,
    NOT_A_NUMBER,
    NOT_AN_OBJECT,
    NOT_WHOLE,
    REQUIRED,
    TOO_FEW,
    TOO_LARGE,
    TOO_MANY,
    TOO_SMALL,
    InvalidAnswers,
)
from portal.calculators.engine.calculator import Airport, Number, Offered, Value, Words, YesNo
from portal.calculators.engine.working import attempt, nought, work
from tests.calculators.small import (
    CARS,
    COUNTRY,
    DIET,
    GAS,
    HOME_GAS,
    IS_NEW,
    KM,
    PEOPLE,
    POWER,
    SIZE,
    calculator,
    ready,
)

FAR = Value(id="far", formula="km", each="cars", is_total=True)


def worked(of, answers: Any):
    return work(ready(of), answers)


def value(of, answers: Any, name: str):
    return worked(of, answers).names[name]


def problems(of, answers: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        worked(of, answers)
    return [(each.path, each.message) for each in caught.value.problems]


# --- Answers and defaults


def test_an_answer_is_taken_and_brought_into_the_question_s_unit():
    offered = (
        Offered(unit="MJ_gross/year"),
        Offered(unit="kWh_gross/month"),
        Offered(unit="EUR/month", through="gas.price"),
    )
    of = calculator(replace(GAS, offered=offered))
    given = {
        "5000": 5000,
        "36000 MJ_gross/year": 10000,
        "100 kWh_gross/month": 1200,
        "50 EUR/month": 6000,  # 10 kWh for a euro
    }
    for text, expected in given.items():
        number, _space, unit = text.partition(" ")
        assert value(of, {"gas": {"value": number, "unit": unit}}, "gas") == expected


def test_what_is_missing_is_what_the_default_gives_and_marked():
    of = calculator(HOME_GAS, DIET, replace(DIET, id="lunch", default="meat"), POWER, IS_NEW)
    found = worked(of, {})
    assert {name: found.names[name] for name in ("gas", "diet", "lunch", "power", "is_new")} == {
        "gas": 10000,
        "diet": "vegan",  # without a default, the first option
        "lunch": "meat",
        "power": 0,
        "is_new": False,
    }
    assert found.assumed == {"gas", "diet", "lunch"}  # none of something is no assumption


@pytest.mark.parametrize("empty", [None, "", [], {"value": None}, {"value": "", "unit": "MJ_gross/year"}])
def test_what_is_empty_is_missing(empty):
    assert worked(calculator(HOME_GAS), {"gas": empty}).assumed == {"gas"}


def test_what_was_answered_is_not_assumed_even_if_it_is_the_default():
    assert worked(calculator(HOME_GAS, DIET), {"gas": 10000, "diet": "vegan"}).assumed == set()


def test_a_setting_s_default_is_no_assumption():
    settings = (replace(HOME_GAS, is_setting=True), replace(DIET, is_setting=True), replace(COUNTRY, is_setting=True))
    assert worked(calculator(*settings), {}).assumed == set()


def test_a_yes_by_default_is_assumed_and_a_no_is_nothing():
    of = calculator(YesNo(id="a", label="", default=True), YesNo(id="b", label=""))
    assert worked(of, {}).assumed == {"a"}


def test_a_default_of_nought_assumes_nothing():
    assert worked(calculator(replace(KM, default='parameter("nothing")')), {}).assumed == set()


def test_a_default_may_come_from_other_answers_and_defaults():
    of = calculator(
        PEOPLE,
        replace(GAS, default='of(people / of(1, "person") * 1000, "kWh_gross/year")'),
        replace(KM, default='of(gas / of(1, "kWh_gross/year"), "km/year")'),
    )
    assert value(of, {}, "km") == 2000
    assert value(of, {"people": 3}, "km") == 3000
    assert worked(of, {"people": 3}).assumed == {"gas", "km"}


@pytest.mark.parametrize(
    ("answers", "gas"),
    [({"country": "GB"}, 12000), ({"country": "FR"}, 10000), ({"country": "NA"}, 10000), ({}, 10000)],
)
def test_parameters_are_those_of_the_country_and_of_the_world_where_it_is_unknown(answers, gas):
    of = calculator(HOME_GAS, COUNTRY, country="country")  # the country comes first, wherever it stands
    assert value(of, answers, "gas") == gas


def test_an_unknown_country_is_assumed_to_be_the_world():
    assert worked(calculator(COUNTRY, country="country"), {}).assumed == {"country"}
    assert worked(calculator(COUNTRY, country="country"), {"country": "FR"}).assumed == set()


def test_an_offered_unit_takes_the_country_s_parameter():
    offered = (Offered(unit="EUR/year", through="gas.price"),)
    of = calculator(replace(GAS, offered=offered), COUNTRY, country="country")
    assert value(of, {"gas": {"value": 7, "unit": "EUR/year"}}, "gas") == 70


def test_parameters_are_looked_up_for_a_country_that_is_not_shown_as_for_none():
    hidden = replace(COUNTRY, shown_if="is_new")
    of = calculator(IS_NEW, HOME_GAS, hidden, country="country")
    assert value(of, {"country": "GB"}, "gas") == 10000
    assert value(of, {"country": "GB", "is_new": True}, "gas") == 12000


# --- What is not shown


def test_what_is_not_shown_counts_as_nought_whatever_was_answered():
    shown = {"shown_if": "is_new"}
    of = calculator(IS_NEW, *(replace(each, **shown) for each in (HOME_GAS, DIET, replace(IS_NEW, id="b"), COUNTRY)))
    given = {"gas": 5, "diet": "meat", "b": True, "country": "FR"}
    found = worked(of, given)
    assert [found.names[name] for name in given] == [0, "vegan", False, ""]
    assert found.assumed == set()
    assert [worked(of, given | {"is_new": "yes"}).names[name] for name in given] == [5, "meat", True, "FR"]


def test_what_is_not_shown_must_be_right_all_the_same():
    of = calculator(IS_NEW, replace(GAS, shown_if="is_new"))
    assert problems(of, {"gas": "much"}) == [("gas", NOT_A_NUMBER)]


def test_what_is_not_shown_is_not_required():
    of = calculator(IS_NEW, replace(GAS, shown_if="is_new", is_required=True))
    assert value(of, {}, "gas") == 0
    assert problems(of, {"is_new": True}) == [("gas", REQUIRED)]


def test_conditions_may_come_from_conditions():
    of = calculator(
        IS_NEW,
        replace(DIET, shown_if="is_new"),
        replace(POWER, shown_if='diet == "meat"'),
        replace(GAS, shown_if='power > of(10, "kWh/year")'),
    )
    given = {"diet": "meat", "power": 20, "gas": 5}
    assert value(of, given, "gas") == 0
    assert value(of, given | {"is_new": True}, "gas") == 5


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (GAS, Decimal(0)),
        (IS_NEW, False),
        (DIET, "vegan"),
        (COUNTRY, ""),
        (Words(id="a", label=""), ""),
        (Airport(id="a", label=""), ""),
    ],
)
def test_nought_of_a_question(question, expected):
    assert nought(question) == expected


# --- Groups


def test_each_item_has_answers_defaults_and_values_of_its_own():
    cars = replace(CARS, questions=(SIZE, replace(KM, default='parameter("car.{size}.km")')))
    of = calculator(cars, values=(Value(id="twice", formula="km * 2", each="cars"), replace(FAR, formula="twice")))
    found = worked(of, {"cars": [{"size": "large"}, {"size": "small", "km": 100}, {}]})
    assert [item.names["twice"] for item in found.items["cars"]] == [24000, 200, 16000]
    assert found.names["far"] == 40200
    assert found.names["cars"] == 3
    assert found.assumed == {"cars.0.km", "cars.2.size", "cars.2.km"}
    assert [item.assumed for item in found.items["cars"]] == [{"cars.km"}, set(), {"cars.size", "cars.km"}]
    assert found.assumed_of_any == {"cars.*.km", "cars.*.size"}


def test_an_item_sees_what_stands_outside_and_how_many_items_there_are():
    share = Number(id="share", label="", default='people / of(1, "person") / cars')
    of = calculator(replace(CARS, questions=(share,)), PEOPLE)
    found = worked(of, {"people": 6, "cars": [{}, {}, {}]})
    assert [item.names["share"] for item in found.items["cars"]] == [2, 2, 2]


def test_no_items_are_none():
    of = calculator(CARS, values=(FAR,))
    for nothing in ({}, {"cars": None}, {"cars": []}, {"cars": ""}):
        found = worked(of, nothing)
        assert (found.items["cars"], found.names["cars"], found.names["far"]) == ([], 0, 0)


def test_a_group_that_is_not_shown_has_no_items():
    of = calculator(IS_NEW, replace(CARS, shown_if="is_new", least=1, is_required=True), values=(FAR,))
    assert worked(of, {"cars": [{"km": 5}]}).items["cars"] == []
    assert value(of, {"is_new": True, "cars": [{"km": 5}]}, "far") == 5
    assert problems(of, {"is_new": True}) == [("cars", TOO_FEW)]


def test_a_group_may_be_required():
    assert problems(calculator(replace(CARS, is_required=True)), {}) == [("cars", REQUIRED)]


def test_an_item_s_questions_may_be_required_and_hidden():
    cars = replace(CARS, questions=(SIZE, replace(KM, is_required=True, shown_if='size == "large"')))
    of = calculator(cars)
    assert worked(of, {"cars": [{"size": "small", "km": 7}]}).items["cars"][0].names["km"] == 0
    assert problems(of, {"cars": [{"size": "small"}, {"size": "large"}]}) == [("cars.1.km", REQUIRED)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"km": 5}, [("cars", NOT_A_LIST)]),
        ("two", [("cars", NOT_A_LIST)]),
        (2, [("cars", NOT_A_LIST)]),
        ({"value": [{}]}, [("cars", NOT_A_LIST)]),
        ([{}] * 6, [("cars", TOO_MANY)]),
        ([{}, 1, {}, None], [("cars.1", NOT_AN_OBJECT), ("cars.3", NOT_AN_OBJECT)]),
        ([[]], [("cars.0", NOT_AN_OBJECT)]),
        ([{"km": "far"}], [("cars.0.km", NOT_A_NUMBER)]),
        ([{}, {"km": -1, "colour": "red"}], [("cars.1.colour", NO_SUCH_QUESTION), ("cars.1.km", TOO_SMALL)]),
        ([{"km": 5, "gas": 1}], [("cars.0.gas", NO_SUCH_QUESTION)]),
        ([{"cars": []}], [("cars.0.cars", NO_SUCH_QUESTION)]),
    ],
)
def test_items_that_cannot_be_used_are_named_by_their_number(given, found):
    assert problems(calculator(CARS, GAS), {"cars": given}) == found


def test_a_list_that_is_much_too_long_costs_nothing():
    assert problems(calculator(CARS), {"cars": [1] * 1_000_000}) == [("cars", TOO_MANY)]


# --- Problems


def test_every_problem_is_told_in_the_questions_order():
    cars = replace(CARS, questions=(replace(KM, id="b", default="c"), replace(KM, id="c")))
    of = calculator(POWER, replace(GAS, default='of(people / of(1, "person"), "kWh_gross/year")'), cars, PEOPLE)
    given = {
        "what": 1,
        "people": "some",
        "gas": 10**13,
        "power": -1,
        "cars": [{"c": 1}, {"c": "x", "b": "y"}],
    }
    assert problems(of, given) == [
        ("what", NO_SUCH_QUESTION),
        ("power", TOO_SMALL),
        ("gas", TOO_LARGE),
        ("cars.1.b", NOT_A_NUMBER),
        ("cars.1.c", NOT_A_NUMBER),
        ("people", NOT_A_NUMBER),
    ]


@pytest.mark.parametrize("given", [None, [], "gas", 5, True, [{"gas": 5}]])
def test_answers_that_are_no_answers_at_all(given):
    assert problems(calculator(GAS), given) == [("", NOT_AN_OBJECT)]


@pytest.mark.parametrize(
    "name", ["GAS", "gas ", "", "cars.0.km", "__class__", "ｇａｓ", "x" * 100, "cars.².km", "\x00"]
)
def test_a_question_that_there_is_not_is_named(name):
    assert problems(calculator(GAS, CARS), {name: 1}) == [(name[:60], NO_SUCH_QUESTION)]


def test_a_value_is_not_a_question():
    of = calculator(GAS, values=(Value(id="half", formula="gas / 2"),))
    assert problems(of, {"half": 5}) == [("half", NO_SUCH_QUESTION)]


def test_a_division_by_nought_is_told_at_what_is_nought():
    of = calculator(
        GAS, POWER, IS_NEW, values=(Value(id="share", formula="gas / power"), Value(id="more", formula="share * 2"))
    )
    assert problems(of, {"gas": 5}) == [("power", NO_RESULT)]
    assert value(of, {"gas": 5, "power": 5}, "more") == 2


@pytest.mark.parametrize(
    ("questions", "values", "given", "path"),
    [
        ((replace(POWER, default='of(1 / count, "kWh/year")'), Number(id="count", label="")), (), {}, "power"),
        ((replace(POWER, shown_if="1 / count > 1"), Number(id="count", label="")), (), {}, "power"),
        ((Number(id="count", label=""), replace(CARS, shown_if="1 / count > 1")), (), {"cars": [{}]}, "cars"),
        ((CARS,), (Value(id="pace", formula="1 / km", each="cars"),), {"cars": [{"km": 1}, {}]}, "cars.1.km"),
        ((CARS,), (FAR, Value(id="pace", formula="1 / far")), {"cars": [{}]}, "cars"),
        (  # what is made of a total goes on with nought, and is not told about
            (Number(id="count", label=""), replace(CARS, shown_if="1 / count > 1")),
            (FAR, Value(id="more", formula="far * 2")),
            {"cars": [{"km": 5}]},
            "cars",
        ),
        ((), (Value(id="odd", formula="1 / (1 - 1)"),), {}, ""),
        ((), (Value(id="odd", formula='1 / parameter("nothing")'),), {}, ""),
        (
            (CARS,),
            (Value(id="word", formula='"near" if 1 / km > of(1, "year/km") else "far"', each="cars"),),
            {"cars": [{}]},
            "cars.0.km",
        ),
    ],
)
def test_a_division_by_nought_anywhere_is_told(questions, values, given, path):
    assert problems(calculator(*questions, values=values), given) == [(path, NO_RESULT)]


def test_where_an_answer_is_wrong_nothing_else_is_told_of_what_follows_from_it():
    of = calculator(GAS, POWER, values=(Value(id="share", formula="gas / power"),))
    assert problems(of, {"gas": 5, "power": "some"}) == [("power", NOT_A_NUMBER)]


def test_an_airport_that_cannot_be_read_is_no_airport_left_empty():
    """Who names an airport need not say how far it is, even where it is not clear yet which one is meant."""
    origin = Airport(id="origin", label="From")
    far = replace(KM, shown_if='origin == ""', is_required=True)
    of = calculator(origin, far)
    assert problems(of, {"origin": "Paris"}) == [("origin", NO_SUCH_CODE)]
    assert problems(of, {"origin": ""}) == [("km", REQUIRED)]


def test_an_airport_that_is_not_asked_for_is_none_even_where_it_cannot_be_read():
    stop = Airport(id="stop", label="Change at", shown_if="is_new")
    of = calculator(IS_NEW, stop, replace(KM, shown_if='stop == ""', is_required=True))
    assert problems(of, {"is_new": "no", "stop": "Paris"}) == [("stop", NO_SUCH_CODE), ("km", REQUIRED)]
    assert problems(of, {"is_new": "yes", "stop": "Paris"}) == [("stop", NO_SUCH_CODE)]


def test_numbers_beyond_all_measure_have_no_result():
    large = replace(GAS, id="a", unit="", maximum="1e30")
    values = [Value(id="v1", formula="a * a")] + [Value(id=f"v{n}", formula=f"v{n - 1} * v{n - 1}") for n in (2, 3)]
    of = calculator(large, CARS, values=(*values, FAR))
    assert problems(of, {"a": "9" * 30}) == [("a", NO_RESULT)]
    assert value(of, {"a": 10}, "v3") == 10**8


def test_too_large_a_sum_has_none_either():
    huge = replace(CARS, questions=(replace(KM, maximum="1e30"),), most=200)
    total = Value(id="far", formula="km * 900000000000 * 900000000000 * 900000", each="cars", is_total=True)
    of = calculator(huge, values=(total,))
    assert problems(of, {"cars": [{"km": "9e29"}] * 200}) == [("cars", NO_RESULT)]


def test_whole_numbers_stay_whole_when_they_are_converted():
    trips = Number(id="trips", label="", unit="1/year", minimum="1", is_whole=True)
    with pytest.raises(ValueError, match="no unit"):
        ready(calculator(trips))  # a unit begins with a word
    stays = Number(
        id="stays", label="", unit="night/month", minimum="1", is_whole=True, offered=(Offered(unit="night/year"),)
    )
    of = calculator(stays)
    for nights in (12, 24, 36, 120):
        assert value(of, {"stays": {"value": nights, "unit": "night/year"}}, "stays") == nights // 12
    assert problems(of, {"stays": {"value": 13, "unit": "night/year"}}) == [("stays", NOT_WHOLE)]
    assert problems(of, {"stays": {"value": 11, "unit": "night/year"}}) == [("stays", TOO_SMALL)]


def test_as_much_as_can_be_is_worked_out_in_spite_of_problems():
    found, wrong = attempt(ready(calculator(GAS, POWER, CARS)), {"gas": 5, "power": "x", "cars": [{"km": 7}]})
    assert (found.names["gas"], found.names["power"], found.items["cars"][0].names["km"]) == (5, 0, 7)
    assert [each.path for each in wrong] == ["power"]


def test_the_arithmetic_of_the_thread_makes_no_difference():
    of = calculator(GAS, values=(Value(id="third", formula="gas / 3"),))
    with localcontext(prec=3):
        rough = value(of, {"gas": 10000}, "third")
    assert rough == value(of, {"gas": 10000}, "third") == Decimal("3333.333333333333333333333333")
