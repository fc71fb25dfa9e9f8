"""The basket's pages: filling it, typing once, and paying one after the other."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout import service
from portal.checkout.models import Basket, Order
from portal.providers.models import Listing
from tests.checkout.purchasing import PERSON, order_page, pay
from tests.pages import Page, words
from tests.world import World


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def listings(world: World) -> list[Listing]:
    return [world.listing(units=5, price="2.50"), world.listing(units=50, price="4", provider=world.vento)]


def put(browser: Client, listing: Listing, units: str, language: str = "en") -> Any:
    """Press the second button of the page that asks how many units."""
    page = Page(browser.get(f"/{language}/buy/{listing.code}/"))
    button = page.form("quantity").find("button", attrs={"formmethod": "post"})
    return browser.post(str(button["formaction"]), {"quantity": units, button["name"]: button["value"]})


def filled(browser: Client, listings: list[Listing], language: str = "en") -> None:
    for listing in listings:
        assert put(browser, listing, "3", language)["Location"] == f"/{language}/basket/"


def agreed(browser: Client, language: str = "en") -> dict[str, str]:
    """What is sent by somebody who filled the form in, looked at what becomes public, and agreed to it."""
    address = f"/{language}/basket/details/"
    first = Page(browser.get(address)).sent("purchaser_name", **PERSON)
    return Page(browser.post(address, first)).sent("purchaser_name", consent="on")


def test_from_two_listings_to_two_certificates(world: World, browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    page = Page(browser.get("/en/basket/"))
    assert "Total €19.50 2 payments to 2 providers. Each provider is paid directly" in page.main
    assert browser.post("/en/basket/", page.sent(f"{listings[0].code}-quantity", **{"continue": "1"}))["Location"] == (
        "/en/basket/details/"
    )
    answer = browser.post("/en/basket/details/", agreed(browser))
    basket = Basket.objects.get()
    assert answer["Location"] == f"/en/baskets/{basket.token}/"
    page = Page(browser.get(answer["Location"]))
    assert page.heading == "2 payments to 2 providers"
    first, second = basket.orders.order_by("listing_id")
    assert {f"/en/orders/{each.token}/" for each in (first, second)} <= set(page.links())
    pay(browser, first)
    page = Page(browser.get(answer["Location"]))
    assert page.heading == "1 payment to 1 provider"
    pay(browser, second)
    world.sweep()
    page = Page(browser.get(answer["Location"]))
    assert "All orders of this basket have ended." in page.main
    assert page.main.count("See the certificate") == 2
    assert answer["Location"] in order_page(browser, first).links()
    assert "Nothing is in your basket." in Page(browser.get("/en/basket/")).main  # the next one begins anew
    assert "Your basket holds" not in Page(browser.get(f"/en/buy/{listings[0].code}/")).main


def test_what_becomes_public_is_shown_of_all_before_it_is_agreed_to(browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    page = Page(browser.post("/en/basket/details/", Page(browser.get("/en/basket/details/")).sent("consent", **PERSON)))
    assert page.main.count("3 units (CER) cancelled") == 2
    sent = page.sent("purchaser_name", consent="on")
    put(browser, listings[0], "4")  # in another tab
    again = Page(browser.post("/en/basket/details/", sent))
    assert again.beside("consent") == ["Please check below what becomes public, then agree to it."]
    assert Order.objects.count() == 0


def test_a_wrong_number_is_named_beside_it_and_nothing_is_lost(browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    name = f"{listings[0].code}-quantity"
    typed = Page(browser.get("/en/basket/")).sent(name, **{name: "6", "continue": "1"})
    page = Page(browser.post("/en/basket/", typed))
    only = "Only 5 units are left of this listing. Enter a smaller number, or choose another listing."
    where = (listings[0].issuance_block.activity.title, listings[0].provider.name)
    assert (page.summary(), page.beside(name)) == ([f"{only} ( {where[0]} , {where[1]})"], [only])
    label = page.soup.find("label", attrs={"for": f"id_{name}"})
    assert words(label) == f"How many units? {where[0]}, {where[1]}"
    assert "Total" not in page.main  # which would be of the others alone
    assert page.sent(name)[f"{listings[1].code}-quantity"] == "3"
    assert browser.get("/en/basket/details/").status_code == 200  # the number before stays


def test_too_much_for_the_basket_is_said_where_it_was_typed(browser: Client, listings: list[Listing]) -> None:
    page = Page(put(browser, listings[0], "6"))
    assert page.beside("quantity") == [
        "Only 5 units are left of this listing. Enter a smaller number, or choose another listing."
    ]
    assert "Nothing is in your basket." in Page(browser.get("/en/basket/")).main


def test_a_listing_is_taken_out_again(browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    page = Page(browser.get("/en/basket/"))
    sent = page.sent(f"{listings[0].code}-quantity", remove=listings[0].code)
    page = Page(browser.post("/en/basket/", sent))
    assert page.soup.find(attrs={"name": f"{listings[0].code}-quantity"}) is None
    assert "1 payment to 1 provider" in page.main


def test_from_the_details_nothing_leads_back_that_loses_what_was_typed(browser, listings: list[Listing]) -> None:
    filled(browser, listings)
    page = Page(browser.get("/en/basket/details/"))
    assert page.soup.select(".stages a") == []


def test_who_is_done_with_one_order_reads_when_the_letter_comes(browser, listings: list[Listing]) -> None:
    filled(browser, listings)
    browser.post("/en/basket/details/", agreed(browser))
    order = Order.objects.earliest("id")
    pay(browser, order)
    service.fulfil(order_id=order.pk, now=timezone.now())
    assert f"{order.purchaser_email}, in one e-mail for the whole basket" in order_page(browser, order).main


def test_who_changes_the_basket_keeps_what_was_typed(browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    typed = Page(browser.get("/en/basket/details/")).sent("purchaser_name", **PERSON, change="ask")
    page = Page(browser.post("/en/basket/details/", typed))
    name = f"{listings[1].code}-quantity"
    sent = page.sent(name, **{name: "7"}, change="done")
    back = Page(browser.post("/en/basket/details/", sent))
    assert back.sent("purchaser_name")["purchaser_name"] == PERSON["purchaser_name"]
    assert "Total €35.50" in back.main
    assert back.summary() == []


def test_the_form_goes_on_in_another_language_with_what_was_typed(browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    typed = Page(browser.get("/en/basket/details/")).sent("purchaser_name", **PERSON, language="fr")
    page = Page(browser.post("/fr/basket/details/", typed))
    assert (page.language, page.sent("purchaser_name")["purchaser_name"]) == ("fr", PERSON["purchaser_name"])


def test_who_goes_back_corrects_the_same_orders(browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    browser.post("/en/basket/details/", agreed(browser))
    page = Page(browser.get("/en/basket/details/"))
    assert page.sent("purchaser_name")["purchaser_name"] == PERSON["purchaser_name"]
    address = "/en/basket/details/"
    seen = Page(browser.post(address, page.sent("purchaser_name", purchaser_name="Club Andino")))
    browser.post(address, seen.sent("purchaser_name", consent="on"))
    assert Basket.objects.count() == 1
    assert list(Order.objects.values_list("purchaser_name", flat=True)) == ["Club Andino"] * 2


def test_what_was_sold_meanwhile_is_said_of_its_listing(world: World, browser: Client, listings: list[Listing]) -> None:
    filled(browser, listings)
    sent = agreed(browser)
    world.order(listings[0], quantity=4)
    answer = browser.post("/en/basket/details/", sent)
    assert answer["Location"] == "/en/basket/"
    page = Page(browser.get(answer["Location"]))
    only = "Only 1 unit is left of this listing. Enter a smaller number, or choose another listing."
    assert page.beside(f"{listings[0].code}-quantity") == [only]
    assert Basket.objects.count() == 0


@pytest.mark.parametrize("path", ["basket/details/", "basket/preview/"])
def test_an_empty_basket_has_nothing_to_be_typed_of(world: World, browser: Client, path: str) -> None:
    assert browser.get(f"/en/{path}")["Location"] == "/en/basket/"
    page = Page(browser.get("/en/basket/"))
    assert (page.status, page.heading) == (200, "Your basket")


def test_nobody_guesses_a_basket(world: World, browser: Client) -> None:
    assert browser.get("/en/baskets/nowhere/").status_code == 404


def test_a_basket_asks_the_database_no_more_for_more_listings(
    world: World, browser: Client, listings: list[Listing], django_assert_num_queries: Any
) -> None:
    filled(browser, [*listings, world.listing()])
    browser.post("/en/basket/details/", agreed(browser))
    with django_assert_num_queries(5):
        assert browser.get(f"/en/baskets/{Basket.objects.get().token}/").status_code == 200


def test_a_price_that_changes_meanwhile_is_shown_before_anything_is_ordered(
    browser: Client, listings: list[Listing]
) -> None:
    filled(browser, listings)
    sent = agreed(browser)
    Listing.objects.filter(pk=listings[1].pk).update(unit_price=Decimal("5.00"))
    page = Page(browser.post("/en/basket/details/", sent))
    assert "The price has changed since you saw it." in page.summary()[0]
    assert "€22.50" in page.main
    assert Order.objects.count() == 0
    assert browser.post("/en/basket/details/", page.sent("purchaser_name")).status_code == 302
    assert Order.objects.count() == 2
