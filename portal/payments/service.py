"""Asking a gateway for money, and writing down what was asked and what it answered: the only writer of payments.

Payments know accounts, references and amounts; what a reference stands for is the caller's. The intent is committed
before the gateway is called, and no call is made inside a transaction. After a crash the rows say that we may have
asked; the next thing is then always to look the payment up by its key.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet

from portal.payments.gateway import (
    MISUSE,
    TIMED_OUT,
    BadSignature,
    CardEntry,
    CardGateway,
    GatewayUnavailable,
    Outcome,
    OutcomeKind,
    Standing,
)
from portal.payments.models import LIVE_PAYMENTS, UNDER_WAY, Account, Payment, PaymentEvent, PaymentState
from portal.payments.rails import credentials, gateway_for
from portal.payments.vault import seal, unseal
from portal.providers.models import Provider

logger = logging.getLogger(__name__)

GIVEN_UP = Outcome(kind=OutcomeKind.DECLINED, code="never_arrived")  # ours: no gateway said so, and it may yet be wrong
CANNOT_BE_PAID = Outcome(
    kind=OutcomeKind.DECLINED, code=MISUSE, text="no merchant account in this currency that opens", is_our_fault=True
)
STALE = timedelta(minutes=2)  # longer than any gateway call may take
CAPTURE_RETRY = timedelta(hours=1)
HELD_AT_MOST = timedelta(days=30)  # an authorisation at Braintree has expired by then, whatever the card
LATE_LOOK = timedelta(hours=1)
LATE_MONEY = timedelta(days=1)  # what never arrived is looked for so long
SETTLEMENT_LOOK = timedelta(days=1)
SETTLEMENT = timedelta(days=5)  # a capture is settled or refused by then
SILENCE = timedelta(seconds=90)  # so long nobody waits for a gateway that let somebody wait in vain, but the sweep

Action = PaymentEvent.Action
Result = PaymentEvent.Result


def set_account(
    *, provider: Provider, environment: str, keys: dict[str, Any] | None, hook_key: str | None = None
) -> Account:
    """Write down how a provider is paid. Keys are sealed at once; without any, those sealed before stay as they are.

    `hook_key` names the address that the gateway calls, where it is agreed already; else a new account gets its own.
    """
    changes: dict[str, Any] = {"environment": environment}
    if keys is not None:
        changes["sealed_credentials"] = seal(keys)
    if hook_key is not None:
        changes["hook_key"] = hook_key
    return Account.objects.update_or_create(provider=provider, defaults=changes)[0]


def check_keys(*, environment: str, keys: dict[str, Any]) -> None:
    """Raise ValueError where keys cannot be right for an environment. The gateway is not asked."""
    credentials(environment=environment, keys=keys)


def account_of(provider: Provider) -> Account:
    """Return how a provider is paid, or what it may become: one that is not saved, with nothing sealed."""
    return Account.objects.filter(provider=provider).first() or Account(provider=provider)


def sealed_keys(account: Account) -> dict[str, Any]:
    """Open what is sealed of an account. Raises ImproperlyConfigured where that cannot be opened."""
    return unseal(account.sealed_credentials)


def currencies_of(provider: Provider) -> frozenset[str] | None:
    """Return the currencies a provider can be paid in. None where its credentials cannot be opened or be right."""
    gateway = _gateway_of(account_of(provider))
    return gateway.currencies if gateway else None


def _gateway_of(account: Account) -> CardGateway | None:
    """Return what speaks for an account, or None where its credentials cannot be opened or be right."""
    try:
        return gateway_for(account)
    except (ImproperlyConfigured, ValueError):
        return None


def is_being_paid(provider: Provider, *, now: datetime) -> bool:
    """Say whether a payment into a provider's account is under way, so that its credentials must stay as they are.

    Money whose collection failed counts for as long as a gateway may hold it, since it is tried again.
    """
    is_open = Q(state__in=UNDER_WAY) | Q(state=PaymentState.CAPTURE_FAILED, sent_at__gt=now - HELD_AT_MOST)
    return Payment.objects.filter(is_open, account__provider=provider).exists()


def is_silent(*, account_id: int, now: datetime) -> bool:
    """Say whether an account's gateway let somebody wait in vain a moment ago, so that nobody else should queue up."""
    return Account.objects.filter(pk=account_id, silent_at__gt=now - SILENCE).exists()


