"""The conductor, and the only writer of orders: place, settle, fulfil, withdraw, expire.

Money is held first, units are cancelled next, and the money moves last: a release is free and certain, while cancelled
units never come back. Every state move is a conditional UPDATE or happens under the order's row lock, and every call to
the outside happens between transactions.
"""

import logging
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from portal.celery import nudge_on_commit
from portal.checkout import consent, holds, mail, rules
from portal.checkout.models import UNPAID_STATES, Basket, Letter, Order, OrderState
from portal.checkout.orders import forgettable, is_spent, locked, need_of, order_of
from portal.checkout.pending import words_of
from portal.checkout.rules import NotEnough, PayResult, Placed, Refusal, Unproven
from portal.checkout.terms import FORGOTTEN, asked_of_registry, said_by, terms
from portal.measured import Measured
from portal.payments import accounts, standing
from portal.payments import service as payments
from portal.payments.gateway import Outcome, OutcomeKind
from portal.payments.models import Payment, PaymentState
from portal.people.models import User
from portal.providers import stock
from portal.providers.models import Listing
from portal.registry import service as registry

logger = logging.getLogger(__name__)

FULFIL, COLLECT, WRITE = (f"portal.checkout.tasks.{task}" for task in ("fulfil", "collect", "write"))


def place_order(
    *,
    listing_code: str,
    quantity: int,
    details: consent.Details,
    submission: uuid.UUID,
    locale: str,
    purchaser: User | None,
    visitor: str = "",
    measured: Measured | None = None,
    basket: Basket | None = None,
    now: datetime,
) -> Placed | Refusal:
    """Set units aside and write the order down, with its price frozen, before any money is asked for.

    The units are taken by one conditional UPDATE, so the last one is sold once. The same `submission` again (a double
    click, the back button) is the same order: it takes nothing more, and where it says something else by now, the order
    says that too, however often. Only what is being paid, or has ended, stays as it is, and the form gets another
    order. What was `measured` before stays with the order as it was. The purchaser is sent the order's own address by
    letter, once, as soon as the order stands. How many orders a purchaser (by account, else as `visitor`) may leave
    unpaid, and how many units, is for `holds` to say. Raises Listing.DoesNotExist for an unknown listing and ValueError
    for a quantity that is not at least 1.
    """
    said = (listing_code, quantity, details, measured)
    listing = Listing.objects.select_related("provider", "issuance_block").filter(code=listing_code).first()
    write = partial(terms, quantity=quantity, details=details, measured=measured, locale=locale, now=now)
    while earlier := order_of(submission):
        if said == said_by(earlier):
            return Placed(earlier.token)
        if listing and (corrected := _correct(earlier, listing, write(listing), purchaser=purchaser, now=now)):
            return corrected
        withdraw(token=earlier.token, now=now)
        submission = uuid.uuid5(submission, "another order")
    if listing is None:
        raise Listing.DoesNotExist
    until = now + timedelta(minutes=settings.HOLD_MINUTES)
    if rules.runs_beyond(listing.issuance_block.last_day, until=until):
        return rules.Ending()
    columns = {**write(listing), "purchaser": purchaser, "basket": basket, "placed_at": now, "hold_until": until}
    account = holds.proven(purchaser)
    columns["visitor"] = "" if account else visitor
    return _place(listing, columns, account=account, submission=submission)


def _place(
    listing: Listing, columns: dict[str, Any], *, account: User | None, submission: uuid.UUID
) -> Placed | Refusal:
    with transaction.atomic():
        if refusal := holds.set_aside(listing, columns["quantity"], account=account, visitor=columns["visitor"]):
            earlier = order_of(submission)  # perhaps the same form was sent a moment ago
            return Placed(earlier.token) if earlier else refusal
        order = Order(**columns, submission=submission, listing=listing, provider_name=listing.provider.name)
        try:
            with transaction.atomic():
                order.save(force_insert=True)
        except IntegrityError:
            if (earlier := order_of(submission)) is None:
                raise
            # The same form twice at the same moment: the units of the second are not needed.
            stock.give_back(listing_id=listing.pk, units=columns["quantity"])
            return Placed(earlier.token)
        mail.owe_address(order, now=order.placed_at)
        nudge_on_commit(WRITE, order_id=order.pk)
    return Placed(order.token)


