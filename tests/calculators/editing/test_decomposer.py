"""Any calculator can be taken apart into blocks, and comes back as it was."""

from dataclasses import replace

import pytest

from portal.calculators import catalogue
from portal.calculators.editing.composer import compose
from portal.calculators.editing.decomposer import decompose
from portal.calculators.editing.names import named
from portal.calculators.engine.calculator import Calculator, Choice, Group, Question, Value
from tests.calculators.compositions import question, section
from tests.calculators.editing.composed import composed


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
