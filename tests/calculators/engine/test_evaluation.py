"""From answers to everything that follows: defaults, conditions, groups, and what had to be assumed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.calculators.engine.answers import (
    NO_SUCH_QUESTION,
    NOT_A_LIST,
    NOT_A_NUMBER,
    NOT_AN_OBJECT,
    REQUIRED,
    TOO_FEW,
    TOO_MANY,
    TOO_SMALL,
)
from portal.calculators.engine.calculator import Airport, Number, Offered, Value, Words, YesNo
from portal.calculators.engine.evaluation import nought
from tests.calculators.engine.results import FAR, evaluation, problems, value
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
)

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
    found = evaluation(of, {})
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
    assert evaluation(calculator(HOME_GAS), {"gas": empty}).assumed == {"gas"}


def test_what_was_answered_is_not_assumed_even_if_it_is_the_default():
    assert evaluation(calculator(HOME_GAS, DIET), {"gas": 10000, "diet": "vegan"}).assumed == set()


def test_a_setting_s_default_is_no_assumption():
    settings = (replace(HOME_GAS, is_setting=True), replace(DIET, is_setting=True), replace(COUNTRY, is_setting=True))
    assert evaluation(calculator(*settings), {}).assumed == set()


def test_a_yes_by_default_is_assumed_and_a_no_is_nothing():
    of = calculator(YesNo(id="a", label="", default=True), YesNo(id="b", label=""))
    assert evaluation(of, {}).assumed == {"a"}


def test_a_default_of_nought_assumes_nothing():
    assert evaluation(calculator(replace(KM, default='parameter("nothing")')), {}).assumed == set()


def test_a_default_may_come_from_other_answers_and_defaults():
    of = calculator(
        PEOPLE,
        replace(GAS, default='of(people / of(1, "person") * 1000, "kWh_gross/year")'),
        replace(KM, default='of(gas / of(1, "kWh_gross/year"), "km/year")'),
    )
    assert value(of, {}, "km") == 2000
    assert value(of, {"people": 3}, "km") == 3000
    assert evaluation(of, {"people": 3}).assumed == {"gas", "km"}


@pytest.mark.parametrize(
    ("answers", "gas"),
    [({"country": "GB"}, 12000), ({"country": "FR"}, 10000), ({"country": "NA"}, 10000), ({}, 10000)],
)
def test_parameters_are_those_of_the_country_and_of_the_world_where_it_is_unknown(answers, gas):
    of = calculator(HOME_GAS, COUNTRY, country="country")  # the country comes first, wherever it stands
    assert value(of, answers, "gas") == gas


def test_an_unknown_country_is_assumed_to_be_the_world():
    assert evaluation(calculator(COUNTRY, country="country"), {}).assumed == {"country"}
    assert evaluation(calculator(COUNTRY, country="country"), {"country": "FR"}).assumed == set()


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
    found = evaluation(of, given)
    assert [found.names[name] for name in given] == [0, "vegan", False, ""]
    assert found.assumed == set()
    assert [evaluation(of, given | {"is_new": "yes"}).names[name] for name in given] == [5, "meat", True, "FR"]


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
    found = evaluation(of, {"cars": [{"size": "large"}, {"size": "small", "km": 100}, {}]})
    assert [item.names["twice"] for item in found.items["cars"]] == [24000, 200, 16000]
    assert found.names["far"] == 40200
    assert found.names["cars"] == 3
    assert found.assumed == {"cars.0.km", "cars.2.size", "cars.2.km"}
    assert [item.assumed for item in found.items["cars"]] == [{"cars.km"}, set(), {"cars.size", "cars.km"}]
    assert found.assumed_of_any == {"cars.*.km", "cars.*.size"}


def test_an_item_sees_what_stands_outside_and_how_many_items_there_are():
    share = Number(id="share", label="", default='people / of(1, "person") / cars')
    of = calculator(replace(CARS, questions=(share,)), PEOPLE)
    found = evaluation(of, {"people": 6, "cars": [{}, {}, {}]})
    assert [item.names["share"] for item in found.items["cars"]] == [2, 2, 2]


def test_no_items_are_none():
    of = calculator(CARS, values=(FAR,))
    for nothing in ({}, {"cars": None}, {"cars": []}, {"cars": ""}):
        found = evaluation(of, nothing)
        assert (found.items["cars"], found.names["cars"], found.names["far"]) == ([], 0, 0)


def test_a_group_that_is_not_shown_has_no_items():
    of = calculator(IS_NEW, replace(CARS, shown_if="is_new", least=1, is_required=True), values=(FAR,))
    assert evaluation(of, {"cars": [{"km": 5}]}).items["cars"] == []
    assert value(of, {"is_new": True, "cars": [{"km": 5}]}, "far") == 5
    assert problems(of, {"is_new": True}) == [("cars", TOO_FEW)]


def test_a_group_may_be_required():
    assert problems(calculator(replace(CARS, is_required=True)), {}) == [("cars", REQUIRED)]


def test_an_item_s_questions_may_be_required_and_hidden():
    cars = replace(CARS, questions=(SIZE, replace(KM, is_required=True, shown_if='size == "large"')))
    of = calculator(cars)
    assert evaluation(of, {"cars": [{"size": "small", "km": 7}]}).items["cars"][0].names["km"] == 0
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
