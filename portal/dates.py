"""Dates and spans of days as people of each language write them."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval, format_skeleton, get_timezone_name

_REGIONS = {"en": "en-GB"}
"""Dates in English as the United Nations writes them: day before month."""
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")  # an interval of ISO 8601
_FIRST = re.compile(r"(?<!\d)1(?!\d)")


def locale_of(language: str) -> Locale:
    """Return what Babel knows of a language of the portal, such as `en` or `pt-br`."""
    return Locale.parse(_REGIONS.get(language, language), sep="-")


def long_date(day: date, language: str) -> str:
    """Write a day with its month in full: 1 January 2026, 1er janvier 2026, 1 de enero de 2026."""
    return _ordinal(format_date(day, "long", locale=locale_of(language)), day, language)


def short_moment(moment: datetime, language: str) -> str:
    """Write a time in UTC with its month cut short, and without saying that it is UTC: 3 May 2026, 14:05."""
    return _by_its_clock(moment.astimezone(UTC), language)


def moment_in_words(moment: datetime, language: str, *, zone: tzinfo) -> str:
    """Write a time as clocks of a zone show it, with what people call that zone, and in UTC, which alone everybody can
    reckon with: 3 May 2026, 16:05 (Central European Summer Time, 14:05 UTC).
    """
    there, utc = moment.astimezone(zone), moment.astimezone(UTC)
    if there.tzname() == "UTC":
        return f"{_by_its_clock(utc, language)} UTC"
    name = get_timezone_name(there, locale=locale_of(language))
    same_day = there.date() == utc.date()
    beside = f"{utc:%H:%M}" if same_day else _by_its_clock(utc, language)
    return f"{_by_its_clock(there, language)} ({name}, {beside} UTC)"


def _by_its_clock(moment: datetime, language: str) -> str:
    written = format_datetime(moment, "d MMM y, HH:mm", tzinfo=moment.tzinfo, locale=language)
    return _ordinal(written, moment, language)


def span_in_words(text: str, language: str) -> str:
    """Write an ISO 8601 interval of days as people do: 2026, May 2026, 1-3 May 2026. Any other text stays as it is."""
    match = _SPAN.fullmatch(text)
    try:
        start, end = (date.fromisoformat(day) for day in match.groups()) if match else (None, None)
    except ValueError:
        return text
    return _span(start, end, language) if start and end and start <= end else text


def _span(start: date, end: date, language: str) -> str:
    locale = locale_of(language)
    is_whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if is_whole and (start.year, start.month, end.month) == (end.year, 1, 12):
        return str(start.year)
    if start == end:
        return long_date(start, language)
    if (start.year, start.month) != (end.year, end.month):
        return f"{long_date(start, language)} – {long_date(end, language)}"
    if is_whole:
        return str(format_skeleton("yMMMM", start, locale=locale))
    return _ordinal(format_interval(start, end, "yMMMMd", locale=locale), start, language)


def _ordinal(text: str, day: date, language: str) -> str:
    """French counts the first of a month and no other day: 1er. Babel writes a plain 1."""
    return _FIRST.sub("1er", text, count=1) if day.day == 1 and language.startswith("fr") else text
