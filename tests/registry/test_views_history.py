"""The history that everybody can read and search: by words, numbers and filters, page after page."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from django.test import Client

from portal.registry.models import LogEntry
from tests.pages import Page
from tests.registry.looking import ODD, codes, read_csv
from tests.world import World


@pytest.fixture
def three(world: World) -> dict[str, LogEntry]:
    """Two activities, two countries, two unit types, two years."""
    kenya = world.activity("A64-S001", host_country="KE", title="Stoves", technology="EE households")
    return {
        "old": world.cancelled(
            now=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), beneficiary_name="Club Andino", beneficiary_type="event"
        ),
        "new": world.cancelled(
            now=datetime(2026, 1, 1, tzinfo=UTC), quantity=5, beneficiary_name="Éva Ñandú", beneficiary_type="person"
        ),
        "kenya": world.cancelled(world.listing(activity=kenya, unit_type="MCU"), quantity=3, now=world.now),
    }


def test_the_history_can_be_searched(three: dict[str, LogEntry], client: Client) -> None:
    for query, names in (
        ({}, ["kenya", "new", "old"]),
        ({"activity": "CDM-0033"}, ["new", "old"]),
        ({"activity": " cdm-0033 "}, ["new", "old"]),
        ({"activity": "CDM-0034"}, []),
        ({"country": "KE"}, ["kenya"]),
        ({"country": "CL"}, ["new", "old"]),
        ({"unit_type": "MCU"}, ["kenya"]),
        ({"unit_type": "AER"}, []),
        ({"year": "2025"}, ["old"]),
        ({"year": "2026"}, ["kenya", "new"]),
        ({"year": "2024"}, []),
        ({"beneficiary": "andino"}, ["old"]),
        ({"beneficiary": "ñandú"}, ["new"]),
        ({"beneficiary": "e\u0301va n\u0303"}, ["new"]),  # as some keyboards compose it
        ({"beneficiary": "."}, []),
        ({"beneficiary": "(["}, []),
        ({"beneficiary": "%"}, []),
        ({"beneficiary": "_"}, []),
        ({"country": "CL", "year": "2026"}, ["new"]),
        ({"activity": "33"}, ["new", "old"]),
        ({"activity": "CDM 33"}, ["new", "old"]),
        ({"activity": "stoves"}, ["kenya"]),
        ({"activity": "andino"}, []),
        ({"beneficiary": "evà"}, ["new"]),
        ({"beneficiary": "stoves"}, []),
        ({"q": "andino"}, ["old"]),
        ({"q": "EVA nandu"}, ["new"]),
        ({"q": "club NANDU"}, []),
        ({"q": "stov"}, ["kenya"]),
        ({"q": "tov"}, []),
        ({"q": "33"}, ["new", "old"]),
        ({"q": "0033"}, ["new", "old"]),
        ({"q": "cdm33"}, ["new", "old"]),
        ({"q": "CDM-0033"}, ["new", "old"]),
        ({"q": "3"}, ["kenya", "new"]),  # a serial number among others; no activity has it
        ({"q": "A64-S001"}, ["kenya"]),
        ({"q": "s1"}, ["kenya"]),
        ({"q": "%"}, []),
        ({"q": "wind", "year": "2026"}, ["new"]),
    ):
        page = Page(client.get("/en/history/", query))
        expected = [three[name] for name in names]
        assert codes(page) == [entry.code for entry in expected], query
        units = sum(entry.quantity for entry in expected)
        assert f"{units} unit{'' if units == 1 else 's'} cancelled" in page.main, query
        rows = read_csv(client.get("/en/history/cancellations.csv", query))
        assert [row["code"] for row in rows] == [entry.code for entry in expected], query


def test_words_are_found_without_accents_and_numbers_without_their_prefix(world: World, client: Client) -> None:
    """What somebody typed who remembered a name, a number or a word, as it was not written on the certificate."""
    dam = world.activity("CDM-5461", title="Barrage de la Fatima, Énergie hydraulique")
    entry = world.cancelled(
        world.listing(activity=dam), beneficiary_name="Société Générale d’Électricité", purpose="Für die Straße"
    )
    world.cancelled(beneficiary_name="Somebody Else")
    numbers = ("5461", "CDM-5461", "cdm 5461")
    for typed in (*numbers, "Fatima", "generale", "SOCIETE", "electricite", "energie", "strasse", "fur"):
        assert codes(Page(client.get("/en/history/", {"q": typed}))) == [entry.code], typed


def test_names_without_spaces_are_found_by_any_part(world: World, client: Client) -> None:
    tokyo = world.cancelled(beneficiary_name="東京電力株式会社")
    thai = world.cancelled(beneficiary_name="การไฟฟ้าฝ่ายผลิต")
    for typed, entry in (("電力", tokyo), ("東", tokyo), ("社", tokyo), ("ไฟฟ้า", thai)):
        assert codes(Page(client.get("/en/history/", {"q": typed}))) == [entry.code], typed
    assert codes(Page(client.get("/en/history/", {"q": "力電"}))) == []


def test_a_serial_number_leads_to_the_cancellation_that_took_it(world: World, client: Client) -> None:
    listing = world.listing(units=100)
    first, second = world.cancelled(listing, quantity=30), world.cancelled(listing, quantity=20)
    for typed, found in (
        ("CL-5-30-2-2-0-33", [first]),
        ("cl-5-31-2-2-0-33", [second]),
        (" – ".join(second.serials[0]), [second]),
        ("CL-5-51-2-2-0-33", []),
        ("CL-5-31-2-2-0-34", []),  # no such unit: that number is of another activity
        ("CL-5-30-2-2-0-33 CL-5-31-2-2-0-33", []),
        ("31", [second]),
        ("50", [second]),
        ("51", []),
        ("999999999999999", []),
        ("9" * 16, []),
    ):
        expected = [entry.code for entry in found]
        assert codes(Page(client.get("/en/history/", {"q": typed}))) == expected, typed
        rows = read_csv(client.get("/en/history/cancellations.csv", {"q": typed}))
        assert [row["code"] for row in rows] == expected, typed


def test_a_certificate_is_found_by_its_code_or_address_too(world: World, client: Client) -> None:
    code = world.cancelled().code
    world.cancelled()
    for typed in (code, code.lower(), f"http://testserver/c/{code}"):
        assert codes(Page(client.get("/en/history/", {"q": typed}))) == [code]


def test_a_search_asks_as_little_of_a_long_history_as_of_a_short_one(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(3):
        world.cancelled()
    for typed in ("sol", "CL-5-1-2-2-0-33", "1"):
        with django_assert_max_num_queries(10):
            client.get("/en/history/", {"q": typed})


def test_what_cannot_be_searched_for_shows_no_rows(three: dict[str, LogEntry], client: Client) -> None:
    for query in ({"year": "soon"}, {"year": "1999"}, {"country": "XX"}, {"unit_type": "EUA"}):
        page = Page(client.get("/en/history/", query))
        assert len(page.summary()) == 1, query
        assert codes(page) == [], query
        assert "cancelled" not in page.main.partition("There is a problem")[2], query
        assert read_csv(client.get("/en/history/cancellations.csv", query)) == [], query


def test_what_was_searched_for_stays_in_the_form(three: dict[str, LogEntry], client: Client) -> None:
    query = {"q": "<i>", "country": "CL", "unit_type": "CER", "year": "2026"}
    assert Page(client.get("/en/history/", query)).sent("q") == query
    query |= {"activity": "CDM-0033", "beneficiary": "<b>"}  # what addresses may ask as well
    assert Page(client.get("/en/history/", query)).sent("beneficiary") == query


def test_a_year_that_is_none_is_explained(three: dict[str, LogEntry], client: Client) -> None:
    for year in ("soon", "-1", "1999", "20266"):
        page = Page(client.get("/en/history/", {"year": year}))
        assert page.beside("year") == ["Enter a year, such as 2026."], year
        assert page.sent("year")["year"] == year


def test_the_history_never_shifts_while_new_rows_arrive(world: World, client: Client) -> None:
    listing = world.listing(units=100)
    before = [world.cancelled(listing).code for _i in range(30)]
    first = Page(client.get("/en/history/"))
    arriving = [world.cancelled(listing).code for _i in range(3)]
    older = next(link for link in first.links() if link.startswith("?before="))
    second = Page(client.get(f"/en/history/{older}"))
    assert codes(first) + codes(second) == before[::-1]
    assert not set(arriving) & set(codes(second))
    assert Page(client.get(f"/en/history/{older}")).main == second.main
    assert not any(link.startswith("?") and "before=" in link for link in second.links())


def test_the_way_to_older_rows_keeps_what_was_searched_for(world: World, client: Client) -> None:
    listing = world.listing(units=100)
    for _i in range(26):
        world.cancelled(listing, beneficiary_name="A&B", beneficiary_type="other")
    page = Page(client.get("/en/history/", {"country": "CL", "beneficiary": "A&B"}))
    older = next(link for link in page.links() if "before=" in link)
    assert older == "?country=CL&beneficiary=A%26B&before=2"
    last = Page(client.get(f"/en/history/{older}"))
    assert len(codes(last)) == 1
    assert "?country=CL&beneficiary=A%26B" in last.links()


def test_htmx_gets_the_rows_alone(world: World, client: Client) -> None:
    entry = world.cancelled()
    answer = client.get("/en/history/", headers={"hx-request": "true"})
    text = answer.content.decode()
    assert entry.code in text
    assert "<html" not in text
    assert "HX-Request" in answer["Vary"]
    assert "HX-Request" in client.get("/en/history/")["Vary"]


def test_odd_input_gets_an_answer(three: dict[str, LogEntry], client: Client) -> None:
    fields = ("q", "activity", "country", "unit_type", "year", "beneficiary", "before", "unknown")
    for name, typed in product(fields, ODD):
        assert client.get("/en/history/", {name: typed}).status_code == 200, (name, typed)
        answer = client.get("/fr/history/cancellations.csv", {name: typed})
        assert answer.status_code == 200, (name, typed)
        assert b"".join(answer.streaming_content).startswith(b"number,code,"), (name, typed)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "To contribute to climate action"),
        ("fr", "Contribuer à l’action climatique"),
        ("es", "Para contribuir a la acción climática"),
    ],
)
def test_a_preset_purpose_is_read_in_the_readers_language_and_own_words_as_they_were_typed(
    world: World, client: Client, language: str, words: str
) -> None:
    english = "To contribute to climate action"
    preset = world.cancelled(beneficiary_name="Éva", purpose=english, preset_purpose="contribute")
    own = world.cancelled(beneficiary_name="Éva", purpose=english)
    rows = Page(client.get(f"/{language}/history/")).soup.select(".history tbody tr")
    said = [row.select("small")[1] for row in rows]
    assert [(each.text, each.get("lang"), each.get("dir")) for each in said] == [
        (english, "", "auto"),
        (words, None, None),
    ]
    for entry, text, lang in ((preset, words, None), (own, english, "")):
        quote = Page(client.get(f"/{language}/certificates/{entry.code}/")).soup.select_one(".certificate-purpose q")
        assert quote is not None
        typed = quote.bdi
        assert (quote.text, typed.get("lang") if typed else None) == (text, lang)
    found = Page(client.get("/en/history/", {"q": words}))
    assert preset.code in codes(found)
    (row, _own) = sorted(read_csv(client.get(f"/{language}/history/cancellations.csv")), key=lambda row: row["number"])
    assert row["purpose"] == english
