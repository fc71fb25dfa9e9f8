"""Finding projects: every filter and order, what is in force and how to take it away, and no dead end."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.test import Client

from portal.registry.models import IssuanceBlock
from tests.pages import Page, words
from tests.world import World

FIELDS = ["country", "technology", "unit_type", "year", "currency", "price_min", "price_max", "goal", "sort", "page"]
ODD = ["abc", "-1", "99999999999999999999", "1e400", "NaN", "Infinity", "\x00", "é" * 3000, "1.2.3", "[]", "٣"]


@pytest.fixture
def shelf(world: World) -> World:
    """Four stories: wind in Chile, stoves in Kenya, hydro in Peru, and one whose units are gone."""
    chile = world.activity("CDM-0033")
    kenya = world.activity("A64-S001", host_country="KE", technology="EE households", is_sample=True)
    peru = world.activity("CDM-0086", host_country="PE", technology="Hydro")
    gone = world.activity("CDM-0099", host_country="IN", technology="Solar")
    world.story(gone, title="Gone", goals=(1,))
    world.story(chile, title="Élan of wind", goals=(7, 13))
    world.story(kenya, title="Clean stoves", goals=(3, 5))
    world.story(peru, title="Water of the Andes", goals=(6, 7))
    world.listing(activity=chile, price="2.50", units=50, vintage_year=2019)
    world.listing(activity=chile, price="3.00", units=20, vintage_year=2020)
    world.listing(activity=kenya, price="9.00", units=500, vintage_year=2024, unit_type="MCU", provider=world.vento)
    world.listing(activity=peru, price="4.00", units=10, vintage_year=2012, currency="USD")
    world.order(world.listing(activity=gone, price="1.00", units=2), quantity=2)
    return world


def read(client: Client, language: str = "en", **query: str) -> Page:
    return Page(client.get(f"/{language}/projects/", query))


def titles(page: Page) -> list[str]:
    return [words(heading) for heading in page.soup.select("article h3")]


ALL = ["Water of the Andes", "Clean stoves", "Élan of wind"]


def test_the_index_shows_what_has_units_on_offer_newest_first(shelf: World, client: Client) -> None:
    page = read(client)
    assert page.heading == "Projects"
    assert titles(page) == ALL
    assert "3 projects" in page.main


def test_a_card_says_what_is_offered_from_which_price(shelf: World, client: Client) -> None:
    card = read(client, country="CL").soup.select_one("article")
    assert card is not None
    text = words(card)
    for fact in ("Chile · Wind", "Élan of wind, in short.", "CER", "2019–2020", "from €2.50 per unit", "70 units left"):
        assert fact in text
    assert [image["alt"] for image in card.select(".goals img")] == ["Affordable and clean energy", "Climate action"]


@pytest.mark.parametrize(
    ("language", "until"),
    [
        ("en", "CER, can be cancelled until 1 January 2027 A6.4ER, mitigation contribution (MCU)"),
        ("fr", "CER, annulables jusqu’au 1er janvier 2027"),
        ("es", "CER, se pueden cancelar hasta el 1 de enero de 2027"),
    ],
)
def test_a_card_says_until_when_each_unit_type_can_be_cancelled_if_it_ends(
    shelf: World, client: Client, settings: Any, language: str, until: str
) -> None:
    settings.CDM_LAST_DAY = date(2027, 1, 1)
    chile = shelf.activity("CDM-0033")
    shelf.listing(activity=chile, price="9.00", vintage_year=2024, unit_type="MCU", provider=shelf.vento)
    assert until in words(read(client, language, country="CL").soup.select_one("article .stub"))


def test_each_filter_finds_what_matches(shelf: World, client: Client) -> None:
    for query, found in (
        ({"country": "KE"}, ["Clean stoves"]),
        ({"technology": "Hydro"}, ["Water of the Andes"]),
        ({"unit_type": "CER"}, ["Water of the Andes", "Élan of wind"]),
        ({"unit_type": "MCU"}, ["Clean stoves"]),
        ({"year": "2020"}, ["Élan of wind"]),
        ({"year": "2024"}, ["Clean stoves"]),
        ({"goal": "7"}, ["Water of the Andes", "Élan of wind"]),
        ({"goal": "17"}, []),
        ({"currency": "EUR"}, ["Clean stoves", "Élan of wind"]),
        ({"currency": "EUR", "price_max": "2.50"}, ["Élan of wind"]),
        ({"currency": "EUR", "price_min": "3", "price_max": "9"}, ["Clean stoves", "Élan of wind"]),
        ({"currency": "EUR", "price_min": "9.01"}, []),
        ({"currency": "USD", "price_max": "4.00"}, ["Water of the Andes"]),
        ({"country": "PE", "goal": "6", "unit_type": "CER", "year": "2012"}, ["Water of the Andes"]),
        ({"country": "PE", "goal": "13"}, []),
        ({"country": ""}, ALL),
    ):
        page = read(client, **query)
        assert titles(page) == found, query
        assert (f"{len(found)} project" + ("" if len(found) == 1 else "s")) in page.main, query
        if not found:
            assert "No project matches all of these filters." in page.main, query


def test_a_monitoring_period_is_found_under_each_of_its_years(shelf: World, client: Client) -> None:
    IssuanceBlock.objects.filter(vintage_year=2012).update(
        monitoring_start_date=date(2010, 4, 1), monitoring_end_date=date(2012, 3, 31)
    )
    for year in ("2010", "2011", "2012"):
        assert titles(read(client, year=year)) == ["Water of the Andes"]


def test_each_order(shelf: World, client: Client) -> None:
    expected = {
        "newest": ALL,
        "price": ["Élan of wind", "Clean stoves", "Water of the Andes"],  # EUR 2.50, EUR 9, USD 4
        "units": ["Clean stoves", "Élan of wind", "Water of the Andes"],
        "title": ["Clean stoves", "Élan of wind", "Water of the Andes"],  # É with E
        "sideways": ALL,
    }
    assert {order: titles(read(client, sort=order)) for order in expected} == expected


def test_the_price_on_a_card_is_of_an_offer_that_matches(shelf: World, client: Client) -> None:
    page = read(client, year="2020")
    assert "€3.00" in page.main
    assert "€2.50" not in page.main


def test_by_price_no_currency_is_compared_with_another(shelf: World, client: Client) -> None:
    for code, price, currency in (
        ("CDM-0101", "3.10", "CHF"),
        ("CDM-0102", "0.80", "EUR"),
        ("CDM-0103", "1.10", "USD"),
    ):
        activity = shelf.activity(code)
        shelf.story(activity, title=f"{currency} {price}")
        shelf.listing(activity=activity, price=price, currency=currency)
    shelf.listing(activity=shelf.activity("CDM-0103"), price="1.60", currency="CHF")
    page = read(client, sort="price")
    assert titles(page) == ["EUR 0.80", "Élan of wind", "Clean stoves", "USD 1.10", "Water of the Andes", "CHF 3.10"]
    assert "By currency, since prices in different ones cannot be compared: EUR, USD, CHF." in page.main
    assert "$1.10 per unit, also in CHF" in page.main
    swiss = read(client, sort="price", currency="CHF")
    assert titles(swiss) == ["USD 1.10", "CHF 3.10"]
    assert "CHF\u00a01.60" in swiss.source
    assert "also in" not in swiss.main
    assert "By currency" not in swiss.main
    assert "By currency" not in read(client).main


def test_a_story_offers_first_what_its_card_said(shelf: World, client: Client) -> None:
    shelf.listing(activity=shelf.activity("CDM-0086"), price="3.70", currency="CHF")
    for query, price in (({}, "$4.00"), ({"currency": "CHF"}, "CHF 3.70")):
        card = read(client, country="PE", **query).soup.select_one("article")
        assert card is not None
        story = Page(client.get(str(card.select_one("h3 a")["href"])))  # type: ignore[index]  # every card has a title
        assert price in words(card)
        assert words(story.soup.select_one(".buy-price")) == f"{price} per unit"


def chips(page: Page) -> dict[str, str]:
    return {words(link).removeprefix("Take away: "): str(link["href"]) for link in page.soup.select(".chips a")}


def test_filters_in_force_are_named_and_can_be_taken_away_one_by_one(shelf: World, client: Client) -> None:
    query = {"country": "CL", "currency": "EUR", "price_max": "2.50", "goal": "13", "sort": "price", "page": "1"}
    page = read(client, **query)
    assert chips(page) == {
        "Host country: Chile": "?currency=EUR&price_max=2.50&goal=13&sort=price",
        "Currency: EUR": "?country=CL&price_max=2.50&goal=13&sort=price",
        "Price to: 2.50": "?country=CL&currency=EUR&goal=13&sort=price",
        "Sustainable Development Goal: 13. Climate action": "?country=CL&currency=EUR&price_max=2.50&sort=price",
    }
    assert page.sent("country")["price_max"] == "2.50"
    assert "Show all projects" in page.main
    assert chips(read(client, sort="price")) == {}
    assert "Show all projects" not in read(client, sort="price").main


def test_mistakes_are_named_beside_their_fields_and_what_was_typed_is_kept(shelf: World, client: Client) -> None:
    page = read(client, price_min="5", price_max="2", currency="EUR")
    assert page.beside("price_max") == ["The highest price is below the lowest."]
    page = read(client, price_min="cheap", currency="EUR")
    assert page.beside("price_min") == ["Enter a price, such as 2.50."]
    assert page.sent("price_min")["price_min"] == "cheap"
    page = read(client, price_min="5")
    assert page.beside("currency") == ["Choose the currency that your prices are in."]
    assert page.summary() == ["Choose the currency that your prices are in."]


def test_a_price_may_be_typed_with_a_comma_where_people_do(shelf: World, client: Client) -> None:
    page = read(client, "fr", currency="EUR", price_max="2,50")
    assert page.summary() == []
    assert len(titles(page)) == 1


def test_odd_input_gets_an_answer(shelf: World, client: Client) -> None:
    for name, typed in product(FIELDS, ODD):
        page = read(client, **{name: typed})
        assert page.status == 200, (name, typed)
        assert set(titles(page)) <= set(ALL), (name, typed)


def test_choices_are_those_that_lead_somewhere(shelf: World, client: Client) -> None:
    soup = read(client).soup

    def offered(name: str) -> list[str]:
        return [str(option["value"]) for option in soup.select(f"select[name={name}] option")]

    assert offered("unit_type") == ["", "CER", "MCU"]
    assert offered("currency") == ["", "EUR", "USD"]
    assert offered("year") == ["", "2024", "2020", "2019", "2012"]
    assert offered("country") == ["", "CL", "IN", "KE", "PE"]


def test_twelve_cards_to_a_page(world: World, client: Client) -> None:
    for number in range(13):
        activity = world.activity(f"CDM-{number + 100:04}")
        world.story(activity, title=f"Story {number}", elsewhere=())
        world.listing(activity=activity, units=5)
    first = read(client, sort="title", country="CL")
    assert len(titles(first)) == 12
    assert "Page 1 of 2" in first.main
    onward = [link for link in first.links() if "page=" in link]
    assert onward == ["?sort=title&country=CL&page=2"]
    second = Page(client.get(f"/en/projects/{onward[0]}"))
    assert len(titles(second)) == 1
    assert "?sort=title&country=CL&page=1" in second.links()
    assert titles(read(client, page="99")) == titles(read(client, page="2"))


def test_without_offers_the_index_says_so(world: World, client: Client) -> None:
    world.story()
    page = read(client)
    assert titles(page) == []
    assert "0 projects" in page.main


def test_closed_listings_and_stories_that_are_not_published_are_not_shown(shelf: World, client: Client) -> None:
    draft = shelf.story(shelf.activity("CDM-0777"), title="Draft", live=False)
    shelf.listing(activity=draft.activity)
    closed = shelf.story(shelf.activity("CDM-0778"), title="Closed")
    shelf.listing(activity=closed.activity, is_open=False)
    assert titles(read(client)) == ALL


def test_htmx_gets_the_results_alone(shelf: World, client: Client) -> None:
    answer = client.get("/en/projects/?country=KE", headers={"hx-request": "true"})
    text = answer.content.decode()
    assert "Clean stoves" in text
    assert "<html" not in text
    assert {"HX-Request", "HX-Boosted"} <= set(answer["Vary"].split(", "))


def test_a_link_that_htmx_follows_gets_the_whole_page_and_no_cache_takes_one_for_the_other(
    shelf: World, client: Client
) -> None:
    boosted = client.get("/en/projects/?country=KE", headers={"hx-request": "true", "hx-boosted": "true"})
    assert "<html" in boosted.content.decode()
    assert boosted["Cache-Control"] == "public, max-age=60"
    assert "HX-Boosted" in boosted["Vary"]


@pytest.mark.parametrize("language", ["fr", "es"])
def test_stories_that_are_not_translated_stand_in_as_they_are(shelf: World, client: Client, language: str) -> None:
    shelf.story(shelf.activity("CDM-0500"), title="Sun", translated=["fr", "es"])
    shelf.listing(activity=shelf.activity("CDM-0500"))
    page = read(client, language)
    assert page.language == language
    assert f"Sun ({language})" in titles(page)
    assert set(ALL) < set(titles(page))
    marked = {words(tag.h3): tag.get("lang") for tag in page.soup.select(".coupon-text") if tag.h3}
    assert marked["Clean stoves"] == "en"
    assert marked[f"Sun ({language})"] is None


def test_a_story_without_units_on_offer_is_named_and_no_card(shelf: World, client: Client) -> None:
    for language, of in (("en", None), ("fr", "en")):
        page = read(client, language)
        link = page.soup.select_one(f"#results a[href='/{language}/projects/gone/']")
        assert link is not None, language
        assert (words(link), link.get("lang")) == ("Gone", of), language
        assert len(titles(page)) == 3
    india = read(client, country="IN").main
    assert "Without units on offer now: Gone" in india
    assert "No project matches" not in india
    for query in ({"country": "CL"}, {"currency": "EUR"}, {"year": "2019"}, {"unit_type": "CER"}):
        assert "Gone" not in read(client, **query).main, query


def test_the_map_counts_what_the_index_shows(shelf: World, client: Client) -> None:
    home = Page(client.get("/en/"))
    counted = [words(each) for each in home.soup.select(".map-list li")]
    assert sorted(counted) == ["Chile 1", "Kenya 1", "Peru 1"]
    lands = {str(land["href"]).partition("#")[2] for land in home.soup.select(".has-projects")}
    assert lands == {"map-CL", "map-KE", "map-PE"}
