"""Asking a gateway for money, and writing down what was asked and what it answered: the only writer of payments.

Payments know accounts, references and amounts; what a reference stands for is the caller's. The intent is committed
before the gateway is called, and no call is made inside a transaction. After a crash the rows say that we may have
asked; the next thing is then always to look the payment up by its key.

Where the purchaser is to act first, at PayPal or at a bank, a payment begins OFFERED. It moves on when they did, or is
abandoned for another one of the same reference.
"""

import logging
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from portal.payments import accounts, cards, standing
from portal.payments.gateway import MISUSE, Outcome, OutcomeKind, Redirect, Standing
from portal.payments.ledger import Action, Result, note, result_of
from portal.payments.models import Account, Payment, PaymentState, Rail, RefundState
from portal.payments.rails import gateway_for, redirect_gateway

logger = logging.getLogger(__name__)

CANNOT_BE_PAID = Outcome(
    kind=OutcomeKind.DECLINED, code=MISUSE, text="no merchant account in this currency that opens", is_our_fault=True
)

RENEWED = "still_held"  # ours: money was seen to be held, or is held anew


def begin(*, reference: str, account: Account, amount: Decimal, currency: str, now: datetime) -> Payment | None:
    """Write down that money is about to be asked for. None if a payment of this reference is under way.

    On a rail on which the purchaser acts first it is OFFERED, elsewhere SENT: we ask for an authorisation at once. One
    that was offered before is abandoned for it; offered in the same way, it goes on. How the account is paid is read
    anew, and stays as it is from then on for as long as a payment into it is under way.
    """
    state = PaymentState.SENT if account.rail == Rail.CARD else PaymentState.OFFERED
    columns = {"reference": reference, "account": account, "amount": amount, "currency": currency, "state": state}
    payment = _begin(columns, now=now)
    offered = (
        None
        if payment
        else standing.live(reference).filter(state=PaymentState.OFFERED).select_related("account").first()
    )
    if offered is None:
        return payment
    if all(getattr(offered, name) == value for name, value in columns.items()):
        return offered
    return _begin(columns, now=now) if abandon(offered, now=now) else None


def adopt(
    *, reference: str, account: Account, key: str, gateway_id: str, amount: Decimal, currency: str, since: datetime
) -> Payment | None:
    """Write down a payment that our books have lost, and whose money its gateway holds or took: AUTHORISED.

    From then on it is collected or released as any other is, which is safe also where the money was taken before.
    `since` is when the gateway says that it began. None where a payment of this key or reference is there.
    """
    columns = {"reference": reference, "account": account, "key": key, "gateway_id": gateway_id}
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                **columns,
                amount=amount,
                currency=currency,
                state=PaymentState.AUTHORISED,
                sent_at=since,
                checked_at=since,
            )
            for result in (Result.REQUESTED, Result.SUCCEEDED):
                note(payment, action=Action.AUTHORISE, result=result, code="rebuilt", now=since)
    except IntegrityError:
        return None
    return payment


def _begin(columns: dict[str, Any], *, now: datetime) -> Payment | None:
    try:
        with transaction.atomic():
            accounts.pin(columns["account"])
            payment = Payment.objects.create(**columns, sent_at=now, checked_at=now)
            if payment.state == PaymentState.SENT:
                note(payment, action=Action.AUTHORISE, result=Result.REQUESTED, now=now)
    except IntegrityError:  # the database allows one live payment per reference: somebody was first
        return None
    return payment


def abandon(payment: Payment, *, now: datetime) -> bool:
    """Give up a payment that waits for its purchaser. False if it does not, or has moved on meanwhile."""
    given_up = Outcome(kind=OutcomeKind.DECLINED, code=standing.ABANDONED)
    return move(payment, to=PaymentState.DECLINED, since=PaymentState.OFFERED, now=now, outcome=given_up)


def make_way(reference: str, *, now: datetime) -> bool:
    """Give up a payment for which its purchaser was led to pages of others and no more. False if any other is live."""
    if standing.binding(reference).exists():
        return False
    offered = standing.live(reference).first()
    return offered is None or abandon(offered, now=now)


