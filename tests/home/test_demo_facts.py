"""The demo content keeps its word: real facts as published, invented ones marked, and no unit offered twice."""

import csv
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from portal.money import is_exact
from portal.registry.vocabulary import Beneficiary, Purpose, Technology

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "portal" / "home" / "demo"

FULL_STORIES = {"CDM-9933", "CDM-4744", "CDM-5977", "CDM-0033", "CDM-5016", "CDM-0297", "CDM-5461", "CDM-0363"}
DOLLARS = {
    "USD": "1",
    "EUR": "1.15",
    "GBP": "1.33",
    "CHF": "1.24",
    "JPY": "0.0065",
    "BRL": "0.185",
}  # orders of magnitude
CLAIMS = re.compile(r"climate.neutral|carbon.neutral|\boffset|net.zero|carbon credit", re.IGNORECASE)

Row = dict[str, str]
Key = tuple[str, str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


ACTIVITIES = {row["code"]: row for row in rows(DEMO / "activities.csv")}
BLOCKS = rows(DEMO / "issuances.csv")
OFFER = table(DEMO / "providers.toml")
PROVIDERS = {provider["slug"]: provider for provider in OFFER["provider"]}
LISTINGS: list[dict[str, Any]] = OFFER["listing"]
PAST = table(DEMO / "past.toml")
SAMPLES = {code for code, row in ACTIVITIES.items() if row["is_sample"] == "true"}
REAL = ACTIVITIES.keys() - SAMPLES


def free_units(block: Row) -> int:
    return int(block["serial_end"]) - int(block["free_serial_start"]) + 1


def block_of(listing: dict[str, Any]) -> Key:
    return (listing["activity"], str(listing["vintage_year"]), str(listing["serial_start"]))


FREE: dict[Key, int] = {(b["activity"], b["vintage_year"], b["serial_start"]): free_units(b) for b in BLOCKS}


def test_there_are_real_activities_of_many_countries_and_technologies():
    chosen = [ACTIVITIES[code] for code in REAL]
    assert len(chosen) >= 26
    assert len({row["host_country"] for row in chosen}) >= 12
    assert len({row["technology"] for row in chosen}) >= 10
    assert FULL_STORIES <= REAL


@pytest.mark.parametrize("code", sorted(ACTIVITIES))
def test_an_activity_can_be_filed_and_has_units_on_offer(code):
    row = ACTIVITIES[code]
    prefix, width = ("A64-S", 3) if code in SAMPLES else ("CDM-", 4)
    assert code == f"{prefix}{int(row['number']):0{width}}"
    assert row["programme"] in {"PA", "PoA"}
    assert row["technology"] in Technology.values
    assert 1 <= int(row["scope"]) <= 16
    assert date.fromisoformat(row["crediting_start"]) < date.fromisoformat(row["crediting_end"])
    assert 1 <= sum(block["activity"] == code for block in BLOCKS) <= 3
    assert any(listing["activity"] == code for listing in LISTINGS)


def test_every_block_counts_forward_in_serials_and_in_time():
    for block in BLOCKS:
        assert int(block["serial_start"]) <= int(block["free_serial_start"]) <= int(block["serial_end"])
        assert free_units(block) >= 2000
        monitored_to = date.fromisoformat(block["monitoring_end"])
        assert date.fromisoformat(block["monitoring_start"]) <= monitored_to < date.fromisoformat(block["issued_date"])
        assert block["vintage_year"] == str(monitored_to.year)


def test_no_two_blocks_of_a_series_share_a_serial_number():
    series = defaultdict(list)
    for block in BLOCKS:
        sample = block["activity"] in SAMPLES
        name = (block["activity"], block["vintage_year"]) if sample else (block["party"], block["unit_type"])
        series[name].append((int(block["serial_start"]), int(block["serial_end"])))
    for spans in series.values():
        assert all(earlier[1] < later[0] for earlier, later in pairwise(sorted(spans)))


def test_units_of_article_6_4_carry_the_marks_of_their_family_and_kyoto_units_none():
    for block in BLOCKS:
        marks = [block[name] for name in ("mcu_status", "authorised_uses", "conditions", "authorisation_id")]
        if block["activity"] not in SAMPLES:
            assert block["unit_type"] in {"CER", "tCER"}
            assert [block["family"], *marks] == ["", "", "", "", ""]
            continue
        assert block["unit_type"] == "A6.4ER"
        if block["family"] == "MCU":
            assert block["mcu_status"] in {"PI", "NPI"}
            assert [*marks[1:], block["first_transferred"]] == ["", "", "", "false"]
        else:
            assert block["family"] == "AER"
            assert block["authorised_uses"] in {"O", "I", "IO"}, "for national targets only: cannot be cancelled here"
            assert block["conditions"] in {"C", "NC"}
            assert date.fromisoformat(block["authorisation_date"]) < date.fromisoformat(block["issued_date"])
    assert {block["first_transferred"] for block in BLOCKS if block["family"] == "AER"} == {"true", "false"}
    assert {block["mcu_status"] for block in BLOCKS if block["family"] == "MCU"} == {"PI", "NPI"}


def test_listings_of_a_block_never_offer_more_than_its_free_units():
    offered: Counter[Key] = Counter()
    for listing in LISTINGS:
        offered[block_of(listing)] += listing["units"]
    assert offered.keys() <= FREE.keys()
    assert [key for key, units in offered.items() if units > FREE[key]] == []


def test_a_provider_offers_a_block_once_and_in_a_currency_it_takes():
    assert len({(listing["provider"], *block_of(listing)) for listing in LISTINGS}) == len(LISTINGS)
    for listing in LISTINGS:
        assert listing["currency"] in PROVIDERS[listing["provider"]]["currencies"]
        price = Decimal(listing["price"])
        assert is_exact(price, listing["currency"])
        assert Decimal("0.75") <= price * Decimal(DOLLARS[listing["currency"]]) <= Decimal("24.50")


def test_offers_differ_in_size_currency_and_price():
    assert sorted(listing["units"] for listing in LISTINGS)[:2] == [3, 40]
    assert max(listing["units"] for listing in LISTINGS) == 60000
    assert {listing["currency"] for listing in LISTINGS} == {"USD", "EUR", "GBP", "CHF", "JPY", "BRL"}
    prices = defaultdict(list)
    for listing in LISTINGS:
        prices[listing["activity"]].append((listing["price"], listing["currency"]))
    several = [code for code, found in prices.items() if len(found) > 1]
    assert len(several) >= 8
    assert [code for code in several if len(set(prices[code])) < len(prices[code])] == []


def test_what_is_invented_says_so():
    assert {code[:5] for code in SAMPLES} == {"A64-S"}
    assert len({ACTIVITIES[code]["host_country"] for code in SAMPLES}) == 3
    assert len({ACTIVITIES[code]["technology"] for code in SAMPLES}) == 3
    assert all(ACTIVITIES[code]["title"].startswith("Sample: ") for code in SAMPLES)
    assert not any(ACTIVITIES[code]["title"].startswith("Sample") for code in REAL)
    assert all(b["authorisation_id"].startswith("SAMPLE-") for b in BLOCKS if b["family"] == "AER")
    assert all(named["name"].endswith(" (sample)") for named in [*PROVIDERS.values(), *PAST["beneficiary"]])


def test_providers_introduce_themselves_in_three_languages():
    assert len(PROVIDERS) == 5
    for provider in PROVIDERS.values():
        assert provider["about"].keys() == {"en", "fr", "es"}
        assert re.fullmatch(r"[A-Z]{2}", provider["country"])
        assert any(listing["provider"] == provider["slug"] for listing in LISTINGS)


def test_every_activity_has_its_story_and_every_story_its_activity():
    stories = {path.stem: table(path) for path in (DEMO / "stories").glob("*.toml")}
    assert stories.keys() == ACTIVITIES.keys()
    assert all(story["activity"] == code for code, story in stories.items())
    assert len({story["slug"] for story in stories.values()}) == len(stories)


@pytest.mark.parametrize("code", sorted(ACTIVITIES.keys() - FULL_STORIES))
def test_a_short_story_is_short_and_claims_nothing_it_must_not(code):
    story = table(DEMO / "stories" / f"{code}.toml")["en"]
    texts = [block["text"] for block in story["body"]]
    assert 90 <= sum(len(text.split()) for text in texts) <= 150
    assert len(story["title"]) <= 80
    assert len(story["summary"]) <= 220
    assert {block["kind"] for block in story["body"]} == {"paragraph", "heading", "limits"}
    goals = [sdg["goal"] for sdg in story["sdgs"]]
    assert len(set(goals)) == len(goals) > 0
    assert all(1 <= goal <= 17 for goal in goals)
    assert CLAIMS.search(" ".join([story["title"], story["summary"], *texts])) is None
    assert story["title"].startswith("Sample: ") == (code in SAMPLES)


def test_beneficiaries_of_the_past_are_of_all_kinds_and_write_in_many_scripts():
    names = [beneficiary["name"] for beneficiary in PAST["beneficiary"]]
    assert len(set(names)) == len(names) >= 60
    assert {beneficiary["type"] for beneficiary in PAST["beneficiary"]} == set(Beneficiary.values)
    assert all(re.fullmatch(r"[A-Z]{2}", beneficiary["country"]) for beneficiary in PAST["beneficiary"])
    scripts = {unicodedata.name(letter).split()[0] for letter in "".join(names) if letter.isalpha()}
    assert {"LATIN", "CYRILLIC", "GREEK", "CJK", "ARABIC", "DEVANAGARI"} <= scripts


def test_purposes_of_the_past_use_every_preset_and_own_words_in_three_languages():
    assert PAST["purpose_weights"].keys() == set(Purpose.values)
    own = PAST["own_purpose"]
    assert Counter(purpose["language"] for purpose in own) == {"en": 10, "fr": 10, "es": 10}
    lengths = [len(purpose["text"]) for purpose in own]
    assert min(lengths) < 30
    assert 250 < max(lengths) <= 300
    assert CLAIMS.search(" ".join(purpose["text"] for purpose in own)) is None


def test_bands_of_quantities_follow_each_other():
    bands = PAST["quantity_band"]
    assert bands[0]["low"] == 1
    assert all(band["low"] <= band["high"] and band["weight"] > 0 for band in bands)
    assert all(earlier["high"] + 1 == later["low"] for earlier, later in pairwise(bands))
