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
    assert "Under review" in after
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


def give_in(client: Client, order: Order, **sure: str) -> Any:
    data = {"dispute": Dispute.objects.get().pk, "give_in": "1", **sure}
    return client.post(reverse("order:answer", args=[order.pk]), data)


def test_staff_give_in_once_they_have_seen_what_that_means(
    world: World, staff: Client, order: Order, nudges: Any
) -> None:
    assert "Give in" in page(staff, order)
    asked = give_in(staff, order).content.decode()
    for fact in ("Give in to this dispute, so that €7.50 of order", "cannot be taken back", "The units stay cancelled"):
        assert fact in asked
    assert Dispute.objects.get().state == "open"
    done = give_in(staff, order, sure="1")
    assert said(done) == ["The dispute is being given in to. How it stands is said below."]
    assert said(give_in(staff, order, sure="1"))[-1] == (
        "This dispute is open no more, or it is being answered already."
    )
    assert "Give in" not in page(staff, order)
    disputing.concede(dispute_id=Dispute.objects.get().pk, now=world.now)
    assert world.simulator.disputes.all()[0]["status"] == "accepted"
    assert "Lost" in page(staff, order)


def test_seeing_orders_is_not_giving_in(world: World, client: Client, order: Order) -> None:
    viewer = world.user("Vic")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_order")))
    client.force_login(viewer)
    give_in(client, order, sure="1")
    assert Dispute.objects.get().state == "open"


# --- The provider's own people


def of_provider(client: Client, order: Order, **data: Any) -> Any:
    sent = {"dispute": Dispute.objects.get().pk, **data}
    return client.post(reverse("sold_dispute", args=[order.reference]), sent)


def sold(client: Client, order: Order) -> str:
    return client.get(reverse("sold_order", args=[order.reference])).content.decode()


def test_a_provider_sends_evidence_on_its_own_page_and_reads_nothing_of_the_purchaser(
    world: World, client: Client, order: Order
) -> None:
    client.force_login(world.luz)
    before = sold(client, order)
    for fact in (Dispute.objects.get().number, "fraud", "3 December 2026", "Send this as evidence", "Give in"):
        assert fact in before
    assert "alma@example.org" not in before
    done = of_provider(client, order, evidence="1")
    assert said(done) == ["The evidence is being sent. How the dispute stands is said below."]
    assert "Send this as evidence" not in sold(client, order)
    assert Dispute.objects.get().answered_by == world.luz.pk


def test_a_provider_gives_in_once_it_has_seen_what_that_means(world: World, client: Client, order: Order) -> None:
    client.force_login(world.luz)
    asked = of_provider(client, order, give_in="1").content.decode()
    for fact in ("Give in to this dispute, so that €7.50 of order", "cannot be taken back", "Leave it open"):
        assert fact in asked
    assert Dispute.objects.get().state == "open"
    assert of_provider(client, order, give_in="1", sure="1").status_code == 302
    assert Dispute.objects.get().state == "conceding"
    assert "Is being given in to" in sold(client, order)


def test_nobody_answers_what_another_provider_sold_or_is_about_another_order(
    world: World, client: Client, order: Order
) -> None:
    stranger = world.user("Vera")
    world.vento.members.add(stranger)
    other = world.completed(world.listing())
    for person, sold_order in ((stranger, order), (world.nil, order), (world.luz, other)):
        client.force_login(person)
        for data in ({"evidence": "1"}, {"give_in": "1"}, {"give_in": "1", "sure": "1"}):
            assert of_provider(client, sold_order, **data).status_code == 404
    client.logout()
    assert of_provider(client, order, give_in="1", sure="1").status_code == 302
    assert Dispute.objects.get().state == "open"
