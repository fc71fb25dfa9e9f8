"""The one narrow door to the registry, and the only writer of cancellations, certificates and the public history.

A cancellation is asked for in the caller's own transaction, carried out outside any, and recorded in one: serial
numbers, history entry and certificate appear together or not at all. The registry knows our reference, so a doubt is
settled by looking it up, never by asking again blindly.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, Subquery

from portal.registry import findable
from portal.registry.certificates.issuing import facts_of
from portal.registry.codes import new_code, read_code
from portal.registry.connectors import Cancelled, Holding, Receipt, Refusal, Unknown, connector
from portal.registry.models import (
    Cancellation,
    CancellationState,
    CancelledBlock,
    Certificate,
    IssuanceBlock,
    LogEntry,
    LogHead,
)
from portal.registry.serials import SerialBlock
from portal.registry.statement import Statement
from portal.registry.vocabulary import Purpose
from portal.sweeping import handle_each

logger = logging.getLogger(__name__)

STALE = timedelta(minutes=2)  # longer than any registry call may take
OPEN = (CancellationState.REQUESTED, CancellationState.WORKING)
BATCH = 200


@dataclass(frozen=True)
class Done:
    """The units are out of circulation, for good."""

    code: str
    completed_at: datetime


@dataclass(frozen=True)
class Refused:
    """The registry refused for good; no unit was touched."""

    reason: str


@dataclass(frozen=True)
class Underway:
    """Somebody is at it, or the registry's answer is outstanding."""


Result = Done | Refused | Underway


def request(
    *,
    reference: str,
    issuance_block_id: int,
    account: str,
    quantity: int,
    provider_name: str,
    statement: Statement,
    locale: str,
    is_sample: bool = False,
    not_after: datetime | None = None,
    now: datetime,
) -> None:
    """Write down that units are to be cancelled. The same reference again changes nothing.

    From `not_after` on the registry is asked no more, until that is extended: what it was asked before may still come.

    Meant to run inside the caller's transaction, so that a paid order and its cancellation appear together. `quantity`
    is in units (tonnes CO2 equivalent); `account` is the registry account that holds them; `statement` will be public.
    """
    asked = Cancellation(
        reference=reference,
        issuance_block_id=issuance_block_id,
        account=account,
        quantity=quantity,
        provider_name=provider_name,
        **statement.to_dict(),
        locale=locale,
        is_sample=is_sample,
        not_after=not_after,
        requested_at=now,
    )
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        if not Cancellation.objects.filter(reference=reference).exists():
            raise


def extend(*, reference: str, until: datetime | None) -> None:
    """Let the registry be asked for a cancellation until then; without an end, if it is None. One query."""
    Cancellation.objects.filter(reference=reference, state__in=OPEN).update(not_after=until)


def withdraw(*, reference: str, why: str) -> bool:
    """Give up a cancellation that the registry has not been asked for. False if it was, or may have been."""
    mine = Cancellation.objects.filter(reference=reference, state=CancellationState.REQUESTED)
    return bool(mine.update(state=CancellationState.WITHDRAWN, refusal=why[:300]))


def too_late(*, now: datetime) -> QuerySet[Cancellation, str]:
    """Return the references of which the registry is asked no more, and that are not given up."""
    return Cancellation.objects.filter(state__in=OPEN, not_after__lte=now).values_list("reference", flat=True)


def resume(*, reference: str, certificate: str = "", now: datetime) -> None:
    """Let a requested cancellation count as asked of the registry before, by books that were lost.

    So it is looked up there first, and asked for only where the registry has never heard of it. A `certificate` that
    was issued is issued again under its own code, which somebody holds. Meant for the transaction that requests it.
    Raises ValueError for a code that is none of ours, or belongs to another cancellation.
    """
    code = read_code(certificate) or ""
    if certificate and (not code or Certificate.objects.filter(code=code).exists()):
        raise ValueError(f"{certificate} is no code of a certificate that was lost")
    asked = Cancellation.objects.filter(reference=reference, state=CancellationState.REQUESTED)
    asked.update(state=CancellationState.WORKING, claimed_at=now - 2 * STALE, certificate_code=code)


