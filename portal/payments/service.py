"""Asking a gateway for money, and writing down what was asked and what it answered. Called by `service.py` alone.

The intent is committed before the gateway is called, and no call is made inside a transaction. After a crash the rows
say that we may have asked; the next thing is then always to look the payment up by its key.
"""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from portal.checkout.models import Order, Payment, PaymentEvent, PaymentState
from portal.checkout.rules import GIVEN_UP
from portal.payments.gateway import Outcome, Standing
from portal.payments.rails import gateway_for

logger = logging.getLogger(__name__)

Action = PaymentEvent.Action
Result = PaymentEvent.Result


def note(payment: Payment, action: Action, result: Result, *, now: datetime, code: str = "") -> None:
    """Append to the ledger of what was asked and answered."""
    PaymentEvent.objects.create(
        payment=payment, action=action, result=result, amount=payment.amount, code=code[:60], happened_at=now
    )


def _result(outcome: Outcome | None) -> Result:
    if outcome is None or outcome.kind in ("unknown", "pending"):
        return Result.UNKNOWN
    return Result.SUCCEEDED if outcome.approved else Result.FAILED


def begin(order: Order, *, now: datetime) -> Payment | None:
    """Write down that we are about to ask for an authorisation. None if a payment of this order is under way."""
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                order=order, amount=order.amount, currency=order.currency, sent_at=now, checked_at=now
            )
            note(payment, Action.AUTHORISE, Result.REQUESTED, now=now)
    except IntegrityError:  # the database allows one live payment per order: somebody was first
        return None
    return payment


def authorise(payment: Payment, *, nonce: str, device_data: str) -> Outcome:
    """Ask for the money to be held. Exactly one call for a payment; doubts are settled by `look_up`."""
    return gateway_for(payment.order.listing.provider).authorise(
        key=str(payment.key), amount=payment.amount, currency=payment.currency, nonce=nonce, device_data=device_data
    )


def note_authorisation(payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    """Append what the gateway said of the authorisation."""
    note(payment, Action.AUTHORISE, _result(outcome), now=now, code=outcome.code)


def awaits_answer(payment: Payment) -> bool:
    """Say whether news of the authorisation still counts: it was asked for, or was given up without any answer."""
    is_given_up = payment.state == PaymentState.DECLINED and payment.code == GIVEN_UP.code
    return payment.state == PaymentState.SENT or is_given_up


def look_up(payment: Payment, *, now: datetime) -> Outcome | None:
    """Ask the gateway where a payment stands, and note the answer.

    The look-up itself is noted first, so that a payment that cannot be looked up goes to the end of the sweep's line.
    """
    Payment.objects.filter(pk=payment.pk).update(checked_at=now)
    outcome = gateway_for(payment.order.listing.provider).find(
        key=str(payment.key), amount=payment.amount, currency=payment.currency
    )
    note(payment, Action.FIND, _result(outcome), now=now, code=outcome.code if outcome else "not_found")
    return outcome


def move(
    payment: Payment, *, to: PaymentState, since: PaymentState, now: datetime, outcome: Outcome | None = None
) -> bool:
    """Move a payment on if it still stands where we think. False means somebody was first."""
    changes: dict[str, object] = {"state": to, "checked_at": now}
    if outcome is not None:
        changes["code"] = outcome.code[:60]
        if outcome.gateway_id:
            changes["gateway_id"] = outcome.gateway_id
    moved = Payment.objects.filter(pk=payment.pk, state=since).update(**changes)
    if moved:  # the row says now what we wrote, so there is no need to read it
        for name, value in changes.items():
            setattr(payment, name, value)
    return bool(moved)


def capture(payment: Payment, *, now: datetime) -> None:
    """Take the held money of an order whose units are cancelled. An unknown answer is left for `resume`."""
    with transaction.atomic():
        if not move(payment, to=PaymentState.CAPTURING, since=PaymentState.AUTHORISED, now=now):
            return
        note(payment, Action.CAPTURE, Result.REQUESTED, now=now)
    outcome = gateway_for(payment.order.listing.provider).capture(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount
    )
    _captured(payment, outcome, now=now)


def _captured(payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    with transaction.atomic():
        note(payment, Action.CAPTURE, _result(outcome), now=now, code=outcome.code)
        if outcome.approved:
            move(payment, to=PaymentState.CAPTURED, since=PaymentState.CAPTURING, now=now)
        elif outcome.kind == "declined":
            move(payment, to=PaymentState.CAPTURE_FAILED, since=PaymentState.CAPTURING, now=now, outcome=outcome)
    if outcome.kind == "declined":
        logger.error("capture of payment %s failed: %s", payment.key, outcome.code)


def release(payment: Payment, *, now: datetime) -> None:
    """Let held money go."""
    if move(payment, to=PaymentState.VOIDING, since=PaymentState.AUTHORISED, now=now):
        void(payment, now=now)


def void(payment: Payment, *, now: datetime) -> None:
    """Ask the gateway to let the money of a VOIDING payment go. An unknown answer is left for `resume`."""
    note(payment, Action.VOID, Result.REQUESTED, now=now)
    outcome = gateway_for(payment.order.listing.provider).void(key=str(payment.key), gateway_id=payment.gateway_id)
    note(payment, Action.VOID, _result(outcome), now=now, code=outcome.code)
    if outcome.approved:
        move(payment, to=PaymentState.RELEASED, since=PaymentState.VOIDING, now=now)
    else:
        logger.error("release of payment %s is not confirmed: %s", payment.key, outcome.code)


def resume(payment: Payment, *, now: datetime) -> None:
    """Finish a capture or a release whose answer never came: look it up first, act only on what is certain."""
    outcome = look_up(payment, now=now)
    standing = outcome.standing if outcome else None
    if payment.state == PaymentState.CAPTURING:
        if standing is Standing.AUTHORISED:  # the request never arrived: ask again under the same key
            move(payment, to=PaymentState.AUTHORISED, since=PaymentState.CAPTURING, now=now)
            capture(payment, now=now)
        elif standing is Standing.CAPTURED:
            move(payment, to=PaymentState.CAPTURED, since=PaymentState.CAPTURING, now=now)
        elif standing in (Standing.RELEASED, Standing.CAPTURE_FAILED):
            move(payment, to=PaymentState.CAPTURE_FAILED, since=PaymentState.CAPTURING, now=now, outcome=outcome)
    elif payment.state == PaymentState.VOIDING:
        if standing is Standing.RELEASED:
            move(payment, to=PaymentState.RELEASED, since=PaymentState.VOIDING, now=now)
        elif standing is Standing.AUTHORISED:
            void(payment, now=now)
    elif payment.state == PaymentState.CAPTURED and standing is Standing.CAPTURE_FAILED:
        move(payment, to=PaymentState.CAPTURE_FAILED, since=PaymentState.CAPTURED, now=now, outcome=outcome)
    elif payment.state == PaymentState.CAPTURE_FAILED and standing is Standing.AUTHORISED:
        move(payment, to=PaymentState.AUTHORISED, since=PaymentState.CAPTURE_FAILED, now=now)
        capture(payment, now=now)
