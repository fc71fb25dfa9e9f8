"""Airports, the ways between them, and what kind of flight that is."""

import csv
from decimal import Decimal
from importlib import resources
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine import routes
from portal.calculators.engine.routes import (
    HAULS,
    Place,
    airports,
    cabin_room,
    city,
    city_names,
    distance,
    find_airports,
    haul,
    metres,
    named,
    plain,
)

CODES = st.sampled_from(sorted(airports()))


def place(latitude: float, longitude: float) -> Place:
    return Place("", "", "", "", latitude, longitude)


def degrees(whole: int, minutes: int, seconds: float) -> float:
    return (abs(whole) + minutes / 60 + seconds / 3600) * (-1 if whole < 0 else 1)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        # GeographicLib's own example, Wellington to Salamanca: "The distance is 19959679.267 m"
        # (npmjs.com/package/geographiclib-geodesic). It goes nearly half way round, where Vincenty's method fails.
        (place(-41.32, 174.81), place(40.96, -5.50), 19_959_679),
        # Flinders Peak to Buninyong, the test line of the Geocentric Datum of Australia's manual: 54 972.271 m.
        (
            place(degrees(-37, 57, 3.72030), degrees(144, 25, 29.52440)),
            place(degrees(-37, 39, 10.15610), degrees(143, 55, 35.38390)),
            54_972,
        ),
        # From C. Karney's set of test geodesics (as in GeographicLib's own tests): 8 935 244.5604818305 m.
        (place(35.60777, -139.44815), place(-11.17491, -69.95921), 8_935_245),
        # The quarter meridian of WGS84: 10 001 965.729 m.
        (place(0, 0), place(90, 0), 10_001_966),
        (place(51.4706, -0.461941), place(51.4706, -0.461941), 0),
    ],
)
def test_distances_are_those_that_geodesists_publish(here, there, expected):
    assert metres(here, there) == metres(there, here) == expected


@pytest.mark.parametrize(
    ("one", "other", "miles"),
    [
        (
            "JFK",
            "SIN",
            9537,
        ),  # "the 9,537 miles between the two airports", Great Circle Mapper, by The Independent, 2020
        ("LAX", "JFK", 2475),  # Great Circle Mapper's worked example (gcmap.com/faq/gccalc)
    ],
)
def test_distances_between_airports_are_those_that_are_published(one, other, miles):
    assert round(distance(one, other) / Decimal("1.609344")) == miles


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("LHR", "JFK", "5554.517"),
        ("ZRH", "GVA", "230.697"),
        ("LHR", "LHR", "0"),
        ("XXX", "LHR", "0"),
        ("LHR", "", "0"),
        ("lhr", "JFK", "0"),
    ],
)
def test_a_distance_is_in_km_to_the_metre_and_nought_from_nowhere(one, other, km):
    assert distance(one, other) == Decimal(km)


@given(CODES, CODES)
@settings(max_examples=60, deadline=None)
def test_there_is_as_far_as_back_and_nowhere_is_farther_than_half_way_round(one, other):
    assert abs(distance(one, other) - distance(other, one)) <= Decimal("0.001")
    assert 0 <= distance(one, other) <= Decimal("20003.932")
    assert haul(one, other) == haul(other, one)
    assert haul(one, other) in HAULS


