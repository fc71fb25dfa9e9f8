"""What is known of an order that our books have lost: what the registry and our own rows tell, and what a person types.

`FIELDS` are what a letter shows, by the names that flags and questions have for it. Whatever is known already need not
be typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError

from portal.books.comparison import Sort
from portal.books.models import Discrepancy
from portal.books.reading import as_key
from portal.checkout.models import Order
from portal.checkout.rebuilding import Details, Lost, Money
from portal.money import total
from portal.payments import books
from portal.payments.models import Account, Rail
from portal.providers.models import Listing
from portal.registry import service as registry
from portal.registry.answers import Cancelled, Receipt, Unknown
from portal.registry.vocabulary import Purpose

SECOND = timedelta(seconds=1)
OF_DETAILS = tuple(field.name for field in fields(Details))
# What is asked for, in this order, and what it is called where a person is asked.
FIELDS: dict[str, str] = {
    "reference": "reference of the order, such as T-7K4M9-QXD2F",
    "listing": "code of the listing",
    "quantity": "units",
    "purchaser_name": "name of the purchaser",
    "purchaser_email": "e-mail address of the purchaser",
    "purchaser_type": "type of the purchaser: individual or organisation",
    "purchaser_country": "country of the purchaser, two letters",
    "beneficiary_name": "name of the beneficiary",
    "beneficiary_type": "type of the beneficiary: person, organisation, event or other",
    "beneficiary_country": "country of the beneficiary, two letters",
    "purpose": "purpose: " + ", ".join(Purpose.values),
    "purpose_text": "purpose in own words",
    "consumption_period": "consumption period",
    "is_public": "name and purpose are public: yes or no",
    "locale": "language: en, fr or es",
    "token": "secret address of the order: the letters after /orders/",
    "certificate": "code of the certificate",
}
NEEDED = ("reference", "listing", "quantity", "purchaser_name", "purchaser_email", "beneficiary_name", "purpose")
DEFAULTS = {
    "purchaser_type": "individual",
    "purchaser_country": "",
    "beneficiary_type": "person",
    "beneficiary_country": "",
    "purpose_text": "",
    "consumption_period": "",
    "is_public": "yes",
    "locale": "en",
    "token": "",
    "certificate": "",
}


class Incomplete(Exception):
    """Something that is needed is not known, or is not what it must be. Says what, for a person."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A cancellation of no order that may be the one that some money of no order paid for."""

    reference: str
    quantity: int
    listing: Listing


def cancelled_as(row: Discrepancy) -> Cancelled | None:
    """Return what the registry has of a cancellation of no order; None where it gives no answer."""
    for page in registry.cancelled(since=row.at, until=row.at + SECOND):
        if isinstance(page, Unknown):
            return None
        for each in page:
            if each.reference == row.reference:
                return each
    return None


def listings_of(cancelled: Cancelled) -> list[Listing]:
    """Return the listings that units which left an account may have been bought of."""
    first, last = cancelled.blocks[0].start, cancelled.blocks[-1].end
    rows = Listing.objects.filter(provider__registry_account=cancelled.account)
    rows = rows.filter(
        issuance_block__series=cancelled.series,
        issuance_block__serial_start__lte=first,
        issuance_block__serial_end__gte=last,
    )
    return list(rows.select_related("provider", "issuance_block"))


def suggestions(money: Discrepancy, cancellations: Iterable[Discrepancy]) -> list[Suggestion]:
    """Return which cancellations of no order cost just as much as some money of no order, the nearest in time first."""
    found = []
    alike = [each for each in cancellations if each.provider_name == money.provider_name]
    for row in sorted(alike, key=lambda each: abs(each.at - money.at)):
        cancelled = cancelled_as(row)
        if cancelled is None:
            continue
        for listing in listings_of(cancelled):
            cost = total(unit_price=listing.unit_price, currency=listing.currency, quantity=cancelled.quantity)
            if (cost, listing.currency) == (money.amount, money.currency):
                found.append(Suggestion(reference=row.reference, quantity=cancelled.quantity, listing=listing))
    return found


