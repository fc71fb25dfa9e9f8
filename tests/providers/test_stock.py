"""How many units a listing has left, while purchasers take from it and staff change what is offered."""

from decimal import Decimal

import pytest

from portal.providers import stock
from portal.providers.models import Listing
from portal.providers.stock import TooFewLeft
from tests.world import World


def left(listing: Listing) -> tuple[int, int]:
    listing.refresh_from_db()
    return listing.units_left, listing.units_total


def test_units_are_taken_all_or_none(world: World) -> None:
    listing = world.listing(units=10)
    assert [stock.take(listing_id=listing.pk, units=units) for units in (7, 4, 3, 1)] == [True, False, True, False]
    assert left(listing) == (0, 10)
    stock.give_back(listing_id=listing.pk, units=4)
    assert left(listing) == (4, 10)
    stock.give_back(listing_id=listing.pk, units=6)  # so that nobody holds what the registry never lost


def test_nothing_is_taken_of_what_is_off_offer(world: World) -> None:
    listing = world.listing(units=10, is_open=False)
    assert not stock.take(listing_id=listing.pk, units=1)
    assert (stock.units_on_offer(listing_id=listing.pk), left(listing)) == (0, (10, 10))


def test_what_is_offered_changes_by_the_difference(world: World) -> None:
    listing = world.listing(units=10)
    stock.take(listing_id=listing.pk, units=6)
    stock.change_listing(listing_id=listing.pk, unit_price=Decimal("3.00"), units_total=8, is_open=True)
    assert left(listing) == (2, 8)
    with pytest.raises(TooFewLeft):
        stock.change_listing(listing_id=listing.pk, unit_price=Decimal("9.00"), units_total=5, is_open=False)
    assert (left(listing), listing.unit_price, listing.is_open) == ((2, 8), Decimal("3.000"), True)
    stock.give_back(listing_id=listing.pk, units=6)


def test_listings_in_other_currencies_go_off_offer(world: World) -> None:
    euros, dollars, closed = world.listing(), world.listing(currency="USD"), world.listing(is_open=False)
    assert stock.open_those_in(currencies=["EUR"]) == 1
    assert list(Listing.objects.filter(is_open=True).order_by("id")) == [euros, closed]
    stock.open_all()
    assert list(Listing.objects.filter(is_open=True).order_by("id")) == [euros, dollars, closed]
