"""An editor's blocks become a calculator, and every fault finds its block."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from portal.calculators import catalogue
from portal.calculators.editing.composer import MOST_BLOCKS, Composed, compose
from portal.calculators.editing.decomposer import decompose
from portal.calculators.editing.names import named
from portal.calculators.engine.calculator import Calculator, Choice, Group, Number, Question, Slider, Value
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors import edition
from tests.calculators.compositions import COMMUTING, question, section


def composed(data: Any) -> Composed:
    return compose(named(data), name="own", title="Own")


def faults(data: Any) -> dict[tuple[int | str, ...], list[str]]:
    """What is wrong, by the place of the block at fault."""
    found = composed(data)
    with pytest.raises(DefinitionError) as raised:
        catalogue.ready(found.calculator)
    places: dict[tuple[int | str, ...], list[str]] = {}
    for fault in raised.value.faults:
        for place in found.at(fault) or ((),):
            places.setdefault(place, []).append(str(fault.message))
    return places


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


# --- Names


def names(*labels: str) -> list[str]:
    (found,) = named([section(*(question("number", label) for label in labels))])
    return [each["value"]["id"] for each in found["value"]["questions"]]


def test_what_has_no_name_is_named_after_its_label():
    assert names("How far do you drive?", "Été à la mer", "3 meals", "Äpfel & Birnen") == [
        "how_far_do_you_drive",
        "ete_a_la_mer",
        "meals",
        "apfel_birnen",
    ]


def test_names_are_made_unlike_one_another():
    assert names("Cars", "Cars", "cars", "Cars!") == ["cars", "cars_2", "cars_3", "cars_4"]


def test_words_that_formulas_use_otherwise_are_no_names():
    assert names("Of", "Distance", "If", "Parameter", "") == ["of_2", "distance_2", "if_2", "parameter_2", "question"]


def test_long_labels_and_other_scripts_have_names_too():
    assert names("ein " * 40, "飛行機", "a" * 100) == ["ein_ein_ein_ein_ein_ein_ein_ein_ein", "question", "a" * 36]


def test_a_name_once_given_stays():
    first = named([section(question("number", "Cars"))])
    first[0]["value"]["questions"][0]["value"]["label"] = "Vehicles"
    assert named(first) == first


@pytest.mark.parametrize("number", [0, Decimal(0), 0.0])
def test_a_nought_for_a_name_is_a_name_as_it_is_when_it_is_stored(number: Any):
    """What is checked before it is stored is what is read afterwards, when numbers may have become texts."""
    assert named([section(question("number", "Cars", id=number))])[0]["value"]["questions"][0]["value"]["id"] == number
    assert (0, "questions", 0) in faults([section(question("number", "Cars", id=number))])


def test_a_group_s_question_is_not_named_like_one_outside():
    group = question("group", "Cars", item="Car", questions=[question("number", "Kilometres")])
    (found,) = named([section(question("number", "Kilometres"), group)])
    inner = found["value"]["questions"][1]["value"]["questions"][0]
    assert (found["value"]["questions"][0]["value"]["id"], inner["value"]["id"]) == ("kilometres", "kilometres_2")


def test_naming_leaves_what_it_was_given_as_it_was():
    data = [section(question("number", "Cars"))]
    named(data)
    assert "id" not in data[0]["value"]["questions"][0]["value"]


# --- And back


def tidy(calculator: Calculator) -> Calculator:
    """The same calculator in the order that blocks give it, without what only tests use."""
    order = [section.id for section in calculator.sections]
    groups = ["", *(each.id for each in calculator.questions if isinstance(each, Group))]
    at = {each: number for number, each in enumerate([*groups[1:], ""])}  # what is a group's stands in the group
    return replace(
        calculator,
        sections=tuple(replace(each, questions=_unmoved(each.questions)) for each in calculator.sections),
        lines=tuple(sorted(calculator.lines, key=lambda line: order.index(line.section))),
        values=tuple(sorted(calculator.values, key=lambda value: at[value.each])),
    )


def _unmoved(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    found = []
    for each in questions:
        inner = {"questions": _unmoved(each.questions)} if isinstance(each, Group) else {}
        found.append(replace(each, moves="", **inner))
    return tuple(found)


@pytest.mark.parametrize("kind", list(catalogue.KINDS))
def test_every_calculator_of_the_portal_comes_back_as_it_was(kind: str):
    calculator = catalogue.KINDS[kind]
    again = compose(decompose(calculator), name=kind, title=calculator.title, intro=calculator.intro).calculator
    assert tidy(again) == tidy(calculator)


@pytest.mark.parametrize("kind", list(catalogue.KINDS))
def test_what_comes_back_has_all_its_names(kind: str):
    blocks = decompose(catalogue.KINDS[kind])
    assert named(blocks) == blocks


def test_words_are_put_into_the_language_of_the_page():
    blocks = decompose(catalogue.KINDS["flight"], say=str.upper)
    assert blocks[1]["value"]["title"] == "FLIGHTS"
    trips = blocks[1]["value"]["questions"][0]["value"]
    assert (trips["label"], trips["item"], trips["help"]) == ("YOUR FLIGHTS", "FLIGHT", "")
    assert trips["questions"][5]["value"]["options"][1]["value"] == {"label": "ECONOMY", "id": "economy"}


def test_a_choice_and_a_total_come_back():
    choice = question("choice", "Heating", options=[{"type": "item", "value": {"label": "Gas", "id": "gas"}}])
    group = question(
        "group",
        "Cars",
        item="Car",
        questions=[question("number", "Length", unit="km")],
        values=[{"type": "item", "value": {"id": "way", "formula": "length", "is_total": True}}],
    )
    calculator = composed([section(choice, group)]).calculator
    assert calculator.values == (Value(id="way", formula="length", each="cars", is_total=True),)
    asked = calculator.questions[0]
    assert isinstance(asked, Choice)
    assert [option.id for option in asked.options] == ["gas"]
    assert compose(decompose(calculator), name="own", title="Own").calculator == calculator


def test_a_calculator_without_anything_in_it_is_a_fault_of_the_whole():
    assert faults([]) == {
        (): ["a calculator needs a section with questions", "a calculator needs a line of the result"]
    }
