"""What an event causes, while it is planned and when it is over."""

from decimal import Decimal

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.answers import REQUIRED, SAME_AIRPORT, InvalidAnswers, Problem
from portal.calculators.engine.footprint import estimate
from tests.calculators.kinds.events import FESTIVAL, FULL, amount, calculated, kg, lines


def test_there_are_at_most_a_billion_participants() -> None:
    with pytest.raises(InvalidAnswers) as caught:
        calculated({"country": "FR", "participants": 10**12, "crew": "1e9", "online": 1_000_000_001})
    assert [str(each) for each in caught.value.problems] == [
        "participants: Enter 1000000000 or less.",
        "online: Enter 1000000000 or less.",
    ]


def test_who_flies_to_an_event_sets_out_from_another_airport() -> None:
    traveller = {"people": 3, "by": "plane", "from_airport": "GVA"}
    with pytest.raises(InvalidAnswers) as caught:
        calculated({"country": "CH", "participants": 3, "airport": "gva", "travellers": [traveller]})
    assert caught.value.problems == [Problem("travellers.0.from_airport", SAME_AIRPORT)]


# --- Planning


def test_while_planning_the_model_of_ekofest_fills_in_what_nobody_knows() -> None:
    """ekofest publicodes-evenements: what a visitor of a festival takes in a day; 1,000 visitors, two days."""
    expected = {
        "soft_drinks": 1000,  # half a litre a day
        "beer": 1000,
        "tap_water": 1000,
        "coffee": 2000,  # a cup a day
        "meals_vegetarian": 2000,  # two meals a day, half of them vegetarian
        "meals_white_meat": 1000,  # the others half white and half red meat
        "meals_red_meat": 1000,
        "electricity": 1200,  # 0.6 kWh
        "camping": 300,  # three in ten sleep there, for one night
    }
    assert {name: amount(FESTIVAL, name) for name in expected} == expected


def test_tableware_of_a_planned_event_weighs_what_ekofest_says() -> None:
    """Two cups of 10 g a day; for each of two meals a plate of 5 g and two pieces of 2 g; a tenth on top."""
    assert amount(FESTIVAL, "plastic") == Decimal("83.6")  # 1.1 * 2,000 days * (2 * 0.010 + 2 * (0.005 + 2 * 0.002)) kg
    assert kg(FESTIVAL, "plastic") + kg(FESTIVAL, "plastic_end") == Decimal("83.6") * Decimal("4.77")  # 2 + 2.77 kg
    assert amount({**FESTIVAL, "is_reusable": True}, "plastic") == 0


def test_a_generator_burns_what_ekofest_says() -> None:
    """Three quarters of the day at full load, 4 litres an hour: 72 litres a day."""
    assert amount({**FESTIVAL, "generators": 3}, "generators") == 3 * 2 * 72


def test_stages_come_on_lorries() -> None:
    """Two lorries for a small stage and six for a large one, 8.5 tonnes each over 1,000 km."""
    assert amount({**FESTIVAL, "small_stages": 1, "large_stages": 2}, "stages") == 14 * 8500


def test_merchandise_is_a_matter_of_festivals() -> None:
    """4 EUR a day with a tax of a fifth, a tenth made too much, seven tenths textiles at 0.6 kg a euro."""
    assert amount(FESTIVAL, "textiles") == pytest.approx(Decimal("5133.333"), abs=Decimal("0.001"))
    assert kg(FESTIVAL, "souvenirs") == pytest.approx(Decimal(2200) * Decimal("0.8"), abs=Decimal("0.001"))
    meeting = {**FESTIVAL, "kind": "meeting"}
    assert amount(meeting, "textiles") == amount(meeting, "camping") == 0


@pytest.mark.parametrize(
    ("access", "car", "train", "local", "air"), [("remote", 800, 100, 50, 30), ("reached", 200, 200, 500, 30)]
)
def test_people_nobody_described_come_as_visitors_of_festivals_do(
    access: str, car: int, train: int, local: int, air: int
) -> None:
    """ekofest: 100 km there and back, 1.8 people in a car; three in a hundred fly, 1,500 km there and back."""
    answers = {**FESTIVAL, "access": access}
    assert amount(answers, "rest_cars") == pytest.approx(Decimal(car * 100) / Decimal("1.8"), abs=Decimal("0.001"))
    assert amount(answers, "rest_trains") == train * 100
    assert amount(answers, "rest_local") == local * 100
    room = amount(answers, "rest_flights") / (air * 1500)  # of all classes: 750 km are no more than a short haul
    assert (room, amount(answers, "rest_taking_off")) == (Decimal("1.0167"), air * 2 * Decimal("1.0167"))


CONGRESS = {"country": "AT", "kind": "meeting", "participants": 1000, "days": 3, "reach": "international"}


