"""Money that is held for units that could not be cancelled yet: no unit is cancelled without it.

When an order is paid, the registry may be asked for the cancellation as long as the money is surely held. Afterwards
the gateway has to make sure of it first, which holds it anew where it can; and where it is held no more, the order is
given up.
"""

from datetime import datetime

from django.db import transaction

from portal.celery import nudge_on_commit
from portal.checkout import rules, service
from portal.checkout.models import Order, OrderState
from portal.checkout.orders import locked
from portal.payments import service as payments
from portal.payments import standing
from portal.payments.gateway import Outcome, OutcomeKind, Standing
from portal.payments.models import Payment
from portal.registry import service as registry


def renew(*, reference: str, now: datetime) -> None:
    """Have it made sure that the money of a paid order is held, and act on the answer. Any number of times.

    Staff are told that its units are not cancelled yet. An answer that nobody knows changes nothing: it is asked again.
    """
    payment = standing.under_way(reference).select_related("account").first()
    if payment is None:
        return
    outcome = payments.renew(payment, now=now)
    with transaction.atomic():
        order = locked().filter(reference=reference, state=OrderState.PAID).first()
        if order:
            _act_on(outcome, order, payment, now=now)


def _act_on(outcome: Outcome | None, order: Order, payment: Payment, *, now: datetime) -> None:
    if outcome and outcome.approved:
        until = rules.sure_until(outcome, now=now, least=rules.SEEN_TO_BE_HELD)
        is_held = outcome.standing is Standing.AUTHORISED  # else somebody has taken it at the gateway, for good
        registry.extend(reference=order.reference, until=until if is_held else None)
        service.needs_a_person(order, why=f"{rules.UNCANCELLED}; the money is held until {until:%Y-%m-%d %H:%M} UTC")
        nudge_on_commit(service.FULFIL, order_id=order.pk)
    elif outcome and outcome.kind is OutcomeKind.DECLINED and outcome.standing is Standing.RELEASED:
        _give_up(order)
    else:
        code = outcome.code if outcome else "not_found"
        service.needs_a_person(order, why=f"{rules.UNCANCELLED}, and whether the money is held is not known: {code}")


def _give_up(order: Order) -> None:
    """Cancel nothing any more, unless the registry may have done so already: then a person has to look."""
    if not registry.withdraw(reference=order.reference, why=rules.HELD_NO_MORE):
        why = f"{rules.UNCANCELLED} or may have been, and the money is held no more"
        service.needs_a_person(order, why=why)
    elif service.refuse(order, why=rules.HELD_NO_MORE):
        for task in (service.COLLECT, service.WRITE):
            nudge_on_commit(task, order_id=order.pk)
