"""Orders that our books have lost, as after a restore from an older backup: written down again from what others know.

The gateway knows the money, the registry the units and under which reference they went, and the purchaser's letter all
else. What is written is an order as it stood when its money was held, or when its transfer was asked for; from there it
goes the way of all orders, and finds at every step that it was done.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction

from portal.checkout import consent, service
from portal.checkout.models import Order
from portal.checkout.terms import asked_of_registry
from portal.money import is_exact, total
from portal.payments import service as payments
from portal.payments import standing
from portal.payments.models import Account, PaymentState
from portal.payments.transfers import banks, entries
from portal.payments.transfers import service as transfers
from portal.providers.models import Listing
from portal.registry import service as registry

Details = consent.Details


@dataclass(frozen=True, kw_only=True)
class Money:
    """What a gateway recorded of an order that we have lost. `gateway_id` is what it is acted upon by."""

    account: Account
    key: str
    gateway_id: str
    amount: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What is known of an order that was lost. `certificate` and `token` are in letters, empty where nobody has any.

    Without `money` it was to be paid by transfer, into the account of `transfer`.
    """

    reference: str
    listing: Listing
    quantity: int
    details: Details
    locale: str
    placed_at: datetime
    money: Money | None = None
    transfer: Account | None = None
    token: str = ""
    certificate: str = ""
    is_cancelled: bool = False


class Rebuilt(StrEnum):
    """How it went. All but DONE have changed nothing."""

    DONE = "done"
    TOO_FEW_UNITS = "too_few_units"
    OTHER_PRICE = "other_price"
    OTHER_CURRENCY = "other_currency"
    OTHER_PROVIDER = "other_provider"
    BEING_PAID = "being_paid"
    KNOWN_ALREADY = "known_already"


def rebuild(lost: Lost, *, by_id: int, why: str, now: datetime) -> Rebuilt:
    """Write down an order that was lost, its payment and the request for its cancellation: all of it, or nothing.

    The money is then collected, a transfer that waits in its provider's queue counts, and the units are cancelled,
    where that has not been done. Who holds the certificate is told nothing more by letter. Raises ValueError for an
    order that is paid already, for one of another listing, and for a code of a certificate that is none.
    """
    account = lost.money.account if lost.money else lost.transfer
    if account is None or account.provider_id != lost.listing.provider_id:
        return Rebuilt.OTHER_PROVIDER
    price = _price(lost)
    if isinstance(price, Rebuilt):
        return price
    with transaction.atomic():
        result = _write(lost, account, price, now=now)
        if result is not Rebuilt.DONE:
            transaction.set_rollback(True)
        elif lost.money is None:
            entries.assign_named(reference=lost.reference, by_id=by_id, note=why, now=now)
    return result


def _price(lost: Lost) -> Decimal | Rebuilt:
    """Return what a unit cost: what was paid says it, since prices change."""
    if lost.money is None:
        return lost.listing.unit_price
    if lost.money.currency != lost.listing.currency:
        return Rebuilt.OTHER_CURRENCY
    price = lost.money.amount / lost.quantity
    return price if is_exact(price, lost.money.currency) else Rebuilt.OTHER_PRICE


def _columns(lost: Lost, price: Decimal) -> dict[str, Any]:
    currency = lost.listing.currency
    return {
        **lost.details.__dict__,
        "quantity": lost.quantity,
        "unit_price": price,
        "amount": total(unit_price=price, currency=currency, quantity=lost.quantity),
        "currency": currency,
        "locale": lost.locale,
        "placed_at": lost.placed_at,
        "consented_at": lost.placed_at,
    }


def _write(lost: Lost, account: Account, price: Decimal, *, now: datetime) -> Rebuilt:
    until = now if lost.money else now + banks.time_to_pay(account.bank)
    order = service.rebuild(
        reference=lost.reference,
        listing=lost.listing,
        columns=_columns(lost, price),
        token=lost.token,
        hold_until=until,
    )
    if order is None:
        return Rebuilt.TOO_FEW_UNITS
    live = standing.live(lost.reference).first()
    if live and not (live.state == PaymentState.OFFERED and payments.abandon(live, now=now)):
        return Rebuilt.BEING_PAID
    if lost.money:
        return _with_money(order, lost.money, lost=lost, now=now)
    return _with_transfer(order, account, lost=lost, now=now)


def _with_money(order: Order, money: Money, *, lost: Lost, now: datetime) -> Rebuilt:
    payment = payments.adopt(
        reference=order.reference,
        account=money.account,
        key=money.key,
        gateway_id=money.gateway_id,
        amount=money.amount,
        currency=money.currency,
        since=money.at,
    )
    if payment is None:
        return Rebuilt.KNOWN_ALREADY
    service.accept(order, now=now)
    _resume(order, lost, now=now)
    return Rebuilt.DONE


def _with_transfer(order: Order, account: Account, *, lost: Lost, now: datetime) -> Rebuilt:
    """Wait for the bank's statement to be uploaded again: the reference on the transfer is the same as before."""
    payment = payments.begin(
        reference=order.reference, account=account, amount=order.amount, currency=order.currency, now=now
    )
    if payment is None:
        return Rebuilt.BEING_PAID
    transfers.expect(payment, payer=order.purchaser_name, now=now)
    if lost.is_cancelled:
        registry.request(**asked_of_registry(order), now=now)
        _resume(order, lost, now=now)
    return Rebuilt.DONE


def _resume(order: Order, lost: Lost, *, now: datetime) -> None:
    registry.resume(reference=order.reference, certificate=lost.certificate, now=now)
    if lost.certificate:
        service.waive_letter(token=order.token, now=now)