def _is_silent(account: Account, *, now: datetime) -> bool:
    return account.silent_at is not None and account.silent_at > now - SILENCE


def _heard(account: Account, code: str, *, now: datetime) -> None:
    """Remember whether a gateway answered at all. What it said does not matter here."""
    if code == TIMED_OUT or account.silent_at:
        account.silent_at = now if code == TIMED_OUT else None
        Account.objects.filter(pk=account.pk).update(silent_at=account.silent_at)


def card_entry(*, provider: Provider, currency: str, now: datetime) -> CardEntry:
    """Return what a payment page needs to pay this provider. Raises GatewayUnavailable, also where it has no merchant
    account in this currency, or no credentials that open; and at once where the gateway is silent, since visitors who
    wait for one provider's gateway would take the web server from all others."""
    account = account_of(provider)
    gateway = _gateway_of(account)
    if gateway is None or currency not in gateway.currencies:
        raise GatewayUnavailable(f"{provider.slug} cannot be paid in {currency}")
    if _is_silent(account, now=now):
        raise GatewayUnavailable(TIMED_OUT)
    try:
        entry = gateway.card_entry(currency=currency)
    except GatewayUnavailable as error:
        _heard(account, str(error), now=now)
        raise
    _heard(account, "", now=now)
    return entry


def _note(payment: Payment, action: Action, result: Result, *, now: datetime, code: str = "") -> None:
    """Append to the ledger of what was asked and answered."""
    PaymentEvent.objects.create(
        payment=payment, action=action, result=result, amount=payment.amount, code=code[:60], happened_at=now
    )


def _result(outcome: Outcome | None) -> Result:
    if outcome is None or outcome.kind in ("unknown", "pending"):
        return Result.UNKNOWN
    return Result.SUCCEEDED if outcome.approved else Result.FAILED


def begin(*, reference: str, provider: Provider, amount: Decimal, currency: str, now: datetime) -> Payment | None:
    """Write down that we are about to ask for an authorisation. None if a payment of this reference is under way."""
    account = Account.objects.get(provider=provider)
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                reference=reference, account=account, amount=amount, currency=currency, sent_at=now, checked_at=now
            )
            _note(payment, Action.AUTHORISE, Result.REQUESTED, now=now)
    except IntegrityError:  # the database allows one live payment per reference: somebody was first
        return None
    return payment


def authorise(payment: Payment, *, nonce: str, device_data: str) -> Outcome:
    """Ask for the money to be held. Exactly one call for a payment; doubts are settled by `look_up`.

    None is made, and that is our fault, where the account has no credentials that open, or not for this currency.
    """
    gateway = _gateway_of(payment.account)
    if gateway is None or payment.currency not in gateway.currencies:
        return CANNOT_BE_PAID
    return gateway.authorise(
        key=str(payment.key), amount=payment.amount, currency=payment.currency, nonce=nonce, device_data=device_data
    )


def note_authorisation(payment: Payment, *, outcome: Outcome, now: datetime) -> None:
    """Append what the gateway said of the authorisation."""
    _heard(payment.account, outcome.code, now=now)
    _note(payment, Action.AUTHORISE, _result(outcome), now=now, code=outcome.code)


def find(*, key: uuid.UUID) -> Payment | None:
    """Return the payment of a key, or None."""
    return Payment.objects.select_related("account").filter(key=key).first()


def live(reference: str | OuterRef) -> QuerySet[Payment]:
    """Return the payment of a reference whose money is, or may be, on its way: one at most."""
    return Payment.objects.filter(reference=reference, state__in=LIVE_PAYMENTS)


def declined(*, reference: str | OuterRef) -> QuerySet[Payment]:
    """Return the attempts to pay a reference that came to nothing."""
    return Payment.objects.filter(reference=reference, state=PaymentState.DECLINED)


