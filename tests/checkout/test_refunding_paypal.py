"""Giving money back that came through PayPal: what PayPal has never heard of is not taken for the payment it is of."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.checkout import refunding, service
from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import Refund
from tests.checkout.paypal import Payer
from tests.world import World

AMOUNT, PART = Decimal("7.50"), Decimal("2.50")


@pytest.fixture
def order(world: World) -> Order:
    """Three units for 7.50 euros: paid through PayPal, cancelled, and the money taken."""
    world.paypal()
    made = world.order(world.listing(price="2.50"), quantity=3)
    Payer(world).pay(made)
    service.fulfil(order_id=made.pk, now=world.now)
    made.refresh_from_db()
    return made


def give_back(world: World, order: Order, amount: Decimal = PART) -> Any:
    return refunding.give_back(order, key=uuid.uuid4(), amount=amount, why="Twice.", asked_by=7, now=world.now)


def at_paypal(world: World, refund: Refund) -> list[str]:
    return [each["amount"] for each in world.simulator.paypal.papers(str(refund.key)) if each["kind"] == "refund"]


def test_a_refund_that_never_arrived_is_sent_again_once_it_cannot_arrive_any_more(world: World, order: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="error_before")
    refund = give_back(world, order)
    world.sweep(after=timedelta(minutes=5))
    refund.refresh_from_db()
    assert (refund.state, at_paypal(world, refund)) == ("sent", [])
    world.sweep(after=timedelta(minutes=15))
    refund.refresh_from_db()
    assert (refund.state, at_paypal(world, refund)) == ("done", ["2.50"])


def test_a_refund_whose_answer_was_lost_is_looked_up_and_never_repeated(world: World, order: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="drop")
    refund = give_back(world, order, AMOUNT)
    assert refund.state == "sent"
    world.sweep(after=timedelta(minutes=5))
    refund.refresh_from_db()
    assert (refund.state, at_paypal(world, refund)) == ("done", ["7.50"])
    assert ledger.balance(reference=order.reference).kept == Decimal()
