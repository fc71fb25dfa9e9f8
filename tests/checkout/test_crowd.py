"""Two hundred purchasers at the same time, on all three rails, for a hundred units: exactly a hundred are sold.

The control does without our care, and proves that the race is real.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from portal.checkout.models import Order, OrderState
from portal.payments.transfers.models import BankAccount, TransferRequest
from portal.providers.models import Listing
from portal.registry.ledger.models import Transaction
from tests.checkout.purchasing import agreed, send
from tests.checkout.soundness import assert_at_rest
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import credit, uploaded
from tests.threads import PATIENCE
from tests.world import CARD, World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", "ledger"])]
__all__ = ["bank"]

PURCHASERS, UNITS = 200, 100
SERVED_AT_ONCE = 16  # as many requests as a web server's threads take at the same time; all others wait
SOLD_OUT = "Nothing is left of this listing at the moment. Please choose another one."
RAILS = ("card", "paypal", "transfer")


@pytest.fixture
def world(world: World, clock: Any) -> World:
    """Pages go by the real time, and so does everybody else here."""
    world.now, clock.now = timezone.now(), time.time()
    return world


class Crowd:
    """Each purchaser waits for an answer before asking again, as browsers do."""

    def __init__(self, world: World, listing: Listing) -> None:
        self.world, self.listing = world, listing
        self.server = ThreadPoolExecutor(SERVED_AT_ONCE)
        self.form = agreed(Client(), listing, 1)
        self.start = Barrier(PURCHASERS)
        self.statuses: Counter[int] = Counter()

    def buy(self) -> list[str]:
        """Let them all buy at once; what each of them was told in the end."""
        with self.server, ThreadPoolExecutor(PURCHASERS) as people:
            return list(people.map(self.one, range(PURCHASERS)))

    def one(self, number: int) -> str:
        browser, rail = Client(), RAILS[number % len(RAILS)]
        typed = {**self.form, "submission": str(uuid.uuid4())}
        self.start.wait(timeout=PATIENCE)
        answer = self.served(lambda: send(browser, self.listing, typed, 1))
        if answer.status_code != 302:
            return " ".join(Page(answer).summary())
        address = f"/en/orders/{answer['Location'].rstrip('/').rsplit('/', 1)[-1]}"
        if rail == "card":
            self.served(lambda: browser.post(f"{address}/pay/", {"nonce": CARD}))
        elif rail == "paypal":
            there = self.served(lambda: browser.post(f"{address}/pay/paypal/"))
            self.world.simulator.paypal.approve(there["Location"].rpartition("token=")[2])
            self.served(lambda: browser.get(f"{address}/pay/back/"))
        else:
            self.served(lambda: browser.post(f"{address}/transfer/"))
        return rail

    def served(self, request: Callable[[], Any]) -> Any:
        def serve() -> Any:
            try:
                return request()
            finally:
                connections.close_all()

        answer = self.server.submit(serve).result()
        self.statuses[answer.status_code] += 1
        return answer


def test_of_two_hundred_purchasers_a_hundred_get_a_unit_each_and_all_others_are_told(
    world: World, bank: BankAccount, settings: Any
) -> None:
    settings.HOLD_UNPROVEN_PERCENT = 100
    world.paypal()
    listing = world.listing(units=UNITS)
    crowd = Crowd(world, listing)
    told = Counter(crowd.buy())
    sold = {rail: told.pop(rail) for rail in RAILS}
    assert sum(sold.values()) == UNITS
    assert told == {SOLD_OUT: PURCHASERS - UNITS}
    assert max(crowd.statuses) < 500
    world.now = timezone.now()
    requests = TransferRequest.objects.order_by("pk")
    uploaded(world, bank, *(credit(each, "2.50", reference=f"B-{each.pk}") for each in requests))
    for _again in range(3):
        world.sweep()
    assert Counter(Order.objects.values_list("state", flat=True)) == {OrderState.COMPLETED: UNITS}
    listing.refresh_from_db()
    assert listing.units_left == 0
    assert Transaction.objects.filter(kind="cancel", refusal_code="").count() == UNITS
    assert_at_rest(world)


def test_control_looking_first_and_acting_then_sells_more_than_there_is(world: World) -> None:
    listing = world.listing(units=UNITS)
    start = Barrier(PURCHASERS)
    server = ThreadPoolExecutor(SERVED_AT_ONCE)

    def sell() -> bool:
        try:
            left = Listing.objects.get(pk=listing.pk).units_left
            return left > 0 and bool(Listing.objects.filter(pk=listing.pk).update(units_left=left - 1))
        finally:
            connections.close_all()

    def one(number: int) -> bool:
        start.wait(timeout=PATIENCE)
        return server.submit(sell).result()

    with server, ThreadPoolExecutor(PURCHASERS) as people:
        assert sum(people.map(one, range(PURCHASERS))) > UNITS
    listing.save()  # nobody ordered: put the shelf in order again
