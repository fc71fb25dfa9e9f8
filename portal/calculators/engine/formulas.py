"""Core: formulas that editors may write, such as `distance * cars / occupants`, read once and calculated often.

A formula is read with Python's own grammar and walked node by node; nothing is ever evaluated as Python. What is not
arithmetic, a comparison, a choice (`a if b else c`) or one of the functions given is refused. Units are checked while
reading, so that adding kilometres to litres is an error in the formula and never a number. Numbers are Decimal.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, NamedTuple, TypeVar

from portal.calculators.engine import keys, units
from portal.calculators.engine.calculator import _
from portal.calculators.engine.sentences import Sentence, Unsound, said

LONGEST = 500  # characters
MOST_PARTS = 120

A_NUMBER = said(_("a number"))
NO_PARAMETER = _("the factor set has no parameter %(key)s")
TOO_LONG = _("the formula has %(count)s characters; %(most)s are allowed")
TOO_MANY_PARTS = _("the formula has %(count)s parts; %(most)s are allowed")
NOT_USED = _("%(part)s cannot be used in a formula")

# All figures come out of this arithmetic, whatever a thread was set to before: 28 digits, and nothing beyond 10^60.
ARITHMETIC = Context(
    prec=28, rounding=ROUND_HALF_EVEN, Emin=-60, Emax=60, clamp=0, traps=[InvalidOperation, DivisionByZero, Overflow]
)

Found = TypeVar("Found")
Value = Decimal | str | bool
Values = Mapping[str, Value]
Evaluate = Callable[[Values], Value]


class FormulaError(Unsound):
    """A formula that cannot be read, or that makes no sense."""


@dataclass(frozen=True)
class Quantity:
    """The type of a number in a unit."""

    unit: str = units.NONE

    @property
    def name(self) -> Sentence:
        return said(_("a number of %(unit)s"), unit=self.unit) if self.unit else units.PLAIN


@dataclass(frozen=True)
class Text:
    """The type of a word out of some. No options means any word."""

    options: tuple[str, ...] = ()

    @property
    def name(self) -> Sentence:
        return said(_("a word"))


@dataclass(frozen=True)
class Truth:
    """The type of yes and no."""

    @property
    def name(self) -> Sentence:
        return said(_("a yes or no"))


Type = Quantity | Text | Truth


class Function(NamedTuple):
    """Something a formula may call: the types it takes, the type it gives, and what it does."""

    takes: tuple[Type, ...]
    gives: Type
    does: Callable[..., Value]


@dataclass(frozen=True)
class Formula:
    """A formula that was read: what it gives, which names it asks for, and how it is calculated."""

    text: str
    type: Type
    names: frozenset[str]
    evaluate: Evaluate

    def in_unit(self, unit: str) -> "Formula":
        """Return the same formula giving its number in another unit. Raises FormulaError if it cannot."""
        if not isinstance(self.type, Quantity):
            raise FormulaError(wrong_kind(self, Quantity(unit).name))
        times = _scale(self.type.unit, unit)
        return Formula(self.text, Quantity(unit), self.names, _scaled(self.evaluate, times))


def read(
    text: str, *, types: Mapping[str, Type], functions: Mapping[str, Function], parameters: Mapping[str, str]
) -> Formula:
    """Read a formula. `types` are the names it may use, `parameters` the unit of each parameter by key.

    Two functions are always there: `of(12, "month")`, a number in a unit, and `parameter("key")`, which asks for the
    value named `parameter:key`; its key may name choices in braces. Raises FormulaError.
    """
    reader = _Reader(types, functions, parameters)
    found = reader.read(_parsed(text))
    return Formula(text, found.type, frozenset(reader.names), found.evaluate)


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise FormulaError(said(TOO_LONG, count=len(text), most=LONGEST))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        parts = sum(1 for _node in ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(said(_("%(text)s is not a formula"), text=repr(text[:60]))) from error
    if parts > MOST_PARTS:
        raise FormulaError(said(TOO_MANY_PARTS, count=parts, most=MOST_PARTS))
    return tree


def _nodes(text: str) -> list[ast.AST]:
    try:
        return list(ast.walk(_parsed(text)))
    except FormulaError:
        return []


def names_in(text: str) -> frozenset[str]:
    """Return every name in a formula, also those in the key of a parameter; none where it cannot be read at all."""
    nodes = _nodes(text)
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name)).union(*map(keys.holes, words))


def names_given(text: str, *, to: str) -> tuple[str, ...]:
    """Return the names that a formula gives to a function, if it calls it once, and with names alone."""
    calls = [node.args for node in _nodes(text) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == to]
    names = tuple(each.id for args in calls for each in args if isinstance(each, ast.Name))
    return names if len(calls) == 1 and len(names) == len(calls[0]) else ()


class _Part(NamedTuple):
    type: Type
    evaluate: Evaluate


class _Reader:
    """Walks one syntax tree. Every kind of node it knows has a method; every other is refused."""

    def __init__(
        self, types: Mapping[str, Type], functions: Mapping[str, Function], parameters: Mapping[str, str]
    ) -> None:
        self.types, self.functions, self.parameters = types, functions, parameters
        self.names: set[str] = set()

    def read(self, node: ast.expr) -> _Part:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise FormulaError(said(NOT_USED, part=_shown(node)))
        part: _Part = method(node)
        return part

    def _constant(self, node: ast.Constant) -> _Part:
        value = node.value
        if isinstance(value, bool):
            return _Part(Truth(), lambda _values: value)
        if isinstance(value, str):
            return _Part(Text((value,)), lambda _values: value)
        if isinstance(value, int | float):
            number = Decimal(repr(value))
            if number.is_finite() and abs(number) < Decimal("1e15"):
                return _Part(Quantity(), lambda _values: number)
        raise FormulaError(said(NOT_USED, part=_shown(node)))

    def _name(self, node: ast.Name) -> _Part:
        name = node.id
        if name not in self.types:
            raise FormulaError(said(_("%(name)s is neither a question nor a value"), name=repr(name)))
        self.names.add(name)
        return _Part(self.types[name], lambda values: values[name])

    def _unaryop(self, node: ast.UnaryOp) -> _Part:
        part = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            truth = self._truth(part, node.operand)
            return _Part(Truth(), lambda values: not truth(values))
        if not isinstance(node.op, ast.USub):
            raise FormulaError(said(NOT_USED, part=_shown(node)))
        number, unit = self._number(part, node.operand)
        return _Part(Quantity(unit), _scaled(number, Decimal(-1)))

    def _binop(self, node: ast.BinOp) -> _Part:
        left, one = self._number(self.read(node.left), node.left)
        right, other = self._number(self.read(node.right), node.right)
        if isinstance(node.op, ast.Mult):
            return _Part(Quantity(_unit(units.product, one, other)), _two(operator.mul, left, right))
        if isinstance(node.op, ast.Div):
            return _Part(Quantity(_unit(units.quotient, one, other)), _two(operator.truediv, left, right))
        if isinstance(node.op, ast.Add | ast.Sub):
            right = _scaled(right, _scale(other, one))
            act = operator.add if isinstance(node.op, ast.Add) else operator.sub
            return _Part(Quantity(one), _two(act, left, right))
        raise FormulaError(said(NOT_USED, part=_shown(node)))

    def _compare(self, node: ast.Compare) -> _Part:
        if len(node.ops) != 1:
            raise FormulaError(said(_("compare two things at a time")))
        left, right = self.read(node.left), self.read(node.comparators[0])
        act = _COMPARISONS.get(type(node.ops[0]))
        if act is None:
            raise FormulaError(said(NOT_USED, part=_shown(node)))
        if isinstance(left.type, Text) and isinstance(right.type, Text):
            _check_words(left.type, right.type)
            if act not in (operator.eq, operator.ne):
                raise FormulaError(said(_("%(part)s compares words by size"), part=_shown(node)))
            return _Part(Truth(), _two(act, left.evaluate, right.evaluate))
        first, one = self._number(left, node.left)
        second, other = self._number(right, node.comparators[0])
        exact = _unit(units.ratio, other, one)  # a twelfth is no decimal, and twelve months are a year
        return _Part(
            Truth(),
            _two(act, _scaled(first, Decimal(exact.denominator)), _scaled(second, Decimal(exact.numerator))),
        )

    def _boolop(self, node: ast.BoolOp) -> _Part:
        parts = [self._truth(self.read(each), each) for each in node.values]
        if isinstance(node.op, ast.And):
            return _Part(Truth(), lambda values: all(part(values) for part in parts))
        return _Part(Truth(), lambda values: any(part(values) for part in parts))

    def _ifexp(self, node: ast.IfExp) -> _Part:
        test = self._truth(self.read(node.test), node.test)
        yes, no = self.read(node.body), self.read(node.orelse)
        kind, second = _same(yes, no)
        return _Part(kind, lambda values: yes.evaluate(values) if test(values) else second(values))

    def _call(self, node: ast.Call) -> _Part:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise FormulaError(said(NOT_USED, part=_shown(node)))
        name = node.func.id
        if name in ("of", "parameter"):
            return self._literal(name, node.args)
        parts = [self.read(each) for each in node.args]
        if name in ("min", "max"):
            return self._extreme(name, parts, node.args)
        if name not in self.functions:
            raise FormulaError(said(_("there is no function %(name)s"), name=repr(name)))
        function = self.functions[name]
        if len(parts) != len(function.takes):
            needed = len(function.takes)
            raise FormulaError(
                said(
                    _("%(name)s takes %(needed)s values and was given %(given)s"),
                    name=name,
                    needed=needed,
                    given=len(parts),
                )
            )
        givers = [
            self._given(part, kind, each) for part, kind, each in zip(parts, function.takes, node.args, strict=True)
        ]
        return _Part(function.gives, lambda values: function.does(*(give(values) for give in givers)))

    def _literal(self, name: str, args: Sequence[ast.expr]) -> _Part:
        values = [each.value if isinstance(each, ast.Constant) else None for each in args]
        if name == "parameter" and len(values) == 1 and isinstance(values[0], str):
            return self._parameter(values[0])
        if name == "of" and len(values) == 2 and isinstance(values[1], str) and units.is_unit(values[1]):
            number, unit = self._number(self.read(args[0]), args[0])
            if not unit:
                return _Part(Quantity(values[1]), number)
        raise FormulaError(said(_("%(name)s is written as %(example)s"), name=name, example=_EXAMPLES[name]))

    def _parameter(self, template: str) -> _Part:
        holes = keys.holes(template)
        try:
            found = list(keys.possible(template, options_of(self.types, holes)))
        except Unsound as error:
            raise FormulaError(error.sentence) from error
        for key in found:
            if key not in self.parameters:
                raise FormulaError(said(NO_PARAMETER, key=repr(key)))
        if len({self.parameters[key] for key in found}) > 1:
            raise FormulaError(said(_("the parameters that %(key)s leads to differ in unit"), key=repr(template)))
        self.names |= {f"parameter:{template}", *holes}
        if not holes:
            return _Part(Quantity(self.parameters[template]), lambda values: values[f"parameter:{template}"])
        return _Part(
            Quantity(self.parameters[found[0]]), lambda values: values[f"parameter:{keys.filled(template, values)}"]
        )

    def _extreme(self, name: str, parts: list[_Part], nodes: Sequence[ast.expr]) -> _Part:
        if len(parts) < 2:
            raise FormulaError(said(_("%(name)s takes two values or more"), name=name))
        act = min if name == "min" else max
        first, unit = self._number(parts[0], nodes[0])
        numbers = [first]
        for part, node in zip(parts[1:], nodes[1:], strict=True):
            number, other = self._number(part, node)
            numbers.append(_scaled(number, _scale(other, unit)))
        return _Part(Quantity(unit), lambda values: act(number(values) for number in numbers))

    def _given(self, part: _Part, kind: Type, node: ast.expr) -> Callable[[Values], Value]:
        if isinstance(kind, Quantity):
            number, unit = self._number(part, node)
            return _scaled(number, _scale(unit, kind.unit))
        if type(part.type) is not type(kind):
            raise FormulaError(_unfit(node, part.type, kind.name))
        return part.evaluate

    def _number(self, part: _Part, node: ast.expr) -> tuple[Evaluate, str]:
        if not isinstance(part.type, Quantity):
            raise FormulaError(_unfit(node, part.type, A_NUMBER))
        return part.evaluate, part.type.unit

    def _truth(self, part: _Part, node: ast.expr) -> Evaluate:
        if not isinstance(part.type, Truth):
            raise FormulaError(_unfit(node, part.type, Truth().name))
        return part.evaluate


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_EXAMPLES = {"of": 'of(12, "kWh/month")', "parameter": 'parameter("car.occupants")'}


def _two(act: Callable[..., Value], left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda values: act(left(values), right(values))


def _scaled(number: Evaluate, times: Decimal) -> Evaluate:
    if times == 1:
        return number
    return lambda values: number(values) * times  # type: ignore[operator]  # numbers only come here


def options_of(types: Mapping[str, Type], names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the options of those names that are choices."""
    found = {name: types.get(name) for name in names}
    return {name: kind.options for name, kind in found.items() if isinstance(kind, Text)}


