"""Formulas that editors write: what they give, what is refused and why, and that nothing else ever runs."""

from collections.abc import Mapping
from decimal import Decimal, Overflow, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.formulas import (
    ARITHMETIC,
    FormulaError,
    Function,
    Quantity,
    Text,
    Truth,
    names_in,
    read,
)

TYPES = {
    "distance": Quantity("km"),
    "miles": Quantity("mile"),
    "power": Quantity("kWh/year"),
    "stay": Quantity("month"),
    "long_stay": Quantity("year"),
    "people": Quantity("person"),
    "count": Quantity(),
    "share": Quantity(),
    "diet": Text(("vegan", "meat")),
    "size": Text(("small", "large")),
    "note": Text(),
    "has_car": Truth(),
    "is_new": Truth(),
}
VALUES = {
    "distance": Decimal(100),
    "miles": Decimal(10),
    "power": Decimal(2400),
    "stay": Decimal(12),
    "long_stay": Decimal(1),
    "people": Decimal(2),
    "count": Decimal(3),
    "share": Decimal("0.25"),
    "diet": "vegan",
    "size": "large",
    "note": "Alma",
    "has_car": True,
    "is_new": False,
    "parameter:car.occupants": Decimal("1.5"),
    "parameter:car.large.power": Decimal("0.2"),
}
PARAMETERS = {
    "car.occupants": "person/vehicle",
    "car.small.power": "kWh/km",
    "car.large.power": "kWh/km",
    "fuel.vegan": "litre/km",
    "fuel.meat": "kWh/km",
}
FUNCTIONS = {
    "doubled": Function((Quantity("km"),), Quantity("km"), lambda km: km * 2),
    "way": Function((Text(), Text()), Quantity("km"), lambda one, other: Decimal(len(one) + len(other))),
    "kind": Function((Quantity("km"),), Text(("near", "far")), lambda km: "near" if km < 50 else "far"),
}


def formula(text: str, types: Mapping = TYPES):
    return read(text, types=types, functions=FUNCTIONS, parameters=PARAMETERS)


def result(text: str):
    return formula(text).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("distance", "km", "100"),
        ("distance + miles", "km", "116.09344"),
        ("miles + distance", "mile", "72.1371192237334"),
        ("distance - miles", "km", "83.90656"),
        ("-distance", "km", "-100"),
        ("- - distance", "km", "100"),
        ("count * share", "", "0.75"),
        ("count / share", "", "12"),
        ("power * share", "kilowatt_hour / year", "600"),
        ("distance / people", "kilometer / person", "50"),
        ("distance / miles", "kilometer / mile", "10"),
        ("1 + 2 * 3", "", "7"),
        ("(1 + 2) * 3", "", "9"),
        ("7 / 2 / 2", "", "1.75"),
        ("0.1 + 0.2", "", "0.3"),
        ("1e3", "", "1000"),
        ("1_000", "", "1000"),
        ("0x10", "", "16"),
        ('of(12, "kWh/month")', "kWh/month", "12"),
        ('of(count * 2, "km")', "km", "6"),
        ('of(1, "mile") + of(1, "km")', "mile", "1.6213711922373"),
        ('parameter("car.occupants")', "person/vehicle", "1.5"),
        ('parameter("car.{size}.power") * distance', "kilowatt_hour", "20"),
        ("min(distance, miles)", "km", "16.09344"),
        ("max(miles, distance, miles)", "mile", "62.1371192237334"),
        ("doubled(distance)", "km", "200"),
        ("doubled(miles)", "km", "32.18688"),
        ('way(note, "Nil")', "km", "7"),
        ("distance if has_car else miles", "km", "100"),
        ("distance if is_new else miles", "km", "16.09344"),
        ("1 if distance > miles else 2", "", "1"),
        ("distance if has_car and not is_new else doubled(distance)", "km", "100"),
        ("  distance  ", "km", "100"),
        ("distance # as the crow flies", "km", "100"),
    ],
)
def test_arithmetic_gives_numbers_in_units(text, unit, number):
    found = formula(text)
    assert (found.type, round(found.evaluate(VALUES), 13)) == (Quantity(unit), Decimal(number))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("distance > miles", True),
        ("distance < miles", False),
        ("distance >= distance", True),
        ("distance <= miles", False),
        ("distance == miles", False),
        ("distance != miles", True),
        ('diet == "vegan"', True),
        ('diet != "vegan"', False),
        ('note == ""', False),
        ("diet == note", False),
        ("has_car", True),
        ("not has_car", False),
        ("has_car and is_new", False),
        ("has_car or is_new", True),
        ("True", True),
        ("False or has_car", True),
        ("has_car if is_new else is_new", False),
        ('kind(distance) == "far"', True),
    ],
)
def test_comparisons_say_yes_or_no(text, expected):
    found = formula(text)
    assert (found.type, found.evaluate(VALUES)) == (Truth(), expected)


