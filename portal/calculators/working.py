"""Core: from answers to everything a formula may name, step by step, with what had to be assumed on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.calculators import answers as reading
from portal.calculators.answers import InvalidAnswers, Problem, Unread
from portal.calculators.calculator import Choice, Group, Number, Question, YesNo
from portal.calculators.formulas import Formula, Value
from portal.calculators.preparing import Asked, Computed, Prepared, Repeated

NOUGHT = Decimal(0)
Changes = Mapping[str, Formula]


class Names(dict[str, Value]):
    """What formulas see. A group's item sees its own names first, then all others; parameters come from the factors."""

    def __init__(self, prepared: Prepared, outer: "Names | None" = None) -> None:
        super().__init__()
        self.prepared, self.outer = prepared, outer

    def __missing__(self, name: str) -> Value:
        if self.outer is not None:
            return self.outer[name]
        if not name.startswith("parameter:"):
            raise KeyError(name)
        region = str(self.get(self.prepared.calculator.country, ""))
        found = self[name] = self.prepared.factors.factor(name.removeprefix("parameter:"), region).value
        return found


@dataclass
class Item:
    """One item of a group: what formulas see of it, and which of its questions were answered by a default."""

    names: Names
    assumed: set[str] = field(default_factory=set)


@dataclass
class Worked:
    """Everything that follows from the answers. `assumed` are the paths of questions answered by a default."""

    names: Names
    items: dict[str, list[Item]] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)


def work(prepared: Prepared, answers: Mapping[str, Any], *, changes: Changes | None = None) -> Worked:
    """Read all answers, fill in defaults, and calculate all values. `changes` replace answers once they are read.

    Raises InvalidAnswers with a problem for every answer that cannot be used.
    """
    worker = _Worker(prepared, changes or {})
    worker.check_names(answers, {each.id for each in prepared.calculator.questions}, "")
    for step in prepared.steps:
        worker.take(step, answers)
    if worker.problems:
        order = {question.id: at for at, question in enumerate(prepared.calculator.questions)}
        raise InvalidAnswers(sorted(worker.problems, key=lambda each: order.get(each.path.split(".")[0], -1)))
    return worker.worked


class _Worker:
    """Takes one step after the other. A wrong answer is noted and stands as nought, so that all of them are found."""

    def __init__(self, prepared: Prepared, changes: Changes) -> None:
        self.prepared, self.changes = prepared, changes
        self.worked = Worked(Names(prepared))
        self.problems: list[Problem] = []

    def check_names(self, answers: Mapping[str, Any], known: set[str], path: str) -> None:
        for name in answers:
            if name not in known:
                self.problems.append(Problem(f"{path}{str(name)[:60]}", reading.NO_SUCH_QUESTION))

    def take(self, step: Asked | Computed | Repeated, answers: Mapping[str, Any]) -> None:
        names = self.worked.names
        if isinstance(step, Repeated):
            self._repeat(step, answers.get(step.question.id))
        elif isinstance(step, Computed):
            self._compute(step, names, "")
        else:
            self._ask(step, answers.get(step.question.id), names, "", self.worked.assumed)

    def _ask(self, step: Asked, raw: Any, names: Names, path: str, assumed: set[str], change: str = "") -> None:
        """Set one question's name. What is not shown counts as nought, though its answer must be right all the same."""
        question = step.question
        where = f"{path}{question.id}"
        names[question.id] = nought(question)
        try:
            is_shown = step.shown is None or bool(step.shown.evaluate(names))
            if not reading.is_unknown(raw):
                answer = self._answer(step, raw, names)
                if is_shown:
                    names[question.id] = answer
            elif is_shown and question.is_required:
                raise Unread(reading.REQUIRED)
            elif is_shown:
                self._assume(step, names, where, assumed)
            formula = self.changes.get(change or question.id)
            if formula:
                names[question.id] = formula.evaluate(names)
        except Unread as error:
            self.problems.append(Problem(where, error.message, error.params))
        except ArithmeticError:
            self.problems.append(Problem(where, reading.NO_RESULT))

    def _answer(self, step: Asked, raw: Any, names: Names) -> Value:
        question = step.question
        if not isinstance(question, Number):
            return reading.read_word(question, raw, known=self.prepared.known)
        amount = reading.read_number(question, raw)
        if not amount.unit:
            return reading.bounded(question, amount.number)
        way = step.ways[amount.unit]
        through = names[f"parameter:{way.parameter}"] if way.parameter else Decimal(1)
        assert isinstance(through, Decimal)  # noqa: S101  # parameters are numbers
        return reading.bounded(question, amount.number * way.scale * through)

    def _assume(self, step: Asked, names: Names, where: str, assumed: set[str]) -> None:
        question = step.question
        if step.default is not None:
            names[question.id] = step.default.evaluate(names)
        elif isinstance(question, Choice | YesNo) and question.default:
            names[question.id] = question.default
        else:
            return
        if not question.is_setting and (names[question.id] or isinstance(question, Choice)):
            assumed.add(where)

    def _compute(self, step: Computed, names: Names, path: str) -> None:
        try:
            names[step.id] = step.formula.evaluate(names)
        except ArithmeticError:
            names[step.id] = NOUGHT
            first = next(iter(sorted(step.formula.names)), step.id)
            self.problems.append(Problem(f"{path}{first}", reading.NO_RESULT))

    def _repeat(self, step: Repeated, raw: Any) -> None:
        group, top = step.question, self.worked.names
        is_shown = step.shown is None or bool(step.shown.evaluate(top))
        rows = self._rows(group, raw) if is_shown else []
        items = self.worked.items[group.id] = [self._item(step, row, number) for number, row in enumerate(rows)]
        top[group.id] = Decimal(len(items))
        for name in step.totals:
            top[name] = sum((item.names[name] for item in items), NOUGHT)

    def _item(self, step: Repeated, row: Mapping[str, Any], number: int) -> Item:
        group, path = step.question, f"{step.question.id}.{number}."
        item = Item(Names(self.prepared, self.worked.names))
        self.check_names(row, {inner.id for inner in group.questions}, path)
        found: set[str] = set()
        for each in step.steps:
            if isinstance(each, Computed):
                self._compute(each, item.names, path)
            else:
                inner = each.question.id
                self._ask(each, row.get(inner), item.names, path, found, f"{group.id}.{inner}")
        self.worked.assumed |= found
        item.assumed = {f"{group.id}.{name.removeprefix(path)}" for name in found}
        return item

    def _rows(self, group: Group, raw: Any) -> list[Mapping[str, Any]]:
        if reading.is_unknown(raw):
            raw = []
        if not isinstance(raw, list):
            self.problems.append(Problem(group.id, reading.NOT_A_LIST))
            return []
        rows = [row for row in raw if isinstance(row, Mapping)]
        if len(rows) < len(raw):
            self.problems.append(Problem(group.id, reading.NOT_AN_OBJECT))
        if len(rows) < group.least:
            self.problems.append(Problem(group.id, reading.TOO_FEW, {"minimum": str(group.least)}))
        if len(rows) > group.most:
            self.problems.append(Problem(group.id, reading.TOO_MANY, {"maximum": str(group.most)}))
            return []
        return rows


def nought(question: Question) -> Value:
    """Return what a question counts as when it is not asked: none of it, no, the first option, or no word."""
    if isinstance(question, Number):
        return NOUGHT
    if isinstance(question, YesNo):
        return False
    return question.options[0].id if isinstance(question, Choice) else ""
