"""Orders that are paid by transfer: the purchaser is asked, and units wait; the money comes, and units are cancelled.

Money is there first on this rail, so nothing is held and nothing released. What comes too late pays its order after all
where there are units again; else its provider pays it back, which is written down in the provider's queue.
"""

from datetime import datetime

from django.db import transaction

from portal.celery import nudge_on_commit
from portal.checkout import mail, rules, service
from portal.checkout.models import Letter, Order, OrderState
from portal.checkout.orders import locked
from portal.payments import service as payments
from portal.payments import standing
from portal.payments.models import PaymentState, Rail
from portal.payments.transfers import banks, entries
from portal.payments.transfers import service as transfers
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.matching import Standing
from portal.payments.transfers.models import TransferRequest
from portal.payments.transfers.remedies import Remedy
from portal.providers import stock


def pay(*, token: str, now: datetime) -> TransferRequest | str:
    """Ask an order's purchaser for a transfer, and keep the units aside for as long as the provider gives for it.

    That is counted from when the order was placed, so that asking again keeps nothing longer; and the request stays the
    same. It is told by letter as well, once, and by two more while nothing has come. Returns a PayResult where the
    order cannot be paid so.
    """
    with transaction.atomic():
        order = locked().get(token=token)
        earlier = transfers.find(reference=order.reference)
        if earlier and order.hold_until > now and transfers.standing_of(earlier) is Standing.OPEN:
            return earlier
        payment = service.begin_to_pay(token=token, rail=Rail.TRANSFER, now=now)
        if isinstance(payment, str):
            return payment
        request = transfers.expect(payment, payer=order.purchaser_name, now=now)
        order = locked().get(token=token)
        service.keep_aside(order, until=order.placed_at + banks.time_to_pay(request.bank))
        _owe_letters(order, now=now)
    return request


def _owe_letters(order: Order, *, now: datetime) -> None:
    """Owe the letter that says where to, and two that remind of it; none to an address that is told of no orders."""
    if not _is_told(order):
        return
    mail.owe(order, kind=Letter.Kind.TRANSFER, now=now)
    for which, at in rules.reminders(asked_at=now, until=order.hold_until).items():
        mail.owe(order, kind=Letter.Kind.REMINDER, attempt=which, now=at)
    nudge_on_commit(service.WRITE, order_id=order.pk)


def _is_told(order: Order) -> bool:
    told = Letter.objects.filter(kind=Letter.Kind.PLACED)
    beside = told.filter(order__basket=order.basket_id) if order.basket_id else told.filter(order=order)
    return beside.exists()  # one letter told of all orders of a basket


def extend(*, reference: str, until: datetime, now: datetime) -> datetime | None:
    """Let units wait longer for a transfer, as its provider wishes, and remind of that one once more. Never for less.

    Returns until when they wait: not beyond their last day, nor `rules.LONGEST_WAIT`. None where it is too late.
    """
    with transaction.atomic():
        order = locked().filter(reference=reference, state=OrderState.AWAITING_PAYMENT, hold_until__gt=now).first()
        request = transfers.find(reference=reference)
        if order is None or request is None or transfers.standing_of(request) is not Standing.OPEN:
            return None
        before = order.hold_until
        service.keep_aside(order, until=min(until, now + rules.LONGEST_WAIT))
        last = rules.reminders(asked_at=now, until=order.hold_until).get("last")
        if last and order.hold_until > before and _is_told(order):
            mail.owe(order, kind=Letter.Kind.REMINDER, attempt=f"until-{order.hold_until:%Y%m%d%H%M}", now=last)
    return order.hold_until


def decide(
    *,
    entry_id: int,
    choice: Remedy,
    by_id: int,
    seen: str = "",
    note: str = "",
    names: str = "",
    now: datetime,
) -> Decided:
    """Do what a person of the provider decided about an entry of a statement, once."""
    if choice is Remedy.TAKE_UP:
        return take_up(entry_id=entry_id, by_id=by_id, note=note, now=now)
    return entries.decide(entry_id=entry_id, choice=choice, by_id=by_id, seen=seen, note=note, names=names, now=now)


def settle(*, reference: str, now: datetime) -> bool:
    """Have the units cancelled of an order whose transfer has come, once. False where there is nothing to do.

    Whoever counts the money nudges this, and the sweep finds what that lost.
    """
    with transaction.atomic():
        order = locked().filter(reference=reference, state=OrderState.AWAITING_PAYMENT).first()
        has_come = standing.live(reference).filter(state=PaymentState.CAPTURED).exists()
        if order is None or not has_come:
            return False
        service.accept(order, now=now)
    return True


def take_up(*, entry_id: int, by_id: int | None = None, note: str = "", now: datetime) -> Decided:
    """Let money pay its order that came after the hold had run out, if there are units again: all of it, or nothing.

    A person decides that, or it is asked for as soon as such money is seen. An order that its purchaser gave up, or
    that was forgotten, is never taken up.
    """
    with transaction.atomic():
        request = entries.request_of(entry_id=entry_id)
        if request is None:
            return Decided.GONE
        order = locked().filter(reference=request.reference, state=OrderState.EXPIRED).first()
        if order is None or order.is_forgotten:
            return Decided.TOO_LATE
        if not stock.take(listing_id=order.listing_id, units=order.quantity):
            return Decided.TOO_LATE
        decided = _pay_late(order, request, entry_id=entry_id, by_id=by_id, note=note, now=now)
        if decided is Decided.DONE:
            service.accept(order, now=now)
        else:
            transaction.set_rollback(True)
    return decided


def _pay_late(
    order: Order, request: TransferRequest, *, entry_id: int, by_id: int | None, note: str, now: datetime
) -> Decided:
    """Begin a new attempt to pay, into the account that was paid into, and let the entry be its money."""
    payment = payments.begin(
        reference=order.reference,
        account=request.bank.account,
        amount=order.amount,
        currency=order.currency,
        now=now,
    )
    if payment is None:
        return Decided.TOO_LATE
    transfers.expect(payment, payer=order.purchaser_name, now=now)
    return entries.decide(entry_id=entry_id, choice=Remedy.TAKE_UP, by_id=by_id, note=note, now=now)