@pytest.mark.parametrize(
    ("abroad", "expected"),
    [
        ("IST", "short"),  # Turkey
        ("LCA", "short"),  # Cyprus
        ("CAI", "short"),  # Egypt
        ("CMN", "short"),  # Morocco
        ("KEF", "short"),  # Iceland
        ("PRN", "short"),  # Kosovo
        ("GIB", "short"),
        ("LYR", "short"),  # Svalbard, of Norway
        ("MHQ", "short"),  # Åland, of Finland
        ("TLV", "long"),  # Israel, though nearer than Larnaca's neighbours
        ("SVO", "long"),  # Russia
        ("TBS", "long"),  # Georgia
        ("RMO", "long"),  # Moldova
        ("JFK", "long"),
        ("WDH", "long"),  # Namibia, whose code is NA
        ("SBH", "long"),  # Saint Barthélemy, which the sheet does not name
        ("EDI", "domestic"),
        ("JER", "domestic"),
        ("GCI", "domestic"),
        ("IOM", "domestic"),
    ],
)
def test_from_and_to_britain_the_haul_goes_by_territory(abroad, expected):
    """Moscow is nearer to London than Istanbul is and is long haul all the same: the sheet goes by country."""
    assert haul("LHR", abroad) == haul(abroad, "LHR") == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("JER", "GCI", "domestic"),  # between the Channel Islands, which the sheet calls domestic
        ("JER", "CDG", "short"),
        ("CDG", "FCO", "international"),
        ("JFK", "CDG", "international"),
        ("CDG", "NCE", "international"),  # 695 km within France
        ("JFK", "LAX", "international"),  # 3983 km within the United States
        ("ZRH", "GVA", "domestic"),  # 231 km within Switzerland
        ("LHR", "XXX", "international"),
        ("", "", "international"),
    ],
)
def test_elsewhere_the_haul_goes_by_country_and_distance(one, other, expected):
    assert haul(one, other) == expected


def test_the_sheet_of_hauls_names_british_territory_alone_as_domestic():
    zones = routes._zones()
    assert {code for code, zone in zones.items() if zone == "domestic"} == {"GB", "GG", "IM", "JE"}
    assert set(zones.values()) == {"domestic", "short", "long"}
    assert len(zones) == 215


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("NBO", "NBO"),
        ("nbo", "NBO"),
        ("Nairobi", "NBO"),
        ("heathrow", "LHR"),
        ("Orly", "ORY"),
        ("charles de gaulle", "CDG"),
        ("Zürich", "ZRH"),
        ("zurich", "ZRH"),
        ("São Paulo", "GRU"),
        ("sao paulo", "GRU"),
        ("Tromsø", "TOS"),
        ("tromso", "TOS"),
        ("Łódź", "LCJ"),
        ("lodz", "LCJ"),
        ("Malmö", "MMX"),
        ("Bogotá", "BOG"),
        ("  new   york ", "JFK"),
        ("san fran", "SFO"),
        ("geneva", "GVA"),
        ("Genève", "GVA"),
        ("ginebra", "GVA"),
        ("Londres", "LHR"),
        ("Pékin", "PEK"),
        ("el cairo", "CAI"),
        ("Florence", "FLR"),
        ("Istanbul", "IST"),
        ("Montréal", "YUL"),
    ],
)
def test_airports_are_found_by_name_city_or_code_with_or_without_accents(typed, first):
    assert find_airports(typed)[0].code == first


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Wien", "VIE"),
        ("Genf", "GVA"),
        ("Köln", "CGN"),
        ("koeln", "CGN"),
        ("München", "MUC"),
        ("Praha", "PRG"),
        ("Milano", "MXP LIN"),
        ("Roma", "FCO CIA RMA"),  # the last one is in Australia
        ("Torino", "TRN"),
        ("Venezia", "VCE"),
        ("Warszawa", "WAW WMI"),
        ("Bruxelles", "BRU"),
        ("Brüssel", "BRU"),
        ("København", "CPH RKE"),
        ("Göteborg", "GOT GSE"),
        ("Beograd", "BEG"),
        ("București", "OTP BBU"),
        ("Bucuresti", "OTP BBU"),
        ("Athína", "ATH HEW"),
        ("Lisboa", "LIS"),
        ("Moskva", "SVO DME VKO BKA CKL OSF"),
        ("Kyiv", "KBP IEV"),
        ("Kiev", "KBP IEV"),
        ("Beijing", "PEK PKX NAY"),
        ("Peking", "PEK PKX NAY"),
        ("Mumbai", "BOM"),
        ("Bombay", "BOM"),
        ("Saigon", "SGN"),
        ("Ho Chi Minh City", "SGN"),
        ("Xian", "XIY"),
        ("St. Louis", "STL SUS ALN CPS"),
        ("brest", "BES BQT"),
        ("GVA", "GVA"),
        ("gva", "GVA"),
        ("Goa", "GOI GOX GOA"),
        ("Heathrow", ""),
        ("Klagenf", ""),
        ("Ralph Wien", ""),
        ("", ""),
        ("/", ""),
    ],
)
def test_airports_are_called_by_their_code_or_their_city_in_the_words_of_many_languages(typed, codes):
    assert {each.code for each in named(typed)} == set(codes.split())


