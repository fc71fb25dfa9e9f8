"""The history as a table: for machines, and for spreadsheets, which must not run anything of it."""

import csv
import io

import pytest
from django.test import Client

from portal.registry.ledger import service as ledger
from tests.pages import Page
from tests.registry.looking import read_csv
from tests.world import World


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
