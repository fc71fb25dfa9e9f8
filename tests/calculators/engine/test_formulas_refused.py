"""Formulas that are refused, with a sentence that says why: nothing but arithmetic ever runs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.formulas import FormulaError
from tests.calculators.engine.formulary import formula


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("distance + power", "kWh/year cannot be converted into km"),
        ("distance + 1", "a plain number cannot be converted into km"),
        ("distance > count", "a plain number cannot be converted into km"),
        ("distance if has_car else count", "a plain number cannot be converted into km"),
        ("min(distance, power)", "kWh/year cannot be converted into km"),
        ("doubled(power)", "kWh/year cannot be converted into km"),
        ("doubled(3)", "a plain number cannot be converted into km"),
        ("distance + diet", "'diet' is a word, and a number is needed"),
        ("distance * has_car", "'has_car' is a yes or no, and a number is needed"),
        ("-diet", "'diet' is a word, and a number is needed"),
        ("not distance", "'distance' is a number of km, and a yes or no is needed"),
        ("has_car and count", "'count' is a plain number, and a yes or no is needed"),
        ("1 if count else 2", "'count' is a plain number, and a yes or no is needed"),
        ("has_car == is_new", "'has_car' is a yes or no, and a number is needed"),
        ("diet == count", "'diet' is a word, and a number is needed"),
        ("doubled(note)", "'note' is a word, and a number is needed"),
        ("way(distance, note)", "'distance' is a number of km, and a word is needed"),
        ("distance if has_car else note", "one side of the choice is a number of km, the other a word"),
        ("has_car if has_car else note", "one side of the choice is a yes or no, the other a word"),
        ('diet == "fish"', "'fish' is none of vegan, meat"),
        ("diet == size", "'small' is none of vegan, meat"),
        ('"vegan" == size', "'small' is none of vegan"),
        ("diet < size", "'small' is none of vegan, meat"),
        ("note < diet", "'note < diet' compares words by size"),
        ("1 < count < 3", "compare two things at a time"),
        ("unheard_of", "'unheard_of' is neither a question nor a value"),
        ("distance * __class__", "'__class__' is neither a question nor a value"),
        ("parameter", "'parameter' is neither a question nor a value"),
        ("unheard_of(1)", "there is no function 'unheard_of'"),
        ("eval(note)", "there is no function 'eval'"),
        ("__import__(note)", "there is no function '__import__'"),
        ("doubled()", "doubled takes 1 values and was given 0"),
        ("way(note)", "way takes 2 values and was given 1"),
        ("min(count)", "min takes two values or more"),
        ("max()", "max takes two values or more"),
        ('parameter("unheard.of")', "the factor set has no parameter 'unheard.of'"),
        ('parameter("car.{diet}.power")', "the factor set has no parameter 'car.vegan.power'"),
        ('parameter("fuel.{diet}")', "the parameters that 'fuel.{diet}' leads to differ in unit"),
        ('parameter("car.{note}.power")', "'note' in 'car.{note}.power' is no choice"),
        ('parameter("car.{}.power")', "'' in 'car.{}.power' is no choice"),
        ("parameter(note)", 'parameter is written as parameter("car.occupants")'),
        ("parameter()", 'parameter is written as parameter("car.occupants")'),
        ("parameter(1)", 'parameter is written as parameter("car.occupants")'),
        ("of(12)", 'of is written as of(12, "kWh/month")'),
        ('of(12, "flurb")', 'of is written as of(12, "kWh/month")'),
        ('of(12, "degC")', 'of is written as of(12, "kWh/month")'),
        ('of("12", "km")', "\"'12'\" is a word, and a number is needed"),
        ('of(distance, "km")', 'of is written as of(12, "kWh/month")'),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(text, message):
    with pytest.raises(FormulaError) as caught:
        formula(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        *("note.upper()", "note.__class__", "().__class__", "distance.real", "note[0]", "note[:1]", "(1, 2)", "[1]"),
        *("{1}", "{1: 2}", "{}", "lambda: 1", "lambda x: x", "[x for x in note]", "{x for x in note}"),
        *("(x for x in note)", "{x: x for x in note}", 'f"{note}"', 'f"note"', "(note := 1)", "count ** 2"),
        *("2 ** 2 ** 2 ** 99", "count // 2", "count % 2", "count @ count", "count << 2", "count >> 1", "count | 1"),
        *("count & 1", "count ^ 1", "~count", "+count", "count is count", "note in note", "note not in note"),
        *("1j", "b'1'", "None", "...", "1e400", "1e15", "1" * 16, "min(*note)", "doubled(km=distance)"),
        *("doubled(**note)", "note.upper", "note()()", "(doubled)(distance).real", "await note", "yield", "*note"),
    ],
)
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(FormulaError, match=r"cannot be used in a formula|is not a formula|parameter is"):
        formula(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "distance *", "* distance", "distance distance", "distance;count", "distance = 1", "import os"),
        *("if has_car", "return 1", "(distance", "distance)", "'note", "1.2.3", "0123", "dis tance", "distance\n+ 1"),
        *("\x00", "note\x00", "\ud800", "€", "distance × 2", "²", "print 1", "def f(): pass", "(" * 250 + ")" * 250),
        "(" * 201 + "1" + ")" * 201,  # Python stops at two hundred
    ],
)
def test_what_python_could_not_read_is_no_formula(text):
    with pytest.raises(FormulaError, match="is not a formula"):
        formula(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 + " * 125 + "1", "the formula has 501 characters; 500 are allowed"),
        ("1" + "+1" * 60, "the formula has 181 parts; 120 are allowed"),
        ("-" * 499 + "1", "the formula has 999 parts; 120 are allowed"),
        ("not " * 124 + "True", "the formula has 249 parts; 120 are allowed"),
        ("-" * 100_000 + "1", "the formula has 100001 characters; 500 are allowed"),
    ],
)
def test_what_is_too_long_or_too_deep_is_refused(text, message):
    with pytest.raises(FormulaError, match=message):
        formula(text)


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("distance", "kWh", "km cannot be converted into kWh"),
        ("note", "km", "'note' gives a word, and a number of km is needed"),
        ("has_car", "", "'has_car' gives a yes or no, and a plain number is needed"),
    ],
)
def test_a_result_cannot_be_had_in_a_unit_of_something_else(text, unit, message):
    with pytest.raises(FormulaError, match=message):
        formula(text).in_unit(unit)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_formula_or_a_sentence_that_says_why_not(text):
    try:
        found: object = formula(text)
    except FormulaError as error:
        found = error.sentence
    assert found
