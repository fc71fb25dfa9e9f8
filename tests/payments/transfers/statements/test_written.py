"""Amounts and dates as banks write them."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.transfers.statements.illegible import Illegible
from portal.payments.transfers.statements.written import (
    DATE_ORDERS,
    DateOrder,
    NumberStyle,
    amount_in,
    check_decimals,
    date_in,
    iso_date_in,
)

STYLES = [
    NumberStyle(decimal=decimal, thousands=thousands)
    for decimal in ",."
    for thousands in ("", " ", "'", ".", ",")
    if decimal != thousands
]


@pytest.mark.parametrize(
    ("text", "style", "amount"),
    [
        ("1.250,00", NumberStyle(",", "."), "1250.00"),
        ("1,250.00", NumberStyle(".", ","), "1250.00"),
        ("1'250.00", NumberStyle(".", "'"), "1250.00"),
        ("1’250.00", NumberStyle(".", "'"), "1250.00"),
        ("1\u202f250,00 €", NumberStyle(",", " "), "1250.00"),
        ("1\u00a0250,00", NumberStyle(",", " "), "1250.00"),
        ("12,34,567.80", NumberStyle(".", ","), "1234567.80"),
        ("EUR 12,5", NumberStyle(",", "."), "12.5"),
        ("12", NumberStyle(",", "."), "12"),
        ("-12,00", NumberStyle(",", "."), "-12.00"),
        ("12,00-", NumberStyle(",", "."), "-12.00"),
        ("\u221212,00", NumberStyle(",", "."), "-12.00"),
        ("(12.00)", NumberStyle(".", ","), "-12.00"),
        ("+12.00", NumberStyle(".", ","), "12.00"),
        ("- $12.00", NumberStyle(".", ","), "-12.00"),
        (",50", NumberStyle(",", "."), "0.50"),
        ("0", NumberStyle(",", "."), "0"),
    ],
)
def test_amounts_are_read_as_they_are_written(text: str, style: NumberStyle, amount: str) -> None:
    assert amount_in(text, style=style) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "-", "1.25.000,00", "1.2500,00", "1,250.00", "12,00,00", "1e5", "٤٠", "1.250,00 x y", "--1", "9" * 14]
)
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(Illegible, match=r"is no amount\. Amounts are written here as 1\.234,56"):
        amount_in(text, style=NumberStyle(",", "."))


@given(amount=st.decimals(min_value=0, max_value=10**12, places=2), style=st.sampled_from(STYLES))
def test_every_style_reads_what_it_writes(amount: Decimal, style: NumberStyle) -> None:
    written = f"{amount:,.2f}".replace(",", "t").replace(".", style.decimal).replace("t", style.thousands)
    assert amount_in(written, style=style) == amount


@given(
    day=st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
    order=st.sampled_from(DATE_ORDERS),
    between=st.sampled_from([".", "/", "-", ". ", ""]),
)
def test_every_order_reads_what_it_writes(day: date, order: DateOrder, between: str) -> None:
    for year in (f"{day:%Y}", f"{day:%y}"):
        parts = {"d": f"{day:%d}", "m": f"{day:%m}", "y": year}
        assert date_in(between.join(parts[each] for each in order), order=order) == day


def test_all_orders_are_known() -> None:
    assert set(DATE_ORDERS) == {"".join(each) for each in permutations("dmy")}


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("30-NOV-26", "dmy", date(2026, 11, 30)),
        ("30 Nov 2026", "dmy", date(2026, 11, 30)),
        ("Nov 30, 2026", "mdy", date(2026, 11, 30)),
        ("2026-11-30T23:59:59", "ymd", date(2026, 11, 30)),
        ("30.11.2026 17:48", "dmy", date(2026, 11, 30)),
        ("1.2.2026", "dmy", date(2026, 2, 1)),
        ("1/2/2026", "mdy", date(2026, 1, 2)),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, order: DateOrder, day: date) -> None:
    assert date_in(text, order=order) == day


@pytest.mark.parametrize(
    "text", ["", "31/12/2026", "2026-12-31", "12/31/126", "12/31", "x", "13/01/2026", "02/30/2026"]
)
def test_what_is_no_such_date_is_refused(text: str) -> None:
    with pytest.raises(Illegible, match=r"is no date\. Dates are written here as 12/31/2026"):
        date_in(text, order="mdy")


def test_dates_of_the_standard_have_their_own_shape() -> None:
    assert iso_date_in(" 2026-11-30T13:15:00.123456789+01:00 ") == date(2026, 11, 30)
    for text in ("", "20261130", "30.11.2026", "2026-13-01"):
        with pytest.raises(Illegible, match="2026-12-31"):
            iso_date_in(text)


def test_a_currency_has_its_decimals() -> None:
    check_decimals(Decimal("12.50"), "EUR")
    check_decimals(Decimal("12.345"), "KWD")
    check_decimals(Decimal("12.345"), "QQQ")  # nothing is known of it
    with pytest.raises(Illegible, match=r"12\.50 has more decimals than JPY has"):
        check_decimals(Decimal("12.50"), "JPY")


def test_a_style_has_two_signs_that_differ() -> None:
    for decimal, thousands in ((",", ","), (".", "."), ("'", ""), (",", "x")):
        with pytest.raises(ValueError, match="no such way"):
            NumberStyle(decimal, thousands)
