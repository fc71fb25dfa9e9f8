"""Core: is a calculator well-formed, before any formula in it is read? Ids, bounds, and an order without circles."""

import keyword
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from graphlib import CycleError, TopologicalSorter

from portal.calculators.engine import units
from portal.calculators.engine.calculator import (
    MOST_ITEMS,
    Airport,
    Calculator,
    Choice,
    Country,
    Group,
    Line,
    Number,
    Question,
    Slider,
    Words,
    _,
)
from portal.calculators.engine.factors import SCOPES
from portal.calculators.engine.formulas import names_given, names_in
from portal.calculators.engine.sentences import Sentence, said

LONGEST_NAME = 40
_ID = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
NO_NAME = _("%(name)s is no name: small letters, digits and _, such as car_distance")
NO_COUNTRY = _("%(name)s is no question about a country")
NO_WORDS = _("%(name)s is no question that is answered in words")
NO_CHOICE = _("%(name)s is no choice")
RESERVED = frozenset({"of", "parameter", "min", "max"})


@dataclass(frozen=True)
class Fault:
    """What is wrong with one part of a definition: `where` is its id, as `line:heating` or `question:cars.size`."""

    where: str
    message: Sentence

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class DefinitionError(ValueError):
    """A calculator that cannot work. `faults` has every reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


def faults_of(calculator: Calculator, *, reserved: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with ids, references and bounds. `reserved` are names that formulas use otherwise."""
    groups = {each.id for each in calculator.questions if isinstance(each, Group)}
    sections = [section.id for section in calculator.sections]
    if not sections:
        yield Fault("calculator", said(_("a calculator needs a section with questions")))
    if not calculator.lines:
        yield Fault("calculator", said(_("a calculator needs a line of the result")))
    yield from _taken("section", sections, reserved)
    yield from _taken("line", [line.id for line in calculator.lines], reserved)
    yield from _taken("lever", [lever.id for lever in calculator.levers], reserved)
    yield from _names(calculator, reserved)
    for line in calculator.lines:
        for sentence in _line_faults(line, sections, [each.id for each in calculator.lines]):
            yield Fault(f"line:{line.id}", sentence)
    for kind, parts in (("line", calculator.lines), ("value", calculator.values)):
        for part in parts:
            if part.each and part.each not in groups:
                yield Fault(f"{kind}:{part.id}", said(_("there is no group %(name)s"), name=repr(part.each)))
    for question in calculator.questions:
        yield from _question_faults(question, "")
    yield from _faults_out_of_sight(calculator.questions, "")
    yield from _pointer_faults(calculator)


def _pointer_faults(calculator: Calculator) -> Iterator[Fault]:
    """Yield what is wrong with the questions that a calculator itself names."""
    pointers: tuple[tuple[str, type[Question], str], ...] = (
        (calculator.country, Country, NO_COUNTRY),
        (calculator.named_by, Words, NO_WORDS),
        (calculator.covers, Words, NO_WORDS),
        (calculator.bounded_by, Choice, NO_CHOICE),
    )
    for name, kind, sentence in pointers:
        if name and not any(each.id == name and isinstance(each, kind) for each in calculator.questions):
            yield Fault("calculator", said(sentence, name=repr(name)))


def _line_faults(line: Line, sections: Collection[str], lines: Collection[str]) -> Iterator[Sentence]:
    if line.section not in sections:
        yield said(_("there is no section %(name)s"), name=repr(line.section))
    if line.memo_of and line.memo_of not in lines:
        yield said(_("there is no line %(name)s"), name=repr(line.memo_of))
    if line.factor and line.rate:
        yield said(_("a line has a factor or a rate of its own, not both"))
    if line.scope not in SCOPES:
        yield said(_("%(name)s is no scope"), name=repr(line.scope))


