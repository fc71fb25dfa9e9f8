"""The control endpoint's half for PayPal: the truth, payers' decisions, disputes, and notifications by hand."""

import json

import pytest

from tests.payments.simulator.paypal.conftest import ORDER, request


@pytest.fixture
def control(simulator):
    """Call the control endpoint: method, address, and data to send as JSON."""

    def call(method, address, data=None):
        body = None if data is None else json.dumps(data).encode()
        headers = {"Content-Type": "application/json"}
        status, _, answer = request(f"{simulator.url}/_simulator/{address}", method=method, body=body, headers=headers)
        return status, answer

    return call


@pytest.fixture
def number(api) -> str:
    return api("POST", "/v2/checkout/orders", ORDER)[2]["id"]


def test_the_truth_about_a_reference_can_be_read(control, api, number):
    assert control("POST", "paypal/approvals", {"order_id": number})[0] == 201
    api("POST", f"/v2/checkout/orders/{number}/authorize", {})
    _, found = control("GET", "paypal?reference=order-1")
    assert [(each["kind"], each["status"]) for each in found] == [("order", "COMPLETED"), ("authorization", "CREATED")]
    assert [step["status"] for step in found[0]["history"]] == ["PAYER_ACTION_REQUIRED", "APPROVED", "COMPLETED"]
    assert control("GET", "paypal?reference=order-2") == (200, [])


def test_a_payer_can_complain(control, api, simulator, number):
    simulator.paypal.approve(number)
    order = api("POST", f"/v2/checkout/orders/{number}/authorize", {})[2]
    held = order["purchase_units"][0]["payments"]["authorizations"][0]["id"]
    capture = api("POST", f"/v2/payments/authorizations/{held}/capture", {})[2]["id"]
    status, dispute = control("POST", "paypal/disputes", {"capture_id": capture, "reason": "UNAUTHORISED"})
    assert (status, dispute["status"]) == (201, "WAITING_FOR_SELLER_RESPONSE")
    assert control("POST", "paypal/disputes", {"capture_id": capture, "reason": "BORED"})[0] == 400
    assert control("POST", "paypal/disputes", {"capture_id": held, "reason": "UNAUTHORISED"})[0] == 400
    asked = {"capture_id": capture, "reason": "UNAUTHORISED"}
    for wrong in ({"stage": "QUARREL"}, {"amount": "10.01"}, {"amount": "-1"}):
        assert control("POST", "paypal/disputes", asked | wrong)[0] == 400
    inquiry = control("POST", "paypal/disputes", asked | {"stage": "INQUIRY", "amount": "4.00"})[1]
    assert (inquiry["status"], inquiry["amount"]) == ("OPEN", "4.00")
    decided = {"dispute_id": dispute["id"], "outcome": "RESOLVED_BUYER_FAVOUR", "refunded": "3.00"}
    assert control("POST", "paypal/disputes/decide", decided)[1]["status"] == "RESOLVED"
    assert (
        control("POST", "paypal/disputes/decide", decided | {"outcome": "UNDER_REVIEW"})[1]["status"] == "UNDER_REVIEW"
    )
    assert control("POST", "paypal/disputes/decide", decided | {"outcome": "NOBODY_WINS"})[0] == 400
    assert control("POST", "paypal/disputes/decide", decided | {"dispute_id": capture})[0] == 400


def test_a_notification_can_be_composed_by_hand(control, number):
    asked = {"business_id": "SOL", "kind": "CHECKOUT.ORDER.APPROVED", "paper_id": number}
    status, letter = control("POST", "paypal/webhooks", asked)
    assert (status, letter["headers"]["PAYPAL-AUTH-ALGO"]) == (201, "SHA256withRSA")
    assert control("POST", "paypal/webhooks", asked | {"business_id": "VENTO"})[0] == 400
    assert control("POST", "paypal/webhooks", asked | {"business_id": "NOBODY"})[0] == 400


@pytest.mark.parametrize("data", [{}, {"order_id": "NONE"}, {"strange": 1}, [], 7])
def test_nonsense_is_refused(control, data):
    assert control("POST", "paypal/approvals", data)[0] == 400
