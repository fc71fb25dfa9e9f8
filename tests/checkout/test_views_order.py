"""The page of an order: paying for it, waiting for the answer, and giving it up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout.models import Order
from portal.payments.models import Payment
from tests.checkout.purchasing import VISA, agreed, order_page, ordered, pay, send
from tests.pages import Page
from tests.world import World

DECLINED = "fake-processor-declined-visa-nonce"


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


# --- Whoever it is for


ARABIC = "شركة الطاقة المتجددة"


def loose(page: Page) -> list[str]:
    """Return the texts of a page that run from right to left, and could reorder the words around them."""
    texts = [each for each in page.soup.find_all(string=True) if any("\u0600" <= letter <= "\u06ff" for letter in each)]
    loose_ones = (each for each in texts if "\u2068" not in each and not each.find_parent("bdi"))
    return [str(each) for each in loose_ones if not each.find_parent(dir="auto")]


def test_names_from_right_to_left_stand_apart_from_the_words_around_them(world: World, client: Client) -> None:
    listing = world.listing(provider=world.provider("طاقة الشمس", slug="sol"))
    said = {
        "beneficiary_name": ARABIC,
        "purpose": "own",
        "purpose_text": f"{ARABIC} 2026",
        "consumption_period": ARABIC,
    }
    client.force_login(world.alma)
    awaiting = world.order(listing, now=timezone.now(), **said)
    completed = world.completed(listing, **said)
    for order in (awaiting, completed):
        page = Page(client.get(f"/en/orders/{order.token}/"))
        assert ARABIC in page.soup.text
        assert loose(page) == []
    assert loose(Page(client.get("/en/account/"))) == []
    names = Page(client.get(f"/en/orders/{awaiting.token}/")).soup.select(".extract bdi")
    assert [(each.text, each.get("lang")) for each in names] == [
        (ARABIC, ""),
        (f"{ARABIC} 2026", ""),
        (ARABIC, ""),
    ]


def test_a_preset_purpose_is_read_in_the_language_of_the_page(world: World, client: Client) -> None:
    order = world.order(locale="fr", purpose="contribute", now=timezone.now())
    for language, words in (("fr", "Contribuer à l’action climatique"), ("en", "To contribute to climate action")):
        said = Page(client.get(f"/{language}/orders/{order.token}/")).soup.select(".extract bdi")[1]
        assert (said.text, said.get("lang")) == (words, None)


# --- Paying


def test_a_second_tab_finds_the_order_paid(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing())
    other_tab = order_page(browser, order).sent("nonce", nonce=VISA)
    pay(browser, order)
    answer = browser.post(f"/en/orders/{order.token}/pay/", other_tab)
    assert answer["Location"] == f"/en/orders/{order.token}/"
    assert Payment.objects.count() == 1
    assert len(world.at_gateway(order)) == 1


def test_a_refused_card_is_explained_and_another_may_be_tried(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing())
    page = Page(pay(browser, order, DECLINED))
    assert page.status == 422
    assert "The card was not accepted, and nothing was charged. Please try another card." in page.summary()[0]
    assert pay(browser, order).status_code == 302
    order.refresh_from_db()
    assert order.state == "paid"


def test_paying_without_a_card_is_explained(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing())
    sent = order_page(browser, order).sent("nonce")
    sent.pop("nonce", None)
    page = Page(browser.post(f"/en/orders/{order.token}/pay/", sent))
    assert page.status == 422
    assert page.summary() == ["Choose a card."]
    assert page.beside("nonce") == ["Choose a card."]


def test_who_pays_waits_for_one_answer_of_the_gateway(world: World, browser: Client) -> None:
    """How cards are entered is asked for a page that asks for one, and for no payment."""
    order = ordered(browser, world.listing())
    sent = order_page(browser, order).sent("nonce", nonce=VISA)
    world.simulator.faults.add(operation="client_token", kind="drop")
    assert browser.post(f"/en/orders/{order.token}/pay/", sent).status_code == 302
    assert [fault.operation for fault in world.simulator.faults.waiting()] == ["client_token"]
    order.refresh_from_db()
    assert order.state == "paid"


@pytest.mark.parametrize(("step", "queries"), [("order", 17), ("payment page", 6), ("look", 2)])
def test_a_step_asks_the_database_for_no_more_than_it_shows(
    world: World, browser: Client, django_assert_num_queries: Any, step: str, queries: int
) -> None:
    listing = world.listing()
    if step == "order":
        data = agreed(browser, listing)
        with django_assert_num_queries(queries):
            assert send(browser, listing, data).status_code == 302
        return
    order = ordered(browser, listing)
    address = f"/en/orders/{order.token}/"
    browser.get(address)  # that its account works is written down once an hour
    with django_assert_num_queries(queries):
        assert browser.get(f"{address}progress/" if step == "look" else address).status_code == 200


def test_an_answer_that_does_not_come_is_waited_for_and_not_asked_twice(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing())
    world.simulator.faults.add(operation="sale", kind="drop")
    world.simulator.faults.add(operation="search", kind="miss", count=5)
    assert pay(browser, order)["Location"] == f"/en/orders/{order.token}/"
    page = order_page(browser, order)
    assert page.heading == "Waiting for your payment"
    assert "nonce" not in page.source
    browser.post(
        f"/en/orders/{order.token}/pay/", {"nonce": VISA, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    )
    assert Payment.objects.count() == 1
    world.simulator.faults.clear()
    world.sweep(after=timedelta(minutes=3))
    order.refresh_from_db()
    assert order.state in ("paid", "completed")


def test_while_the_gateway_is_down_the_order_keeps_its_units(world: World, browser: Client, settings: Any) -> None:
    order = ordered(browser, world.listing(units=10))
    settings.SIMULATOR_URL = "http://127.0.0.1:9"  # where nobody listens
    page = order_page(browser, order)
    assert page.status == 200
    assert "The payment service does not answer" in page.main
    assert "Withdraw this order" in page.main
    assert order.listing.units_left == 7


@pytest.mark.parametrize("part", ["pay/", "withdraw/"])
def test_an_address_that_only_takes_forms_leads_a_reader_back_to_the_order(
    world: World, client: Client, part: str
) -> None:
    """The language links of a page that refused a card point there, and so does a reloaded tab."""
    order = world.order()
    answer = client.get(f"/fr/orders/{order.token}/{part}")
    assert answer["Location"] == f"/fr/orders/{order.token}/"
    order.refresh_from_db()
    assert order.state == "awaiting_payment"


def test_the_page_of_a_paid_order_is_told_to_ask_less_and_less_often(world: World, client: Client) -> None:
    """By its script where it runs one, and where it does not by loading again."""
    order = world.paid()
    for seconds, again, loaded in ((0, "1", "2"), (9, "4", "5"), (300, "10", "11")):
        Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(seconds=seconds))
        assert client.get(f"/en/orders/{order.token}/progress/")["Retry-After"] == again
        page = order_page(client, order)
        assert [str(each["content"]) for each in page.soup.select("noscript meta[http-equiv=refresh]")] == [loaded]


# --- Holds that run out, orders given up


def test_an_order_whose_hold_has_run_out_says_so_before_any_sweep(world: World, client: Client) -> None:
    listing = world.listing()
    order = world.order(listing, now=world.now - timedelta(minutes=31))
    page = order_page(client, order)
    assert page.heading == "This order has expired"
    assert listing.get_absolute_url() in page.links()
    answer = client.post(f"/en/orders/{order.token}/pay/", {"nonce": VISA})
    assert answer["Location"] == f"/en/orders/{order.token}/"
    assert Payment.objects.count() == 0
    assert client.get(f"/en/orders/{order.token}/progress/")["HX-Refresh"] == "true"


def test_an_order_can_be_given_up_before_it_is_paid(world: World, browser: Client) -> None:
    listing = world.listing(units=10)
    order = ordered(browser, listing)
    answer = browser.post(f"/en/orders/{order.token}/withdraw/", order_page(browser, order).sent("csrfmiddlewaretoken"))
    assert answer["Location"] == f"/en/orders/{order.token}/"
    assert order_page(browser, order).heading == "This order was withdrawn"
    listing.refresh_from_db()
    assert listing.units_left == 10


def test_a_paid_order_cannot_be_given_up(world: World, client: Client) -> None:
    order = world.paid(now=world.now)
    client.post(f"/en/orders/{order.token}/withdraw/")
    order.refresh_from_db()
    assert order.state == "paid"


# --- What its page says


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_how_long_units_are_held_is_told_so_that_a_browser_can_say_it_in_local_time(
    world: World, client: Client, language: str
) -> None:
    order = world.order(world.listing())
    page = Page(client.get(f"/{language}/orders/{order.token}/"))
    times = page.soup.select("main p.lead time[data-local]")
    assert [time["datetime"] for time in times] == [f"{order.hold_until:%Y-%m-%dT%H:%M:%SZ}"]
    assert times[0].get_text().endswith(" UTC")
    assert page.soup.select('script[src="/static/js/local-time.js"]')
