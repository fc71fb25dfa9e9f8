"""Results: frozen when they are calculated, found by their signed address, kept, taken along, and forgotten in time."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from portal import measured
from portal.calculators import catalogue
from portal.calculators.engine.answers import NOTHING_COUNTS, TOO_MUCH, InvalidAnswers, Problem
from portal.calculators.engine.comparisons import LEVEL_2030
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.engine.factors import read
from portal.calculators.factors.regions import PARENTS
from portal.calculators.models import SavedEstimate
from portal.calculators.results import service
from portal.checkout import orders
from portal.checkout.models import Order
from tests.calculators.bakery import CALCULATOR, FACTORS, bakery
from tests.conftest import BOTH_DATABASES
from tests.world import World

pytestmark = pytest.mark.django_db(databases=BOTH_DATABASES)

ANSWERS = {"country": "FR", "bakers": "4", "power": "20000", "vans": [{"name": "Lola", "way": "10000"}]}


def save(
    *,
    answers: dict[str, Any] | None = None,
    now: datetime,
    compiled: CompiledCalculator | None = None,
    ref: str = "bakery",
) -> SavedEstimate:
    return service.calculate(
        ref=ref,
        title="A bakery",
        evaluation=evaluate(compiled or bakery(), ANSWERS if answers is None else answers),
        now=now,
    )


def test_a_result_is_kept_with_all_that_is_shown_of_it(now: datetime) -> None:
    made = save(now=now)
    made.refresh_from_db()
    assert (made.total_kg, made.units, made.period) == (Decimal(4000), 4, str(now.year))
    assert made.factor_set == bakery().factors.version
    assert made.answers == ANSWERS
    result = made.result
    assert [(line["id"], line["part"], line["kg"]) for line in result["lines"]] == [
        ("power", "", "1000"),
        ("vans", "", "2500"),
        ("vans", "upstream", "500"),
    ]
    assert result["savings"] == [
        {"id": "electric", "label": "Buy electric vans", "kg": "2000"},
        {"id": "halve", "label": "Halve the power", "kg": "500"},
    ]
    assert result["items"] == {"vans": ["Lola"]}
    assert [each["path"] for each in result["transcript"] if each["is_assumed"]] == ["at_night", "vans.0.fuel"]
    assert result["purpose"] == "household"
    assert json.loads(json.dumps(result)) == result


def test_a_persons_year_is_compared_with_the_country_the_world_and_a_level_that_fits(now: datetime) -> None:
    compared = save(now=now).result["comparison"]
    assert [each["id"] for each in compared] == ["yours", "country", "world", "level"]
    assert compared[0]["tonnes"] == "1"
    assert compared[3]["tonnes"] == str(LEVEL_2030.tonnes)
    without_country = save(answers={**ANSWERS, "country": ""}, now=now).result["comparison"]
    assert [each["id"] for each in without_country] == ["yours", "world", "level"]


def test_what_happens_once_is_compared_with_nothing(now: datetime) -> None:
    trip = {"trips": [{"origin": "ZRH", "destination": "NBO"}]}
    made = save(compiled=catalogue.kind("flight"), answers=trip, now=now, ref="flight")
    assert (made.period, made.result["comparison"], made.result["inventory"]) == ("", [], None)


def test_an_organisation_gets_an_inventory_and_no_comparison(now: datetime) -> None:
    made = save(compiled=catalogue.kind("business"), answers={"fleet_diesel": "800"}, now=now, ref="business")
    assert made.result["comparison"] == []
    assert [row["id"] for row in made.result["inventory"]["rows"]][:4] == ["1", "2.location", "2.market", "3.1"]
    assert made.result["inventory"]["by_location_tonnes"] == made.result["tonnes"]


ORGANISATION = {
    "organisation": "Boulangerie Dupont",
    "covered_period": "1 July 2025 - 30 June 2026",
    "consolidation": "financial",
    "employees": "3",
    "fleet_diesel": "800",
}


def test_a_result_says_of_whom_and_of_when_it_is_where_that_was_told(now: datetime) -> None:
    made = save(compiled=catalogue.kind("business"), answers=ORGANISATION, now=now, ref="business")
    assert made.period == "1 July 2025 - 30 June 2026"
    assert made.result["about"] == {
        "name": "Boulangerie Dupont",
        "period": "1 July 2025 - 30 June 2026",
        "boundary_label": "What belongs to the organisation",
        "boundary": "What it directs financially (financial control)",
    }
    dates = "3 to 5 March 2026"
    event = {"event_name": "Spring Forum", "takes_place": dates, "country": "FR", "participants": "40"}
    assert save(compiled=catalogue.kind("event"), answers=event, now=now, ref="event").result["about"] == {
        "name": "Spring Forum",
        "period": dates,
        "boundary_label": "",
        "boundary": "",
    }


def test_a_household_s_year_is_proposed_as_this_one(now: datetime) -> None:
    """It is asked how it lives, not when; the checkout shows the year and lets the purchaser change it."""
    made = save(compiled=catalogue.kind("household"), answers={"country": "FR"}, now=now, ref="household")
    assert (made.period, made.result["about"]["period"]) == (str(now.year), str(now.year))
    brought = measured.read(service.take_into_account(estimate=made))
    assert brought is not None
    assert brought.period == str(now.year)


def test_nobody_guesses_which_year_an_organisation_meant(now: datetime) -> None:
    """It was asked for twelve months, which are seldom those in which it counts, and said nothing."""
    made = save(
        compiled=catalogue.kind("business"), answers={"country": "FR", "fleet_diesel": "800"}, now=now, ref="business"
    )
    assert (made.period, made.result["about"]["period"]) == ("", "")


def test_of_a_long_period_lists_have_the_beginning_and_a_purchaser_all_of_it(now: datetime) -> None:
    period = "the financial year that ended on 30 June 2026, and the three months before it"
    answers = {**ORGANISATION, "covered_period": period}
    made = save(compiled=catalogue.kind("business"), answers=answers, now=now, ref="business")
    made.refresh_from_db()
    assert made.period == "the financial year that ended on 30 Jun…"
    brought = measured.read(service.take_into_account(estimate=made))
    assert brought is not None
    assert brought.period == period


def test_answers_that_cannot_be_used_leave_nothing_behind(now: datetime) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        save(answers={"power": "-1", "vans": [{}]}, now=now)
    assert [problem.path for problem in caught.value.problems] == ["power", "vans.0.way"]
    assert not SavedEstimate.objects.exists()


def test_more_than_the_world_emits_is_a_slip_of_the_finger(now: datetime) -> None:
    answers = {"vans": [{"way": "1000000000000"}]}
    assert save(answers=answers, now=now).units == 300_000_002
    thirsty = read(FACTORS.replace("Petrol van,0.25", "Petrol van,25"), name="test", parents=PARENTS)
    with pytest.raises(InvalidAnswers) as caught:
        save(compiled=catalogue.ready(CALCULATOR, factors=thirsty), answers=answers, now=now)
    assert caught.value.problems == [Problem("", TOO_MUCH)]


def test_an_inventory_in_which_nothing_counts_is_none(now: datetime) -> None:
    for answers in ({}, {"employees": "3"}, {"fleet_diesel": "0"}):
        with pytest.raises(InvalidAnswers) as caught:
            save(compiled=catalogue.kind("business"), answers=answers, now=now, ref="business")
        assert caught.value.problems == [Problem("", NOTHING_COUNTS)]
    assert not SavedEstimate.objects.exists()


# --- Found again


def test_a_result_is_found_by_its_signed_address_and_read_by_its_token(now: datetime) -> None:
    made = save(now=now)
    assert service.find(address=made.address) == made
    assert service.find_to_read(address=made.token) == made
    assert service.find_to_read(address=made.address) is None
    other = save(now=now)
    forged = f"{other.token}.{made.address.partition('.')[2]}"
    for address in (made.token, forged, f"{made.address}x", "", "x.y"):
        assert service.find(address=address) is None
    for address in ("", "x", "\x00" * 22, made.token + "x", made.token.swapcase(), f"{made.token}\n"):
        assert service.find_to_read(address=address) is None


def test_a_result_is_found_by_an_address_that_an_earlier_key_signed(now: datetime, settings: Any) -> None:
    made = save(now=now)
    address = made.address
    before, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    settings.SECRET_KEY_FALLBACKS = [before]
    assert service.find(address=address) == made
    assert made.address != address
    settings.SECRET_KEY_FALLBACKS = []
    assert service.find(address=address) is None


def test_a_result_stays_as_it_was_when_factors_change(now: datetime) -> None:
    made = save(now=now)
    kept = made.result
    cheaper = read(FACTORS.replace("Power,0.05", "Power,0.01"), name="later", parents=PARENTS)
    assert save(compiled=catalogue.ready(CALCULATOR, factors=cheaper), now=now).total_kg == Decimal(3200)
    again = service.find(address=made.address)
    assert again is not None
    assert again.result == kept


# --- Kept in an account


def test_a_result_is_kept_by_one_person(world: World, now: datetime) -> None:
    made = save(now=now)
    assert service.keep(estimate=made, owner=world.alma)
    assert service.keep(estimate=made, owner=world.alma)
    assert not service.keep(estimate=made, owner=world.nil)
    assert service.kept_by(owner=world.alma) == [made]
    assert service.kept_by(owner=world.nil) == []


def test_who_keeps_a_result_may_let_it_go_and_nobody_else(world: World, now: datetime) -> None:
    made = save(now=now)
    service.keep(estimate=made, owner=world.alma)
    assert not service.let_go(estimate=made, owner=world.nil)
    assert service.let_go(estimate=made, owner=world.alma)
    assert service.kept_by(owner=world.alma) == []


def test_the_newest_result_comes_first_and_in_one_query(
    world: World, now: datetime, django_assert_num_queries: Any
) -> None:
    made = [save(now=now - timedelta(days=days)) for days in (3, 1, 2)]
    for each in made:
        service.keep(estimate=each, owner=world.alma)
    with django_assert_num_queries(1):
        kept = service.kept_by(owner=world.alma)
        assert [each.get_absolute_url() for each in kept] == [made[at].get_absolute_url() for at in (1, 2, 0)]


def test_results_that_somebody_keeps_are_told_apart_by_name(world: World, now: datetime) -> None:
    made = save(compiled=catalogue.kind("business"), answers=ORGANISATION, now=now, ref="business")
    older = save(now=now - timedelta(days=1))
    for each in (made, older):
        service.keep(estimate=each, owner=world.alma)
    assert [each.name for each in service.kept_by(owner=world.alma)] == ["Boulangerie Dupont", ""]


# --- Taken along


def test_a_purchaser_takes_name_quantity_purpose_period_and_factor_set_along(now: datetime) -> None:
    made = save(compiled=catalogue.kind("business"), answers=ORGANISATION, now=now, ref="business")
    with override("fr"):
        brought = measured.read(service.take_into_account(estimate=made))
    assert brought == measured.Measured(
        calculator="business",
        title="A bakery",
        name="Boulangerie Dupont",
        tonnes=made.result["tonnes"],
        quantity=made.units,
        purpose="company",
        period="1 July 2025 - 30 June 2026",
        factor_set=made.factor_set,
        token=made.token,
        url=f"/fr/calculators/results/{made.token}/",
    )


def hanzi(length: int, *, step: int) -> str:
    """Return a text in which hardly anything is repeated, so that it cannot be packed well."""
    return "".join(chr(0x4E00 + (at * at * step) % 20_000) for at in range(length))


def test_the_longest_words_of_any_alphabet_are_taken_along(now: datetime) -> None:
    words = {"organisation": hanzi(160, step=7_919), "covered_period": hanzi(160, step=10_477)}
    made = save(compiled=catalogue.kind("business"), answers={**ORGANISATION, **words}, now=now, ref="business")
    made.title = hanzi(255, step=3_001)
    text = service.take_into_account(estimate=made)
    assert 2_200 < len(text) < measured.LONGEST
    brought = measured.read(text)
    assert brought is not None
    assert (brought.name, brought.period) == (words["organisation"], words["covered_period"])


# --- Forgotten in time


def test_old_results_go_unless_somebody_keeps_or_ordered_them(world: World, now: datetime) -> None:
    long_ago = now - service.KEPT_FOR - timedelta(hours=1)
    old, kept, bought, young = (save(now=long_ago) for _at in range(4))
    SavedEstimate.objects.filter(pk=young.pk).update(created_at=now - service.KEPT_FOR + timedelta(hours=1))
    service.keep(estimate=kept, owner=world.alma)
    brought = measured.read(service.take_into_account(estimate=bought))
    assert brought is not None
    Order.objects.filter(pk=world.order().pk).update(measured=asdict(brought))

    assert service.sweep(now=now, ordered=orders.tokens_measured) == 1
    assert {each.pk for each in SavedEstimate.objects.all()} == {kept.pk, bought.pk, young.pk}
    assert old.pk not in {kept.pk, bought.pk, young.pk}
    assert service.sweep(now=now, ordered=orders.tokens_measured) == 0


def test_a_sweep_gets_past_what_stays(now: datetime) -> None:
    long_ago = now - service.KEPT_FOR - timedelta(days=1)
    made = [save(now=long_ago) for _at in range(5)]
    stays = {each.token for each in made[:4]}
    assert service.sweep(now=now, ordered=stays.intersection, at_once=2) == 1
    assert SavedEstimate.objects.count() == 4
