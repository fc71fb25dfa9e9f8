"""A simulated gateway for the checkout's tests: two merchants, and a clock that only moves when a test moves it."""

from collections.abc import Iterator

import pytest

from portal.checkout.simulator import Merchant, Simulator


class Clock:
    """UTC seconds since 1970, starting on 23 November 2026."""

    def __init__(self) -> None:
        self.now = 1_795_392_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def merchants() -> dict[str, Merchant]:
    """Sol sells in euros and dollars, Vento in euros only."""
    sol = Merchant(
        id="sol", public_key="sol_public", private_key="sol_private", accounts={"EUR": "sol_eur", "USD": "sol_usd"}
    )
    vento = Merchant(id="vento", public_key="vento_public", private_key="vento_private", accounts={"EUR": "vento_eur"})
    return {"sol": sol, "vento": vento}


@pytest.fixture
def simulator(merchants: dict[str, Merchant], clock: Clock) -> Iterator[Simulator]:
    """Captures settle five seconds of `clock` later, at the next `simulator.settle_due()`."""
    with Simulator(merchants=merchants.values(), clock=clock) as running:
        yield running