def _names(calculator: Calculator, reserved: Collection[str]) -> Iterator[Fault]:
    """What a group names must not be named outside; different groups may use the same names."""
    outside = [each.id for each in calculator.questions] + [v.id for v in calculator.values if not v.each or v.is_total]
    yield from _taken("question", outside, reserved)
    for group in calculator.questions:
        if isinstance(group, Group):
            inside = [each.id for each in group.questions]
            inside += [value.id for value in calculator.values if value.each == group.id and not value.is_total]
            yield from _taken(f"question:{group.id}", inside, reserved)
            for name in set(inside) & set(outside):
                yield Fault(
                    f"question:{group.id}.{name}",
                    said(_("the name %(name)s stands outside the group as well"), name=repr(name)),
                )


def _taken(kind: str, ids: Sequence[str], reserved: Collection[str]) -> Iterator[Fault]:
    for name in dict.fromkeys(ids):
        if not _ID.fullmatch(name) or keyword.iskeyword(name) or name in RESERVED or name in reserved:
            yield Fault(f"{kind}:{name}", said(NO_NAME, name=repr(name)))
        elif ids.count(name) > 1:
            yield Fault(f"{kind}:{name}", said(_("the name %(name)s stands twice"), name=repr(name)))


def _question_faults(question: Question, group: str) -> Iterator[Fault]:
    where = f"question:{group}{question.id}"
    if isinstance(question, Group):
        if group:
            yield Fault(where, said(_("a group cannot stand in a group")))
        elif not question.questions:
            yield Fault(where, said(_("a group needs questions")))
        if not 0 <= question.least <= question.most <= MOST_ITEMS:
            yield Fault(where, said(_("a group has between 0 and %(most)s items"), most=MOST_ITEMS))
        for inner in question.questions:
            yield from _question_faults(inner, f"{question.id}.")
    elif isinstance(question, Choice):
        options = [each.id for each in question.options]
        if not all(options) or not options or len(set(options)) < len(options):
            yield Fault(where, said(_("a choice needs options, each with an id of its own")))
        elif question.default not in ("", *options):
            yield Fault(where, said(_("%(name)s is none of the options"), name=repr(question.default)))
    elif isinstance(question, Number):
        yield from _number_faults(question, where)


def _faults_out_of_sight(questions: Iterable[Question], group: str) -> Iterator[Fault]:
    """Yield what must always be answered and is only asked on request."""
    for each in questions:
        is_needed = each.is_required or (isinstance(each, Group) and each.least > 0)
        if each.is_more and is_needed and not each.shown_if:
            where = f"question:{group}{each.id}"
            yield Fault(where, said(_("what must be answered cannot stand under “More questions”")))
        if isinstance(each, Group):
            yield from _faults_out_of_sight(each.questions, f"{each.id}.")


def _number_faults(question: Number, where: str) -> Iterator[Fault]:
    try:
        lowest, highest = Decimal(question.minimum), Decimal(question.maximum)
    except InvalidOperation:
        yield Fault(where, said(_("its bounds are no numbers")))
    else:
        if not (lowest.is_finite() and highest.is_finite() and lowest < highest):
            yield Fault(where, said(_("its least is not below its most")))
    if isinstance(question, Slider) and not _is_step(question.step):
        yield Fault(where, said(_("its step is no number above nought")))
    for unit in (question.unit, *(each.unit for each in question.offered)):
        if not units.is_unit(unit):
            yield Fault(where, said(units.NO_UNIT, unit=repr(unit)))


def _is_step(text: str) -> bool:
    try:
        step = Decimal(text)
    except InvalidOperation:
        return False
    return step.is_finite() and step > 0


# --- The order in which questions and values are worked out: each after what it needs


def order(calculator: Calculator) -> list[str]:
    """Return the names of all questions and plain values, each after those it needs. Raises DefinitionError."""
    needs = {each.id: _needs(each, calculator) for each in calculator.questions}
    needs |= {value.id: _words(value.formula, calculator) for value in calculator.values if not value.each}
    for lever in calculator.levers:  # a new answer may ask for parameters, and names only old answers else
        for path, text in lever.changes.items():
            name = path.partition(".")[0]
            if name in needs and "parameter" in names_in(text):
                needs[name].add(calculator.country)
    home = {value.id: value.each for value in calculator.values if value.each}  # a total comes with its group
    return _sorted({name: {home.get(need, need) for need in found} for name, found in needs.items()}, "calculator")


