"""What happens is told to the merchant's address, signed; and only the simulator can say whether it was."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.payments.simulator import Business
from tests.payments.simulator.paypal.conftest import ORDER


class Receiver(HTTPServer):
    """Keeps what was posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Inbox)
        self.got: list[tuple[dict[str, str], bytes]] = []


class Inbox(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.upper(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def business(business: Business, receiver: Receiver) -> Business:
    return replace(business, webhook_id="WH-SOL", webhook_url=f"http://127.0.0.1:{receiver.server_port}/hook")


def wait_for(receiver: Receiver, count: int) -> list[str]:
    for _ in range(200):
        if len(receiver.got) >= count:
            break
        threading.Event().wait(0.02)
    return [json.loads(body)["event_type"] for _, body in receiver.got]


def verified(api, headers, body: bytes, **changes: str) -> str:
    about = {
        "transmission_id": headers["PAYPAL-TRANSMISSION-ID"],
        "transmission_time": headers["PAYPAL-TRANSMISSION-TIME"],
        "transmission_sig": headers["PAYPAL-TRANSMISSION-SIG"],
        "cert_url": headers["PAYPAL-CERT-URL"],
        "auth_algo": headers["PAYPAL-AUTH-ALGO"],
        "webhook_id": "WH-SOL",
    }
    asked = json.dumps(about | changes).removesuffix("}").encode() + b', "webhook_event":' + body + b"}"
    return api("POST", "/v1/notifications/verify-webhook-signature", asked)[2]["verification_status"]


def test_each_step_is_told(api, simulator, receiver):
    number = api("POST", "/v2/checkout/orders", ORDER)[2]["id"]
    simulator.paypal.approve(number)
    order = api("POST", f"/v2/checkout/orders/{number}/authorize", {})[2]
    held = order["purchase_units"][0]["payments"]["authorizations"][0]["id"]
    api("POST", f"/v2/payments/authorizations/{held}/capture", {})
    assert wait_for(receiver, 3) == [
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.AUTHORIZATION.CREATED",
        "PAYMENT.CAPTURE.COMPLETED",
    ]
    resource = json.loads(receiver.got[2][1])["resource"]
    assert (resource["custom_id"], resource["status"]) == ("order-1", "COMPLETED")
    assert resource["supplementary_data"] == {"related_ids": {"order_id": number}}


def test_each_step_of_a_dispute_is_told(api, simulator, receiver):
    number = api("POST", "/v2/checkout/orders", ORDER)[2]["id"]
    simulator.paypal.approve(number)
    order = api("POST", f"/v2/checkout/orders/{number}/authorize", {})[2]
    held = order["purchase_units"][0]["payments"]["authorizations"][0]["id"]
    capture = api("POST", f"/v2/payments/authorizations/{held}/capture", {})[2]["id"]
    dispute = simulator.paypal.dispute(capture, "UNAUTHORISED", stage="INQUIRY")["id"]
    for outcome in ("WAITING_FOR_SELLER_RESPONSE", "UNDER_REVIEW", "RESOLVED_SELLER_FAVOUR"):
        simulator.paypal.decide(dispute, outcome)
    assert wait_for(receiver, 7)[3:] == [
        "CUSTOMER.DISPUTE.CREATED",
        "CUSTOMER.DISPUTE.UPDATED",
        "CUSTOMER.DISPUTE.UPDATED",
        "CUSTOMER.DISPUTE.RESOLVED",
    ]
    assert json.loads(receiver.got[3][1])["resource"]["dispute_id"] == dispute


def test_a_signature_fits_one_body_of_one_business(api, simulator, receiver):
    simulator.paypal.approve(api("POST", "/v2/checkout/orders", ORDER)[2]["id"])
    wait_for(receiver, 1)
    headers, body = receiver.got[0]
    assert verified(api, headers, body) == "SUCCESS"
    assert verified(api, headers, body.replace(b"order-1", b"order-2")) == "FAILURE"
    assert verified(api, headers, body.replace(b": ", b":", 1)) == "FAILURE"
    assert verified(api, headers, body, webhook_id="WH-OTHER") == "FAILURE"
    assert verified(api, headers, body, transmission_sig="guessed") == "FAILURE"


def test_a_question_that_is_none_is_refused(api):
    for body in (b"{", b"{}", b'{"webhook_event":'):
        assert api("POST", "/v1/notifications/verify-webhook-signature", body)[0] == 400