def test_an_international_congress_is_flown_to() -> None:
    """EGU General Assembly 2019: 80 % live 700 km away and more and fly 7,031 km there and back, others come 776 km by
    train (origins of 16,273 participants, after Klöwer)."""
    assert amount(CONGRESS, "rest_trains") == 200 * 776
    assert amount(CONGRESS, "rest_taking_off") * 7031 == amount(CONGRESS, "rest_flights") * 2
    assert amount(CONGRESS, "rest_flights") / (800 * 7031) == pytest.approx(Decimal("1.1461"), abs=Decimal("0.0001"))


@pytest.mark.parametrize(
    ("reach", "days", "nights"), [("national", "2.2", "1.15"), ("international", "3.3", "3.95"), ("local", "3", "0")]
)
def test_guests_of_a_congress_sleep_there_as_long_as_in_austria(reach: str, days: str, nights: str) -> None:
    """Österreichische Kongressstatistik 2009: national congresses last 2.2 days and their guests stay for 1.2 nights,
    international ones 3.3 and 4.7. In 2011 they stayed for 1.1 and 3.2. Half way between, each in a room."""
    a_day = amount({**CONGRESS, "reach": reach}, "rest_hotels") / 3000
    assert a_day * Decimal(days) == pytest.approx(Decimal(nights), abs=Decimal("0.02"))


def test_an_international_congress_lies_where_published_ones_do() -> None:
    """0.7 to 2.4 t a head for five congresses of the European Wildlife Disease Association (Smith et al., 2022,
    https://doi.org/10.1101/2022.11.10.516028), and 1.4 t for ESTRO 2023, which its range holds."""
    found = calculated(CONGRESS)
    assert 673 < found.per_person < 2400
    assert found.per_person + found.uncertainty / 1000 > 1400
    assert found.uncertainty / found.total > Decimal("0.4")


@pytest.mark.parametrize(
    ("country", "air", "train", "car", "km"), [("FR", "160", "780", "40", 1316), ("CA", "732", "0", "268", 3096)]
)
def test_a_national_congress_is_one_of_its_country(country: str, air: str, train: str, car: str, km: int) -> None:
    """SFAR 2023 and 2024: 78 % by train and 16 % by air, 1,316 km there and back. Canadian Urological Association 2019:
    265 of 362 flew, 97 drove, 3,096 km."""
    congress = {**CONGRESS, "reach": "national", "country": country}
    assert amount(congress, "rest_taking_off") / 2 == pytest.approx(Decimal(air), rel=Decimal("0.05"))  # and its class
    assert amount(congress, "rest_trains") == Decimal(train) * km
    assert amount(congress, "rest_cars") == pytest.approx(Decimal(car) * km / Decimal("1.8"), abs=Decimal("0.001"))


def test_who_lists_hotels_has_no_others_assumed() -> None:
    assert amount({**CONGRESS, "hotels": [{"nights": 10}]}, "rest_hotels") == 0
    assert amount({**CONGRESS, "reach": "local"}, "rest_hotels") == 0


def test_who_is_described_is_not_assumed_as_well() -> None:
    half = {**FESTIVAL, "travellers": [{"people": 500, "by": "walk", "km": 1}]}
    assert amount(half, "rest_trains") * 2 == amount(FESTIVAL, "rest_trains")
    more = {**FESTIVAL, "travellers": [{"people": 5000, "by": "walk", "km": 1}]}
    assert amount(more, "rest_trains") == 0


def test_what_was_answered_is_not_assumed_as_well() -> None:
    vegan = {**FESTIVAL, "meals_vegan": 4000}
    assert [amount(vegan, f"meals_{kind}") for kind in ("vegan", "vegetarian", "white_meat", "red_meat")] == [
        4000,
        0,
        0,
        0,
    ]
    some = {**FESTIVAL, "meals_vegan": 1000, "meals_red_meat": 0}
    assert [amount(some, f"meals_{kind}") for kind in ("vegetarian", "white_meat", "red_meat")] == [1500, 1500, 0]
    assert amount({**FESTIVAL, "wine": 400}, "beer") == 600


def test_all_that_is_assumed_is_marked() -> None:
    found = calculated(FESTIVAL)
    assert all(line.is_assumed for line in found.lines)
    assert {"rest_km", "access", "coffee", "electricity", "plastic"} <= found.assumed
    answered = calculated({**FESTIVAL, "coffee": 100})
    assert [line.is_assumed for line in answered.lines if line.id == "coffee"] == [False]


def test_a_marked_assumption_makes_the_result_less_sure() -> None:
    guessed = lines(FESTIVAL, "coffee")[0]
    counted = lines({**FESTIVAL, "coffee": 2000}, "coffee")[0]
    assert guessed.kg == counted.kg
    assert guessed.uncertainty > counted.uncertainty


