"""The sweep finds what was lost, a bounded number at a time, and nothing that fails stands in the way of the rest."""

from datetime import timedelta

import pytest

from portal.checkout import paying, service, sweeping
from portal.checkout.models import Order, OrderState
from portal.payments.models import Account, Payment, PaymentState
from portal.providers.models import Provider
from portal.registry import service as registry
from tests.checkout.soundness import assert_at_rest
from tests.world import CARD


@pytest.fixture
def small_rounds(monkeypatch):
    """Two rows of each kind in a round."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(registry, "BATCH", 2)


def states() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("state", flat=True))


def test_nothing_to_do_is_nothing_done(world):
    world.completed()
    world.pass_time(minutes=10)
    assert sweeping.sweep(now=world.now) == 0


def test_a_sweep_completes_whatever_was_paid(world):
    listing = world.listing()
    for _i in range(3):
        world.paid(listing)
    world.pass_time(minutes=1)
    assert sweeping.sweep(now=world.now) == 3
    assert states() == [OrderState.COMPLETED] * 3
    world.come_round()  # money and letters are for others
    assert_at_rest(world)


def test_what_was_just_paid_is_left_to_the_worker(world):
    world.paid()
    world.pass_time(seconds=20)
    assert sweeping.sweep(now=world.now) == 0


def test_a_round_is_bounded(world, small_rounds):
    listing = world.listing()
    for _i in range(5):
        world.paid(listing)
    finished = []
    for _i in range(3):
        world.sweep()
        finished.append(states().count(OrderState.COMPLETED))
    assert finished == [2, 4, 5]


def damage(provider: Provider) -> None:
    Account.objects.filter(provider=provider).update(sealed_credentials=b"damaged")


def test_one_bad_row_stops_nobody(world, caplog):
    for provider in (world.sol, world.vento):
        world.paid(world.listing(provider=provider))
    damage(world.sol)
    world.sweep()
    bad, good = Payment.objects.order_by("pk")
    assert (bad.state, good.state) == (PaymentState.CAPTURING, PaymentState.CAPTURED)
    assert "sweep could not handle Order" in caplog.text


def test_bad_payments_do_not_crowd_out_the_good(world, small_rounds, caplog):
    """More broken ones than fit into a round, and all of them waiting for longer than the good one."""
    for provider in [world.sol] * 3 + [world.vento]:
        order = world.order(world.listing(provider=provider))
        world.simulator.faults.add(operation="sale", kind="drop")
        paying.pay(token=order.token, nonce=CARD, now=world.now)
        world.pass_time(seconds=1)
    damage(world.sol)
    for _i in range(3):
        world.sweep(after=timedelta(minutes=3))
    assert states() == [OrderState.AWAITING_PAYMENT] * 3 + [OrderState.COMPLETED]


def test_orders_that_cannot_expire_yet_do_not_crowd_out_those_that_can(world, small_rounds):
    listing = world.listing(units=10)
    for _i in range(3):
        order = world.order(listing)
        world.simulator.faults.add(operation="sale", kind="drop")
        paying.pay(token=order.token, nonce=CARD, now=world.now)
    world.order(listing)
    world.simulator.faults.add(operation="search", kind="error_before", count=1000)
    world.sweep(after=timedelta(hours=1))
    assert states() == [OrderState.AWAITING_PAYMENT] * 3 + [OrderState.EXPIRED]


def test_orders_that_the_registry_keeps_waiting_do_not_crowd_out_the_rest(world, moody, small_rounds):
    listing = world.listing(units=10)
    moody.moods.extend(["lost"] * 3)
    moody.lookup_moods.extend(["down"] * 1000)
    for _i in range(3):
        service.fulfil(order_id=world.paid(listing).pk, now=world.now)
    world.paid(listing)
    for _i in range(3):
        world.sweep()
    assert states() == [OrderState.PAID] * 3 + [OrderState.COMPLETED]


def test_late_sweeps_do_no_harm(world):
    """Down for a week: everything is found, and what has run out has run out."""
    listing = world.listing(units=10)
    world.order(listing)
    world.paid(listing)
    world.pass_time(days=7)
    for _i in range(3):
        world.sweep()
    assert states() == [OrderState.EXPIRED, OrderState.COMPLETED]
    assert_at_rest(world)
