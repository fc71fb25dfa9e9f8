"""Core: airports, the way between two of them, and what kind of flight that is.

Distances are great circles on the WGS84 ellipsoid, by GeographicLib. Airports are those of the package airportsdata
that have an IATA code; it has one name for each city, now English, now local, now that of the village next to the
runway. What people call the cities of larger airports, in three languages and others, stands in `cities.csv`. The haul
of a flight goes by territory, as the UK Government's conversion factors define it.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from importlib import resources
from io import StringIO
from itertools import accumulate
from typing import NamedTuple

import airportsdata
from anyascii import anyascii
from geographiclib.geodesic import Geodesic

from portal.calculators.engine.formulas import ARITHMETIC, Function, Quantity, Text

_KIND = re.compile(r"( (International|Regional|Municipal))* Airport$")  # what most airports are called besides
SHORT = Decimal("482.803")  # km, 300 miles
_MAINLAND = {"AX": "FI", "SJ": "NO"}  # islands that the UK's sheet does not name, but the state they belong to
LANGUAGES = ("en", "fr", "es")  # of cities' names
LONGEST_NAME = 100  # characters of what somebody types that are looked at
HAULS = ("domestic", "short", "long", "international")

# Ratios to economy of UK Government conversion factors 2025, "Business travel - air", without RF, kg per passenger-km:
# on short hauls 0.07559 (average), 0.07435 (economy) and 0.11152 (business), which has no other classes; on long ones
# 0.09043, 0.06926, 0.11081 (premium economy), 0.20083 and 0.27701 (first).
_ROOM = {
    "average": (Decimal("1.0167"), Decimal("1.3057")),
    "economy": (Decimal(1), Decimal(1)),
    "premium": (Decimal(1), Decimal("1.6")),
    "business": (Decimal("1.5"), Decimal("2.9")),
    "first": (Decimal("1.5"), Decimal(4)),
}
# km; Defra's typical distances, as https://github.com/mamhoff/datasets (transport/plane) quotes them
_TYPICAL_SHORT, _TYPICAL_LONG = Decimal(1108), Decimal(6482)


class Place(NamedTuple):
    """An airport: its IATA code, name, city and country, and where it lies in degrees."""

    code: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float


@cache
def airports() -> Mapping[str, Place]:
    """Return all airports by IATA code."""
    return {
        code: Place(code, row["name"], row["city"], row["country"], row["lat"], row["lon"])
        for code, row in airportsdata.load("IATA").items()
    }


def plain(text: str) -> str:
    """Return a text as people type it who look for something: small plain letters, `tromso` for Tromsø."""
    return " ".join(anyascii(text).casefold().split())


def _bare(text: str) -> str:
    """Return the words of a text in plain letters, without marks: `saint denis` for Saint-Denis, `xian` for Xi'an."""
    return " ".join(re.findall(r"\w+", plain(text).replace("'", "")))


class _City(NamedTuple):
    """What a city is called in each language, what else, and which of its airports this is: 0 for the main one."""

    names: Mapping[str, str]
    others: tuple[str, ...]
    order: int


_UNKNOWN = _City({}, (), 99)  # comes after all those that most people mean


@cache
def _cities() -> Mapping[str, _City]:
    """Return the city of each airport that `cities.csv` names."""
    text = resources.files(__package__).joinpath("cities.csv").read_text(encoding="utf-8")
    return {
        code: _City({language: row[language] for language in LANGUAGES}, tuple(row["also"].split(";")), order)
        for row in csv.DictReader(StringIO(text))
        for order, code in enumerate(row["airports"].split())
    }


def _city(place: Place) -> _City:
    return _cities().get(place.code, _UNKNOWN)


def city(place: Place, *, language: str) -> str:
    """Return what people of a language call an airport's city; the package's name where nothing else is known."""
    return _city(place).names.get(language, place.city)


@cache
def city_names(place: Place) -> frozenset[str]:
    """Return what an airport's city is called in any language, in plain letters.

    The package gives some airports two cities, or a city and the village, as in `Brest/Guipavas`: each is a name.
    """
    city = _city(place)
    names = (place.city, *re.split("[/,()]", place.city), *city.names.values(), *city.others)
    return frozenset(map(_bare, names)) - {""}


def short_name(place: Place) -> str:
    """Return what tells an airport from others of its city: `Heathrow` of London Heathrow Airport, or nothing."""
    name = _KIND.sub("", place.name)
    for each in sorted(city_names(place), key=len, reverse=True):
        if f"{_bare(name)} ".startswith(f"{each} "):
            ends = (at for at in range(1, len(name) + 1) if _bare(name[:at]) == each)
            return name[next(ends) :].strip(" -/,")
    return name


