"""Asking for the money of an order, and asking where it stands, on rails that charge: each ends in `settle`."""

import logging
import uuid
from datetime import datetime

from portal.checkout import service, velocity
from portal.checkout.orders import result_of
from portal.checkout.rules import PayResult
from portal.payments import service as payments
from portal.payments import standing
from portal.payments.gateway import AGREED_BY_PURCHASER, WAITS_FOR_PURCHASER, Outcome
from portal.payments.models import Payment, PaymentState, Rail

logger = logging.getLogger(__name__)


def pay(*, token: str, nonce: str, device_data: str = "", now: datetime) -> str:
    """Ask the provider's gateway once to hold the order's amount on a card, and settle on its answer.

    Returns a PayResult. The payment's row is committed before the gateway is called; a second tab or a second click
    finds it and asks nothing. A timeout is UNDER_WAY: the sweep looks the payment up.
    """
    payment = service.begin_to_pay(token=token, rail=Rail.CARD, now=now)
    if isinstance(payment, str):
        return payment
    outcome = payments.authorise(payment, nonce=nonce, device_data=device_data)
    _settle(payment, outcome, is_seen=True, now=now)
    return result_of(payment, outcome=outcome)


def pay_agreed(*, payment: Payment, is_seen: bool = False, now: datetime) -> str:
    """Have the money held to which a purchaser agreed elsewhere, and settle on the answer. Returns a PayResult.

    It is asked for by whoever takes the payment up: return page, notification and sweep may all come at once. Who has
    not agreed yet may still do so.
    """
    return _ask(payment, is_seen=is_seen, now=now) if payments.take_up(payment, now=now) else PayResult.UNDER_WAY


def _ask(payment: Payment, *, is_seen: bool, now: datetime) -> str:
    outcome = payments.authorise_agreed(payment)
    if outcome.code == WAITS_FOR_PURCHASER:
        payments.offer_again(payment, outcome=outcome, now=now)
        return PayResult.NOT_AGREED
    _settle(payment, outcome, is_seen=is_seen, now=now)
    return result_of(payment, outcome=outcome)


def check_payment(*, key: uuid.UUID, now: datetime) -> None:
    """Ask the gateway where a payment stands and act on it. A webhook is only a hint that leads here."""
    payment = standing.find(key=key)
    if payment is None:
        logger.warning("a gateway spoke of a payment that is not ours")
        return
    if payment.state == PaymentState.OFFERED or standing.awaits_answer(payment):
        _settle_found(payment, payments.look_up(payment, now=now), now=now)
    else:
        payments.resume(payment, now=now)
        service.tell_of_collection(payment, now=now)


def _settle_found(payment: Payment, outcome: Outcome | None, *, now: datetime) -> None:
    """Settle on what a look-up found. Where the purchaser acts first, nothing may have been asked yet, or no answer
    have come to what was: then it is asked for, by one only."""
    code = outcome.code if outcome else ""
    if payment.state == PaymentState.OFFERED:
        if outcome and code != WAITS_FOR_PURCHASER and outcome.kind != "unknown":
            pay_agreed(payment=payment, now=now)
    elif payment.state == PaymentState.SENT and code in (WAITS_FOR_PURCHASER, AGREED_BY_PURCHASER):
        if standing.is_stale(payment, now=now):
            _ask(payment, is_seen=False, now=now)
    else:
        _settle(payment, outcome, now=now)


def _settle(payment: Payment, outcome: Outcome | None, *, is_seen: bool = False, now: datetime) -> None:
    """Settle, and let an attempt that came to something not count among those that may be made in an hour."""
    service.settle(payment=payment, outcome=outcome, is_seen=is_seen, now=now)
    if payment.state == PaymentState.AUTHORISED:
        velocity.take_back(reference=payment.reference)
