"""Units for the embedded registry, by two people: one enters them, another approves. The only writer of handovers.

A handover is approved by a conditional UPDATE and carried out after it, under a reference of its own: after a crash
the sweep asks the registry again, which does everything once.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from portal.registry import embedded
from portal.registry.connectors import NO_ANSWER
from portal.registry.models import STANDING_HANDOVERS, Handover, HandoverState, IssuanceBlock
from portal.registry.serials import SerialBlock
from portal.sweeping import handle_each

logger = logging.getLogger(__name__)

OWN_ACCOUNTS = embedded.OWN_ACCOUNTS
STALE = timedelta(minutes=2)  # longer than the embedded registry may take
BATCH = 50


def propose(handover: Handover, *, by_id: int, now: datetime) -> None:
    """Write down what one person entered. Nothing reaches the registry before another one approves it."""
    handover.state, handover.entered_by_id, handover.entered_at = HandoverState.PROPOSED, by_id, now
    handover.save(force_insert=True)


def approve(*, handover_id: int, by_id: int, now: datetime) -> bool:
    """Let a second person approve a handover, and have the registry carry it out.

    False, and nothing happens, where it is decided already or the same person entered it.
    """
    proposed = Handover.objects.filter(pk=handover_id, state=HandoverState.PROPOSED).exclude(entered_by=by_id)
    if not proposed.update(state=HandoverState.APPROVED, decided_by=by_id, decided_at=now):
        return False
    carry_out(handover_id=handover_id, now=now)
    return True


def decline(*, handover_id: int, by_id: int, reason: str, now: datetime) -> bool:
    """Turn a handover down, also one of one's own, and say why. False where it is decided already."""
    proposed = Handover.objects.filter(pk=handover_id, state=HandoverState.PROPOSED)
    changes = {"state": HandoverState.DECLINED, "decided_by": by_id, "decided_at": now, "reason": reason[:300]}
    return bool(proposed.update(**changes))


def carry_out(*, handover_id: int, now: datetime) -> None:
    """Have the registry do what was approved, exactly once. What it gives no answer to is left for the sweep."""
    handover = Handover.objects.select_related("issuance_block").get(pk=handover_id)
    if handover.state != HandoverState.APPROVED:
        return
    mine = Handover.objects.filter(pk=handover_id, state=HandoverState.APPROVED)
    try:
        embedded.enter_issuance(block=handover.issuance_block, now=now)
        embedded.hand_over(
            block=handover.issuance_block,
            account=handover.account,
            holder=handover.holder,
            first_serial=handover.serial_start,
            quantity=handover.quantity,
            reference=f"handover-{handover.pk}",
            now=now,
        )
    except NO_ANSWER as error:
        logger.warning("the embedded registry gave no answer to handover %s: %s", handover.pk, error)
    except embedded.RegistryRefused as refused:
        mine.update(state=HandoverState.REFUSED, reason=refused.code)
    else:
        mine.update(state=HandoverState.DONE)


def names(*, user_id: int) -> bool:
    """Say whether a person entered or decided a handover, and must stay known."""
    return Handover.objects.filter(Q(entered_by=user_id) | Q(decided_by=user_id)).exists()


def sweep(*, now: datetime) -> int:
    """Carry out what was approved but lost on the way. One bounded round; returns how many were met."""
    lost = Handover.objects.filter(state=HandoverState.APPROVED, decided_at__lt=now - STALE).order_by("decided_at")
    return handle_each(
        rows=lost.values_list("pk", flat=True), act=lambda pk: carry_out(handover_id=pk, now=now), most=BATCH
    )


def standing_with(*, block: IssuanceBlock, wanted: SerialBlock) -> Handover | None:
    """Return a handover, decided or not, that some of these units belong to already; None if there is none."""
    standing = block.handovers.filter(state__in=STANDING_HANDOVERS)
    return standing.filter(serial_start__lte=wanted.end, serial_end__gte=wanted.start).first()


def can_be_handed_over(*, block: IssuanceBlock, wanted: SerialBlock) -> bool | None:
    """Say whether the registry has issued none of a block yet, or still holds all of these. None: no answer."""
    try:
        return embedded.can_be_handed_over(block=block, wanted=wanted)
    except NO_ANSWER:
        return None
