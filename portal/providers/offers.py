"""Reading what is on offer, for story pages, the index and the checkout. Values only: nothing here is written back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from portal.money import in_minor_units
from portal.providers.models import Listing, Pause
from portal.registry.vocabulary import UnitType


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A listing as a purchaser sees it. The price is per unit (tonne CO2 equivalent), in the listing's currency.

    `last_day` is the last one, in UTC, on which its units can be cancelled, if their kind ends. `paused_for` says in
    words why it cannot be ordered although it is open; empty if it can.
    """

    code: str
    url: str
    provider_name: str
    provider_about: str
    provider_address: str
    provider_country: str
    unit_type: str
    unit_type_label: str
    claim: str
    last_day: date | None
    unit_price: Decimal
    currency: str
    units_left: int
    is_open: bool
    paused_for: str
    vintage_year: int
    commitment_period: int | None
    monitoring_start: date | None
    monitoring_end: date | None
    activity_id: int
    activity_code: str
    activity_title: str
    host_country: str
    technology: str
    is_sample: bool

    @property
    def units_on_offer(self) -> int:
        """How many units can be ordered now: none of a listing that is closed or paused."""
        return self.units_left if self.is_open and not self.paused_for else 0


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a purchaser looks for in an offer. Empty means everything.

    Prices are per unit in `currency`; without one they mean nothing, and narrow nothing.
    """

    unit_type: str = ""
    year: int | None = None
    currency: str = ""
    price_min: Decimal | None = None
    price_max: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What is on offer of one activity: the lowest price in one currency, how much is left, and of what.

    `has_more_prices` speaks of that currency; others that units can be had in are named, and never compared with it.
    """

    price: Decimal
    currency: str
    has_more_prices: bool
    other_currencies: tuple[str, ...]
    units_left: int
    unit_types: tuple[str, ...]
    first_year: int
    last_year: int


# What an offer says as it stands in its rows. Reading their other columns too took half of the time.
_READ = {
    **{name: name for name in ("code", "unit_price", "currency", "units_left", "is_open", "paused_for")},
    **{f"provider_{name}": f"provider__{name}" for name in ("name", "about", "address", "country")},
    **{name: f"issuance_block__{name}" for name in ("unit_type", "vintage_year", "commitment_period", "activity_id")},
    **{f"monitoring_{end}": f"issuance_block__monitoring_{end}_date" for end in ("start", "end")},
    **{f"activity_{name}": f"issuance_block__activity__{name}" for name in ("code", "title")},
    **{name: f"issuance_block__activity__{name}" for name in ("host_country", "technology", "is_sample")},
}


def _offers(listings: QuerySet[Listing]) -> list[Offer]:
    return [_offer(dict(zip(_READ, row, strict=True))) for row in listings.values_list(*_READ.values())]


def _offer(read: dict[str, Any]) -> Offer:
    kind, about = UnitType(read["unit_type"]), read["provider_about"]
    return Offer(
        **read
        | {
            "url": reverse("quantity", args=[read["code"]]),
            "provider_about": about.get(get_language() or "en", about.get("en", "")),
            "provider_address": read["provider_address"].strip(),
            "unit_type_label": str(kind.label),
            "claim": kind.claim,
            "last_day": kind.last_day,
            "unit_price": in_minor_units(read["unit_price"], read["currency"]),
            "paused_for": str(Pause(read["paused_for"]).label) if read["paused_for"] else "",
        }
    )


def currency_rank(currency: str, *, wished: str = "") -> tuple[bool, int, str]:
    """Sort currencies, since prices in several of them cannot be: a reader's own, the operator's, then by letters."""
    known = settings.CURRENCIES
    return currency != wished, known.index(currency) if currency in known else len(known), currency


def offers_for(*, activity_id: int, wished: str = "") -> list[Offer]:
    """Return what can be ordered of an activity now; by currency, the `wished` one first, then the lowest price first.

    One query.
    """
    listings = Listing.objects.on_offer().filter(issuance_block__activity=activity_id)
    by_price = _offers(listings.order_by("unit_price", "id"))
    return sorted(by_price, key=lambda each: currency_rank(each.currency, wished=wished))


