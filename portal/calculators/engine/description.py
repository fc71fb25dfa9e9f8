"""Core: a calculator as plain data: what it asks, in words, and what its answers look like, as JSON Schema.

`say` puts words into a language. Formulas stand as they are written; a default that needs no other answer is worked
out.
"""

from decimal import Decimal

from portal.calculators.engine import interview
from portal.calculators.engine.answers import BEYOND, LONGEST_WORDS
from portal.calculators.engine.calculator import (
    Airport,
    Calculator,
    Choice,
    Country,
    Group,
    Number,
    Question,
    Slider,
    Words,
    YesNo,
)
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.footprint import number
from portal.calculators.engine.report import Data, Say

TYPES: dict[type[Question], str] = {
    Number: "number",
    Slider: "slider",
    Choice: "choice",
    YesNo: "yes_no",
    Airport: "airport",
    Country: "country",
    Words: "words",
    Group: "group",
}


def summary(calculator: Calculator, *, say: Say) -> Data:
    """Return what a calculator is about."""
    return {
        "kind": calculator.id,
        "title": say(calculator.title),
        "intro": say(calculator.intro),
        "period": calculator.period,
        "purpose": calculator.purpose,
        "shared_by": say(calculator.shared_label),
    }


def description(compiled: CompiledCalculator, *, say: Say) -> Data:
    """Return all that a calculator asks, section by section, and the lines that its result may have."""
    calculator = compiled.calculator
    known = {path: number(value) for path, value in interview.defaults(compiled).items()}
    sections = [
        {
            "id": section.id,
            "title": say(section.title),
            "intro": say(section.intro),
            "questions": [_question(each, "", known, say) for each in section.questions],
        }
        for section in calculator.sections
    ]
    lines = [
        {
            "id": line.id,
            "section": line.section,
            "label": say(line.label),
            "scope": line.scope,
            "factor": line.factor,
        }
        for line in calculator.lines
    ]
    return {
        **summary(calculator, say=say),
        "factor_set": compiled.factors.version,
        "sections": sections,
        "lines": lines,
        "inputs_schema": inputs_schema(calculator),
    }


def _question(question: Question, group: str, defaults: dict[str, str], say: Say) -> Data:
    data: Data = {
        "id": question.id,
        "type": TYPES[type(question)],
        "label": say(question.label),
        "help": say(question.help),
        "is_required": question.is_required,
        "is_setting": question.is_setting,
        "is_more": question.is_more,
        "shown_if": question.shown_if,
    }
    if isinstance(question, Number):
        data |= _number(question) | {"default": defaults.get(f"{group}{question.id}")}
    elif isinstance(question, Choice):
        data["options"] = [{"id": each.id, "label": say(each.label)} for each in question.options]
        data["default"] = question.default or None
    elif isinstance(question, YesNo):
        data["default"] = question.default
    elif isinstance(question, Group):
        inner = [_question(each, f"{question.id}.", defaults, say) for each in question.questions]
        data |= {"item": say(question.item), "least": question.least, "most": question.most, "questions": inner}
    return data


def _number(question: Number) -> Data:
    data: Data = {
        "unit": question.unit,
        "units": [question.unit, *(each.unit for each in question.offered)],
        "minimum": question.minimum,
        "maximum": question.maximum,
        "is_whole": question.is_whole,
        "default_formula": question.default,
    }
    return data | {"step": question.step} if isinstance(question, Slider) else data


# --- What answers look like, as JSON Schema of 2020-12


def inputs_schema(calculator: Calculator) -> Data:
    """Return the schema of a calculator's answers. Null and the empty text mean: unknown."""
    return _object(calculator.questions)


def _object(questions: tuple[Question, ...]) -> Data:
    schema: Data = {
        "type": "object",
        "additionalProperties": False,
        "properties": {each.id: _answer(each) for each in questions},
    }
    required = [each.id for each in questions if _is_needed(each) and not each.shown_if]
    return schema | {"required": required} if required else schema


def _is_needed(question: Question) -> bool:
    return question.is_required or (isinstance(question, Group) and question.least > 0)


def _answer(question: Question) -> Data:
    schema = _schema(question)
    return {"description": question.label, **schema} if question.label else schema


def _schema(question: Question) -> Data:
    if isinstance(question, Group):
        return {
            "type": "array",
            "minItems": question.least,
            "maxItems": question.most,
            "items": _object(question.questions),
        }
    if isinstance(question, Number):
        return _number_schema(question)
    if isinstance(question, Choice):
        return {"enum": [*(each.id for each in question.options), "", None]}
    if isinstance(question, YesNo):
        return {"enum": [True, False, "yes", "no", "", None]}
    if isinstance(question, Airport):
        return {"type": ["string", "null"], "pattern": "^([A-Za-z]{3})?$", "examples": ["NBO"]}
    if isinstance(question, Country):
        return {"type": ["string", "null"], "pattern": "^([A-Za-z]{2})?$", "examples": ["KE"]}
    return {"type": ["string", "null"], "maxLength": LONGEST_WORDS}


def _number_schema(question: Number) -> Data:
    plain: Data = {"type": ["integer" if question.is_whole else "number", "string", "null"]}
    if not question.offered:
        return plain | {"minimum": _bound(question.minimum), "maximum": _bound(question.maximum)}
    units = [question.unit, *(each.unit for each in question.offered)]
    in_unit: Data = {
        "type": "object",
        "additionalProperties": False,
        "required": ["value"],
        "properties": {"value": {"type": ["number", "string", "null"]}, "unit": {"enum": units}},
    }
    return {"anyOf": [plain, in_unit]}


def _bound(text: str) -> int | float:
    """Return a bound as JSON has numbers. Those beyond all measure are alike, as answers beyond it are."""
    limit = max(-BEYOND, min(Decimal(text), BEYOND))
    return int(limit) if limit == limit.to_integral_value() else float(limit)