def test_a_name_is_no_part_of_a_word():
    assert find_airports("agenf") == find_airports("ienn") == []
    assert "VCE" not in [each.code for each in find_airports("nice", most=50)]


def test_airports_of_the_city_that_most_people_mean_come_first():
    assert [each.code for each in find_airports("london", most=5)] == ["LHR", "LGW", "STN", "LTN", "LCY"]
    assert [each.code for each in find_airports("dublin")] == ["DUB", "DBN", "PSK"]
    assert [each.code for each in find_airports("paris", most=4)] == ["CDG", "ORY", "LBG", "PHT"]


@pytest.mark.parametrize("typed", ["Geneva, Switzerland", "Geneva, somewhere, else"])
def test_what_stands_behind_a_comma_need_not_be_known(typed):
    assert [each.code for each in find_airports(typed)] == ["GVA"]
    assert named(typed) == []


def test_the_code_comes_first_then_the_city_then_its_beginning_then_the_rest():
    assert [each.code for each in find_airports("NCE", most=1)] == ["NCE"]
    assert {each.city for each in find_airports("london", most=4)} == {"London"}
    assert len(find_airports("san", most=25)) == 25
    assert find_airports("san", most=0) == []


@pytest.mark.parametrize(
    ("code", "en", "fr", "es"),
    [
        ("GVA", "Geneva", "Genève", "Ginebra"),
        ("TLS", "Toulouse", "Toulouse", "Toulouse"),
        ("NBO", "Nairobi", "Nairobi", "Nairobi"),
    ],
)
def test_a_city_is_called_as_people_of_a_language_call_it(code, en, fr, es):
    place = airports()[code]
    assert [city(place, language=each) for each in ("en", "fr", "es")] == [en, fr, es]
    assert {plain(en), plain(fr), plain(es)} <= city_names(place)


def cities() -> list[dict[str, str]]:
    text = resources.files("portal.calculators.engine").joinpath("cities.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


def test_every_airport_whose_city_has_names_is_one_and_named_once():
    rows = cities()
    codes = [code for row in rows for code in row["airports"].split()]
    assert len(codes) == len(set(codes)) > 250
    assert set(codes) <= set(airports())
    assert all(row["en"] and row["fr"] and row["es"] for row in rows)


def test_what_else_a_city_is_called_says_something_new_and_finds_it():
    for row in cities():
        code, *_more = row["airports"].split()
        others = [plain(name) for name in row["also"].split(";") if name]
        assert len({*others, plain(row["en"])}) == len(others) + 1
        assert not {*others} & {plain(row[language]) for language in ("en", "fr", "es")}
        assert all(code in [place.code for place in named(name)] for name in others)


@pytest.mark.parametrize("typed", ["", " ", "x", "é", "zzzzzz", "\x00", "%", "' or 1=1"])
def test_what_is_too_short_or_unheard_of_finds_nothing(typed):
    assert find_airports(typed) == []


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_looked_for(typed):
    assert len(find_airports(typed)) <= 10
    assert plain(plain(typed)) == plain(typed)


# --- Room


@pytest.mark.parametrize(
    ("km", "times"),
    [(0, "1.5"), (1108, "1.5"), (3795, "2.2"), (6482, "2.9"), (16000, "2.9")],  # between, half the way
)
def test_a_class_takes_more_room_the_farther_one_goes_between_short_and_long_hauls(km: int, times: str) -> None:
    assert cabin_room("business", Decimal(km)) == Decimal(times)


def test_rooms_are_the_ratios_of_the_published_factors() -> None:
    """UK Government conversion factors 2025, "Business travel - air", without RF, kg CO2e per passenger-km."""
    short = {"average": "0.07559", "economy": "0.07435", "business": "0.11152"}
    long = {"average": "0.09043", "economy": "0.06926", "premium": "0.11081", "business": "0.20083", "first": "0.27701"}
    for km, published in ((1108, short), (6482, long)):
        for cabin, factor in published.items():
            ratio = Decimal(factor) / Decimal(published["economy"])
            assert abs(cabin_room(cabin, Decimal(km)) - ratio) < Decimal("0.0005")
