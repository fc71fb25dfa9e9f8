"""Giving up a paid order whose units are not cancelled yet, by staff and by its provider: seen before it is done."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.checkout import service
from portal.checkout.models import Handling, Order
from portal.registry.models import Cancellation
from tests.checkout.paypal import Payer
from tests.registry_fake import LOST, MoodyRegistry
from tests.selling.test_refunds import said
from tests.world import World, payments_of

WHY = {"why": "The registry is closed."}


@pytest.fixture(params=["card", "paypal"])
def order(world: World, clock: Any, request: pytest.FixtureRequest) -> Order:
    """Three units whose money is held."""
    world.now = timezone.now()
    clock.now = world.now.timestamp()
    listing = world.listing(units=10, price="2.50")
    if request.param == "card":
        return world.paid(listing, quantity=3, now=world.now)
    world.paypal()
    made = world.order(listing, quantity=3, now=world.now)
    Payer(world).pay(made)
    return made


@pytest.mark.parametrize("who", ["staff", "provider"])
def test_what_is_held_is_released_and_nothing_is_cancelled(
    world: World, client: Client, order: Order, moody: MoodyRegistry, mailoutbox: Any, who: str
) -> None:
    person = world.luz if who == "provider" else world.user("Bo", is_staff=True, is_superuser=True)
    client.force_login(person)
    shown, address = {
        "provider": (reverse("sold_order", args=[order.reference]), reverse("sold_release", args=[order.reference])),
        "staff": (reverse("order:inspect", args=[order.pk]), reverse("order:release", args=[order.pk])),
    }[who]
    assert address in client.get(shown).content.decode()
    assert "What a card or PayPal holds is released" in client.get(address).content.decode()
    assert client.post(address, {"why": ""}).status_code == 422
    answer = client.post(address, WHY)
    assert said(answer) == ["The order is given up. Its purchaser is told by letter, and what is held is released."]
    service.cancel(order_id=order.pk, now=world.now)
    world.sweep()
    order.refresh_from_db()
    assert (order.state, moody.asked, Cancellation.objects.get().state) == ("refused", [], "withdrawn")
    assert payments_of(order).get().state == "released"
    order.listing.refresh_from_db()
    assert order.listing.units_left == 10
    handled = Handling.objects.get()
    assert (handled.note, handled.handled_by, handled.what) == (WHY["why"], person, order.needs_attention)
    (letter,) = [each for each in mailoutbox if "could not be carried out" in each.subject]
    for text in (letter.body, client.get(order.get_absolute_url()).content.decode()):
        assert "is being released" in text
        assert "The registry refused" not in text
    assert address not in client.get(shown).content.decode()


def test_what_the_registry_was_asked_for_or_has_done_is_not_given_up(
    world: World, staff: Client, order: Order, moody: MoodyRegistry
) -> None:
    moody.moods.append(LOST)
    service.cancel(order_id=order.pk, now=world.now)
    answer = staff.post(reverse("order:release", args=[order.pk]), WHY)
    assert said(answer)[0].startswith("The registry was asked already")
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == ("paid", "authorised")


def test_nobody_gives_up_what_another_provider_sold_or_without_the_right(
    world: World, client: Client, order: Order
) -> None:
    stranger = world.user("Vera")
    world.vento.members.add(stranger)
    for person in (stranger, world.nil, world.alma):
        client.force_login(person)
        assert client.post(reverse("sold_release", args=[order.reference]), WHY).status_code == 404
    viewer = world.user("Vic")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_order")))
    client.force_login(viewer)
    assert client.post(reverse("order:release", args=[order.pk]), WHY)["Location"] == "/admin/"
    order.refresh_from_db()
    assert order.state == "paid"
