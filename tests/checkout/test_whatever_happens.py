"""Purchasers, workers, gateway and registry in any order, failing in any way: nothing is lost, doubled or left over.

Each story is drawn by chance from its number, and so is the same every time. A story that fails tells its steps in the
captured log.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from portal.checkout import paying, service
from portal.checkout.models import Order, OrderState
from portal.payments.models import Payment
from tests.checkout.soundness import assert_at_rest, assert_sound
from tests.registry_fake import BREAKS, DOWN, LOST, REFUSES, MoodyRegistry
from tests.world import World

logger = logging.getLogger(__name__)

STORIES = 16
STEPS = 25
CARDS = {
    "fake-valid-visa-nonce": 5,
    "fake-simulator-sale-drop-nonce": 5,
    "fake-simulator-sale-error-before-nonce": 1,
    "fake-processor-declined-visa-nonce": 1,
    "fake-simulator-authentication-nonce": 1,
    "fake-simulator-submit-drop-nonce": 2,
    "fake-simulator-submit-decline-nonce": 2,
}
FAULTS = (
    ("sale", "error_after"),
    ("search", "miss"),
    ("search", "miss"),
    ("search", "error_before"),
    ("submit", "error_before"),
    ("void", "drop"),
    ("void", "error_before"),
)
MOODS = ("", LOST, DOWN, REFUSES, BREAKS)
MINUTES = (1, 3, 3, 20, 70)


class Story:
    """Thirty units on offer, and what happens to them."""

    faults: tuple[tuple[str, str], ...] = FAULTS

    def __init__(self, world: World, moody: MoodyRegistry, chance: Random) -> None:
        self.world, self.moody, self.chance = world, moody, chance
        self.listing = world.listing(units=30)

    def happenings(self) -> dict[Callable[[], None], int]:
        """What may happen, and how often beside all else."""
        return {
            self.somebody_buys: 6,
            self.somebody_tries_another_card: 2,
            self.somebody_withdraws: 1,
            self.a_worker_comes: 5,
            self.a_webhook_comes: 2,
            self.the_gateway_will_fail: 3,
            self.time_goes_by: 5,
        }

    def tell(self, steps: int) -> None:
        happenings = self.happenings()
        for happening in self.chance.choices(list(happenings), list(happenings.values()), k=steps):
            logger.info(happening.__name__)
            happening()
            assert_sound(self.world)

    def somebody_buys(self) -> None:
        placed = self.world.place(self.listing, quantity=self.chance.randint(1, 5))
        if isinstance(placed, service.Placed):
            self.pay(placed.token)

    def somebody_tries_another_card(self) -> None:
        if order := self.any_order(OrderState.AWAITING_PAYMENT):
            self.pay(order.token)

    def pay(self, token: str) -> None:
        card = self.chance.choices(list(CARDS), list(CARDS.values()))[0]
        logger.info("%s: %s", card, paying.pay(token=token, nonce=card, now=self.world.now))

    def somebody_withdraws(self) -> None:
        if order := self.any_order(OrderState.AWAITING_PAYMENT):
            logger.info("withdrawn: %s", service.withdraw(token=order.token, now=self.world.now))

    def a_worker_comes(self) -> None:
        if order := self.any_order(OrderState.PAID):
            self.moody.moods.append(self.chance.choice(MOODS))
            logger.info("the registry is %s", self.moody.moods)
            with suppress(RuntimeError):  # what BREAKS raises: the worker dies of it
                service.fulfil(order_id=order.pk, now=self.world.now)

    def a_webhook_comes(self) -> None:
        if payments := list(Payment.objects.order_by("pk")):
            paying.check_payment(key=self.chance.choice(payments).key, now=self.world.now)

    def the_gateway_will_fail(self) -> None:
        operation, kind = self.chance.choice(self.faults)
        self.world.simulator.faults.add(operation=operation, kind=kind, count=self.chance.randint(1, 4))
        logger.info("%s %s", operation, kind)

    def time_goes_by(self) -> None:
        if self.chance.random() < 0.3:
            self.moody.lookup_moods.append(DOWN)
        minutes = self.chance.choice(MINUTES)
        logger.info("%s minutes", minutes)
        self.world.sweep(after=timedelta(minutes=minutes))

    def any_order(self, state: OrderState) -> Order | None:
        orders = list(self.listing.orders.filter(state=state).order_by("pk"))
        return self.chance.choice(orders) if orders else None

    def end_well(self) -> None:
        """All faults are over, and some hours go by."""
        self.world.simulator.faults.clear()
        self.moody.moods.clear()
        self.moody.lookup_moods.clear()
        for minutes in (3, 3, 20, 20, 70, 70, 3, 3, 1):
            self.world.sweep(after=timedelta(minutes=minutes))
        assert_at_rest(self.world)


@pytest.mark.parametrize("number", range(STORIES))
def test_whatever_happens_money_and_units_end_where_they_belong(world, moody, caplog, number):
    caplog.set_level("INFO", logger=__name__)
    story = Story(world, moody, Random(number))  # noqa: S311  # chance, not a secret
    story.tell(STEPS)
    story.end_well()
