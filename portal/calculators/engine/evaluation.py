"""Core: from answers to everything a formula may name, step by step, with what had to be assumed on the way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import Any

from portal.calculators.engine import answers as reading
from portal.calculators.engine.answers import Problem, Unread
from portal.calculators.engine.calculator import Airport, Choice, Country, Group, Number, Question, YesNo
from portal.calculators.engine.compilation import CompiledCalculator, GroupStep, QuestionStep, ValueStep
from portal.calculators.engine.formulas import ARITHMETIC, Formula, Quantity, Text, Type, Value

NOUGHT = Decimal(0)
SOMEWHERE = "?"  # an airport that cannot be read: no way leads there
_NUMBER = re.compile(r"\.\d+\.")
Changes = Mapping[str, Formula]


class Names(dict[str, Value]):
    """What formulas see. A group's item sees its own names first, then all others; parameters come from the factors."""

    def __init__(self, compiled: CompiledCalculator, outer: "Names | None" = None) -> None:
        super().__init__()
        self.compiled, self.outer = compiled, outer

    def __missing__(self, name: str) -> Value:
        if self.outer is not None:
            return self.outer[name]
        if not name.startswith("parameter:"):
            raise KeyError(name)
        region = str(self.get(self.compiled.calculator.country, ""))
        found = self[name] = self.compiled.factors.factor(name.removeprefix("parameter:"), region).value
        return found


@dataclass
class Item:
    """One item of a group: what formulas see of it, and which of its questions were answered by a default."""

    names: Names
    assumed: set[str] = field(default_factory=set)


@dataclass
class Evaluation:
    """Everything that follows from some answers, as far as they allow: what cannot be used stands as nought.

    `assumed` are the paths of questions answered by a default; `problems`, in the questions' order, say what cannot be
    used and why. It is made once and handed on: to the estimate, the levers, the interview and the report.
    """

    compiled: CompiledCalculator
    answers: Mapping[str, Any]
    names: Names
    items: dict[str, list[Item]] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @property
    def assumed_of_any(self) -> frozenset[str]:
        """Those paths as totals know them: `cars.*.size` where any car's size was assumed."""
        return frozenset(_NUMBER.sub(".*.", path) for path in self.assumed)


def evaluate(compiled: CompiledCalculator, answers: Any, *, changes: Changes | None = None) -> Evaluation:
    """Read all answers, fill in defaults, and calculate all values. `changes` replace answers once they are read.

    Answers are anything that JSON can be; whatever is wrong with them is among the problems.
    """
    evaluator = _Evaluator(compiled, answers if isinstance(answers, Mapping) else {}, changes or {})
    evaluator.check_names(evaluator.found.answers, {each.id for each in compiled.calculator.questions}, "")
    if not isinstance(answers, Mapping):
        evaluator.problems.append(Problem("", reading.NOT_AN_OBJECT))
    with localcontext(ARITHMETIC):
        for step in compiled.steps:
            evaluator.take(step)
        evaluator.check_ends("", evaluator.found.names, "")
    return replace(evaluator.found, problems=_in_order(compiled, evaluator.problems))


def _in_order(compiled: CompiledCalculator, problems: list[Problem]) -> list[Problem]:
    """Return problems in the questions' order. Nothing follows from a nought that stands for a wrong answer."""
    if not problems:
        return []
    places: dict[str, int] = {}
    for question in compiled.calculator.questions:
        inner = question.questions if isinstance(question, Group) else ()
        for name in (question.id, *(f"{question.id}.{each.id}" for each in inner)):
            places[name] = len(places)

    def place(problem: Problem) -> tuple[int, int, int]:
        group, _dot, rest = problem.path.partition(".")
        number, _dot, name = rest.partition(".")
        return places.get(group, -1), int(number) if number.isdecimal() else -1, places.get(f"{group}.{name}", -1)

    wrong = [each for each in problems if each.message != reading.NO_RESULT]
    return sorted(wrong or problems, key=place)


