"""Sol and Vento are two providers, each with a PayPal account of its own, both in the same simulator."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.payments.gateway import Outcome, Redirect
from portal.payments.paypal.gateway import Credentials, PayPalGateway
from portal.payments.simulator import Business, Simulator

TEN = Decimal("10.00")
Credentialed = Callable[..., Credentials]


class Payer:
    """Somebody with a PayPal account: goes where a gateway points, and decides there."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def start(self, gateway: PayPalGateway, key: str = "payment-1", **changes: Any) -> str:
        """The number of an order that waits for its purchaser."""
        asked: dict[str, Any] = {"amount": TEN, "currency": "EUR", "description": "3 t CO2e", "locale": "fr"}
        addresses = {"return_url": "http://shop.test/back", "cancel_url": "http://shop.test/pay"}
        sent = gateway.start(key=key, **(asked | addresses | changes))
        assert isinstance(sent, Redirect)
        assert sent.url == f"{self.simulator.url}/checkoutnow?token={sent.gateway_id}"
        return sent.gateway_id

    def agree(self, order_id: str, choice: str = "approve") -> None:
        self.simulator.paypal.approve(order_id, choice)

    def pay(
        self, gateway: PayPalGateway, key: str = "payment-1", *, choice: str = "approve", **changes: Any
    ) -> Outcome:
        """Start, agree and authorise: the whole way until money is held."""
        number = self.start(gateway, key, **changes)
        self.agree(number, choice)
        amount, currency = changes.get("amount", TEN), changes.get("currency", "EUR")
        return gateway.authorise(key=key, gateway_id=number, amount=amount, currency=currency)

    def papers(self, key: str = "payment-1") -> list[tuple[str, str]]:
        """The truth: each paper of a payment and its status, the oldest first."""
        return [(each["kind"], each["status"]) for each in self.simulator.paypal.papers(key)]


@pytest.fixture
def payer(simulator: Simulator) -> Payer:
    return Payer(simulator)


@pytest.fixture
def credentials(simulator: Simulator, businesses: dict[str, Business]) -> Credentialed:
    """Credentials of one of the simulator's businesses, with whatever a test wants different."""

    def build(name: str = "sol", **changes: Any) -> Credentials:
        business = businesses[name]
        values: dict[str, Any] = {
            "environment": "simulator",
            "client_id": business.client_id,
            "client_secret": business.secret,
            "merchant_id": business.id,
            "currencies": frozenset(business.currencies or ("EUR", "USD", "JPY")),
            "webhook_id": business.webhook_id,
            "simulator_url": simulator.url,
        }
        return Credentials(**(values | changes))

    return build


@pytest.fixture
def at(clock: Any) -> Callable[[], datetime]:
    """The simulator's time, for gateways to live in."""
    return lambda: datetime.fromtimestamp(clock(), UTC)


@pytest.fixture
def sol(credentials: Credentialed, at: Callable[[], datetime]) -> Iterator[PayPalGateway]:
    gateway = PayPalGateway(credentials("sol"), timeout=1, clock=at)
    yield gateway
    gateway.close()


@pytest.fixture
def vento(credentials: Credentialed, at: Callable[[], datetime]) -> Iterator[PayPalGateway]:
    gateway = PayPalGateway(credentials("vento"), timeout=1, clock=at)
    yield gateway
    gateway.close()