@pytest.mark.parametrize("text", ["stay >= long_stay", "stay == long_stay", "long_stay <= stay", "long_stay == stay"])
def test_twelve_months_are_a_year_from_both_sides(text):
    """A twelfth of a year is no decimal number, so comparing there must not go by way of one."""
    assert result(text) is True


@pytest.mark.parametrize(
    ("text", "options", "word"),
    [
        ("diet", ("vegan", "meat"), "vegan"),
        ('"meat"', ("meat",), "meat"),
        ('"meat" if has_car else "vegan"', ("meat", "vegan"), "meat"),
        ('diet if has_car else "fish"', ("vegan", "meat", "fish"), "vegan"),
        ("kind(distance)", ("near", "far"), "far"),
        ("note", (), "Alma"),
    ],
)
def test_words_come_with_the_words_they_may_be(text, options, word):
    found = formula(text)
    assert (found.type, found.evaluate(VALUES)) == (Text(options), word)


@pytest.mark.parametrize(
    "text", ['"none" if is_new else note', 'note if has_car else "none"', "diet if is_new else note"]
)
def test_any_word_or_one_of_some_is_any_word(text):
    """Otherwise the key of a factor could be built from a word that nobody foresaw."""
    assert formula(text).type == Text()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("distance * count", {"distance", "count"}),
        ('parameter("car.occupants") * distance', {"parameter:car.occupants", "distance"}),
        ('parameter("car.{size}.power")', {"parameter:car.{size}.power", "size"}),
        ('doubled(of(1, "km"))', set()),
        ("distance if has_car else miles", {"distance", "has_car", "miles"}),
    ],
)
def test_a_formula_says_which_names_it_asks_for(text, names):
    assert formula(text).names == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('parameter("car.{size}.power") * ｄistance', {"parameter", "size", "distance"}),
        (r'"\"" if is_new else note', {"is_new", "note"}),
        ("'it''s' if a else \"b\"", {"a"}),
        ("distance * (", set()),
        ("x" * 501, set()),
    ],
)
def test_names_are_found_as_python_reads_them(text, names):
    """Wide letters are the plain ones, and what stands in quotes is no name, whatever is quoted."""
    assert names_in(text) == names


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


def test_nested_parentheses_cost_nothing():
    assert result("(" * 90 + "count" + ")" * 90) == 3


def test_wide_letters_are_the_letters_they_look_like():
    """Python reads identifiers so, and a name has one spelling."""
    found = formula("ｃｏｕｎｔ + 1")
    assert (found.names, found.evaluate(VALUES)) == ({"count"}, Decimal(4))


@pytest.mark.parametrize("text", ["count / (count - 3)", "0 / 0", 'distance / of(0, "km")'])
def test_a_division_by_nought_is_an_error_of_these_answers(text):
    with pytest.raises(ArithmeticError):
        result(text)


def test_only_the_side_that_is_chosen_is_calculated():
    assert result("count / (count - 3) if count != 3 else 7") == 7
    assert result("is_new and 1 / (count - 3) > 1") is False
    assert result("has_car or 1 / (count - 3) > 1") is True


def test_numbers_beyond_all_measure_are_an_error():
    with localcontext(ARITHMETIC), pytest.raises(Overflow):
        result(" * ".join(["900000000000000"] * 5))


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [("distance", "mile", "62.137"), ("power", "kWh/month", "200"), ("power", "MJ/year", "8640"), ("count", "", "3")],
)
def test_a_result_can_be_had_in_another_unit(text, unit, number):
    found = formula(text).in_unit(unit)
    assert (found.type, round(found.evaluate(VALUES), 3)) == (Quantity(unit), Decimal(number))


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


TEXTS = st.recursive(
    st.sampled_from([*TYPES, "1", "0.5", "1e9", '"vegan"', "True", 'parameter("car.occupants")', 'of(2, "km")']),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "<", "==", "and", "or", "**", "if"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]}) if ({parts[1]}) else ({parts[2]})"),
        inner.map(lambda one: f"-({one})"),
        inner.map(lambda one: f"not ({one})"),
        st.tuples(st.sampled_from(["min", "max", "doubled", "way", "of", "parameter"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
    ),
    max_leaves=8,
)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_what_can_be_read_gives_what_it_promised_or_an_arithmetic_error(text):
    try:
        found = formula(text)
    except FormulaError:
        return
    try:
        with localcontext(ARITHMETIC):
            value = found.evaluate(VALUES)
    except ArithmeticError:
        return
    if isinstance(found.type, Truth):
        assert isinstance(value, bool)
    elif isinstance(found.type, Text):
        assert value in found.type.options or not found.type.options
    else:
        assert isinstance(value, Decimal)
        assert value.is_finite()


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_formula_or_a_sentence_that_says_why_not(text):
    try:
        found: object = formula(text)
    except FormulaError as error:
        found = error.sentence
    assert found
