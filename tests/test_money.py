"""Exact amounts in every currency's own minor unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money import coded, in_minor_units, is_exact, minor_unit, shown, total


@pytest.mark.parametrize(
    ("currency", "unit"), [("EUR", "0.01"), ("USD", "0.01"), ("JPY", "1"), ("CLP", "1"), ("KWD", "0.001")]
)
def test_each_currency_has_its_own_smallest_amount(currency, unit):
    assert minor_unit(currency) == Decimal(unit)


@pytest.mark.parametrize("currency", ["XYZ", "eur", "", "€"])
def test_what_is_no_currency_is_refused(currency):
    with pytest.raises(ValueError, match="is no currency"):
        minor_unit(currency)


@pytest.mark.parametrize(
    ("price", "currency", "quantity", "amount"),
    [
        ("2.50", "EUR", 4, "10.00"),
        ("0.01", "EUR", 1, "0.01"),
        ("3", "USD", 3, "9.00"),
        ("2.500", "EUR", 1, "2.50"),
        ("120", "JPY", 7, "840"),
        ("0.125", "KWD", 3, "0.375"),
        ("99999999999.99", "EUR", 10_000_000, "999999999999900000.00"),
    ],
)
def test_a_total_is_exact_and_written_in_the_currency_s_decimals(price, currency, quantity, amount):
    assert str(total(unit_price=Decimal(price), currency=currency, quantity=quantity)) == amount


@pytest.mark.parametrize(("price", "currency"), [("2.505", "EUR"), ("120.5", "JPY"), ("0.0001", "KWD")])
def test_a_price_that_cannot_be_paid_is_refused(price, currency):
    assert not is_exact(Decimal(price), currency)
    with pytest.raises(ValueError, match="too many decimals"):
        total(unit_price=Decimal(price), currency=currency, quantity=2)


@pytest.mark.parametrize("quantity", [0, -3])
def test_less_than_one_unit_has_no_price(quantity):
    with pytest.raises(ValueError, match="one unit at least"):
        total(unit_price=Decimal(1), currency="EUR", quantity=quantity)


@given(cents=st.integers(1, 10**13), quantity=st.integers(1, 10**7))
def test_a_total_is_what_so_many_cents_make(cents, quantity):
    price = Decimal(cents) / 100
    assert total(unit_price=price, currency="EUR", quantity=quantity) * 100 == cents * quantity


def test_an_amount_from_the_database_gets_its_own_decimals_back():
    assert str(in_minor_units(Decimal("10.000"), "EUR")) == "10.00"
    assert str(in_minor_units(Decimal("840.000"), "JPY")) == "840"


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("1234.50", "EUR", "en", "€1,234.50"),
        ("1234.50", "EUR", "fr", "1\u202f234,50\u00a0€"),
        ("1234.50", "EUR", "es", "1.234,50\u00a0€"),
        ("840", "JPY", "en", "¥840"),
        ("2.50", "CHF", "en", "CHF\u00a02.50"),
    ],
)
def test_an_amount_is_shown_as_people_of_the_language_write_it(amount, currency, locale, text):
    assert shown(Decimal(amount), currency, locale) == text


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("1234.50", "EUR", "en", "EUR\u00a01,234.50"),
        ("1234.50", "EUR", "fr", "1\u202f234,50\u00a0EUR"),
        ("1234.50", "INR", "es", "1.234,50\u00a0INR"),
        ("840", "JPY", "en", "JPY\u00a0840"),
        ("2.505", "KWD", "en", "KWD\u00a02.505"),
    ],
)
def test_papers_write_the_code_of_a_currency(amount, currency, locale, text):
    assert coded(Decimal(amount), currency, locale) == text
