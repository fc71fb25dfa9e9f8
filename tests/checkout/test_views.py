"""The purchaser's way through the pages, from a listing to a certificate, with everything that happens on the way."""

import re
import uuid
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout import service
from portal.checkout.models import Order
from portal.providers.models import Listing
from tests.checkout.purchasing import PERSON, VISA, agreed, details_page, order_page, ordered, pay, send
from tests.pages import Page, words
from tests.world import World


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


# --- The whole way


@pytest.mark.parametrize(("language", "amount"), [("en", "€7.50"), ("fr", "7,50 €")])
def test_from_a_listing_to_a_certificate(world: World, browser: Client, language: str, amount: str) -> None:
    listing = world.listing(units=100, price="2.50", currency="EUR")

    page = Page(browser.get(f"/{language}/buy/{listing.code}/"))
    assert page.language == language
    assert page.sent("quantity") == {"quantity": ""}
    answer = browser.get(f"/{language}/buy/{listing.code}/", page.sent("quantity", quantity="3", **{"continue": "1"}))
    assert answer["Location"] == f"/{language}/buy/{listing.code}/details/?quantity=3"

    page = Page(browser.get(answer["Location"]))
    assert page.language == language
    assert amount in page.main
    page = Page(send(browser, listing, page.sent("purchaser_name", **PERSON), language=language))
    assert Order.objects.count() == 0  # nothing is ordered before it was shown and agreed to
    answer = send(browser, listing, page.sent("purchaser_name", consent="on"), language=language)
    order = Order.objects.get()
    assert answer["Location"] == f"/{language}/orders/{order.token}/"
    assert (order.quantity, order.locale, order.purchaser_email) == (3, language, "alma@example.org")

    page = order_page(browser, order, language)
    assert amount in page.heading
    answer = browser.post(f"/{language}/orders/{order.token}/pay/", page.sent("nonce", nonce=VISA))
    assert answer["Location"] == f"/{language}/orders/{order.token}/"

    assert "hx-get" in order_page(browser, order, language).source
    part = browser.get(f"/{language}/orders/{order.token}/progress/")
    assert "HX-Refresh" not in part
    service.fulfil(order_id=order.pk, now=timezone.now())
    part = browser.get(f"/{language}/orders/{order.token}/progress/")
    assert part["HX-Refresh"] == "true"

    page = order_page(browser, order, language)
    address = next(link for link in page.links() if "/certificates/" in link and not link.endswith(".pdf"))
    proof = Page(browser.get(address))
    assert proof.language == language
    assert "Alma Prado" in proof.main
    assert f"/certificates/{address.rstrip('/').rsplit('/', 1)[-1]}/certificate.pdf" in " ".join(page.links())


def test_a_purchase_for_somebody_else_names_them_and_not_the_purchaser(world: World, browser: Client) -> None:
    typed = {"beneficiary_name": "Club Andino", "beneficiary_type": "organisation", "beneficiary_country": "PE"}
    listing = world.listing()
    first = details_page(browser, listing).sent("purchaser_name", **{**PERSON, **typed})
    del first["beneficiary_same"]
    seen = Page(send(browser, listing, first))
    assert "Club Andino, Peru" in seen.main
    order = Order.objects.get(
        token=send(browser, listing, seen.sent("consent", consent="on"))["Location"].split("/")[3]
    )
    assert (order.beneficiary_name, order.beneficiary_type, order.beneficiary_country) == (
        "Club Andino",
        "organisation",
        "PE",
    )


def test_what_does_not_exist_is_not_found(world: World, client: Client) -> None:
    for address in ("/en/buy/nothing1/", "/fr/buy/nothing1/details/?quantity=1", "/en/orders/none/"):
        page = Page(client.get(address))
        assert page.status == 404, address
        assert page.language == address[1:3], address


def test_addresses_with_control_characters_are_not_found(world: World, client: Client) -> None:
    for address in ("/en/orders/%00/", "/en/orders/a%00b/pay/", "/en/buy/%00/", "/hooks/braintree/%00/"):
        assert client.get(address).status_code == 404, address


def test_only_who_knows_the_secret_address_sees_an_order(world: World, client: Client) -> None:
    order = world.order()
    for stranger in (order.reference, str(order.pk), order.token[:-1], order.token.swapcase()):
        for part in ("", "pay/", "progress/", "withdraw/"):
            assert client.get(f"/en/orders/{stranger}/{part}").status_code == 404
            assert client.post(f"/en/orders/{stranger}/{part}").status_code in (404, 405)
    order.refresh_from_db()
    assert order.state == "awaiting_payment"


