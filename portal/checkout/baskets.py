"""Several listings in one visit: what was chosen becomes several orders, all or none. The only writer of baskets."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portal.checkout import orders, service
from portal.checkout.consent import Details
from portal.checkout.models import Basket, Order, OrderState
from portal.checkout.rules import Placed, Refusal
from portal.measured import Measured
from portal.people.models import User

MOST_LINES = 10  # listings in one basket: as many orders may await their payment at the same time


@dataclass(frozen=True)
class NotPlaced:
    """Why one of the listings cannot be ordered as it was asked for; nothing was ordered of any."""

    code: str
    refusal: Refusal


def place(
    *,
    lines: Mapping[str, int],
    details: Details,
    submission: uuid.UUID,
    locale: str,
    purchaser: User | None,
    visitor: str = "",
    measured: Measured | None = None,
    now: datetime,
) -> Placed | NotPlaced:
    """Place an order of each of some listings, by code with the units wanted: all of them, or none. Returns the token
    of their basket.

    What was typed is said with each of them. Each is then paid, cancelled and certified by itself. The same
    `submission` again is the same basket, and corrects it: an order of what is no longer wanted is withdrawn, where
    nobody is paying it. Listings are taken in one order always, so that no two baskets wait for one another.
    """
    with transaction.atomic():
        basket, _is_new = Basket.objects.get_or_create(submission=submission, defaults={"placed_at": now})
        for code, quantity in sorted(lines.items()):
            placed = service.place_order(
                listing_code=code,
                quantity=quantity,
                details=details,
                submission=uuid.uuid5(submission, code),
                locale=locale,
                purchaser=purchaser,
                visitor=visitor,
                measured=measured,
                basket=basket,
                now=now,
            )
            if not isinstance(placed, Placed):
                transaction.set_rollback(True)
                return NotPlaced(code, placed)
        for token in basket.orders.exclude(listing__code__in=lines).values_list("token", flat=True):
            service.withdraw(token=token, now=now)
    return Placed(basket.token)


def held(*, token: str) -> dict[str, tuple[int, uuid.UUID]]:
    """Return how many units of which listings the unpaid orders of a basket hold, and the form of each. One query."""
    if not token:
        return {}
    unpaid = Order.objects.filter(basket__token=token, state=OrderState.AWAITING_PAYMENT)
    rows = unpaid.values_list("listing__code", "quantity", "submission")
    return {code: (units, submission) for code, units, submission in rows}


@dataclass(frozen=True, kw_only=True)
class CorrectableBasket:
    """A basket of which nobody has paid or is paying anything: sent under the same name, it is corrected."""

    submission: uuid.UUID
    details: Details
    measured: Measured | None


def correctable(*, token: str, now: datetime) -> CorrectableBasket | None:
    """Return what a basket says that can still be corrected at `now` (UTC), or None."""
    basket = Basket.objects.filter(token=token).first()
    if basket is None:
        return None
    rows = basket.orders.exclude(state=OrderState.WITHDRAWN).order_by("id").values_list("token", "listing__code")
    said = [orders.correctable(token=each, listing_code=code, now=now) for each, code in rows]
    first = next(iter(said), None)
    if first is None or not all(said):
        return None
    return CorrectableBasket(submission=basket.submission, details=first.details, measured=first.measured)
