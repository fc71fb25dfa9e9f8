"""How many units a listing has left, while purchasers take from it: the only writer of listings.

Nothing here writes back a number it read earlier, and the database itself refuses overselling.
"""

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from portal.providers.models import Listing
from portal.registry import service as registry
from portal.registry.models import IssuanceBlock


class TooFewLeft(Exception):
    """More units are ordered than would be left to offer; nothing was changed."""


def take(*, listing_id: int, units: int) -> bool:
    """Set units of a listing on offer aside, all or none. False if fewer are left: the last one is taken once."""
    rows = Listing.objects.on_offer().filter(pk=listing_id, units_left__gte=units)
    return bool(rows.update(units_left=F("units_left") - units))


def take_for_known(*, listing_id: int, units: int) -> bool:
    """Set units aside for an order that was placed before, also of a listing that is off offer by now. All or none."""
    rows = Listing.objects.filter(pk=listing_id, units_left__gte=units)
    return bool(rows.update(units_left=F("units_left") - units))


def give_back(*, listing_id: int, units: int) -> None:
    """Put units on offer again that were set aside."""
    Listing.objects.filter(pk=listing_id).update(units_left=F("units_left") + units)


def units_on_offer(*, listing_id: int) -> int:
    """Return how many units can be taken at this moment: none of a listing that is closed or paused."""
    left: int | None = Listing.objects.on_offer().filter(pk=listing_id).values_list("units_left", flat=True).first()
    return left or 0


def offer(listing: Listing) -> None:
    """Put a new listing on offer, with all its units left."""
    listing.units_left = listing.units_total
    listing.save(force_insert=True)


def pause(*, listing_id: int, reason: str) -> bool:
    """Pause a listing for a reason, one of `Pause`, or let it go on where that is empty. False if it stands so."""
    return bool(Listing.objects.filter(pk=listing_id).exclude(paused_for=reason).update(paused_for=reason))


def open_all() -> None:
    """Put all listings on offer."""
    Listing.objects.update(is_open=True)


def open_those_in(*, currencies: Collection[str]) -> int:
    """Put listings in some currencies on offer, and take all others off. Returns how many are off offer then."""
    Listing.objects.filter(currency__in=currencies).update(is_open=True)
    return Listing.objects.exclude(currency__in=currencies).update(is_open=False)


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


def unoffered_units(
    *, block: IssuanceBlock, account: str, without: Listing | None = None, held: int | None = None
) -> int | None:
    """Return how many units of a block an account holds in the registry that no listing offers. None: no answer.

    `without` leaves one listing out of the sum, so that it can be measured anew. The registry is asked how many are
    `held`, unless it has said so already.
    """
    if held is None:
        held = registry.units_held(block=block, account=account)
    if held is None:
        return None
    listings = Listing.objects.filter(issuance_block=block, provider__registry_account=account)
    others = listings.exclude(pk=without.pk) if without else listings
    return held - sum(others.values_list("units_left", flat=True))
