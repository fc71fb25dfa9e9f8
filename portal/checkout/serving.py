"""Whether what is on offer could be served if it were ordered: paid for, and cancelled. What could not is paused."""

import logging
from collections.abc import Collection

from django.db.models import QuerySet, Sum

from portal.checkout.models import Order, OrderState
from portal.payments import accounts
from portal.payments.models import Rail
from portal.providers import stock
from portal.providers.models import Listing, Pause, Provider
from portal.registry import service as registry
from portal.registry.models import IssuanceBlock
from portal.sweeping import handle_each

logger = logging.getLogger(__name__)

BATCH = 10_000


def units_needed(*, block: IssuanceBlock, provider: Provider) -> int:
    """Return how many units of a block a provider's account must hold for what is on offer and not paid yet."""
    on_offer = provider.listings.filter(issuance_block=block, is_open=True).aggregate(units=Sum("units_left"))["units"]
    unpaid = Order.objects.filter(
        listing__issuance_block=block, listing__provider=provider, state=OrderState.AWAITING_PAYMENT
    ).aggregate(units=Sum("quantity"))["units"]
    return (on_offer or 0) + (unpaid or 0)


def is_held(*, block: IssuanceBlock, provider: Provider, account: str) -> bool | None:
    """Say whether a registry account holds what a provider has on offer of a block. None: the registry gives no answer.

    The registry is asked first: whatever is cancelled meanwhile is no longer on offer when that is counted.
    """
    held = registry.units_held(block=block, account=account)
    return None if held is None else held >= units_needed(block=block, provider=provider)


def in_use(provider: Provider) -> QuerySet[Listing]:
    """Return a provider's listings that are open, or have orders that wait for their payment."""
    waiting = Order.objects.filter(listing__provider=provider, state=OrderState.AWAITING_PAYMENT)
    listings = provider.listings.select_related("issuance_block")
    return listings.filter(is_open=True) | listings.filter(pk__in=waiting.values("listing"))


def currencies_missing(*, provider: Provider, currencies: Collection[str]) -> list[str]:
    """Return the currencies in which listings are in use, and in which a provider could not be paid if its merchant
    accounts were in these."""
    others = accounts.currencies_of(provider, besides=Rail.CARD) or ()
    return sorted(set(in_use(provider).values_list("currency", flat=True)) - {*currencies, *others})


def check(listing: Listing) -> None:
    """Pause a listing that could not be served, and let one go on that could again. Doubts change nothing."""
    reason = _obstacle(listing)
    if reason is None or not stock.pause(listing_id=listing.pk, reason=reason):
        return
    if reason:
        logger.error("listing %s is paused: %s", listing.code, reason)


def check_all(*, provider_id: int | None = None) -> int:
    """Check the open listings, all or a provider's. Returns how many were met."""
    rows = Listing.objects.filter(is_open=True).select_related("provider", "issuance_block").order_by("id")
    return handle_each(rows=rows.filter(provider=provider_id) if provider_id else rows, act=check, most=BATCH)


def _obstacle(listing: Listing) -> str | None:
    """Return what a listing should be paused for, empty if it can be served. None: nobody knows at the moment."""
    currencies = accounts.currencies_of(listing.provider)
    if currencies is None:
        return Pause.NO_KEYS
    if listing.currency not in currencies and listing.currency in accounts.currencies_held_back(listing.provider):
        return Pause.CHANGING
    if not currencies:
        return Pause.NO_RAIL
    if listing.currency not in currencies:
        return Pause.NO_CURRENCY
    account = listing.provider.registry_account
    answer = is_held(block=listing.issuance_block, provider=listing.provider, account=account)
    return None if answer is None else "" if answer else Pause.NOT_HELD
