"""Countries by their ISO 3166 codes, named in the reader's language. The names come from Unicode CLDR through Babel."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale
from django.utils.translation import get_language, gettext

# CLDR also names groupings and reserved codes; those are no countries.
_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "CP", "DG", "EA", "IC", "AC", "TA", "CQ"}


@cache
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language, sep="-").territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code not in _NO_COUNTRIES}


def country_codes() -> frozenset[str]:
    """Return the codes of all countries."""
    return frozenset(_names("en"))


def country_name(code: str) -> str:
    """Return a country's name in the active language; an unknown code as it is."""
    return _names(get_language() or "en").get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Return all countries by name in the active language, after an empty choice."""
    return [("", gettext("Choose a country")), *_all(get_language() or "en")]


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return countries with their names, in the order that the active language has them in."""
    return _in_order(codes, get_language() or "en")


@cache
def _all(language: str) -> tuple[tuple[str, str], ...]:
    """Return all countries, sorted once: every form that asks for one, and every check of such a form, needs them."""
    return tuple(_in_order(_names(language), language))


def _in_order(codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    names = _names(language)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: alphabetical(pair[1]))


def alphabetical(name: str) -> str:
    """Return a key that sorts É with E and small letters with capitals, as dictionaries do."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
