"""A calculator as it is walked through: step by step without a script, total on the way, result, account, factors."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import escape

from portal import measured
from portal.calculators import loading
from portal.calculators.engine.routes import airports
from portal.calculators.models import SavedEstimate
from tests.calculators.shelf import calculator_index, calculator_page
from tests.pages import Page, words
from tests.world import World

ANSWERS = "/en/calculators/answers/flight/"
TRIP = {"a-trips-0-origin": "ZRH", "a-trips-0-destination": "NBO"}


def ask(client: Client, address: str = ANSWERS, **button: str) -> Page:
    """Send a form with one of its buttons; underscores in names of fields stand for themselves."""
    return Page(client.post(address, button))


def press(client: Client, page: Page, field: str = "at", address: str = ANSWERS, **typed: str) -> Any:
    """Send the form on a page as a browser does, with what is typed and the button that is pressed."""
    return client.post(address, page.sent(field, **typed))


def first(client: Client) -> Page:
    """The flights' form as it is to begin with; there is no page about them."""
    return Page(client.get(ANSWERS))


def mistakes(page: Page) -> list[str]:
    box = page.soup.find(attrs={"data-error-summary": True})
    return [words(each) for each in box.find_all("li")] if box else []


def visible(page: Page) -> list[str]:
    return [str(each["id"]) for each in page.soup.select(".calculator-section") if not each.has_attr("hidden")]


@pytest.fixture
def result(db: None, client: Client) -> str:
    """The address of a result: one flight from Zurich to Nairobi and back."""
    answer = press(client, first(client), finish="1", **TRIP)
    assert answer.status_code == 302
    return str(answer["Location"])


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
    assert page.sent("at")["a-trips-0-destination"] == "Nairobi, Jomo Kenyatta International Airport (NBO)"


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
    with django_assert_num_queries(3):  # is there a page about it that is for everybody, and the menu
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
    assert "1 answer cannot be used yet." in words(more.soup)


def test_the_total_says_which_questions_follow_from_the_answers(db: None, client: Client) -> None:
    state = Page(client.post(f"{ANSWERS}total/", TRIP)).soup.select_one("[data-state]")["data-state"]
    assert '"hidden":["trips-0-via_too"]' in state
    state = Page(client.post(f"{ANSWERS}total/", {**TRIP, "a-trips-0-via": "CDG"})).soup.select_one("[data-state]")
    assert '"hidden":[]' in state["data-state"]


def test_airports_are_looked_up_as_one_types(client: Client) -> None:
    answer = client.get("/en/calculators/airports/?q=Nairo")
    options = [each["value"] for each in Page(answer).soup.find_all("option")]
    assert options[0] == "Nairobi, Jomo Kenyatta International Airport (NBO)"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not Page(client.get("/en/calculators/airports/?q=")).soup.find_all("option")
    assert len(Page(client.get("/en/calculators/airports/?q=an")).soup.find_all("option")) == 12
    assert len(airports()) > 1000


# --- The result


def test_a_result_has_an_address_of_its_own(result: str, client: Client) -> None:
    page = Page(client.get(result))
    assert page.heading.endswith("tonnes of CO₂ equivalent")
    saved = SavedEstimate.objects.get()
    assert result == saved.get_absolute_url()
    for part in ("Where it comes from", "Reduce first", "Then contribute", "Every line of it", "Keep it"):
        assert part in page.main, part
    assert saved.factor_set in page.main


def test_a_result_is_for_those_who_know_its_address(result: str, client: Client) -> None:
    answer = client.get(result)
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert client.get(result.replace("results/", "results/x")).status_code == 404
    token = SavedEstimate.objects.get().token
    assert client.get(f"/en/calculators/results/{token}/").status_code == 404


def test_every_line_names_its_factor_and_its_source(result: str, client: Client) -> None:
    page = Page(client.get(result))
    rows = [words(row) for row in page.soup.select(".lines tbody tr")]
    assert len(rows) == 2
    assert rows[0].startswith("Flight ZRH – NBO")
    for fact in ("passenger-km", "flight.international.economy.with", "World", "UK Government"):
        assert fact in rows[0], fact
    assert "making and bringing the fuel" in rows[1]


def test_a_result_is_read_in_any_language(result: str, client: Client) -> None:
    page = Page(client.get(result.replace("/en/", "/fr/")))
    assert page.language == "fr"
    assert "," in page.heading


