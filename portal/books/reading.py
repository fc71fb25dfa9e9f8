"""Reading our books beside those of others, a day at a time and a page at a time, and saying how they differ.

Whatever is held in memory is of one page, or the keys of one day. Every page takes the same number of queries. Nothing
is written here, neither in our books nor in theirs.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.books import comparison
from portal.books.comparison import Difference, OurCancellation, OurEntry, OurOrder, OurPayment, Seen
from portal.checkout import attention
from portal.checkout.models import Order
from portal.payments import books, ledger, standing
from portal.payments.gateway import Outcome, Recorded, RecordedKind
from portal.payments.models import Account, Payment
from portal.payments.transfers.models import StatementEntry
from portal.providers.models import Provider
from portal.registry import service as registry
from portal.registry.answers import Cancelled, Unknown
from portal.registry.models import Cancellation

PAGE = 500
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A difference, and the provider and the payment account that it is about, where these are known."""

    provider: str
    difference: Difference
    account_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Part of a day that is read at once, in UTC: its end does not belong to it. `now` is when it is read."""

    since: datetime
    until: datetime
    now: datetime


def stretches(*, first_day: date, last_day: date, now: datetime) -> Iterator[Stretch]:
    """Yield the days of a period, both its ends included."""
    day = first_day
    while day <= last_day:
        since = datetime.combine(day, time(), UTC)
        yield Stretch(since=since, until=since + DAY, now=now)
        day += DAY


def differences(stretch: Stretch, *, provider: Provider | None = None) -> Iterator[Disagreement]:
    """Yield how all books differ in what began, was paid, cancelled or read in a stretch; of all providers, or one."""
    for account in books.accounts(since=stretch.since, provider_id=provider.pk if provider else None):
        for each in _of_gateway(account, stretch):
            yield Disagreement(provider=account.provider.name, difference=each, account_id=account.pk)
    yield from _of_registry(stretch, provider)
    yield from _of_orders(stretch, provider)
    yield from _of_transfers(stretch, provider)
    yield from _of_entries(stretch, provider)


def in_pages(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield rows in pages, in the order of their numbers. One query a page, and one more of a full last one."""
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield page
        if len(page) < PAGE:
            return
        last = page[-1].pk


# --- Gateways


def _of_gateway(account: Account, stretch: Stretch) -> Iterator[Difference]:
    seen = Seen(rail=account.rail)
    for page in books.recorded(account, since=stretch.since, until=stretch.until):
        if isinstance(page, Outcome):
            yield comparison.unreadable(f"{account.rail} {account.pk}", page.text or page.code, at=stretch.since)
            return
        for recorded in page:
            seen.note(recorded)
        yield from _of_page(page)
    for payments in in_pages(books.payments_begun(account, since=stretch.since, until=stretch.until)):
        for payment, ours in zip(payments, as_ours(payments), strict=True):
            yield from _of_ours(ours, seen, partial(books.ask, payment), stretch)
    for refunds in in_pages(books.refunds_sent(account, since=stretch.since, until=stretch.until)):
        for refund in refunds:
            if {str(refund.key), str(refund.payment.key)} & seen.refunds or books.has_refund(refund) is not False:
                continue
            (ours,) = as_ours([refund.payment])
            yield comparison.of_lost_refund(ours, key=str(refund.key), amount=refund.amount, at=refund.sent_at)


def _of_page(page: list[Recorded]) -> Iterator[Difference]:
    keys = [key for each in page if (key := as_key(each.key))]
    named = books.payments_named(keys)
    ours = {each.key: each for each in as_ours(list(named.values()))}
    known = ours.keys() | books.refund_keys(keys)
    for recorded in page:
        key = as_key(recorded.key) or recorded.key
        if recorded.kind is RecordedKind.REFUND:
            difference = comparison.of_refund(recorded, known=known)
        else:
            difference = comparison.of_recorded(recorded, ours.get(key))
        if difference:
            yield difference


def _of_ours(ours: OurPayment, seen: Seen, ask: Callable[[], Outcome | None], stretch: Stretch) -> Iterator[Difference]:
    if ours.has_money and not seen.has(ours) and (difference := comparison.of_found(ours, ask())):
        yield difference
    for each in (seen.twice(ours), comparison.of_undecided(ours, now=stretch.now)):
        if each:
            yield each


