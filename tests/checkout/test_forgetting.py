"""An order that nobody paid does not say for ever whose it was."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.celery import app
from portal.checkout import paying, service, sweeping
from portal.checkout.consent import details_of
from portal.checkout.models import Order, OrderState
from portal.payments.models import Payment, PaymentState
from portal.registry.models import Cancellation
from tests.checkout.purchasing import details_page
from tests.pages import Page
from tests.test_measured_along import HOUSEHOLD
from tests.world import CARD, World, payments_of

OWN = {"purpose": "own", "purpose_text": "For Ana", "consumption_period": "May"}


@pytest.fixture(autouse=True)
def _thirty_days(settings: Any) -> None:
    settings.UNPAID_KEPT_DAYS = 30


def lapsed(world: World, **wishes: Any) -> Order:
    """An order that has just expired."""
    order = world.order(world.listing(), **{**OWN, **wishes})
    world.sweep(after=timedelta(minutes=31))
    order.refresh_from_db()
    assert order.state == OrderState.EXPIRED
    return order


def is_forgotten(order: Order) -> bool:
    order.refresh_from_db()
    return order.is_forgotten


def test_after_thirty_days_nothing_personal_is_left(world: World) -> None:
    order = lapsed(world, purchaser=world.alma)
    Order.objects.update(measured=asdict(HOUSEHOLD))
    world.pass_time(days=30, minutes=-1)
    assert (sweeping.forget(now=world.now), is_forgotten(order)) == (0, False)
    world.pass_time(minutes=1)
    assert (sweeping.forget(now=world.now), is_forgotten(order)) == (1, True)
    said = asdict(details_of(order))
    kept = {"purchaser_type": "individual", "beneficiary_type": "person", "purpose": "own", "is_public": True}
    assert {name: value for name, value in said.items() if value != ""} == kept
    assert (order.purchaser, order.measured, order.visitor) == (None, None, "")
    assert (order.quantity, str(order.amount), order.state) == (1, "2.500", OrderState.EXPIRED)


def test_once_is_enough(world: World) -> None:
    order = lapsed(world)
    world.pass_time(days=31)
    assert [sweeping.forget(now=world.now) for _i in range(3)] == [1, 0, 0]
    service.forget(order_id=order.pk, now=world.now)
    assert is_forgotten(order)


def test_what_was_withdrawn_is_forgotten_too(world: World) -> None:
    order = world.order()
    service.withdraw(token=order.token, now=world.now)
    world.pass_time(days=31)
    sweeping.forget(now=world.now)
    assert is_forgotten(order)


def test_what_was_paid_or_waits_for_somebody_is_kept(world: World, mailoutbox: Any) -> None:
    paid, completed, waiting = world.paid(), world.completed(), lapsed(world)
    Order.objects.filter(pk=waiting.pk).update(needs_attention="paid too late")
    moving = world.order()
    world.simulator.faults.add(operation="sale", kind="decline", code="91513")
    paying.pay(token=moving.token, nonce=CARD, now=world.now)
    service.withdraw(token=moving.token, now=world.now)
    Order.objects.filter(pk=moving.pk).update(needs_attention="")
    Payment.objects.filter(reference=moving.reference).update(state=PaymentState.VOIDING)
    world.pass_time(days=400)
    for order in (paid, completed, waiting, moving):
        service.forget(order_id=order.pk, now=world.now)
        assert not is_forgotten(order), order.state
    assert sweeping.forget(now=world.now) == 0


def test_who_is_still_to_be_told_something_is_not_forgotten(world: World, settings: Any) -> None:
    settings.UNPAID_KEPT_DAYS = 0
    order = lapsed(world)
    world.pass_time(days=7)
    assert (sweeping.forget(now=world.now), is_forgotten(order)) == (0, False)
    world.pass_time(days=1)
    assert (sweeping.forget(now=world.now), is_forgotten(order)) == (1, True)


def test_a_round_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    listing = world.listing()
    for _i in range(3):
        service.withdraw(token=world.order(listing).token, now=world.now)
    world.pass_time(days=31)
    assert [sweeping.forget(now=world.now) for _i in range(3)] == [2, 1, 0]


def test_money_that_turns_up_for_an_order_that_is_forgotten_is_let_go(world: World) -> None:
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    payment = payments_of(order).get()
    world.simulator.faults.add(operation="search", kind="miss", order_id=str(payment.key), count=2)
    world.pass_time(minutes=16)
    paying.check_payment(key=payment.key, now=world.now)
    world.sweep(after=timedelta(minutes=20))
    service.forget(order_id=order.pk, now=world.now + timedelta(days=31))
    assert is_forgotten(order)
    world.simulator.faults.clear()
    paying.check_payment(key=payment.key, now=world.now + timedelta(days=31))
    assert ([each["status"] for each in world.at_gateway(order)], Cancellation.objects.count()) == (["voided"], 0)


def test_its_page_stays_and_names_nobody(world: World, client: Client) -> None:
    order = lapsed(world)
    world.pass_time(days=31)
    task = app.conf.beat_schedule["forget-orders"]["task"]
    assert task in app.tasks
    sweeping.forget(now=world.now)
    page = Page(client.get(f"/en/orders/{order.token}/"))
    assert page.heading == "This order has expired"
    for personal in ("Alma", "alma@example.org", "For Ana", "May"):
        assert personal not in page.main


def test_the_form_says_how_long_what_is_typed_is_kept(world: World, client: Client) -> None:
    said = "If you do not pay, what you typed is deleted 30 days after the order has expired."
    assert said in details_page(client, world.listing()).main
