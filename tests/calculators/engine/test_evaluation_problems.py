"""Answers that cannot be used: each is told where it stands, and nothing follows from it."""

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest

from portal.calculators.engine.answers import (
    NO_RESULT,
    NO_SUCH_CODE,
    NO_SUCH_QUESTION,
    NOT_A_NUMBER,
    NOT_AN_OBJECT,
    NOT_WHOLE,
    REQUIRED,
    TOO_LARGE,
    TOO_SMALL,
)
from portal.calculators.engine.calculator import Airport, Number, Offered, Value
from portal.calculators.engine.evaluation import evaluate
from tests.calculators.engine.results import FAR, problems, value
from tests.calculators.small import (
    CARS,
    GAS,
    IS_NEW,
    KM,
    PEOPLE,
    POWER,
    calculator,
    ready,
)


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
    found = evaluate(ready(calculator(GAS, POWER, CARS)), {"gas": 5, "power": "x", "cars": [{"km": 7}]})
    assert (found.names["gas"], found.names["power"], found.items["cars"][0].names["km"]) == (5, 0, 7)
    assert [each.path for each in found.problems] == ["power"]


def test_the_arithmetic_of_the_thread_makes_no_difference():
    of = calculator(GAS, values=(Value(id="third", formula="gas / 3"),))
    with localcontext(prec=3):
        rough = value(of, {"gas": 10000}, "third")
    assert rough == value(of, {"gas": 10000}, "third") == Decimal("3333.333333333333333333333333")