class _Evaluator:
    """Takes one step after the other. A wrong answer is noted and stands as nought, so that all of them are found.

    An airport alone stands as one that nobody knows: it is not left empty, though it may not be clear yet which it is.
    """

    def __init__(self, compiled: CompiledCalculator, answers: Mapping[str, Any], changes: Changes) -> None:
        self.compiled, self.changes = compiled, changes
        self.found = Evaluation(compiled, answers, Names(compiled))
        self.problems: list[Problem] = []

    def check_names(self, answers: Mapping[str, Any], known: set[str], path: str) -> None:
        for name in answers:
            if name not in known:
                self.problems.append(Problem(f"{path}{str(name)[:60]}", reading.NO_SUCH_QUESTION))

    def check_ends(self, group: str, names: Names, path: str) -> None:
        """Note every airport that is the other end of its own way: such a way leads nowhere."""
        for each in self.compiled.ends:
            here, there = (names[each.here], names[each.there]) if each.group == group else ("", "")
            if here == there and there not in ("", SOMEWHERE):
                self.problems.append(Problem(f"{path}{each.there}", reading.SAME_AIRPORT))

    def take(self, step: QuestionStep | ValueStep | GroupStep) -> None:
        names, answers = self.found.names, self.found.answers
        if isinstance(step, GroupStep):
            self._repeat(step, answers.get(step.question.id))
        elif isinstance(step, ValueStep):
            self._compute(step, names, "")
        else:
            change = self.changes.get(step.question.id)
            self._ask(step, answers.get(step.question.id), names, "", self.found.assumed, change, names)

    def _ask(
        self,
        step: QuestionStep,
        raw: Any,
        names: Names,
        path: str,
        assumed: set[str],
        change: Formula | None,
        before: Names,
    ) -> None:
        """Set one question's name. What is not shown counts as nought, though its answer must be right all the same.

        A change sees what the answer would be, and the others as they were `before` any of them was changed.
        """
        question = step.question
        where = f"{path}{question.id}"
        names[question.id] = nought(question)
        try:
            is_shown = step.shown is None or bool(step.shown.evaluate(names))
            if not reading.is_unknown(raw):
                if is_shown and isinstance(question, Airport):
                    names[question.id] = SOMEWHERE
                answer = self._answer(step, raw, names)
                if is_shown:
                    names[question.id] = answer
            elif is_shown and question.is_required:
                raise Unread(reading.REQUIRED)
            elif is_shown:
                self._assume(step, names, where, assumed)
            if change and is_shown:
                seen = Names(self.compiled, before)
                seen[question.id] = names[question.id]
                names[question.id] = change.evaluate(seen)
        except Unread as error:
            self.problems.append(Problem(where, error.message, error.params))
        except ArithmeticError:
            self.problems.append(Problem(where, reading.NO_RESULT))

    def _answer(self, step: QuestionStep, raw: Any, names: Names) -> Value:
        question = step.question
        if not isinstance(question, Number):
            return reading.read_word(question, raw, known=self.compiled.known)
        amount = reading.read_number(question, raw)
        if not amount.unit:
            return reading.bounded(question, amount.number)
        way = step.ways[amount.unit]
        through = names[f"parameter:{way.parameter}"] if way.parameter else Decimal(1)
        assert isinstance(through, Decimal)  # noqa: S101  # parameters are numbers
        return reading.bounded(question, amount.number, times=way.scale * through)

    def _assume(self, step: QuestionStep, names: Names, where: str, assumed: set[str]) -> None:
        """Take the default. None of something is no assumption; the world for an unknown country is one."""
        question = step.question
        if step.default is not None:
            names[question.id] = step.default.evaluate(names)
        elif isinstance(question, Choice | YesNo) and question.default:
            names[question.id] = question.default
        if not question.is_setting and (names[question.id] or isinstance(question, Country)):
            assumed.add(where)

    def _compute(self, step: ValueStep, names: Names, path: str) -> None:
        try:
            names[step.id] = step.formula.evaluate(names)
        except ArithmeticError:
            names[step.id] = nought_of(step.formula.type)
            self.problems.append(Problem(_blamed(step, names, path), reading.NO_RESULT))

    def _repeat(self, step: GroupStep, raw: Any) -> None:
        group, top = step.question, self.found.names
        top.update(dict.fromkeys((group.id, *step.totals), NOUGHT))
        items = self.found.items[group.id] = []
        try:
            if step.shown is None or step.shown.evaluate(top):
                rows = self._rows(group, raw)
                top[group.id] = Decimal(len(rows))
                items += [self._item(step, row, number) for number, row in enumerate(rows)]
            for name in step.totals:
                top[name] = sum((item.names[name] for item in items), NOUGHT)
        except ArithmeticError:
            self.problems.append(Problem(group.id, reading.NO_RESULT))

    def _item(self, step: GroupStep, row: Mapping[str, Any], number: int) -> Item:
        group, path = step.question, f"{step.question.id}.{number}."
        changes = {inner.id: self.changes.get(f"{group.id}.{inner.id}") for inner in group.questions}
        item = Item(Names(self.compiled, self.found.names))
        before = self._unchanged(step, row, number) if any(changes.values()) else item.names
        self.check_names(row, {inner.id for inner in group.questions}, path)
        found: set[str] = set()
        for each in step.steps:
            if isinstance(each, ValueStep):
                self._compute(each, item.names, path)
            else:
                inner = each.question.id
                self._ask(each, row.get(inner), item.names, path, found, changes[inner], before)
        self.check_ends(group.id, item.names, path)
        self.found.assumed |= found
        item.assumed = {f"{group.id}.{name.removeprefix(path)}" for name in found}
        return item

    def _unchanged(self, step: GroupStep, row: Mapping[str, Any], number: int) -> Names:
        """Return what an item is when no lever is pulled. What is wrong with it is found where it is changed."""
        evaluator = _Evaluator(self.compiled, {}, {})
        evaluator.found.names = self.found.names
        return evaluator._item(step, row, number).names

    def _rows(self, group: Group, raw: Any) -> list[Mapping[str, Any]]:
        """Return a group's items, or none where they cannot be told."""
        rows: Any = [] if reading.is_unknown(raw) else raw
        if not isinstance(rows, list):
            self.problems.append(Problem(group.id, reading.NOT_A_LIST))
            return []
        if len(rows) > group.most:
            self.problems.append(Problem(group.id, reading.TOO_MANY, {"maximum": str(group.most)}))
            return []
        strange = [number for number, row in enumerate(rows) if not isinstance(row, Mapping)]
        self.problems += [Problem(f"{group.id}.{number}", reading.NOT_AN_OBJECT) for number in strange]
        if len(rows) < group.least:
            self.problems.append(Problem(group.id, reading.TOO_FEW, {"minimum": str(group.least)}))
        elif group.is_required and not rows:
            self.problems.append(Problem(group.id, reading.REQUIRED))
        return [] if strange else rows


def _blamed(step: ValueStep, names: Names, path: str) -> str:
    """Return the path of a question behind a value without result: one at nought, since it may have divided by it."""
    asked = sorted(step.asks)
    empty = [each for each in asked if "*" not in each and not names[each.rpartition(".")[2]]]
    group, _dot, name = (empty or asked or [""])[0].partition(".")
    return group if not name or name.startswith("*") else f"{path}{name}"


def nought_of(kind: Type) -> Value:
    """Return what stands in for a value that has no result."""
    if isinstance(kind, Text):
        return kind.options[0] if kind.options else ""
    return NOUGHT if isinstance(kind, Quantity) else False


def nought(question: Question) -> Value:
    """Return what a question counts as when it is not asked: none of it, no, the first option, or no word."""
    if isinstance(question, Number):
        return NOUGHT
    if isinstance(question, YesNo):
        return False
    return question.options[0].id if isinstance(question, Choice) else ""
