"""Numbers as people of three languages write and read them, and units in words."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portal.calculators.wording import (
    Ambiguous,
    Unreadable,
    entered_number,
    exact_number,
    read_number,
    rough_tonnes,
    say,
    shown_number,
    shown_percent,
    shown_tonnes,
    unit_beside,
    unit_words,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        (".5", ".5"),
        ("1234", "1234"),
        ("1234,567", "1234.567"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1’234.50", "1234.50"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("  7 ", "7"),
        ("\u22123", "-3"),
        ("١٢٣", "123"),
        ("1e3", "1e3"),
    ],
)
def test_a_number_is_read_as_any_language_writes_it(typed: str, read: str) -> None:
    assert read_number(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "ten", "1 2", "12 34", "1,23,4", "1.2.3", "1,234.567,8", "e5", "--1", "5 kWh", "9" * 61]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_number(typed)


@pytest.mark.parametrize(
    ("language", "typed", "whole", "parts"),
    [
        ("en", "1.234", "1234", "1.2340"),
        ("fr", "1.234", "1234", "1,2340"),
        ("fr", "1,234", "1234", "1,2340"),
        ("es", "12.000", "12000", "12,0000"),  # in Mexico a point stands before decimals
    ],
)
def test_a_thousand_to_some_and_one_to_others_is_not_guessed(language: str, typed: str, whole: str, parts: str) -> None:
    with override(language), pytest.raises(Ambiguous) as caught:
        read_number(typed)
    assert (caught.value.whole, caught.value.parts) == (whole, parts)
    assert {Decimal(read_number(whole)), Decimal(read_number(parts))} == {
        Decimal(whole),
        Decimal(parts.replace(",", ".")),
    }


@pytest.mark.parametrize(
    ("typed", "read"), [("2,700", "2700"), ("+12,000", "+12000"), ("1,234,567", "1234567"), ("0,125", "0.125")]
)
def test_english_thousands_are_read_as_our_pages_write_them(typed: str, read: str) -> None:
    with override("en"):
        assert read_number(typed) == read


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@given(number=st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=6))
def test_what_is_written_into_a_form_is_read_back_as_the_same_number(language: str, number: Decimal) -> None:
    with override(language):
        assert Decimal(read_number(entered_number(number))) == number


@given(text=st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    with suppress(Unreadable, Ambiguous):
        Decimal(read_number(text))


@pytest.mark.parametrize(
    ("language", "kg", "tonnes", "rough"),
    [
        ("en", "8451.2", "8.45", "8.5"),
        ("fr", "8451.2", "8,45", "8,5"),
        ("en", "12345", "12.3", "12"),
        ("en", "1234567", "1,235", "1,235"),
        ("fr", "1234567", "1\u202f235", "1\u202f235"),
        ("es", "46", "0,046", "0,046"),
        ("en", "0", "0.00", "0"),
        ("en", "-2500", "-2.50", "-2.5"),
        ("en", "0.0004", "0.0000004", "0.0000004"),
    ],
)
def test_kilograms_are_shown_as_tonnes(language: str, kg: str, tonnes: str, rough: str) -> None:
    with override(language):
        assert (shown_tonnes(kg), rough_tonnes(kg)) == (tonnes, rough)


def test_figures_have_three_digits_and_factors_have_all_of_theirs() -> None:
    with override("en"):
        assert [shown_number(each) for each in ("5585.3", "12.345", "0.00012345", "0")] == [
            "5,585",
            "12.3",
            "0.000123",
            "0",
        ]
        assert [exact_number(each) for each in ("5585.3", "0.46751", "1000", "1E+3")] == [
            "5,585.3",
            "0.46751",
            "1,000",
            "1,000",
        ]


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("kWh/year", "kWh a year"),
        ("km/month", "km a month"),
        ("passenger*km", "passenger-km"),
        ("m*m", "m²"),
        ("m*m*m/year", "m³ a year"),
        ("person", "people"),
        ("l/vehicle", "litres per vehicle"),
        ("1/year", "a year"),
        ("kWh_gross", "kWh (gross)"),
        ("", ""),
        ("parsec", "parsec"),
        ("kg/meal", "kg per meal"),
    ],
)
def test_units_are_said_in_words(unit: str, words: str) -> None:
    with override("en"):
        assert unit_words(unit) == words


def test_pieces_are_not_named_beside_a_field_whose_label_says_of_what() -> None:
    with override("en"):
        assert (unit_beside("item"), unit_beside("kWh/year")) == ("", "kWh a year")


@pytest.mark.parametrize(
    ("language", "number", "unit", "words"),
    [
        ("en", "1", "day", "day"),
        ("en", "1.0", "person", "person"),
        ("en", "1.5", "day", "days"),
        ("en", "0", "meal", "meals"),
        ("en", "1", "meal/week", "meal a week"),
        ("en", "1", "kWh/year", "kWh a year"),
        ("fr", "1.5", "person", "personne"),
        ("fr", "2", "person", "personnes"),
        ("es", "1", "night", "noche"),
        ("en", "1", "room*night", "room-night"),
        ("fr", "1", "passenger*km", "passager-km"),
        ("fr", "2", "passenger*km", "passagers-km"),
        ("es", "1", "vehicle*km", "vehículo-km"),
    ],
)
def test_one_thing_is_no_plural(language: str, number: str, unit: str, words: str) -> None:
    with override(language):
        assert unit_words(unit, of=Decimal(number)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("45.512", "46"),
        ("9.34", "9.3"),
        ("100", "100"),
        ("0.1", "0.1"),
        ("0.00717", "< 0.1"),
        ("-0.02", "> -0.1"),
        ("0", "0"),
    ],
)
def test_per_cent_pretend_to_nothing(value: str, words: str) -> None:
    with override("en"):
        assert shown_percent(Decimal(value)) == words


def test_no_words_stay_none() -> None:
    """gettext answers an empty text with the head of its catalogue."""
    with override("fr"):
        assert say("") == ""