def _correct(
    earlier: Order, listing: Listing, columns: dict[str, Any], *, purchaser: User | None, now: datetime
) -> Placed | Refusal | None:
    """Let an order say what its form says now, and hold as many units. None if it is too late, or of other units."""
    with transaction.atomic():
        order = locked().get(pk=earlier.pk)
        is_open = order.state == OrderState.AWAITING_PAYMENT and order.hold_until > now
        if not is_open or order.listing_id != listing.pk or not payments.make_way(order.reference, now=now):
            return None
        purchaser = order.purchaser or purchaser  # who has signed in since
        units, own = columns["quantity"], order.submission
        more = units - order.quantity
        if more > 0 and not stock.take(listing_id=listing.pk, units=more):
            return NotEnough(stock.units_on_offer(listing_id=listing.pk) + order.quantity)
        if more > 0:
            left = stock.units_on_offer(listing_id=listing.pk) + units
            account = holds.proven(purchaser)
            most = holds.most_units(listing_code=listing.code, left=left, account=account, own=own)
            if units > most:
                stock.give_back(listing_id=listing.pk, units=more)
                return Unproven(most)
        if more < 0:
            stock.give_back(listing_id=listing.pk, units=-more)
        Order.objects.filter(pk=order.pk).update(**columns, purchaser=purchaser)
    return Placed(order.token)


def begin_to_pay(*, token: str, rail: str, now: datetime) -> Payment | str:
    """Write down that an order's purchaser is about to pay on a rail, or return a PayResult that says why not.

    An attempt on another rail that waits for the purchaser alone is abandoned for it.
    """
    with transaction.atomic():
        order = locked().get(token=token)
        if order.state in (OrderState.PAID, OrderState.COMPLETED):
            return PayResult.HELD
        if order.state != OrderState.AWAITING_PAYMENT or order.hold_until <= now:
            return PayResult.TOO_LATE
        if is_spent(reference=order.reference):
            return PayResult.TOO_OFTEN
        rails = accounts.open_rails(provider=order.listing.provider, currency=order.currency)
        account = next((each for each in rails if each.rail == rail), None)
        if account is None:
            Order.objects.filter(pk=order.pk).update(needs_attention=f"{rules.NOT_OPEN}: {rail} {order.currency}")
            return PayResult.NOT_ASKED
        payment = payments.begin(
            reference=order.reference, account=account, amount=order.amount, currency=order.currency, now=now
        )
        if payment is None:
            return PayResult.UNDER_WAY
        until = holds.while_paying(order, now=now)
        if until != order.hold_until:
            Order.objects.filter(pk=order.pk).update(hold_until=until)
    return payment


def keep_aside(order: Order, *, until: datetime) -> None:
    """Keep the units of an order, whose row is locked, set aside until then at least, within the last day of them."""
    last_day = order.listing.issuance_block.last_day
    order.hold_until = rules.extended_hold(hold_until=order.hold_until, now=until, end=until, last_day=last_day)
    order.save(update_fields=["hold_until"])


def settle(*, payment: Payment, outcome: Outcome | None, is_seen: bool = False, now: datetime) -> None:
    """Act on what is known of one authorisation, exactly once. Return page, webhook and sweep all end here.

    Held money of an order that still stands asks the registry for the cancellation, in the same transaction. Money held
    for an order that has expired takes units again if there are any, and is released if not. Money that nobody needs
    any more is released: the decision is committed first, so that it is carried out even if this worker dies.

    An attempt that failed is told by letter, once, unless its purchaser sees that on the page (`is_seen`).
    """
    with transaction.atomic():
        order = locked().get(reference=payment.reference)  # order first, then payment
        is_alone = not standing.read_anew(payment)
        if not standing.awaits_answer(payment):
            return
        if outcome:
            payments.note_authorisation(payment, outcome=outcome, now=now)
        verdict = rules.judge(outcome, need=need_of(order, is_alone=is_alone), age=now - payment.sent_at)
        _act_on(verdict, outcome, order, payment, now=now)
        if verdict is rules.Verdict.DECLINED and not is_seen:
            mail.owe(order, kind=Letter.Kind.NOT_PAID, attempt=str(payment.key), now=now)
    if payment.state == PaymentState.VOIDING:
        payments.void(payment, now=now)


def _act_on(verdict: rules.Verdict, outcome: Outcome | None, order: Order, payment: Payment, *, now: datetime) -> None:
    """Move payment and order on together. Runs inside `settle`'s transaction."""
    move = partial(payments.move, payment, since=PaymentState(payment.state), now=now)
    if verdict is rules.Verdict.WAIT:
        tell_staff(order, outcome=outcome)
        if outcome and outcome.kind is OutcomeKind.PENDING:
            _note_pending(order, payment, outcome, now=now)
        return
    if order.needs_attention.startswith(rules.PENDING):
        needs_nobody(order, about=rules.PENDING)
    if verdict is rules.Verdict.DECLINED:
        tell_staff(order, outcome=outcome)
        move(to=PaymentState.DECLINED, outcome=outcome or standing.GIVEN_UP)
    elif verdict is rules.Verdict.PROCEED or (verdict is rules.Verdict.REVIVE and _take_again(order)):
        move(to=PaymentState.AUTHORISED, outcome=outcome)
        accept(order, not_after=rules.sure_until(outcome, now=now) if outcome else now, now=now)
    else:
        move(to=PaymentState.VOIDING, outcome=outcome)