def as_key(text: str) -> str:
    """Return a key as our payments write it; empty where it can be none of theirs."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def as_ours(payments: list[Payment]) -> list[OurPayment]:
    """Return payments as they are compared. One query."""
    back = books.gone_back(payments)
    return [
        OurPayment(
            key=str(each.key),
            reference=each.reference,
            rail=each.account.rail,
            state=each.state,
            amount=each.amount,
            currency=each.currency,
            gateway_id=each.gateway_id,
            sent_at=each.sent_at,
            refunded=back.get(each.pk, Decimal()),
        )
        for each in payments
    ]


# --- The registry


def _of_registry(stretch: Stretch, provider: Provider | None) -> Iterator[Disagreement]:
    accounts = dict(Provider.objects.values_list("registry_account", "name"))
    wanted = {provider.registry_account} if provider else set()
    seen: set[str] = set()
    for page in registry.cancelled(since=stretch.since, until=stretch.until):
        if isinstance(page, Unknown):
            difference = comparison.unreadable("registry", page.text, at=stretch.since)
            yield Disagreement(provider="", difference=difference)
            return
        about = [each for each in page if not wanted or each.account in wanted]
        seen.update(each.reference for each in about)
        for cancelled, difference in _of_cancelled(about, stretch):
            yield Disagreement(provider=accounts.get(cancelled.account, ""), difference=difference)
    ours = Cancellation.objects.filter(
        state="done", completed_at__gte=stretch.since, completed_at__lt=stretch.until
    ).prefetch_related("blocks")
    for cancellations in in_pages(ours.filter(account__in=wanted) if wanted else ours):
        for each in cancellations:
            if each.reference not in seen and registry.at_registry(reference=each.reference) is None:
                found = comparison.of_uncancelled(_cancellation(each))
                yield Disagreement(provider=each.provider_name, difference=found)


def _of_cancelled(page: list[Cancelled], stretch: Stretch) -> Iterator[tuple[Cancelled, Difference]]:
    rows = Cancellation.objects.filter(reference__in=[each.reference for each in page]).prefetch_related("blocks")
    ours = {each.reference: _cancellation(each) for each in rows}
    for cancelled in page:
        if difference := comparison.of_cancelled(cancelled, ours.get(cancelled.reference), now=stretch.now):
            yield cancelled, difference


def _cancellation(row: Cancellation) -> OurCancellation:
    return OurCancellation(
        reference=row.reference,
        state=row.state,
        quantity=row.quantity,
        asked_at=row.requested_at,
        transaction_number=row.transaction_number,
        blocks=tuple((each.serial_start, each.serial_end) for each in row.blocks.all()),
    )


# --- Orders


def _of_orders(stretch: Stretch, provider: Provider | None) -> Iterator[Disagreement]:
    """What was placed or paid in the stretch. Four queries a page."""
    span = (stretch.since, stretch.until)
    rows = attention.marked().filter(
        Q(placed_at__gte=span[0], placed_at__lt=span[1]) | Q(paid_at__gte=span[0], paid_at__lt=span[1])
    )
    for page in in_pages(rows.filter(listing__provider=provider) if provider else rows):
        for order, ours in zip(page, _orders(page), strict=True):
            for difference in comparison.of_order(ours, now=stretch.now):
                yield Disagreement(provider=order.provider_name, difference=difference)


def _orders(page: Iterable[Order]) -> Iterator[OurOrder]:
    references = [each.reference for each in page]
    balances, payments = ledger.balances(references=references), standing.latest(references=references)
    asked = {each.reference: each for each in Cancellation.objects.filter(reference__in=references)}
    for order in page:
        balance, cancellation = balances.get(order.reference, ledger.NOTHING), asked.get(order.reference)
        payment = payments.get(order.reference)
        yield OurOrder(
            reference=order.reference,
            state=order.state,
            placed_at=order.placed_at,
            paid_at=order.paid_at,
            quantity=order.quantity,
            amount=order.amount,
            currency=order.currency,
            captured=balance.captured,
            held=balance.held,
            refunded=balance.refunded,
            payment=payment.state if payment else "",
            cancellation=cancellation.state if cancellation else "",
            units_cancelled=cancellation.quantity if cancellation else 0,
            is_handled=bool(order.needs_attention) and not order.waits,  # type: ignore[attr-defined]
        )


# --- Banks


def _of_transfers(stretch: Stretch, provider: Provider | None) -> Iterator[Disagreement]:
    """Three queries a page."""
    rows = books.transfers_begun(
        since=stretch.since, until=stretch.until, provider_id=provider.pk if provider else None
    )
    for page in in_pages(rows):
        booked, counted = books.received(page)
        for payment, ours in zip(page, as_ours(page), strict=True):
            sums = {"booked": booked.get(payment.pk, Decimal()), "counted": counted.get(payment.pk, Decimal())}
            if difference := comparison.of_receipt(ours, **sums):
                yield Disagreement(provider=payment.account.provider.name, difference=difference)


def _of_entries(stretch: Stretch, provider: Provider | None) -> Iterator[Disagreement]:
    """Two queries a page."""
    rows = StatementEntry.objects.filter(created_at__gte=stretch.since, created_at__lt=stretch.until)
    rows = rows.filter(bank__account__provider=provider) if provider else rows
    for page in in_pages(rows.select_related("request", "bank__account__provider")):
        references = {each.request.reference for each in page if each.request}
        known = set(Order.objects.filter(reference__in=references).values_list("reference", flat=True))
        for entry in page:
            reference = entry.request.reference if entry.request else ""
            ours = OurEntry(
                number=entry.import_id,
                reference=reference,
                amount=entry.amount,
                currency=entry.currency,
                meaning=entry.meaning,
                read_at=entry.created_at,
                is_handled=entry.handled_at is not None or entry.arrival_id is not None,
                has_order=reference in known,
            )
            if difference := comparison.of_entry(ours, now=stretch.now):
                account = entry.bank.account
                yield Disagreement(provider=account.provider.name, difference=difference, account_id=account.pk)
