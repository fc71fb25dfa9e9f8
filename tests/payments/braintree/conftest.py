"""Sol and Vento are two providers, each with a gateway of its own, both in the same simulator."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.payments.braintree.gateway import BraintreeGateway, Credentials
from portal.payments.simulator import Merchant, Simulator

Credentialed = Callable[..., Credentials]


@pytest.fixture
def credentials(simulator: Simulator, merchants: dict[str, Merchant]) -> Credentialed:
    """Credentials of one of the simulator's merchants, with whatever a test wants different."""

    def build(name: str = "sol", **changes: Any) -> Credentials:
        merchant = merchants[name]
        values: dict[str, Any] = {
            "environment": "simulator",
            "merchant_id": merchant.id,
            "public_key": merchant.public_key,
            "private_key": merchant.private_key,
            "merchant_accounts": merchant.accounts,
            "simulator_url": simulator.url,
        }
        return Credentials(**(values | changes))

    return build


@pytest.fixture
def sol(credentials: Credentialed) -> Iterator[BraintreeGateway]:
    gateway = BraintreeGateway(credentials("sol"), timeout=1)
    yield gateway
    gateway.close()


@pytest.fixture
def vento(credentials: Credentialed) -> Iterator[BraintreeGateway]:
    gateway = BraintreeGateway(credentials("vento"), timeout=1)
    yield gateway
    gateway.close()
