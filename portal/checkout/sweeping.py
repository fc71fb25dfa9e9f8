"""Finding whatever was lost on the way, and handing it to the service. Rows are the queue; this is who reads it.

The sweep itself waits for the registry alone. What has to wait for a gateway or a mail server it only asks for, gateway
by gateway and order by order, so that none of them keeps it, or one another, waiting.
"""

import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from portal.celery import nudge_again
from portal.checkout import disputing, mail, orders, paying, refunding, renewing, service, transfers
from portal.checkout.models import Order, OrderState
from portal.payments import accounts, disputes, refunds, standing
from portal.payments.models import Payment, PaymentState
from portal.payments.transfers import entries
from portal.registry import service as registry
from portal.sweeping import handle_each

SWEEP_ACCOUNT = "portal.checkout.tasks.sweep_account"
BATCH = 200  # rows of each kind in one round
JUST_PAID = timedelta(seconds=30)  # so long a worker may take to begin


def sweep(*, now: datetime) -> int:
    """Find and finish whatever was lost: one bounded round, meant for every minute. Returns how many rows it met."""

    def ask(account_id: int) -> None:
        nudge_again(SWEEP_ACCOUNT, account_id=account_id)

    def write(order_id: int) -> None:
        nudge_again(service.WRITE, order_id=order_id)

    def take_up(entry_id: int) -> None:
        transfers.take_up(entry_id=entry_id, now=now)

    def cancel(order_id: int) -> None:
        service.cancel(order_id=order_id, now=now)

    def settle(reference: str) -> None:
        transfers.settle(reference=reference, now=now)

    def expire(order_id: int) -> None:
        service.expire(order_id=order_id, now=now)

    handled = handle_each(rows=accounts_to_ask(now=now), act=ask, most=BATCH)
    handled += handle_each(rows=mail.untold(now=now).values_list("pk", flat=True), act=write, most=BATCH)
    handled += handle_each(rows=mail.owed(now=now).values_list("order_id", flat=True), act=write, most=BATCH)
    handled += handle_each(rows=_transferred().values_list("reference", flat=True), act=settle, most=BATCH)
    handled += handle_each(rows=entries.late(now=now).values_list("pk", flat=True), act=take_up, most=BATCH)
    handled += handle_each(rows=_uncancelled(now).values_list("pk", flat=True), act=cancel, most=BATCH)
    return handled + handle_each(rows=_overdue(now).values_list("pk", flat=True), act=expire, most=BATCH)


def forget(*, now: datetime) -> int:
    """Remove what is personal from orders that lapsed unpaid long ago: one bounded round. Returns how many it met."""

    def forget_one(order_id: int) -> None:
        service.forget(order_id=order_id, now=now)

    rows = orders.forgettable(now=now).order_by("hold_until").values_list("pk", flat=True)
    return handle_each(rows=rows, act=forget_one, most=BATCH)


def accounts_to_ask(*, now: datetime) -> QuerySet[Payment, int]:
    """Return the payment accounts of which something is to be asked: each is a round of its own."""
    ended = Order.objects.filter(mail.HAS_ENDED).values_list("reference", flat=True)
    open_ends = standing.accounts_with_open_ends(ended=ended, now=now)
    unsure = (
        standing.unsure(references=registry.too_late(now=now), now=now).order_by().values_list("account", flat=True)
    )
    others = (refunds.accounts_with_refunds(now=now), disputes.accounts_with_disputes(now=now))
    return open_ends.order_by().union(unsure, *others)


def sweep_account(*, account_id: int, now: datetime) -> int:
    """Ask the gateway of one account what became of payments and refunds, and take, release or give back what is left:
    one bounded round.

    A gateway that does not answer is asked one thing in a round. Returns how many rows it met.
    """

    def check(key: uuid.UUID) -> None:
        paying.check_payment(key=key, now=now)

    def collect(order_id: int) -> None:
        service.collect(order_id=order_id, now=now)

    def renew(reference: str) -> None:
        renewing.renew(reference=reference, now=now)

    def check_refund(key: uuid.UUID) -> None:
        refunding.check(key=key, now=now)

    def look_after(dispute_id: int) -> None:
        disputing.look_after(dispute_id=dispute_id, now=now)

    def search(account_id: int) -> None:
        disputing.search(account_id=account_id, now=now)

    def is_silent() -> bool:
        return accounts.is_silent(account_id=account_id, now=now)

    ended = Order.objects.filter(mail.HAS_ENDED, reference__in=standing.uncollected(account_id=account_id))
    unsure = standing.unsure(references=registry.too_late(now=now), now=now).filter(account=account_id)
    handled = 0
    for rows, act in (
        (unsure.order_by("checked_at").values_list("reference", flat=True), renew),
        (standing.in_doubt(account_id=account_id, now=now), check),
        (standing.worth_another_look(account_id=account_id, now=now), check),
        (ended.order_by("id").values_list("pk", flat=True), collect),
        (refunds.to_do(account_id=account_id, now=now), check_refund),
        (disputes.to_do(account_id=account_id, now=now), look_after),
        (disputes.to_search(account_id=account_id, now=now), search),
    ):
        handled += handle_each(rows=rows, act=act, most=BATCH, until=is_silent)
    return handled


def _uncancelled(now: datetime) -> QuerySet[Order]:
    """Orders that are paid and lack their cancellation, without those that the registry's own sweep pursues."""
    paid = Order.objects.filter(state=OrderState.PAID, paid_at__lt=now - JUST_PAID)
    return paid.exclude(reference__in=registry.outstanding()).order_by("id")


def _transferred() -> QuerySet[Order]:
    """Orders that await a payment which has come."""
    captured = standing.live(OuterRef("reference")).filter(state=PaymentState.CAPTURED)
    return Order.objects.filter(Exists(captured), state=OrderState.AWAITING_PAYMENT).order_by("id")


def _overdue(now: datetime) -> QuerySet[Order]:
    """Orders whose hold has run out and that nobody is paying. Who was only offered to pay has let them lapse."""
    held = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, hold_until__lte=now)
    return held.exclude(Exists(standing.under_way(OuterRef("reference")))).order_by("hold_until")