def start(
    payment: Payment, *, description: str, return_url: str, cancel_url: str, locale: str, now: datetime
) -> Redirect | Outcome:
    """Announce an OFFERED payment to its gateway, and return where the purchaser agrees to it; else why not.

    What was refused for good is DECLINED then. Whatever else comes back than a Redirect is safe to try again.
    """
    answer = redirect_gateway(payment.account).start(
        key=str(payment.key),
        amount=payment.amount,
        currency=payment.currency,
        description=description,
        return_url=return_url,
        cancel_url=cancel_url,
        locale=locale,
    )
    outcome = answer if isinstance(answer, Outcome) else None
    accounts.heard(payment.account, outcome=outcome, now=now)
    stays = partial(move, payment, since=PaymentState.OFFERED, now=now)
    if isinstance(answer, Redirect):
        named = Outcome(kind=OutcomeKind.PENDING, gateway_id=answer.gateway_id)
        stays(to=PaymentState.OFFERED, outcome=named)
    elif answer.kind is OutcomeKind.DECLINED:
        stays(to=PaymentState.DECLINED, outcome=answer)
    return answer


def take_up(payment: Payment, *, now: datetime) -> bool:
    """Write down that we are about to ask for the money that a purchaser agreed to at the gateway: OFFERED is SENT.

    False means that somebody was first, or that it was abandoned: then nothing may be asked.
    """
    with transaction.atomic():
        moved = move(payment, to=PaymentState.SENT, since=PaymentState.OFFERED, now=now)
        if moved:
            note(payment, action=Action.AUTHORISE, result=Result.REQUESTED, now=now)
    return moved


def authorise_agreed(payment: Payment) -> Outcome:
    """Ask for the money to be held that the purchaser agreed to, once it is taken up. Safe to repeat."""
    return redirect_gateway(payment.account).authorise(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount, currency=payment.currency
    )


def offer_again(payment: Payment, *, outcome: Outcome, now: datetime) -> None:
    """Write down that nothing was held, since the purchaser has not agreed yet: SENT is OFFERED, as it was.

    Only for an answer to what was asked once it was taken up: nobody else may have asked meanwhile.
    """
    with transaction.atomic():
        if move(payment, to=PaymentState.OFFERED, since=PaymentState.SENT, now=now):
            note(payment, action=Action.AUTHORISE, result=Result.FAILED, now=now, code=outcome.code)


def receive(payment: Payment, *, amount: Decimal, code: str = "", now: datetime) -> bool:
    """Write down that a transfer's money came, as a person or a bank statement says: OFFERED is CAPTURED.

    `amount` is what came, which may be more than was asked for. False means that somebody was first, or that it was
    abandoned: then nothing is written down, and the money is somebody's to look at.
    """
    with transaction.atomic():
        moved = move(payment, to=PaymentState.CAPTURED, since=PaymentState.OFFERED, now=now)
        if moved:
            note(payment, action=Action.RECEIPT, result=Result.SUCCEEDED, amount=amount, code=code, now=now)
    return moved


def authorise(payment: Payment, *, nonce: str, device_data: str) -> Outcome:
    """Ask for the money to be held on a card. Exactly one call for a payment; doubts are settled by `look_up`.

    None is made, and that is our fault, where the account has no credentials that open, or not for this currency.
    """
    gateway = cards.gateway_of(payment.account)
    if gateway is None or payment.currency not in gateway.currencies:
        return CANNOT_BE_PAID
    return gateway.authorise(
        key=str(payment.key), amount=payment.amount, currency=payment.currency, nonce=nonce, device_data=device_data
    )


def note_authorisation(payment: Payment, *, outcome: Outcome, now: datetime) -> None:
    """Append what the gateway said of the authorisation."""
    accounts.heard(payment.account, outcome=outcome, now=now)
    result = result_of(outcome)
    if result is Result.SUCCEEDED and outcome.standing is not Standing.AUTHORISED:
        result = Result.UNKNOWN
    note(payment, action=Action.AUTHORISE, result=result, now=now, code=outcome.code)


