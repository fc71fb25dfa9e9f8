"""Sales the way Braintree's sandbox knows them: cards, nonces, duplicates."""

from decimal import Decimal
from typing import Any

import pytest


def sale(sdk, **changes: Any) -> Any:
    request = {"amount": "10.00", "order_id": "order-1", "payment_method_nonce": "fake-valid-visa-nonce"}
    return sdk.transaction.sale(request | changes)


def codes(result: Any) -> list[str]:
    return [error.code for error in result.errors.deep_errors]


def test_a_sale_is_authorised_in_the_merchants_first_account(sdk):
    transaction = sale(sdk).transaction
    assert (transaction.status, transaction.type) == ("authorized", "sale")
    assert (transaction.amount, transaction.currency_iso_code) == (Decimal("10.00"), "EUR")
    assert transaction.merchant_account_id == "sol_eur"
    assert transaction.credit_card_details.last_4 == "1881"
    assert transaction.credit_card_details.card_type == "Visa"
    assert [event.status for event in transaction.status_history] == ["authorized"]
    assert transaction.created_at.isoformat() == "2026-11-23T00:00:00"


def test_a_sale_can_be_submitted_at_once(sdk):
    transaction = sale(sdk, options={"submit_for_settlement": True}).transaction
    assert [event.status for event in transaction.status_history] == ["authorized", "submitted_for_settlement"]


def test_the_merchant_account_decides_the_currency(sdk):
    assert sale(sdk, merchant_account_id="sol_usd").transaction.currency_iso_code == "USD"
    assert codes(sale(sdk, merchant_account_id="vento_eur")) == ["91513"]


@pytest.mark.parametrize(
    ("amount", "code"),
    [("", "81502"), ("ten", "81503"), ("1.2345", "81503"), ("NaN", "81503"), ("0", "81531"), ("-1.00", "81531")],
)
def test_amounts_that_are_none(sdk, amount, code):
    assert codes(sale(sdk, amount=amount)) == [code]


def test_a_decline_comes_with_its_transaction(sdk):
    result = sale(sdk, amount="2015.00")
    assert not result.is_success
    assert result.message == "Transaction Not Allowed"
    assert (result.transaction.status, result.transaction.processor_response_code) == ("processor_declined", "2015")
    assert sdk.transaction.find(result.transaction.id).status == "processor_declined"


def test_the_same_sale_within_half_a_minute_is_a_duplicate(sdk, clock):
    first = sale(sdk)
    clock.advance(29)
    again = sale(sdk)
    assert first.is_success
    assert again.transaction.gateway_rejection_reason == "duplicate"


@pytest.mark.parametrize(
    "difference",
    [
        {"amount": "10.01"},
        {"order_id": "order-2"},
        {"merchant_account_id": "sol_usd"},
        {"payment_method_nonce": "fake-valid-mastercard-nonce"},
        {"api_request_key": "another"},
    ],
)
def test_what_differs_is_no_duplicate(sdk, difference):
    sale(sdk)
    assert sale(sdk, **difference).is_success


def test_later_or_after_a_decline_there_is_no_duplicate(sdk, clock):
    sale(sdk, amount="2000.00")
    assert sale(sdk, amount="2000.00").transaction.status == "processor_declined"
    sale(sdk)
    clock.advance(31)
    assert sale(sdk).is_success


def test_a_minted_nonce_works_once(sdk, control):
    status, answer = control("POST", "nonces", {"card": "fake-valid-visa-nonce"})
    assert status == 201
    assert sale(sdk, payment_method_nonce=answer["nonce"]).is_success
    again = sale(sdk, payment_method_nonce=answer["nonce"], order_id="order-2")
    assert codes(again) == ["91564"]


def test_a_minted_nonce_is_used_up_by_a_decline_too(sdk, control):
    _, answer = control("POST", "nonces", {"card": "fake-processor-declined-visa-nonce"})
    sale(sdk, payment_method_nonce=answer["nonce"])
    assert codes(sale(sdk, payment_method_nonce=answer["nonce"])) == ["91564"]


def test_nonces_are_not_minted_for_unknown_cards(control):
    assert control("POST", "nonces", {"card": "no-such-card"}) == (400, {"error": "no such card: no-such-card"})


@pytest.mark.parametrize(
    ("nonce", "shifted"),
    [
        ("fake-three-d-secure-visa-full-authentication-nonce", True),
        ("fake-three-d-secure-visa-attempts-non-participating-nonce", True),
        ("fake-three-d-secure-visa-failed-authentication-nonce", False),
        ("fake-three-d-secure-visa-lookup-timeout-nonce", False),
        ("fake-three-d-secure-two-visa-successful-frictionless-authentication-nonce", True),
        ("fake-three-d-secure-two-visa-successful-step-up-authentication-nonce", True),
        ("fake-three-d-secure-two-visa-error-on-lookup-nonce", False),
    ],
)
def test_three_d_secure_is_reported_and_can_be_required(sdk, nonce, shifted):
    lenient = sale(sdk, payment_method_nonce=nonce)
    assert lenient.transaction.three_d_secure_info.liability_shifted is shifted
    strict = sale(sdk, payment_method_nonce=nonce, order_id="order-2", options={"three_d_secure": {"required": True}})
    assert strict.is_success is shifted
    if not shifted:
        assert strict.transaction.gateway_rejection_reason == "three_d_secure"
