"""Captures, releases, refunds and settlements, with the limits Braintree sets them."""

from decimal import Decimal
from typing import Any

import pytest


@pytest.fixture
def held(sdk) -> str:
    request = {"amount": "10.00", "order_id": "order-1", "payment_method_nonce": "fake-valid-visa-nonce"}
    return sdk.transaction.sale(request).transaction.id


@pytest.fixture
def settled(sdk, held) -> str:
    sdk.transaction.submit_for_settlement(held)
    sdk.testing.settle_transaction(held)
    return held


def codes(result: Any) -> list[str]:
    return [error.code for error in result.errors.deep_errors]


def test_all_or_part_can_be_captured_but_not_more(sdk, held):
    assert codes(sdk.transaction.submit_for_settlement(held, "10.01")) == ["91522"]
    part = sdk.transaction.submit_for_settlement(held, "6.00").transaction
    assert (part.status, part.amount) == ("submitted_for_settlement", Decimal("6.00"))
    assert codes(sdk.transaction.submit_for_settlement(held)) == ["91507"]


def test_a_release_is_possible_until_it_settles(sdk, held):
    sdk.transaction.submit_for_settlement(held)
    assert sdk.transaction.void(held).transaction.status == "voided"
    assert codes(sdk.transaction.void(held)) == ["91504"]


def test_a_settled_sale_can_be_refunded_but_not_released(sdk, settled):
    assert codes(sdk.transaction.void(settled)) == ["91504"]
    credit = sdk.transaction.refund(settled).transaction
    assert (credit.type, credit.amount, credit.refunded_transaction_id) == ("credit", Decimal("10.00"), settled)
    assert credit.order_id == "order-1"
    assert sdk.transaction.find(settled).refund_ids == [credit.id]
    assert codes(sdk.transaction.refund(settled)) == ["91512"]


def test_a_reversal_releases_before_settlement_and_refunds_afterwards(sdk, held):
    other = sdk.transaction.sale({"amount": "3.00", "payment_method_nonce": "fake-valid-visa-nonce"}).transaction.id
    sdk.transaction.submit_for_settlement(held)
    assert sdk.transaction.reverse(held, {"api_request_key": "k"}).transaction.status == "voided"
    assert codes(sdk.transaction.reverse(held)) == ["91506"]
    sdk.transaction.submit_for_settlement(other)
    sdk.testing.settle_transaction(other)
    credit = sdk.transaction.reverse(other).transaction
    assert (credit.type, credit.amount, credit.refunded_transaction_id) == ("credit", Decimal("3.00"), other)
    assert codes(sdk.transaction.reverse(other)) == ["91512"]


def test_a_released_refund_can_be_made_again(sdk, settled):
    first = sdk.transaction.refund(settled, "7.00").transaction
    assert codes(sdk.transaction.refund(settled, "7.00")) == ["91521"]
    sdk.transaction.void(first.id)
    assert sdk.transaction.refund(settled, "7.00").is_success


def test_a_refund_cannot_be_refunded(sdk, settled):
    credit = sdk.transaction.refund(settled).transaction
    assert codes(sdk.transaction.refund(credit.id)) == ["91506"]


def test_what_has_not_settled_cannot_be_refunded(sdk, held):
    assert codes(sdk.transaction.refund(held)) == ["91506"]


def test_captures_settle_by_themselves(sdk, simulator, held, clock):
    sdk.transaction.submit_for_settlement(held)
    clock.advance(4.9)
    simulator.settle_due()
    assert sdk.transaction.find(held).status == "submitted_for_settlement"
    clock.advance(0.2)
    simulator.settle_due()
    assert sdk.transaction.find(held).status == "settled"


@pytest.mark.parametrize(
    ("force", "status"),
    [
        ("settle_transaction", "settled"),
        ("settlement_confirm_transaction", "settlement_confirmed"),
        ("settlement_decline_transaction", "settlement_declined"),
        ("settlement_pending_transaction", "settlement_pending"),
    ],
)
def test_tests_can_force_a_settlement(sdk, held, force, status):
    assert codes(getattr(sdk.testing, force)(held)) == ["91575"]
    sdk.transaction.submit_for_settlement(held)
    assert getattr(sdk.testing, force)(held).transaction.status == status
