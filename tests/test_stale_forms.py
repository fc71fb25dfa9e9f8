"""A form that comes without the token of its page: nothing is done, and nothing that was typed is lost."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.checkout.models import Order
from tests.checkout.purchasing import VISA, agreed, details_page, order_page, ordered
from tests.pages import Page
from tests.world import PASSWORD, World

US = {"origin": "http://testserver"}  # what every browser says with a form
ONCE_MORE = {
    "en": "Please send this once more",
    "fr": "Veuillez l’envoyer encore une fois",
    "es": "Envíelo una vez más, por favor",
}


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def sign_in_elsewhere(world: World, browser: Client) -> None:
    """Sign in as Alma in a second tab of the same browser, which gets a new token by that."""
    sent = Page(browser.get("/en/accounts/login/")).sent("login", login=world.alma.email, password=PASSWORD)
    assert browser.post("/en/accounts/login/", sent, headers=US).status_code == 302


def again(browser: Client, address: str, answer: Any, field: str) -> Any:
    """Press the button of the page that asks for it."""
    return browser.post(address, Page(answer).sent(field), headers=US)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_details_sent_after_signing_in_elsewhere_are_kept_and_ordered(
    world: World, browser: Client, language: str
) -> None:
    listing = world.listing()
    own = {"purpose": "own", "purpose_text": "For the\nriver & <all>", "purchaser_name": 'Zoë "Ñandú"'}
    data = agreed(browser, listing, language=language, **own)
    sign_in_elsewhere(world, browser)
    address = f"/{language}/buy/{listing.code}/details/?quantity=3"
    answer = browser.post(address, data, headers=US)
    page = Page(answer)
    assert (page.status, page.language, page.heading) == (403, language, ONCE_MORE[language])
    assert "no-store" in answer["Cache-Control"]
    assert Order.objects.count() == 0
    kept = page.sent("purchaser_name")
    assert kept.pop("csrfmiddlewaretoken") != data.pop("csrfmiddlewaretoken")
    assert kept == data
    assert again(browser, address, answer, "purchaser_name").status_code == 302
    order = Order.objects.get()
    assert (order.purchaser_name, order.purpose_text) == ('Zoë "Ñandú"', "For the\nriver & <all>")
    assert order.purchaser == world.alma


def test_a_payment_sent_after_signing_in_elsewhere_is_made_once(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing())
    data = order_page(browser, order).sent("nonce", nonce=VISA)
    sign_in_elsewhere(world, browser)
    address = f"/en/orders/{order.token}/pay/"
    answer = browser.post(address, data, headers=US)
    assert (answer.status_code, world.at_gateway(order)) == (403, [])
    for _i in range(2):
        assert again(browser, address, answer, "nonce")["Location"] == f"/en/orders/{order.token}/"
    assert len(world.at_gateway(order)) == 1


def test_the_preview_goes_on_after_signing_in_elsewhere(world: World, browser: Client) -> None:
    listing = world.listing()
    data = details_page(browser, listing).sent("purchaser_name", purchaser_name="Alma Prado")
    sign_in_elsewhere(world, browser)
    answer = browser.post(f"/en/buy/{listing.code}/preview/?quantity=3", data, headers=US)
    assert (answer.status_code, "Alma Prado" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example"])
def test_what_another_site_typed_is_not_handed_on(world: World, browser: Client, origin: str | None) -> None:
    listing = world.listing()
    data = agreed(browser, listing)
    headers = {"origin": origin} if origin else {}
    browser.cookies.clear()
    page = Page(browser.post(f"/en/buy/{listing.code}/details/?quantity=3", data, headers=headers))
    assert (page.status, page.heading) == (403, "This form was not accepted")
    assert "Alma Prado" not in page.source
    assert f"/en/buy/{listing.code}/details/?quantity=3" in page.links()


def test_passwords_are_not_handed_on(world: World, browser: Client) -> None:
    data = Page(browser.get("/en/accounts/login/")).sent("login", login="alma@example.org", password=PASSWORD)
    browser.cookies.clear()
    page = Page(browser.post("/en/accounts/login/", data, headers=US))
    assert (page.status, page.sent("login")["login"]) == (403, "alma@example.org")
    assert PASSWORD not in page.source
    assert "password" not in page.sent("login")


def test_files_have_to_be_chosen_again(world: World, browser: Client, tmp_path: Any) -> None:
    table = tmp_path / "trips.csv"
    table.write_text("a,b")
    with table.open("rb") as file:
        page = Page(browser.post("/en/calculators/batch/", {"file": file, "name": "trips"}, headers=US))
    assert (page.status, page.heading) == (403, "This form was not accepted")


def test_private_keys_are_not_handed_on(world: World, browser: Client) -> None:
    """What staff type of a provider's credentials is sealed at once, and stands on no page."""
    browser.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    address = reverse("provider:edit", args=[world.sol.pk])
    typed = {"name": "Sol", "public_key": "public-1a2b", "private_key": "private-9z8y", "own_password": PASSWORD}
    page = Page(browser.post(address, {**typed, "csrfmiddlewaretoken": "x" * 64}, headers=US))
    assert (page.status, page.sent("name")["public_key"]) == (403, "public-1a2b")
    for secret in ("private-9z8y", PASSWORD):
        assert secret not in page.source
