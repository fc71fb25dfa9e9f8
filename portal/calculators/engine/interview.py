"""Core: what is asked of somebody who has answered so far, what stands in for what was not answered, and what was said.

Paths name questions as problems do: `electricity`, `cars.0.distance`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from portal.calculators.engine import answers as reading
from portal.calculators.engine.answers import Problem
from portal.calculators.engine.calculator import Airport, Choice, Country, Group, Number, Question, Words, YesNo
from portal.calculators.engine.compilation import CompiledCalculator, GroupStep, QuestionStep
from portal.calculators.engine.evaluation import Evaluation, Item, Names
from portal.calculators.engine.footprint import number
from portal.calculators.engine.formulas import ARITHMETIC, Formula, Value, names_given
from portal.calculators.engine.report import Data
from portal.calculators.engine.routes import distance


@dataclass(frozen=True, kw_only=True)
class State:
    """Where somebody is. `hidden` are questions not asked, groups too; `taken` is what stands in for no answer.

    `open` are the questions that something stands in for.
    """

    hidden: frozenset[str]
    taken: Mapping[str, Value]
    open: Mapping[str, Question]
    assumed: frozenset[str]


def state(evaluation: Evaluation) -> State:
    """Return what is asked of somebody whose answers were evaluated."""
    groups = [step for step in evaluation.compiled.steps if isinstance(step, GroupStep)]
    hidden = {step.question.id for step in groups if not _is_shown(step.shown, evaluation.names)}
    taken: dict[str, Value] = {}
    left_open: dict[str, Question] = {}
    for where, step, raw, names in _steps(evaluation):
        if not _is_shown(step.shown, names):
            hidden.add(where)
        elif reading.is_unknown(raw) and (_has_default(step) or isinstance(step.question, Country)):
            taken[where], left_open[where] = names[step.question.id], step.question
    return State(hidden=frozenset(hidden), taken=taken, open=left_open, assumed=frozenset(evaluation.assumed))


def _steps(evaluation: Evaluation) -> Iterator[tuple[str, QuestionStep, Any, Names]]:
    """Yield the path of every question, those of each item included, with its answer and the names that it sees."""
    for step in evaluation.compiled.steps:
        if isinstance(step, QuestionStep):
            yield step.question.id, step, evaluation.answers.get(step.question.id), evaluation.names
        elif isinstance(step, GroupStep):
            for path, row, item in _items(step.question, evaluation):
                for inner in step.steps:
                    if isinstance(inner, QuestionStep):
                        yield f"{path}{inner.question.id}", inner, row.get(inner.question.id), item.names


def defaults(compiled: CompiledCalculator) -> dict[str, Decimal]:
    """Return the numbers that stand in for no answer whatever else is answered; a group's as `cars.distance`."""
    found: dict[str, Decimal] = {}
    for step in compiled.steps:
        inner = step.steps if isinstance(step, GroupStep) else (step,)
        path = f"{step.question.id}." if isinstance(step, GroupStep) else ""
        for each in inner:
            if isinstance(each, QuestionStep) and each.fixed is not None:
                found[f"{path}{each.question.id}"] = each.fixed
    return found


def _has_default(step: QuestionStep) -> bool:
    return step.default is not None or isinstance(step.question, Choice | YesNo)


def _is_shown(shown: Formula | None, names: Names) -> bool:
    """Say whether a question is asked; one whose condition cannot be worked out is."""
    try:
        with localcontext(ARITHMETIC):
            return shown is None or bool(shown.evaluate(names))
    except ArithmeticError:
        return True


def _items(group: Group, evaluation: Evaluation) -> Iterator[tuple[str, Mapping[str, Any], Item]]:
    rows = evaluation.answers.get(group.id)
    known = evaluation.items.get(group.id, [])
    for at, (row, item) in enumerate(zip(rows if isinstance(rows, list) else [], known, strict=False)):
        yield f"{group.id}.{at}.", row if isinstance(row, Mapping) else {}, item


def transcript(evaluation: Evaluation) -> list[Data]:
    """Return every question that counted with what was said or assumed, ready for JSON: section by section.

    A value is a text: a number, an option's label, a code, `yes` or `no`; no code for a country that stands for the
    world. Questions of which there was nothing are left out.
    """
    where, compiled = state(evaluation), evaluation.compiled
    found: list[Data] = []
    for section in compiled.calculator.sections:
        for question in section.questions:
            if question.id in where.hidden:
                continue
            if not isinstance(question, Group):
                found += _transcript_of(question, evaluation.answers, "", section.id, None, where)
                continue
            for at, (path, row, _item) in enumerate(_items(question, evaluation)):
                for inner in question.questions:
                    found += _transcript_of(inner, row, path, section.id, (question.item, at + 1), where)
    return found


