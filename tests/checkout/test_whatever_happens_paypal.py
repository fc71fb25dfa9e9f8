"""The same with PayPal beside the card: purchasers go there, agree or not, come back or not, or turn to a card."""

import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from portal.checkout import service
from portal.checkout.models import Order, OrderState
from portal.payments.models import Payment, PaymentState
from tests.checkout.paypal import Payer
from tests.checkout.test_whatever_happens import FAULTS, STEPS, Story, logger
from tests.world import payments_of

STORIES = 16
CHOICES = {"approve": 6, "pending": 1, "decline": 1}


class PayPalStory(Story):
    """`clock` is PayPal's, which decides in its time what it looks at."""

    faults = (
        *FAULTS,
        ("token", "error_before"),
        ("order", "drop"),
        ("order", "drop_before"),
        ("find", "error_before"),
        ("authorize", "drop"),
        ("authorize", "drop_before"),
        ("authorize", "error_after"),
        ("authorize", "twice"),
        ("authorize", "decline"),
        ("capture", "drop"),
        ("capture", "error_before"),
        ("capture", "twice"),
        ("capture", "pending"),
        ("capture", "decline"),
    )

    def __init__(self, world: Any, moody: Any, chance: Random, clock: Any) -> None:
        super().__init__(world, moody, chance)
        self.clock = clock
        world.paypal()
        self.payer = Payer(world)

    def happenings(self) -> dict[Callable[[], None], int]:
        return super().happenings() | {
            self.somebody_buys: 3,
            self.somebody_goes_to_paypal: 6,
            self.somebody_agrees: 5,
            self.somebody_comes_back: 5,
            self.paypal_decides: 2,
        }

    def somebody_goes_to_paypal(self) -> None:
        order = self.any_order(OrderState.AWAITING_PAYMENT)
        if order is None or self.chance.random() < 0.5:
            placed = self.world.place(self.listing, quantity=self.chance.randint(1, 5))
            if not isinstance(placed, service.Placed):
                return
            order = Order.objects.get(token=placed.token)
        logger.info("%s", self.payer.go(order))

    def somebody_agrees(self) -> None:
        if (order := self.somebody_elsewhere()) and (number := self.payer.payment(order).gateway_id):
            paper = self.world.simulator.paypal.archive.order(number)
            if paper and paper.status == "PAYER_ACTION_REQUIRED":
                self.payer.agree(order, self.chance.choices(list(CHOICES), list(CHOICES.values()))[0])

    def somebody_comes_back(self) -> None:
        if order := self.somebody_elsewhere():
            logger.info("%s", self.payer.come_back(order))

    def somebody_elsewhere(self) -> Order | None:
        """Somebody who went to PayPal at some time, whatever became of the order since."""
        orders = [
            each
            for each in self.listing.orders.order_by("pk")
            if payments_of(each).filter(account__rail="paypal").exists()
        ]
        return self.chance.choice(orders) if orders else None

    def paypal_decides(self) -> None:
        if self.chance.random() < 0.3:
            self.world.simulator.faults.add(operation="settlement", kind="decline")
        self.clock.advance(10)
        self.world.simulator.settle_due()

    def end_well(self) -> None:
        self.world.simulator.faults.clear()
        self.paypal_decides_for_good()
        self.world.sweep(after=timedelta(minutes=3))
        self.paypal_decides_for_good()
        super().end_well()

    def paypal_decides_for_good(self) -> None:
        self.clock.advance(10)
        self.world.simulator.settle_due()


@pytest.mark.parametrize("number", range(STORIES))
def test_whatever_happens_on_two_rails_money_and_units_end_where_they_belong(world, moody, caplog, clock, number):
    caplog.set_level("INFO", logger=logger.name)
    clock.now = time.time()
    story = PayPalStory(world, moody, Random(number), clock)  # noqa: S311  # chance, not a secret
    story.tell(2 * STEPS)
    story.end_well()
    assert not Payment.objects.filter(state=PaymentState.OFFERED).exists()
