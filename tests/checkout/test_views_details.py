"""The form of step 2: whatever is wrong with it, what was typed is still there, and each mistake is named."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout.models import Order
from portal.providers.models import Listing
from tests.checkout.purchasing import PERSON, agreed, details_page, send
from tests.pages import Page, words
from tests.world import World

TYPED = {
    "purchaser_name": "Zoë <b>Ñandú</b> & Co. ألما",
    "purchaser_email": "zoe@example.org",
    "purchaser_type": "organisation",
    "purchaser_country": "PE",
    "beneficiary_name": 'Club "Andino" 🌍',
    "beneficiary_type": "event",
    "beneficiary_country": "BO",
    "purpose": "own",
    "purpose_text": "For the\nmountains <script>alert(1)</script>",
    "is_public": "no",
}
LONG = "x" * 300
OVERRIDE = "Al\u202ema"
MISTAKES: list[tuple[str, dict[str, str | None], str]] = [
    ("purchaser_name", {"purchaser_name": ""}, "Enter the name of the person or organisation that pays."),
    ("purchaser_name", {"purchaser_name": LONG}, "Please shorten this to 256 characters; it has 300."),
    (
        "purchaser_name",
        {"purchaser_name": OVERRIDE},
        "This contains invisible control characters. Please type it again.",
    ),
    ("purchaser_email", {"purchaser_email": ""}, "Enter the address that the certificate is sent to."),
    (
        "purchaser_email",
        {"purchaser_email": "zoe@"},
        "Enter a complete e-mail address, such as name@example.org.",
    ),
    ("purchaser_type", {"purchaser_type": None}, "Say whether you buy as an individual or for an organisation."),
    (
        "purchaser_country",
        {"purchaser_country": "XX"},
        "Select a valid choice. XX is not one of the available choices.",
    ),
    ("beneficiary_name", {"beneficiary_name": ""}, "Enter on whose behalf the units are cancelled."),
    (
        "beneficiary_name",
        {"beneficiary_name": "zoe@example.org", "is_public": "yes"},
        "This name becomes public. Please do not use an e-mail address as a name.",
    ),
    ("beneficiary_type", {"beneficiary_type": None}, "Say what the beneficiary is."),
    ("purpose", {"purpose": None}, "Choose why the units are cancelled."),
    (
        "purpose_text",
        {"purpose_text": ""},
        "Write why the units are cancelled, or choose one of the purposes above.",
    ),
    ("purpose_text", {"purpose_text": "é" * 876}, "Please shorten this to 875 characters; it has 876."),
    ("is_public", {"is_public": None}, "Choose what may become public."),
    ("consent", {"consent": None}, "Tick the box if you agree to what becomes public."),
]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def listing(world: World) -> Listing:
    return world.listing()


def post(client: Client, listing: Listing, data: dict[str, str], language: str = "en") -> Any:
    return client.post(f"/{language}/buy/{listing.code}/details/?quantity=3", data)


def filled_in(client: Client, listing: Listing, language: str = "en", **changes: str | None) -> dict[str, str]:
    """What is sent by somebody who looked at the preview of what they typed, and then made one more change."""
    page = Page(client.get(f"/{language}/buy/{listing.code}/details/?quantity=3"))
    data = page.sent("purchaser_name", **TYPED)
    del data["beneficiary_same"]
    data = {**Page(post(client, listing, data, language)).sent("purchaser_name", consent="on"), **changes}
    return {name: value for name, value in data.items() if value is not None}


def browser_lines(text: str) -> str:
    return re.sub("\r?\n", "\r\n", text)


def test_a_mistake_is_named_twice_and_everything_typed_is_kept(listing: Listing, client: Client) -> None:
    for field, changes, problem in MISTAKES:
        data = filled_in(client, listing, **changes)
        page = Page(post(client, listing, data))
        assert Order.objects.count() == 0, problem
        assert page.summary() == [problem]
        assert page.beside(field) == [problem]
        assert page.title.startswith("Error: "), problem
        kept = page.sent("purchaser_name")
        for name in TYPED.keys() - {"purchaser_country"} if field == "purchaser_country" else TYPED:
            assert browser_lines(kept.get(name, "")) == browser_lines(data.get(name, "")), (problem, name)
        assert kept["submission"] == data["submission"], problem
        assert kept["quantity"] == "3", problem
        assert "<script>alert" not in page.source, problem


def test_nothing_filled_in_at_all_names_every_field(listing: Listing, client: Client) -> None:
    page = Page(post(client, listing, {}))
    assert page.status == 200
    assert len(page.summary()) == 8
    assert page.beside("purchaser_name") == ["Enter the name of the person or organisation that pays."]
    assert page.sent("purchaser_name")["submission"] != ""  # so that the form can be sent again


def test_a_form_without_its_hidden_number_can_still_be_mended(listing: Listing, client: Client) -> None:
    data = filled_in(client, listing, submission="not a number")
    page = Page(post(client, listing, data))
    answer = post(client, listing, page.sent("consent"))
    assert answer.status_code == 302


def test_a_number_of_units_that_was_tampered_with_leads_back_to_the_first_step(
    listing: Listing, client: Client
) -> None:
    for quantity in ("0", "-3", "1.5", "abc", "9" * 30, "\x00"):
        answer = post(client, listing, filled_in(client, listing, quantity=quantity))
        assert answer.status_code == 302, quantity
        assert answer["Location"].startswith(f"/en/buy/{listing.code}/?quantity="), quantity
        assert Order.objects.count() == 0, quantity


def test_a_number_of_units_that_was_not_agreed_to_is_not_ordered(listing: Listing, client: Client) -> None:
    page = Page(post(client, listing, filled_in(client, listing, quantity="4")))
    assert page.summary() == ["Please check below what becomes public, then agree to it."]
    assert "€10.00" in page.main
    assert Order.objects.count() == 0


def test_what_is_ordered_is_what_was_typed(listing: Listing, client: Client) -> None:
    assert post(client, listing, filled_in(client, listing)).status_code == 302
    order = Order.objects.get()
    assert (order.quantity, str(order.amount), order.currency) == (3, "7.500", "EUR")
    for name, value in TYPED.items():
        assert getattr(order, name) == (False if name == "is_public" else value), name
    assert order.purchaser is None


def test_who_is_signed_in_need_not_type_what_is_known(world: World, listing: Listing, client: Client) -> None:
    client.force_login(world.alma)
    known = Page(client.get(f"/en/buy/{listing.code}/details/?quantity=3")).sent("purchaser_name")
    assert (known["purchaser_name"], known["purchaser_email"]) == ("Alma", "alma@example.org")
    data = Page(post(client, listing, {**known, "purpose": "travel"})).sent("consent", consent="on")
    assert post(client, listing, data).status_code == 302
    assert Order.objects.get().purchaser == world.alma


@pytest.mark.parametrize("language", ["fr", "es"])
def test_mistakes_are_named_in_other_languages_too(listing: Listing, client: Client, language: str) -> None:
    data = filled_in(client, listing, language, purchaser_name="", purchaser_email="zoe@")
    page = Page(post(client, listing, data, language))
    assert page.language == language
    assert len(page.summary()) == 2
    assert len(page.beside("purchaser_name")) == 1
    assert page.sent("purchaser_name")["purchaser_email"] == "zoe@"


def test_the_preset_purpose_is_stated_in_the_language_of_the_page(listing: Listing, client: Client) -> None:
    data = filled_in(client, listing, "fr", purpose="event", is_public="yes")
    page = Page(post(client, listing, data, "fr"))
    order_form = page.sent("consent", consent="on")
    assert post(client, listing, order_form, "fr").status_code == 302
    assert Order.objects.get().locale == "fr"


def test_letters_of_two_alphabets_are_asked_about_once_and_then_ordered(listing: Listing, client: Client) -> None:
    name = "\u0410pple Ltd"  # with a Cyrillic А
    first = details_page(client, listing).sent("purchaser_name", **{**PERSON, "purchaser_name": name})
    asked = Page(send(client, listing, first))
    assert "mixes letters of several alphabets" in asked.summary()[0]
    again = asked.sent("purchaser_name", as_written="\u0410pple", consent="on")
    assert send(client, listing, again).status_code == 302
    assert Order.objects.get().beneficiary_name == name


def test_another_language_takes_along_what_was_typed(listing: Listing, browser: Client) -> None:
    first = details_page(browser, listing)
    button = first.form("purchaser_name").find("button", {"data-language": "fr"})
    assert (button["formaction"], button["lang"]) == (f"/fr/buy/{listing.code}/details/?quantity=3", "fr")
    typed = {**TYPED, "purchaser_email": "", "purpose_text": "\u0410pple, example.org", "is_public": "yes"}
    sent = first.sent("purchaser_name", **typed, consent="on", **{button["name"]: button["value"]})
    del sent["beneficiary_same"]
    page = Page(browser.post(button["formaction"], sent))
    assert (page.status, page.language, page.summary()) == (200, "fr", [])
    kept = page.sent("purchaser_name")
    assert {name: browser_lines(kept[name]) for name in typed} == {
        name: browser_lines(value) for name, value in typed.items()
    }
    assert (kept["quantity"], kept["submission"], "consent" in kept) == ("3", sent["submission"], False)
    assert Order.objects.count() == 0
    french = page.sent("purchaser_name", purchaser_email="zoe@example.org", consent="on")
    page = Page(send(browser, listing, french, language="fr"))
    assert len(page.beside("purpose_text")) == 2  # what was wrong is said when it is sent


def test_another_quantity_takes_along_what_was_typed(listing: Listing, browser: Client) -> None:
    first = details_page(browser, listing)
    typed = {**TYPED, "purchaser_email": "", "is_public": "yes"}
    change = first.form("purchaser_name").find("button", {"name": "change"})
    sent = first.sent("purchaser_name", **typed, consent="on", change=change["value"])
    del sent["beneficiary_same"]
    step = Page(send(browser, listing, sent))
    assert (step.status, step.heading, step.summary()) == (200, "How many units?", [])
    assert step.sent("quantity")["quantity"] == "3"
    onward = step.form("quantity").find("button", {"name": "change"})["value"]
    wrong = Page(send(browser, listing, step.sent("quantity", quantity="a few", change=onward)))
    assert len(wrong.beside("quantity")) == 1
    onward_sent = wrong.sent("quantity", quantity="5", change=onward)
    page = Page(send(browser, listing, onward_sent, quantity=5))
    assert (page.status, page.heading, page.summary()) == (200, "Your details", [])
    kept = page.sent("purchaser_name")
    assert {name: browser_lines(kept[name]) for name in typed} == {
        name: browser_lines(value) for name, value in typed.items()
    }
    assert (kept["quantity"], kept["submission"], "consent" in kept) == ("5", sent["submission"], False)
    assert "for 5 units" in words(page.form("purchaser_name"))
    assert page.form("purchaser_name").find("button", {"name": "preview"}), "what becomes public is asked for again"
    assert Order.objects.count() == 0


def test_another_quantity_stands_in_the_address_that_a_reload_asks_for(listing: Listing, browser: Client) -> None:
    """The form goes on to that address by itself (307), so that it keeps what was typed as well."""
    first = details_page(browser, listing)
    typed = first.sent("purchaser_name", **TYPED, quantity="5", change="done")
    answer = send(browser, listing, typed)
    address = f"/en/buy/{listing.code}/details/?quantity=5"
    assert (answer.status_code, answer["Location"]) == (307, address)
    reloaded = Page(browser.post(address, typed))
    assert reloaded.sent("purchaser_name")["purchaser_name"] == TYPED["purchaser_name"]
    assert "for 5 units" in words(reloaded.form("purchaser_name"))
    assert "for 5 units" in words(Page(browser.get(address)).form("purchaser_name"))


@pytest.mark.parametrize(
    ("language", "total", "button"),
    [
        ("en", "Total €7.50 for 3 units", "Place the order and go to payment"),
        ("fr", "Total 7,50\u00a0€ pour 3 unités", "Passer la commande et aller au paiement"),
        ("es", "Total 7,50\u00a0€ por 3 unidades", "Hacer el pedido e ir al pago"),
    ],
)
def test_the_total_stands_right_above_the_button(
    world: World, client: Client, language: str, total: str, button: str
) -> None:
    listing = world.listing(price="2.50")
    form = Page(client.get(f"/{language}/buy/{listing.code}/details/?quantity=3")).form("purchaser_name")
    above = form.find("p", class_="running-total")
    assert words(above) == " ".join(total.split())
    assert words(above.find_next("button")) == button


def test_a_price_that_changes_while_details_are_typed_is_shown_before_anything_is_ordered(
    world: World, browser: Client
) -> None:
    listing = world.listing(price="2.50")
    sent = agreed(browser, listing)
    Listing.objects.update(unit_price=Decimal("3.00"))
    page = Page(send(browser, listing, sent))
    (said,) = page.summary()
    assert "The price has changed since you saw it. See the total, and send this again." in said
    assert "€9.00" in page.main
    assert Order.objects.count() == 0
    assert send(browser, listing, page.sent("purchaser_name")).status_code == 302
    assert Order.objects.get().amount == Decimal("9.00")
