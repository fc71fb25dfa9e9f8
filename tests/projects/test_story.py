"""A story's page: its words in their own language, the facts beside it, what is on offer and what was cancelled."""

from itertools import pairwise

import pytest
from django.test import Client

from tests.pages import Page, words
from tests.world import World

ADDRESS = "projects/wind-over-the-pacific/"


def read(client: Client, language: str = "en", address: str = ADDRESS) -> Page:
    return Page(client.get(f"/{language}/{address}"))


def test_a_story_tells_and_the_facts_stand_beside_it(world: World, client: Client) -> None:
    world.story()
    world.listing(price="2.50", units=50)
    page = read(client)
    assert page.heading == "Wind over the Pacific"
    assert page.title == "Wind over the Pacific · Tonne by Tonne"
    for fact in (
        "It turns wind into power.",
        "CDM-0033",
        "Wind power at Punta Larga",
        "Chile",
        "ACM0002",
        "€2.50",
        "50",
    ):
        assert fact in page.main
    assert "It serves goal 13." in page.main
    assert "Sample data" not in page.main


def test_sample_data_is_marked_as_such(world: World, client: Client) -> None:
    world.story(world.activity("A64-S001", is_sample=True))
    assert "Sample data" in read(client).main


def test_what_is_on_offer_stands_cheapest_first_of_each_currency(world: World, client: Client) -> None:
    world.story()
    dear = world.listing(price="3.00")
    cheap = world.listing(price="2.50")
    dollars = world.listing(price="1.00", currency="USD")
    world.listing(price="1.00", is_open=False)
    page = read(client)
    assert page.form("quantity")["action"] == f"/en/buy/{cheap.code}/details/"
    several = page.soup.find("button", attrs={"form": page.form("quantity")["id"]})
    assert several["formaction"] == f"/en/buy/{cheap.code}/"  # where the basket is
    assert [link for link in page.links() if "/buy/" in link] == [f"/en/buy/{dear.code}/", f"/en/buy/{dollars.code}/"]


def test_the_form_beside_a_story_leads_to_the_second_step(world: World, client: Client) -> None:
    world.story()
    world.listing(units=5)
    page = read(client)
    answer = client.get(str(page.form("quantity")["action"]), page.sent("quantity", quantity="3"))
    assert Page(answer).heading == "Your details"
    too_many = client.get(str(page.form("quantity")["action"]), page.sent("quantity", quantity="6"))
    assert too_many.status_code == 302


def test_without_units_on_offer_the_story_says_so_and_leads_on(world: World, client: Client) -> None:
    world.story()
    page = read(client)
    assert "No units on offer now" in page.main
    assert "/en/projects/" in page.links()


def test_the_last_five_cancellations_of_the_activity_are_shown_and_no_others(world: World, client: Client) -> None:
    world.story()
    listing = world.listing(units=100)
    mine = [world.cancelled(listing).code for _i in range(6)]
    other = world.cancelled(world.listing(activity=world.activity("CDM-0086"))).code
    page = read(client)
    shown = [link.split("/")[3] for link in page.links() if link.startswith("/en/certificates/")]
    assert shown == mine[:0:-1]
    assert other not in page.source
    assert "/en/history/?activity=CDM-0033" in page.links()


def test_a_cdm_activity_leads_to_its_registry_and_a_sample_does_not(world: World, client: Client) -> None:
    world.story()
    world.story(world.activity("A64-S001", is_sample=True), title="Stoves")
    registry = "https://cdm.unfccc.int/Projects/projsearch.html"
    assert registry in read(client).links()
    assert registry not in read(client, address="projects/stoves/").links()


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_story_that_is_not_translated_is_marked_as_english(world: World, client: Client, language: str) -> None:
    world.story()
    page = read(client, language)
    assert page.language == language
    assert page.soup.h1 is not None
    assert page.soup.h1["lang"] == "en"
    text = page.soup.select_one(".story-text")
    assert text is not None
    assert text["lang"] == "en"


def test_a_translated_story_is_not(world: World, client: Client) -> None:
    world.story(translated=["fr"])
    page = read(client, "fr")
    assert page.heading == "Wind over the Pacific (fr)"
    assert page.soup.h1 is not None
    assert page.soup.h1.get("lang") is None


def test_markup_in_editors_fields_does_no_harm(world: World, client: Client) -> None:
    world.story(
        world.activity(title="<b>Bold</b> & Co."), title="Sun & <i>sea</i>", summary="</p><script>alert(1)</script>"
    )
    world.listing()
    for address in ("projects/", "projects/sun-iseai/"):
        page = read(client, address=address)
        assert page.status == 200
        assert "<script>alert" not in page.source
        assert "<i>sea" not in page.source


def test_a_draft_is_not_found(world: World, client: Client) -> None:
    world.story(live=False)
    assert read(client).status == 404


def test_the_last_units_sold_are_gone_from_the_next_reading(world: World, client: Client) -> None:
    world.story()
    listing = world.listing(units=2)
    assert "No units on offer now" not in read(client).main
    world.order(listing, quantity=2)
    assert "No units on offer now" in read(client).main


def test_headings_of_a_story_step_down_one_by_one(world: World, client: Client) -> None:
    world.story()
    world.listing()
    page = read(client)
    headings = page.soup.select("main h1, main h2, main h3, main h4")
    levels = [int(heading.name[1]) for heading in headings]
    assert levels[0] == 1
    assert len(levels) >= 5
    steps = {
        words(heading): after - before for heading, (before, after) in zip(headings[1:], pairwise(levels), strict=True)
    }
    assert {heading: step for heading, step in steps.items() if step > 1} == {}


def test_only_units_that_were_on_offer_are_said_to_be_gone(world: World, client: Client) -> None:
    world.story()
    gone = "All units that were on offer from this activity are cancelled or set aside."
    nobody = "Nobody offers units of this activity at the moment."
    assert nobody in read(client).main
    world.order(world.listing(units=2), quantity=2)
    assert gone in read(client).main
    world.listing(units=5, is_open=False)
    assert nobody in read(client).main  # five are left, and on offer whenever their provider says so


def test_the_title_tag_is_what_editors_give(world: World, client: Client) -> None:
    world.story(seo_title="Wind power in Chile, in figures")
    page = read(client)
    assert (page.title, page.heading) == ("Wind power in Chile, in figures · Tonne by Tonne", "Wind over the Pacific")
    index = world.indexes["en"]
    index.seo_title = "Climate projects"
    index.save_revision().publish()
    assert read(client, address="projects/").title == "Climate projects · Tonne by Tonne"
