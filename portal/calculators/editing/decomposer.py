"""Core: from a calculator to the blocks that describe it, so that an editor can begin from one that works."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from portal.calculators.editing.composer import PLAIN
from portal.calculators.engine.calculator import (
    LARGEST,
    Calculator,
    Choice,
    Country,
    Group,
    Lever,
    Line,
    Number,
    Question,
    Section,
    Slider,
    YesNo,
)
from portal.calculators.engine.describing import TYPES

Say = Callable[[str], str]


def decompose(calculator: Calculator, *, say: Say = str) -> list[dict[str, Any]]:
    """Return blocks that describe a calculator. `say` puts its words into a language.

    Composed again, they give the same calculator, with lines in the order of their sections; what only tests use, where
    a question moves the result, is left out.
    """
    data = [_block("result", _result_fields(calculator, say))]
    data += [_block("section", _section_fields(section, calculator, say)) for section in calculator.sections]
    data += [_block("value", {"id": each.id, "formula": each.formula}) for each in calculator.values if not each.each]
    data += [_block("lever", _lever_fields(lever, say)) for lever in calculator.levers]
    return data


def _block(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "value": value}


def _items(values: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_block("item", value) | {"id": None} for value in values]  # an id is what lists of blocks are known by


def _result_fields(calculator: Calculator, say: Say) -> dict[str, Any]:
    return {
        "period": calculator.period or "once",
        "purpose": calculator.purpose,
        "shared_by": calculator.shared_by,
        "shared_label": _word(calculator.shared_label, say),
        "named_by": calculator.named_by,
        "covers": calculator.covers,
        "bounded_by": calculator.bounded_by,
    }


def _word(text: str, say: Say) -> str:
    return str(say(text)) if text else ""  # a catalogue of translations answers the empty text with its head


def _section_fields(section: Section, calculator: Calculator, say: Say) -> dict[str, Any]:
    return {
        "title": _word(section.title, say),
        "id": section.id,
        "intro": _word(section.intro, say),
        "questions": [_question_block(each, calculator, say) for each in section.questions],
        "lines": _items([_line_fields(line, say) for line in calculator.lines if line.section == section.id]),
    }


def _question_block(question: Question, calculator: Calculator, say: Say) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "label": _word(question.label, say),
        "id": question.id,
        "help": _word(question.help, say),
        "shown_if": question.shown_if,
        "is_required": question.is_required,
        "is_setting": question.is_setting,
    }
    if isinstance(question, Number):
        fields |= _number_fields(question)
    elif isinstance(question, Choice):
        options = [{"label": _word(each.label, say), "id": each.id} for each in question.options]
        fields |= {"options": _items(options), "default": question.default}
    elif isinstance(question, YesNo):
        fields["default"] = question.default
    elif isinstance(question, Country):
        fields["is_place"] = question.id == calculator.country
    elif isinstance(question, Group):
        fields |= _group_fields(question, calculator, say)
    return _block(TYPES[type(question)], fields)


def _number_fields(question: Number) -> dict[str, Any]:
    default = question.default
    amount = re.fullmatch(r'of\((.*), "(.*)"\)', default)
    if amount and amount[2] == question.unit and PLAIN.fullmatch(amount[1]):
        default = amount[1]  # a mere number means one of the question's unit
    return {
        "unit": question.unit,
        "default": default,
        "minimum": question.minimum,
        "maximum": None if question.maximum == LARGEST else question.maximum,
        "is_whole": question.is_whole,
        "offered": _items([{"unit": each.unit, "through": each.through} for each in question.offered]),
    } | ({"step": question.step} if isinstance(question, Slider) else {})


def _group_fields(group: Group, calculator: Calculator, say: Say) -> dict[str, Any]:
    values = [each for each in calculator.values if each.each == group.id]
    return {
        "item": _word(group.item, say),
        "least": group.least,
        "most": group.most,
        "questions": [_question_block(each, calculator, say) for each in group.questions],
        "values": _items([{"id": v.id, "formula": v.formula, "is_total": v.is_total} for v in values]),
    }


def _line_fields(line: Line, say: Say) -> dict[str, Any]:
    texts = ("id", "activity", "rate", "region", "each", "when", "upstream", "scope", "category", "memo_of")
    is_pattern = "{" in line.factor
    return {
        "label": _word(line.label, say),
        "factor": "" if is_pattern else line.factor,
        "factor_pattern": line.factor if is_pattern else "",
        "is_memo": line.is_memo,
        **{name: getattr(line, name) for name in texts},
    }


def _lever_fields(lever: Lever, say: Say) -> dict[str, Any]:
    changes = [{"question": question, "answer": answer} for question, answer in lever.changes.items()]
    return {"label": _word(lever.label, say), "id": lever.id, "changes": _items(changes), "when": lever.when}
