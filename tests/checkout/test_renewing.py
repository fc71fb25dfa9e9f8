"""The registry cannot be reached for days: no unit is cancelled without money that is held, and none is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.checkout import renewing, service
from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.rails import gateway_for
from portal.registry.models import Cancellation
from tests.checkout.paypal import Payer
from tests.registry_fake import DOWN, LOST, MoodyRegistry
from tests.world import World, payments_of

A_DAY = timedelta(days=1)


@pytest.fixture
def payer(world: World, clock: Any) -> Payer:
    """PayPal's time is what it is: so the purchase lies four days back."""
    world.now = datetime.now(UTC) - timedelta(days=4)
    clock.now = world.now.timestamp()
    world.paypal()
    return Payer(world)


@pytest.fixture
def order(world: World, payer: Payer) -> Order:
    """Three units, paid through PayPal and not asked for yet."""
    made = world.order(world.listing(units=10, price="2.50"), quantity=3, now=world.now)
    payer.pay(made)
    assert made.state == "paid"
    return made


def days_later(world: World, clock: Any, days: float = 4) -> None:
    """The time goes on, and nobody looks after anything meanwhile."""
    clock.advance(days * 24 * 3600)
    world.pass_time(days=days)


def held(world: World, order: Order) -> list[str]:
    return [status for kind, status in Payer(world).papers(order) if kind == "authorization"]


def attention(order: Order) -> str:
    order.refresh_from_db()
    return order.needs_attention


def test_within_three_days_units_are_cancelled_without_a_question(
    world: World, clock: Any, order: Order, moody: MoodyRegistry
) -> None:
    days_later(world, clock, 2.9)
    service.cancel(order_id=order.pk, now=world.now)
    order.refresh_from_db()
    assert (order.state, order.needs_attention, held(world, order)) == ("completed", "", ["CREATED"])


def test_after_three_days_no_unit_is_cancelled_before_the_money_is_held_anew(
    world: World, clock: Any, order: Order, moody: MoodyRegistry
) -> None:
    days_later(world, clock)
    service.cancel(order_id=order.pk, now=world.now)
    order.refresh_from_db()
    assert (order.state, moody.asked) == ("paid", [])
    world.sweep()
    order.refresh_from_db()
    assert held(world, order)[0] == "CAPTURED"  # with the one that renewed it, by what was cancelled next
    assert (order.state, moody.asked) == ("completed", [order.reference])
    world.sweep()
    assert payments_of(order).get().state == PaymentState.CAPTURED
    balance = ledger.balance(reference=order.reference)
    assert (balance.captured, balance.authorised, balance.held) == (order.amount, order.amount, 0)
    assert attention(order) == ""


def test_while_the_registry_is_down_the_money_stays_held_and_staff_are_told(
    world: World, clock: Any, order: Order, moody: MoodyRegistry
) -> None:
    days_later(world, clock)
    moody.moods.extend([DOWN] * 5)
    moody.lookup_moods.extend([DOWN] * 5)
    world.sweep()
    assert attention(order).startswith("the units could not be cancelled yet; the money is held until ")
    assert (order.state, held(world, order)) == ("paid", ["CREATED", "CREATED"])


@pytest.mark.parametrize("kind", ["drop", "error_before", "decline"])
def test_a_renewal_that_nobody_knows_of_or_that_is_refused_cancels_nothing_and_is_asked_again(
    world: World, clock: Any, order: Order, moody: MoodyRegistry, kind: str
) -> None:
    days_later(world, clock)
    world.simulator.faults.add(operation="reauthorize", kind=kind)
    world.sweep()
    assert "whether the money is held is not known" in attention(order)
    assert (order.state, moody.asked) == ("paid", [])
    world.sweep(after=timedelta(minutes=61))
    order.refresh_from_db()
    assert order.state == "completed"
    assert len(held(world, order)) == 2


def test_money_that_is_held_no_more_gives_the_order_up_and_the_purchaser_is_told(
    world: World, clock: Any, order: Order, moody: MoodyRegistry, client: Client, mailoutbox: Any
) -> None:
    account, payment = payments_of(order).get().account, payments_of(order).get()
    gateway_for(account).void(key=str(payment.key), gateway_id=payment.gateway_id)
    days_later(world, clock)
    world.sweep()
    order.refresh_from_db()
    assert (order.state, moody.asked) == ("refused", [])
    assert order.needs_attention == "the money was held no more before the units could be cancelled"
    assert Cancellation.objects.get().state == "withdrawn"
    order.listing.refresh_from_db()
    assert order.listing.units_left == 10
    world.sweep()
    assert payments_of(order).get().state == PaymentState.RELEASED
    (letter,) = [each for each in mailoutbox if order.reference in each.body]
    assert letter.subject == f"Order {order.reference}: could not be carried out"
    page = client.get(order.get_absolute_url()).content.decode()
    for text in (letter.body, page):
        assert "could not be cancelled while your payment was held" in text
        assert "The registry refused" not in text


def test_what_the_registry_may_have_done_already_is_for_a_person(
    world: World, clock: Any, order: Order, moody: MoodyRegistry
) -> None:
    moody.moods.append(LOST)
    service.cancel(order_id=order.pk, now=world.now)
    account, payment = payments_of(order).get().account, payments_of(order).get()
    gateway_for(account).void(key=str(payment.key), gateway_id=payment.gateway_id)
    days_later(world, clock)
    renewing.renew(reference=order.reference, now=world.now)
    assert attention(order) == "the units could not be cancelled yet or may have been, and the money is held no more"
    world.sweep()
    order.refresh_from_db()
    assert order.state == "completed"


def test_a_card_is_looked_up_from_the_fifth_day_on_each_day(world: World, moody: MoodyRegistry) -> None:
    order = world.paid(world.listing(units=10), quantity=3)
    moody.moods.extend([DOWN] * 3)
    world.pass_time(days=5)
    service.cancel(order_id=order.pk, now=world.now)
    assert moody.asked == []
    world.sweep()
    assert attention(order).startswith("the units could not be cancelled yet; the money is held until 2026-11-29")
    assert moody.asked == [order.reference]
    seen = payments_of(order).get().events.filter(code="still_held").count()
    world.sweep(after=timedelta(hours=2))
    world.sweep(after=A_DAY)
    assert payments_of(order).get().events.filter(code="still_held").count() == seen + 1
    world.sweep(after=timedelta(minutes=5))
    order.refresh_from_db()
    assert (order.state, order.needs_attention) == ("completed", "")


def test_an_order_paid_by_transfer_has_its_money_and_no_time_runs_out(world: World) -> None:
    order = world.order()
    service.accept(order, now=world.now)
    assert Cancellation.objects.get().not_after is None
