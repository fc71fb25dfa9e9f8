"""The tables name every attribute of what they describe, and every field of the blocks that editors fill in."""

from dataclasses import fields as attributes
from typing import Any

import pytest

from portal.calculators.editing import fields
from portal.calculators.editing.blocks import CompositionBlock
from portal.calculators.editing.fields import QUESTIONS, Fields, Part

BLOCKS = CompositionBlock().child_blocks
SECTION = BLOCKS["section"].child_blocks
ASKED = SECTION["questions"].child_blocks
UNSAID = {"moves"}  # of questions; what only tests use

# Part, its block, the attributes that do not stand in its fields, the fields that are not its own
TOLD: dict[str, tuple[Part[Any], Any, set[str], set[str]]] = {
    "section": (fields.SECTION, BLOCKS["section"], {"questions"}, {"questions", "lines"}),
    "value": (fields.VALUE, BLOCKS["value"], {"each", "is_total"}, set()),
    "inner value": (fields.INNER_VALUE, ASKED["group"].child_blocks["values"].child_block, {"each"}, set()),
    "line": (fields.LINE, SECTION["lines"].child_block, {"section"}, set()),
    "lever": (fields.LEVER, BLOCKS["lever"], set(), set()),
    "result": (
        fields.RESULT,
        BLOCKS["result"],
        {"id", "title", "intro", "sections", "lines", "values", "levers", "country"},
        set(),
    ),
    "group": (fields.GROUP, ASKED["group"], {"questions", *UNSAID}, {"questions", "values"}),
    **{
        kind: (part, ASKED[kind], UNSAID, {"is_place"} if kind == "country" else set())
        for kind, part in QUESTIONS.items()
    },
}


def part_of_nothing(part: Part[Any], missing: set[str]) -> Any:
    return part.read(Fields({}), **dict.fromkeys(missing - UNSAID, ""))


@pytest.mark.parametrize("kind", TOLD)
def test_every_attribute_is_read_from_a_field(kind: str) -> None:
    part, _block, missing, _others = TOLD[kind]
    made: Any = part.made
    assert {each.attribute for each in part.fields} | missing == {each.name for each in attributes(made)}


@pytest.mark.parametrize("kind", TOLD)
def test_what_is_written_are_the_fields_of_the_block(kind: str) -> None:
    part, block, missing, others = TOLD[kind]
    assert set(part.write(part_of_nothing(part, missing), say=str)) | others == set(block.child_blocks)


def test_there_is_a_table_for_every_question_that_can_be_put_into_a_calculator() -> None:
    assert {*QUESTIONS, "group"} == set(ASKED)
