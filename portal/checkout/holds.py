"""How much may be set aside unpaid, and for whom, so that nobody takes the shop off sale for nothing.

Whoever has an account with a proven address may order all there is, in a few orders at a time. Everybody else may have
a few orders as well, each not too large, and all of them together hold a part of a listing at most. Who lets many
orders lapse unpaid counts among these, whatever account they have; and accounts of one mailbox are one.
"""

import uuid
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from portal.checkout.models import LAPSED_STATES, PAID_STATES, Order, OrderState
from portal.checkout.rules import (
    LARGEST_ORDER,
    NotEnough,
    Refusal,
    TooManyHolds,
    Unproven,
    breaks_word,
    extended_hold,
    mailbox,
    most_unproven,
)
from portal.people.models import User
from portal.providers import stock
from portal.providers.models import Listing


def proven(purchaser: User | None) -> User | None:
    """Return the account of somebody whose e-mail address is proven to be theirs, and who pays for what they order.

    None of anybody else. Who let many orders lapse is a stranger for as long as these say whose they were.
    """
    if purchaser is None or not EmailAddress.objects.filter(user=purchaser, verified=True).exists():
        return None
    lapsed, paid = Count("pk", filter=Q(state__in=LAPSED_STATES)), Count("pk", filter=Q(state__in=PAID_STATES))
    found = Order.objects.filter(_of(purchaser)).aggregate(lapsed=lapsed, paid=paid)
    return None if breaks_word(**found, most=settings.HOLD_LAPSED_ORDERS) else purchaser


def _of(account: User) -> Q:
    """The orders of an account, and of all whose addresses lead to the same mailbox."""
    name, _at, domain = mailbox(account.email).rpartition("@")
    others = Q(email=f"{name}@{domain}") | Q(email__startswith=f"{name}+", email__endswith=f"@{domain}")
    return Q(purchaser__in=User.objects.filter(others | Q(pk=account.pk)))


def set_aside(listing: Listing, units: int, *, account: User | None, visitor: str) -> Refusal | None:
    """Take the units of an order, or say why not. Runs inside the transaction that places it."""
    if refusal := too_many(account=account, visitor=visitor):
        return refusal
    if not stock.take(listing_id=listing.pk, units=units):
        return NotEnough(stock.units_on_offer(listing_id=listing.pk))
    left = stock.units_on_offer(listing_id=listing.pk) + units
    most = most_units(listing_code=listing.code, left=left, account=account)
    if units > most:
        stock.give_back(listing_id=listing.pk, units=units)
        return Unproven(most)
    return None


def too_many(*, account: User | None, visitor: str) -> TooManyHolds | None:
    """Say whether so many orders of somebody await their payment that there is none more to be had.

    They are counted by their proven account, without one as `visitor`, and without either not at all. To be asked in
    the transaction that places the order: those of one person then wait for one another.
    """
    if not account and not visitor:
        return None
    _one_at_a_time(f"account {mailbox(account.email)}" if account else visitor)
    own = _unpaid().filter(_of(account)) if account else _unpaid().filter(visitor=visitor)
    return TooManyHolds(settings.HOLDS_PER_VISITOR) if own.count() >= settings.HOLDS_PER_VISITOR else None


def _one_at_a_time(who: str) -> None:
    """Wait until no other transaction is about the same purchaser. SQLite has one writer at a time in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [who])


def most_units(*, listing_code: str, left: int, account: User | None, own: uuid.UUID | None = None) -> int:
    """Return how many units of a listing one order may hold at this moment: of a proven account, else of anybody.

    `left` can be had for it: what is on offer, and what it holds already, if it is there: `own` is then its form.
    Exact where its units were taken of the listing in the same transaction, since then nobody else takes any.
    """
    if account:
        return LARGEST_ORDER
    others = _unpaid().filter(listing__code=listing_code).exclude(purchaser__emailaddress__verified=True)
    if own:
        others = others.exclude(submission=own)
    return most_unproven(
        left=left,
        held=others.aggregate(held=Sum("quantity"))["held"] or 0,
        percent=settings.HOLD_UNPROVEN_PERCENT,
        largest=settings.HOLD_UNPROVEN_UNITS,
    )


def while_paying(order: Order, *, now: datetime) -> datetime:
    """Return until when an order's units stay set aside whose purchaser begins to pay `now`."""
    return extended_hold(
        hold_until=order.hold_until,
        now=now,
        end=order.placed_at + timedelta(minutes=settings.HOLD_LONGEST_MINUTES),
        last_day=order.listing.issuance_block.last_day,
    )


def _unpaid() -> QuerySet[Order]:
    return Order.objects.filter(state=OrderState.AWAITING_PAYMENT)
