"""The account page: a person's own orders, those they placed as a guest, and nothing of anybody else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from tests.pages import Page
from tests.world import World


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def account(client: Client, user: Any, query: str = "") -> Page:
    client.force_login(user)
    return Page(client.get(f"/en/account/{query}"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_is_not_signed_in_is_asked_to(client: Client, world: World, language: str) -> None:
    answer = client.get(f"/{language}/account/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/{language}/accounts/login/?next=/{language}/account/"


def test_own_orders_are_listed_with_their_certificates(client: Client, world: World) -> None:
    listing = world.listing()
    waiting = world.order(listing, purchaser=world.alma, purchaser_email="other@example.org")
    done = world.completed(listing, purchaser=world.alma)
    page = account(client, world.alma)
    assert waiting.reference in page.main
    assert done.reference in page.main
    assert f"/en/orders/{waiting.token}/" in page.links()
    assert len([link for link in page.links() if "/certificates/" in link]) == 1


def test_orders_as_a_guest_are_listed_once_the_address_is_proven(client: Client, world: World) -> None:
    order = world.order(purchaser_email="alma@example.org")
    assert order.reference in account(client, world.alma).main


def test_an_address_that_is_not_proven_shows_nothing(client: Client, world: World) -> None:
    order = world.order(purchaser_email="alma@example.org")
    thief = world.user("Thief", email="thief@example.org")
    EmailAddress.objects.create(user=thief, email="alma@example.org", verified=False)
    assert order.reference not in account(client, thief).main


def test_how_an_address_is_capitalised_does_not_matter(client: Client, world: World) -> None:
    listing = world.listing()
    first = Page(client.get(f"/en/buy/{listing.code}/details/?quantity=1"))
    typed = {"purchaser_name": "Alma", "purchaser_email": "Alma@Example.org", "purpose": "travel", "is_public": "yes"}
    address = f"/en/buy/{listing.code}/details/?quantity=1"
    seen = Page(client.post(address, first.sent("purchaser_name", **typed)))
    token = client.post(address, seen.sent("consent", consent="on"))["Location"].split("/")[3]
    assert f"/en/orders/{token}/" in account(client, world.alma).links()


def test_nil_sees_nothing_of_the_others(client: Client, world: World) -> None:
    listing = world.listing()
    order = world.completed(listing, purchaser=world.alma)
    page = account(client, world.nil)
    assert order.reference not in page.source
    assert listing.code not in page.source
    assert "alma" not in page.source.lower()
    assert "You have no orders yet." in page.main


def test_who_works_for_a_provider_sees_its_listings_and_no_others(client: Client, world: World) -> None:
    of_sol = world.listing(provider=world.sol)
    of_vento = world.listing(provider=world.vento)
    page = account(client, world.luz)
    assert of_sol.code in page.source
    assert of_vento.code not in page.source
    assert of_sol.code not in account(client, world.alma).source


def test_an_order_whose_hold_has_run_out_is_shown_as_expired(client: Client, world: World) -> None:
    world.order(purchaser=world.alma, now=world.now - timedelta(minutes=31))
    page = account(client, world.alma)
    assert "Expired" in page.main
    assert "Awaiting payment" not in page.main


def test_many_orders_are_shown_twenty_at_a_time(client: Client, world: World) -> None:
    listing = world.listing()
    placed = [world.order(listing, purchaser=world.alma) for _i in range(21)]
    first = account(client, world.alma)
    assert placed[20].reference in first.main
    assert placed[0].reference not in first.main
    assert "?page=2" in first.links()
    second = account(client, world.alma, "?page=2")
    assert placed[0].reference in second.main
    assert placed[20].reference not in second.main


def test_a_page_that_does_not_exist_is_the_nearest_that_does(client: Client, world: World) -> None:
    order = world.order(purchaser=world.alma)
    for query in ("?page=abc", "?page=0", "?page=-1", "?page=999999999999999999999", "?page=%00"):
        page = account(client, world.alma, query)
        assert page.status == 200, query
        assert order.reference in page.main, query


@pytest.mark.parametrize("orders", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_orders(
    client: Client, world: World, orders: int, django_assert_num_queries: Any
) -> None:
    listing = world.listing()
    for _i in range(orders):
        world.completed(listing, purchaser=world.alma)
    client.force_login(world.alma)
    client.get("/en/account/")
    with django_assert_num_queries(8):
        client.get("/en/account/")
