"""The SDK itself, pointed at the simulator, and plain HTTP for what the SDK would never send."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from portal.payments.braintree.gateway import braintree
from portal.payments.simulator import Merchant, Simulator

Answer = tuple[int, Any]
Call = Callable[..., Answer]


@pytest.fixture
def sdk(simulator: Simulator, merchants: dict[str, Merchant]) -> braintree.BraintreeGateway:
    """Braintree's own gateway object, speaking for Sol."""
    sol = merchants["sol"]
    host, port = simulator.url.removeprefix("http://").split(":")
    environment = braintree.Environment("simulator", host, port, "", is_ssl=False, ssl_certificate=None)
    configuration = braintree.Configuration(
        environment=environment, merchant_id=sol.id, public_key=sol.public_key, private_key=sol.private_key
    )
    return braintree.BraintreeGateway(configuration)


def request(url: str, *, method: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    """Status and body; the body as data where it is JSON."""
    asked = urllib.request.Request(url, data=body or None, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.status, _read(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, _read(refusal)


def _read(answer: Any) -> Any:
    content = answer.read()
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return json.loads(content) if is_json else content


@pytest.fixture
def control(simulator: Simulator) -> Call:
    """Call the control endpoint: method, address, and data to send as JSON."""

    def call(method: str, address: str, data: Any = None, **headers: str) -> Answer:
        body = b"" if data is None else json.dumps(data).encode()
        sent = {"Content-Type": "application/json"} | headers
        return request(f"{simulator.url}/_simulator/{address}", method=method, body=body, headers=sent)

    return call


@pytest.fixture
def api(simulator: Simulator) -> Call:
    """Call the API below /merchants/sol with any body and any keys."""

    def call(method: str, path: str, body: bytes = b"", keys: str = "sol_public:sol_private", **headers: str) -> Answer:
        token = base64.b64encode(keys.encode()).decode()
        sent = {"Authorization": f"Basic {token}", "Content-Type": "application/xml"} | headers
        return request(f"{simulator.url}/merchants/sol{path}", method=method, body=body, headers=sent)

    return call
