"""How facts are shown: the way people of the page's language write them, and safe whatever is in them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.timezone import override as in_zone
from django.utils.translation import override

from portal.registry.vocabulary import Technology

NO_BREAK = "\u00a0"
NARROW = "\u202f"


def shown(source: str, language: str = "en", **context: object) -> str:
    with override(language):
        return Template("{% load display %}" + source).render(Context(context))


@pytest.mark.parametrize(("language", "name"), [("en", "Chile"), ("fr", "Chili"), ("es", "Chile")])
def test_countries_have_names(language: str, name: str) -> None:
    assert shown("{{ 'CL'|country }}", language) == name


def test_a_country_code_that_is_not_known_stands_as_it_is() -> None:
    assert shown("{{ code|country }}", code="XX") == "XX"
    assert shown("{{ code|country }}", code="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("en", "50.40", "EUR", "€50.40"),
        ("fr", "50.40", "EUR", f"50,40{NO_BREAK}€"),
        ("es", "50.40", "EUR", f"50,40{NO_BREAK}€"),
        ("en", "1234567.50", "USD", "$1,234,567.50"),
        ("fr", "1234567.50", "USD", f"1{NARROW}234{NARROW}567,50{NO_BREAK}$US"),
        ("en", "500", "JPY", "¥500"),
        ("en", "500.000", "JPY", "¥500"),
        ("en", "1.250", "KWD", f"KWD{NO_BREAK}1.250"),
        ("en", "2.500", "CHF", f"CHF{NO_BREAK}2.50"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(language: str, amount: str, currency: str, text: str) -> None:
    assert shown("{{ amount|money:currency }}", language, amount=Decimal(amount), currency=currency) == text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "1,234,567"), ("fr", f"1{NARROW}234{NARROW}567"), ("es", "1.234.567")]
)
def test_units_are_grouped(language: str, text: str) -> None:
    assert shown("{{ number|units }}", language, number=1234567) == text


def test_few_units_need_no_grouping() -> None:
    assert shown("{{ number|units }}", number=0) == "0"
    assert shown("{{ number|units }}", number=999) == "999"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "3 Nov 2026, 14:03 UTC"), ("fr", "3 nov. 2026, 14:03 UTC"), ("es", "3 nov 2026, 14:03 UTC")],
)
def test_times_are_in_utc_and_say_so(language: str, text: str) -> None:
    assert shown("{{ moment|utc_time }}", language, moment=datetime(2026, 11, 3, 14, 3, tzinfo=UTC)) == text


def test_a_time_in_another_zone_is_shown_in_utc() -> None:
    assert (
        shown("{{ moment|utc_time }}", moment=datetime.fromisoformat("2026-11-23T23:30:00-05:00"))
        == "24 Nov 2026, 04:30 UTC"
    )


@pytest.mark.parametrize("technology", Technology.values)
def test_every_technology_has_a_name_and_a_picture_that_exists(technology: str) -> None:
    assert shown("{{ value|technology_name }}", value=technology) == str(Technology(technology).label)
    address = shown("{{ value|engraving }}", value=technology)
    assert address.startswith("/static/art/engravings/")
    assert (Path(settings.BASE_DIR) / "portal" / address.removeprefix("/")).is_file()


def test_a_technology_that_is_not_known_has_the_picture_of_others() -> None:
    assert shown("{{ value|technology_name }}", value="Tidal") == "Tidal"
    assert shown("{{ value|engraving }}", value="Tidal") == "/static/art/engravings/other.svg"
    assert shown("{{ value|engraving }}", value="../../settings") == "/static/art/engravings/other.svg"


def test_goals_have_names_and_tiles() -> None:
    assert shown("{{ goal|sdg_name }}", goal=13) == "Climate action"
    assert shown("{{ goal|sdg_tile }}", goal=3) == "/static/art/sdg/03.svg"


def marked(drawn: str) -> set[str]:
    return set(re.findall(r'<use class="land has-projects" href="/static/art/map\.svg#map-([A-Z]{2})"/>', drawn))


def test_the_map_marks_host_countries_and_no_others() -> None:
    drawn = shown("{% world_map counts label %}", counts={"CL": 2, "KE": 1, "FR": 0}, label="World map")
    assert marked(drawn) == {"CL", "KE"}


def test_the_map_says_what_it_is_and_takes_no_markup_from_its_label() -> None:
    drawn = shown("{% world_map counts label %}", counts={}, label='"><script>alert(1)</script>')
    assert 'role="img" aria-label="&quot;&gt;&lt;script&gt;' in drawn
    assert "<script>" not in drawn


def test_the_map_is_drawn_from_a_file_that_browsers_keep() -> None:
    drawn = shown("{% world_map counts label %}", counts={"CL": 2, "XX": 1}, label="Map")
    assert drawn.count("<use ") == 2  # the world, and Chile on it
    assert '<use class="land" href="/static/art/map.svg#world"/>' in drawn
    assert "<path" not in drawn


def test_a_name_from_the_right_is_kept_apart_from_the_words_around_it() -> None:
    assert shown("{{ name|isolated }}", name="Alma Prado") == "Alma Prado"
    assert shown("{{ name|isolated }}", name="فاطمة 7") == "\u2068فاطمة 7\u2069"
    assert shown("{{ name|isolated }}", name="12 High Street\nשדרות רוטשילד 5") == (
        "12 High Street\n\u2068שדרות רוטשילד 5\u2069"
    )
    assert shown("{{ name|isolated }}", name="") == ""


def test_a_time_is_told_in_utc_and_so_that_a_browser_can_turn_it_into_its_own() -> None:
    moment = datetime(2026, 5, 3, 16, 5, tzinfo=timezone(timedelta(hours=2)))
    assert shown("{{ moment|local_time }}", moment=moment) == (
        '<time datetime="2026-05-03T14:05:00Z" data-local>3 May 2026, 14:05 UTC</time>'
    )


def test_a_time_is_told_in_the_portals_zone_by_its_name_and_in_utc(
    settings: Any,
) -> None:
    """However an editor's own zone stands meanwhile: what is written here is read by others."""
    settings.TIME_ZONE = "Europe/Paris"
    moment = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)
    with in_zone("Africa/Nairobi"):
        said = shown("{{ moment|portal_time }}", moment=moment)
        assert said == "3 May 2026, 16:05 (Central European Summer Time, 14:05 UTC)"
        on_a_page = shown("{{ moment|local_time }}", moment=moment)
        assert on_a_page == f'<time datetime="2026-05-03T14:05:00Z" data-local>{said}</time>'
        on_record = shown("{{ moment|utc_time }}", moment=moment)
        assert on_record == "3 May 2026, 14:05 UTC", "what is public for ever reads the same everywhere"


@pytest.mark.parametrize("code", ["CL", "PE", "KR", "JM", "IN", "BR", "KE", "HN", "SG", "MU"])
def test_the_map_knows_the_host_countries_even_small_ones(code: str) -> None:
    assert marked(shown("{% world_map counts label %}", counts={code: 1}, label="Map")) == {code}
