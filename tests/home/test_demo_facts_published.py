"""What the demo content says of real activities is what the published registry reports say."""

import csv
import re
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "portal" / "home" / "demo"
REGISTRY = ROOT.parent / "shared" / "data" / "registry"

pytestmark = pytest.mark.skipif(
    not REGISTRY.is_dir(), reason="the published registry reports are not beside this project: ../shared/data/registry"
)

FULL_STORIES = {"CDM-9933", "CDM-4744", "CDM-5977", "CDM-0033", "CDM-5016", "CDM-0297", "CDM-5461", "CDM-0363"}
# The published list leaves scope and sector empty for activities with several scopes; the demo names the main one.
WASTE = ("13", "Waste handling and disposal")
ENERGY = ("1", "Energy industries (renewable - / non-renewable sources)")
SEVERAL_SCOPES = {"33": WASTE, "363": ENERGY, "8288": ENERGY}

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def real(name: str, column: str) -> list[Row]:
    return [row for row in rows(DEMO / name) if row[column].startswith("CDM-")]


@cache
def published(name: str) -> dict[str, list[Row]]:
    """Return the rows of a report by activity number."""
    by_number = defaultdict(list)
    for row in rows(REGISTRY / name):
        by_number[row["cdm_ref"]].append(row)
    return by_number


def number(code: str) -> str:
    return str(int(code.removeprefix("CDM-")))


def cancelled(code: str) -> list[Row]:
    return published("voluntary_cancellations_2012_2019.csv")[number(code)]


def last_cancelled(block: Row) -> int | None:
    """Return the last serial number of a demo block that is known to be cancelled."""
    ends = [
        int(row["serial_end"])
        for row in cancelled(block["activity"])
        if (row["party"], row["unit_type"]) == (block["party"], block["unit_type"])
        and int(block["serial_start"]) <= int(row["serial_start"])
        and int(row["serial_end"]) <= int(block["serial_end"])
    ]
    return max(ends, default=None)


@pytest.mark.parametrize("row", real("activities.csv", "code"), ids=lambda row: row["code"])
def test_an_activity_is_described_as_published(row):
    [source] = published("activities.csv")[row["number"]]
    scope = SEVERAL_SCOPES.get(row["number"], (source["scope_no"], source["sector"]))
    assert row == {
        "code": f"CDM-{int(source['cdm_ref']):04}",
        "number": source["cdm_ref"],
        "programme": source["program"],
        "title": source["title"],
        "host_country": source["host_iso2"],
        "scope": scope[0],
        "sector": scope[1],
        "technology": source["project_type"],
        "subtype": source["project_subtype"],
        "methodologies": source["methodologies"],
        "crediting_start": source["crediting_start"],
        "crediting_end": source["crediting_end"],
        "validation_body": source["validation_body"],
        "is_sample": "false",
    }


def test_a_scope_is_added_only_where_none_is_published():
    assert {published("activities.csv")[key][0]["scope_no"] for key in SEVERAL_SCOPES} == {""}


@pytest.mark.parametrize("block", real("issuances.csv", "activity"), ids=lambda b: f"{b['party']}-{b['serial_start']}")
def test_a_block_is_as_issued_and_starts_its_offer_after_the_last_cancellation(block):
    sources = published("issuances_2007_2019.csv")[number(block["activity"])]
    [source] = [
        row
        for row in sources
        if (row["party"], row["unit_type"], row["serial_start"])
        == (block["party"], block["unit_type"], block["serial_start"])
    ]
    for name in ("serial_end", "commitment_period", "monitoring_start", "monitoring_end"):
        assert block[name] == source[name]
    assert block["issued_date"] == source["issuance_date"]
    last = last_cancelled(block)
    assert int(block["free_serial_start"]) == (int(block["serial_start"]) if last is None else last + 1)


def figures_on_record(code: str) -> set[int]:
    """Return every total, quantity and serial number that the reports hold for an activity."""
    issued = published("issuances_2007_2019.csv")[number(code)]
    gone = cancelled(code)
    taken = defaultdict(int)
    for row in gone:
        taken[row["issuance_serial_start"]] += int(row["quantity"])
    found = {int(published("activities.csv")[number(code)][0]["cers_issued_total"])}
    found |= {sum(int(row["quantity"]) for row in issued), sum(taken.values()), *taken.values()}
    found.add(sum(int(row["quantity"]) for row in gone if row["from_platform"] == "yes"))
    for row in issued:
        found |= {int(row["quantity"]), int(row["serial_start"]), int(row["serial_end"])}
    for block in real("issuances.csv", "activity"):
        if block["activity"] == code:
            found.add(int(block["serial_end"]) - int(block["free_serial_start"]) + 1)
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((DEMO / "stories").glob("CDM-*.toml")) if path.stem not in FULL_STORIES],
    ids=lambda path: path.stem,
)
def test_every_large_figure_of_a_short_story_is_on_record(path):
    story = tomllib.loads(path.read_text(encoding="utf-8"))["en"]
    text = " ".join([story["summary"], *(block["text"] for block in story["body"])])
    figures = {int(found.replace(",", "")) for found in re.findall(r"\d{1,3}(?:,\d{3})+", text)}
    assert figures
    assert figures <= figures_on_record(path.stem)