def _transcript_of(
    question: Question,
    given: Mapping[str, Any],
    path: str,
    section: str,
    item: tuple[str, int] | None,
    where: State,
) -> list[Data]:
    at, raw = f"{path}{question.id}", given.get(question.id)
    if at in where.hidden:
        return []
    unit = question.unit if isinstance(question, Number) else ""
    is_answered = not reading.is_unknown(raw)
    if not is_answered:
        taken = where.taken.get(at)
        is_nothing = taken is None or taken == "" or (isinstance(taken, Decimal) and not taken)
        if is_nothing and at not in where.assumed:
            return []
        raw = taken
    elif isinstance(raw, Mapping):
        unit, raw = str(raw.get("unit") or unit), raw.get("value")
    return [
        {
            "section": section,
            "path": at,
            "label": question.label,
            "item": item[0] if item else "",
            "number": item[1] if item else None,
            "kind": type(question).__name__.lower(),
            "value": _value(question, raw),
            "unit": unit,
            "is_answered": is_answered,
            "is_assumed": at in where.assumed,
        }
    ]


def _value(question: Question, raw: Any) -> str:
    if isinstance(question, Choice):
        return next((option.label for option in question.options if option.id == raw), str(raw))
    if isinstance(question, YesNo):
        return "yes" if reading.is_yes(raw) else "no"
    return number(raw) if isinstance(raw, Decimal) else str(raw).strip()


def names_of_items(evaluation: Evaluation) -> dict[str, list[str]]:
    """Return what the items behind each line are called by what was answered: `NBO – ZRH`, or a name that was typed.

    A line that counts the way between two airports goes by its own ends: a flight with a change has one for each leg.
    """
    compiled = evaluation.compiled
    groups = {each.id: each for each in compiled.calculator.questions if isinstance(each, Group)}
    found: dict[str, list[str]] = {}
    for summand in compiled.lines:
        group = groups.get(summand.line.each)
        if group is None:
            continue
        ends = names_given(summand.activity.text, to="distance")
        found[summand.line.id] = [
            _name(group, row, [str(item.names[end]) for end in ends]) for _path, row, item in _items(group, evaluation)
        ]
    return found


def ways(evaluation: Evaluation) -> list[Data]:
    """Return every way between two airports that some line counts, once for each item: its ends, and how far it is."""
    found: dict[tuple[str, int], tuple[list[str], Decimal]] = {}
    for summand in evaluation.compiled.lines:
        ends = names_given(summand.activity.text, to="distance")
        items = [item.names for item in evaluation.items.get(summand.line.each, [])]
        for at, names in enumerate((items if summand.line.each else [evaluation.names]) if ends else []):
            if summand.when is None or summand.when.evaluate(names):
                one, other = (str(names[end]) for end in ends)
                found[summand.line.id, at] = [one, other], distance(one, other)
    legs = sorted(found.items(), key=lambda each: each[0][1])
    return [{"ends": ends, "km": number(km)} for (_line, _item), (ends, km) in legs if km]


def _name(group: Group, row: Mapping[str, Any], ends: Sequence[str]) -> str:
    """Return what an item is called: by a name, else the airports at the ends of a way, or any, else by countries."""
    for kinds, joint in (((Words,), ", "), ((Airport,), " – "), ((Country,), ", ")):
        parts = [str(row[each.id]).strip() for each in group.questions if isinstance(each, kinds) and row.get(each.id)]
        if parts:
            return joint.join(ends if ends and all(ends) and Airport in kinds else parts[:2])
    return ""


def without(answers: Mapping[str, Any], problems: Iterable[Problem]) -> dict[str, Any]:
    """Return the answers without those that are at fault; an item of a group goes as a whole."""
    kept = {name: list(value) if isinstance(value, list) else value for name, value in answers.items()}
    for problem in problems:
        name, _dot, rest = problem.path.partition(".")
        rows = kept.get(name)
        place = _place(problem.path)
        if rest and isinstance(rows, list) and place < len(rows):
            rows[place] = None
        elif not rest:
            kept.pop(name, None)
    return {
        name: [row for row in value if row is not None] if isinstance(value, list) else value
        for name, value in kept.items()
    }


def _place(path: str) -> int:
    part = path.split(".")[1:2]
    return int(part[0]) if part and part[0].isdecimal() else 0
