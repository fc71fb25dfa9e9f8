"""What is asked after some answers, what stands in for the others, and what a result tells of them."""

from dataclasses import replace
from typing import Any

import pytest

from portal.calculators.engine import interview
from portal.calculators.engine.answers import NO_RESULT, Problem
from portal.calculators.engine.calculator import Airport, Number, Question, Words
from portal.calculators.engine.description import description
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.engine.interview import State
from tests.calculators.bakery import bakery
from tests.calculators.small import CARS, CARS_LINE, KM, SIZE, calculator, ready


def state(answers: dict[str, Any]) -> State:
    evaluation = evaluate(bakery(), answers)
    return interview.state(evaluation)


def test_a_question_is_asked_when_its_condition_holds() -> None:
    assert state({}).hidden == {"nights"}
    assert state({"at_night": "no"}).hidden == set()


def test_defaults_stand_in_for_what_is_left_open() -> None:
    taken = state({"country": "FR"}).taken
    assert (taken["power"], taken["at_night"]) == (6000, True)
    assert "country" not in taken
    assert state({}).taken["power"] == 4000


def test_each_item_has_a_state_of_its_own() -> None:
    found = state({"vans": [{"way": "5", "fuel": "electric"}, {"way": "6"}]})
    assert found.taken["vans.1.fuel"] == "petrol"
    assert "vans.0.fuel" not in found.taken
    assert "vans.1.fuel" in found.assumed


def test_only_what_never_changes_stands_in_a_form_to_begin_with() -> None:
    assert interview.defaults(bakery()) == {"bakers": 2}


BY_PEOPLE = calculator(
    Number(id="people", label="People", unit="person"),
    Number(id="power", label="Power", unit="kWh/year", default='of(9, "kWh/year") / people * of(1, "person")'),
)


def test_a_default_that_other_answers_keep_from_being_worked_out_stands_as_nought() -> None:
    """It is the calculation that says so; what is asked goes on being asked, and can be described."""
    compiled = ready(BY_PEOPLE)
    evaluation = evaluate(compiled, {"people": 0})
    assert evaluation.problems == [Problem("power", NO_RESULT)]
    found = interview.state(evaluation)
    assert (found.hidden, found.taken, found.assumed) == (frozenset(), {"power": 0}, frozenset())
    assert [each["path"] for each in interview.transcript(evaluation)] == ["people"]
    assert interview.defaults(compiled) == {}
    power = description(compiled, say=str)["sections"][0]["questions"][1]
    assert (power["default"], power["default_formula"]) == (None, 'of(9, "kWh/year") / people * of(1, "person")')


def test_a_condition_is_worked_out_in_the_calculation_s_own_arithmetic() -> None:
    """Whatever a thread was set to before: there, this is nought and hides the question, here it would not."""
    tiny = 'people * 1e-9 * 1e-9 * 1e-9 * 1e-9 * 1e-9 * 1e-9 * 1e-9 * 1e-9 * 1e-9 * 1e-9 > of(0, "person")'
    people, power = BY_PEOPLE.questions
    compiled = ready(calculator(people, replace(power, default="", shown_if=tiny)))
    evaluation = evaluate(compiled, {"people": 1})
    assert evaluation.problems == []
    assert interview.state(evaluation).hidden == {"power"}


def test_a_result_tells_what_was_said_and_what_was_assumed_in_the_order_of_the_questions() -> None:
    answers = {"country": "FR", "power": {"value": "3", "unit": "MWh/year"}, "vans": [{"name": "Lola", "way": "500"}]}
    evaluation = evaluate(bakery(), answers)
    transcript = [
        (each["path"], each["value"], each["unit"], each["is_answered"], each["is_assumed"])
        for each in interview.transcript(evaluation)
    ]
    assert transcript == [
        ("country", "FR", "", True, False),
        ("bakers", "2", "person", False, False),
        ("power", "3", "MWh/year", True, False),
        ("at_night", "yes", "", False, True),
        ("vans.0.name", "Lola", "", True, False),
        ("vans.0.fuel", "Petrol", "", False, True),
        ("vans.0.way", "500", "km/year", True, False),
    ]


def test_an_unknown_country_is_told_as_assumed() -> None:
    evaluation = evaluate(bakery(), {})
    first = interview.transcript(evaluation)[0]
    assert (first["path"], first["value"], first["is_assumed"]) == ("country", "", True)


def test_items_are_called_by_what_was_typed() -> None:
    given = {"vans": [{"name": " Lola "}, {}]}
    evaluation = evaluate(bakery(), given)
    assert interview.names_of_items(evaluation) == {"vans": ["Lola", ""]}


def named(activity: str, *more: Question) -> list[str]:
    """What a line that counts `activity` calls one item from LHR to JFK, and whatever else it is asked."""
    group = replace(CARS, questions=(START, END, SIZE, KM, *more))
    line = replace(CARS_LINE, activity=f'({activity}) * of(1, "vehicle/year")')
    of = ready(calculator(group, lines=(line,)))
    given = {"start": "lhr", "end": "JFK", **{each.id: "Lola" for each in more}}
    evaluation = evaluate(of, {"cars": [given]})
    return interview.names_of_items(evaluation)["driving"]


START, END = (Airport(id=name, label=name) for name in ("start", "end"))


@pytest.mark.parametrize(
    ("activity", "name"),
    [
        ("distance(end, start)", "JFK – LHR"),  # the way that the line counts
        ("distance(start, end) + distance(end, start)", "lhr – JFK"),
        ('distance(start, "JFK")', "lhr – JFK"),
        ("distance(start, end) * 0", "LHR – JFK"),
    ],
)
def test_a_line_that_counts_one_way_is_called_by_its_ends(activity: str, name: str) -> None:
    assert named(activity) == [name]
    assert named(activity, Words(id="called", label="Name")) == ["Lola"]


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        ([], {"power": "x", "vans": [{"way": "1"}, {"way": "y"}]}),
        (["power"], {"vans": [{"way": "1"}, {"way": "y"}]}),
        (["vans.1.way"], {"power": "x", "vans": [{"way": "1"}]}),
        (["vans.0.way", "vans.1.way"], {"power": "x", "vans": []}),
        (["vans"], {"power": "x"}),
        (["nobody", "vans.7.way"], {"power": "x", "vans": [{"way": "1"}, {"way": "y"}]}),
    ],
)
def test_what_is_at_fault_can_be_left_out(paths: list[str], left: dict[str, Any]) -> None:
    answers = {"power": "x", "vans": [{"way": "1"}, {"way": "y"}]}
    assert interview.without(answers, [Problem(path, "no") for path in paths]) == left
