"""How facts are shown: countries, money, units, times, and the pictures that are drawn for them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import bidirectional

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language

from portal.countries import country_name
from portal.dates import long_date, moment_in_words
from portal.figures import grouped
from portal.home.sdgs import SDG_NAMES
from portal.measured import tonnes_in_words
from portal.money import shown
from portal.registry.vocabulary import Technology

register = template.Library()
ART = Path(settings.BASE_DIR) / "portal" / "static" / "art"


def _language() -> str:
    return get_language() or "en"


@register.filter
def country(code: str) -> str:
    """Name a country in the reader's language."""
    return country_name(code)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Write an amount as people of the reader's language do."""
    return _money(amount, currency, _language())


# The same prices, times and addresses stand on page after page, and writing them takes longer than looking them up.
_money = lru_cache(maxsize=4096)(shown)


@register.filter
def units(number: int) -> str:
    """Group the digits of a whole number as people of the reader's language do."""
    return grouped(number, _language())


@register.filter
def tonnes(exact: str) -> str:
    """Write tonnes CO2 equivalent, given as decimal text, with as many decimals as make sense."""
    return tonnes_in_words(exact, _language())


@register.filter
def utc_time(moment: datetime) -> str:
    """Write a time in UTC, and say so: for what is on public record, which reads the same everywhere and for ever."""
    return _moment(moment, _language(), UTC)


@register.filter
def portal_time(moment: datetime) -> str:
    """Write a time in the portal's own time zone, by its name, and in UTC: for all that is said to one person."""
    return _moment(moment, _language(), timezone.get_default_timezone())


@register.filter
def local_time(moment: datetime) -> SafeString:
    """Write a time as `portal_time` does, for a browser to turn into its reader's own (`local-time.js`) where it runs
    scripts.
    """
    utc = moment.astimezone(UTC)
    return format_html('<time datetime="{}" data-local>{}</time>', f"{utc:%Y-%m-%dT%H:%M:%SZ}", portal_time(moment))


@lru_cache(maxsize=4096)
def _moment(moment: datetime, language: str, zone: tzinfo) -> str:
    return moment_in_words(moment, language, zone=zone)


_FROM_THE_RIGHT = {"R", "AL", "AN"}  # classes of the Unicode bidirectional algorithm
_ISOLATE, _END = "\u2068", "\u2069"


@register.filter
def isolated(text: str) -> str:
    """Keep what somebody typed from reordering the words around it, line by line, where it runs from right to left.

    For letters as text, and for sentences; where a name stands alone on a page, `<bdi>` or `dir="auto"` does the same.
    """
    return "\n".join(map(_isolated, text.splitlines()))


def _isolated(line: str) -> str:
    return f"{_ISOLATE}{line}{_END}" if any(bidirectional(each) in _FROM_THE_RIGHT for each in line) else line


@register.filter
def day(value: date | None) -> str:
    """Write a day with its month in full."""
    return _day(value, _language()) if value else ""


_day = lru_cache(maxsize=4096)(long_date)


@register.filter
def technology_name(value: str) -> str:
    """Name a technology type in the reader's language; an unknown one as it is."""
    return str(_TECHNOLOGIES.get(value, value))


_TECHNOLOGIES = dict(Technology.choices)


@register.filter
@lru_cache(maxsize=256)
def engraving(technology: str) -> str:
    """Return the address of the engraving for a technology type."""
    name = slugify(technology)
    return static(f"art/engravings/{name if name in _engravings() else 'other'}.svg")


@cache
def _engravings() -> frozenset[str]:
    return frozenset(path.stem for path in (ART / "engravings").glob("*.svg"))


@register.filter
def sdg_name(goal: int) -> str:
    """Name a Sustainable Development Goal in the reader's language."""
    return str(SDG_NAMES[int(goal)])


@register.filter
@lru_cache(maxsize=256)
def sdg_tile(goal: int) -> str:
    """Return the address of a goal's tile."""
    return static(f"art/sdg/{int(goal):02d}.svg")


@register.simple_tag
def world_map(counts: Mapping[str, int], label: str) -> SafeString:
    """Draw the world with its host countries marked. The same figures stand in words beside it.

    The lands stand in a file of their own, which browsers keep; style sheets colour what is taken from it as a whole.
    """
    address = static("art/map.svg")
    hosts = [(address, code) for code, number in counts.items() if number and code in _lands()]
    marks = format_html_join("", '<use class="land has-projects" href="{}#map-{}"/>', hosts)
    lands = format_html('<use class="land" href="{}#world"/>{}', address, marks)
    drawn = '<svg class="world-map" viewBox="0 0 1000 433" role="img" aria-label="{}">{}</svg>'
    return format_html(drawn, label, lands)


@cache
def _lands() -> frozenset[str]:
    return frozenset(re.findall(r'id="map-([A-Z]{2})"', (ART / "map.svg").read_text(encoding="utf-8")))
