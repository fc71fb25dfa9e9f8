"""Days are written as people of each language write them, the first of a month above all."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.dates import long_date, moment_in_words, short_moment, span_in_words


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("en", date(2026, 1, 1), "1 January 2026"),
        ("fr", date(2026, 1, 1), "1er janvier 2026"),
        ("fr", date(2026, 1, 11), "11 janvier 2026"),
        ("fr", date(2021, 1, 21), "21 janvier 2021"),
        ("es", date(2026, 1, 1), "1 de enero de 2026"),
    ],
)
def test_a_day_is_written_as_the_language_does(language: str, day: date, written: str) -> None:
    assert long_date(day, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1 Dec 2026, 01:01"), ("fr", "1er déc. 2026, 01:01"), ("es", "1 dic 2026, 01:01")],
)
def test_so_is_a_moment(language: str, written: str) -> None:
    assert short_moment(datetime(2026, 12, 1, 1, 1, tzinfo=UTC), language) == written


@pytest.mark.parametrize(
    ("zone", "language", "written"),
    [
        ("Europe/Paris", "en", "3 May 2026, 16:05 (Central European Summer Time, 14:05 UTC)"),
        ("Europe/Paris", "fr", "3 mai 2026, 16:05 (heure d’été d’Europe centrale, 14:05 UTC)"),
        ("Europe/Paris", "es", "3 may 2026, 16:05 (hora de verano de Europa central, 14:05 UTC)"),
        ("Africa/Nairobi", "en", "3 May 2026, 17:05 (East Africa Time, 14:05 UTC)"),
        ("Asia/Tokyo", "en", "3 May 2026, 23:05 (Japan Standard Time, 14:05 UTC)"),
        ("Pacific/Auckland", "en", "4 May 2026, 02:05 (New Zealand Standard Time, 3 May 2026, 14:05 UTC)"),
        ("UTC", "en", "3 May 2026, 14:05 UTC"),
    ],
)
def test_a_moment_is_told_in_a_zone_by_its_name_and_in_utc(zone: str, language: str, written: str) -> None:
    moment = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)
    assert moment_in_words(moment, language, zone=ZoneInfo(zone)) == written


def test_a_zone_is_called_as_its_clocks_stand_that_day() -> None:
    moment = datetime(2026, 12, 1, 14, 5, tzinfo=UTC)
    said = moment_in_words(moment, "en", zone=ZoneInfo("Europe/Paris"))
    assert said == "1 Dec 2026, 15:05 (Central European Standard Time, 14:05 UTC)"


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("2026-01-01/2026-12-31", "2026", "2026"),
        ("2026-02-01/2026-02-28", "February 2026", "février 2026"),
        ("2026-05-01/2026-05-03", "1–3 May 2026", "1er–3 mai 2026"),
        ("2026-05-02/2026-05-12", "2–12 May 2026", "2–12 mai 2026"),
        ("2026-05-01/2026-05-01", "1 May 2026", "1er mai 2026"),
        ("2025-07-01/2026-06-30", "1 July 2025 – 30 June 2026", "1er juillet 2025 – 30 juin 2026"),
        ("2026-01-01/2027-12-31", "1 January 2026 – 31 December 2027", "1er janvier 2026 – 31 décembre 2027"),
    ],
)
def test_a_span_of_days_is_put_in_few_words(text: str, english: str, french: str) -> None:
    assert span_in_words(text, "en") == english
    assert span_in_words(text, "fr") == french


@pytest.mark.parametrize("text", ["", "2026", "Spring", "2026-13-01/2026-13-02", "2026-05-03/2026-05-01", "x/y"])
def test_what_is_no_span_stays_as_it_was_typed(text: str) -> None:
    assert span_in_words(text, "en") == text