def test_the_lines_come_as_csv(result: str, client: Client) -> None:
    answer = client.get(f"{result}lines.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    total = SavedEstimate.objects.get().result["total_kg"]
    assert sum(float(row["kg"]) for row in rows) == pytest.approx(float(total))
    assert {row["item"] for row in rows} == {"ZRH – NBO"}


def test_what_spreadsheets_run_is_made_harmless(db: None, client: Client) -> None:
    site = {"a-sites-0-site": "=1+1", "a-sites-0-electricity": "100"}
    answer = client.post("/en/calculators/answers/business/", {**site, "finish": "1"})
    assert answer.status_code == 302, mistakes(Page(answer))
    table = client.get(f"{answer['Location']}lines.csv").content.decode()
    assert "'=1+1" in table
    assert ",=1+1" not in table


def test_an_organisation_gets_its_inventory(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/business/", {"a-sites-0-electricity": "1000", "finish": "1"})
    page = Page(client.get(answer["Location"]))
    rows = {
        words(row.find("th", scope="row")): [words(cell) for cell in row.find_all("td")]
        for row in page.soup.select(".inventory tbody tr")
    }
    assert rows["Direct emissions"] == ["1", "nothing counted"]
    assert rows["Purchased energy, location-based Assumed in part"][0] == "2"
    assert rows["Processing of sold products"] == ["3.10", "–"]
    assert rows["Biogenic CO2"] == ["", "nothing counted"]
    assert "“Nothing counted” stands where it does ask" in page.main
    table = client.get(f"{answer['Location']}inventory.csv").content.decode().splitlines()
    assert table[0] == "row,name,tonnes_co2e,assumed"
    assert table[1] == "1,Direct emissions,0,no"
    assert table[-1].startswith("total.market,")


def test_an_own_figure_is_said_in_the_reader_s_language(db: None, client: Client) -> None:
    site = {"electricity": "100", "supply": "supplier", "contract_factor": "0.05"}
    given = {f"a-sites-0-{name}": value for name, value in site.items()}
    answer = client.post("/en/calculators/answers/business/", {**given, "finish": "1"})
    page = Page(client.get(answer["Location"]))
    own = page.soup.find(string="Entered by whoever made this estimate")
    assert own is not None
    assert all("lang" not in each.attrs for each in own.parents if each.name != "html")


def test_a_factor_is_per_one_of_its_unit(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/business/", {"a-fleet_diesel": "800", "finish": "1"})
    (row, *_upstream) = Page(client.get(answer["Location"])).soup.select(".lines tbody tr")
    assert "800 litres" in words(row)
    assert "kg / litre fuel.diesel" in words(row)


def test_an_inventory_of_nothing_keeps_its_noughts(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/business/", {"finish": "1"})
    page = Page(client.get(answer["Location"]))
    figures = {words(cell) for cell in page.soup.select(".inventory tbody td:last-child")}
    assert figures == {"0.00", "–"}
    assert "Nothing counted" not in page.main


def test_only_an_organisation_has_an_inventory(result: str, client: Client) -> None:
    assert "Inventory" not in Page(client.get(result)).main
    assert client.get(f"{result}inventory.csv").status_code == 404


def test_a_household_is_compared(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/household/", {"a-country": "FR", "finish": "1"})
    page = Page(client.get(answer["Location"]))
    labels = [words(each) for each in page.soup.select(".compared th[scope=row]")]
    assert labels[0] == "Your estimate, per person"
    assert labels[1].startswith("Average of your country")
    assert labels[3] == "Compatible with 1.5 °C in 2030"


def test_a_result_leads_to_the_projects_with_what_was_measured(world: World, result: str, client: Client) -> None:
    world.story()
    page = Page(client.get(result))
    button = page.soup.select_one(".contribute a.button")
    saved = SavedEstimate.objects.get()
    assert words(button) == f"Contribute for {saved.units} tonnes"
    address = urlsplit(str(button["href"]))
    assert address.path == "/en/projects/"
    brought = measured.read(parse_qs(address.query)["m"][0])
    assert brought is not None
    assert (brought.quantity, brought.purpose, brought.token) == (saved.units, "travel", saved.token)
    assert "Choose a project" in Page(client.get(str(button["href"]))).main


def test_nothing_to_contribute_for_nothing(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/business/", {"finish": "1"})
    page = Page(client.get(answer["Location"]))
    assert "Then contribute" not in page.main
    assert page.heading.startswith("0.00")


def test_answers_can_be_changed(result: str, client: Client) -> None:
    page = Page(client.get(f"{result}change/"))
    assert page.sent("at")["a-trips-0-destination"] == "Nairobi, Jomo Kenyatta International Airport (NBO)"
    answer = press(client, page, finish="1", **{"a-trips-0-cabin": "first"})
    assert answer.status_code == 302
    before, after = SavedEstimate.objects.order_by("pk")
    assert after.total_kg > before.total_kg
    assert Page(client.get(result)).heading == Page(client.get(before.get_absolute_url())).heading


def test_a_result_outlives_its_calculator(db: None, client: Client, result: str) -> None:
    SavedEstimate.objects.update(calculator="page-" + 32 * "a")
    page = Page(client.get(result))
    assert page.heading.endswith("tonnes of CO₂ equivalent")
    assert "Change answers" not in page.main
    assert client.get(f"{result}change/").status_code == 404


@pytest.mark.parametrize("trips", [1, 5])
def test_the_number_of_queries_of_a_result_does_not_grow(
    world: World, client: Client, trips: int, django_assert_num_queries: Any
) -> None:
    world.story()
    fields = {
        f"a-trips-{at}-{name}": code
        for at in range(trips)
        for name, code in (("origin", "ZRH"), ("destination", "NBO"))
    }
    address = client.post(ANSWERS, {**fields, "finish": "1"})["Location"]
    client.get("/en/")
    with django_assert_num_queries(7):
        client.get(address)


# --- Kept in an account


def test_who_is_not_signed_in_is_shown_the_way(result: str, client: Client) -> None:
    page = Page(client.get(result))
    assert f"/en/accounts/login/?next={result}" in page.links()
    assert client.post(f"{result}keep/")["Location"].startswith("/en/accounts/login/")


def test_a_result_is_kept_and_let_go(result: str, world: World, client: Client) -> None:
    client.force_login(world.alma)
    page = Page(client.get(result))
    form = page.soup.select_one(f"form[action='{result}keep/']")
    assert form.find("input", attrs={"name": "csrfmiddlewaretoken"})
    assert client.post(f"{result}keep/")["Location"] == result
    account = Page(client.get("/en/account/"))
    assert "Results you keep" in account.main
    assert result in account.links()
    assert "This result is kept in your account." in Page(client.get(result)).main
    client.post(f"{result}keep/", {"let_go": "1"})
    assert "Results you keep" not in Page(client.get("/en/account/")).main


def test_keeping_is_protected_against_other_sites(result: str, world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.alma)
    assert strict.post(f"{result}keep/").status_code == 403


def test_what_somebody_keeps_nobody_else_takes(result: str, world: World, client: Client) -> None:
    client.force_login(world.alma)
    client.post(f"{result}keep/")
    other = Client()
    other.force_login(world.nil)
    assert "kept in somebody’s account already" in Page(other.get(result)).main
    other.post(f"{result}keep/")
    other.post(f"{result}keep/", {"let_go": "1"})
    assert SavedEstimate.objects.get().owner_id == world.alma.pk


# --- Factors


def test_every_factor_can_be_looked_up(db: None, client: Client) -> None:
    page = Page(client.get("/en/calculators/factors/"))
    factors = loading.factor_set()
    assert factors.version in page.main
    assert f"{len(factors.rows):,} factors" in page.main
    assert len(page.soup.select(".factors tbody tr")) == 50
    for source in {row.source for row in factors.rows}:
        assert escape(source) in page.source, source


def test_factors_are_searched_and_filtered(db: None, client: Client) -> None:
    page = Page(client.get("/en/calculators/factors/?q=grid+electricity&region=FR"))
    rows = [words(row) for row in page.soup.select(".factors tbody tr")]
    assert rows
    assert all("electricity" in row and "France" in row for row in rows)
    nothing = Page(client.get("/en/calculators/factors/?q=unobtainium"))
    assert "No factor matches." in nothing.main
    assert "Show all factors" in nothing.main


def test_pages_of_factors_follow_one_another_and_keep_the_filter(db: None, client: Client) -> None:
    page = Page(client.get("/en/calculators/factors/?q=electricity"))
    following = str(page.soup.select_one("a[rel=next]")["href"])
    assert following == "?q=electricity&page=2"
    assert "Page 2 of" in Page(client.get(f"/en/calculators/factors/{following}")).main
    assert client.get("/en/calculators/factors/?page=99999").status_code == 200
    assert client.get("/en/calculators/factors/?scope=9&region=XX&page=x").status_code == 200


def test_the_very_file_can_be_taken_away(client: Client) -> None:
    answer = client.get("/en/calculators/factors.csv")
    assert answer["Cache-Control"] == "public, max-age=60"
    assert loading.factor_set().version in answer["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(rows) == len(loading.factor_set().rows)


def test_the_factors_page_is_public(db: None, client: Client) -> None:
    answer = client.get("/en/calculators/factors/")
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies


# --- Not too often


def test_who_asks_too_often_is_told_to_wait(db: None, client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = True
    answers = [client.post(ANSWERS, {**TRIP, "finish": "1"}) for _at in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert answers[-1]["Retry-After"]
