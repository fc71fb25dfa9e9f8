"""Airports in the form of a calculator: taken where there is no doubt, asked about where there is some."""

import json

import pytest
from django.utils.translation import override

from portal.calculators import catalogue
from portal.calculators.engine.routes import airports
from portal.calculators.questionnaire import entries, live_total, sheets
from portal.calculators.questionnaire.forms import AirportField
from tests.calculators.asked import checked

LANGUAGES = ("en", "fr", "es")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ZRH", "ZRH"),
        ("zrh", "ZRH"),
        ("Zurich", "ZRH"),
        ("zürich", "ZRH"),
        ("Genève", "GVA"),
        ("Genf", "GVA"),
        ("Wien", "VIE"),
        ("tel-aviv", "TLV"),
        ("Ginebra, Geneva Cointrin International Airport (GVA)", "GVA"),
        ("Nairobi, Jomo Kenyatta International Airport (NBO)", "NBO"),
        ("Heathrow (lhr)", "LHR"),
    ],
)
def test_an_airport_is_found_by_its_code_or_the_name_of_its_city(text: str, code: str) -> None:
    assert checked({"airport": text}).answers() == {"airport": code}


@pytest.mark.parametrize("text", ["Atlantis", "Paris (FRA)", "Portland (USA)"])
def test_an_airport_nobody_knows_is_said_so(text: str) -> None:
    """Letters in brackets that are the code of an airport elsewhere are none of it."""
    with override("en"):
        assert checked({"airport": text}).wrong == {
            "airport": [f"No airport is called “{text}”. Try its city, or its code of three letters."]
        }


@pytest.mark.parametrize(
    ("text", "code"), [("Heathrow", "LHR"), ("Ralph Wien", "OTZ"), ("Klagenf", "KLU"), ("Geneva, Switzerland", "GVA")]
)
def test_an_airport_is_not_taken_for_what_it_is_only_like(text: str, code: str) -> None:
    with override("en"):
        form = checked({"airport": text})
        assert form.wrong == {
            "airport": [f"One airport matches “{text}”. Choose it below if it is the one that you mean."]
        }
        assert [found for found, _words in form.choices_of("airport")] == [code]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Brest", ["BES", "BQT"]),
        ("Orléans", ["ORE"]),
        ("Buenos Aires", ["EZE", "AEP"]),
        ("sal", ["SAL", "SID"]),  # a code, and a city elsewhere
        ("Pau", ["PAU", "PUF"]),
        ("VAN", ["VAN"]),
    ],
)
def test_no_airport_is_guessed_where_cities_and_codes_are_alike(text: str, codes: list[str]) -> None:
    form = checked({"airport": text})
    found = [code for code, _words in form.choices_of("airport")] or [form.answers()["airport"]]
    assert found[: len(codes)] == codes


def test_a_name_of_several_airports_offers_them() -> None:
    with override("en"):
        form = checked({"airport": "Nairobi"})
        assert form.wrong == {"airport": ["Several airports match “Nairobi”. Choose one of them below."]}
        assert [code for code, _words in form.choices_of("airport")] == ["NBO", "WIL"]


def test_no_airport_is_guessed_where_a_city_has_several() -> None:
    with override("fr"):
        form = checked({"airport": "Istanbul"})
        assert form.choices_of("airport") == [
            ("IST", "Istanbul, Turquie (IST)"),
            ("SAW", "Istanbul, Turquie, Sabiha Gokcen (SAW)"),
            ("ISL", "Istanbul, Turquie, Ataturk (ISL)"),
        ]


def test_the_one_that_is_chosen_stands_in_the_field() -> None:
    form = checked({"airport": "Nairobi", "airport-pick": "WIL"})
    assert form.answers() == {"airport": "WIL"}
    assert form["airport"].value() == "Nairobi, Kenya, Wilson (WIL)"