# --- Afterwards


def test_afterwards_nothing_is_assumed() -> None:
    found = calculated({**FESTIVAL, "mode": "actual"})
    assert (found.total, found.assumed, found.lines) == (0, frozenset(), ())


def test_the_same_answers_cause_less_afterwards_by_what_was_assumed() -> None:
    planned, actual = calculated({**FULL, "mode": "planning"}), calculated(FULL)
    assert planned.total > actual.total
    assert actual.assumed == frozenset()
    added = [line for line in planned.lines if line.id.startswith("rest_")]
    assert planned.total - actual.total == sum(line.kg for line in added)


def test_full_answers_leave_nothing_to_assume_but_the_way_of_the_others() -> None:
    assert calculated({**FULL, "mode": "planning"}).assumed == {"access", "reach", "rest_km", "rest_flown"}


def test_a_train_there_and_back_is_twice_the_way() -> None:
    """A hundred people over 300 km by train, there and back."""
    there_and_back = {"mode": "actual", "country": "GB", "participants": 100}
    train = {"people": 100, "by": "train", "km": 300}
    assert amount({**there_and_back, "travellers": [train]}, "rides") == 60_000
    assert amount({**there_and_back, "travellers": [{**train, "is_return": False}]}, "rides") == 30_000


def test_flights_from_an_airport_are_those_of_the_flight_calculator() -> None:
    event = {"mode": "actual", "country": "GB", "airport": "LHR", "participants": 1}
    ours = kg(
        {**event, "travellers": [{"people": 1, "by": "plane", "from_airport": "JFK", "cabin": "economy"}]}, "flights"
    )
    trip = {"trips": [{"origin": "JFK", "destination": "LHR", "cabin": "economy"}]}
    alone = estimate(catalogue.kind("flight"), trip)
    assert ours == next(line.kg for line in alone.lines if not line.part)


def test_a_way_without_airports_needs_its_distance() -> None:
    with pytest.raises(InvalidAnswers) as caught:
        calculated({"country": "GB", "participants": 1, "travellers": [{"people": 1, "by": "plane"}]})
    assert [(each.path, each.message) for each in caught.value.problems] == [("travellers.0.km", REQUIRED)]


def test_people_in_one_car_share_it() -> None:
    event = {"mode": "actual", "country": "GB", "participants": 4}
    car = {"people": 4, "by": "car", "km": 100, "is_return": False}
    assert amount({**event, "travellers": [{**car, "riders": 4}]}, "cars") == 100
    assert amount({**event, "travellers": [car]}, "cars") == 400  # nothing is assumed, so everybody drove alone


def test_an_electric_car_takes_the_power_of_the_country() -> None:
    """DESNZ 2025: an average electric car, 0.03663 kg a kilometre on British electricity."""
    event = {"mode": "actual", "country": "GB", "participants": 1}
    way = {"people": 1, "by": "car_electric", "km": 1000, "is_return": False}
    assert kg({**event, "travellers": [way]}, "electric_cars").quantize(Decimal("0.01")) == Decimal("36.63")


def test_a_meal_causes_what_ademe_publishes() -> None:
    """ADEME, Nos Gestes Climat v4: 5.01 kg with red meat, 0.85 kg vegetarian, 0.54 kg vegan."""
    event = {"mode": "actual", "country": "FR", "participants": 1}
    assert kg({**event, "meals_red_meat": 100}, "meals_red_meat") == Decimal("501.00")
    assert kg({**event, "meals_red_meat": 100, "without_meat": True}, "meals_red_meat") == Decimal("85.00")
    assert kg({**event, "meals_vegan": 100}, "meals_vegan") == Decimal("54.00")


def test_a_hall_counts_for_the_days_it_is_used() -> None:
    """ekofest: 825 kg for a square metre of a concrete building, over 50 years."""
    event = {"mode": "actual", "country": "FR", "participants": 1, "days": 2}
    found = kg({**event, "concrete_area": 1000}, "concrete")
    assert found.quantize(Decimal("0.001")) == (Decimal(825_000) * 2 / (365 * 50)).quantize(Decimal("0.001"))


def test_an_hour_online_causes_what_ademe_publishes() -> None:
    """ADEME, Impact CO2: 0.057 kg for an hour of video call."""
    event = {"mode": "actual", "country": "FR", "participants": 0, "online": 100, "online_hours": 10}
    assert kg(event, "online").quantize(Decimal("0.01")) == Decimal("57.06")
    assert calculated(event).per_person * 100 == calculated(event).total


def test_the_total_is_shared_by_those_on_site_and_online() -> None:
    assert calculated(FULL).shared_by == 500
