"""Core: from a calculator to the blocks that describe it, so that an editor can begin from one that works."""

from typing import Any

from portal.calculators.editing.fields import (
    GROUP,
    INNER_VALUE,
    LEVER,
    LINE,
    QUESTIONS,
    RESULT,
    SECTION,
    VALUE,
    Say,
    block,
    items,
)
from portal.calculators.engine.calculator import Calculator, Country, Group, Question, Section

_KINDS = {part.made: kind for kind, part in QUESTIONS.items()}


def decompose(calculator: Calculator, *, say: Say = str) -> list[dict[str, Any]]:
    """Return blocks that describe a calculator. `say` puts its words into a language.

    Composed again, they give the same calculator, with lines in the order of their sections; what only tests use, where
    a question moves the result, is left out.
    """
    values = [each for each in calculator.values if not each.each]
    return [
        block("result", RESULT.write(calculator, say=say)),
        *(block("section", _section(each, calculator, say)) for each in calculator.sections),
        *(block("value", VALUE.write(each, say=say)) for each in values),
        *(block("lever", LEVER.write(each, say=say)) for each in calculator.levers),
    ]


def _section(section: Section, calculator: Calculator, say: Say) -> dict[str, Any]:
    lines = [LINE.write(each, say=say) for each in calculator.lines if each.section == section.id]
    questions = [_question(each, calculator, say) for each in section.questions]
    return SECTION.write(section, say=say) | {"questions": questions, "lines": items(lines)}


def _question(question: Question, calculator: Calculator, say: Say) -> dict[str, Any]:
    if isinstance(question, Group):
        return block("group", _group(question, calculator, say))
    kind = _KINDS[type(question)]
    place = {"is_place": question.id == calculator.country} if isinstance(question, Country) else {}
    return block(kind, QUESTIONS[kind].write(question, say=say) | place)


def _group(group: Group, calculator: Calculator, say: Say) -> dict[str, Any]:
    values = [INNER_VALUE.write(each, say=say) for each in calculator.values if each.each == group.id]
    questions = [_question(each, calculator, say) for each in group.questions]
    return GROUP.write(group, say=say) | {"questions": questions, "values": items(values)}