def all_gone(*, activity_id: int) -> bool:
    """Say whether units of an activity were on offer and none of them is left. One query."""
    left = Listing.objects.filter(issuance_block__activity=activity_id).values_list("units_left", flat=True)
    return bool(left) and not any(left)


def offer(*, code: str) -> Offer | None:
    """Return one listing, whether or not it can still be ordered, or None if there is none of this code. One query."""
    return next(iter(_offers(Listing.objects.filter(code=code))), None)


def offers_by_code(codes: Iterable[str]) -> list[Offer]:
    """Return listings by their codes, in the order of these, whether or not they can still be ordered. One query."""
    wanted = list(codes)
    found = {each.code: each for each in _offers(Listing.objects.filter(code__in=wanted))} if wanted else {}
    return [found[code] for code in wanted if code in found]


def offers_of_member(*, user_id: int) -> list[Offer]:
    """Return the listings of the providers that a person belongs to."""
    return _offers(Listing.objects.filter(provider__members=user_id).order_by("provider_id", "id"))


def _matching(wish: Wish) -> Q:
    matching = Q()
    if wish.unit_type:
        matching &= Q(issuance_block__unit_type=wish.unit_type)
    if wish.year:  # Kyoto units are known by their monitoring period, A6.4ERs by a vintage year
        within = Q(issuance_block__monitoring_start_date__year__lte=wish.year)
        within &= Q(issuance_block__monitoring_end_date__year__gte=wish.year)
        matching &= within | Q(issuance_block__vintage_year=wish.year)
    if wish.currency:
        matching &= Q(currency=wish.currency)
        if wish.price_min is not None:
            matching &= Q(unit_price__gte=wish.price_min)
        if wish.price_max is not None:
            matching &= Q(unit_price__lte=wish.price_max)
    return matching


def summaries(wish: Wish) -> dict[int, Summary]:
    """Return what is on offer by activity id, as far as it matches. One query."""
    found: dict[int, list[Listing]] = defaultdict(list)
    rows = Listing.objects.on_offer().filter(_matching(wish)).select_related("issuance_block")
    for listing in sorted(rows.order_by("unit_price", "id"), key=lambda row: currency_rank(row.currency)):
        found[listing.issuance_block.activity_id].append(listing)
    return {activity_id: _summary(listings) for activity_id, listings in found.items()}


def _summary(listings: list[Listing]) -> Summary:
    blocks = [listing.issuance_block for listing in listings]
    first, *others = dict.fromkeys(listing.currency for listing in listings)
    prices = [listing.unit_price for listing in listings if listing.currency == first]
    return Summary(
        price=in_minor_units(prices[0], first),
        currency=first,
        has_more_prices=prices[0] != prices[-1],
        other_currencies=tuple(others),
        units_left=sum(listing.units_left for listing in listings),
        unit_types=tuple(dict.fromkeys(block.unit_type for block in blocks)),
        first_year=min((b.monitoring_start_date.year if b.monitoring_start_date else b.vintage_year) for b in blocks),
        last_year=max((b.monitoring_end_date.year if b.monitoring_end_date else b.vintage_year) for b in blocks),
    )


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What can be filtered by at the moment: values that lead somewhere."""

    currencies: tuple[str, ...]
    unit_types: tuple[str, ...]
    years: tuple[int, ...]


def choices() -> Choices:
    """Return currencies, unit types and years of what is on offer. One query."""
    rows = Listing.objects.on_offer().values_list(
        "currency",
        "issuance_block__unit_type",
        "issuance_block__vintage_year",
        "issuance_block__monitoring_start_date__year",
        "issuance_block__monitoring_end_date__year",
    )
    currencies: set[str] = set()
    unit_types: set[str] = set()
    years: set[int] = set()
    for currency, unit_type, vintage, start, end in rows.distinct():
        currencies.add(currency)
        unit_types.add(unit_type)
        years.update(range(start or vintage, (end or vintage) + 1))
    return Choices(
        currencies=tuple(sorted(currencies)),
        unit_types=tuple(kind for kind in UnitType.values if kind in unit_types),
        years=tuple(sorted(years, reverse=True)),
    )
