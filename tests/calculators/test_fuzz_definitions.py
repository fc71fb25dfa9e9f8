"""Whatever an editor types, there is a calculator that calculates or a reason why not: no crash, and no long wait."""

import json
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.calculators import catalogue
from portal.calculators.editing import compositions
from portal.calculators.editing.blocks import CompositionBlock
from portal.calculators.editing.composer import compose
from portal.calculators.editing.decomposer import decompose
from portal.calculators.editing.names import named
from portal.calculators.engine import routes
from portal.calculators.engine.answers import NO_RESULT, REQUIRED, InvalidAnswers
from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.description import description
from portal.calculators.engine.footprint import estimate, savings
from portal.calculators.engine.formulas import Formula, FormulaError, Quantity, Text, Truth, read
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors import edition
from portal.calculators.questionnaire import entries, sheets
from portal.calculators.wording import say
from tests.calculators.compositions import section

A_MOMENT = timedelta(seconds=2)  # for one definition, on a busy machine
unhurried = settings(deadline=A_MOMENT, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

TYPES = {"km": Quantity("km"), "n": Quantity(), "mode": Text(("car", "train")), "word": Text(), "yes": Truth()}
VALUES: dict[str, Any] = {"km": Decimal("1e30"), "n": Decimal(0), "mode": "car", "word": "NBO", "yes": True}
NAMES = ("km", "n", "mode", "word", "yes", "meals", "trips", "a", "b", "nothing", "parameter", "of", "__class__")
UNIT_TEXTS = (
    *("km", "km/year", "kWh", "person", "percent", "m2", "degC", "dB", "delta_degF", "kg*m/s/s", "year", "", " ", "/"),
    *("lambda", "1", "km**99999999", "(km)", "9" * 400, "a" * 400, "é", "\x00", "pH", "count", "radian", "Δcelsius"),
)
PARAMETERS = tuple(sorted(edition.factor_set().parameters)[:5])
FACTORS = ("electricity.grid", "car.average.diesel", "electricity.grid.upstream", "diet.{a}", "{", "{}", "{a}{b}", "no")

# --- Formulas

_leaf = some.one_of(
    some.sampled_from(NAMES),
    some.integers(-10, 10**20).map(str),
    some.floats(allow_nan=True, allow_infinity=True).map(repr),
    some.sampled_from(("car", "train", "", "x'y", "\\")).map(repr),
    some.sampled_from(("True", "None", "...", "b''", "1j", "1e999", "0x10", "[]", "{}", "()", "*n", "f'{n}'", "1_000")),
    some.tuples(some.integers(0, 9), some.sampled_from(UNIT_TEXTS)).map(lambda pair: f"of({pair[0]}, {pair[1]!r})"),
    some.sampled_from((*PARAMETERS, "no.such", "car.{mode}")).map(lambda key: f"parameter({key!r})"),
)


def _grown(inner: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    signs = (
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "@",
        "<<",
        "and",
        "or",
        "==",
        "<",
        "is",
        "in",
        "if",
        ",",
        ":=",
        "<= n <=",
    )
    calls = ("min", "max", "distance", "haul", "of", "parameter", "print", "__import__", "n", "not")
    return some.one_of(
        some.tuples(inner, some.sampled_from(signs), inner).map(lambda three: f"({three[0]} {three[1]} {three[2]})"),
        some.tuples(some.sampled_from(calls), some.lists(inner, max_size=3)).map(
            lambda p: f"{p[0]}({', '.join(p[1])})"
        ),
        some.tuples(inner, inner, inner).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
        inner.map(lambda one: f"-{one}"),
        some.tuples(inner, some.sampled_from((".real", "[0]", ".__class__", "()", "; n", "\n", "#", "if"))).map(
            "".join
        ),
    )


formulas = some.one_of(some.recursive(_leaf, _grown, max_leaves=12), some.text(max_size=600), _leaf)


def read_or_refused(text: str) -> Formula | FormulaError:
    try:
        return read(text, types=TYPES, functions=routes.FUNCTIONS, parameters=edition.factor_set().parameters)
    except FormulaError as error:
        return error


@given(formulas)
@unhurried
def test_a_formula_is_read_or_refused_and_calculates_or_divides_by_nought(text: str):
    formula = read_or_refused(text)
    if isinstance(formula, FormulaError):
        assert str(formula)
        return
    names = VALUES | {name: Decimal(2) for name in formula.names if name.startswith("parameter:")}
    try:
        found = formula.evaluate(names)
    except ArithmeticError:
        return
    assert type(found) in {Quantity: (Decimal,), Text: (str,), Truth: (bool,)}[type(formula.type)]


@given(
    some.integers(1, 3000), some.sampled_from(("(", "-", "not ", "[", "1+", "n*", "min(", "of(", "a if b else ", "'"))
)
@unhurried
def test_a_formula_that_never_ends_is_refused(times: int, part: str):
    assert str(read_or_refused(part * times + "n"))


# --- Whole definitions, as the editor's blocks store them

_ids = some.sampled_from(("", "a", "b", "km", "meals", "trips", "trips.a", "A", "if", "distance", "9", "é", "x" * 99))
_labels = some.one_of(some.sampled_from(("", "Meals", "How far?", "飛行機")), some.text(max_size=12))
_numbers = some.one_of(
    some.none(),
    some.decimals(allow_nan=True, allow_infinity=True),
    some.sampled_from(("", "0", "-1", "1e9", "abc", Decimal("1E+500"))),
)
_flags = some.one_of(some.booleans(), some.none())
_units = some.sampled_from(("", "km", "km/year", "kWh/year", "person", "meal", *UNIT_TEXTS))
_conditions = some.one_of(some.just(""), some.sampled_from(("yes", "a > 1", "b == 'x'")), formulas)
_answers = some.one_of(some.sampled_from(("a", "b", "a * 2", "of(1, 'km/year')", "of(3, 'kWh/year')", "")), formulas)
_asked = {
    "label": _labels,
    "id": _ids,
    "help": _labels,
    "shown_if": _conditions,
    "is_required": _flags,
    "is_setting": _flags,
    "is_more": _flags,
}


def _blocks(kind: str, fields: dict[str, some.SearchStrategy[Any]]) -> some.SearchStrategy[dict[str, Any]]:
    """Blocks of a kind with some of their fields, or none."""
    return some.fixed_dictionaries(
        {"type": some.just(kind), "value": some.fixed_dictionaries({}, optional=fields)},
    )


def _items(fields: dict[str, some.SearchStrategy[Any]], most: int = 3) -> some.SearchStrategy[list[dict[str, Any]]]:
    return some.lists(_blocks("item", fields), max_size=most)


_measured = _asked | {
    "unit": _units,
    "default": _answers,
    "minimum": _numbers,
    "maximum": _numbers,
    "is_whole": _flags,
    "offered": _items({"unit": _units, "through": some.sampled_from(("", *PARAMETERS, "no"))}),
}
_inner = some.one_of(
    _blocks("number", _measured),
    _blocks("slider", _measured | {"step": _numbers}),
    _blocks("choice", _asked | {"options": _items({"label": _labels, "id": _ids}), "default": _ids}),
    _blocks("yes_no", _asked | {"default": _flags}),
    _blocks("airport", _asked),
    _blocks("country", _asked | {"is_place": _flags}),
    _blocks("words", _asked),
)
_counts = some.integers(-3, 300)
_group = _blocks(
    "group",
    _asked
    | {"item": _labels, "least": _counts, "most": _counts, "questions": some.lists(_inner, max_size=3)}
    | {"values": _items({"id": _ids, "formula": _answers, "is_total": _flags})},
)
_line = {
    "label": _labels,
    "id": _ids,
    "activity": _answers,
    "factor": some.sampled_from(FACTORS),
    "factor_pattern": some.sampled_from(("", *FACTORS)),
    "rate": some.one_of(some.just(""), _answers),
    "when": _conditions,
    "upstream": _conditions,
    "each": _ids,
    "region": _ids,
    "scope": some.sampled_from(("", "1", "3", "outside", "9")),
    "category": _ids,
    "is_memo": _flags,
    "memo_of": _ids,
}
_section = _blocks(
    "section",
    {
        "title": _labels,
        "id": _ids,
        "intro": _labels,
        "questions": some.lists(some.one_of(_inner, _inner, _group), max_size=4),
        "lines": _items(_line),
    },
)
_changes = _items({"question": _ids, "answer": _answers})
_result = {"period": some.sampled_from(("year", "once", "")), "purpose": _ids, "shared_by": _answers}
definitions = some.lists(
    some.one_of(
        _section,
        _section,
        _blocks("value", {"id": _ids, "formula": _answers}),
        _blocks("lever", {"label": _labels, "id": _ids, "changes": _changes, "when": _conditions}),
        _blocks("result", _result),
        _blocks("nonsense", {}),
    ),
    max_size=5,
)


@given(definitions)
@unhurried
def test_blocks_become_a_calculator_that_works_or_faults_that_say_why(blocks: list[dict[str, Any]]):
    composed = compose(named(blocks), name="own", title="Own")
    try:
        compiled = catalogue.ready(composed.calculator)
    except DefinitionError as error:
        faults = error.faults
    else:
        for answers in ({}, {question.id: "2" for question in compiled.calculator.questions}):
            _calculate(compiled, answers)
        return
    assert faults
    assert all(str(fault.message) and isinstance(composed.at(fault), tuple) for fault in faults)


def _calculate(compiled: CompiledCalculator, answers: dict[str, Any]) -> None:
    """A calculator that works can be described and begun to be filled in as well, and refuses nothing of its own."""
    assert json.dumps(description(compiled, say=say))
    untouched = sheets.check(compiled, entries.blank(compiled)).wrong
    assert {text for texts in untouched.values() for text in texts} <= {REQUIRED, NO_RESULT}
    try:
        found = estimate(compiled, answers)
        saved = savings(estimate(compiled, answers))
    except InvalidAnswers:
        return
    assert sum(found.by_section().values()) == found.total
    assert all(saving.kg > 0 for saving in saved)


_whole = some.integers(-10, 1000)
_bounds = some.one_of(
    some.none(),
    some.sampled_from((Decimal("1E+3"), Decimal("1E+500"), Decimal("1E+999999"), Decimal("-1E+999999"), "1e-999999")),
    some.decimals(-(10**9), 10**15, allow_nan=False),
)
_defaults = some.one_of(
    _whole.map(str),
    _whole.map(lambda number: f"of({number}, 'km/year') / 8"),
    some.tuples(_whole, some.integers(0, 1)).map(lambda pair: f"of({pair[0]}, 'km/year') / {pair[1]}"),
    some.sampled_from(("", "of(1, 'km/year') / b", "of(8e14, 'km/year') * 8e14 * 8e14 * 8e14 * 8e14", "b")),
)
_asked_so = {
    "unit": some.just("km/year"),
    "default": _defaults,
    "minimum": _bounds,
    "maximum": _bounds,
    "is_whole": _flags,
    "is_setting": _flags,
    "step": some.sampled_from((None, "0.125", Decimal("1E+3"))),
}


@given(some.sampled_from(("number", "slider")), some.fixed_dictionaries({}, optional=_asked_so))
@unhurried
def test_a_number_that_is_asked_in_whatever_way_works_or_says_why_not(kind: str, fields: dict[str, Any]):
    asked = {"type": kind, "value": {"label": "How far?", "id": "a", "unit": "km/year", **fields}}
    other = {"type": "number", "value": {"label": "Of how many?", "id": "b"}}
    blocks = [section(asked, other)]
    if compositions.faults_in(blocks):
        return
    compiled = compositions.ready(blocks, name="own", title="Own", intro="")
    for answers in ({}, {"a": "2", "b": "3"}):
        _calculate(compiled, answers)


@given(definitions)
@unhurried
def test_the_form_takes_whatever_blocks_it_is_sent(blocks: list[dict[str, Any]]):
    """What the form refuses it refuses with a reason that can be shown; what it takes calculates."""
    error = compositions.error_in(blocks)
    said = compositions.faults_in(blocks)
    assert (error is None) == (said == [])
    if error is None:
        assert compositions.ready(compositions.completed(blocks), name="own", title="", intro="")
    else:
        assert error.as_json_data()


@given(definitions)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_blocks_hold_whatever_they_can_be_sent(blocks: list[dict[str, Any]]):
    composition = CompositionBlock()
    known = [block for block in _typed(blocks) if block["type"] != "nonsense"]
    value = composition.to_python(known)
    with suppress(ValidationError):
        value = composition.clean(value)
    composition.get_form_state(value)
    assert [block["type"] for block in composition.get_prep_value(value)] == [block["type"] for block in known]


def _typed(data: Any) -> Any:
    """The same blocks with numbers where only numbers can be typed."""
    if isinstance(data, list):
        return [_typed(each) for each in data]
    if not isinstance(data, dict):
        return data
    numbers = ("minimum", "maximum", "step")
    found = {name: _typed(value) for name, value in data.items() if name not in numbers}
    return found | {name: 1 for name in numbers if name in data}


_json = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(("type", "value", "questions", "lines", "id", "label")), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(_json)
@unhurried
def test_any_data_at_all_is_a_calculator_if_not_one_that_works(data: Any):
    assert isinstance(compose(data, name="own", title="Own").calculator, Calculator)


# --- A calculator that works, with a few things changed: near enough to what works to get far


def _fields(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Every field of every block, however deep."""
    found: list[tuple[dict[str, Any], str]] = []
    for block in blocks:
        for name, value in block["value"].items():
            found += _fields(value) if isinstance(value, list) else [(block["value"], name)]
    return found


_anything = some.one_of(_answers, _conditions, _ids, _units, _numbers, _flags, _counts, some.sampled_from(FACTORS))


@given(some.sampled_from(sorted(catalogue.KINDS)), some.lists(some.tuples(some.integers(0), _anything), max_size=3))
@unhurried
def test_a_calculator_that_works_with_something_changed_works_or_says_why_not(
    kind: str, changes: list[tuple[int, Any]]
):
    blocks = compositions.completed(decompose(catalogue.KINDS[kind]))
    fields = _fields(blocks)
    for at, value in changes:
        block, name = fields[at % len(fields)]
        block[name] = value
    said = compositions.faults_in(blocks)
    if said:
        assert all(fault for _block, fault in said)
        return
    compiled = compositions.ready(blocks, name="own", title="Own", intro="")
    for answers in ({}, {question.id: "2" for question in compiled.calculator.questions}):
        _calculate(compiled, answers)