def uncollected(*, account_id: int) -> QuerySet[Payment, str]:
    """Return the references whose money is held for an account, and neither taken nor let go."""
    return Payment.objects.filter(account=account_id, state=PaymentState.AUTHORISED).values_list("reference", flat=True)


def states(*, references: Iterable[str]) -> dict[str, PaymentState]:
    """Return how the youngest payment of each reference stands, where there is one. One query."""
    rows = Payment.objects.filter(reference__in=references).order_by("id").values_list("reference", "state")
    return {reference: PaymentState(state) for reference, state in rows}


def accounts_with_open_ends(*, ended: QuerySet[Any, str], now: datetime) -> QuerySet[Payment, int]:
    """Return the accounts, each once, whose gateway is to be asked what became of a payment; or told to take or release
    money that is held, of what has `ended`: references."""
    held = Q(state=PaymentState.AUTHORISED, reference__in=ended)
    rows = Payment.objects.filter(held | _in_doubt(now) | _worth_another_look(now))
    return rows.order_by("account").values_list("account", flat=True).distinct()


def in_doubt(*, account_id: int, now: datetime) -> QuerySet[Payment, uuid.UUID]:
    """Return the keys of an account's payments of which an answer is outstanding, the longest unasked first."""
    return _keys(account_id, _in_doubt(now))


def worth_another_look(*, account_id: int, now: datetime) -> QuerySet[Payment, uuid.UUID]:
    """Return those of payments that may still turn out otherwise than they look, the longest unasked first."""
    return _keys(account_id, _worth_another_look(now))


def _keys(account_id: int, wanted: Q) -> QuerySet[Payment, uuid.UUID]:
    return Payment.objects.filter(wanted, account=account_id).order_by("checked_at").values_list("key", flat=True)


def _in_doubt(now: datetime) -> Q:
    states = (PaymentState.SENT, PaymentState.CAPTURING, PaymentState.VOIDING)
    return Q(state__in=states, checked_at__lt=now - STALE)


def _worth_another_look(now: datetime) -> Q:
    failed = Q(state=PaymentState.CAPTURE_FAILED, checked_at__lt=now - CAPTURE_RETRY)
    given_up = Q(state=PaymentState.DECLINED, code=GIVEN_UP.code, checked_at__lt=now - LATE_LOOK)
    settling = Q(state=PaymentState.CAPTURED, checked_at__lt=now - SETTLEMENT_LOOK)
    return failed | given_up & Q(sent_at__gt=now - LATE_MONEY) | settling & Q(sent_at__gt=now - SETTLEMENT)


def awaits_answer(payment: Payment) -> bool:
    """Say whether news of the authorisation still counts: it was asked for, or was given up without any answer."""
    is_given_up = payment.state == PaymentState.DECLINED and payment.code == GIVEN_UP.code
    return payment.state == PaymentState.SENT or is_given_up


def look_up(payment: Payment, *, now: datetime) -> Outcome | None:
    """Ask the gateway where a payment stands, and note the answer.

    The look-up itself is noted first, so that a payment that cannot be looked up goes to the end of the sweep's line.
    """
    Payment.objects.filter(pk=payment.pk).update(checked_at=now)
    outcome = gateway_for(payment.account).find(key=str(payment.key), amount=payment.amount, currency=payment.currency)
    _heard(payment.account, outcome.code if outcome else "", now=now)
    _note(payment, Action.FIND, _result(outcome), now=now, code=outcome.code if outcome else "not_found")
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
    return payment if payment and not _is_silent(payment.account, now=now) else None


def _capture(payment: Payment, *, now: datetime) -> None:
    with transaction.atomic():
        if not move(payment, to=PaymentState.CAPTURING, since=PaymentState.AUTHORISED, now=now):
            return
        _note(payment, Action.CAPTURE, Result.REQUESTED, now=now)
    outcome = gateway_for(payment.account).capture(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount
    )
    _captured(payment, outcome, now=now)


