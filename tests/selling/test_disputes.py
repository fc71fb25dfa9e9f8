"""Disputes on the desk: how they stand, and evidence by one click, for those who may send any."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from portal.checkout import disputing
from portal.checkout.models import Order
from portal.payments.models import Dispute
from tests.world import World, payments_of


@pytest.fixture
def order(world: World, clock: Any) -> Order:
    """An order whose money has come, and is disputed."""
    made = world.completed(world.listing(price="2.50"), quantity=3)
    clock.advance(10)
    world.simulator.settle_due()
    (sale,) = world.at_gateway(made)
    number = world.simulator.disputes.open(merchant_id="sol", transaction_id=sale["id"])["id"]
    disputing.check(account_id=payments_of(made).get().account_id, number=number, now=world.now)
    return made


def page(client: Client, order: Order) -> str:
    return client.get(reverse("order:inspect", args=[order.pk])).content.decode()


def answer(client: Client, order: Order) -> Any:
    return client.post(reverse("order:answer", args=[order.pk]), {"dispute": Dispute.objects.get().pk})


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_staff_read_what_would_be_sent_and_send_it_by_one_click(
    world: World, staff: Client, order: Order, nudges: Any
) -> None:
    number = Dispute.objects.get().number
    before = page(staff, order)
    for fact in (number, "fraud", "2026-12-03", "Delivered: 3 units", "Send this as evidence", "Needs attention"):
        assert fact in before
    nudges.take()
    done = answer(staff, order)
    assert said(done) == ["The evidence is being sent. How the dispute stands is said below."]
    assert said(answer(staff, order))[-1] == "This dispute is open no more, or evidence is being sent already."
    disputing.answer(dispute_id=Dispute.objects.get().pk, now=world.now)
    after = page(staff, order)
    assert "Evidence sent" in after
    assert "Send this as evidence" not in after
    assert world.simulator.disputes.all()[0]["status"] == "disputed"


def test_seeing_orders_is_not_answering_disputes(world: World, client: Client, order: Order) -> None:
    viewer = world.user("Vic")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_order")))
    client.force_login(viewer)
    assert "Send this as evidence" not in page(client, order)
    answer(client, order)
    assert Dispute.objects.get().state == "open"
    viewer.user_permissions.add(Permission.objects.get(codename="answer_dispute"))
    answer(client, order)
    assert Dispute.objects.get().state == "sending"
    assert client.get(reverse("order:answer", args=[order.pk])).status_code == 405


def test_a_dispute_about_another_order_is_not_answered_here(world: World, staff: Client, order: Order) -> None:
    other = world.completed(world.listing())
    answer(staff, other)
    assert Dispute.objects.get().state == "open"


def test_who_answered_a_dispute_is_not_deleted(world: World, staff: Client, order: Order) -> None:
    answer(staff, order)
    other = Client()
    other.force_login(world.user("Zoe", is_staff=True, is_superuser=True))
    refused = other.post(reverse("wagtailusers_users:delete", args=[Dispute.objects.get().answered_by]))
    assert said(refused) == ["Bo stands in records of the desk and cannot be deleted. Close the account instead."]
