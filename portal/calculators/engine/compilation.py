"""Core: a calculator is read once, with everything checked, and then calculates as often as wanted.

Whatever could go wrong in a definition goes wrong here, with a sentence for its author: formulas that make no sense,
units that do not fit, names that are missing, run in a circle or stand twice, and factors that the factor set lacks.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from decimal import Decimal

from portal.calculators.engine import keys, shape, units
from portal.calculators.engine.answers import fixed
from portal.calculators.engine.calculator import (
    Calculator,
    Choice,
    Country,
    Group,
    Lever,
    Line,
    Number,
    Question,
    Value,
    YesNo,
    _,
)
from portal.calculators.engine.factors import COMPANIONS, FactorSet
from portal.calculators.engine.formulas import (
    A_NUMBER,
    NO_PARAMETER,
    Formula,
    FormulaError,
    Function,
    Quantity,
    Text,
    Truth,
    Type,
    options_of,
    wrong_kind,
)
from portal.calculators.engine.formulas import read as read_formula
from portal.calculators.engine.sentences import Sentence, Unsound, said
from portal.calculators.engine.shape import NO_COUNTRY, DefinitionError, Fault, faults_of, order, order_within

COUNTS_TWICE = _("%(key)s is added by itself to what it belongs to, and would count twice")
NO_ANSWER = _("%(text)s gives %(gives)s, which is no answer to %(path)s")
OTHER_UNIT = _("%(text)s is in %(unit)s, and %(key)s is per %(wanted)s")


@dataclass(frozen=True)
class Way:
    """How a number in an offered unit becomes one in the question's own: times a scale, and a parameter if any."""

    scale: Decimal
    parameter: str


@dataclass(frozen=True)
class QuestionStep:
    """A question, ready to take an answer. `fixed` is what its default gives, if that depends on nothing."""

    question: Question
    shown: Formula | None
    default: Formula | None
    fixed: Decimal | None
    ways: Mapping[str, Way]


@dataclass(frozen=True)
class ValueStep:
    """A value, ready to be calculated."""

    id: str
    formula: Formula
    asks: frozenset[str]  # the questions behind it, as those behind a line


@dataclass(frozen=True)
class GroupStep:
    """A group, ready to take items: what happens for each, in order, and which values are added up over them."""

    question: Group
    shown: Formula | None
    steps: tuple["QuestionStep | ValueStep", ...]
    totals: tuple[str, ...]


Step = QuestionStep | ValueStep | GroupStep


@dataclass(frozen=True)
class Summand:
    """A line, ready to be calculated. `scales` leads from the activity to the factor's unit, per year where needed."""

    line: Line
    activity: Formula
    when: Formula | None
    upstream: Formula | None
    rate: Formula | None
    scales: Mapping[str, Decimal]
    asks: frozenset[str]  # the questions behind it: `people`, an item's `cars.size`, and `cars.*.size` of a total

    def key(self, names: Mapping[str, object]) -> str:
        """Return the key of the factor, its holes filled."""
        return keys.filled(self.line.factor, names)


@dataclass(frozen=True)
class Plan:
    """A lever, ready to be pulled."""

    lever: Lever
    when: Formula | None
    changes: Mapping[str, Formula]


@dataclass(frozen=True)
class CompiledCalculator:
    """A calculator in which all is checked, bound to one factor set. Read-only, and safe to share."""

    calculator: Calculator
    factors: FactorSet
    steps: tuple[Step, ...]
    lines: tuple[Summand, ...]
    levers: tuple[Plan, ...]
    shared_by: Formula | None
    known: Mapping[type, frozenset[str]]
    ends: tuple[shape.Ends, ...]


def compile_calculator(
    calculator: Calculator,
    *,
    factors: FactorSet,
    functions: Mapping[str, Function],
    known: Mapping[type, frozenset[str]],
) -> CompiledCalculator:
    """Check a calculator and return it ready to calculate. `known` has the codes there are of airports and countries.

    Raises DefinitionError with every fault that was found.
    """
    return _Compilation(calculator, factors, functions).compiled(known)


