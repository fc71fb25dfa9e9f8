"""Money that turns up after we had given it up: a sale that the gateway did not know of for a quarter of an hour."""

from datetime import timedelta

import pytest

from portal.checkout import paying, rules, service
from portal.checkout.models import OrderState
from portal.checkout.service import PayResult
from portal.payments.models import PaymentState
from tests.checkout.soundness import assert_at_rest
from tests.world import CARD, payments_of


@pytest.fixture
def given_up(world):
    """An order whose payment was made, and which the gateway could not find when it was asked."""
    order = world.order(world.listing(units=10), quantity=4)
    world.simulator.faults.add(operation="sale", kind="drop")
    world.simulator.faults.add(operation="search", kind="miss", count=2)
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.UNDER_WAY
    for _i in range(2):
        world.sweep(after=timedelta(minutes=8))
    assert payments_of(order).get().state == PaymentState.DECLINED
    return order


def let_an_hour_pass(world, order):
    for _i in range(4):
        world.sweep(after=timedelta(minutes=20))
    order.refresh_from_db()


def units_left(order) -> int:
    order.listing.refresh_from_db()
    return order.listing.units_left


def statuses(world, order) -> list[str]:
    return [each["status"] for each in world.at_gateway(order)]


def test_found_in_time_it_pays_for_the_order(world, given_up):
    paying.check_payment(key=payments_of(given_up).get().key, now=world.now)
    given_up.refresh_from_db()
    assert (given_up.state, payments_of(given_up).get().state) == (OrderState.PAID, PaymentState.AUTHORISED)


def test_found_after_the_hold_ran_out_it_takes_units_again(world, given_up):
    let_an_hour_pass(world, given_up)
    world.sweep()
    given_up.refresh_from_db()
    assert (given_up.state, units_left(given_up)) == (OrderState.COMPLETED, 6)
    assert statuses(world, given_up) == ["submitted_for_settlement"]
    assert given_up.needs_attention == ""
    assert_at_rest(world)


def test_found_when_no_units_are_left_it_is_released_and_the_purchaser_is_told(world, given_up, mailoutbox):
    world.sweep(after=timedelta(minutes=15))
    world.completed(given_up.listing, quantity=10)
    mailoutbox.clear()
    let_an_hour_pass(world, given_up)
    assert (given_up.state, units_left(given_up)) == (OrderState.EXPIRED, 0)
    assert given_up.needs_attention == rules.PAID_TOO_LATE
    assert (statuses(world, given_up), payments_of(given_up).get().state) == (["voided"], PaymentState.RELEASED)
    assert [(mail.to, given_up.reference in mail.subject) for mail in mailoutbox] == [(["alma@example.org"], True)]
    let_an_hour_pass(world, given_up)
    assert len(mailoutbox) == 1
    assert_at_rest(world)


def test_of_a_withdrawn_order_it_is_released_though_units_are_left(world, given_up):
    assert service.withdraw(token=given_up.token, now=world.now)
    let_an_hour_pass(world, given_up)
    assert (given_up.state, units_left(given_up)) == (OrderState.WITHDRAWN, 10)
    assert statuses(world, given_up) == ["voided"]
    assert_at_rest(world)


def test_when_another_card_has_paid_meanwhile_it_is_released(world, given_up):
    assert paying.pay(token=given_up.token, nonce=CARD, now=world.now) == PayResult.HELD
    let_an_hour_pass(world, given_up)
    assert given_up.state == OrderState.COMPLETED
    assert statuses(world, given_up) == ["submitted_for_settlement", "voided"]
    assert_at_rest(world)


def test_while_another_card_is_being_asked_it_is_released(world, given_up):
    world.simulator.faults.add(operation="sale", kind="drop")
    assert paying.pay(token=given_up.token, nonce=CARD, now=world.now) == PayResult.UNDER_WAY
    second, first = payments_of(given_up).all()
    paying.check_payment(key=first.key, now=world.now)
    first.refresh_from_db()
    assert first.state == PaymentState.RELEASED
    paying.check_payment(key=second.key, now=world.now)
    given_up.refresh_from_db()
    assert given_up.state == OrderState.PAID


def test_a_release_is_not_forgotten_when_the_worker_dies(world, given_up):
    """The release is written down with the decision, so that it is sent even if nobody is left to send it."""
    assert service.withdraw(token=given_up.token, now=world.now)
    world.simulator.faults.add(operation="void", kind="error_before")
    world.simulator.faults.add(operation="void", kind="drop")
    let_an_hour_pass(world, given_up)
    assert (payments_of(given_up).get().state, statuses(world, given_up)) == (PaymentState.VOIDING, ["authorized"])
    let_an_hour_pass(world, given_up)
    assert (payments_of(given_up).get().state, statuses(world, given_up)) == (PaymentState.RELEASED, ["voided"])
    assert_at_rest(world)


def test_what_was_declined_by_the_bank_is_not_looked_up_again(world):
    order = world.order()
    paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
    for _i in range(5):
        world.sweep(after=timedelta(hours=2))
    assert [event.action for event in payments_of(order).get().events.all()] == ["authorise", "authorise"]


def test_what_never_arrived_is_looked_up_for_a_day_and_then_no_more(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="error_before")
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    for _i in range(60):
        world.sweep(after=timedelta(minutes=30))
    looked_up = payments_of(order).get().events.filter(action="find")
    assert looked_up.count() == 16
    assert looked_up.last().happened_at <= order.placed_at + timedelta(days=1)
