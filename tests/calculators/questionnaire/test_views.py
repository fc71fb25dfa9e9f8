"""A calculator as it is walked through: step by step without a script, and with the total on the way."""

from typing import Any

import pytest
from django.test import Client

from portal.calculators.engine.routes import airports
from portal.calculators.models import SavedEstimate
from tests.calculators.journey import ANSWERS, TRIP, first, mistakes, press
from tests.calculators.shelf import calculator_index, calculator_page
from tests.pages import Page, words
from tests.world import World


def visible(page: Page) -> list[str]:
    return [str(each["id"]) for each in page.soup.select(".calculator-section") if not each.has_attr("hidden")]


# --- Step by step


def test_without_a_page_a_calculator_is_asked_at_its_own_address(db: None, client: Client) -> None:
    page = first(client)
    assert page.heading == "Flights"
    assert visible(page) == ["section-flights"]
    assert page.soup.find("meta", attrs={"name": "robots", "content": "noindex"})


def test_where_there_is_a_page_it_is_asked_there(world: World, client: Client) -> None:
    calculator_page(calculator_index(world))
    assert client.get(ANSWERS)["Location"] == "/en/calculators/flight/"
    assert client.get("/es/calculators/answers/flight/")["Location"] == "/es/calculators/flight/"


@pytest.mark.parametrize("ref", ["nothing", "trip", "page-x", "page-" + 32 * "0", "..", "%00"])
def test_there_is_no_other_calculator(db: None, client: Client, ref: str) -> None:
    for address in (f"/en/calculators/answers/{ref}/", f"/en/calculators/answers/{ref}/total/"):
        assert client.post(address, {"finish": "1"}).status_code == 404


def test_one_goes_on_and_comes_back_without_losing_anything(db: None, client: Client) -> None:
    page = Page(press(client, first(client), go="method", **TRIP))
    assert visible(page) == ["section-method"]
    back = Page(press(client, page, go="flights", **{"a-effects": "no"}))
    assert visible(back) == ["section-flights"]
    sent = back.sent("at")
    assert (sent["a-trips-0-origin"], sent["a-trips-0-destination"], sent["a-effects"]) == ("ZRH", "NBO", "no")


def test_one_changes_language_without_losing_anything(db: None, client: Client) -> None:
    page = Page(press(client, first(client), go="method", **TRIP))
    buttons = page.form("at").select("[data-language]")
    assert [(words(each), each["lang"], each["formaction"]) for each in buttons] == [
        ("français", "fr", "/fr/calculators/answers/flight/"),
        ("español", "es", "/es/calculators/answers/flight/"),
    ]
    french = Page(client.post(str(buttons[0]["formaction"]), page.sent("at", **{"a-effects": "no", "go": "method"})))
    assert (french.language, visible(french), mistakes(french)) == ("fr", ["section-method"], [])
    sent = french.sent("at")
    assert (sent["a-trips-0-origin"], sent["a-trips-0-destination"], sent["a-effects"]) == ("ZRH", "NBO", "no")


def test_going_on_looks_at_the_section_and_says_what_is_wrong_there(db: None, client: Client) -> None:
    page = Page(press(client, first(client), go="method", **{"a-trips-0-passengers": "none"}))
    assert visible(page) == ["section-flights"]
    assert mistakes(page) == [
        "From: This is needed for a result.",
        "To: This is needed for a result.",
        "Passengers: Enter a number.",
    ]
    assert page.title.startswith("Error: Flights")
    for link in page.soup.select("[data-error-summary] a"):
        assert page.soup.find(id=str(link["href"]).removeprefix("#"))
    assert page.sent("at")["a-trips-0-passengers"] == "none"


def test_going_back_never_asks_for_anything(db: None, client: Client) -> None:
    page = Page(client.post(ANSWERS, {"at": "method", "go": "flights", "a-trips-0": "1"}))
    assert (visible(page), mistakes(page)) == (["section-flights"], [])


def test_all_questions_at_once_and_one_section_at_a_time(db: None, client: Client) -> None:
    page = Page(press(client, first(client), view="all", **TRIP))
    assert visible(page) == ["section-flights", "section-method"]
    again = Page(press(client, page, view="steps"))
    assert visible(again) == ["section-flights"]
    assert again.sent("at")["a-trips-0-origin"] == "ZRH"


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "x", "77", ""])
def test_an_item_that_is_not_there_cannot_be_taken_away(db: None, client: Client, number: str) -> None:
    assert client.post(ANSWERS, {"at": "flights", "less": f"trips-{number}", **TRIP}).status_code == 200


def test_an_item_more_and_an_item_less(db: None, client: Client) -> None:
    page = Page(press(client, first(client), more="trips", **TRIP))
    legends = [words(each) for each in page.soup.select(".thing > legend")]
    assert legends == ["Flight 1", "Flight 2"]
    assert page.soup.select_one(".thing:nth-of-type(2) legend[autofocus]")
    page = Page(press(client, page, less="trips-0", **{"a-trips-1-origin": "CDG"}))
    assert page.sent("at")["a-trips-0-origin"] == "CDG"
    assert not page.soup.select(".thing-remove")
    assert mistakes(page) == []


def test_a_name_of_several_airports_is_asked_about_and_then_known(db: None, client: Client) -> None:
    page = Page(press(client, first(client), go="method", **{**TRIP, "a-trips-0-destination": "Nairobi"}))
    assert mistakes(page) == ["To: Several airports match “Nairobi”. Choose one of them below."]
    assert [each["value"] for each in page.soup.select("[name=a-trips-0-destination-pick]")] == ["NBO", "WIL"]
    page = Page(press(client, page, go="method", **{"a-trips-0-destination-pick": "NBO"}))
    assert visible(page) == ["section-method"]
    assert page.sent("at")["a-trips-0-destination"] == "Nairobi, Kenya, Jomo Kenyatta (NBO)"


