"""Answers as JSON has them, read into numbers and words, or refused with a sentence."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.answers import (
    BEYOND,
    NO_SUCH_CODE,
    NO_SUCH_OPTION,
    NO_SUCH_UNIT,
    NOT_A_NUMBER,
    NOT_WHOLE,
    NOT_WORDS,
    NOT_YES_OR_NO,
    TOO_LARGE,
    TOO_LONG,
    TOO_SMALL,
    Amount,
    InvalidAnswers,
    Problem,
    Unread,
    bounded,
    is_unknown,
    read_number,
    read_word,
)
from portal.calculators.engine.calculator import LARGEST, Airport, Number, Offered, Words
from tests.calculators.small import COUNTRY, DIET, IS_NEW, KNOWN

GAS = Number(
    id="gas",
    label="Gas",
    unit="kWh/year",
    offered=(Offered(unit="MJ/year"), Offered(unit="kWh/month"), Offered(unit="EUR/year", through="gas.price")),
)
AIRPORT = Airport(id="origin", label="From")
NOTE = Words(id="note", label="Note")


def refusal(read, *given: Any, **more: Any) -> tuple[str, dict[str, str]]:
    with pytest.raises(Unread) as caught:
        read(*given, **more)
    return caught.value.message, dict(caught.value.params)


@pytest.mark.parametrize("raw", [None, "", [], {"value": None}, {"value": ""}, {"unit": "kWh/year"}, {}])
def test_nothing_is_unknown(raw):
    assert is_unknown(raw)


@pytest.mark.parametrize(
    "raw", [0, "0", False, " ", [0], {"value": 0}, {"value": {"value": None}}, "None", float("nan")]
)
def test_anything_else_was_answered(raw):
    assert not is_unknown(raw)


# --- Numbers


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (3200, "3200"),
        (0, "0"),
        (-1, "-1"),
        (0.1, "0.1"),
        (1e-7, "1E-7"),
        ("3200", "3200"),
        (" 3200.50 ", "3200.50"),
        ("+5", "5"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        (Decimal("0.10"), "0.10"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_a_number_is_read_exactly_as_it_was_given(raw, number):
    assert read_number(GAS, raw) == Amount(Decimal(number), "")


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "much",
            "3,200",
            "3 200",
            "3'200",
            "1_000",
            "0x10",
            "١٢",
            "３",
            "½",
            "²",
            "--1",
            "1e",
            "e5",
            ".",
            "+",
            "1e1000",
        ),
        *("NaN", "nan", "inf", "-Infinity", float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), "\x001"),
        *(
            True,
            False,
            [1],
            [[]],
            {"value": [1]},
            {"value": {"value": 1}},
            {"value": True},
            b"1",
            1j,
            object(),
            "1" * 71,
        ),
    ],
)
def test_what_is_no_number_is_refused(raw):
    assert refusal(read_number, GAS, raw) == (NOT_A_NUMBER, {})


@pytest.mark.parametrize("raw", [10**300, Decimal(10) ** 10_000, 1e300, "1e300", "9" * 30 + "e9", Decimal("1e400")])
def test_numbers_beyond_all_measure_are_numbers_and_too_large(raw):
    amount = read_number(GAS, raw)
    assert amount.number == BEYOND
    assert refusal(bounded, GAS, amount.number) == (TOO_LARGE, {"maximum": LARGEST})


def test_a_whole_number_that_python_would_not_write_is_too_large_as_well():
    assert read_number(GAS, 10**10_000) == Amount(BEYOND, "")


def test_numbers_beyond_all_measure_may_be_too_small_as_well():
    assert refusal(bounded, GAS, read_number(GAS, -(10**300)).number) == (TOO_SMALL, {"minimum": "0"})


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ({"value": "5", "unit": "MJ/year"}, Amount(Decimal(5), "MJ/year")),
        ({"value": 5, "unit": "kWh/year"}, Amount(Decimal(5), "")),
        ({"value": 5, "unit": ""}, Amount(Decimal(5), "")),
        ({"value": 5, "unit": None}, Amount(Decimal(5), "")),
        ({"value": 5}, Amount(Decimal(5), "")),
        ({"value": 5, "unit": "EUR/year", "note": "more"}, Amount(Decimal(5), "EUR/year")),
    ],
)
def test_a_number_comes_with_its_unit(raw, amount):
    assert read_number(GAS, raw) == amount


@pytest.mark.parametrize("unit", ["litre", "kwh/year", "kWh / year", "MJ", 5, True, ["MJ/year"], {"MJ/year": 1}])
def test_only_units_that_are_offered_are_taken(unit):
    assert refusal(read_number, GAS, {"value": 5, "unit": unit}) == (NO_SUCH_UNIT, {})


def test_nesting_however_deep_breaks_nothing():
    """What a parser of JSON lets through must not be walked down."""
    raw: Any = 1
    for _level in range(100_000):
        raw = {"value": raw, "unit": raw}
    assert not is_unknown(raw)
    assert refusal(read_number, GAS, {"value": raw}) == (NOT_A_NUMBER, {})
    assert refusal(read_number, GAS, {"value": 1, "unit": raw}) == (NO_SUCH_UNIT, {})
    while isinstance(raw, dict):  # taken apart again from outside, so that nothing has to be walked down
        raw = raw.pop("value")


@pytest.mark.parametrize(
    ("minimum", "maximum", "number", "refused"),
    [
        ("0", "10", "0", None),
        ("0", "10", "10", None),
        ("0", "10", "-0.001", (TOO_SMALL, {"minimum": "0"})),
        ("0", "10", "10.001", (TOO_LARGE, {"maximum": "10"})),
        ("1", "10", "0.99", (TOO_SMALL, {"minimum": "1"})),
        ("-5", "5", "-5", None),
        ("0.5", "1e3", "1001", (TOO_LARGE, {"maximum": "1e3"})),
    ],
)
def test_bounds_hold(minimum, maximum, number, refused):
    question = replace(GAS, minimum=minimum, maximum=maximum)
    if refused:
        assert refusal(bounded, question, Decimal(number)) == refused
    else:
        assert bounded(question, Decimal(number)) == Decimal(number)


@pytest.mark.parametrize(
    ("times", "number", "refused"),
    [
        ("12", "100", (TOO_LARGE, {"maximum": "83.3333"})),  # 1000 a year are 83.33 a month
        ("1.609344", "700", (TOO_LARGE, {"maximum": "621.371"})),
        ("12", "0.5", (TOO_SMALL, {"minimum": "0.833334"})),  # to the side that is allowed
        ("0.001", "2000000", (TOO_LARGE, {"maximum": "1000000"})),
        ("0", "5", (TOO_SMALL, {"minimum": "10"})),  # a parameter of nought leads nowhere
    ],
)
def test_limits_are_told_in_the_unit_that_was_answered_in(times, number, refused):
    question = replace(GAS, minimum="10", maximum="1000")
    assert refusal(bounded, question, Decimal(number), times=Decimal(times)) == refused


def test_what_was_converted_is_whole_where_it_was_whole():
    """Twelve times a twelfth is 0.9999… in decimals, and one all the same."""
    question = replace(GAS, minimum="1", is_whole=True)
    twelfth = Decimal(1) / 12
    assert bounded(question, Decimal(12), times=twelfth) == 1
    assert bounded(question, Decimal(1), times=1 / (Decimal(1) / 7)) == 7
    assert refusal(bounded, question, Decimal(13), times=twelfth) == (NOT_WHOLE, {})


@pytest.mark.parametrize(
    ("number", "is_whole"), [("1", True), ("1.0", True), ("1E+2", True), ("1.5", False), ("1e-9", False)]
)
def test_whole_numbers_may_be_written_with_a_point(number, is_whole):
    question = replace(GAS, is_whole=True)
    if is_whole:
        assert bounded(question, Decimal(number)) == Decimal(number)
    else:
        assert refusal(bounded, question, Decimal(number)) == (NOT_WHOLE, {})


# --- Words


@pytest.mark.parametrize("raw", [True, "yes", "true", "on", "1", 1])
def test_yes(raw):
    assert read_word(IS_NEW, raw, known=KNOWN) is True


@pytest.mark.parametrize("raw", [False, "no", "false", "off", "0", 0])
def test_no(raw):
    assert read_word(IS_NEW, raw, known=KNOWN) is False


@pytest.mark.parametrize("raw", ["maybe", "YES", 2, -1, [True], {"value": True}, "oui", " yes"])
def test_neither_yes_nor_no(raw):
    assert refusal(read_word, IS_NEW, raw, known=KNOWN) == (NOT_YES_OR_NO, {})


def test_a_choice_is_one_of_its_options():
    assert read_word(DIET, " vegan ", known=KNOWN) == "vegan"
    for raw in ("Vegan", "fish", "vegan,meat", 1, True, ["vegan"], {"value": "vegan"}, "vegan\x00"):
        assert refusal(read_word, DIET, raw, known=KNOWN) == (NO_SUCH_OPTION, {})


@pytest.mark.parametrize(
    ("question", "raw", "code"),
    [
        (COUNTRY, "FR", "FR"),
        (COUNTRY, " fr ", "FR"),
        (COUNTRY, "NA", "NA"),
        (COUNTRY, "XK", "XK"),
        (AIRPORT, "lhr", "LHR"),
    ],
)
def test_codes_are_read_in_small_letters_as_well(question, raw, code):
    assert read_word(question, raw, known=KNOWN) == code


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        *(
            (COUNTRY, raw)
            for raw in ("ZZ", "France", "EU", "GLOBAL", "F", 33, ["FR"], {"value": "FR"}, "ＦＲ", "FR\x00")
        ),
        *((AIRPORT, raw) for raw in ("XXX", "EGLL", "LH", "London", "Lhr", 1, True, ["LHR"], "ﬁr")),
    ],
)
def test_what_is_no_code_is_refused(question, raw):
    assert refusal(read_word, question, raw, known=KNOWN) == (NO_SUCH_CODE, {})


def test_where_no_codes_are_known_none_is_right():
    assert refusal(read_word, COUNTRY, "FR", known={}) == (NO_SUCH_CODE, {})


def test_a_note_is_any_plain_text():
    assert read_word(NOTE, "  Our kitchen: 3 hobs\n(née 1990) 🍳 ", known=KNOWN) == "Our kitchen: 3 hobs\n(née 1990) 🍳"
    assert read_word(NOTE, "x" * 160, known=KNOWN) == "x" * 160
    assert refusal(read_word, NOTE, "x" * 161, known=KNOWN) == (TOO_LONG, {"maximum": "160"})
    for raw in (5, True, ["a"], {"value": "a"}, "a\x00b", "\ud800", "\x1b[31m"):
        assert refusal(read_word, NOTE, raw, known=KNOWN) == (NOT_WORDS, {})


# --- Problems


def test_a_problem_says_where_and_what():
    problem = Problem("cars.0.km", TOO_LARGE, {"maximum": "1000"})
    assert str(problem) == "cars.0.km: Enter 1000 or less."
    assert str(InvalidAnswers([problem, Problem("gas", NOT_A_NUMBER)])) == (
        "cars.0.km: Enter 1000 or less.; gas: Enter a number."
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["1", "FR", "vegan"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "unit", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_anything_that_json_can_be_is_read_or_refused(raw):
    is_unknown(raw)
    for read in (
        lambda: bounded(GAS, read_number(GAS, raw).number),
        *(lambda each=each: read_word(each, raw, known=KNOWN) for each in (IS_NEW, DIET, COUNTRY, AIRPORT, NOTE)),
    ):
        try:
            found: object = read()
        except Unread as error:
            found = error.message
        assert isinstance(found, Decimal | str | bool)