def note_pending(payment: Payment, *, outcome: Outcome, now: datetime) -> None:
    """Keep why a gateway has not decided on a payment yet."""
    move(payment, to=PaymentState(payment.state), since=PaymentState(payment.state), now=now, outcome=outcome)


def look_up(payment: Payment, *, now: datetime) -> Outcome | None:
    """Ask the gateway where a payment stands, and note the answer.

    The look-up itself is noted first, so that a payment that cannot be looked up goes to the end of the sweep's line.
    """
    Payment.objects.filter(pk=payment.pk).update(checked_at=now)
    outcome = gateway_for(payment.account).find(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount, currency=payment.currency
    )
    accounts.heard(payment.account, outcome=outcome, now=now)
    code = outcome.code if outcome else "not_found"
    note(payment, action=Action.FIND, result=result_of(outcome), now=now, code=code)
    return outcome


def renew(payment: Payment, *, now: datetime) -> Outcome | None:
    """Have the gateway make sure that the money of a payment is still held, and note the answer. That it was asked is
    noted first. None where it has never heard of the payment."""
    Payment.objects.filter(pk=payment.pk).update(checked_at=now)
    outcome = gateway_for(payment.account).renew(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount, currency=payment.currency
    )
    accounts.heard(payment.account, outcome=outcome, now=now)
    code = outcome.code if outcome else "not_found"
    note(payment, action=Action.FIND, result=result_of(outcome), now=now, code=code or RENEWED)
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


def collect(*, reference: str, now: datetime) -> None:
    """Take the money that is held for a reference, if any is. An unknown answer is left for `resume`.

    Where the gateway is silent nothing is asked of it, and the money stays held.
    """
    if payment := _held(reference, now=now):
        _capture(payment, now=now)


def release(*, reference: str, now: datetime) -> None:
    """Let the money go that is held for a reference, if any is. An unknown answer is left for `resume`.

    Where the gateway is silent nothing is asked of it, and the money is let go later.
    """
    payment = _held(reference, now=now)
    if payment and move(payment, to=PaymentState.VOIDING, since=PaymentState.AUTHORISED, now=now):
        void(payment, now=now)


def _held(reference: str, *, now: datetime) -> Payment | None:
    rows = Payment.objects.filter(reference=reference, state=PaymentState.AUTHORISED)
    payment = rows.select_related("account").first()
    return payment if payment and not accounts.keeps_silent(payment.account, now=now) else None


def _capture(payment: Payment, *, now: datetime) -> None:
    with transaction.atomic():
        if not move(payment, to=PaymentState.CAPTURING, since=PaymentState.AUTHORISED, now=now):
            return
        note(payment, action=Action.CAPTURE, result=Result.REQUESTED, now=now)
    outcome = gateway_for(payment.account).capture(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount
    )
    _captured(payment, outcome, now=now)