def carry_out(*, reference: str, now: datetime) -> Result:
    """Have the registry cancel what was requested, exactly once, and record it.

    Of several workers one wins the claim; the others return Underway. A claim whose worker died is taken over after
    STALE, and then the registry is asked what became of the reference before anything is repeated.
    """
    cancellation = Cancellation.objects.select_related("issuance_block__activity").get(reference=reference)
    if cancellation.state in OPEN:
        answer = _ask(cancellation, now=now)
        if isinstance(answer, Receipt) and (done := _record(cancellation, answer)):
            return done
        if isinstance(answer, Refusal):
            _record_refusal(cancellation, answer)
        cancellation.refresh_from_db(fields=["state", "completed_at", "refusal"])
    return _result(cancellation)


def find(*, reference: str) -> Result | None:
    """Say how a cancellation stands, or None if it was never requested."""
    cancellation = Cancellation.objects.filter(reference=reference).first()
    return _result(cancellation) if cancellation else None


def outstanding() -> QuerySet[Cancellation, str]:
    """Return the references that the registry was asked about and has not answered yet. `sweep` pursues them."""
    return Cancellation.objects.filter(state=CancellationState.WORKING).values_list("reference", flat=True)


def cancelled(*, since: datetime, until: datetime) -> Iterator[list[Cancelled] | Unknown]:
    """Read through the registry's own books of what was cancelled in a period, UTC, whoever asked: page by page.

    The last page is Unknown where they could not be read to the end.
    """
    return connector().cancelled(since=since, until=until)


def at_registry(*, reference: str) -> Receipt | Refusal | Unknown | None:
    """Ask the registry itself what became of a reference; None if it is sure that it never had it. Changes nothing."""
    return connector().lookup(reference=reference)


def holdings(*, account: str) -> tuple[Holding, ...] | None:
    """Return what an account holds in the registry, by issuance, lowest first. None: it gives no answer."""
    held = connector().holdings(account=account)
    return None if isinstance(held, Unknown) else held


def units_held(*, block: IssuanceBlock, account: str) -> int | None:
    """Return how many units of an issuance block an account holds in the registry. None: it gives no answer."""
    held = holdings(account=account)
    if held is None:
        return None
    wanted = SerialBlock(block.serial_start, block.serial_end)
    return sum(each.quantity for each in held if each.series == block.series and each.issuance == wanted)


def _result(cancellation: Cancellation) -> Result:
    if cancellation.state == CancellationState.DONE and cancellation.completed_at:
        code = cancellation.certificates.values_list("code", flat=True)[0]
        return Done(code, cancellation.completed_at)
    if cancellation.state in (CancellationState.REFUSED, CancellationState.WITHDRAWN):
        return Refused(cancellation.refusal)
    return Underway()


def _ask(cancellation: Cancellation, *, now: datetime) -> Receipt | Refusal | None:
    """Claim the work and ask the registry. None: somebody else is at it, or nobody knows yet."""
    mine, in_time = Cancellation.objects.filter(pk=cancellation.pk), _in_time(now)
    if mine.filter(in_time, state=CancellationState.REQUESTED).update(state=CancellationState.WORKING, claimed_at=now):
        return _known(_cancel(cancellation, now=now), cancellation)
    if not mine.filter(state=CancellationState.WORKING, claimed_at__lt=now - STALE).update(claimed_at=now):
        return None
    answer = connector().lookup(reference=cancellation.reference)
    if answer is None:  # the registry has never heard of it: asking is safe, and safe again under the same reference
        if not mine.filter(in_time).exists():
            mine.filter(state=CancellationState.WORKING).update(state=CancellationState.REQUESTED)
            return None
        answer = _cancel(cancellation, now=now)
    return _known(answer, cancellation)


def _in_time(now: datetime) -> Q:
    return Q(not_after=None) | Q(not_after__gt=now)


