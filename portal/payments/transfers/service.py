"""Asking purchasers for transfers, and counting what came: the only writer of requests and arrivals.

Money is there when a person of the provider says so, or its bank does; what a purchaser says moves nothing. Everything
that counts for a request happens under the lock of its row, so that no money counts twice, and the payment moves on by
a conditional UPDATE in the same transaction. Whoever is waiting for it is nudged, and finds it by a sweep if that is
lost.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from portal.celery import nudge_on_commit
from portal.payments import service as payments
from portal.payments import standing
from portal.payments.models import Payment, PaymentState, Rail
from portal.payments.transfers.matching import Booking, Expected, Standing
from portal.payments.transfers.models import Arrival, BankAccount, TransferRequest
from portal.payments.transfers.reference import LONGEST_CORE, compact, reference_for
from portal.providers.models import Provider

RECEIVED = "portal.checkout.tasks.settle_transfer"


class Counted(StrEnum):
    """What became of money that was said to have come."""

    PAID = "paid"  # all of it is there
    PART = "part"  # it counts, and more is to come
    SECOND = "second"  # a second person has to say so too
    TOO_LATE = "too_late"  # nobody waits for it any more: it does not count


def expect(payment: Payment, *, payer: str, now: datetime) -> TransferRequest:
    """Write down that a purchaser is asked to transfer what an OFFERED payment is for, and under which reference.

    The same reference always gets the same one, whatever becomes of an attempt, and no other ever gets it. Raises
    ValueError for a payment on another rail.
    """
    if payment.account.rail != Rail.TRANSFER:
        raise ValueError("this is paid on another rail")
    bank = BankAccount.objects.get(account=payment.account_id)
    asked = {"bank": bank, "payment": payment, "payer": payer[:256], "asked_at": now}
    return TransferRequest.objects.update_or_create(
        reference=payment.reference, defaults=asked, create_defaults={**asked, "rf": reference_for(payment.reference)}
    )[0]


def find(*, reference: str) -> TransferRequest | None:
    """Return the request of a payment's reference, or None."""
    return TransferRequest.objects.select_related("bank__account", "payment").filter(reference=reference).first()


def named(*, provider: Provider | int, text: str) -> TransferRequest | None:
    """Return a provider's request that somebody names: by the order's number, or by the reference on the transfer."""
    written = compact(text)
    meant = [written, reference_for(written)] if 0 < len(written) <= LONGEST_CORE else [written]
    return TransferRequest.objects.filter(bank__account__provider=provider, rf__in=meant).first()


def locked(requests: QuerySet[TransferRequest]) -> dict[str, TransferRequest]:
    """Return requests by their reference on the transfer, under the lock of their rows, always in one order."""
    rows = requests.select_for_update(of=("self",)).select_related("payment", "bank").order_by("pk")
    return {each.rf: each for each in rows}


def standing_of(request: TransferRequest) -> Standing:
    """Say where a request stands, by its payment."""
    state = request.payment.state
    if state == PaymentState.OFFERED:
        return Standing.OPEN
    if state == PaymentState.CAPTURED:
        return Standing.RECEIVED
    return Standing.GIVEN_UP if standing.live(request.reference).exists() else Standing.LAPSED


def as_expected(request: TransferRequest) -> Expected:
    """Return a request as the ladder of `matching` knows it, with all that counts for it. Two queries."""
    counted = request.arrivals.exclude(counted_at=None).select_related("entry").order_by("pk")
    return Expected(
        reference=request.reference,
        key=request.rf,
        amount=request.payment.amount,
        currency=request.payment.currency,
        standing=standing_of(request),
        payer=request.payer,
        bookings=tuple(_booking(each) for each in counted),
    )


def missing(request: TransferRequest) -> Decimal:
    """Return how much of what a request asks for has not come yet. One query."""
    counted = request.arrivals.exclude(counted_at=None).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return max(request.payment.amount - counted, Decimal(0))


def _booking(arrival: Arrival) -> Booking:
    entry = getattr(arrival, "entry", None)
    return Booking(
        statement=entry.bank_statement_name if entry else "",
        reference=entry.bank_reference if entry else arrival.bank_reference,
        amount=arrival.amount,
        currency=arrival.currency,
        import_id=entry.import_id if entry else "",
        value_date=arrival.value_date,
    )


