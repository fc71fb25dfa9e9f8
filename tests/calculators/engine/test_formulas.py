"""Formulas that editors write: what they give, in which unit, and which names they ask for."""

from decimal import Decimal, Overflow, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.formulas import ARITHMETIC, FormulaError, Quantity, Text, Truth, names_given, names_in
from tests.calculators.engine.formulary import TYPES, VALUES, formula, result


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
        ("power * share", "kWh/year", "600"),
        ("distance / people", "km/person", "50"),
        ("distance / miles", "km/mile", "10"),
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
        ('parameter("car.{size}.power") * distance', "kWh", "20"),
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
    ("text", "names"),
    [
        ("distance(origin, first_stop) * seats", ("origin", "first_stop")),
        ("(distance(a, b) if a != b else 0) * 2", ("a", "b")),
        ("distance(a, b) + distance(b, a)", ()),
        ('distance(a, "NBO")', ()),
        ("haul(a, b)", ()),
        ("distance * 2", ()),
        ("distance(", ()),
    ],
)
def test_what_a_function_is_given_is_found_where_it_is_called_once(text, names):
    assert names_given(text, to="distance") == names


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
