"""Units whose kind ends: the day stands wherever they are offered, and nothing is set aside beyond it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from portal.checkout import paying, service
from portal.checkout.models import Order
from portal.checkout.rules import Ending
from portal.registry.vocabulary import KYOTO_UNITS, UnitType
from tests.pages import Page
from tests.world import CARD, World

LAST_DAY = date(2026, 12, 31)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
TOO_LATE = (
    "Units of this type cannot be cancelled after 31 December 2020. It is too late for a new order. "
    "Please choose another listing."
)


@pytest.fixture(autouse=True)
def _last_day(settings: Any) -> None:
    settings.CDM_LAST_DAY = LAST_DAY


def test_units_of_the_kyoto_protocol_end_and_those_of_the_paris_agreement_do_not() -> None:
    assert {kind for kind in UnitType if kind.last_day} == set(KYOTO_UNITS)
    assert UnitType.CER.last_day == LAST_DAY


@pytest.mark.parametrize("unit_type", [kind.value for kind in UnitType])
def test_nothing_is_set_aside_beyond_the_last_day(world: World, settings: Any, unit_type: str) -> None:
    activity = world.activity("A64-S001" if unit_type in ("MCU", "AER") else "CDM-0033")
    listing = world.listing(activity=activity, unit_type=unit_type, units=10)
    in_time = MIDNIGHT - timedelta(minutes=settings.HOLD_MINUTES, seconds=1)
    assert isinstance(world.place(listing, now=in_time), service.Placed)
    late = world.place(listing, now=in_time + timedelta(seconds=2))
    if UnitType(unit_type).last_day:
        assert late == Ending()
        listing.refresh_from_db()
        assert (Order.objects.count(), listing.units_left) == (1, 9)
    else:
        assert isinstance(late, service.Placed)


def test_who_pays_at_the_last_moment_gets_no_time_beyond_it(world: World, settings: Any) -> None:
    placed_at = MIDNIGHT - timedelta(minutes=settings.HOLD_MINUTES, seconds=1)
    order = world.order(now=placed_at)
    paying.pay(token=order.token, nonce=CARD, now=MIDNIGHT - timedelta(minutes=2))
    order.refresh_from_db()
    assert order.hold_until < MIDNIGHT


def test_the_day_stands_on_the_listing_the_details_and_the_order(world: World, client: Client, settings: Any) -> None:
    settings.CDM_LAST_DAY = date(2999, 12, 31)
    listing = world.listing(units=10)
    order = world.order(listing)
    offered = listing.get_absolute_url()
    for address in (offered, f"{offered}details/?quantity=1", f"/en/orders/{order.token}/"):
        page = Page(client.get(address))
        assert page.status == 200
        assert "Can be cancelled until 31 December 2999" in page.main, address
    mitigation = world.listing(activity=world.activity("A64-S001"), unit_type="MCU")
    assert "Can be cancelled until" not in Page(client.get(mitigation.get_absolute_url())).main


def test_the_day_stands_on_the_story_and_at_every_other_listing(world: World, client: Client, settings: Any) -> None:
    settings.CDM_LAST_DAY = date(2999, 12, 31)
    activity = world.activity()
    world.listing(activity=activity)
    world.listing(activity=activity, price="9")
    page = Page(client.get(world.story(activity).url))
    assert "Can be cancelled until 31 December 2999" in page.main
    assert "can be cancelled until 31 December 2999" in page.main


def test_a_listing_whose_units_end_too_soon_says_so_beside_the_quantity(
    world: World, client: Client, settings: Any
) -> None:
    settings.CDM_LAST_DAY = date(2020, 12, 31)
    listing = world.listing(units=10)
    for query in ({}, {"quantity": "2"}, {"quantity": "2", "continue": "1"}):
        page = Page(client.get(listing.get_absolute_url(), query))
        assert page.status == 200
        assert page.beside("quantity") == [TOO_LATE]
