"""A purchase as a browser makes it, page by page."""

from typing import Any

from django.test import Client

from portal.checkout.models import Order
from portal.providers.models import Listing
from tests.pages import Page

PERSON = {
    "purchaser_name": "Alma Prado",
    "purchaser_email": "alma@example.org",
    "purchaser_type": "individual",
    "purchaser_country": "CL",
    "purpose": "travel",
    "is_public": "yes",
}
VISA = "fake-valid-visa-nonce"


def details_page(browser: Client, listing: Listing, quantity: int = 3, language: str = "en") -> Page:
    return Page(browser.get(f"/{language}/buy/{listing.code}/details/?quantity={quantity}"))


def send(browser: Client, listing: Listing, data: dict[str, str], quantity: int = 3, language: str = "en") -> Any:
    return browser.post(f"/{language}/buy/{listing.code}/details/?quantity={quantity}", data)


def agreed(browser: Client, listing: Listing, quantity: int = 3, language: str = "en", **typed: str) -> dict[str, str]:
    """What is sent by somebody who filled the form in, looked at what becomes public, and agreed to it."""
    first = details_page(browser, listing, quantity, language)
    seen = Page(send(browser, listing, first.sent("purchaser_name", **{**PERSON, **typed}), quantity, language))
    return seen.sent("purchaser_name", consent="on")


def ordered(browser: Client, listing: Listing, quantity: int = 3, language: str = "en", **typed: str) -> Order:
    answer = send(browser, listing, agreed(browser, listing, quantity, language, **typed), quantity, language)
    assert answer.status_code == 302, Page(answer).summary()
    return Order.objects.get(token=answer["Location"].rstrip("/").rsplit("/", 1)[-1])


def order_page(browser: Client, order: Order, language: str = "en") -> Page:
    return Page(browser.get(f"/{language}/orders/{order.token}/"))


def pay(browser: Client, order: Order, nonce: str = VISA, language: str = "en") -> Any:
    sent = order_page(browser, order, language).sent("nonce", nonce=nonce)
    return browser.post(f"/{language}/orders/{order.token}/pay/", sent)
