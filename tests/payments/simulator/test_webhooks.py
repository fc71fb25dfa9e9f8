"""After settlement the merchant is told, with its own signature, until it has answered."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from portal.payments.simulator import Merchant

SALE = {
    "amount": "10.00",
    "order_id": "order-1",
    "payment_method_nonce": "fake-valid-visa-nonce",
    "options": {"submit_for_settlement": True},
}


class Receiver(HTTPServer):
    """Keeps what was posted to it, and answers as the test wants."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Inbox)
        self.got: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.arrived = threading.Event()


class Inbox(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.got.append({name: values[0] for name, values in form.items()})
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.end_headers()
        self.server.arrived.set()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
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
def merchants(merchants: dict[str, Merchant], receiver: Receiver) -> dict[str, Merchant]:
    address = f"http://127.0.0.1:{receiver.server_port}/hooks/braintree/sol"
    return merchants | {"sol": replace(merchants["sol"], webhook_url=address)}


def settle(simulator, clock, receiver) -> None:
    clock.advance(6)
    simulator.settle_due()
    assert receiver.arrived.wait(5)
    receiver.arrived.clear()


def wait_for(condition) -> None:
    """Wait until the clock's thread has written down what came of a delivery."""
    for _ in range(200):
        if condition():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not happen within four seconds")


def test_a_settlement_is_told_with_the_merchants_signature(sdk, simulator, clock, receiver):
    sale = sdk.transaction.sale(SALE).transaction
    settle(simulator, clock, receiver)
    hook = receiver.got[0]
    notification = sdk.webhook_notification.parse(hook["bt_signature"], hook["bt_payload"])
    assert notification.kind == "transaction_settled"
    assert (notification.transaction.id, notification.transaction.order_id) == (sale.id, "order-1")


def test_a_refused_settlement_is_told_as_such(sdk, simulator, clock, receiver):
    simulator.faults.add(operation="settlement", kind="decline")
    sdk.transaction.sale(SALE)
    settle(simulator, clock, receiver)
    hook = receiver.got[0]
    notification = sdk.webhook_notification.parse(hook["bt_signature"], hook["bt_payload"])
    assert notification.kind == "transaction_settlement_declined"
    assert notification.transaction.status == "settlement_declined"


def test_what_is_not_taken_is_brought_again_until_it_is(sdk, simulator, clock, receiver):
    receiver.answers = [503]
    sdk.transaction.sale(SALE)
    settle(simulator, clock, receiver)
    wait_for(lambda: simulator.postman.deliveries()[0]["answered"] == 503)
    clock.advance(2)
    assert receiver.arrived.wait(5)
    wait_for(lambda: simulator.postman.deliveries()[0]["answered"] == 204)
    (delivery,) = simulator.postman.deliveries()
    assert (delivery["attempts"], delivery["next_at"]) == (2, None)
    assert receiver.got[0] == receiver.got[1]


def test_what_cannot_be_delivered_is_given_up_in_the_end(sdk, simulator, clock, receiver):
    receiver.answers = [500] * 9
    sdk.transaction.sale(SALE)
    settle(simulator, clock, receiver)
    for attempts in range(1, 5):
        wait_for(lambda wanted=attempts: simulator.postman.deliveries()[0]["attempts"] == wanted)
        clock.advance(200)
    wait_for(lambda: simulator.postman.deliveries()[0]["attempts"] == 5)
    assert simulator.postman.deliveries()[0]["next_at"] is None


def test_a_merchant_without_an_address_is_not_told(sdk, simulator, clock, receiver):
    simulator.merchants["sol"] = replace(simulator.merchants["sol"], webhook_url="")
    sdk.transaction.sale(SALE)
    clock.advance(6)
    simulator.settle_due()
    assert simulator.transactions("order-1")[0]["status"] == "settled"
    assert simulator.postman.deliveries() == []