def _same(yes: _Part, no: _Part) -> tuple[Type, Evaluate]:
    """Return the type of both branches, and the second one brought into the unit of the first."""
    if isinstance(yes.type, Quantity) and isinstance(no.type, Quantity):
        return yes.type, _scaled(no.evaluate, _scale(no.type.unit, yes.type.unit))
    if isinstance(yes.type, Text) and isinstance(no.type, Text):
        is_open = not (yes.type.options and no.type.options)
        return Text(() if is_open else tuple(dict.fromkeys(yes.type.options + no.type.options))), no.evaluate
    if isinstance(yes.type, Truth) and isinstance(no.type, Truth):
        return Truth(), no.evaluate
    raise FormulaError(
        said(_("one side of the choice is %(one)s, the other %(other)s"), one=yes.type.name, other=no.type.name)
    )


def _check_words(one: Text, other: Text) -> None:
    """Refuse a comparison with a word that can never come, which is a slip of the pen."""
    if one.options and other.options and not set(one.options) & set(other.options):
        options = ", ".join(one.options)
        raise FormulaError(said(_("%(word)s is none of %(options)s"), word=repr(other.options[0]), options=options))


def _scale(unit: str, into: str) -> Decimal:
    return _unit(units.scale, unit, into)


def _unit(find: Callable[[str, str], Found], one: str, other: str) -> Found:
    try:
        return find(one, other)
    except units.UnitError as error:
        raise FormulaError(error.sentence) from error


def wrong_kind(formula: Formula, needed: Sentence) -> Sentence:
    """Return what to say of a formula that gives something else than is needed."""
    text, gives = repr(formula.text), formula.type.name
    return said(_("%(text)s gives %(gives)s, and %(needed)s is needed"), text=text, gives=gives, needed=needed)


def _unfit(node: ast.expr, found: Type, needed: Sentence) -> Sentence:
    part = _shown(node)
    return said(_("%(part)s is %(found)s, and %(needed)s is needed"), part=part, found=found.name, needed=needed)


def _shown(node: ast.expr) -> str:
    return repr(ast.unparse(node)[:60])
