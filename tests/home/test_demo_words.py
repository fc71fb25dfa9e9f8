"""The words of the demo: three languages of one mind, honest limits, sources, and no claim a unit cannot carry."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).resolve().parents[2] / "portal" / "home" / "demo"
REGISTRY = DEMO.parents[3] / "shared" / "data" / "registry"
LANGUAGES = ("en", "fr", "es")
STORIES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted((DEMO / "stories").glob("*.toml"))}
FULL = ("CDM-0033", "CDM-0297", "CDM-0363", "CDM-4744", "CDM-5016", "CDM-5461", "CDM-5977", "CDM-9933")
PAGES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted((DEMO / "pages").glob("*.toml"))}
PLAIN = ("about-units", "contact", "how-it-works", "privacy", "questions", "terms")

STORY_KEYS = {"title", "summary", "engraving_alt", "body", "sdgs"}
BLOCK_KEYS = {
    "paragraph": {"kind", "text"},
    "heading": {"kind", "text"},
    "limits": {"kind", "text"},
    "figure": {"kind", "value", "label", "source"},
    "calculator": {"kind", "slug"},
}
SOURCES = {
    "en": "Source: UNFCCC, CDM registry",
    "fr": "Source\u00a0: CCNUCC, registre du MDP",
    "es": "Fuente: CMNUCC, registro del MDL",
}
# What no unit can carry: a state of zero effect, a label, or the words this portal has replaced by clearer ones.
BANNED = re.compile(
    r"neutr(al|e)(?!n)|net[ -]?zero|zéro (émission )?net|cero neto|cero emisiones netas"
    r"|\boffset|compensation|compensa[rn]\b|compensación|compenser"
    r"|(climate|carbon|climat|carbone|clima|carbono)[ -](positive|positif|positivo|free|friendly)"
    r"|eco-?friendly|écologique|ecológic|\bbadge|insignia|distintivo"
    r"|\bcredits?\b|\bcrédits?\b|\bcréditos?\b|\bvendors?\b|\bsellers?\b|\bcustomers?\b|lorem ipsum",
    re.IGNORECASE,
)
ONE_CLAIM_EACH = (
    "We are climate neutral.",
    "Un produit neutre en carbone",
    "una empresa carbono neutral",
    "la neutralidad de carbono",
    "Offset your flight",
    "Compenser son voyage",
    "para compensar su viaje",
    "a net-zero event",
    "three carbon credits",
)

Words = dict[str, Any]


def prose(words: Words) -> str:
    """Return the running text of a story or page: headings, paragraphs and limits."""
    return "\n".join(block["text"] for block in words["body"] if "text" in block)


def word_count(text: str) -> int:
    """Count words as a reader does: a number grouped by a fixed space is one, a lone punctuation mark none."""
    return sum(any(letter.isalnum() for letter in part) for part in re.split(r"[ \n]+", text))


def strings(value: Any) -> Iterator[str]:
    """Yield every text of a table, however deep, but not the kinds of blocks."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "kind":
                yield from strings(item)


def shape(words: Words) -> list[str]:
    return [block["kind"] for block in words["body"]]


TEXTS = [
    pytest.param(language, table[language], id=f"{name}-{language}")
    for name, table in {**STORIES, **PAGES}.items()
    for language in LANGUAGES
    if language in table
]
TOLD = [pytest.param(STORIES[code][language], id=f"{code}-{language}") for code in FULL for language in LANGUAGES]


def test_the_eight_stories_and_seven_pages_are_there():
    assert STORIES.keys() >= set(FULL)
    assert PAGES.keys() == {*PLAIN, "home"}


@pytest.mark.parametrize("code", FULL)
def test_a_story_is_told_in_three_languages_of_the_same_shape(code):
    story = STORIES[code]
    assert story.keys() == {"activity", "slug", *LANGUAGES}
    assert story["activity"] == code
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", story["slug"])
    assert all(story[language].keys() == STORY_KEYS for language in LANGUAGES)
    assert shape(story["en"]) == shape(story["fr"]) == shape(story["es"])


@pytest.mark.parametrize("code", FULL)
def test_a_story_names_the_same_goals_in_every_language_and_always_climate_action(code):
    goals = {language: [sdg["goal"] for sdg in STORIES[code][language]["sdgs"]] for language in LANGUAGES}
    assert goals["en"] == goals["fr"] == goals["es"] == sorted(set(goals["en"]))
    assert 2 <= len(goals["en"]) <= 5
    assert 13 in goals["en"]
    assert all(1 <= goal <= 17 for goal in goals["en"])


