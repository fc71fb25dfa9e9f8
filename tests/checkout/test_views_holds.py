"""What a purchaser is told who would hold too much, or tries to pay too often; and nothing typed is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.checkout.models import Order
from tests.checkout.purchasing import agreed, details_page, order_page, ordered, pay, send
from tests.pages import Page
from tests.world import World

DECLINED = "fake-processor-declined-visa-nonce"
AT_MOST_50 = (
    "Without an account that pays for its orders, at most 50 units of this listing can be set aside for you at the "
    "moment. Enter a smaller number, or sign in with an account, whose e-mail address is confirmed."
)
ONE_WAITS = (
    "1 order that was placed from your account or your network waits to be paid, and no more may wait at the same "
    "time. Pay for it or withdraw it, or wait until it expires, then send this again."
)
SPENT = (
    "Too many attempts to pay this order did not succeed, so that it cannot be paid any more. Nothing was charged. "
    "Please withdraw it below; then you can order again."
)


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def counted(settings: Any) -> None:
    """Let visitors be told from one another."""
    settings.RATE_LIMITS = True
    settings.HOLDS_PER_VISITOR = 1
    cache.clear()


def test_too_many_units_for_a_stranger_are_said_beside_the_number(world: World, browser: Client) -> None:
    listing = world.listing(units=100)
    answer = browser.get(f"/en/buy/{listing.code}/details/?quantity=60")
    assert answer["Location"] == f"/en/buy/{listing.code}/?quantity=60"
    page = Page(browser.get(answer["Location"]))
    assert (page.summary(), page.beside("quantity")) == ([AT_MOST_50], [AT_MOST_50])
    assert page.sent("quantity") == {"quantity": "60"}
    back = f"%2Fen%2Fbuy%2F{listing.code}%2F%3Fquantity%3D60"
    assert f"/en/accounts/login/?next={back}" in page.links()
    browser.force_login(world.alma)
    assert details_page(browser, listing, 60).heading == "Your details"


def test_who_was_overtaken_loses_nothing_and_may_go_on_with_fewer(world: World, browser: Client) -> None:
    listing = world.listing(units=100)
    data = agreed(browser, listing, 50)
    world.order(listing, quantity=30)
    page = Page(send(browser, listing, data, 50))
    assert page.summary() == [AT_MOST_50.replace("50", "20")]
    assert page.sent("purchaser_name")["purchaser_name"] == "Alma Prado"
    assert "/en/accounts/login/" in page.links()
    fewer = page.form("purchaser_name").find("button", {"name": "quantity"})
    assert (fewer["value"], fewer.get_text()) == ("20", "Go on with 20 units")
    page = Page(send(browser, listing, page.sent("purchaser_name", quantity="20"), 50))
    assert send(browser, listing, page.sent("purchaser_name", consent="on"), 50).status_code == 302
    assert Order.objects.latest("id").quantity == 20


def test_who_has_an_order_that_waits_is_told_so_and_sends_the_same_again_later(
    world: World, browser: Client, counted: None
) -> None:
    first = ordered(browser, world.listing())
    other = world.listing()
    data = agreed(browser, other)
    page = Page(send(browser, other, data))
    assert page.summary() == [ONE_WAITS]
    assert (Order.objects.count(), first.visitor != "", "127.0.0.1" in first.visitor) == (1, True, False)
    assert page.sent("purchaser_name")["purchaser_name"] == "Alma Prado"
    again = page.sent("purchaser_name", consent="on")
    withdrawn = order_page(browser, first).sent("csrfmiddlewaretoken")
    browser.post(f"/en/orders/{first.token}/withdraw/", withdrawn)
    assert send(browser, other, again).status_code == 302


def test_an_order_that_was_tried_too_often_says_so_and_asks_for_no_card(
    world: World, browser: Client, settings: Any
) -> None:
    settings.PAY_ATTEMPTS = 2
    order = ordered(browser, world.listing())
    before = order_page(browser, order).sent("nonce", nonce=DECLINED)
    pay(browser, order, DECLINED)
    answers = [browser.post(f"/en/orders/{order.token}/pay/", before) for _i in range(2)]
    assert [answer.status_code for answer in answers] == [422, 422]
    for page in (*map(Page, answers), order_page(browser, order)):
        assert SPENT in page.summary()[0]
        assert "nonce" not in page.source
        assert "The payment service does not answer" not in page.main
        assert "Withdraw this order" in page.main


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Sans compte qui paie ses commandes, "), ("es", "Sin una cuenta que pague sus pedidos, ")],
)
def test_it_is_said_in_other_languages_too(world: World, client: Client, language: str, words: str) -> None:
    listing = world.listing(units=100)
    page = Page(client.get(f"/{language}/buy/{listing.code}/?quantity=60"))
    assert page.beside("quantity")[0].startswith(words)


@pytest.mark.parametrize("ended", ["withdrawn", "run out"])
def test_who_orders_again_need_not_type_again(world: World, browser: Client, ended: str) -> None:
    listing = world.listing()
    order = ordered(browser, listing, purpose="own", purpose_text="For the river.")
    first = details_page(browser, listing).sent("purchaser_name")
    if ended == "withdrawn":
        browser.post(f"/en/orders/{order.token}/withdraw/", order_page(browser, order).sent("csrfmiddlewaretoken"))
    else:
        Order.objects.update(hold_until=timezone.now() - timedelta(minutes=59))
    again = details_page(browser, listing).sent("purchaser_name")
    assert again["submission"] != first["submission"]
    typed = first.keys() - {"submission", "csrfmiddlewaretoken"}
    assert {name: again[name] for name in typed} == {name: first[name] for name in typed}
    assert again["purpose_text"] == "For the river."
    data = Page(send(browser, listing, again)).sent("purchaser_name", consent="on")
    assert send(browser, listing, data).status_code == 302
    assert Order.objects.count() == 2


@pytest.mark.parametrize("changes", [{"hours": 2}, {"state": "refused"}, {"purchaser_email": ""}])
def test_nothing_is_told_of_an_order_that_is_long_over_or_ended_otherwise(
    world: World, browser: Client, changes: dict[str, Any]
) -> None:
    listing = world.listing()
    order = ordered(browser, listing)
    browser.post(f"/en/orders/{order.token}/withdraw/", order_page(browser, order).sent("csrfmiddlewaretoken"))
    hours = changes.pop("hours", 0)
    Order.objects.update(**changes, hold_until=timezone.now() - timedelta(hours=hours))
    assert details_page(browser, listing).sent("purchaser_name")["purchaser_name"] == ""