@pytest.mark.parametrize(
    ("language", "code", "words"),
    [
        ("en", "SJO", "San José, Costa Rica, Juan Santamaria (SJO)"),
        ("en", "SJC", "San Jose, United States, Mineta San Jose (SJC)"),
        ("es", "SJC", "San Jose, Estados Unidos, Mineta San Jose (SJC)"),
        ("en", "YXU", "London, Canada (YXU)"),
        ("fr", "LHR", "Londres, Royaume-Uni, Heathrow (LHR)"),
        ("en", "ORY", "Paris, France, Orly (ORY)"),
        ("en", "VCT", "Victoria, United States (VCT)"),
        ("es", "CUN", "Cancún, México (CUN)"),
        ("en", "SIN", "Singapore, Changi (SIN)"),  # the country says nothing more
        ("fr", "HKG", "Hong Kong, Chek Lap Kok (HKG)"),
        ("en", "SEZ", "Mahé, Seychelles (SEZ)"),
        ("en", "AXU", "Axum, Ethiopia (AXU)"),  # no city is known
    ],
)
def test_an_airport_is_called_by_its_city_and_its_country(language: str, code: str, words: str) -> None:
    with override(language):
        assert entries.airport_words(code) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_airport_is_found_again_by_what_it_is_called(language: str) -> None:
    """Whoever reads on in another language takes along what was written in this one."""
    field = AirportField()
    with override(language):
        words = {code: entries.airport_words(code) for code in airports()}
    assert len(set(words.values())) == len(words) > 7000
    assert {code: field.clean(text) for code, text in words.items()} == {code: code for code in words}


def test_a_choice_from_an_earlier_name_does_not_count() -> None:
    assert checked({"airport": "Zurich", "airport-pick": "WIL"}).answers() == {"airport": "ZRH"}


@pytest.mark.parametrize(
    ("kind", "fields", "wrong", "asked", "hidden"),
    [
        (
            "business",
            {"country": "KE", "flights-0-from_airport": "CGN", "flights-0-to_airport": "Paris"},
            ["flights-0-to_airport", "flights-0-journeys"],
            ["flights-0-journeys", "flights-0-is_return"],
            ["flights-0-stretch", "flights-0-flown"],
        ),
        (
            "event",
            {
                "country": "KE",
                "participants": "10",
                "airport": "Atlantis",
                "travellers-0-people": "3",
                "travellers-0-by": "plane",
                "travellers-0-from_airport": "New York",
            },
            ["airport", "travellers-0-from_airport"],
            ["travellers-0-cabin"],
            ["travellers-0-km"],
        ),
    ],
)
def test_an_airport_that_cannot_be_read_yet_is_no_airport_left_empty(
    kind: str, fields: dict[str, str], wrong: list[str], asked: list[str], hidden: list[str]
) -> None:
    """It asks which one is meant, and not for the distance that is needed where there are no airports."""
    compiled = catalogue.kind(kind)
    given = entries.collect(compiled.calculator, {f"a-{name}": text for name, text in fields.items()})
    assert list(sheets.check(compiled, given).wrong) == wrong
    state = json.loads(live_total.total(compiled, given).state)
    assert set(hidden) <= set(state["hidden"])
    assert not set(asked) & set(state["hidden"])


@pytest.mark.parametrize(("airport", "unread"), [("NBO", 1), ("Atlantis", 2)])
def test_what_cannot_be_used_yet_is_counted_once_and_left_out(airport: str, unread: int) -> None:
    event = catalogue.kind("event")
    fields = {"country": "KE", "participants": "10", "airport": airport}
    whole = live_total.total(
        event, entries.collect(event.calculator, {f"a-{name}": text for name, text in fields.items()})
    )
    fields |= {"travellers-0-people": "3", "travellers-0-by": "plane", "travellers-0-from_airport": "New York"}
    total = live_total.total(
        event, entries.collect(event.calculator, {f"a-{name}": text for name, text in fields.items()})
    )
    assert (total.is_known, total.kg, total.unread, total.is_unfinished) == (True, whole.kg, unread, False)


def test_the_total_goes_without_an_airport_that_others_need() -> None:
    """Without the event's airport it is not known how far the others are, and they are left out as well."""
    event = catalogue.kind("event")
    fields = {"country": "KE", "participants": "10", "airport": "Atlantis", "travellers-0-people": "3"}
    fields |= {"travellers-0-by": "plane", "travellers-0-from_airport": "GVA"}
    total = live_total.total(
        event, entries.collect(event.calculator, {f"a-{name}": text for name, text in fields.items()})
    )
    assert (total.is_known, total.unread, total.is_unfinished) == (True, 1, True)