# --- How many


def test_a_number_that_cannot_be_ordered_is_explained_and_kept(world: World, client: Client) -> None:
    listing = world.listing(units=5)
    for typed, problem in {
        "0": "The smallest order is 1 unit.",
        "6": "Only 5 units are left of this listing. Enter a smaller number, or choose another listing.",
        "1,5": "Enter a whole number of units, such as 12. Parts of a unit cannot be cancelled.",
        "": "Enter how many units you want to cancel.",
        '"><script>': "Enter a whole number of units, such as 12. Parts of a unit cannot be cancelled.",
    }.items():
        page = Page(client.get(f"/en/buy/{listing.code}/", {"quantity": typed, "continue": "1"}))
        assert page.summary() == [problem]
        assert page.beside("quantity") == [problem]
        assert page.sent("quantity") == {"quantity": typed}
        assert page.title.startswith("Error: ")
        assert "<script>" not in page.source


def test_a_number_without_continue_shows_what_it_costs(world: World, client: Client) -> None:
    listing = world.listing(price="2.50")
    page = Page(client.get(f"/en/buy/{listing.code}/?quantity=12"))
    assert page.status == 200
    assert "€30.00" in page.main


def test_details_need_a_number_first(world: World, client: Client) -> None:
    listing = world.listing(units=100)
    for typed in ("", "abc", "0", "101", "%00", "9" * 5000, "3&quantity=0"):
        answer = client.get(f"/en/buy/{listing.code}/details/?quantity={typed}")
        assert answer.status_code == 302, typed
        assert answer["Location"].startswith(f"/en/buy/{listing.code}/?quantity="), typed
        assert Page(client.get(answer["Location"])).summary() != [], typed


@pytest.mark.parametrize("fields", [{"units": 5, "is_open": False}, {"units": 5, "sold": 5}])
def test_of_a_listing_that_is_closed_or_sold_out_this_is_said_at_once(
    world: World, client: Client, fields: dict[str, Any]
) -> None:
    sold = fields.pop("sold", 0)
    listing = world.listing(**fields)
    if sold:
        world.order(listing, quantity=sold)
    gone = ["Nothing is left of this listing at the moment. Please choose another one."]
    assert Page(client.get(f"/en/buy/{listing.code}/")).summary() == gone
    assert Page(client.get(f"/en/buy/{listing.code}/?quantity=2&continue=1")).summary() == gone
    assert client.get(f"/en/buy/{listing.code}/details/?quantity=2").status_code == 302


# --- Sent twice, sent late, gone back


def test_a_double_click_orders_once(world: World, browser: Client) -> None:
    listing = world.listing(units=10)
    data = agreed(browser, listing)
    first, second = send(browser, listing, data), send(browser, listing, data)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1
    listing.refresh_from_db()
    assert listing.units_left == 7


def test_a_double_click_on_the_last_units_leads_to_the_order_that_has_them(world: World, browser: Client) -> None:
    listing = world.listing(units=3)
    data = agreed(browser, listing)
    first, second = send(browser, listing, data), send(browser, listing, data)
    assert first["Location"] == second["Location"] == f"/en/orders/{Order.objects.get().token}/"


def test_who_goes_back_and_corrects_a_name_has_one_order_with_that_name(world: World, browser: Client) -> None:
    listing = world.listing(units=3)
    data = agreed(browser, listing, purchaser_name="Alma Pardo")
    send(browser, listing, data)
    wrong = Order.objects.get()
    seen = Page(send(browser, listing, {**data, "purchaser_name": "Alma Prado"}))
    assert seen.summary() == ["Please check below what becomes public, then agree to it."]  # the 3 units are hers
    answer = send(browser, listing, seen.sent("consent", consent="on"))
    right = Order.objects.get()
    assert answer["Location"] == f"/en/orders/{wrong.token}/"
    assert (right.pk, right.beneficiary_name, right.state) == (wrong.pk, "Alma Prado", "awaiting_payment")
    listing.refresh_from_db()
    assert listing.units_left == 0
    again = send(browser, listing, seen.sent("consent", consent="on"))
    assert again["Location"] == answer["Location"]


