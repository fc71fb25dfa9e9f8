"""Giving money back on every rail, by staff and by a provider's own people: a part, then all that is left."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.checkout import service
from portal.checkout.models import Order
from portal.payments import ledger
from portal.payments.models import Refund
from tests.checkout.paypal import Payer
from tests.selling.test_refunds import by_transfer, kept, sent
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")
BY_HAND = {"paid_back_on": "2026-11-20", "bank_reference": "TX-4711"}


def paid_by(world: World, clock: Any, rail: str) -> Order:
    """Three units for 7.50 euros, cancelled, whose money has come by a rail."""
    if rail == "paypal":
        world.paypal()
        order = world.order(world.listing(price="2.50"), quantity=3)
        Payer(world).pay(order)
        service.fulfil(order_id=order.pk, now=world.now)
    else:
        order = world.completed(world.listing(price="2.50"), quantity=3)
        clock.advance(10)
        world.simulator.settle_due()
    if rail == "transfer":
        by_transfer(world, order)
    world.sweep()
    order.refresh_from_db()
    return order


@pytest.mark.parametrize("rail", ["card", "paypal", "transfer"])
@pytest.mark.parametrize("who", ["staff", "provider"])
def test_a_part_and_then_the_rest_go_back_and_the_units_stay_cancelled(
    world: World, clock: Any, client: Client, mailoutbox: Any, rail: str, who: str
) -> None:
    order = paid_by(world, clock, rail)
    mailoutbox.clear()
    client.force_login(world.luz if who == "provider" else world.user("Bo", is_staff=True, is_superuser=True))
    named = {"provider": ("sold_order", order.reference), "staff": ("order:refund", order.pk)}[who]
    address = reverse(named[0], args=[named[1]])
    facts = BY_HAND if rail == "transfer" else {}
    for amount in ("2.50", "5.00"):
        asked = sent(client, address, amount=amount, **facts)
        assert "The units stay cancelled, and the certificate stays as it is." in asked.content.decode()
        client.post(address, {**asked.context["form"].data.dict(), "sure": "1"})
    assert [(each.state, str(each.amount), each.bank_reference) for each in Refund.objects.all()] == [
        ("done", "2.500", facts.get("bank_reference", "")),
        ("done", "5.000", facts.get("bank_reference", "")),
    ]
    assert (kept(order), ledger.balance(reference=order.reference).captured) == (0, order.amount)
    world.now = timezone.now()  # as it was for the pages
    world.sweep()
    order.refresh_from_db()
    assert order.state == "completed"
    assert len(mailoutbox) == 2
    for letter in mailoutbox:
        assert letter.to == ["alma@example.org"]
        assert "The units stay cancelled, and the certificate stays as it is." in letter.body
        assert ("TX-4711" in letter.body) is (rail == "transfer")
