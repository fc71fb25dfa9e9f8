"""Staff see all sales on the desk; editors see nothing of it; orders and payments are looked at, never changed."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.users.models import UserProfile

from portal.checkout.models import Order
from portal.dates import short_moment
from portal.payments.models import Payment
from portal.people.models import User
from portal.providers.models import Listing
from tests.pages import Page, words
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")

SALES = ["listing", "provider", "order", "payment"]
CHOOSERS = ["provider_chooser", "issuance_block_chooser"]


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("name", ["provider", "listing"])
def test_what_is_still_needed_is_not_deleted_and_says_why(world: World, staff: Client, name: str):
    order = world.order()
    row = {"provider": world.sol, "listing": order.listing}[name]
    response = staff.post(reverse(f"{name}:delete", args=[row.pk]))
    obstacle = {"provider": f"listing {Listing.objects.get()}", "listing": f"order {order.reference}"}[name]
    assert said(response) == [
        f"{str(row)[0].upper()}{str(row)[1:]} cannot be deleted, because these depend on it: {obstacle}."
    ]
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_provider_that_was_paid_names_its_listings_and_not_their_payments(
    world: World, staff: Client, mailoutbox: list[Any]
):
    order = world.completed()
    response = staff.post(reverse("provider:delete", args=[world.sol.pk]))
    assert said(response) == [f"{world.sol} cannot be deleted, because these depend on it: listing {order.listing}."]


@pytest.mark.parametrize(("name", "column"), [("listing", "unit_price"), ("order", "amount"), ("payment", "amount")])
def test_amounts_are_sorted_currency_by_currency(world: World, staff: Client, name: str, column: str):
    for price, currency in (("1.10", "USD"), ("1.60", "EUR"), ("3.10", "USD"), ("0.80", "EUR")):
        world.paid(world.listing(price=price, currency=currency))

    def order(by: str) -> list[str]:
        rows = staff.get(f"{reverse(f'{name}:index')}?ordering={by}").context["object_list"]
        return [f"{row.currency} {getattr(row, column):.2f}" for row in rows]

    assert order(column) == ["EUR 0.80", "EUR 1.60", "USD 1.10", "USD 3.10"]
    assert order(f"-{column}") == ["EUR 1.60", "EUR 0.80", "USD 3.10", "USD 1.10"]


def test_an_order_shows_its_payments_and_every_event(world: World, staff: Client, mailoutbox: list[Any]):
    order = world.completed()
    payment = Payment.objects.get()
    page = staff.get(reverse("order:inspect", args=[order.pk])).content.decode()
    assert reverse("payment:inspect", args=[payment.pk]) in page
    assert [page.count(f"<td>{word}</td>") for word in ("Authorise", "Capture", "Requested", "Succeeded")] == [
        2,
        2,
        2,
        2,
    ]
    assert order.purchaser_email in page
    assert order.token not in page  # the purchaser's own secret address


def test_a_payment_shows_its_events_and_its_order(world: World, staff: Client, mailoutbox: list[Any]):
    order = world.completed()
    page = staff.get(reverse("payment:inspect", args=[Payment.objects.get().pk])).content.decode()
    assert reverse("order:inspect", args=[order.pk]) in page
    assert page.count("<td>Authorise</td>") == 2


def test_orders_and_payments_are_changed_by_nobody(world: World, staff: Client):
    order = world.paid()
    rows = {"order": order, "payment": Payment.objects.get()}
    for (name, row), act in product(rows.items(), ["edit", "delete"]):
        response = staff.post(reverse(f"{name}:{act}", args=[row.pk]), {})
        assert (response.status_code, response["Location"]) == (302, "/admin/"), (name, act)
        assert type(row).objects.filter(pk=row.pk).exists(), (name, act)


def test_orders_that_need_attention_are_counted_and_found(world: World, staff: Client):
    waiting, _other = world.order(), world.order()
    Order.objects.filter(pk=waiting.pk).update(needs_attention="paid too late")
    assert '<a href="/admin/order/?attention=1">' in staff.get("/admin/").content.decode()
    found = staff.get(reverse("order:index") + "?attention=1").context["object_list"]
    assert [order.reference for order in found] == [waiting.reference]


# --- Who may not


def test_editors_see_no_list_of_sales(world: World, editor: Client):
    for name, view in product(SALES, ["index", "index_results", "add"]):
        response = editor.get(reverse(f"{name}:{view}"))
        assert (response.status_code, response["Location"]) == (302, "/admin/"), (name, view)


def test_editors_see_no_row_of_sales(world: World, editor: Client):
    order = world.paid()
    rows = {"listing": order.listing, "provider": world.sol, "order": order, "payment": Payment.objects.get()}
    for name, views in {
        "listing": ["edit", "delete", "history", "usage"],
        "provider": ["edit", "delete", "history", "usage", "inspect"],
        "order": ["edit", "delete", "history", "usage", "inspect"],
        "payment": ["edit", "delete", "history", "usage", "inspect"],
    }.items():
        for view in views:
            response = editor.get(reverse(f"{name}:{view}", args=[rows[name].pk]))
            assert (response.status_code, response["Location"]) == (302, "/admin/"), (name, view)


@pytest.mark.parametrize("name", CHOOSERS)
def test_editors_cannot_open_the_choosers_of_sales(world: World, editor: Client, name: str):
    pk = {"provider_chooser": world.sol.pk, "issuance_block_chooser": world.block().pk}[name]
    addresses = [
        reverse(f"{name}:choose"),
        reverse(f"{name}:choose_results"),
        reverse(f"{name}:chosen", args=[pk]),
        f"{reverse(f'{name}:chosen_multiple')}?id={pk}",
    ]
    assert [editor.get(address).status_code for address in addresses] == [302, 302, 302, 302]


def test_editors_see_no_purchaser_anywhere_on_their_first_pages(world: World, editor: Client):
    order = world.order()
    Order.objects.filter(pk=order.pk).update(needs_attention="paid too late")
    for address in ("/admin/", "/admin/reports/site-history/", "/admin/pages/"):
        page = editor.get(address).content.decode()
        for private in (order.purchaser_email, order.reference, "attention=1", reverse("order:index")):
            assert private not in page, (address, private)


@pytest.mark.parametrize("address", ["/admin/users/", "/admin/order/", "/admin/"])
def test_people_without_a_part_in_editing_do_not_come_in(world: World, client: Client, address: str):
    client.force_login(world.nil)
    response = client.get(address, follow=True)
    assert (response.status_code, response.redirect_chain) == (403, [(f"/admin/login/?next={address}", 302)])


def test_staff_choose_providers_and_blocks(world: World, staff: Client):
    world.sol, world.vento, world.block(units=10)  # builders
    found = staff.get(reverse("provider_chooser:choose_results") + "?q=ven").context["results"]
    assert [str(each) for each in found] == ["Vento"]
    found = staff.get(reverse("issuance_block_chooser:choose_results") + "?q=punta+CER").context["results"]
    assert [str(each) for each in found] == ["CL-5 1-10"]


def queries_of(staff: Client, name: str) -> int:
    staff.get(reverse(f"{name}:index"))  # Wagtail fills its caches
    with CaptureQueriesContext(connection) as asked:
        staff.get(reverse(f"{name}:index"))
    return len(asked)


@pytest.mark.parametrize("name", SALES)
def test_a_list_of_three_asks_no_more_than_a_list_of_one(world: World, staff: Client, name: str):
    world.paid()
    few = queries_of(staff, name)
    world.paid(world.listing(activity=world.activity("CDM-2138")))
    world.paid(world.listing(provider=world.vento))
    assert queries_of(staff, name) == few


def test_amounts_are_shown_with_the_decimals_of_their_currency(world: World, staff: Client):
    listing = world.listing(price="2.50", currency="USD")
    order = world.order(listing, quantity=3)
    assert "$2.50" in staff.get(reverse("listing:index")).content.decode()
    assert "$7.50" in staff.get(reverse("order:index")).content.decode()
    assert "$7.50" in staff.get(reverse("order:inspect", args=[order.pk])).content.decode()
    assert 'value="2.50"' in staff.get(reverse("listing:edit", args=[listing.pk])).content.decode()


def test_units_are_shown_in_groups_of_digits(world: World, staff: Client):
    listing = world.listing(units=48_825)
    order = world.completed(listing, quantity=1_234)
    for address, number in (
        (reverse("listing:index"), "47,591"),
        (reverse("order:index"), "1,234"),
        (reverse("order:inspect", args=[order.pk]), "1,234"),
        (reverse("cancellation:index"), "1,234"),
        (reverse("provider:inspect", args=[world.sol.pk]), "47,591"),
    ):
        assert number in staff.get(address).content.decode(), address


def test_times_name_their_zone_and_yes_is_a_word(world: World, staff: Client, mailoutbox: list[Any]):
    order = world.completed(world.listing())
    bo = User.objects.get(email="bo@example.org")
    UserProfile.objects.update_or_create(user=bo, defaults={"preferred_language": "fr"})
    placed = short_moment(order.placed_at, "fr")
    for address, said in (
        (reverse("order:index"), f"{placed} UTC"),
        (reverse("order:inspect", args=[order.pk]), f"{placed} UTC"),
        (reverse("cancellation:index"), " UTC</td>"),
        (reverse("listing:index"), "Oui"),
        (reverse("provider:inspect", args=[world.sol.pk]), "Oui" if world.sol.is_sample else "Non"),
    ):
        page = " ".join(staff.get(address).content.decode().split()).replace(" </td>", "</td>")
        assert said in page, address
        assert ">True<" not in page.replace(" ", ""), address


def test_times_are_those_of_the_zone_that_somebody_chose_on_the_desk(world: World, staff: Client):
    order = world.order(world.listing())
    Order.objects.update(placed_at=datetime(2026, 5, 3, 14, 5, tzinfo=UTC))
    bo = User.objects.get(email="bo@example.org")
    UserProfile.objects.update_or_create(user=bo, defaults={"current_time_zone": "Africa/Nairobi"})
    for address in (reverse("order:index"), reverse("order:inspect", args=[order.pk])):
        assert "3 May 2026, 17:05 (East Africa Time, 14:05 UTC)" in staff.get(address).content.decode(), address


def test_countries_have_names_in_the_language_of_the_desk(world: World, staff: Client):
    bo = User.objects.get(email="bo@example.org")
    UserProfile.objects.update_or_create(user=bo, defaults={"preferred_language": "fr"})
    sol = world.sol
    order = world.order(world.listing(), purchaser_country="DE", beneficiary_country="EG")
    edit = reverse("provider:edit", args=[sol.pk])
    staff.post(edit, {**Page(staff.get(edit)).sent("registry_account"), "country": "BR"})
    for address, names in (
        (reverse("provider:index"), ["Brésil"]),
        (reverse("provider:inspect", args=[sol.pk]), ["Brésil"]),
        (reverse("provider:history", args=[sol.pk]), ["Chili → Brésil"]),
        (reverse("order:inspect", args=[order.pk]), ["Allemagne", "Égypte"]),
    ):
        text = " ".join(Page(staff.get(address)).soup.text.split())
        assert [name for name in names if name not in text] == [], address


def test_columns_begin_with_a_capital_letter(world: World, staff: Client):
    world.completed()
    lists = [reverse(f"{name}:index") for name in ("listing", "provider", "order", "payment", "handover")]
    heads = [words(head) for each in lists for head in Page(staff.get(each)).soup.select("main thead th")]
    assert "Paused" in heads
    assert [head for head in heads if head[:1].islower()] == []


def test_the_chooser_of_blocks_asks_no_more_for_three_than_for_one(world: World, staff: Client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page = staff.get(reverse("issuance_block_chooser:choose_results")).content.decode()
        assert "CDM-0033 Wind power at Punta Larga" in page
        return len(asked)

    world.block(units=10)
    few = queries()
    world.block(units=10)
    world.block(units=10, activity=world.activity("CDM-2138"))
    assert queries() == few