def test_who_goes_back_finds_everything_typed_and_corrects_the_same_order_however_often(
    world: World, browser: Client
) -> None:
    """A browser asks for the details again, since nothing of them is cached; so they come filled in, under one name."""
    listing = world.listing(units=5)
    order = ordered(browser, listing, purchaser_name="Alma Pardo", purpose="own", purpose_text="For the river.")
    for name, quantity in (("Alma Prada", 3), ("Alma Prado", 3), ("Alma Prado SpA", 5), ("Alma Prado SpA", 2)):
        back = details_page(browser, listing, quantity)
        assert back.sent("consent")["purpose_text"] == "For the river."
        seen = Page(send(browser, listing, back.sent("consent", purchaser_name=name, preview="1"), quantity))
        assert f"{name}, Chile" in seen.main
        answer = send(browser, listing, seen.sent("consent", consent="on"), quantity)
        assert answer["Location"] == f"/en/orders/{order.token}/"
        order = Order.objects.get()
        listing.refresh_from_db()
        assert (order.purchaser_name, order.beneficiary_name, order.quantity) == (name, name, quantity)
        assert (order.amount, listing.units_left) == (order.unit_price * quantity, 5 - quantity)


def test_going_back_fills_in_what_was_said_of_another_beneficiary(world: World, browser: Client) -> None:
    listing = world.listing()
    typed = {
        "beneficiary_name": "Club Andino",
        "beneficiary_type": "event",
        "beneficiary_country": "PE",
        "consumption_period": "May 2026",
        "is_public": "no",
    }
    first = details_page(browser, listing).sent("purchaser_name", **{**PERSON, **typed})
    del first["beneficiary_same"]
    seen = Page(send(browser, listing, first))
    assert send(browser, listing, seen.sent("consent", consent="on")).status_code == 302
    back = details_page(browser, listing).sent("purchaser_name")
    assert {name: back[name] for name in typed} == typed
    assert "beneficiary_same" not in back
    assert "consent" not in back


def test_another_browser_finds_nothing_typed(world: World, browser: Client) -> None:
    listing = world.listing()
    ordered(browser, listing)
    assert details_page(Client(), listing).sent("purchaser_name")["purchaser_name"] == ""


def test_nothing_is_filled_in_of_an_order_that_is_over_or_of_another_listing(world: World, browser: Client) -> None:
    listing, other = world.listing(), world.listing()
    order = ordered(browser, listing)
    assert details_page(browser, other).sent("purchaser_name")["purchaser_name"] == ""
    pay(browser, order)
    assert details_page(browser, listing).sent("purchaser_name")["purchaser_name"] == ""


def test_who_opens_an_order_elsewhere_can_go_back_from_there(world: World, browser: Client) -> None:
    listing = world.listing(units=3)
    order = ordered(browser, listing)
    elsewhere = Client(enforce_csrf_checks=True)
    steps = [link["href"] for link in order_page(elsewhere, order).soup.select(".stages a")]
    assert steps == [f"/en/buy/{listing.code}/?quantity=3", f"/en/buy/{listing.code}/details/?quantity=3"]
    assert Page(elsewhere.get(steps[0])).summary() == []  # the three units are theirs
    assert Page(elsewhere.get(steps[1])).sent("purchaser_name")["purchaser_name"] == "Alma Prado"


def test_the_last_page_before_paying_says_what_becomes_public(world: World, browser: Client) -> None:
    listing = world.listing()
    page = order_page(browser, ordered(browser, listing, purpose="own", purpose_text="For the <river>."))
    public = words(page.soup.select_one(".extract"))
    assert public == ("What becomes public Beneficiary Alma Prado, Chile Purpose For the <river>. Correct this")
    hidden = words(order_page(browser, ordered(browser, world.listing(), is_public="no")).soup.select_one(".extract"))
    assert hidden == "What becomes public Anonymous: only the units are public Correct this"


def test_who_goes_back_after_paying_is_not_asked_to_pay_for_the_same_again(world: World, browser: Client) -> None:
    listing = world.listing()
    data = agreed(browser, listing)
    order = Order.objects.get(token=send(browser, listing, data)["Location"].split("/")[3])
    pay(browser, order)
    assert send(browser, listing, data)["Location"] == f"/en/orders/{order.token}/"
    assert "nonce" not in order_page(browser, order).source


