"""Who has measured something takes it along from the index to the story, in addresses alone, and may leave it out."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from portal.measured import read, sign
from tests.pages import Page, words
from tests.test_measured_along import HOUSEHOLD
from tests.world import World

TOKEN = sign(HOUSEHOLD)
STORY = "/en/projects/wind-over-the-pacific/"
FOREIGN = ["x", TOKEN[:-2], "%00", "é" * 3000, ""]


def see(client: Client, address: str = "/en/projects/", **query: str) -> Page:
    return Page(client.get(address, {"m": TOKEN, **query}))


def carried(address: str) -> Any:
    """What an address carries along."""
    return read(parse_qs(urlsplit(address).query).get("m", [""])[0])


def strip(page: Page) -> str:
    return words(page.soup.select_one("#measured"))


@pytest.fixture
def shelf(world: World) -> World:
    """Fourteen stories, so two pages of them, each with 50 units."""
    for number in range(14):
        activity = world.activity(f"CDM-{number + 100:04}", host_country="CL" if number % 2 else "PE")
        world.story(activity, title=f"Story {number}", elsewhere=())
        world.listing(activity=activity, units=50)
    return world


def test_the_index_says_what_was_measured(shelf: World, client: Client) -> None:
    page = see(client)
    assert strip(page).startswith(
        "Household footprint 2026 : 7.40 t CO₂ equivalent, so 8 units; factor set 2026.1-3f2a9c1b . Choose a project."
    )
    assert "/en/calculators/results/t0ken/" in page.links()
    assert page.soup.find("meta", attrs={"name": "robots", "content": "noindex"})


def test_every_way_on_from_the_index_carries_it(shelf: World, client: Client) -> None:
    page = see(client, country="CL", sort="price")
    cards = [str(link["href"]) for link in page.soup.select("article h3 a")]
    assert len(cards) == 7
    chips = [str(link["href"]) for link in page.soup.select(".chips a")]
    everything = next(str(link["href"]) for link in page.soup.select(".filters a"))
    assert [carried(address) for address in [*cards, *chips, everything]] == [HOUSEHOLD] * 9
    assert carried(str(see(client).soup.select_one("a[rel=next]")["href"])) == HOUSEHOLD
    assert read(page.sent("country")["m"]) == HOUSEHOLD  # the filters, sent without JavaScript
    others = [str(link["href"]) for link in page.soup.select(".languages a")]
    assert [carried(address) for address in others] == [HOUSEHOLD] * 3


def test_filters_work_as_they_do_without(shelf: World, client: Client) -> None:
    query = {"country": "CL", "sort": "title"}
    titles = [[words(each) for each in see(client, **with_it).soup.select("article h3")] for with_it in (query,)]
    without = Page(client.get("/en/projects/", query))
    assert titles == [[words(each) for each in without.soup.select("article h3")]]
    assert len(see(client).soup.select("article h3")) == 12


def test_it_can_be_left_out_and_the_filters_stay(shelf: World, client: Client) -> None:
    page = see(client, country="CL", page="1")
    left_out = next(link for link in page.links() if link == "/en/projects/?country=CL&page=1")
    assert Page(client.get(left_out)).soup.select_one("#measured") is None
    assert "/en/projects/" in see(client).links()


@pytest.mark.parametrize("address", ["/en/projects/", STORY])
def test_what_is_not_ours_is_passed_over_and_goes_no_further(world: World, client: Client, address: str) -> None:
    world.story()
    listing = world.listing(units=50)
    world.listing(units=50, price="9.00")
    for text in FOREIGN:
        page = Page(client.get(address, {"m": text}))
        assert page.status == 200, text
        assert page.soup.select_one("#measured") is None, text
        there = [link for link in page.links() if "/buy/" in link or "projects/wind" in link]
        # the frame's links to other languages repeat whatever was asked for
        further = [link for link in there if "m=" in link and not link.startswith(("/fr/", "/es/", address))]
        assert further == [], text
        if address == STORY:
            asked = Page(client.get(f"/en/buy/{listing.code}/", {"m": text}))
            assert page.sent("quantity") == {"quantity": "1"}, text
            assert asked.sent("quantity") == {"quantity": ""}, text


def test_the_story_proposes_what_was_measured_and_takes_it_along(world: World, client: Client) -> None:
    world.story()
    world.listing(units=50)
    dear = world.listing(units=50, price="9.00")
    page = see(client, STORY)
    assert "so 8 units" in strip(page)
    assert "Choose a project." not in strip(page)
    sent = page.sent("quantity")
    assert (sent["quantity"], read(sent["m"])) == ("8", HOUSEHOLD)
    other = next(link for link in page.links() if link.startswith(f"/en/buy/{dear.code}/"))
    index = next(link for link in page.links() if link.startswith("/en/projects/?"))
    assert carried(other) == carried(index) == HOUSEHOLD
    assert STORY in page.links()  # to leave it out
    assert page.soup.find("meta", attrs={"name": "robots", "content": "noindex"})


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (5, "Only 5 of the 8 units are available here."),
        (1, "Only 1 of the 8 units is available here."),
    ],
)
def test_where_fewer_are_left_those_are_proposed_and_it_is_said(
    world: World, client: Client, left: int, said: str
) -> None:
    world.story()
    world.listing(units=left)
    page = see(client, STORY)
    assert page.sent("quantity")["quantity"] == str(left)
    assert f"{said} Choose a further listing for the {8 - left} units that remain." in strip(page)
    field = page.soup.select_one("#buy-quantity")
    assert words(page.soup.find(id=field["aria-describedby"])) == said


def test_where_enough_are_left_nothing_is_said(world: World, client: Client) -> None:
    world.story()
    world.listing(units=8)
    page = see(client, STORY)
    assert "Only" not in strip(page)
    assert "aria-describedby" not in page.soup.select_one("#buy-quantity").attrs


def test_a_story_without_units_leads_on_with_it(world: World, client: Client) -> None:
    world.story()
    page = see(client, STORY)
    assert "Only" not in strip(page)
    assert [carried(link) for link in page.links() if link.startswith("/en/projects/?")] == [HOUSEHOLD] * 2


@pytest.mark.parametrize("address", ["/en/projects/", STORY, "/fr/projects/wind-over-the-pacific/"])
def test_pages_with_it_are_as_public_as_without(world: World, client: Client, address: str) -> None:
    world.story()
    world.listing()
    answer = client.get(address, {"m": TOKEN})
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert answer["Vary"] == client.get(address)["Vary"]
    known = Client()
    known.force_login(world.alma)
    assert known.get(address, {"m": TOKEN}).content == answer.content


@pytest.mark.parametrize(("address", "queries"), [("/en/projects/", 9), ("/en/projects/story-0/", 11)])
def test_it_costs_no_query(world: World, client: Client, address: str, queries: int, django_assert_num_queries: Any):
    activity = world.activity()
    world.story(activity, title="Story 0")
    world.listing(activity=activity)
    world.cancelled(world.listing(activity=activity))
    client.get("/en/")
    with django_assert_num_queries(queries):
        assert client.get(address, {"m": TOKEN}).status_code == 200


def test_a_title_that_somebody_typed_does_no_harm(world: World, client: Client) -> None:
    world.story()
    world.listing()
    for address in ("/en/projects/", STORY):
        page = Page(client.get(address, {"m": sign(replace(HOUSEHOLD, title='<script>alert("x")</script>'))}))
        assert "<script>alert" not in page.source
        assert '<script>alert("x")</script>' in strip(page)


def test_a_result_that_is_not_kept_has_no_link(world: World, client: Client) -> None:
    world.story()
    page = Page(client.get(STORY, {"m": sign(replace(HOUSEHOLD, url=""))}))
    assert "See the calculation" not in strip(page)