@cache
def _by_city() -> Mapping[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in airports().values():
        for name in city_names(place):
            found.setdefault(name, []).append(place)
    return found


def named(text: str) -> list[Place]:
    """Return the airports whose code is the text, or whose city it is the name of. One alone is beyond doubt."""
    found = [*filter(None, [airports().get(text.strip().upper())]), *_by_city().get(_bare(text), ())]
    return list(dict.fromkeys(found))


def is_called(place: Place, text: str) -> bool:
    """Say whether a text has the name of an airport or of its city in it, or is a part of one."""
    words = f" {_bare(text)} "
    names = {*city_names(place), _bare(place.name), _bare(short_name(place))} - {""}
    return any(f" {name} " in words or words in f" {name} " for name in names)


class _Index(NamedTuple):
    """All that airports are found by in one text, a line for each; where its line begins says which airport it is.

    A space stands before each word, so that none is found in the middle of one.
    """

    text: str
    starts: list[int]
    places: list[Place]


@cache
def _index() -> _Index:
    places = list(airports().values())
    lines = ["".join(f" {name}\t" for name in (*city_names(place), _bare(place.name))) + "\n" for place in places]
    return _Index("".join(lines), list(accumulate(map(len, lines[:-1]), initial=0)), places)


def find_airports(text: str, *, most: int = 10) -> list[Place]:
    """Return airports whose code is the text, or whose city, in any language, or name has words that begin with it.

    Best first. Where there are none, what stands before a comma counts: Geneva, Switzerland.
    """
    for part in (text, text.partition(",")[0]):
        wanted = _bare(part[:LONGEST_NAME])
        found = _found(wanted, most) if len(wanted) > 1 else ()
        if found:
            return list(found)
    return []


@lru_cache(maxsize=4096)  # a page asks for the same texts several times
def _found(wanted: str, most: int) -> tuple[Place, ...]:
    places = [*_mentions(f" {wanted}"), *filter(None, [airports().get(wanted.upper())])]
    return tuple(sorted(set(places), key=lambda place: (_rank(wanted, place), *_standing(place)))[:most])


def _mentions(wanted: str) -> Iterator[Place]:
    """Yield the airports whose city or name has a text."""
    index = _index()
    at = index.text.find(wanted)
    while at >= 0:
        number = bisect_right(index.starts, at)
        yield index.places[number - 1]
        at = index.text.find(wanted, index.starts[number]) if number < len(index.starts) else -1


def _standing(place: Place) -> tuple[int, bool, str, str]:
    """Return what puts airports that fit equally well in order: what most people use comes first."""
    return (_city(place).order, "international" not in _bare(place.name), place.city, place.code)


def _rank(wanted: str, place: Place) -> int:
    cities = city_names(place)
    if wanted == place.code.casefold():
        return 0
    if wanted in cities:
        return 1
    if any(each.startswith(wanted) for each in cities):
        return 2
    return 3 if _bare(place.name).startswith(wanted) else 4


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> Decimal:
    """Return the great-circle distance of two airports in km, to the metre; nought where either is unknown."""
    here, there = airports().get(one), airports().get(other)
    if here is None or there is None:
        return Decimal(0)
    return Decimal(metres(here, there)) / 1000


def metres(here: Place, there: Place) -> int:
    """Return the length of the shortest line between two places on the WGS84 ellipsoid, in metres."""
    line = Geodesic.WGS84.Inverse(here.latitude, here.longitude, there.latitude, there.longitude, Geodesic.DISTANCE)
    length: float = line["s12"]
    return round(length)


@cache
def _zones() -> Mapping[str, str]:
    """Return the UK haul class of each territory."""
    text = resources.files(__package__).joinpath("hauls.csv").read_text(encoding="utf-8")
    return {row["iso2"]: row["haul"] for row in csv.DictReader(StringIO(text))}


def haul(one: str, other: str) -> str:
    """Return what kind of flight it is between two airports.

    From or to the United Kingdom, with the Channel Islands and the Isle of Man, it goes by territory (UK Government
    conversion factors 2025, sheet "Haul definition"). Between other countries the same set has one class,
    "international". It has none for flights within another country: those below 300 miles, which the US EPA's Hub of
    2025 calls short, count as domestic, longer ones as international.
    """
    here, there = airports().get(one), airports().get(other)
    if here is None or there is None:
        return "international"
    classes = {_zones().get(_MAINLAND.get(place.country, place.country), "long") for place in (here, there)}
    if "domestic" in classes:  # of the United Kingdom, with Guernsey, Jersey and the Isle of Man
        return (classes - {"domestic"} or classes).pop()
    return "domestic" if here.country == there.country and distance(one, other) < SHORT else "international"


@lru_cache(maxsize=65536)
def cabin_room(cabin: str, km: Decimal) -> Decimal:
    """Return how much more a class counts than economy on a journey of some length, stops left out.

    It rises from what the UK's factors have for short hauls to what they have for long ones, where seats become beds,
    between the typical distances of both. It goes by the whole journey, so that nobody saves by changing aircraft.
    """
    near, far = _ROOM.get(cabin, _ROOM["economy"])
    with localcontext(ARITHMETIC):
        share = (km - _TYPICAL_SHORT) / (_TYPICAL_LONG - _TYPICAL_SHORT)
        return near + (far - near) * max(Decimal(0), min(Decimal(1), share))


FUNCTIONS: Mapping[str, Function] = {
    "distance": Function((Text(), Text()), Quantity("km"), distance),
    "cabin_room": Function((Text(), Quantity("km")), Quantity(""), cabin_room),
    "haul": Function((Text(), Text()), Text(HAULS), haul),
}
