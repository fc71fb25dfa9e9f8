"""Amounts and keys, written the way Braintree wants them."""

from decimal import Decimal

import pytest

from portal.payments.braintree.requests import amount_text, checked_key, sale_request


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("10", "10"),
        ("10.000", "10"),
        ("1E+3", "1000"),
        ("0.01", "0.01"),
        ("12.5", "12.50"),
        ("12.340", "12.34"),
        ("1.234", "1.234"),
        ("1234567.89", "1234567.89"),
    ],
)
def test_amounts_are_written_without_needless_decimals(amount, text):
    assert amount_text(Decimal(amount)) == text


@pytest.mark.parametrize("amount", [Decimal(0), Decimal("-1"), Decimal("Infinity"), Decimal("NaN"), 1, 1.5, "10"])
def test_only_positive_decimals_are_amounts(amount):
    with pytest.raises(ValueError, match="positive Decimal"):
        amount_text(amount)


def test_four_decimals_are_no_amount():
    with pytest.raises(ValueError, match="three decimals"):
        amount_text(Decimal("0.0001"))


@pytest.mark.parametrize("key", ["a", "5f0c8a52-7a55-4f5e-9a51-0d8e2c9a3a11", "x" * 100])
def test_plain_keys_are_taken_as_they_are(key):
    assert checked_key(key) == key


@pytest.mark.parametrize("key", ["", "x" * 101, "a b", "a/b", "é", "a\n"])
def test_other_keys_are_refused(key):
    with pytest.raises(ValueError, match="payment key"):
        checked_key(key)


def test_a_sale_authorises_only_and_says_what_was_asked_for():
    plain = sale_request(
        key="payment-1",
        amount=Decimal("10.00"),
        merchant_account="sol_eur",
        nonce="n",
        device_data="",
        three_d_secure=False,
    )
    assert plain == {
        "amount": "10",
        "order_id": "payment-1",
        "merchant_account_id": "sol_eur",
        "payment_method_nonce": "n",
        "options": {"submit_for_settlement": False},
    }


def test_a_sale_can_require_authentication_and_carry_device_data():
    strict = sale_request(
        key="payment-1", amount=Decimal(1), merchant_account="m", nonce="n", device_data="{}", three_d_secure=True
    )
    assert strict["options"] == {"submit_for_settlement": False, "three_d_secure": {"required": True}}
    assert strict["device_data"] == "{}"
