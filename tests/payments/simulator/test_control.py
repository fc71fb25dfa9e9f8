"""The control endpoint: what tests and the demo may see and do, and that nobody else may."""

import pytest

from portal.payments.simulator.control import is_from_here

SALE = {"amount": "10.00", "order_id": "order-1", "payment_method_nonce": "fake-valid-visa-nonce"}


def test_it_is_well(control):
    assert control("GET", "health") == (200, {"ok": True})


def test_the_truth_about_an_order_can_be_read(control, sdk):
    held = sdk.transaction.sale(SALE).transaction
    sdk.transaction.submit_for_settlement(held.id)
    _, found = control("GET", "transactions?order_id=order-1")
    assert [(each["id"], each["status"], each["captures"]) for each in found] == [
        (held.id, "submitted_for_settlement", 1)
    ]
    assert control("GET", "transactions?order_id=order-2") == (200, [])


def test_faults_are_told_listed_and_called_off(control, sdk):
    status, answer = control("POST", "faults", {"operation": "sale", "kind": "decline", "code": "2001", "count": 5})
    assert status == 201
    _, listed = control("GET", "faults")
    assert [(each["id"], each["operation"], each["remaining"]) for each in listed] == [(answer["id"], "sale", 5)]
    assert sdk.transaction.sale(SALE).transaction.processor_response_code == "2001"
    assert control("DELETE", "faults") == (200, {"cleared": 1})
    assert sdk.transaction.sale(SALE).is_success


@pytest.mark.parametrize("data", [{}, {"operation": "sale"}, {"operation": "sale", "kind": "x"}, {"strange": 1}, [], 7])
def test_nonsense_is_refused(control, data):
    assert control("POST", "faults", data)[0] == 400


def test_a_notification_can_be_composed_and_read_by_the_sdk(control, sdk):
    held = sdk.transaction.sale(SALE).transaction
    data = {"merchant_id": "sol", "kind": "dispute_opened", "transaction_id": held.id}
    status, hook = control("POST", "webhooks", data)
    assert status == 201
    notification = sdk.webhook_notification.parse(hook["bt_signature"], hook["bt_payload"])
    assert notification.kind == "dispute_opened"
    assert notification.dispute.transaction.order_id == "order-1"


@pytest.mark.parametrize(
    "data", [{"merchant_id": "nobody", "kind": "check"}, {"merchant_id": "sol", "kind": "x", "transaction_id": "y"}]
)
def test_a_notification_about_nothing_known_is_refused(control, data):
    assert control("POST", "webhooks", data)[0] == 400


def test_unknown_addresses_are_404(control):
    assert control("GET", "nothing")[0] == 404


def test_a_page_in_a_browser_cannot_use_it(control):
    assert control("POST", "faults", {}, **{"Content-Type": "text/plain"})[0] == 403
    assert control("GET", "transactions", Host="attacker.example:80")[0] == 403


@pytest.mark.parametrize(
    ("client", "method", "host", "kind", "expected"),
    [
        ("127.0.0.1", "GET", "localhost:8001", "", True),
        ("::1", "GET", "[::1]:8001", "", True),
        ("127.0.0.1", "POST", "127.0.0.1:8001", "application/json; charset=utf-8", True),
        ("192.0.2.1", "GET", "localhost:8001", "", False),
        ("127.0.0.1", "GET", "", "", False),
    ],
)
def test_only_the_machine_itself_is_answered(client, method, host, kind, expected):
    assert is_from_here(client, method, host, kind) is expected