def _note_pending(order: Order, payment: Payment, outcome: Outcome, *, now: datetime) -> None:
    """Keep why a gateway has not decided on an attempt, and tell staff where that is more than a delay."""
    payments.note_pending(payment, outcome=outcome, now=now)
    if words_of(payment):
        needs_a_person(order, why=f"{rules.PENDING}: {outcome.code}")


def _take_again(order: Order) -> bool:
    is_taken = stock.take(listing_id=order.listing_id, units=order.quantity)
    if not is_taken:
        needs_a_person(order, why=rules.PAID_TOO_LATE)
    return is_taken


def tell_staff(order: Order, *, outcome: Outcome | None) -> None:
    """Note on an order what staff have to mend of what was asked of a gateway, if anything."""
    if outcome and (outcome.is_our_fault or outcome.code in rules.FOR_STAFF):
        what = "gateway refused what was asked" if outcome.is_our_fault else "gateway's answer is not what was asked"
        text = f"the {what}: {outcome.code}: {outcome.text}"
        Order.objects.filter(pk=order.pk).update(needs_attention=text[:300])


def accept(order: Order, *, not_after: datetime | None = None, now: datetime) -> None:
    """Money has come, or is held until `not_after` at least, and units are set aside: ask for their cancellation.

    Runs inside the transaction that says so of the money, under the order's lock.
    """
    Order.objects.filter(pk=order.pk).update(state=OrderState.PAID, paid_at=now, visitor="")
    registry.request(**asked_of_registry(order), not_after=not_after, now=now)
    nudge_on_commit(FULFIL, order_id=order.pk)


def fulfil(*, order_id: int, now: datetime) -> None:
    """Carry a paid order to its end: cancel the units, then take the money, then send the certificate.

    Workers take the three steps in queues of their own. Each is safe to call any number of times, from any number of
    workers, at any point after a crash.
    """
    _cancel(order_id, now=now)
    collect(order_id=order_id, now=now)
    tell(order_id=order_id, now=now)


def cancel(*, order_id: int, now: datetime) -> None:
    """Have a paid order's units cancelled, and ask for its money and its letter, for which no cancellation waits."""
    if _cancel(order_id, now=now):
        for task in (COLLECT, WRITE):
            nudge_on_commit(task, order_id=order_id)


def _cancel(order_id: int, *, now: datetime) -> bool:
    """Say whether a paid order came to its end by this."""
    order = Order.objects.get(pk=order_id)
    if order.state != OrderState.PAID:
        return False
    result = registry.carry_out(reference=order.reference, now=now)
    if isinstance(result, registry.Done):
        paid = Order.objects.filter(pk=order.pk, state=OrderState.PAID)
        is_done = bool(paid.update(state=OrderState.COMPLETED, completed_at=result.completed_at))
        if order.needs_attention:
            needs_nobody(order, about=rules.UNCANCELLED)
        return is_done
    return isinstance(result, registry.Refused) and refuse(order, why=f"registry refused: {result.reason}")


def refuse(order: Order, *, why: str) -> bool:
    """Give up a paid order whose units are not cancelled and never will be: they go back on offer, and staff see why.

    False where it is not paid, or somebody was first. Its money is let go by `collect`.
    """
    with transaction.atomic():
        refused = Order.objects.filter(pk=order.pk, state=OrderState.PAID).update(
            state=OrderState.REFUSED, needs_attention=why[:300]
        )
        if refused:
            stock.give_back(listing_id=order.listing_id, units=order.quantity)
    logger.error("order %s was given up: %s", order.reference, why)
    return bool(refused)


def collect(*, order_id: int, now: datetime) -> None:
    """Take the money of a completed order, or let go that of one that the registry refused. Else nothing is done."""
    reference, state = Order.objects.values_list("reference", "state").get(pk=order_id)
    if state == OrderState.COMPLETED:
        payments.collect(reference=reference, now=now)
    elif state == OrderState.REFUSED:
        payments.release(reference=reference, now=now)


def tell(*, order_id: int, now: datetime) -> None:
    """Send what the purchaser is owed by letter, and how it ended, if it has. What fails is sent later by a sweep."""
    mail.send_owed(order_id=order_id, now=now)
    told = mail.to_be_told(order_id=order_id, now=now)
    if told and mail.untold(now=now).filter(pk=told.pk).update(mail_claimed_at=now):
        Order.objects.filter(pk__in=mail.send_outcome(told)).update(mailed_at=now)


