"""A sample past: some three hundred completed orders, each carried through the portal's own service and gateway.

Nothing is written behind the service's back. Only the clock is told: every step takes the time it happened at.
"""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from portal.checkout import paying, service
from portal.checkout.consent import Details
from portal.checkout.models import Order, OrderState
from portal.checkout.rules import Placed
from portal.home.demo import content
from portal.providers.models import Listing

ORDERS = 300
DAYS = 540  # the past reaches back a year and a half
CARD = "fake-valid-visa-nonce"
# Purposes that a person would not state for a company, nor a company for itself.
_FOR_OTHERS = {"company", "event"}
_FOR_PERSONS = {"personal", "household", "travel", "unfccc_meeting"}


def orders_of_the_past(*, now: datetime, say: Callable[[int, int], None], many: int = ORDERS) -> None:
    """Place, pay and complete sample orders over the last eighteen months, oldest first. The same every time."""
    material = content.toml(content.HERE / "past.toml")
    chance = random.Random(2026)  # noqa: S311  # a reproducible sample, no secret
    listings = list(Listing.objects.filter(units_total__gte=100).order_by("id"))
    moments = sorted(now - timedelta(minutes=chance.randrange(24 * 60, DAYS * 24 * 60)) for _i in range(many))
    for number, moment in enumerate(moments, start=1):
        _order(material, chance, chance.choice(listings), moment, number)
        say(number, many)
    unfinished = Order.objects.exclude(state=OrderState.COMPLETED).count()
    if unfinished:
        raise RuntimeError(f"{unfinished} sample orders were not completed")


def _order(material: dict[str, Any], chance: random.Random, listing: Listing, moment: datetime, number: int) -> None:
    listing.refresh_from_db(fields=["units_left"])
    few = max(1, listing.units_left // 20)
    quantity = min(_quantity(material, chance), few, settings.HOLD_UNPROVEN_UNITS)  # nobody here has an account
    locale = _weighted(material["locale_weights"], chance)
    placed = service.place_order(
        listing_code=listing.code,
        quantity=quantity,
        details=_details(material, chance, locale, number),
        submission=uuid.UUID(int=chance.getrandbits(128), version=4),
        locale=locale,
        purchaser=None,
        now=moment,
    )
    if not isinstance(placed, Placed):
        raise TypeError(f"no sample order of {quantity} units of listing {listing.code}: {placed}")
    paying.pay(token=placed.token, nonce=CARD, now=moment + timedelta(minutes=2))
    service.waive_letter(token=placed.token, now=moment)  # sample purchasers have no mailbox
    order = Order.objects.get(token=placed.token)
    service.fulfil(order_id=order.pk, now=moment + timedelta(minutes=2, seconds=chance.randrange(2, 9)))


def _quantity(material: dict[str, Any], chance: random.Random) -> int:
    bands = material["quantity_band"]
    band = chance.choices(bands, weights=[float(band["weight"]) for band in bands])[0]
    return chance.randint(band["low"], band["high"])


def _weighted(weights: dict[str, Any], chance: random.Random) -> str:
    return chance.choices(list(weights), weights=[float(weight) for weight in weights.values()])[0]


def _details(material: dict[str, Any], chance: random.Random, locale: str, number: int) -> Details:
    beneficiary = chance.choice(material["beneficiary"])
    own = [each["text"] for each in material["own_purpose"] if each["language"] == locale]
    is_person = beneficiary["type"] == "person"
    odd = _FOR_OTHERS if is_person else _FOR_PERSONS
    weights = {key: weight for key, weight in material["purpose_weights"].items() if key not in odd}
    purpose = _weighted(weights, chance)
    return Details(
        purchaser_name=beneficiary["name"],
        purchaser_email=f"sample-{number}@example.org",
        purchaser_type="individual" if is_person else "organisation",
        purchaser_country=beneficiary["country"],
        beneficiary_name=beneficiary["name"],
        beneficiary_type=beneficiary["type"],
        beneficiary_country=beneficiary["country"],
        purpose=purpose,
        purpose_text=chance.choice(own) if purpose == "own" else "",
        is_public=chance.random() >= float(material["anonymous_share"]),
    )