@pytest.mark.parametrize("words", TOLD)
def test_a_story_is_long_enough_to_tell_and_short_enough_to_read(words):
    assert 280 <= word_count(prose(words)) <= 480
    assert len(words["title"]) <= 80
    assert len(words["summary"]) <= 220
    assert 40 <= len(words["engraving_alt"]) <= 250
    assert all(30 <= len(sdg["text"]) <= 220 for sdg in words["sdgs"])


@pytest.mark.parametrize("words", TOLD)
def test_a_story_ends_with_its_limits(words):
    kinds = shape(words)
    assert kinds[0] == "paragraph"
    assert 1 <= kinds.count("limits") <= 2
    assert set(kinds[-kinds.count("limits") :]) == {"limits"}


@pytest.mark.parametrize("code", FULL)
def test_every_key_figure_has_a_source_and_is_the_same_number_everywhere(code):
    numbers = []
    for language in LANGUAGES:
        figures = [block for block in STORIES[code][language]["body"] if block["kind"] == "figure"]
        assert 1 <= len(figures) <= 2
        assert [block["source"] for block in figures] == [SOURCES[language]] * len(figures)
        assert all(0 < len(block["label"]) <= 160 and len(block["value"]) <= 40 for block in figures)
        numbers.append([re.sub(r"\D", "", block["value"]) for block in figures])
    assert numbers[0] == numbers[1] == numbers[2]


@pytest.mark.skipif(
    not REGISTRY.is_dir(), reason="the published registry reports are not beside this project: ../shared/data/registry"
)
@pytest.mark.parametrize("code", FULL)
def test_the_first_figure_is_the_total_that_the_registry_published(code):
    with (REGISTRY / "activities.csv").open(encoding="utf-8", newline="") as file:
        published = {int(row["cdm_ref"]): row["cers_issued_total"] for row in csv.DictReader(file)}
    figure = next(block for block in STORIES[code]["en"]["body"] if block["kind"] == "figure")
    assert figure["value"].replace(",", "") == published[int(code.removeprefix("CDM-"))]


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_page_says_the_same_in_three_languages(name):
    page = PAGES[name]
    assert page.keys() == {"slug", *LANGUAGES}
    assert page["slug"] == name
    assert all(page[language].keys() == {"title", "lead", "body"} for language in LANGUAGES)
    assert shape(page["en"]) == shape(page["fr"]) == shape(page["es"])
    assert all(word_count(prose(page[language])) >= 250 for language in LANGUAGES)


SAMPLE = {"en": "sample", "fr": "exemple", "es": "ejemplo"}


@pytest.mark.parametrize("name", ["contact", "privacy", "terms"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_operator_must_say_is_marked_as_a_sample(name, language):
    words = PAGES[name][language]
    assert SAMPLE[language] in words["lead"]
    addresses = re.findall(r"[\w.]+@[\w.]+", "\n".join(strings(words)))
    assert all(address.endswith("@example.org") for address in addresses)


def test_home_shows_four_steps_in_three_languages():
    home = PAGES["home"]
    assert home.keys() == set(LANGUAGES)
    for language in LANGUAGES:
        words = home[language]
        assert words.keys() == {"title", "headline", "lead", "steps", "body"}
        assert [step.keys() for step in words["steps"]] == [{"title", "text"}] * 4
        assert len(words["headline"]) <= 120
        assert all(len(step["title"]) <= 80 for step in words["steps"])
        assert shape(words) == shape(home["en"])


@pytest.mark.parametrize("claim", ONE_CLAIM_EACH)
def test_the_watch_over_claims_is_awake(claim):
    assert BANNED.search(claim)


@pytest.mark.parametrize(("language", "words"), TEXTS)
def test_no_text_claims_what_a_unit_cannot_carry(language, words):
    assert BANNED.search("\n".join(strings(words))) is None


@pytest.mark.parametrize(("language", "words"), TEXTS)
def test_blocks_are_whole_and_plain(language, words):
    for block in words["body"]:
        assert block.keys() == BLOCK_KEYS[block["kind"]]
        assert block["kind"] != "heading" or len(block["text"]) <= 120
    for text in strings(words):
        assert text == text.strip() != ""
        assert re.search(r"[<>*_`]|\[.*\]\(|  ", text) is None, text


@pytest.mark.parametrize(("language", "words"), TEXTS)
def test_typography_is_that_of_the_language(language, words):
    for text in strings(words):
        assert "'" not in text, text
        assert '"' not in text, text
        if language == "fr":
            assert re.search(r"(?<![\u202f])[;?!]", text) is None, text
            assert re.search(r"(?<![\u00a0]):(?=\s|$)", text) is None, text
            assert re.search(r"«(?!\u00a0)|(?<!\u00a0)»", text) is None, text
        if language in {"fr", "es"}:
            assert re.search(r"\d[ ,.]\d{3}\b", text) is None, text
        if language == "es":
            assert text.count("¿") == text.count("?"), text
            assert text.count("¡") == text.count("!"), text
