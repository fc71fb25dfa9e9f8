"""The factors: looked up, searched, and taken away as a file."""

import csv
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.html import escape

from portal.calculators.factors import edition
from tests.pages import Page, words


def test_every_factor_can_be_looked_up(db: None, client: Client) -> None:
    page = Page(client.get("/en/calculators/factors/"))
    factors = edition.factor_set()
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


@pytest.mark.parametrize(
    ("language", "wanted", "name", "unit"),
    [
        ("fr", "voiture+essence+moyenne", "Voiture essence, toutes tailles (moyenne)", "kg / véhicule-km"),
        ("es", "automóvil+gasolina+promedio", "Automóvil promedio de gasolina", "kg / vehículo-km"),
        ("fr", "average+petrol+car", "Voiture essence, toutes tailles (moyenne)", "kg / véhicule-km"),
    ],
)
def test_factors_are_named_and_found_in_the_reader_s_language(
    db: None, client: Client, language: str, wanted: str, name: str, unit: str
) -> None:
    page = Page(client.get(f"/{language}/calculators/factors/?q={wanted}&region=GB"))
    found = [words(row) for row in page.soup.select(".factors tbody tr")]
    assert any(f"{name} car.average.petrol " in row and unit in row for row in found), found


def test_names_of_sources_are_read_out_as_english_everywhere(db: None, client: Client) -> None:
    page = BeautifulSoup(client.get("/fr/calculators/factors/").content, "lxml")
    every, *sources = page.select("select[name=source] option")
    assert (every.text, every.get("lang")) == ("Indifférent", None)
    assert {option.get("lang") for option in sources} == {"en"}


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
    assert edition.factor_set().version in answer["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(rows) == len(edition.factor_set().rows)


@pytest.mark.parametrize(("language", "delimiter", "value"), [("en", ",", "0.17304"), ("fr", ";", "0,17304")])
def test_spreadsheets_get_the_factors_with_their_languages_numbers(
    db: None, client: Client, language: str, delimiter: str, value: str
) -> None:
    address = f"/{language}/calculators/factors-spreadsheet.csv"
    assert address in Page(client.get(f"/{language}/calculators/factors/")).links()
    answer = client.get(address)
    assert answer.content.startswith(b"\xef\xbb\xbfkey")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    assert len(rows) == len(edition.factor_set().rows)
    (diesel,) = [row for row in rows if (row["key"], row["region"]) == ("car.average.diesel", "GB")]
    assert (diesel["value"], diesel["gases"]) == (value, "CO2, CH4, N2O")


def test_the_factors_page_is_public(db: None, client: Client) -> None:
    answer = client.get("/en/calculators/factors/")
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
