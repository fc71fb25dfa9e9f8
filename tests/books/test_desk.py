"""The books on the desk, for those who may see them; and below every page, when they last agreed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.books import service
from portal.books.models import Clearing, Reconciliation
from portal.checkout.models import Order
from tests.pages import Page, words
from tests.world import World

MONDAY = date(2026, 11, 23)


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    """An editor who may see the books and orders."""
    names = ("view_reconciliation", "view_order")
    world.eda.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(world.eda)
    return client


@pytest.fixture
def run(world: World) -> Reconciliation:
    """Two orders that were paid, and nothing will be cancelled."""
    for _order in range(2):
        world.completed(world.listing(), quantity=4)
    Order.objects.update(state="withdrawn")
    done: Any = service.reconcile(clock=lambda: world.now + timedelta(days=2))
    return done


def test_what_was_found_stands_on_the_desk_with_what_it_means_and_the_way_to_the_order(
    desk: Client, run: Reconciliation
) -> None:
    page = Page(desk.get(f"/admin/reconciliation/inspect/{run.pk}/"))
    text = words(page.soup)
    order: Any = Order.objects.first()
    assert "Paid, and nothing cancelled Money came for an order for which no units will be cancelled." in text
    assert "What to do: Give the money back on the page of the order." in text
    assert f"/admin/order/inspect/{order.pk}/" in page.links()
    assert "€10.00 Withdrawn" in text


def test_how_far_a_long_one_is_can_be_seen(desk: Client, world: World) -> None:
    Reconciliation.objects.create(
        first_day=MONDAY - timedelta(days=9),
        last_day=MONDAY,
        whole=True,
        days_read=3,
        began_at=world.now,
        seen_at=world.now,
    )
    assert "under way: 3 of 10 days" in words(Page(desk.get("/admin/reconciliation/")).soup)


def test_books_that_agree_say_so(desk: Client, world: World) -> None:
    world.completed(world.listing())
    run: Any = service.reconcile(clock=lambda: world.now + timedelta(days=2))
    assert "All books agree." in words(Page(desk.get(f"/admin/reconciliation/inspect/{run.pk}/")).soup)
    assert "0 differences in the books" in words(Page(desk.get("/admin/")).soup)


def test_nobody_else_sees_them(world: World, run: Reconciliation, client: Client) -> None:
    client.force_login(world.eda)
    assert client.get(f"/admin/reconciliation/inspect/{run.pk}/").status_code == 302
    assert "in the books" not in words(Page(client.get("/admin/")).soup)


def test_a_day_of_many_orders_is_shown_with_the_same_queries(desk: Client, run: Reconciliation) -> None:
    address = f"/admin/reconciliation/inspect/{run.pk}/"
    desk.get(address)
    with CaptureQueriesContext(connection) as few:
        desk.get(address)
    row: Any = run.discrepancies.first()
    for number in range(10):
        row.pk, row.number = None, str(number)
        row.save()
    with CaptureQueriesContext(connection) as many:
        desk.get(address)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Money, orders and the registry’s record last agreed on 24 November 2026."),
        ("fr", "L’argent, les commandes et le registre ont concordé pour la dernière fois le 24 novembre 2026."),
        ("es", "El dinero, los pedidos y el registro concordaron por última vez el 24 de noviembre de 2026."),
    ],
)
def test_every_page_says_when_they_last_agreed_and_asks_nobody(
    world: World, client: Client, language: str, said: str
) -> None:
    address = f"/{language}/verify/"
    assert said not in words(Page(client.get(address)).soup)
    world.completed(world.listing())
    service.reconcile(clock=lambda: world.now + timedelta(days=2))
    assert said in words(Page(client.get(address)).soup)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert not [each for each in queries.captured_queries if "reconciliation" in each["sql"]]


def test_who_cleared_what_and_why_stands_on_the_desk_and_its_author_stays(world: World, client: Client) -> None:
    client.force_login(world.user("Root", is_superuser=True, is_staff=True))
    row = Clearing.objects.create(
        subject="hat-7",
        sort="unknown_money",
        action="explained",
        key=UUID(int=7),
        why="Sol sold a hat.",
        by=world.eda,
        begun_at=world.now,
        done_at=world.now,
    )
    assert "Money of no order explained eda@example.org" in words(Page(client.get("/admin/clearing/")).soup)
    assert "Sol sold a hat." in words(Page(client.get(f"/admin/clearing/inspect/{row.pk}/")).soup)
    client.post(f"/admin/users/{world.eda.pk}/delete/")
    assert type(world.eda).objects.filter(pk=world.eda.pk).exists()
