"""Giving an order's money back. Its units stay cancelled, and its certificate stays as it is.

By staff and by the provider, whole or in part, on every rail; the purchaser is told by letter, once of each.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from portal.celery import nudge_on_commit
from portal.checkout import mail, service
from portal.checkout.models import Letter, Order
from portal.money import in_minor_units
from portal.payments import accounts, refunds
from portal.payments.gateway import Outcome
from portal.payments.models import Refund, RefundState
from portal.payments.refunds import TooMuch
from portal.payments.transfers import entries
from portal.payments.transfers.matching import Meaning
from portal.payments.transfers.models import StatementEntry
from portal.payments.transfers.remedies import WHY

FAILED = "a refund failed"
NOTHING = TooMuch(Decimal())  # no money came, or none of it is left


def refundable(order: Order) -> Decimal:
    """Return how much of an order's money can still be given back."""
    payment = refunds.payment_of(reference=order.reference)
    return refunds.left(payment) if payment else NOTHING.left


def is_by_hand(order: Order) -> bool:
    """Say whether its provider has to pay an order back at its bank, since it was paid by transfer."""
    payment = refunds.payment_of(reference=order.reference)
    return payment is not None and refunds.is_by_hand(payment)


def give_back(
    order: Order, *, key: uuid.UUID, amount: Decimal, why: str, asked_by: int, now: datetime
) -> Refund | TooMuch:
    """Give money back through the gateway that took it, once for a `key`, and return the refund as it stands then.

    Its row is committed before the gateway is called. A timeout leaves it SENT: the sweep looks it up. A gateway that
    is silent is not asked, so that nobody waits for it: the refund stays REQUESTED, and the sweep sends it.
    """
    payment = refunds.payment_of(reference=order.reference)
    if payment is None:
        return NOTHING
    refund = refunds.ask(payment, key=key, amount=amount, why=why, asked_by=asked_by, now=now)
    if isinstance(refund, Refund) and not accounts.keeps_silent(payment.account, now=now):
        _send(refund, is_seen=True, now=now)
    return refund


def record(
    order: Order,
    *,
    key: uuid.UUID,
    amount: Decimal,
    paid_back_on: date,
    bank_reference: str,
    why: str,
    asked_by: int,
    now: datetime,
) -> Refund | TooMuch:
    """Write down what the provider has paid back at its bank, once for a `key`, and tell the purchaser."""
    payment = refunds.payment_of(reference=order.reference)
    if payment is None:
        return NOTHING
    with transaction.atomic():
        _lock(order.reference)
        refund = refunds.record(
            payment,
            key=key,
            amount=amount,
            paid_back_on=paid_back_on,
            bank_reference=bank_reference,
            why=why,
            asked_by=asked_by,
            now=now,
        )
        if isinstance(refund, Refund):
            _owe_letter(order, refund, now=now)
    return refund


def paid_back(*, entry_id: int, paid_back_on: date, bank_reference: str, by_id: int, now: datetime) -> bool:
    """Write down that the provider paid money back that came by transfer and did not count, and tell the purchaser.

    Once; False where somebody did so before. What came for no order, or in another currency, is written down on the
    entry alone.
    """
    request = StatementEntry.objects.get(pk=entry_id).request
    with transaction.atomic():
        order = _lock(request.reference) if request else None  # order first, then payment
        entry = entries.paid_back(entry_id=entry_id, on=paid_back_on, bank_reference=bank_reference, by_id=by_id)
        if entry is None:
            return False
        if order and entry.request and entry.currency == entry.request.payment.currency:
            refund = refunds.record_uncounted(
                entry.request.payment,
                amount=in_minor_units(entry.amount, entry.currency),
                paid_back_on=paid_back_on,
                bank_reference=bank_reference,
                why=WHY[Meaning(entry.meaning)],
                asked_by=by_id,
                now=now,
            )
            _owe_letter(order, refund, now=now)
    return True


def check(*, key: uuid.UUID, now: datetime) -> bool:
    """Send a refund that nobody sent, or ask the gateway what became of it and act on that. False if there is none.

    A webhook is only a hint that leads here, and so does the sweep. What the gateway has never heard of is asked again
    under the same key, once it cannot arrive any more.
    """
    refund = refunds.find(key=key)
    if refund is None:
        return False
    if refund.state == RefundState.REQUESTED:
        _send(refund, now=now)
    elif refund.state != RefundState.FAILED and refund.paid_back_on is None:
        outcome = refunds.look_up(refund, now=now)
        if outcome is None and refunds.may_be_sent_again(refund, now=now):
            outcome = refunds.give_back(refund)
        _settle(refund, outcome, now=now)
    return True


def _send(refund: Refund, *, is_seen: bool = False, now: datetime) -> None:
    if refund.state == RefundState.REQUESTED and refunds.take_up(refund, now=now):
        outcome = refunds.give_back(refund)
        accounts.heard(refund.payment.account, outcome=outcome, now=now)
        _settle(refund, outcome, is_seen=is_seen, now=now)


def _settle(refund: Refund, outcome: Outcome | None, *, is_seen: bool = False, now: datetime) -> None:
    """Write down what is known of a refund, and tell the purchaser; or staff, unless whoever asked sees it."""
    with transaction.atomic():
        order = _lock(refund.payment.reference)  # order first, then payment
        if not refunds.settle(refund, outcome=outcome, now=now) or order is None:
            return
        if refund.state == RefundState.DONE:
            _owe_letter(order, refund, now=now)
        elif refund.state == RefundState.FAILED and not is_seen:
            service.needs_a_person(order, why=f"{FAILED}: {refund.code}")


def _lock(reference: str) -> Order | None:
    return Order.objects.select_for_update().filter(reference=reference).first()


def _owe_letter(order: Order, refund: Refund, *, now: datetime) -> None:
    mail.owe(order, kind=Letter.Kind.REFUNDED, attempt=str(refund.key), now=now)
    nudge_on_commit(service.WRITE, order_id=order.pk)