def test_when_fewer_are_left_meanwhile_nothing_typed_is_lost(world: World, browser: Client) -> None:
    listing = world.listing(units=5)
    data = agreed(browser, listing, purchaser_name="Zoë Ñandú", purchaser_country="PE")
    world.order(listing, quantity=3)
    page = Page(send(browser, listing, data))
    problem = "Only 2 units are left, so this order is now for 2 units. Check what becomes public, then agree to it."
    assert page.summary() == [problem]
    assert "€5.00" in page.main
    assert "2 units (CER) cancelled" in page.main
    kept = page.sent("purchaser_name")
    assert kept["purchaser_name"] == "Zoë Ñandú"
    assert kept["purchaser_country"] == "PE"
    assert Order.objects.count() == 1
    answer = send(browser, listing, page.sent("consent", consent="on"))
    assert Order.objects.get(token=answer["Location"].split("/")[3]).quantity == 2


def test_when_none_are_left_meanwhile_nothing_typed_is_lost_either(world: World, browser: Client) -> None:
    listing = world.listing(units=3)
    data = agreed(browser, listing, purchaser_name="Zoë Ñandú")
    world.order(listing, quantity=3)
    page = Page(send(browser, listing, data))
    assert page.summary() == ["Nothing is left of this listing at the moment. Please choose another one."]
    assert page.sent("purchaser_name")["purchaser_name"] == "Zoë Ñandú"


def test_a_listing_that_closes_meanwhile_takes_no_order(world: World, browser: Client) -> None:
    listing = world.listing(units=3)
    data = agreed(browser, listing)
    Listing.objects.update(is_open=False)
    page = Page(send(browser, listing, data))
    assert page.summary() == ["Nothing is left of this listing at the moment. Please choose another one."]
    assert Order.objects.count() == 0


# --- Asked for the head alone, or in a way that no page knows


def test_who_asks_for_the_head_gets_it(world: World, client: Client) -> None:
    order = world.order(listing := world.listing())
    buy, own = f"/en/buy/{listing.code}/", f"/en/orders/{order.token}/"
    for address in (buy, f"{buy}details/?quantity=1", own, f"{own}progress/"):
        answer = client.head(address)
        assert (answer.status_code, answer.content) == (200, b""), address
    for address in (f"{buy}preview/?quantity=1", f"{own}pay/", f"{own}withdraw/"):
        assert client.head(address).status_code == 302, address
    order.refresh_from_db()
    assert order.state == "awaiting_payment"


def test_other_methods_are_refused(world: World, client: Client) -> None:
    order = world.order(listing := world.listing())
    assert client.post(f"/en/buy/{listing.code}/").status_code == 405
    assert client.delete(f"/en/orders/{order.token}/").status_code == 405
    assert client.put(f"/en/buy/{listing.code}/details/?quantity=1").status_code == 405


# --- The preview while typing


def test_the_preview_follows_what_is_typed(world: World, browser: Client) -> None:
    listing = world.listing()
    data = details_page(browser, listing).sent("purchaser_name", purchaser_name="Zoë <b>", purchaser_country="PE")
    part = browser.post(f"/en/buy/{listing.code}/preview/?quantity=3", data)
    text = part.content.decode()
    assert "Zoë &lt;b&gt;</bdi>, Peru" in text
    assert "<html" not in text
    digest = re.search(r'name="preview_digest" value="([0-9a-f]{64})"', text)
    assert digest
    answer = send(browser, listing, {**data, **PERSON, "purchaser_name": "Zoë <b>", "purchaser_country": "PE"})
    assert Page(answer).sent("consent")["preview_digest"] != ""


def test_the_button_that_shows_what_becomes_public_does_not_ask_for_consent_yet(world: World, browser: Client) -> None:
    listing = world.listing()
    data = details_page(browser, listing).sent("purchaser_name", **PERSON, preview="1")
    page = Page(send(browser, listing, data))
    assert page.summary() == []
    assert "Alma Prado, Chile" in page.main


def test_consent_to_something_else_than_was_shown_is_refused_and_shown_again(world: World, browser: Client) -> None:
    listing = world.listing()
    data = agreed(browser, listing)
    page = Page(send(browser, listing, {**data, "purchaser_name": "Alma P."}))
    told = "Please check below what becomes public, then agree to it."
    assert page.summary() == [told]
    assert page.beside("consent") == [told]
    assert "Alma P., Chile" in page.main
    assert Order.objects.count() == 0
    assert send(browser, listing, page.sent("consent", consent="on")).status_code == 302


def test_forged_forms_are_refused(world: World, browser: Client) -> None:
    listing = world.listing()
    assert send(browser, listing, {**PERSON, "consent": "on", "submission": str(uuid.uuid4())}).status_code == 403