def known_of(reference: str, cancellations: Iterable[Discrepancy]) -> dict[str, str]:
    """Return what our own rows and the registry say of an order, by the names of FIELDS."""
    known: dict[str, str] = {"reference": reference}
    for row in cancellations:
        if row.reference == reference and (cancelled := cancelled_as(row)):
            known |= _at_registry(cancelled)
    order = Order.objects.select_related("listing").filter(reference=reference).first()
    if order is None:
        return known
    known |= {"listing": order.listing.code, "quantity": str(order.quantity), "token": order.token}
    if not order.is_forgotten:
        known |= {name: _as_text(getattr(order, name)) for name in (*OF_DETAILS, "locale")}
    return known


def _at_registry(cancelled: Cancelled) -> dict[str, str]:
    said = {"quantity": str(cancelled.quantity), "beneficiary_name": cancelled.beneficiary}
    found = listings_of(cancelled)
    if len(found) == 1:
        said["listing"] = found[0].code
    said |= {"purpose": Purpose.OWN, "purpose_text": cancelled.purpose}
    for purpose in Purpose:
        if Purpose.preset(purpose) and cancelled.purpose in purpose.in_every_language():
            said |= {"purpose": purpose, "purpose_text": ""}
    if not cancelled.beneficiary:
        said["is_public"] = "no"
    return {name: str(text) for name, text in said.items() if text}


def _as_text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def lost_order(row: Discrepancy, typed: Mapping[str, str]) -> Lost:
    """Return an order that was lost, from all that is known of it. Raises Incomplete where that is not enough."""
    facts = {**DEFAULTS, **{name: text for name, text in typed.items() if text}}
    if missing := [FIELDS[name] for name in NEEDED if not facts.get(name)]:
        raise Incomplete("still needed: " + "; ".join(missing))
    listing = Listing.objects.select_related("provider", "issuance_block").filter(code=facts["listing"]).first()
    if listing is None:
        raise Incomplete(f"there is no listing {facts['listing']}")
    if not facts["quantity"].isdigit() or int(facts["quantity"]) < 1:
        raise Incomplete("units are a whole number, at least 1")
    said: dict[str, Any] = {name: facts[name] for name in OF_DETAILS}
    details = Details(**said | {"is_public": facts["is_public"] != "no"})
    _check(details)
    is_money = row.sort == Sort.UNKNOWN_MONEY
    return Lost(
        reference=facts["reference"],
        listing=listing,
        quantity=int(facts["quantity"]),
        details=details,
        locale=facts["locale"],
        placed_at=row.at,
        money=_money(row) if is_money else None,
        transfer=None if is_money else row.account or _bank_of(listing),
        token=facts["token"],
        certificate=facts["certificate"],
        is_cancelled=_is_cancelled(facts["reference"]),
    )


def _check(details: Details) -> None:
    """Hold what was typed against the order's own columns: their choices, and how long they may be."""
    row = Order(**details.__dict__)
    names = {field.name for field in Order._meta.fields} - set(OF_DETAILS)
    try:
        row.clean_fields(exclude=names)
    except ValidationError as error:
        raise Incomplete("; ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())) from error
    if details.purpose == Purpose.OWN and not details.purpose_text:
        raise Incomplete("still needed: " + FIELDS["purpose_text"])


def _is_cancelled(reference: str) -> bool:
    answer = registry.at_registry(reference=reference)
    if isinstance(answer, Unknown):
        raise Incomplete(answer.text)
    return isinstance(answer, Receipt)


def _money(row: Discrepancy) -> Money:
    account = row.account
    if account is None:
        raise Incomplete("it is not known at which account this is")
    if not as_key(row.key):
        raise Incomplete("this was not asked for by us, since its key is none of ours: explain it, or pay it back")
    found = books.trace(account, number=row.number)
    if not found.gateway_id or found.amount is None or found.reference != row.key:
        raise Incomplete(f"the gateway does not say enough of it: {found.code}")
    return Money(
        account=account,
        key=found.reference,
        gateway_id=found.gateway_id,
        amount=found.amount,
        currency=found.currency,
        at=row.at,
    )


def _bank_of(listing: Listing) -> Account:
    rows = Account.objects.filter(provider=listing.provider, rail=Rail.TRANSFER).order_by("-pk")
    account = next((each for each in rows if listing.currency in each.currencies), None)
    if account is None:
        raise Incomplete(f"{listing.provider} is not paid by transfer in {listing.currency}")
    return account
