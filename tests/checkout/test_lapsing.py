"""Units come back on offer when an order is given up, and never while money may be on its way."""

from datetime import timedelta

from portal.checkout import paying, service
from portal.checkout.models import OrderState
from portal.payments.models import PaymentState
from tests.world import CARD, payments_of


def units_left(order) -> int:
    order.listing.refresh_from_db()
    return order.listing.units_left


def test_an_order_that_nobody_pays_expires(world):
    order = world.order(world.listing(units=10), quantity=4)
    world.sweep(after=timedelta(minutes=29))
    order.refresh_from_db()
    assert (order.state, units_left(order)) == (OrderState.AWAITING_PAYMENT, 6)
    world.sweep()
    order.refresh_from_db()
    assert (order.state, units_left(order)) == (OrderState.EXPIRED, 10)


def test_an_order_expires_once(world):
    order = world.order(world.listing(units=10), quantity=4)
    for _i in range(3):
        world.sweep(after=timedelta(hours=1))
    assert units_left(order) == 10


def test_nobody_is_told_of_an_order_that_was_just_left(world, mailoutbox):
    world.order()
    world.sweep(after=timedelta(hours=1))
    world.sweep(after=timedelta(hours=1))
    assert mailoutbox == []


def test_a_purchaser_withdraws(world):
    order = world.order(world.listing(units=10), quantity=4)
    assert service.withdraw(token=order.token, now=world.now)
    order.refresh_from_db()
    assert (order.state, units_left(order)) == (OrderState.WITHDRAWN, 10)
    assert not service.withdraw(token=order.token, now=world.now)
    assert units_left(order) == 10


def test_a_purchaser_whose_card_was_declined_withdraws(world):
    order = world.order(world.listing(units=10))
    paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
    assert service.withdraw(token=order.token, now=world.now)
    assert units_left(order) == 10


def test_nothing_is_withdrawn_while_a_payment_is_out(world):
    order = world.order(world.listing(units=10))
    world.simulator.faults.add(operation="sale", kind="drop")
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    assert not service.withdraw(token=order.token, now=world.now)
    order.refresh_from_db()
    assert (order.state, units_left(order)) == (OrderState.AWAITING_PAYMENT, 9)


def test_nothing_is_withdrawn_once_it_is_paid(world):
    listing = world.listing(units=10)
    for order in (world.paid(listing), world.completed(listing)):
        assert not service.withdraw(token=order.token, now=world.now)
    assert units_left(order) == 8


def test_nothing_expires_while_a_payment_is_out(world):
    order = world.order(world.listing(units=10))
    world.simulator.faults.add(operation="sale", kind="drop")
    world.simulator.faults.add(operation="search", kind="error_before", count=5)
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    world.sweep(after=timedelta(hours=2))
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    assert units_left(order) == 9


def test_who_tries_a_second_card_in_time_is_not_expired_in_between(world):
    order = world.order(world.listing(units=10))
    world.pass_time(minutes=25)
    paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
    world.sweep(after=timedelta(minutes=6))
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == service.PayResult.HELD
