"""The page of a result: its lines and where they lead, and keeping it in an account."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from portal import measured
from portal.calculators.models import SavedEstimate
from tests.calculators.journey import ANSWERS, TRIP, first, mistakes, press
from tests.pages import Page, words
from tests.world import World


@pytest.fixture
def result(db: None, client: Client) -> str:
    """The address of a result: one flight from Zurich to Nairobi and back."""
    answer = press(client, first(client), finish="1", **TRIP)
    assert answer.status_code == 302
    return str(answer["Location"])


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
    for address in ("x", "%00", "x.y", 22 * "a", 300 * "a"):
        assert client.get(f"/en/calculators/results/{address}/").status_code == 404, address


# --- The address that is handed on


@pytest.fixture
def handed_on(world: World, result: str, client: Client) -> str:
    """Where the result leads that goes along to the projects, as whoever is sent such a link sees it."""
    world.story()
    button = Page(client.get(result)).soup.select_one(".contribute a.button")
    page = Page(client.get(str(button["href"])))
    (address,) = {link for link in page.links() if "/calculators/results/" in link}
    return address


def test_what_goes_along_to_the_projects_says_nothing_of_the_own_address(
    handed_on: str, result: str, client: Client
) -> None:
    page = Page(client.get(result))
    carried = measured.read(parse_qs(urlsplit(str(page.soup.select_one(".contribute a.button")["href"])).query)["m"][0])
    assert carried is not None
    assert carried.url == handed_on
    saved = SavedEstimate.objects.get()
    assert saved.address not in repr(carried)
    assert f"http://testserver{handed_on}" in page.main  # what the page offers to hand on is the same


def test_whoever_is_handed_a_result_reads_all_of_it(handed_on: str, result: str, client: Client) -> None:
    own, page = Page(client.get(result)), Page(client.get(handed_on))
    assert page.heading == own.heading
    assert [words(row) for row in page.soup.select(".lines tr")] == [words(row) for row in own.soup.select(".lines tr")]
    assert client.get(f"{handed_on}lines.csv").content == client.get(f"{result}lines.csv").content
    assert client.get(handed_on)["X-Robots-Tag"] == "noindex"
    assert "no-store" in client.get(handed_on)["Cache-Control"]


def test_whoever_is_handed_a_result_changes_nothing_of_it(
    handed_on: str, result: str, world: World, client: Client
) -> None:
    client.force_login(world.nil)
    page = Page(client.get(handed_on))
    assert "Change answers" not in page.main
    assert "Keep it" not in page.main
    assert SavedEstimate.objects.get().address not in page.source
    assert client.get(f"{handed_on}change/").status_code == 404
    assert client.post(f"{handed_on}keep/").status_code == 404
    assert SavedEstimate.objects.get().owner_id is None
    assert client.get(f"{result}change/").status_code == 200


def test_whoever_is_handed_a_result_may_contribute_for_it_too(handed_on: str, client: Client) -> None:
    button = Page(client.get(handed_on)).soup.select_one(".contribute a.button")
    assert "Choose a project" in Page(client.get(str(button["href"]))).main


# --- What it says


def test_every_line_names_its_factor_and_its_source(result: str, client: Client) -> None:
    page = Page(client.get(result))
    rows = [words(row) for row in page.soup.select(".lines tbody tr")]
    assert len(rows) == 4
    assert rows[0].startswith("Flight ZRH – NBO")
    for fact in ("passenger-km", "flight.way.with", "World", "UK Government"):
        assert fact in rows[0], fact
    assert "making and bringing the fuel" in rows[1]
    assert rows[2].startswith("Take-off and climb ZRH – NBO")


def test_a_flight_says_its_route_its_kilometres_and_what_it_is_without_effects_beyond_co2(
    db: None, client: Client
) -> None:
    trip = {"a-trips-0-origin": "LHR", "a-trips-0-destination": "JFK", "a-trips-0-via": "DUB"}
    sent = {**trip, "a-trips-0-is_return": "no", "a-trips-0-cabin": "economy", "finish": "1"}
    with_effects = Page(client.get(client.post("/en/calculators/answers/flight/", sent)["Location"]))
    assert [words(each) for each in with_effects.soup.select(".result-ways li")] == [
        "LHR – DUB 450 km",
        "DUB – JFK 5,117 km",
    ]
    bare = client.post("/en/calculators/answers/flight/", {**sent, "a-effects": "no"})["Location"]
    without = Page(client.get(bare))
    assert without.soup.select_one(".result-bare") is None
    assert words(with_effects.soup.select_one(".result-bare")) == (
        f"Without effects of flights beyond CO₂ it is {words(without.soup.select_one('.result-figure'))} tonnes ."
    )


def test_what_was_answered_stands_as_it_was_typed_and_what_is_assumed_as_it_is_read(db: None, client: Client) -> None:
    answers = {"a-country": "FR", "a-electricity": "12500,5", "a-cars-0-driving": "120,5", "finish": "1"}
    page = Page(client.get(client.post("/fr/calculators/answers/household/", answers)["Location"]))
    told = [words(each.dd) for each in page.soup.select("#answers details .told > div")]
    assert "12 500,5 kWh par an" in told
    assert "120,5 km par an" in told
    assumed = [words(each) for each in page.soup.select("#answers > .told .figure")]
    assert assumed
    assert all(len(each) < 8 for each in assumed)


def test_a_result_is_read_in_any_language(result: str, client: Client) -> None:
    page = Page(client.get(result.replace("/en/", "/fr/")))
    assert page.language == "fr"
    assert "," in page.heading
    squares = page.soup.select_one(".stamps figcaption").get_text()
    assert squares == "2\xa0unités entières couvrent ce total\u202f; chaque carré représente une tonne"


def test_the_lines_come_as_csv(result: str, client: Client) -> None:
    answer = client.get(f"{result}lines.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    total = SavedEstimate.objects.get().result["total_kg"]
    assert sum(float(row["kg"]) for row in rows) == pytest.approx(float(total))
    assert {row["item"] for row in rows} == {"ZRH – NBO"}


@pytest.mark.parametrize(("language", "delimiter", "point"), [("en", ",", "."), ("fr", ";", ","), ("es", ";", ",")])
def test_spreadsheets_get_lines_and_inventory_with_their_languages_numbers(
    db: None, client: Client, language: str, delimiter: str, point: str
) -> None:
    given = {"a-sites-0-electricity": "1000", "finish": "1"}
    result = client.post(f"/{language}/calculators/answers/business/", given)["Location"]
    links = Page(client.get(result)).links()
    for table, column in (("lines", "kg"), ("inventory", "tonnes_co2e")):
        address = f"{result}{table}-spreadsheet.csv"
        assert address in links
        answer = client.get(address)
        assert answer["Content-Disposition"] == f'attachment; filename="{table}-spreadsheet.csv"'
        assert answer["X-Robots-Tag"] == "noindex"
        read = [
            list(csv.DictReader(StringIO(text, newline=""), delimiter=sign))
            for text, sign in (
                (answer.content.decode("utf-8-sig"), delimiter),
                (client.get(f"{result}{table}.csv").content.decode(), ","),
            )
        ]
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert [row[column] for row in read[0]] == [row[column].replace(".", point) for row in read[1]]
        assert any(point in row[column] for row in read[0])


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
    assert rows["Purchased energy, location-based Assumed in part With row 3.3"][0] == "2"
    assert rows["Processing of sold products"] == ["3.10", "–"]
    assert rows["Biogenic CO₂"] == ["", "nothing counted"]
    assert "“Nothing counted” stands where it does ask" in page.main
    assert words(page.soup.select_one(".inventory caption")) == (
        "Greenhouse gas inventory in tonnes of CO₂ equivalent"
        " What belongs to the organisation: What it operates (operational control)"
    )
    rows = list(csv.DictReader(StringIO(client.get(f"{answer['Location']}inventory.csv").content.decode())))
    assert rows[0] == {
        "inventory_of": "",
        "period": "",
        "boundary": "What it operates (operational control)",
        "row": "1",
        "name": "Direct emissions",
        "tonnes_co2e": "0",
        "assumed": "no",
        "with_row_3_3": "no",
    }
    assert rows[-1]["row"] == "total.market"


def test_a_result_says_whose_it_is_and_of_when(db: None, client: Client) -> None:
    told = {"a-organisation": "=Boulangerie Dupont", "a-covered_period": "1 July 2025 - 30 June 2026"}
    answer = client.post("/en/calculators/answers/business/", {**told, "a-fleet_diesel": "800", "finish": "1"})
    page = Page(client.get(answer["Location"]))
    assert words(page.soup.select_one(".kicker")) == ("Organisation · =Boulangerie Dupont · 1 July 2025 - 30 June 2026")
    assert page.title.startswith("Result: Organisation · =Boulangerie Dupont")
    assert "=Boulangerie Dupont · 1 July 2025 - 30 June 2026" in words(page.soup.select_one(".inventory caption"))
    table = csv.DictReader(StringIO(client.get(f"{answer['Location']}inventory.csv").content.decode()))
    assert {(row["inventory_of"], row["period"]) for row in table} == {
        ("'=Boulangerie Dupont", "1 July 2025 - 30 June 2026")
    }


def test_a_household_has_a_year_and_no_name(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/household/", {"a-country": "FR", "finish": "1"})
    year = SavedEstimate.objects.get().created_at.year
    assert words(Page(client.get(answer["Location"])).soup.select_one(".kicker")) == f"Household · {year}"


def test_an_own_figure_is_said_in_the_reader_s_language(db: None, client: Client) -> None:
    site = {"electricity": "100", "supply": "supplier", "contract_factor": "0.05"}
    given = {f"a-sites-0-{name}": value for name, value in site.items()}
    answer = client.post("/en/calculators/answers/business/", {**given, "finish": "1"})
    page = Page(client.get(answer["Location"]))
    french = Page(client.get(answer["Location"].replace("/en/", "/fr/"))).main
    assert "Votre propre chiffre" in french
    assert "Your own figure" not in french
    own = page.soup.find(string="Entered by whoever made this estimate")
    assert own is not None
    assert all("lang" not in each.attrs for each in own.parents if each.name != "html")


def test_a_factor_is_per_one_of_its_unit(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/business/", {"a-fleet_diesel": "800", "finish": "1"})
    (row, *_upstream) = Page(client.get(answer["Location"])).soup.select(".lines tbody tr")
    assert "800 litres" in words(row)
    assert "kg / litre Diesel · World · 2006 fuel.diesel" in words(row)


def test_an_inventory_of_nothing_is_not_given_out(db: None, client: Client) -> None:
    page = Page(client.post("/en/calculators/answers/business/", {"a-country": "FR", "finish": "1"}))
    assert mistakes(page) == [
        "Nothing is counted with these answers. Enter at least one amount, such as the electricity of a site."
    ]
    assert not SavedEstimate.objects.exists()


def test_beside_its_range_an_inventory_names_what_it_says_nothing_about(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/business/", {"a-fleet_diesel": "800", "finish": "1"})
    left_out = Page(client.get(answer["Location"])).soup.select_one(".result-left-out")
    rows = [words(each) for each in left_out.select("li")]
    assert words(left_out.summary) == (
        f"Neither total nor range covers {len(rows)} rows of the inventory, for which nothing was entered or is asked."
    )
    assert {"Purchased goods and services", "Processing of sold products"} <= set(rows)
    assert {"Direct emissions", "Biogenic CO₂"}.isdisjoint(rows)


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


NOTHING_HAPPENED = {"a-mode": "actual", "a-country": "FR", "a-participants": "3"}


def test_nothing_to_contribute_for_nothing(db: None, client: Client) -> None:
    answer = client.post("/en/calculators/answers/event/", {**NOTHING_HAPPENED, "finish": "1"})
    page = Page(client.get(answer["Location"]))
    assert "Then contribute" not in page.main
    assert page.heading.startswith("0.00")


def test_answers_can_be_changed(result: str, client: Client) -> None:
    page = Page(client.get(f"{result}change/"))
    assert page.sent("at")["a-trips-0-destination"] == "Nairobi, Kenya, Jomo Kenyatta (NBO)"
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
    with django_assert_num_queries(4):
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
