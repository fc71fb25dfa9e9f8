"""A certificate of usual facts fits one page, and what it says stands apart, however long names and purposes are."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from portal.registry.certificates.facts import CertificateFacts
from tests.registry.certificates.drawn import FACTS, pdf_of, stating, text_of, with_blocks


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_an_ordinary_certificate_is_one_page(locale: str) -> None:
    assert len(pdf_of(replace(FACTS, locale=locale)).pages) == 1


SENEGAL = "Société Générale d'Électricité du Sénégal"
LONGEST_NAME = ("Société " * 32).strip()
LONGEST_PURPOSE = ("Une contribution à l’action pour le climat. " * 20).strip()[:875]
LONGEST_TITLE = ("Bundled wind power in three districts " * 5)[:177].strip()
SAID = [
    {"beneficiary_name": "", "beneficiary_type": "other", "beneficiary_country": "", "purpose": ""},
    {"beneficiary_name": "A"},
    {"beneficiary_name": SENEGAL},
    {"beneficiary_name": SENEGAL, "consumption_period": "Exercice 2025/26"},
    {"beneficiary_name": SENEGAL, "purpose": LONGEST_PURPOSE[:300], "consumption_period": "Exercice 2025/26"},
    {"beneficiary_name": SENEGAL, "purpose": LONGEST_PURPOSE, "consumption_period": "Exercice 2025/26"},
    {"beneficiary_name": LONGEST_NAME, "purpose": LONGEST_PURPOSE, "consumption_period": "1" * 60},
    {"beneficiary_name": "W" * 256},
    {"beneficiary_name": "Μαρία " * 42, "purpose": "\n\n".join(["For the river."] * 12)},
]


def baselines(facts: CertificateFacts) -> list[tuple[float, str]]:
    """Where the lines of the first page stand, in points from its lower edge, the highest first, and what they say."""
    rows: dict[float, str] = {}

    def place(text: str, outer: list[float], inner: list[float], _font: object, _size: float) -> None:
        y = round(outer[5] + outer[3] * inner[5], 1)
        if outer[1] == 0:  # the mark of sample data lies across the page
            rows[y] = rows.get(y, "") + text

    pdf_of(facts).pages[0].extract_text(visitor_text=place)
    return sorted(((y, text) for y, text in rows.items() if text.strip()), reverse=True)


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
@pytest.mark.parametrize("said", SAID)
def test_whatever_is_said_fits_one_page(locale: str, said: dict[str, str]) -> None:
    for sample, title in ((False, FACTS.activity_title), (True, LONGEST_TITLE)):
        facts = stating(replace(FACTS, locale=locale, is_sample=sample, activity_title=title), **said)
        assert len(pdf_of(facts).pages) == 1


@pytest.mark.parametrize("said", SAID)
def test_what_is_stated_stands_apart_from_what_was_said(said: dict[str, str]) -> None:
    """A purpose that touched the sentence below it read as if it were part of it."""
    for facts in (
        stating(FACTS, **said),
        stating(replace(FACTS, activity_title=LONGEST_TITLE, is_sample=True), **said),
    ):
        rows = baselines(facts)
        first = next(number for number, (_y, text) in enumerate(rows) if "in units of type" in text)
        gap, pitch = rows[first - 1][0] - rows[first][0], rows[first][0] - rows[first + 1][0]
        assert gap > 1.5 * pitch, rows[first - 1]
        table, below = next(pair for pair in pairwise(rows) if "IN-5-197042606" in pair[0][1])
        assert table[0] - below[0] > 20, below
        assert min(high - low for (high, _up), (low, _down) in pairwise(rows)) > 6


def test_the_lines_of_a_name_are_about_as_long_as_each_other() -> None:
    texts = [text.strip() for _y, text in baselines(stating(FACTS, beneficiary_name=SENEGAL))]
    assert "Société Générale" in texts
    assert "d'Électricité du Sénégal" in texts
    assert "Kestrel & Daughters Ltd" in [text.strip() for _y, text in baselines(FACTS)]


def test_the_longest_texts_ever_seen_lose_nothing() -> None:
    facts = stating(
        replace(FACTS, activity_title=LONGEST_TITLE), beneficiary_name=LONGEST_NAME, purpose=LONGEST_PURPOSE
    )
    text = text_of(facts)
    assert len(pdf_of(facts).pages) == 1
    assert LONGEST_NAME in text
    assert LONGEST_PURPOSE in text
    assert text.replace("\u2068", "").count(LONGEST_TITLE) == 2


@pytest.mark.parametrize("count", [1, 2, 6])
def test_some_blocks_still_fit_one_page(count: int) -> None:
    assert len(pdf_of(with_blocks(count)).pages) == 1


def test_three_hundred_blocks_repeat_their_header_on_every_page() -> None:
    facts = with_blocks(300)
    pages = [page.extract_text() for page in pdf_of(facts).pages]
    printed = [int(found) for page in pages for found in re.findall(r"IN-5-(\d+)00-2-2-0-9", page)]
    assert printed == list(range(1000, 1300))
    assert len(pages) > 5
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert all("FIRST" in page and "LAST" in page for page in pages if "IN-5-" in page)
