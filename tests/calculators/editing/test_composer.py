"""An editor's blocks become a calculator, and every fault finds its block."""

from decimal import Decimal
from typing import Any

import pytest

from portal.calculators import catalogue
from portal.calculators.editing.composer import MOST_BLOCKS, compose
from portal.calculators.engine.calculator import Calculator, Number, Slider
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors import edition
from tests.calculators.compositions import COMMUTING, question, section
from tests.calculators.editing.composed import composed, faults

# --- From blocks to a calculator


def test_sections_questions_and_lines_become_a_calculator_that_calculates():
    compiled = catalogue.ready(composed(COMMUTING).calculator)
    found = estimate(compiled, {"people": 10, "cars": 4, "kilometres_a_day": 20, "days": 200})
    factor = edition.factor_set().factor("car.average.diesel", "")
    line = next(line for line in found.lines if not line.part)
    assert line.factor == factor
    assert line.kg == 4 * 20 * 200 * factor.value
    assert found.shared_by == 10
    assert compiled.calculator.period == "year"


def test_a_default_that_is_a_mere_number_is_one_of_the_question_s_unit():
    asked = composed([section(question("number", "Distance", unit="km/year", default="9000"))]).calculator.questions[0]
    assert isinstance(asked, Number)
    assert asked.default == 'of(9000, "km/year")'


def test_a_default_may_be_a_formula():
    asked = composed([section(question("number", "Distance", unit="km", default="2 * trip"))]).calculator.questions[0]
    assert isinstance(asked, Number)
    assert asked.default == "2 * trip"


def test_the_first_country_outside_groups_says_whose_factors_hold():
    site = question("country", "Site")
    sites = question("group", "Sites", item="Site", questions=[site])
    data = [section(sites, question("country", "Not this", is_place=False), question("country", "Here"))]
    assert composed(data).calculator.country == "here"


def test_empty_bounds_are_nought_and_a_great_deal():
    asked = composed([section(question("number", "Meals", minimum=None, maximum=""))]).calculator.questions[0]
    assert isinstance(asked, Number)
    assert (asked.minimum, asked.maximum) == ("0", "1000000000000")


def test_bounds_are_numbers_or_texts():
    asked = composed([section(question("slider", "Share", minimum=Decimal("0.5"), maximum="2", step=None))])
    slider = asked.calculator.questions[0]
    assert isinstance(slider, Number)
    assert (slider.minimum, slider.maximum) == ("0.5", "2")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (Decimal("1E+3"), "1000"),
        ("1e3", "1000"),
        ("1_000", "1000"),
        (2.5e16, "25000000000000000"),
        (Decimal("1.5E-7"), "0.00000015"),
        (Decimal("-1E+1"), "-10"),
        (Decimal("0.50"), "0.50"),
        (Decimal("1E+999999"), "1E+999999"),  # not a million digits
        (Decimal("1E-999999"), "1E-999999"),
        ("a few", "a few"),
    ],
)
def test_numbers_are_written_plainly_since_visitors_read_them(typed: Any, plain: str):
    fields = {"minimum": typed, "maximum": typed, "step": typed}
    slider = composed([section(question("slider", "Share", **fields))]).calculator.questions[0]
    assert isinstance(slider, Slider)
    assert (slider.minimum, slider.maximum, slider.step) == (plain, plain, plain)


@pytest.mark.parametrize(
    "nonsense", [None, 7, "text", [None], [{}], [{"type": "section"}], [{"type": "x", "value": 3}]]
)
def test_whatever_stands_in_blocks_there_is_a_calculator(nonsense: Any):
    assert isinstance(compose(nonsense, name="own", title="Own").calculator, Calculator)


# --- Faults find their blocks


def test_a_fault_of_a_line_is_at_its_line():
    line = {"label": "Driving", "activity": "kilometers", "factor": "car.average.diesel"}
    assert faults([section(question("number", "Kilometres", unit="km/year"), lines=[line])]) == {
        (0, "lines", 0): ["'kilometers' is neither a question nor a value"]
    }


def test_a_fault_of_a_question_is_at_its_question():
    data = [section(question("number", "One"), question("number", "Two", shown_if="one + 1"))]
    assert faults(data) == {(0, "questions", 1): ["'one + 1' gives a plain number, and a yes or no is needed"]}


def test_a_fault_inside_a_group_is_at_the_question_inside():
    inner = [question("words", "Name"), question("number", "Distance", unit="furlongs per fortnight")]
    assert faults([section(question("group", "Cars", item="Car", questions=inner))]) == {
        (0, "questions", 0, "questions", 1): ["'furlongs per fortnight' is no unit"]
    }


def test_a_fault_of_a_value_inside_a_group_is_at_the_value():
    values = [{"type": "item", "value": {"id": "double", "formula": "2 * lenght"}}]
    group = question("group", "Cars", item="Car", questions=[question("number", "Length")], values=values)
    assert faults([section(group)]) == {
        (0, "questions", 0, "values", 0): ["'lenght' is neither a question nor a value"]
    }


def test_a_name_that_stands_twice_is_a_fault_at_both_places():
    data = [section(question("number", "One", id="cars"), question("number", "Two", id="cars"))]
    assert faults(data) == {
        (0, "questions", 0): ["the name 'cars' stands twice"],
        (0, "questions", 1): ["the name 'cars' stands twice"],
    }


def test_a_name_of_a_value_and_of_a_question_is_a_fault_at_both():
    data = [section(question("number", "One", id="cars")), {"type": "value", "value": {"id": "cars", "formula": "1"}}]
    assert set(faults(data)) == {(0, "questions", 0), (1,)}


def test_a_name_that_is_none_inside_a_group_is_a_fault_at_its_question():
    inner = [question("number", "Size", id="Size of it")]
    place = (0, "questions", 0, "questions", 0)
    assert place in faults([section(question("group", "Cars", item="Car", questions=inner))])


def test_a_fault_of_a_lever_is_at_the_lever():
    change = [{"type": "item", "value": {"question": "nothing", "answer": "1"}}]
    lever = {"type": "lever", "value": {"label": "Do less", "changes": change}}
    assert faults([section(), lever]) == {(1,): ["there is no question 'nothing' to change"]}


def test_a_fault_of_the_whole_is_at_the_result():
    data = [{"type": "result", "value": {"shared_by": "1"}}, section()]
    assert faults(data) == {(0,): ["a plain number cannot be converted into person"]}


def test_a_circle_is_a_fault_of_the_whole():
    values = [{"type": "value", "value": {"id": name, "formula": other}} for name, other in (("a", "b"), ("b", "a"))]
    ((place, messages),) = faults([section(), *values]).items()
    assert place == ()
    assert messages[0].startswith("these need one another in a circle: ")


def test_a_group_in_a_group_is_a_fault_at_the_inner_one():
    inner = question("group", "Wheels", item="Wheel", questions=[question("number", "Size")])
    group = question("group", "Cars", item="Car", questions=[inner])
    assert faults([section(group)]) == {(0, "questions", 0, "questions", 0): ["a group cannot stand in a group"]}


def test_more_blocks_than_can_be_checked_in_a_moment_are_refused():
    questions = [question("number", f"Question {number}") for number in range(MOST_BLOCKS)]
    with pytest.raises(DefinitionError, match="more than 600 blocks"):
        composed([section(*questions)])


def test_a_calculator_without_anything_in_it_is_a_fault_of_the_whole():
    assert faults([]) == {
        (): ["a calculator needs a section with questions", "a calculator needs a line of the result"]
    }
