"""Giving a paid order up whose units are not cancelled yet: nothing is cancelled any more, what is held is let go."""

from datetime import datetime

from django.db import transaction

from portal.celery import nudge_on_commit
from portal.checkout import attention, rules, service
from portal.checkout.models import Order, OrderState
from portal.checkout.orders import locked
from portal.registry import service as registry


def is_possible(order: Order) -> bool:
    """Say whether an order could be given up, for all that its own row says. One query less than being sure."""
    return order.state == OrderState.PAID


def give_up(order: Order, *, why: str, by_id: int, now: datetime) -> bool:
    """Give an order up, once, and keep who did and why. Its purchaser is told by letter; money that came by transfer
    is with the provider, who has to pay it back.

    False where it is not paid any more, or the registry was asked already: then units may be cancelled.
    """
    with transaction.atomic():
        row = locked().filter(pk=order.pk, state=OrderState.PAID).first()
        if row is None or not registry.withdraw(reference=row.reference, why=rules.GIVEN_UP):
            return False
        service.refuse(row, why=rules.GIVEN_UP)
        attention.handle(row, what=rules.GIVEN_UP, note=why, by_id=by_id, now=now)
        for task in (service.COLLECT, service.WRITE):
            nudge_on_commit(task, order_id=row.pk)
    return True