def confirm(
    *, reference: str, amount: Decimal, value_date: date, bank_reference: str, by_id: int, now: datetime
) -> Counted:
    """Let a person of the provider say that money came, as they saw it on the account.

    From the account's threshold on it counts only when a second person says so too (`second`), and so it does in parts
    that come to as much together. The same day, amount and reference of the bank again are the same money, so that a
    form that is sent twice counts once.
    """
    with transaction.atomic():
        request = next(iter(locked(TransferRequest.objects.filter(reference=reference)).values()))
        if standing_of(request) is not Standing.OPEN:
            return Counted.TOO_LATE
        said = request.arrivals.filter(amount=amount, value_date=value_date, bank_reference=bank_reference[:140])
        if earlier := said.exclude(said_by=None).first():
            return Counted.PART if earlier.counted_at else Counted.SECOND
        arrival = Arrival.objects.create(
            request=request,
            amount=amount,
            currency=request.payment.currency,
            value_date=value_date,
            bank_reference=bank_reference[:140],
            said_by_id=by_id,
            said_at=now,
        )
        threshold = request.bank.second_person_from
        if threshold is not None and _said_alone(request) + amount >= threshold:
            return Counted.SECOND
        return count(arrival, request=request, now=now)


def _said_alone(request: TransferRequest) -> Decimal:
    """Return how much of what counts for a request is the word of a single person."""
    alone = request.arrivals.filter(said_by__isnull=False, seconded_by=None).exclude(counted_at=None)
    total: Decimal = alone.aggregate(total=Sum("amount", default=Decimal()))["total"]
    return total


def second(*, arrival_id: int, by_id: int, now: datetime) -> Counted | None:
    """Let a second person say that money came, which counts then. None where it is decided already, or for the first.

    The two are never one: the database refuses that as well.
    """
    with transaction.atomic():
        waiting = Arrival.objects.filter(pk=arrival_id, counted_at=None, seconded_by=None, said_by__isnull=False)
        waiting = waiting.exclude(said_by=by_id)
        arrival = waiting.first()
        if arrival is None:
            return None
        request = next(iter(locked(TransferRequest.objects.filter(pk=arrival.request_id)).values()))
        if standing_of(request) is not Standing.OPEN:
            return Counted.TOO_LATE
        if not waiting.update(seconded_by=by_id):
            return None
        return count(arrival, request=request, now=now)


def waiting_for_second(*, providers: Iterable[Provider]) -> QuerySet[Arrival]:
    """Return what one person of some providers said has come, and another has to say too."""
    waiting = Arrival.objects.filter(counted_at=None, seconded_by=None, said_by__isnull=False)
    open_ones = waiting.filter(request__payment__state=PaymentState.OFFERED)
    return open_ones.filter(request__bank__account__provider__in=providers).select_related("request", "said_by")


def awaited(*, providers: Iterable[Provider]) -> QuerySet[TransferRequest]:
    """Return the transfers into accounts of some providers that are waited for, the oldest first."""
    waiting = TransferRequest.objects.filter(bank__account__provider__in=providers)
    return waiting.filter(payment__state=PaymentState.OFFERED).select_related("payment", "bank").order_by("pk")


def names(*, user_id: int) -> bool:
    """Say whether a person confirmed that money came, and must stay known."""
    return Arrival.objects.filter(Q(said_by=user_id) | Q(seconded_by=user_id)).exists()


def write_down(
    request: TransferRequest, *, amount: Decimal, currency: str, value_date: date, bank_reference: str, now: datetime
) -> Arrival:
    """Write down money that a bank's statement has for a request. It counts by `count`, in the same transaction."""
    return Arrival.objects.create(
        request=request,
        amount=amount,
        currency=currency,
        value_date=value_date,
        bank_reference=bank_reference[:140],
        said_at=now,
    )


def count(arrival: Arrival, *, request: TransferRequest, is_enough: bool = False, now: datetime) -> Counted:
    """Count money for a request whose row is locked; and once all is there, or `is_enough`, the payment has come.

    Then whoever waits for the payment is told of it. The receipt in the ledger is of all that came.
    """
    so_far = as_expected(request).so_far
    total = so_far + (arrival.amount if arrival.counted_at is None else 0)
    if total >= request.payment.amount or is_enough:
        if not payments.receive(request.payment, amount=total, code=arrival.bank_reference, now=now):
            return Counted.TOO_LATE
        nudge_on_commit(RECEIVED, reference=request.reference)
    Arrival.objects.filter(pk=arrival.pk).update(counted_at=arrival.counted_at or now)
    arrival.counted_at = arrival.counted_at or now
    return Counted.PAID if request.payment.state == PaymentState.CAPTURED else Counted.PART


def give_back(arrivals: Iterable[int]) -> None:
    """Let money no longer count that did, since the provider pays it back. To be asked under the request's lock."""
    Arrival.objects.filter(pk__in=arrivals).update(counted_at=None)