def rebuild(
    *, reference: str, listing: Listing, columns: dict[str, Any], token: str, hold_until: datetime
) -> Order | None:
    """Write an order down again that our books have lost, or take up one that they have as unpaid, under its old name.

    It awaits its payment then, with its units set aside, also of a listing that is off offer by now. None where fewer
    are left. Runs inside the caller's transaction. Raises ValueError for an order that is paid already, or that is of
    another listing. `columns` are its terms, and `token` its secret address, where somebody still has it.
    """
    order = locked().filter(reference=reference).first()
    if order and (order.state not in UNPAID_STATES or order.listing_id != listing.pk):
        raise ValueError(f"order {reference} is {order.state}, of listing {order.listing.code}")
    held = order.quantity if order and order.state == OrderState.AWAITING_PAYMENT else 0
    stock.give_back(listing_id=listing.pk, units=held)
    if not stock.take_for_known(listing_id=listing.pk, units=columns["quantity"]):
        return None
    columns = {**columns, "state": OrderState.AWAITING_PAYMENT, "hold_until": hold_until, "visitor": ""}
    columns |= {"provider_name": listing.provider.name} | ({"token": token} if token else {})
    new = {**columns, "listing": listing, "submission": uuid.uuid5(uuid.NAMESPACE_URL, f"rebuilt {reference}")}
    return Order.objects.update_or_create(reference=reference, defaults=columns, create_defaults=new)[0]


def waive_letter(*, token: str, now: datetime) -> None:
    """Write down that nobody is to be told how an order ends: no letter is sent of it any more."""
    Order.objects.filter(token=token).update(mailed_at=now)


def withdraw(*, token: str, now: datetime) -> bool:
    """Give up an order that nobody is paying, and put its units back on offer. False if it is too late for that."""
    return _lapse(Order.objects.get(token=token).pk, to=OrderState.WITHDRAWN, now=now)


def expire(*, order_id: int, now: datetime) -> bool:
    """Put the units of an order on offer again whose hold has run out. False if somebody is paying or has paid.

    Who had begun to pay is told by letter, once. Who never did has left, and was told when the order was placed until
    when the units are set aside: one more letter would only press.
    """
    return _lapse(order_id, to=OrderState.EXPIRED, now=now)


def _lapse(order_id: int, *, to: OrderState, now: datetime) -> bool:
    """A payment that waits for its purchaser alone keeps no order: it is abandoned, whatever they do after that."""
    expires = to == OrderState.EXPIRED
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.state != OrderState.AWAITING_PAYMENT or (expires and order.hold_until > now):
            return False
        live = standing.live(order.reference).first()
        if live and not payments.abandon(live, now=now):  # money may be on its way
            return False
        Order.objects.filter(pk=order.pk).update(state=to, visitor="")
        stock.give_back(listing_id=order.listing_id, units=order.quantity)
        if expires and standing.latest(references=[order.reference]):
            mail.owe(order, kind=Letter.Kind.LAPSED, now=now)
    return True


def forget(*, order_id: int, now: datetime) -> None:
    """Remove what is personal from an order that lapsed unpaid long ago. Any number of times; else nothing happens."""
    forgettable(now=now).filter(pk=order_id).update(**FORGOTTEN)


def tell_of_collection(payment: Payment, *, now: datetime) -> None:
    """Tell staff and, once, the purchaser that money could not be collected; tell staff no more once it could. Staff
    alone are told that its gateway has not decided on it, and why.

    This is met when a settlement was refused, and else an hour after the first refusal: what the next try mends is no
    news for anybody.
    """
    orders = Order.objects.filter(reference=payment.reference, state=OrderState.COMPLETED)
    if payment.state == PaymentState.CAPTURED:
        told = Q(needs_attention__startswith=rules.UNCOLLECTED) | Q(needs_attention__startswith=rules.PENDING)
        orders.filter(told).update(needs_attention="")
    elif words_of(payment):
        orders.update(needs_attention=f"{rules.PENDING}: {payment.code}"[:300])
    elif payment.state == PaymentState.CAPTURE_FAILED:
        with transaction.atomic():
            orders.update(needs_attention=f"{rules.UNCOLLECTED}: {payment.code}")
            for order in orders:
                mail.owe(order, kind=Letter.Kind.UNCOLLECTED, now=now)


def needs_nobody(order: Order, *, about: str) -> None:
    """Put an order before the staff no more, where what they were to see begins so."""
    Order.objects.filter(pk=order.pk, needs_attention__startswith=about).update(needs_attention="")


def needs_a_person(order: Order, *, why: str) -> None:
    """Put an order before the staff, who see why until one of them says what was done about it."""
    Order.objects.filter(pk=order.pk).update(needs_attention=why[:300])
