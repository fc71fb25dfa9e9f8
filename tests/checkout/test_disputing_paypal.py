"""A payer disputes a payment at PayPal: the same story as at a bank, told by PayPal's notifications."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.checkout import disputing, service
from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import Account, Dispute, Notification
from tests.checkout.paypal import Payer
from tests.world import World

AMOUNT = Decimal("7.50")
CHECK_DISPUTE = "portal.checkout.tasks.check_dispute"


@pytest.fixture
def account(world: World, clock: Any) -> Account:
    clock.now = time.time()  # PayPal's notifications are believed for some days
    return world.paypal()


@pytest.fixture
def order(world: World, account: Account, nudges: Any, mailoutbox: Any) -> Order:
    """Three units for 7.50 euros, whose money has come through PayPal, and whose letters are sent."""
    made = world.order(world.listing(price="2.50"), quantity=3)
    Payer(world).pay(made)
    service.fulfil(order_id=made.pk, now=world.now)
    world.sweep()
    nudges.take()
    mailoutbox.clear()
    made.refresh_from_db()
    return made


def dispute(world: World, order: Order, **wishes: str) -> str:
    papers = world.simulator.paypal.papers(str(Payer(world).payment(order).key))
    capture = next(each["id"] for each in papers if each["kind"] == "capture")
    return str(world.simulator.paypal.dispute(capture, "UNAUTHORISED", **wishes)["id"])


def tell(world: World, client: Client, account: Account, kind: str, number: str) -> Any:
    letter = world.simulator.paypal.composed("SOLMERCHANT", kind, number)
    return client.post(
        reverse("paypal_hook", args=[account.hook_key]),
        letter["body"],
        content_type="application/json",
        headers={name: value for name, value in letter["headers"].items() if name != "Content-Type"},
    )


def known(world: World, account: Account, number: str) -> Dispute:
    disputing.check(account_id=account.pk, number=number, now=world.now)
    return Dispute.objects.get(number=number)


def kept(order: Order) -> Decimal:
    return ledger.balance(reference=order.reference).kept


def test_a_notification_leads_to_the_dispute_and_is_not_believed(
    world: World, client: Client, nudges: Any, account: Account, order: Order
) -> None:
    number = dispute(world, order)
    assert tell(world, client, account, "CUSTOMER.DISPUTE.RESOLVED", number).status_code == 204
    assert nudges.run() == [(CHECK_DISPUTE, {"account_id": account.pk, "number": number})]
    found = Dispute.objects.get()
    assert (found.number, found.state, found.reason, found.amount) == (number, "open", "UNAUTHORISED", AMOUNT)
    assert kept(order) == Decimal()
    order.refresh_from_db()
    assert order.needs_attention.startswith("the payment is disputed: UNAUTHORISED, evidence until ")
    said = Notification.objects.get(kind="CUSTOMER.DISPUTE.RESOLVED").said
    assert said["resource"]["dispute_id"] == number
    assert "evidences" not in said["resource"]


def test_the_sweep_finds_a_dispute_of_which_no_notification_told(world: World, clock: Any, order: Order) -> None:
    number = dispute(world, order)
    world.sweep(after=timedelta(hours=25))
    assert Dispute.objects.get().number == number


def test_evidence_is_what_the_record_says_and_the_certificate(world: World, account: Account, order: Order) -> None:
    found = known(world, account, dispute(world, order))
    assert disputing.answer_with_evidence(found, by_id=7, now=world.now)
    disputing.look_after(dispute_id=found.pk, now=world.now)
    found.refresh_from_db()
    assert found.state == "answered"
    paper = world.simulator.paypal.archive.by_id(found.number)
    (shown,) = paper.extra["evidences"]
    assert shown["notes"].startswith("Delivered: 3 units (tonnes CO2 equivalent) were cancelled for this purchaser")
    assert "Consent: on 2026-11-23 09:00 UTC the purchaser agreed" in shown["notes"]
    assert [file["name"][-4:] for file in shown["documents"]] == [".pdf"]
    order.refresh_from_db()
    assert order.needs_attention == ""


@pytest.mark.parametrize(
    ("outcome", "refunded", "state", "left"),
    [
        ("RESOLVED_SELLER_FAVOUR", "", "won", "7.50"),
        ("RESOLVED_BUYER_FAVOUR", "", "lost", "0"),
        ("RESOLVED_BUYER_FAVOUR", "2.50", "lost", "5.00"),
        ("CANCELED_BY_BUYER", "", "won", "7.50"),
    ],
)
def test_what_is_decided_says_whose_the_money_is(
    world: World, account: Account, order: Order, outcome: str, refunded: str, state: str, left: str
) -> None:
    number = dispute(world, order)
    known(world, account, number)
    assert kept(order) == Decimal()
    world.simulator.paypal.decide(number, outcome, refunded)
    for _twice in range(2):
        assert known(world, account, number).state == state
    assert kept(order) == Decimal(left)


def test_an_inquiry_takes_money_only_where_it_is_lost(world: World, account: Account, order: Order) -> None:
    number = dispute(world, order, stage="INQUIRY")
    assert known(world, account, number).booked == Decimal()
    world.simulator.paypal.decide(number, "RESOLVED_BUYER_FAVOUR", "2.50")
    assert known(world, account, number).booked == Decimal("2.50")
    assert kept(order) == Decimal("5.00")