def test_the_end_shows_every_section_with_a_mistake(db: None, client: Client) -> None:
    page = Page(client.post(ANSWERS, {"finish": "1", "at": "method", "a-trips-0": "1", "a-effects": "perhaps"}))
    assert visible(page) == ["section-flights", "section-method"]
    assert len(mistakes(page)) == 3


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_mistakes_are_said_in_the_language_of_the_page(db: None, client: Client, language: str) -> None:
    page = Page(client.post(f"/{language}/calculators/answers/flight/", {"finish": "1", "a-trips-0-origin": "12"}))
    assert page.language == language
    assert len(mistakes(page)) == 2


def test_a_browser_with_scripts_gets_the_form_alone(db: None, client: Client) -> None:
    answer = client.post(ANSWERS, {"at": "flights", "more": "trips"}, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<form class="calculator"')


# --- Nothing is kept, and nobody is known


def test_asking_needs_no_cookie_and_leaves_none(world: World) -> None:
    calculator_page(calculator_index(world))
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/en/calculators/flight/")
    assert (page["Cache-Control"], page.cookies.output()) == ("public, max-age=60", "")
    for button in ({"go": "method"}, {"more": "trips"}, {"finish": "1"}):
        answer = strict.post(ANSWERS, {**TRIP, "at": "flights", **button})
        assert answer.status_code in (200, 302)
        assert "private" in answer["Cache-Control"]
        assert not answer.cookies
    assert strict.post(f"{ANSWERS}total/", TRIP).status_code == 200


def test_only_the_end_writes_anything(db: None, client: Client, django_assert_num_queries: Any) -> None:
    first(client)
    with django_assert_num_queries(2):  # is there a page about it that is for everybody; the menu is known by now
        client.post(ANSWERS, {**TRIP, "at": "flights", "go": "method"})
    with django_assert_num_queries(2):
        client.post(f"{ANSWERS}total/", TRIP)
    assert not SavedEstimate.objects.exists()


@pytest.mark.parametrize("name", ["home", "steps", "total", "airports"])
def test_nothing_inline(world: World, client: Client, name: str) -> None:
    calculator_page(calculator_index(world))
    answer = {
        "home": lambda: client.get("/en/calculators/flight/"),
        "steps": lambda: client.post(ANSWERS, {"more": "trips"}),
        "total": lambda: client.post(f"{ANSWERS}total/", TRIP),
        "airports": lambda: client.get("/en/calculators/airports/?q=nai"),
    }[name]()
    assert Page(answer).soup.select("[style], style, script:not([src]), [onclick], [onload], [onsubmit]") == []


# --- The total on the way


def test_the_total_is_the_engines(db: None, client: Client) -> None:
    page = Page(client.post(f"{ANSWERS}total/", TRIP))
    figure = words(page.soup.select_one(".total-figure strong"))
    client.post(ANSWERS, {**TRIP, "finish": "1"})
    assert f"{SavedEstimate.objects.get().total_kg / 1000:.2f}" == figure


def test_the_total_waits_for_what_is_needed(db: None, client: Client) -> None:
    page = Page(client.post(f"{ANSWERS}total/", {"a-trips-0": "1"}))
    assert "Answer what is marked as needed to see a total." in words(page.soup)


def test_the_total_leaves_out_what_cannot_be_used_yet_and_says_so(db: None, client: Client) -> None:
    whole = Page(client.post(f"{ANSWERS}total/", TRIP))
    more = Page(client.post(f"{ANSWERS}total/", {**TRIP, "a-trips-1-origin": "ZRH"}))
    assert words(more.soup.select_one(".total-figure strong")) == words(whole.soup.select_one(".total-figure strong"))
    assert "What is not finished is left out." in words(more.soup)
    assert "cannot be used yet" not in words(more.soup)
    unknown = {"a-trips-1-origin": "ZRH", "a-trips-1-destination": "Nowhere"}
    wrong = Page(client.post(f"{ANSWERS}total/", {**TRIP, **unknown}))
    assert "1 answer cannot be used yet." in words(wrong.soup)


def test_the_total_says_how_sure_it_is(db: None, client: Client) -> None:
    """A class that is assumed, and effects beyond CO2 that are uncertain; the result says the same."""
    total = Page(client.post(f"{ANSWERS}total/", TRIP))
    result = Page(client.get(client.post(ANSWERS, {**TRIP, "finish": "1"})["Location"]))
    assert words(total.soup.select_one(".total-range")) == "roughly 0.69 to 2.5 tonnes"
    assert words(result.soup.select_one(".result-range")).startswith("Roughly 0.69 to 2.5 tonnes")


def test_the_total_says_which_questions_follow_from_the_answers(db: None, client: Client) -> None:
    state = Page(client.post(f"{ANSWERS}total/", TRIP)).soup.select_one("[data-state]")["data-state"]
    assert '"hidden":["trips-0-via_too"]' in state
    state = Page(client.post(f"{ANSWERS}total/", {**TRIP, "a-trips-0-via": "CDG"})).soup.select_one("[data-state]")
    assert '"hidden":[]' in state["data-state"]


def test_airports_are_looked_up_as_one_types(client: Client) -> None:
    answer = client.get("/en/calculators/airports/?q=Nairo")
    options = [each["value"] for each in Page(answer).soup.find_all("option")]
    assert options[0] == "Nairobi, Kenya, Jomo Kenyatta (NBO)"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not Page(client.get("/en/calculators/airports/?q=")).soup.find_all("option")
    assert len(Page(client.get("/en/calculators/airports/?q=an")).soup.find_all("option")) == 12
    assert len(airports()) > 1000
