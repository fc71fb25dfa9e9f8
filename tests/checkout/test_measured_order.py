"""From a measured footprint to the order and its certificate: prefilled, changeable, consented to, kept as it was."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.checkout import paying, service
from portal.checkout.consent import PublicUnits, PublicView, published
from portal.checkout.models import Order
from portal.measured import Measured, along, read, sign
from portal.providers.models import Listing
from portal.registry.models import Cancellation, Certificate, LogEntry
from tests.pages import Page, words
from tests.test_measured_along import HOUSEHOLD
from tests.world import CARD, DETAILS, World

TOKEN = sign(HOUSEHOLD)
SAID = "Household footprint 2026: 7.40 t CO₂ equivalent, factor set 2026.1-3f2a9c1b"
PERSON = {
    "purchaser_name": "Alma Prado",
    "purchaser_email": "alma@example.org",
    "purchaser_type": "individual",
    "purchaser_country": "CL",
    "is_public": "yes",
}


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def listing(world: World) -> Listing:
    return world.listing(units=100)


def address(listing: Listing, step: str = "details/", language: str = "en", quantity: int = 8) -> str:
    return along(f"/{language}/buy/{listing.code}/{step}?quantity={quantity}", HOUSEHOLD)


def first_look(client: Client, listing: Listing) -> Page:
    return Page(client.get(address(listing)))


def shown(client: Client, listing: Listing, **typed: str | None) -> Page:
    """The form as it comes back with what becomes public, to somebody who filled it in."""
    data = {**first_look(client, listing).sent("purchaser_name", **PERSON), **typed}
    return Page(client.post(address(listing), {name: value for name, value in data.items() if value is not None}))


def ordered(client: Client, listing: Listing, **typed: str | None) -> Order:
    sent = shown(client, listing, **typed).sent("purchaser_name", consent="on")
    answer = client.post(address(listing), sent)
    assert answer.status_code == 302, Page(answer).summary()
    return Order.objects.get(token=answer["Location"].split("/")[3])


def completed(order: Order) -> Order:
    assert paying.pay(token=order.token, nonce=CARD, now=timezone.now()) == service.PayResult.HELD
    service.fulfil(order_id=order.pk, now=timezone.now())
    order.refresh_from_db()
    return order


# --- The quantity


def test_the_first_step_proposes_what_was_measured(listing: Listing, client: Client) -> None:
    page = Page(client.get(along(f"/en/buy/{listing.code}/", HOUSEHOLD)))
    assert page.sent("quantity")["quantity"] == "8"
    assert "€20.00" in page.main
    assert "so 8 units" in words(page.soup.select_one("#measured"))
    assert page.summary() == []
    answer = client.get(f"/en/buy/{listing.code}/", page.sent("quantity", **{"continue": "1"}))
    assert answer["Location"] == address(listing)


def test_of_fewer_units_those_that_are_left_are_proposed(world: World, client: Client) -> None:
    listing = world.listing(units=5)
    page = Page(client.get(along(f"/en/buy/{listing.code}/", HOUSEHOLD)))
    assert page.sent("quantity")["quantity"] == "5"
    said = "Only 5 of the 8 units are available here. Choose a further listing for the 3 units that remain."
    assert said in page.main
    assert page.summary() == []
    assert said in Page(client.get(address(listing, quantity=5))).main  # the order is for fewer than were measured


def test_another_number_may_be_typed(listing: Listing, client: Client) -> None:
    page = Page(client.get(address(listing, step="", quantity=3)))
    assert page.sent("quantity")["quantity"] == "3"
    answer = client.get(f"/en/buy/{listing.code}/", page.sent("quantity", **{"continue": "1"}))
    assert answer["Location"] == address(listing, quantity=3)


def test_of_a_listing_with_nothing_left_this_is_said_and_nothing_proposed(world: World, client: Client) -> None:
    listing = world.listing(units=5, is_open=False)
    page = Page(client.get(along(f"/en/buy/{listing.code}/", HOUSEHOLD)))
    assert page.summary() == ["Nothing is left of this listing at the moment. Please choose another one."]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("step", ["details/", "preview/"])
def test_a_wrong_number_leads_back_with_what_was_measured(
    listing: Listing, client: Client, method: str, step: str
) -> None:
    if (method, step) == ("post", "preview/"):
        return  # a fragment that shows whatever it can
    answer = getattr(client, method)(address(listing, step, quantity=0))
    assert answer["Location"] == address(listing, step="", quantity=0)


def test_leaving_it_out_leads_to_the_same_step_without_it(listing: Listing, client: Client) -> None:
    page = Page(client.get(address(listing, step="")))
    assert f"/en/buy/{listing.code}/?quantity=8" in page.links()


# --- The details


def test_purpose_and_period_are_filled_in(listing: Listing, client: Client) -> None:
    page = first_look(client, listing)
    sent = page.sent("purchaser_name")
    assert (sent["purpose"], sent["consumption_period"], sent["keeps_measured"]) == ("household", "2026", "on")
    assert SAID in page.main
    again = Page(client.post(address(listing), page.sent("purchaser_name", change="ask")))
    kept = Page(client.post(address(listing), again.sent("quantity", quantity="2", change="done"), follow=True))
    said = kept.sent("purchaser_name")
    assert (said["quantity"], said["purpose"], said["consumption_period"]) == ("2", "household", "2026")
    assert said["keeps_measured"] == "on"
    assert SAID in kept.main
    assert page.soup.select_one("#preview")["hx-post"] == address(listing, step="preview/")


@pytest.mark.parametrize("purpose", ["", "nothing we know", "Household"])
def test_a_purpose_that_is_not_offered_changes_nothing(listing: Listing, client: Client, purpose: str) -> None:
    brought = replace(HOUSEHOLD, purpose=purpose)
    page = Page(client.get(along(f"/en/buy/{listing.code}/details/?quantity=8", brought)))
    assert page.sent("purchaser_name")["purpose"] == "contribute"


def test_a_span_of_days_is_filled_in_as_people_write_it(listing: Listing, client: Client) -> None:
    brought = replace(HOUSEHOLD, period="2026-05-01/2026-05-03")
    for language, written in (("en", "1–3 May 2026"), ("fr", "1er–3 mai 2026")):
        page = Page(client.get(along(f"/{language}/buy/{listing.code}/details/?quantity=8", brought)))
        assert page.sent("purchaser_name")["consumption_period"] == written


def test_without_a_measurement_there_is_a_period_and_no_calculation(listing: Listing, client: Client) -> None:
    sent = Page(client.get(f"/en/buy/{listing.code}/details/?quantity=8")).sent("purchaser_name")
    assert sent["consumption_period"] == ""
    assert "keeps_measured" not in sent


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("x" * 61, "Please shorten this to 60 characters; it has 61."),
        ("20\u202e26", "This contains invisible control characters. Please type it again."),
    ],
)
def test_a_period_that_cannot_be_is_named_beside_its_field(
    listing: Listing, client: Client, typed: str, problem: str
) -> None:
    page = shown(client, listing, consumption_period=typed)
    assert problem in page.summary()
    assert page.beside("consumption_period") == [problem]
    assert page.sent("purchaser_name")["consumption_period"] == typed
    assert SAID in page.main


def test_what_becomes_public_is_shown_first(listing: Listing, client: Client) -> None:
    page = shown(client, listing, consumption_period="Spring 2026")
    extract = words(page.soup.select_one(".extract"))
    assert "Period Spring 2026" in extract
    assert f"The certificate will also state, as calculated by you and not verified: {SAID}" in extract


def test_the_part_that_keeps_itself_up_to_date_says_so_too(listing: Listing, client: Client) -> None:
    data = first_look(client, listing).sent("purchaser_name", **PERSON)
    part = Page(client.post(address(listing, step="preview/"), data)).source
    assert SAID in part
    assert SAID not in Page(client.post(address(listing, step="preview/"), {**data, "is_public": "no"})).source
    del data["keeps_measured"]
    assert SAID not in Page(client.post(address(listing, step="preview/"), data)).source


@pytest.mark.parametrize("change", [{"consumption_period": "2025"}, {"keeps_measured": None}])
def test_consent_to_one_view_is_not_consent_to_another(
    listing: Listing, client: Client, change: dict[str, str | None]
) -> None:
    agreed = {**shown(client, listing).sent("purchaser_name", consent="on"), **change}
    page = Page(client.post(address(listing), {name: value for name, value in agreed.items() if value is not None}))
    assert page.summary() == ["Please check below what becomes public, then agree to it."]
    assert not Order.objects.exists()


def test_consent_is_not_asked_again_for_what_stays_hidden() -> None:
    hidden = seen(consumption_period="2026", measured=HOUSEHOLD, is_public=False)
    assert (hidden.statement.consumption_period, hidden.footprint) == ("", "")
    assert hidden.digest() == seen(is_public=False).digest()
    digests = {each.digest() for each in (seen(), seen(consumption_period="2026", measured=HOUSEHOLD))}
    assert len(digests) == 2


def seen(*, measured: Measured | None = None, **changes: Any) -> PublicView:
    details = replace(DETAILS, **changes)
    statement = published(details, measured=measured, locale="en")
    units = PublicUnits(quantity=3, unit_type="CER", activity_title="Wind")
    return PublicView(units=(units,), statement=statement, is_public=details.is_public)


# --- The order


def test_the_order_keeps_it_as_it_was(listing: Listing, client: Client) -> None:
    order = ordered(client, listing)
    assert (order.quantity, order.purpose, order.consumption_period) == (8, "household", "2026")
    assert order.measured == asdict(HOUSEHOLD)


def test_a_text_that_is_not_ours_leaves_nothing_on_the_order(listing: Listing, client: Client) -> None:
    there = f"/en/buy/{listing.code}/details/?quantity=8&m={TOKEN[:-2]}"
    page = Page(client.post(there, Page(client.get(there)).sent("purchaser_name", **PERSON, keeps_measured="on")))
    assert client.post(there, page.sent("purchaser_name", consent="on")).status_code == 302
    assert Order.objects.get().measured is None


def test_who_leaves_it_out_has_an_order_without_it(listing: Listing, client: Client) -> None:
    page = shown(client, listing, keeps_measured=None)
    assert "keeps_measured" not in page.sent("purchaser_name")
    assert page.soup.select_one("input[name=keeps_measured]")  # it can be taken in again
    assert ordered(client, listing, keeps_measured=None).measured is None


def test_who_goes_back_and_leaves_it_out_has_the_order_without_it(listing: Listing, client: Client) -> None:
    seen = shown(client, listing)
    first = client.post(address(listing), seen.sent("purchaser_name", consent="on"))
    again = seen.sent("purchaser_name")
    del again["keeps_measured"]
    seen = Page(client.post(address(listing), again))
    second = client.post(address(listing), seen.sent("purchaser_name", consent="on"))
    assert first["Location"] == second["Location"]
    assert [(each.state, each.measured) for each in Order.objects.all()] == [("awaiting_payment", None)]
    left_out = first_look(client, listing).sent("purchaser_name")
    assert "keeps_measured" not in left_out


def test_the_order_its_page_and_the_account_show_it(world: World, listing: Listing, client: Client) -> None:
    client.force_login(world.alma)
    order = ordered(client, listing)
    for page in (Page(client.get(f"/en/orders/{order.token}/")), Page(client.get("/en/account/"))):
        assert SAID in page.main
        assert "2026" in page.main
        assert HOUSEHOLD.url in page.links()
    assert "7,40 t" in Page(client.get(f"/fr/orders/{order.token}/")).main


def test_whose_order_lapsed_starts_again_with_it(listing: Listing, client: Client) -> None:
    order = ordered(client, listing)
    service.withdraw(token=order.token, now=timezone.now())
    page = Page(client.get(f"/en/orders/{order.token}/"))
    again = next(link for link in page.links() if link.startswith(f"/en/buy/{listing.code}/"))
    assert read(again.partition("?m=")[2].replace("%3A", ":")) == HOUSEHOLD


# --- What it is called: for the purchaser and the provider alone


FORUM = replace(HOUSEHOLD, title="Event", name="Spring Forum", purpose="event", period="")


def test_a_name_goes_along_and_nowhere_in_public(
    world: World, listing: Listing, client: Client, mailoutbox: Any
) -> None:
    there = along(f"/en/buy/{listing.code}/details/?quantity=8", FORUM)
    page = Page(client.get(there))
    assert words(page.soup.select_one("#measured strong")) == "Event · Spring Forum"
    assert "The name Spring Forum stays with the order and is not published; the provider sees it." in page.main
    page = Page(client.post(there, page.sent("purchaser_name", **PERSON)))
    assert "Spring Forum" not in words(page.soup.select_one(".extract"))
    answer = client.post(there, page.sent("purchaser_name", consent="on"))
    order = completed(Order.objects.get(token=answer["Location"].split("/")[3]))
    assert order.measured == asdict(FORUM)

    named = "Event · Spring Forum: 7.40 t CO₂ equivalent, factor set 2026.1-3f2a9c1b"
    assert named in Page(client.get(f"/en/orders/{order.token}/")).main
    assert named in " ".join(mailoutbox[0].body.split())
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    assert "Event · Spring Forum" in client.get(reverse("order:inspect", args=[order.pk])).content.decode()

    certificate = Certificate.objects.get()
    assert "Spring Forum" not in str(certificate.facts)
    assert "Spring Forum" not in str(Cancellation.objects.get().footprint)
    for public in (f"/en/certificates/{certificate.code}/", "/en/history/", "/en/history/cancellations.csv"):
        assert "Spring Forum" not in b"".join(Client().get(public)).decode()


# --- Certificate, history, letter, desk


def test_certificate_history_and_letter_say_it(listing: Listing, client: Client, mailoutbox: Any) -> None:
    order = completed(ordered(client, listing))
    certificate = Certificate.objects.get()
    assert certificate.facts["consumption_period"] == "2026"
    assert certificate.facts["footprint"] == {
        "title": "Household footprint 2026",
        "tonnes": "7.3981234",
        "factor_set": "2026.1-3f2a9c1b",
    }
    assert LogEntry.objects.get().consumption_period == "2026"
    proof = Page(client.get(f"/en/certificates/{certificate.code}/"))
    assert "Period stated by the purchaser: 2026" in proof.main
    assert HOUSEHOLD.url not in proof.source  # what was answered stays between the purchaser and the portal
    (letter,) = mailoutbox
    html = letter.alternatives[0].content
    for text in (letter.body, html):
        assert SAID in text
        assert "http://testserver/en/calculators/results/t0ken/" in text
        assert "2026" in text
    assert order.state == "completed"


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_letter_says_it_in_the_language_of_the_order(world: World, language: str, mailoutbox: Any) -> None:
    order = world.paid(world.listing(), locale=language, consumption_period="2026")
    Order.objects.update(measured=asdict(HOUSEHOLD))
    service.fulfil(order_id=order.pk, now=timezone.now())
    said = {
        "fr": "7,40 t d’équivalent CO₂, jeu de facteurs 2026.1-3f2a9c1b",
        "es": "7,40 t de CO₂ equivalente, conjunto de factores 2026.1-3f2a9c1b",
    }
    assert said[language] in " ".join(mailoutbox[0].body.split())  # French sets no-break spaces


def test_of_an_anonymous_order_nothing_of_it_becomes_public(listing: Listing, client: Client, mailoutbox: Any) -> None:
    page = shown(client, listing, is_public="no", consumption_period="Spring 2026")
    extract = words(page.soup.select_one(".extract"))
    assert "Spring" not in extract
    assert "Household" not in extract
    order = completed(ordered(client, listing, is_public="no", consumption_period="Spring 2026"))
    assert (order.consumption_period, order.measured) == ("Spring 2026", asdict(HOUSEHOLD))  # the purchaser's own
    assert SAID in mailoutbox[0].body
    row = Cancellation.objects.get()
    assert (row.consumption_period, row.footprint) == ("", None)
    certificate = Certificate.objects.get()
    assert (certificate.facts["consumption_period"], certificate.facts["footprint"]) == ("", None)
    public = [f"/en/certificates/{certificate.code}/", "/en/history/", "/en/history/cancellations.csv"]
    for there in public:
        said = b"".join(client.get(there)).decode()
        assert "Spring" not in said
        assert "Household footprint" not in said


def test_an_order_without_either_is_as_it_always_was(world: World, client: Client, mailoutbox: Any) -> None:
    order = world.completed()
    assert (order.consumption_period, order.measured) == ("", None)
    assert "calculat" not in mailoutbox[0].body.lower()
    assert "Period" not in mailoutbox[0].body
    page = Page(client.get(f"/en/orders/{order.token}/"))
    assert page.soup.select_one(".stated") is None


def test_staff_see_it_on_the_desk(world: World, listing: Listing, client: Client) -> None:
    order = completed(ordered(client, listing))
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    page = client.get(reverse("order:inspect", args=[order.pk])).content.decode()
    for fact in ("Household footprint 2026", "7.3981234", "2026.1-3f2a9c1b", HOUSEHOLD.url):
        assert fact in page
    assert "&#x27;token&#x27;" not in page  # a table, not what the row looks like inside
    row = Cancellation.objects.get()
    page = client.get(reverse("cancellation:inspect", args=[row.pk])).content.decode()
    assert "7.3981234" in page
    assert "&#x27;title&#x27;" not in page
