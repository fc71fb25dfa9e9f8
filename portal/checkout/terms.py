"""What a form says of an order, as its row keeps it, and what the registry is asked of it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from portal.checkout import consent
from portal.checkout.models import Order
from portal.checkout.rules import mailbox
from portal.measured import Measured, kept
from portal.money import total
from portal.providers.models import Listing

# What stays of an order that nobody paid: what was ordered and when, and nothing of anybody
FORGOTTEN: dict[str, Any] = {
    "purchaser": None,
    "purchaser_name": "",
    "purchaser_email": "",
    "purchaser_mailbox": "",
    "purchaser_country": "",
    "beneficiary_name": "",
    "beneficiary_country": "",
    "purpose_text": "",
    "consumption_period": "",
    "measured": None,
}


def terms(
    listing: Listing, *, quantity: int, details: consent.Details, measured: Measured | None, locale: str, now: datetime
) -> dict[str, Any]:
    """Return what a form says of an order, by columns: all of it was shown, and is consented to `now`."""
    return {
        **details.__dict__,
        "purchaser_mailbox": mailbox(details.purchaser_email),
        "quantity": quantity,
        "unit_price": listing.unit_price,
        "amount": total(unit_price=listing.unit_price, currency=listing.currency, quantity=quantity),
        "currency": listing.currency,
        "locale": locale,
        "measured": asdict(measured) if measured else None,
        "consented_at": now,
    }


def asked_of_registry(order: Order) -> dict[str, Any]:
    """Return what the registry is asked of an order: whose units, how many, and what is said of their cancellation."""
    return {
        "reference": order.reference,
        "issuance_block_id": order.listing.issuance_block_id,
        "account": order.listing.provider.registry_account,
        "quantity": order.quantity,
        "provider_name": order.provider_name,
        "statement": consent.published_of(order),
        "locale": order.locale,
        "is_sample": order.listing.provider.is_sample,
    }


def said_by(order: Order) -> tuple[str, int, consent.Details, Measured | None]:
    """Return what an order says: of which listing, how many units, and what its purchaser typed and had measured."""
    return (order.listing.code, order.quantity, consent.details_of(order), kept(order.measured))
