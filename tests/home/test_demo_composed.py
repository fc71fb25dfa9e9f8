"""The demo's composed calculators: said in three languages, counted in one way."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.calculators.editing import compositions
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.footprint import estimate, savings
from portal.home.demo import composed
from tests.home.test_demo_words import BANNED

LANGUAGES = ("en", "fr", "es")
FILES = composed.calculators()
YEAR = {
    "country": "KE",
    "online": 1,
    "travellers": [
        {"people": 20, "distance_one_way": 400, "vehicle": "train"},
        {"people": 20, "distance_one_way": 1200, "vehicle": "plane"},
        {"people": 10, "distance_one_way": 100, "vehicle": "car"},
        {"people": 3, "distance_one_way": {"value": 100, "unit": "mile"}, "vehicle": "coach"},
    ],
}


def compiled(facts: dict[str, Any], language: str) -> CompiledCalculator:
    blocks = compositions.completed(composed.blocks(facts, language))
    return compositions.ready(blocks, name="sample", title=facts[language]["title"], intro="")


def words_in(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        for name, value in block["value"].items():
            if isinstance(value, list):
                yield from words_in(value)
            elif name in composed.WORDS and value:
                yield value


def test_there_is_one():
    assert [facts["slug"] for facts in FILES] == ["conference-series"]


@pytest.mark.parametrize("facts", FILES, ids=lambda facts: facts["slug"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_has_no_faults(facts: dict[str, Any], language: str):
    assert compositions.faults_in(composed.blocks(facts, language)) == []


@pytest.mark.parametrize("facts", FILES, ids=lambda facts: facts["slug"])
@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_word_is_translated_and_no_other(facts: dict[str, Any], language: str):
    assert set(words_in(composed.blocks(facts, "en"))) == set(facts["words"][language])


@pytest.mark.parametrize("facts", FILES, ids=lambda facts: facts["slug"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_words_claim_nothing_and_are_set_as_the_language_sets_them(facts: dict[str, Any], language: str):
    said = [*words_in(composed.blocks(facts, language)), *facts[language].values()]
    for text in said:
        assert BANNED.search(text) is None, text
        assert "'" not in text, text
        if language == "fr":
            assert re.search(r"(?<!\u202f)[;?!]|(?<!\u00a0):", text) is None, text


def test_a_year_of_meetings_counts_the_same_in_every_language():
    (series,) = FILES
    found = {language: estimate(compiled(series, language), YEAR) for language in LANGUAGES}
    assert found["en"].total == found["fr"].total == found["es"].total
    assert found["en"].shared_by == 50


def test_a_year_of_meetings_is_journeys_nights_meals_and_rooms():
    """Four meetings a year of fifty people, one of them online."""
    (series,) = FILES
    calculator = compiled(series, "en")
    found = estimate(calculator, YEAR)
    activity = {(line.id, line.item): line.amount for line in found.lines if not line.part}
    assert activity["ground", 0] == 2 * 20 * 400 * 3
    assert activity["planes", 1] == 2 * 20 * 1200 * 3
    assert activity["rooms", None] == 50 * 2 * 3 / 2  # every second one stays for two nights
    assert activity["plates", None] == 50 * 2 * 2 * 3
    assert activity["screens", None] == 50 * 4
    power = next(line for line in found.lines if line.id == "power" and not line.part)
    assert (power.factor.key, power.factor.region) == ("electricity.grid", "KE")
    assert {line.section for line in found.lines} == {"getting_there", "staying", "room"}


def test_what_could_change_is_told_by_what_it_saves():
    (series,) = FILES
    found = [saving.id for saving in savings(estimate(compiled(series, "en"), YEAR))]
    assert found == ["meet_half_as_often", "train_instead_of_plane", "vegetarian"]


def test_a_series_that_meets_online_alone_travels_nowhere():
    (series,) = FILES
    found = estimate(compiled(series, "en"), {**YEAR, "online": 4})
    assert {line.id for line in found.lines} == {"screens"}
