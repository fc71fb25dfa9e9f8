"""Changing what a listing offers while purchasers take from it. Nothing here writes back a number it read earlier."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F

from portal.checkout.models import HOLDING_STATES, Listing, Order
from portal.registry.connectors import Unknown, connector
from portal.registry.models import IssuanceBlock
from portal.registry.serials import SerialBlock


class TooFewLeft(Exception):
    """More units are ordered than would be left to offer; nothing was changed."""


def change_listing(*, listing_id: int, unit_price: Decimal, units_total: int, is_open: bool) -> None:
    """Change price (per unit, in the listing's currency), units offered (tonnes CO2 equivalent) and whether it is open.

    Units left follow by the difference, in the database, so that an order placed meanwhile is kept. Orders keep the
    price they were placed at. Raises TooFewLeft if fewer units would be offered than are ordered already.
    """
    with transaction.atomic():
        before = Listing.objects.select_for_update().get(pk=listing_id)
        difference = units_total - before.units_total
        changed = Listing.objects.filter(pk=listing_id, units_left__gte=-difference).update(
            unit_price=unit_price,
            units_total=units_total,
            units_left=F("units_left") + difference,
            is_open=is_open,
        )
        if not changed:
            raise TooFewLeft


def spare_units(*, block: IssuanceBlock, account: str, without: Listing | None = None) -> int | None:
    """Return how many units of a block an account holds that no listing offers and no order holds. None: no answer.

    `without` leaves one listing out of the sum, so that it can be measured anew; what is ordered of it still counts.
    """
    holdings = connector().holdings(account=account)
    if isinstance(holdings, Unknown):
        return None
    wanted = SerialBlock(block.serial_start, block.serial_end)
    held = sum(each.quantity for each in holdings if each.series == block.series and each.issuance == wanted)
    listings = Listing.objects.filter(issuance_block=block, provider__registry_account=account)
    others = listings.exclude(pk=without.pk) if without else listings
    offered = others.values_list("units_left", flat=True)
    held_for_orders = Order.objects.filter(listing__in=listings, state__in=HOLDING_STATES)
    return held - sum(offered) - sum(held_for_orders.values_list("quantity", flat=True))