def type_of(question: Question) -> Type:
    """Return what a formula sees of a question's answer."""
    if isinstance(question, Number):
        return Quantity(question.unit)
    if isinstance(question, Choice):
        return Text(tuple(option.id for option in question.options))
    if isinstance(question, YesNo):
        return Truth()
    return Quantity() if isinstance(question, Group) else Text()


@dataclass
class _Names:
    """What can be named at one level, its types, and which questions stand behind each name."""

    types: MutableMapping[str, Type] = field(default_factory=dict)
    behind: MutableMapping[str, frozenset[str]] = field(default_factory=dict)

    def inner(self) -> "_Names":
        """Return the names of a group, which sees those outside as well, also those still to come."""
        return _Names(ChainMap({}, self.types), ChainMap({}, self.behind))


class _Compilation:
    """One calculator on its way to being compiled. Collects faults, so that an author sees all of them at once."""

    def __init__(self, calculator: Calculator, factors: FactorSet, functions: Mapping[str, Function]) -> None:
        self.calculator, self.factors, self.functions = calculator, factors, functions
        self.faults: list[Fault] = []
        self.span = "year" if calculator.period == "year" else units.NONE  # what results are for each of
        self.groups = {each.id: each for each in calculator.questions if isinstance(each, Group)}
        self.questions = {each.id: each for each in calculator.questions}
        for group in self.groups.values():
            self.questions |= {f"{group.id}.{each.id}": each for each in group.questions}
        self.top = _Names()
        self.within: dict[str, _Names] = {}

    def compiled(self, known: Mapping[type, frozenset[str]]) -> CompiledCalculator:
        self.faults += faults_of(self.calculator, reserved=self.functions)
        self._stop_at_faults()
        for question in self.calculator.questions:
            self.top.types[question.id] = type_of(question)
            self.top.behind[question.id] = frozenset({question.id})
        steps = tuple(self._steps())
        self._stop_at_faults()
        lines, levers = tuple(self._lines()), tuple(self._levers())
        of = self.calculator
        shared = self._formula(of.shared_by, self.top, "calculator", unit="person") if of.shared_by else None
        self._stop_at_faults()
        return CompiledCalculator(of, self.factors, steps, lines, levers, shared, known, shape.ends(of))

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise DefinitionError(self.faults)

    def _fault(self, where: str, sentence: Sentence) -> None:
        self.faults.append(Fault(where, sentence))

    # --- Steps: what is asked and calculated, in an order in which everything is there when it is needed

    def _steps(self) -> Iterator[Step]:
        values = {value.id: value for value in self.calculator.values if not value.each}
        questions = {question.id: question for question in self.calculator.questions}
        for name in order(self.calculator):
            if name in self.groups:
                yield self._repeated(self.groups[name])
            elif name in questions:
                yield self._asked(questions[name], self.top, "")
            elif computed := self._computed(values[name], self.top):
                yield computed

    def _repeated(self, group: Group) -> GroupStep:
        names = self.within[group.id] = self.top.inner()
        for inner in group.questions:
            names.types[inner.id] = type_of(inner)
            names.behind[inner.id] = frozenset({f"{group.id}.{inner.id}"})
        steps = tuple(self._inner_steps(group, names))
        totals = tuple(v.id for v in self.calculator.values if v.each == group.id and v.is_total)
        for name in totals:
            if name in names.types:
                self.top.types[name] = names.types[name]
                self.top.behind[name] = frozenset(map(of_any, names.behind[name]))
        shown = self._truth(group.shown_if, self.top, f"question:{group.id}")
        return GroupStep(group, shown, steps, totals)

    def _inner_steps(self, group: Group, names: _Names) -> Iterator["QuestionStep | ValueStep"]:
        questions = {inner.id: inner for inner in group.questions}
        values = {value.id: value for value in self.calculator.values if value.each == group.id}
        for name in order_within(group, self.calculator):
            if name in questions:
                yield self._asked(questions[name], names, f"{group.id}.")
            elif computed := self._computed(values[name], names):
                yield computed

    def _asked(self, question: Question, names: _Names, group: str) -> QuestionStep:
        where = f"question:{group}{question.id}"
        default, always, ways = None, None, {}
        if isinstance(question, Number):
            ways = dict(self._ways(question, where))
            default, always = self._default(question, names, where)
        return QuestionStep(question, self._truth(question.shown_if, names, where), default, always, ways)

    def _default(self, question: Number, names: _Names, where: str) -> tuple[Formula | None, Decimal | None]:
        formula = self._formula(question.default, names, where, unit=question.unit) if question.default else None
        try:
            return formula, fixed(question, formula) if formula else None
        except Unsound as error:
            self._fault(where, error.sentence)
            return None, None

    def _ways(self, question: Number, where: str) -> Iterator[tuple[str, Way]]:
        for each in question.offered:
            unit = each.unit
            try:
                if each.through:
                    unit = units.product(unit, self.factors.parameters[each.through])
                yield each.unit, Way(units.scale(unit, question.unit), each.through)
            except KeyError:
                self._fault(where, said(NO_PARAMETER, key=repr(each.through)))
            except units.UnitError as error:
                self._fault(where, error.sentence)

    def _computed(self, value: Value, names: _Names) -> ValueStep | None:
        formula = self._formula(value.formula, names, f"value:{value.id}")
        if formula is None:
            return None
        if value.is_total and not (value.each and isinstance(formula.type, Quantity)):
            self._fault(f"value:{value.id}", said(_("only numbers of a group can be added up")))
        names.types[value.id] = formula.type
        names.behind[value.id] = self._behind(formula.names, names)
        return ValueStep(value.id, formula, names.behind[value.id])

    # --- Formulas

    def _formula(self, text: str, names: _Names, where: str, *, unit: str | None = None) -> Formula | None:
        """Read a formula, which gives its number in a unit if one is asked for."""
        parameters = self.factors.parameters
        try:
            found = read_formula(text, types=names.types, functions=self.functions, parameters=parameters)
            return found if unit is None else found.in_unit(unit)
        except FormulaError as error:
            self._fault(where, error.sentence)
            return None

    def _truth(self, text: str, names: _Names, where: str) -> Formula | None:
        formula = self._formula(text, names, where) if text else None
        if formula and not isinstance(formula.type, Truth):
            self._fault(where, wrong_kind(formula, Truth().name))
        return formula

    # --- Lines and levers

    def _lines(self) -> Iterator[Summand]:
        for line in self.calculator.lines:
            where, names = f"line:{line.id}", self.within.get(line.each, self.top)
            activity = self._formula(line.activity, names, where)
            when = self._truth(line.when, names, where)
            upstream = self._truth(line.upstream, names, where)
            self._check_region(line, names, where)
            if activity is None:
                continue
            if not isinstance(activity.type, Quantity):
                self._fault(where, wrong_kind(activity, A_NUMBER))
                continue
            rate, scales, unit = None, {}, activity.type.unit
            if line.rate:
                one = units.reduced(units.product(unit, self.span))  # of kWh a month, a kWh
                activity = activity.in_unit(units.quotient(one, self.span))
                rate = self._formula(line.rate, names, where, unit=units.quotient(units.KG, one))
            else:
                scales = dict(self._scales(line, unit, names, where))
            used = set().union(*(each.names for each in (activity, when, rate) if each), keys.holes(line.factor))
            if self._differ(scales):
                used.add(line.region or self.calculator.country)
            yield Summand(line, activity, when, upstream, rate, scales, self._behind(used, names))

    def _check_region(self, line: Line, names: _Names, where: str) -> None:
        """A region comes from questions about countries: one of them, or a value that takes one or another."""
        if not line.region:
            return
        behind = [self.questions[each.replace(".*.", ".")] for each in names.behind.get(line.region, ())]
        words = [question for question in behind if type_of(question) == Text()]
        if names.types.get(line.region) != Text() or not all(isinstance(each, Country) for each in words):
            self._fault(where, said(NO_COUNTRY, name=repr(line.region)))

    def _differ(self, found: Iterable[str]) -> bool:
        """Say whether one of these keys has another figure somewhere than in the rest of the world."""
        return any(len(self.factors.rows_of(key)) > 1 for key in found)

    def _behind(self, used: Iterable[str], names: _Names) -> frozenset[str]:
        """Return the questions behind some names; the country is one of them where a parameter goes by it."""
        found: frozenset[str] = frozenset().union(*(names.behind.get(name, frozenset()) for name in used))
        for name in used:
            template = name.removeprefix("parameter:")
            if template != name and self._differ(self._keys(template, names, "")):
                found |= names.behind.get(self.calculator.country, frozenset())
        return found

    def _scales(self, line: Line, unit: str, names: _Names, where: str) -> Iterator[tuple[str, Decimal]]:
        """Yield, for every key that the choices may lead to, how many of the factor's units one of the activity is."""
        for key in self._keys(line.factor, names, where):
            if key not in self.factors or key in self.factors.parameters:
                self._fault(where, said(_("the factor set has no factor %(key)s"), key=repr(key)))
            elif key.endswith(tuple(f".{part}" for part in COMPANIONS)):
                self._fault(where, said(COUNTS_TWICE, key=repr(key)))
            else:
                wanted = units.quotient(self.factors.units[key], self.span)
                try:
                    yield key, units.scale(unit, wanted)
                except units.UnitError:
                    self._fault(where, _other_unit(line.activity, unit, key, wanted))

    def _keys(self, template: str, names: _Names, where: str) -> Iterator[str]:
        try:
            yield from keys.possible(template, options_of(names.types, keys.holes(template)))
        except Unsound as error:
            self._fault(where, error.sentence)

    def _levers(self) -> Iterator[Plan]:
        for lever in self.calculator.levers:
            where = f"lever:{lever.id}"
            changes = {path: self._change(path, text, where) for path, text in lever.changes.items()}
            when = self._truth(lever.when, self.top, where)
            yield Plan(lever, when, {path: formula for path, formula in changes.items() if formula})

    def _change(self, path: str, text: str, where: str) -> Formula | None:
        """Read a new answer, which may be made from the old one, for an item from all its old ones, and parameters."""
        question = self.questions.get(path)
        if question is None or isinstance(question, Group):
            self._fault(where, said(_("there is no question %(path)s to change"), path=repr(path)))
            return None
        group = self.groups.get(path.rpartition(".")[0])
        names = _Names({each.id: type_of(each) for each in (group.questions if group else (question,))})
        if isinstance(question, Number):
            return self._formula(text, names, where, unit=question.unit)
        formula, kind = self._formula(text, names, where), type_of(question)
        if formula and not _answers(formula.type, kind):
            self._fault(where, said(NO_ANSWER, text=repr(text), gives=formula.type.name, path=repr(path)))
        return formula


def of_any(path: str) -> str:
    """Return what an item's question is called where it stands behind a total: `cars.*.size`."""
    group, dot, name = path.partition(".")
    return f"{group}.*.{name}" if dot else group


def _answers(given: Type, kind: Type) -> bool:
    """Say whether a formula gives what a question can be answered by: of a choice, its options and no other word."""
    if isinstance(given, Text) and isinstance(kind, Text) and kind.options:
        return bool(given.options) and set(given.options) <= set(kind.options)
    return type(given) is type(kind)


def _other_unit(text: str, unit: str, key: str, wanted: str) -> Sentence:
    return said(OTHER_UNIT, text=repr(text), unit=unit or said(_("plain numbers")), key=key, wanted=wanted)
