"""Plain HTTP, as PayPal's API is spoken: what our own client would never send included."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from portal.payments.simulator import Business, Simulator

Answer = tuple[int, Any, Any]
Call = Callable[..., Answer]
ORDER: dict[str, Any] = {
    "intent": "AUTHORIZE",
    "purchase_units": [
        {
            "custom_id": "order-1",
            "invoice_id": "order-1",
            "description": "3 t <CO2e>",
            "amount": {"currency_code": "EUR", "value": "10.00"},
        }
    ],
    "payment_source": {
        "paypal": {
            "experience_context": {
                "return_url": "http://shop.test/back?a=1",
                "cancel_url": "http://shop.test/pay",
                "locale": "fr-FR",
            }
        }
    },
}


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_more: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirects)


def request(url: str, *, method: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """Status, headers and body; the body as data where it is JSON."""
    asked = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        answer = OPENER.open(asked, timeout=5)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        content = answer.read()
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status, answer.headers, json.loads(content) if is_json else content.decode()


@pytest.fixture
def business() -> Business:
    return Business(id="SOL", client_id="sol_client", secret="sol_secret")


@pytest.fixture
def simulator(business: Business, clock: Any) -> Iterator[Simulator]:
    vento = replace(business, id="VENTO", client_id="vento_client")
    with Simulator(businesses=[business, vento], clock=clock) as running:
        yield running


@pytest.fixture
def token(simulator: Simulator) -> Call:
    """Ask for a token with any keys and any form."""

    def ask(keys: str = "sol_client:sol_secret", **form: str) -> Answer:
        headers = {"Authorization": f"Basic {base64.b64encode(keys.encode()).decode()}"}
        body = urlencode(form or {"grant_type": "client_credentials"}).encode()
        return request(f"{simulator.url}/v1/oauth2/token", method="POST", body=body, headers=headers)

    return ask


@pytest.fixture
def api(simulator: Simulator, token: Call) -> Call:
    """Call the API: method, path, what to send as JSON (or raw bytes), under which request id, and as whom."""

    def call(method: str, path: str, data: Any = None, key: str = "", keys: str = "sol_client:sol_secret") -> Answer:
        headers = {"Authorization": f"Bearer {token(keys)[2]['access_token']}", "Content-Type": "application/json"}
        if key:
            headers["PayPal-Request-Id"] = key
        body = data if isinstance(data, bytes) or data is None else json.dumps(data).encode()
        return request(simulator.url + path, method=method, body=body, headers=headers)

    return call


@pytest.fixture
def page(simulator: Simulator) -> Call:
    """Visit the page of an order, or press one of its buttons."""

    def visit(number: str, choice: str = "") -> Answer:
        body = urlencode({"choice": choice}).encode() if choice else None
        url = f"{simulator.url}/checkoutnow?token={number}"
        return request(url, method="POST" if choice else "GET", body=body)

    return visit


def issue(answer: Answer) -> tuple[int, str]:
    """Status and issue of a refusal."""
    return answer[0], answer[2]["details"][0]["issue"]
