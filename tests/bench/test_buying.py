"""The benchmark of purchases buys as the checkout has it, on every rail, also among many purchases in the books."""

import time
from collections import defaultdict
from typing import Any

import pytest

from bench import books, buying
from bench.__main__ import RAILS
from bench.rails import RAILS as STEPS
from portal.checkout.models import Order, OrderState
from portal.payments.transfers import banks
from portal.registry.models import LogEntry
from tests.world import World


def test_an_order_is_placed_for_the_benchmark(world: World) -> None:
    token = buying._place(world.listing().code)
    order = Order.objects.get(token=token)
    assert (order.state, order.quantity) == (OrderState.AWAITING_PAYMENT, buying.QUANTITY)


def test_it_knows_every_rail() -> None:
    assert tuple(STEPS) == RAILS


@pytest.fixture
def code(world: World, clock: Any) -> str:
    """The code of what can be paid on every rail, by people who are there. Purchases are made in the true time."""
    clock.now = time.time()
    world.user("Mar")
    listing = world.listing(units=100)
    world.paypal(listing.provider)
    bank = banks.new(listing.provider.pk, holder="Sol Wind SpA", number="SAMPLE-1", bank_name="A bank (sample)")
    banks.keep(bank, currencies=[listing.currency], opens=True, at_once=True)
    return listing.code


def test_a_purchase_is_carried_through_step_by_step_on_each_rail(code: str) -> None:
    for rail in RAILS:
        meters: dict[str, buying._Meter] = defaultdict(buying._Meter)
        buying._complete(code, rail, meters)
        order = Order.objects.latest("id")
        assert order.state == OrderState.COMPLETED, rail
        assert order.mailed_at is not None, rail
        assert all(meter.queries > 0 for meter in meters.values()), rail


def test_full_books_make_no_step_ask_more(code: str) -> None:
    before: dict[str, buying._Meter] = defaultdict(buying._Meter)
    after: dict[str, buying._Meter] = defaultdict(buying._Meter)
    buying._complete(code, "card", defaultdict(buying._Meter))
    buying._complete(code, "card", before)
    books.fill(3)
    buying._complete(code, "card", after)
    assert {name: meter.queries for name, meter in after.items()} == {
        name: meter.queries for name, meter in before.items()
    }
    assert Order.objects.filter(reference__startswith="BOOKS-").count() == 3
    assert list(LogEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
