"""Public proof: certificates and how they are verified, and the history that everybody can read, search and keep."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client

from portal.registry.codes import new_code, read_code
from portal.registry.ledger import service as ledger
from portal.registry.models import Certificate, LogEntry
from tests.pages import Page
from tests.world import World

LANGUAGES = ("en", "fr", "es")
ODD = [
    "abc",
    "-1",
    "0",
    "99999",
    "9" * 30,
    "1.5",
    "\x00",
    "a\x00b",
    "'; DROP TABLE x;--",
    "%",
    "_",
    "\u202e",
    "é" * 5000,
    "[]",
    "\ud7ff\U0001f30d",
]


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    settings.RATE_LIMITS = False


# --- Certificates


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_shows_what_was_cancelled(world: World, client: Client, language: str) -> None:
    entry = world.cancelled(
        quantity=3,
        beneficiary_name="Club Andino",
        beneficiary_type="organisation",
        beneficiary_country="PE",
        purpose="For the Andes",
    )
    page = Page(client.get(f"/{language}/certificates/{entry.code}/"))
    assert (page.status, page.language) == (200, language)
    assert page.heading
    for fact in (entry.code, "Club Andino", "For the Andes", *entry.serials[0], "CDM-0033", "Sol", "UTC"):
        assert fact in page.main
    assert f"http://testserver/c/{entry.code}" in page.main


def test_an_anonymous_certificate_names_nobody(world: World, client: Client) -> None:
    entry = world.cancelled()
    page = Page(client.get(f"/en/certificates/{entry.code}/"))
    assert "on behalf of a beneficiary who is not named" in page.main


def test_names_with_markup_do_no_harm(world: World, client: Client) -> None:
    name = "<script>alert('x')</script>{{ 7 }}"
    entry = world.cancelled(beneficiary_name=name, beneficiary_type="person", beneficiary_country="", purpose=name)
    for address in (f"/en/certificates/{entry.code}/", "/en/history/"):
        page = Page(client.get(address))
        assert name in page.main
        assert "<script>alert" not in page.source


@pytest.mark.parametrize("unit_type", ["CER", "tCER", "lCER", "MCU", "AER"])
def test_every_unit_type_has_its_own_honest_claim(world: World, client: Client, unit_type: str) -> None:
    code = "A64-S001" if unit_type in ("MCU", "AER") else "CDM-0033"
    entry = world.cancelled(world.listing(activity=world.activity(code), unit_type=unit_type))
    page = Page(client.get(f"/en/certificates/{entry.code}/"))
    said = {
        "CER": "A unit of the Clean Development Mechanism",
        "tCER": "A temporary unit from forestry",
        "lCER": "A long-term unit from forestry",
        "MCU": "A mitigation contribution unit.",
        "AER": "An authorized unit.",
    }
    assert said[unit_type] in page.main
    assert not any(text in page.main for kind, text in said.items() if kind != unit_type)


def test_a_certificate_that_does_not_exist_is_not_found(world: World, client: Client) -> None:
    for code in (new_code(), "none", "7K4M-9QXD-2F6P-H", "\x00", "a" * 3000):
        for part in ("", "certificate.pdf", "share.png"):
            assert client.get(f"/en/certificates/{code}/{part}").status_code == 404, code


def test_an_address_typed_by_hand_leads_to_the_one_address_of_a_certificate(world: World, client: Client) -> None:
    code = world.cancelled().code
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", "").lower()):
        answer = client.get(f"/fr/certificates/{typed}/")
        assert (answer.status_code, answer["Location"]) == (301, f"/fr/certificates/{code}/")


def test_the_pdf_is_the_same_document_each_time(world: World, client: Client) -> None:
    code = world.cancelled(quantity=2).code
    first = client.get(f"/en/certificates/{code}/certificate.pdf")
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == f'inline; filename="certificate-{code}.pdf"'
    assert first["X-Content-Type-Options"] == "nosniff"
    assert "public" in first["Cache-Control"]
    assert first.content.startswith(b"%PDF-")
    assert client.get(f"/fr/certificates/{code}/certificate.pdf").content == first.content


def test_a_corrected_certificate_is_a_new_version_under_the_same_code(world: World, client: Client) -> None:
    code = world.cancelled(beneficiary_name="Club Andnio", beneficiary_type="organisation").code
    old = client.get(f"/en/certificates/{code}/certificate.pdf").content
    first = Certificate.objects.get(code=code)
    Certificate.objects.create(
        cancellation=first.cancellation,
        code=code,
        version=2,
        facts={**first.facts, "version": 2, "beneficiary_name": "Club Andino"},
        issued_at=world.now + timedelta(days=1),
    )
    page = Page(client.get(f"/en/certificates/{code}/"))
    assert "Club Andino" in page.main
    assert "Version 2" in page.main
    assert client.get(f"/en/certificates/{code}/certificate.pdf").content != old


def test_the_picture_for_other_sites_is_a_png(world: World, client: Client) -> None:
    code = world.cancelled().code
    answer = client.get(f"/en/certificates/{code}/share.png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    page = Page(client.get(f"/en/certificates/{code}/"))
    shown = page.soup.find("meta", property="og:image")
    assert shown is not None
    assert shown["content"] == f"http://testserver/en/certificates/{code}/share.png"


# --- Verifying


def test_a_code_leads_to_its_certificate_however_it_is_typed(world: World, client: Client) -> None:
    code = world.cancelled().code
    for typed in (
        code,
        code.lower(),
        f" {code} ",
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("-", "\u2013"),
        f"http://testserver/en/certificates/{code}/",
        f"http://testserver/fr/certificates/{code}/certificate.pdf",
        f"testserver/certificates/{code}",
        f"https://testserver/es/certificates/{code}/?m=1#top",
        f"http://testserver/c/{code}",
        f"/c/{code.replace('-', '').lower()}",
        f"http://testserver/en/verify/?code={code}",
        f"Number {code} · version 1",
    ):
        answer = client.get("/en/verify/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/en/certificates/{code}/")


def test_a_code_that_was_never_issued_is_said_to_be_so(world: World, client: Client) -> None:
    code = new_code()
    page = Page(client.get("/en/verify/", {"code": code}))
    assert page.status == 200
    assert "No certificate has this code" in page.main
    assert page.sent("code") == {"code": code}


def test_a_slip_in_a_code_is_noticed_and_what_was_typed_is_kept(world: World, client: Client) -> None:
    code = world.cancelled().code
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    problem = "This is not a code of ours. Please compare it with the certificate; one character may be wrong."
    page = Page(client.get("/en/verify/", {"code": slip}))
    assert page.summary() == [problem]
    assert page.beside("code") == [problem]
    assert page.sent("code") == {"code": slip}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_code_could_be_one(world: World, client: Client, language: str) -> None:
    example = re.search(r"\w{4}-\w{4}-\w{4}-\w", Page(client.get(f"/{language}/verify/")).main)
    assert example
    assert read_code(example[0]) == example[0]


def test_an_empty_code_is_asked_for(world: World, client: Client) -> None:
    page = Page(client.get("/en/verify/", {"code": " "}))
    assert page.beside("code") == ["Enter the code that stands on the certificate."]
    assert Page(client.get("/en/verify/")).summary() == []


def test_odd_codes_get_an_answer(world: World, client: Client) -> None:
    for typed in ODD:
        page = Page(client.get("/fr/verify/", {"code": typed}))
        assert page.status == 200, typed
        assert len(page.beside("code")) >= 1, typed


def test_the_short_address_of_the_qr_code_leads_to_the_certificate(world: World, client: Client) -> None:
    code = world.cancelled().code
    for typed in (code, code.lower(), code.replace("-", "")):
        answer = client.get(f"/c/{typed}", headers={"accept-language": "fr"})
        assert (answer.status_code, answer["Location"]) == (301, f"/fr/certificates/{code}/")
        assert "Accept-Language" in answer["Vary"]
    assert client.head(f"/c/{code}").status_code == 301
    for nothing in ("none", "%00", new_code()):
        assert client.get(f"/c/{nothing}", follow=True).status_code == 404


# --- The history


def codes(page: Page) -> list[str]:
    """The certificates on a page of the history, from top to bottom."""
    return [link.split("/")[3] for link in page.links() if link.startswith("/en/certificates/")]


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


@pytest.mark.parametrize(
    ("query", "names"),
    [
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
    ],
)
def test_the_history_can_be_searched(
    three: dict[str, LogEntry], client: Client, query: dict[str, str], names: list[str]
) -> None:
    page = Page(client.get("/en/history/", query))
    expected = [three[name] for name in names]
    assert codes(page) == [entry.code for entry in expected]
    units = sum(entry.quantity for entry in expected)
    assert f"{units} unit{'' if units == 1 else 's'} cancelled" in page.main
    rows = read_csv(client.get("/en/history/cancellations.csv", query))
    assert [row["code"] for row in rows] == [entry.code for entry in expected]


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


@pytest.mark.parametrize("query", [{"year": "soon"}, {"year": "1999"}, {"country": "XX"}, {"unit_type": "EUA"}])
def test_what_cannot_be_searched_for_shows_no_rows(
    three: dict[str, LogEntry], client: Client, query: dict[str, str]
) -> None:
    page = Page(client.get("/en/history/", query))
    assert len(page.summary()) == 1
    assert codes(page) == []
    assert "cancelled" not in page.main.partition("There is a problem")[2]
    assert read_csv(client.get("/en/history/cancellations.csv", query)) == []


def test_what_was_searched_for_stays_in_the_form(three: dict[str, LogEntry], client: Client) -> None:
    query = {"q": "<i>", "country": "CL", "unit_type": "CER", "year": "2026"}
    assert Page(client.get("/en/history/", query)).sent("q") == query
    query |= {"activity": "CDM-0033", "beneficiary": "<b>"}  # what addresses may ask as well
    assert Page(client.get("/en/history/", query)).sent("beneficiary") == query


def test_a_year_that_is_none_is_explained(three: dict[str, LogEntry], client: Client) -> None:
    page = Page(client.get("/en/history/", {"year": "soon"}))
    assert page.beside("year") == ["Enter a year, such as 2026."]
    assert page.sent("year")["year"] == "soon"


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
        assert (quote.text, quote.get("lang")) == (text, lang)
    found = Page(client.get("/en/history/", {"q": words}))
    assert preset.code in codes(found)
    (row, _own) = sorted(read_csv(client.get(f"/{language}/history/cancellations.csv")), key=lambda row: row["number"])
    assert row["purpose"] == english


# --- The history as a table for machines


def read_csv(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_has_one_row_for_each_run_of_serial_numbers(world: World, client: Client) -> None:
    entry = world.cancelled(
        quantity=3,
        beneficiary_name="Éva",
        beneficiary_type="person",
        beneficiary_country="CL",
        purpose='Two\nlines, "quoted"',
    )
    answer = client.get("/en/history/cancellations.csv")
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="cancellations.csv"'
    assert read_csv(answer) == [
        {
            "number": str(entry.number),
            "code": entry.code,
            "cancelled_at": "2026-11-23T09:00:00Z",
            "activity_code": "CDM-0033",
            "activity_title": "Wind power at Punta Larga",
            "host_country": "CL",
            "technology": "Wind",
            "unit_type": "CER",
            "quantity": "3",
            "serial_start": entry.serials[0][0],
            "serial_end": entry.serials[0][1],
            "beneficiary_name": "Éva",
            "beneficiary_type": "person",
            "beneficiary_country": "CL",
            "purpose": 'Two\nlines, "quoted"',
            "is_sample": "no",
            "consumption_period": "",
        }
    ]


def test_a_sum_over_the_quantities_is_what_was_cancelled(world: World, client: Client) -> None:
    listing = world.listing(units=100)
    block = listing.issuance_block
    ledger.cancel(
        reference="elsewhere",
        account=listing.provider.registry_account,
        series=block.series,
        issuance_start=block.serial_start,
        issuance_end=block.serial_end,
        quantity=2,
        first_serial=3,
        purpose="",
        beneficiary="",
        now=world.now,
    )
    broken = world.cancelled(listing, quantity=10)
    world.cancelled(listing, quantity=1)
    for name in ("cancellations.csv", "cancellations-spreadsheet.csv"):
        rows = read_csv(client.get(f"/en/history/{name}"))
        runs = [(row["quantity"], row["serial_start"]) for row in rows if row["code"] == broken.code]
        assert runs == [("2", "CL-5-1-2-2-0-33"), ("8", "CL-5-5-2-2-0-33")]
        assert sum(int(row["quantity"]) for row in rows) == 11


@pytest.mark.parametrize(("language", "delimiter"), [("en", ","), ("fr", ";"), ("es", ";")])
def test_spreadsheets_get_a_table_that_they_can_read(
    world: World, client: Client, language: str, delimiter: str
) -> None:
    """Excel takes a file for UTF-8 only where it is marked as such, and expects its country's delimiter."""
    entry = world.cancelled(beneficiary_name="Éva; A, B", beneficiary_type="person")
    world.cancelled()
    address = f"/{language}/history/cancellations-spreadsheet.csv"
    answer = client.get(address, {"q": "eva"})
    assert answer["Content-Disposition"] == 'attachment; filename="cancellations-spreadsheet.csv"'
    text = b"".join(answer.streaming_content)
    assert text.startswith(b"\xef\xbb\xbfnumber" + delimiter.encode())
    assert text.count(b"\xef\xbb\xbf") == 1
    (row,) = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert (row["code"], row["beneficiary_name"]) == (entry.code, "Éva; A, B")
    page = Page(client.get(f"/{language}/history/", {"q": "eva"}))
    assert f"{address}?q=eva" in page.links()
    assert not b"".join(client.get(f"/{language}/history/cancellations.csv").streaming_content).startswith(b"\xef")


def test_a_spreadsheet_runs_nothing_of_the_table(world: World, client: Client) -> None:
    starts = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
    for start in starts:
        world.cancelled(beneficiary_name=f"{start}HYPERLINK(1)", beneficiary_type="person", purpose=f"{start}1+1")
    rows = read_csv(client.get("/en/history/cancellations.csv"))
    assert sorted(row["beneficiary_name"] for row in rows) == sorted(f"'{start}HYPERLINK(1)" for start in starts)
    assert sorted(row["purpose"] for row in rows) == sorted(f"'{start}1+1" for start in starts)


def test_the_address_of_the_table_keeps_what_was_searched_for(world: World, client: Client) -> None:
    assert "/en/history/cancellations.csv" in Page(client.get("/en/history/")).links()
    page = Page(client.get("/en/history/", {"year": "2026", "before": "7"}))
    assert "/en/history/cancellations.csv?year=2026" in page.links()


def test_an_empty_history_has_a_header_and_a_sentence(world: World, client: Client) -> None:
    assert read_csv(client.get("/en/history/cancellations.csv")) == []
    assert "No cancellation matches." in Page(client.get("/en/history/")).main