def _cancel(cancellation: Cancellation, *, now: datetime) -> Receipt | Refusal | Unknown:
    block = cancellation.issuance_block
    return connector().cancel(
        reference=cancellation.reference,
        account=cancellation.account,
        series=block.series,
        issuance=SerialBlock(block.serial_start, block.serial_end),
        quantity=cancellation.quantity,
        purpose=cancellation.purpose,
        beneficiary=cancellation.beneficiary_name,
        now=now,
    )


def _known(answer: Receipt | Refusal | Unknown, cancellation: Cancellation) -> Receipt | Refusal | None:
    if isinstance(answer, Unknown):
        logger.warning("the registry's answer to %s is outstanding: %s", cancellation.reference, answer.text)
        return None
    return answer


def _record(cancellation: Cancellation, receipt: Receipt) -> Done | None:
    """Write serial numbers, history entry and certificate together. Whoever comes second writes nothing: None."""
    if sum(block.count for block in receipt.blocks) != cancellation.quantity:
        raise ValueError(f"the registry cancelled another quantity than {cancellation.reference} asked for")
    with transaction.atomic():
        first = Cancellation.objects.filter(pk=cancellation.pk, state=CancellationState.WORKING).update(
            state=CancellationState.DONE,
            completed_at=receipt.completed_at,
            transaction_number=receipt.transaction_number,
        )
        if not first:
            return None
        series = cancellation.issuance_block.series
        CancelledBlock.objects.bulk_create(
            CancelledBlock(cancellation=cancellation, series=series, serial_start=block.start, serial_end=block.end)
            for block in receipt.blocks
        )
        code = cancellation.certificate_code or new_code()
        facts = facts_of(cancellation, receipt, code=code, verify_url=f"{settings.SITE_URL}/c/{code}")
        Certificate.objects.create(
            cancellation=cancellation, code=code, facts=facts.to_dict(), issued_at=receipt.completed_at
        )
        _append(cancellation, receipt, code=code, serials=[[b.start_text, b.end_text] for b in facts.serial_blocks])
    return Done(code, receipt.completed_at)


def _append(cancellation: Cancellation, receipt: Receipt, *, code: str, serials: list[list[str]]) -> None:
    """Add a line to the public history. The head's row lock makes numbers gapless and in commit order."""
    activity, said = cancellation.issuance_block.activity, cancellation.statement
    preset = Purpose.preset(said.preset_purpose)
    LogHead.objects.filter(pk=1).update(last=F("last") + 1)
    LogEntry.objects.create(
        number=Subquery(LogHead.objects.filter(pk=1).values("last")),
        code=code,
        cancelled_at=receipt.completed_at,
        activity_code=activity.code,
        activity_title=activity.title,
        host_country=activity.host_country,
        technology=activity.technology,
        unit_type=cancellation.issuance_block.unit_type,
        quantity=cancellation.quantity,
        serials=serials,
        **said.to_dict(),
        is_sample=cancellation.is_sample or activity.is_sample,
        words=findable.column(
            activity_code=activity.code,
            activity_title=activity.title,
            beneficiary=said.beneficiary_name,
            others=(said.purpose, said.consumption_period, *(preset.in_every_language() if preset else ())),
        ),
    )


def _record_refusal(cancellation: Cancellation, refusal: Refusal) -> None:
    Cancellation.objects.filter(pk=cancellation.pk, state=CancellationState.WORKING).update(
        state=CancellationState.REFUSED, refusal=f"{refusal.code}: {refusal.text}"[:300]
    )


def sweep(*, now: datetime) -> int:
    """Carry out what was requested but lost on the way. One bounded round; returns how many were met."""
    lost = _in_time(now) & Q(state=CancellationState.REQUESTED, requested_at__lt=now - timedelta(seconds=30))
    lost |= Q(state=CancellationState.WORKING, claimed_at__lt=now - STALE)
    longest_waiting_first = F("claimed_at").asc(nulls_first=True)
    rows = Cancellation.objects.filter(lost).order_by(longest_waiting_first, "id")
    return handle_each(
        rows=rows.values_list("reference", flat=True),
        act=lambda reference: carry_out(reference=reference, now=now),
        most=BATCH,
    )
