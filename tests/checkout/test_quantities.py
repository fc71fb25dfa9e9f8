"""How many units: what is understood, and what is said when it cannot be that many."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.checkout.quantities import QuantityForm

WHOLE = "Enter a whole number of units, such as 12. Parts of a unit cannot be cancelled."
SMALLEST = "The smallest order is 1 unit."
TOO_MANY = "Only %s units are left of this listing. Enter a smaller number, or choose another listing."
WITHOUT_ACCOUNT = (
    "Without an account that pays for its orders, at most %s units of this listing can be set aside for you at the "
    "moment. Enter a smaller number, or sign in with an account, whose e-mail address is confirmed."
)
NONE_WITHOUT_ACCOUNT = (
    "For orders without an account that pays for them, no more units of this listing can be set aside at the moment. "
    "Sign in with an account, come back in half an hour, or choose another listing."
)


def quantity(text: str, *, units_left: int = 1000) -> Any:
    """Return the number that was understood, or the list of what was said instead."""
    form = QuantityForm({"quantity": text}, units_left=units_left)
    return form.cleaned_data["quantity"] if form.is_valid() else form.errors["quantity"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("1000", 1000),
        (" 12 ", 12),
        ("\t12\n", 12),
        ("007", 7),
        ("+5", 5),
        ("١٢", 12),  # Arabic digits
        ("१२", 12),  # Devanagari
        ("１２", 12),  # full width
        ("1 000", 1000),  # as French and Spanish group digits
        ("1\u00a0000", 1000),
        ("1\u202f000", 1000),
    ],
)
def test_whole_numbers_are_understood_however_they_are_written(text: str, number: int) -> None:
    assert quantity(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *("1.5", "1,5", "1.0", "12.", ",5", "½", "³"),
        *("1.000", "1,000"),  # a thousand to one reader, one to another: never guessed
        *("1_000", "1 00", "10 00", "1e3", "10^12", "0x10", "abc", "12 units", "1 2", "--1", "- 1", "12\x00"),
        "9" * 5000,
    ],
)
def test_what_may_be_read_in_two_ways_is_not_guessed(text: str) -> None:
    assert quantity(text) == [WHOLE]


@pytest.mark.parametrize("text", ["0", "-1", "-999999999999", "\u22123", "000"])
def test_an_order_is_for_one_unit_at_least(text: str) -> None:
    assert quantity(text) == [SMALLEST]


@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_nothing_typed_is_asked_for(text: str) -> None:
    assert quantity(text) == ["Enter how many units you want to cancel."]


def test_more_than_is_left_says_how_many_are_left() -> None:
    assert quantity("1000", units_left=1000) == 1000
    assert quantity("1001", units_left=1000) == [TOO_MANY % "1,000"]
    assert quantity("1000000000000") == [TOO_MANY % "1,000"]
    assert quantity("2", units_left=1) == [
        "Only 1 unit is left of this listing. Enter a smaller number, or choose another listing."
    ]


def test_of_a_listing_with_nothing_left_no_number_is_right() -> None:
    gone = ["Nothing is left of this listing at the moment. Please choose another one."]
    assert quantity("1", units_left=0) == gone
    assert quantity("12", units_left=0) == gone


def test_one_order_has_a_largest_size() -> None:
    assert quantity("10000000", units_left=20_000_000) == 10_000_000
    assert quantity("10000001", units_left=20_000_000) == ["One order is for at most 10,000,000 units."]


def test_who_has_no_account_is_told_how_many_units_can_be_had_without_one() -> None:
    form = QuantityForm({"quantity": "501"}, units_left=1000, most=500)
    assert (form.errors, form.asks_for_account) == ({"quantity": [WITHOUT_ACCOUNT % 500]}, True)
    form = QuantityForm({"quantity": "1"}, units_left=1000, most=0)
    assert form.errors == {"quantity": [NONE_WITHOUT_ACCOUNT]}
    for typed, wrong in (("500", False), ("1001", True)):
        form = QuantityForm({"quantity": typed}, units_left=1000, most=500)
        assert (bool(form.errors), form.asks_for_account) == (wrong, False)


@pytest.mark.parametrize(("language", "left"), [("en", "48,825"), ("fr", "48\u202f825"), ("es", "48.825")])
def test_what_is_left_is_grouped_as_the_language_does(language: str, left: str) -> None:
    with translation.override(language):
        (message,) = quantity("48826", units_left=48825)
        form = QuantityForm({"quantity": "48826"}, units_left=60_000, most=48_825)
        (without_account,) = form.errors["quantity"]
    assert left in message
    assert left in without_account


@given(st.text())
def test_whatever_is_typed_gets_a_number_or_a_sentence(text: str) -> None:
    answer = quantity(text)
    assert answer in ([WHOLE], [SMALLEST], ["Enter how many units you want to cancel."], [TOO_MANY % "1,000"]) or (
        1 <= answer <= 1000
    )