def order_within(group: Group, calculator: Calculator) -> list[str]:
    """Return the names of a group's questions and values, each after those it needs. Raises DefinitionError."""
    needs = {each.id: _own_words(each, calculator) for each in group.questions}
    needs |= {v.id: _words(v.formula, calculator) for v in calculator.values if v.each == group.id}
    return _sorted(needs, f"question:{group.id}")


def _sorted(needs: Mapping[str, set[str]], where: str) -> list[str]:
    try:
        return list(TopologicalSorter({name: found & set(needs) for name, found in needs.items()}).static_order())
    except CycleError as error:
        circle = ", ".join(error.args[1])
        raise DefinitionError(
            [Fault(where, said(_("these need one another in a circle: %(names)s"), names=circle))]
        ) from error


def _needs(question: Question, calculator: Calculator) -> set[str]:
    """Return what must be there before a question. What a group is shown by must not come from its own items."""
    found = _own_words(question, calculator)
    if isinstance(question, Group):
        within = [v for v in calculator.values if v.each == question.id]
        inside = set().union(*(_own_words(each, calculator) for each in question.questions))
        inside = inside.union(*(_words(value.formula, calculator) for value in within))
        found |= inside - {each.id for each in question.questions} - {value.id for value in within} - {question.id}
    return found


# --- Ways between airports


@dataclass(frozen=True)
class Ends:
    """Two airports that a way leads between, of each item of a group if it names one; `there` is asked after `here`."""

    group: str
    here: str
    there: str


def ends(calculator: Calculator) -> tuple[Ends, ...]:
    """Return the airports that stand behind the two ends of any distance that is calculated, two by two."""
    found: dict[Ends, None] = {}
    texts = [(value.each, value.formula) for value in calculator.values]
    texts += [(line.each, line.activity) for line in calculator.lines]
    for group, text in texts:
        given = names_given(text, to="distance")
        if len(given) == 2:  # the ends of a way
            one, other = (_airports_behind(name, group, calculator) for name in given)
            asked = [name for name in _airports(group, calculator) if name in {*one, *other}]
            pairs = [(here, there) for at, here in enumerate(asked) for there in asked[at + 1 :]]
            found |= {Ends(group, *pair): None for pair in pairs if _lies_between(pair, one, other)}
    return tuple(found)


def _lies_between(pair: tuple[str, str], one: Collection[str], other: Collection[str]) -> bool:
    here, there = pair
    return (here in one and there in other) or (there in one and here in other)


def _airports(group: str, calculator: Calculator) -> list[str]:
    """Return the airports that a formula sees, those outside the group first."""
    inner = [
        each for question in calculator.questions if question.id == group for each in getattr(question, "questions", ())
    ]
    return [each.id for each in (*calculator.questions, *inner) if isinstance(each, Airport)]


def _airports_behind(name: str, group: str, calculator: Calculator) -> set[str]:
    """Return the airports that a name stands for: itself, or those that a value is one or another of."""
    if name in _airports(group, calculator):
        return {name}
    formulas = [value.formula for value in calculator.values if value.id == name and value.each in ("", group)]
    return set().union(*(_airports_behind(each, group, calculator) for text in formulas for each in names_in(text)))


def _own_words(question: Question, calculator: Calculator) -> set[str]:
    texts = [question.shown_if]
    if isinstance(question, Number):
        texts += [question.default, *("parameter" for each in question.offered if each.through)]
    return set().union(*(_words(text, calculator) for text in texts))


def _words(text: str, calculator: Calculator) -> set[str]:
    """Return what a formula names, for the order alone. Parameters are looked up where the person lives."""
    found = set(names_in(text))
    return found | {calculator.country} if "parameter" in found else found
