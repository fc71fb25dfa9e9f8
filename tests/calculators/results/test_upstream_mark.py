"""Where scope 2 holds what belongs in row 3.3, a result says so wherever it shows that: page, report and tables."""

import csv
from io import StringIO

import pytest
from django.test import Client

from portal.calculators.models import SavedEstimate
from tests.pages import Page, words

MARK = "With row 3.3"


def result_of(client: Client, kind: str, **typed: str) -> str:
    """Calculate, and return the result's address."""
    given = {f"a-{name.replace('__', '-')}": text for name, text in typed.items()}
    return str(client.post(f"/en/calculators/answers/{kind}/", {**given, "finish": "1"})["Location"])


def in_table(client: Client, address: str, column: str) -> dict[str, str]:
    rows = csv.DictReader(StringIO(client.get(address).content.decode()))
    return {row[column]: row["with_row_3_3"] for row in rows}


def on_page(client: Client, address: str, row: str) -> list[str]:
    """The rows of a page that bear the mark, each by its first words."""
    page = Page(client.get(address))
    return [words(each) for each in page.soup.select(row) if MARK in words(each)]


@pytest.mark.parametrize(("country", "is_marked"), [("FR", True), ("KE", True), ("GB", False), ("US", False)])
def test_an_organisation_s_power_is_marked_everywhere_or_nowhere(
    db: None, client: Client, country: str, is_marked: bool
) -> None:
    address = result_of(client, "business", country=country, sites__0__electricity="1000", fleet_diesel="100")
    yes = "yes" if is_marked else "no"
    assert bool(on_page(client, address, ".inventory tbody tr")) is is_marked
    assert bool(on_page(client, address, ".lines tbody tr")) is is_marked
    inventory, lines = (
        in_table(client, f"{address}{name}.csv", "name" if name == "inventory" else "line")
        for name in ("inventory", "lines")
    )
    assert inventory["Purchased energy, location-based"] == yes
    assert inventory["Direct emissions"] == "no"
    assert yes in lines.values()
    result = SavedEstimate.objects.get().result
    assert {row["id"] for row in result["inventory"]["rows"] if row["holds_upstream"]} == (
        {"2.location", "2.market"} if is_marked else set()
    )
    assert [each["scope"] for each in result["scopes"] if each["holds_upstream"]] == (["2"] if is_marked else [])


def test_so_is_a_household_s_which_has_no_inventory(db: None, client: Client) -> None:
    address = result_of(client, "household", country="FR")
    (row,) = on_page(client, address, ".lines tbody tr")
    assert row.startswith("Electricity from the grid")
    marked = in_table(client, f"{address}lines.csv", "line")
    assert {line for line, mark in marked.items() if mark == "yes"} == {"Electricity from the grid"}


def test_a_result_of_before_says_nothing_of_it(db: None, client: Client) -> None:
    address = result_of(client, "household", country="FR")
    estimate = SavedEstimate.objects.get()
    for line in estimate.result["lines"]:
        del line["holds_upstream"]
    estimate.save()
    assert on_page(client, address, ".lines tbody tr") == []
    assert set(in_table(client, f"{address}lines.csv", "line").values()) == {"no"}
