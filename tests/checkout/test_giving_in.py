"""Giving in to a dispute, at a bank or at PayPal: once, whatever becomes of the answers, and told as lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.checkout import disputing, service
from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import Dispute
from tests.checkout.paypal import Payer
from tests.world import World, payments_of

RAILS = ("card", "paypal")


def disputed(world: World, clock: Any, rail: str) -> tuple[Order, Dispute]:
    """An order whose money has come, and is disputed."""
    if rail == "paypal":
        account = world.paypal()
        order = world.order(world.listing(price="2.50"), quantity=3)
        Payer(world).pay(order)
        service.fulfil(order_id=order.pk, now=world.now)
        papers = world.simulator.paypal.papers(str(payments_of(order).get().key))
        capture = next(each["id"] for each in papers if each["kind"] == "capture")
        number = world.simulator.paypal.dispute(capture, "UNAUTHORISED")["id"]
    else:
        order = world.completed(world.listing(price="2.50"), quantity=3)
        clock.advance(10)
        world.simulator.settle_due()
        account = payments_of(order).get().account
        (sale,) = world.at_gateway(order)
        number = world.simulator.disputes.open(merchant_id="sol", transaction_id=sale["id"])["id"]
    disputing.check(account_id=account.pk, number=number, now=world.now)
    return order, Dispute.objects.get()


def stands(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return Dispute.objects.get().state, order.needs_attention


@pytest.mark.parametrize("rail", RAILS)
def test_the_money_goes_back_units_stay_cancelled_and_staff_have_nothing_left_to_do(
    world: World, clock: Any, mailoutbox: Any, rail: str
) -> None:
    order, dispute = disputed(world, clock, rail)
    assert disputing.give_in(dispute, by_id=7, now=world.now)
    assert not disputing.give_in(dispute, by_id=8, now=world.now)
    assert not disputing.answer_with_evidence(dispute, by_id=8, now=world.now)
    for _worker in range(2):
        disputing.concede(dispute_id=dispute.pk, now=world.now)
    assert stands(order) == ("lost", "")
    assert (order.state, Dispute.objects.get().answered_by) == ("completed", 7)
    assert ledger.balance(reference=order.reference).kept == Decimal()
    world.sweep()
    assert [each.subject.split(" · ")[0] for each in mailoutbox if each.to == ["luz@example.org"]][-1] == (
        f"Order {order.reference}: the dispute is lost"
    )


def test_an_answer_that_was_lost_is_asked_for_again_and_gives_nothing_back_twice(world: World, clock: Any) -> None:
    order, dispute = disputed(world, clock, "paypal")
    disputing.give_in(dispute, by_id=7, now=world.now)
    world.simulator.faults.add(operation="accept", kind="drop")
    disputing.concede(dispute_id=dispute.pk, now=world.now)
    assert stands(order)[0] == "conceding"
    world.sweep(after=timedelta(minutes=5))
    assert stands(order) == ("lost", "")
    history = world.simulator.paypal.archive.by_id(dispute.number).history
    assert [step["status"] for step in history] == ["WAITING_FOR_SELLER_RESPONSE", "RESOLVED"]


def test_giving_in_that_is_refused_leaves_it_open_and_staff_are_told(world: World, clock: Any) -> None:
    order, dispute = disputed(world, clock, "paypal")
    disputing.give_in(dispute, by_id=7, now=world.now)
    world.simulator.faults.add(operation="accept", kind="decline")
    disputing.concede(dispute_id=dispute.pk, now=world.now)
    assert stands(order) == (
        "open",
        "the payment is disputed, and giving in was refused: CANNOT_ACCEPT_CLAIM",
    )
    assert disputing.give_in(dispute, by_id=7, now=world.now)


def test_a_look_while_it_is_being_given_in_to_does_not_open_it_again(world: World, clock: Any) -> None:
    order, dispute = disputed(world, clock, "paypal")
    disputing.give_in(dispute, by_id=7, now=world.now)
    disputing.check(account_id=dispute.payment.account_id, number=dispute.number, now=world.now)
    assert stands(order)[0] == "conceding"