def _captured(payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    _heard(payment.account, outcome.code, now=now)
    with transaction.atomic():
        _note(payment, Action.CAPTURE, _result(outcome), now=now, code=outcome.code)
        if outcome.approved:
            move(payment, to=PaymentState.CAPTURED, since=PaymentState.CAPTURING, now=now)
        elif outcome.kind == "declined":
            move(payment, to=PaymentState.CAPTURE_FAILED, since=PaymentState.CAPTURING, now=now, outcome=outcome)
    if outcome.kind == "declined":
        logger.error("capture of payment %s failed: %s", payment.key, outcome.code)


def void(payment: Payment, *, now: datetime) -> None:
    """Ask the gateway to let the money of a VOIDING payment go. An unknown answer is left for `resume`."""
    _note(payment, Action.VOID, Result.REQUESTED, now=now)
    outcome = gateway_for(payment.account).void(key=str(payment.key), gateway_id=payment.gateway_id)
    _heard(payment.account, outcome.code, now=now)
    _note(payment, Action.VOID, _result(outcome), now=now, code=outcome.code)
    if outcome.approved:
        move(payment, to=PaymentState.RELEASED, since=PaymentState.VOIDING, now=now)
    else:
        logger.error("release of payment %s is not confirmed: %s", payment.key, outcome.code)


def challenge_answer(*, hook_key: str, challenge: str) -> str:
    """Return what proves to a gateway that an account's address is ours.

    Raises Account.DoesNotExist for an address that is nobody's, and BadSignature for what is no challenge.
    """
    with _gateway_that_called(hook_key) as gateway:
        return gateway.challenge_answer(challenge=challenge)


def reference_in(*, hook_key: str, signature: str, payload: str) -> str:
    """Verify a webhook with the account's own keys, and return the payment key it names, if any.

    Raises Account.DoesNotExist for an address that is nobody's, and BadSignature for what the account did not sign.
    """
    with _gateway_that_called(hook_key) as gateway:
        return gateway.reference_in(signature=signature, payload=payload)


@contextmanager
def _gateway_that_called(hook_key: str) -> Iterator[CardGateway]:
    """Hand out the gateway of the account with this address; who has it without the keys is logged by the provider."""
    account = Account.objects.select_related("provider").get(hook_key=hook_key)
    try:
        yield gateway_for(account)
    except BadSignature:
        logger.warning("a webhook for provider %s had a bad signature", account.provider.slug)
        raise


def resume(payment: Payment, *, now: datetime) -> None:
    """Finish a capture or a release whose answer never came: look it up first, act only on what is certain.

    What is asked again is asked about the transaction that was found, whatever the row said before.
    """
    outcome = look_up(payment, now=now)
    standing = outcome.standing if outcome else None
    if payment.state == PaymentState.CAPTURING:
        if standing is Standing.AUTHORISED:  # the request never arrived: ask again under the same key
            move(payment, to=PaymentState.AUTHORISED, since=PaymentState.CAPTURING, now=now, outcome=outcome)
            _capture(payment, now=now)
        elif standing is Standing.CAPTURED:
            move(payment, to=PaymentState.CAPTURED, since=PaymentState.CAPTURING, now=now)
        elif standing in (Standing.RELEASED, Standing.CAPTURE_FAILED):
            move(payment, to=PaymentState.CAPTURE_FAILED, since=PaymentState.CAPTURING, now=now, outcome=outcome)
    elif payment.state == PaymentState.VOIDING:
        if standing is Standing.RELEASED:
            move(payment, to=PaymentState.RELEASED, since=PaymentState.VOIDING, now=now)
        elif standing is Standing.AUTHORISED:
            move(payment, to=PaymentState.VOIDING, since=PaymentState.VOIDING, now=now, outcome=outcome)
            void(payment, now=now)
    elif payment.state == PaymentState.CAPTURED and standing is Standing.CAPTURE_FAILED:
        move(payment, to=PaymentState.CAPTURE_FAILED, since=PaymentState.CAPTURED, now=now, outcome=outcome)
    elif payment.state == PaymentState.CAPTURE_FAILED and standing is Standing.AUTHORISED:
        move(payment, to=PaymentState.AUTHORISED, since=PaymentState.CAPTURE_FAILED, now=now, outcome=outcome)
        _capture(payment, now=now)