def _captured(payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    accounts.heard(payment.account, outcome=outcome, now=now)
    if outcome.approved:
        _write_end(payment, to=PaymentState.CAPTURED, outcome=outcome, now=now)
    elif outcome.kind == "declined":
        _write_end(payment, to=PaymentState.CAPTURE_FAILED, outcome=outcome, now=now)
        logger.error("capture of payment %s failed: %s", payment.key, outcome.code)
    else:
        note(payment, action=Action.CAPTURE, result=result_of(outcome), now=now, code=outcome.code)
        if outcome.kind is OutcomeKind.PENDING:
            note_pending(payment, outcome=outcome, now=now)


# What the end of a payment means in the ledger, by the state that it was in and the one it is in now
ENDS = {
    (PaymentState.CAPTURING, PaymentState.CAPTURED): (Action.CAPTURE, Result.SUCCEEDED),
    (PaymentState.CAPTURING, PaymentState.CAPTURE_FAILED): (Action.CAPTURE, Result.FAILED),
    (PaymentState.CAPTURED, PaymentState.CAPTURE_FAILED): (Action.REVERSAL, Result.SUCCEEDED),
    (PaymentState.CAPTURE_FAILED, PaymentState.CAPTURED): (Action.CAPTURE, Result.SUCCEEDED),
    (PaymentState.VOIDING, PaymentState.RELEASED): (Action.VOID, Result.SUCCEEDED),
}


def _write_end(payment: Payment, *, to: PaymentState, outcome: Outcome | None, now: datetime) -> None:
    """Move a payment to an end, and write that down in the ledger, together and once, whoever heard of it."""
    since = PaymentState(payment.state)
    action, result = ENDS[since, to]
    with transaction.atomic():
        if move(payment, to=to, since=since, now=now, outcome=None if to == PaymentState.RELEASED else outcome):
            note(payment, action=action, result=result, now=now, code=outcome.code if outcome else "")


def void(payment: Payment, *, now: datetime) -> None:
    """Ask the gateway to let the money of a VOIDING payment go. An unknown answer is left for `resume`."""
    note(payment, action=Action.VOID, result=Result.REQUESTED, now=now)
    outcome = gateway_for(payment.account).void(key=str(payment.key), gateway_id=payment.gateway_id)
    accounts.heard(payment.account, outcome=outcome, now=now)
    if outcome.approved:
        _write_end(payment, to=PaymentState.RELEASED, outcome=outcome, now=now)
    else:
        note(payment, action=Action.VOID, result=result_of(outcome), now=now, code=outcome.code)
        logger.error("release of payment %s is not confirmed: %s", payment.key, outcome.code)


# What a payment comes to by what a look-up finds: its state, and where it stands at the gateway. People there may have
# taken the money, or let it go, by hand.
FOUND: dict[tuple[PaymentState, Standing | None], PaymentState] = {
    (PaymentState.CAPTURING, Standing.CAPTURED): PaymentState.CAPTURED,
    (PaymentState.CAPTURING, Standing.RELEASED): PaymentState.CAPTURE_FAILED,
    (PaymentState.CAPTURING, Standing.CAPTURE_FAILED): PaymentState.CAPTURE_FAILED,
    (PaymentState.CAPTURED, Standing.RELEASED): PaymentState.CAPTURE_FAILED,
    (PaymentState.CAPTURED, Standing.CAPTURE_FAILED): PaymentState.CAPTURE_FAILED,
    (PaymentState.CAPTURE_FAILED, Standing.CAPTURED): PaymentState.CAPTURED,
    (PaymentState.VOIDING, Standing.RELEASED): PaymentState.RELEASED,
}


def resume(payment: Payment, *, now: datetime) -> None:
    """Finish a capture or a release whose answer never came: look it up first, act only on what is certain.

    What is asked again is asked about the transaction that was found, whatever the row said before.
    """
    outcome = look_up(payment, now=now)
    standing, state = outcome.standing if outcome else None, PaymentState(payment.state)
    if standing is Standing.RELEASED and state == PaymentState.CAPTURED and _is_given_back(payment):
        return
    if to := FOUND.get((state, standing)):
        _write_end(payment, to=to, outcome=outcome, now=now)
    elif outcome and standing is Standing.PENDING and state == PaymentState.CAPTURING:
        note_pending(payment, outcome=outcome, now=now)
    elif standing is not Standing.AUTHORISED:
        return
    elif state in (PaymentState.CAPTURING, PaymentState.CAPTURE_FAILED):  # ask again, under the same key
        move(payment, to=PaymentState.AUTHORISED, since=state, now=now, outcome=outcome)
        _capture(payment, now=now)
    elif state == PaymentState.VOIDING:
        move(payment, to=PaymentState.VOIDING, since=state, now=now, outcome=outcome)
        void(payment, now=now)


def _is_given_back(payment: Payment) -> bool:
    """Say whether we had all of it given back: what has not settled by then is let go at the gateway."""
    whole = payment.refunds.filter(amount=payment.amount)
    return whole.exclude(state=RefundState.FAILED).exists()
