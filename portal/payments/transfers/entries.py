"""What became of the entries of statements, and the queue of those that a person decides: the only writer of entries.

An entry is kept once, by its import id, and only if it may be about a purchase: what else a provider's bank books is no
business of this portal. Whatever counts does so in the transaction that keeps the entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.celery import nudge_on_commit
from portal.payments.models import PaymentState
from portal.payments.transfers import remedies, service
from portal.payments.transfers.matching import Booking, Expected, Match, Meaning, Standing, match, references_of
from portal.payments.transfers.models import Arrival, BankAccount, BankStatement, StatementEntry, TransferRequest
from portal.payments.transfers.reference import references_in
from portal.payments.transfers.remedies import Remedy
from portal.payments.transfers.service import Counted
from portal.payments.transfers.statements.entry import BankEntry
from portal.providers.models import Provider

LATE = "portal.checkout.tasks.take_up_transfer"
LATE_FOR = timedelta(hours=1)  # so long it is asked whether money that came too late finds units again
MOST_OTHERS = 200  # of the youngest requests, among which a number without check digits is looked for


class Decided(StrEnum):
    """How a decision went."""

    DONE = "done"
    GONE = "gone"  # somebody else decided it a moment ago
    NOT_OFFERED = "not_offered"  # it is no choice for such an entry
    NO_SUCH_ORDER = "no_such_order"
    STAYS = "stays"  # it is known what it is for, and there is more to decide
    TOO_LATE = "too_late"


def take_in(statement: BankStatement, *, found: Sequence[BankEntry], now: datetime) -> int:
    """Keep the entries of a statement that are new and may be about a purchase, and count what is certain.

    Returns how many were kept. In one transaction; the same entries again change nothing.
    """
    with transaction.atomic():
        bank = BankAccount.objects.select_related("account").get(pk=statement.bank_id)
        fresh = _fresh(bank, found)
        requests = service.locked(_named(bank, fresh))
        expected = {rf: service.as_expected(each) for rf, each in requests.items()}
        others = _others(bank, fresh)
        rows = []
        for entry in fresh:
            said = match(entry, expected=expected, others=others)
            request = requests[said.keys[0]] if len(said.keys) == 1 and said.keys[0] in requests else None
            if said.meaning is Meaning.NONE or (said.meaning is Meaning.REPEATED and request is None):
                continue
            row = _row(statement, entry, said, request, now=now)
            if request:
                _count(row, request, bank, now=now)
                expected[request.rf] = _with(expected[request.rf], row, request)
            if row.meaning != Meaning.REPEATED or row.arrival:
                rows.append(row)
        _complete_within(rows, now=now)
        StatementEntry.objects.bulk_create(rows)
        _ask_for_late(rows, bank)
    return len(rows)


def _fresh(bank: BankAccount, found: Sequence[BankEntry]) -> list[BankEntry]:
    """Leave out what was read before: in the same file, or in another one under the bank's own reference."""
    ids = [each.import_id for each in found]
    kept = StatementEntry.objects.filter(bank=bank)
    known = set(kept.filter(import_id__in=ids).values_list("import_id", flat=True))
    elsewhere: dict[tuple[object, ...], list[StatementEntry]] = {}
    references = {each.reference for each in found if each.reference}
    for row in kept.filter(bank_reference__in=references):
        booking = (row.bank_reference, row.amount, row.currency, row.is_credit, row.value_date)
        elsewhere.setdefault(booking, []).append(row)
    return [
        each
        for each, import_id in zip(found, ids, strict=True)
        if import_id not in known and not any(_is_kept_as(row, each) for row in elsewhere.get(_booking_of(each), ()))
    ]


def _booking_of(entry: BankEntry) -> tuple[object, ...]:
    return (entry.reference, entry.amount, entry.currency, entry.is_credit, entry.value_date)


def _is_kept_as(row: StatementEntry, entry: BankEntry) -> bool:
    """Say whether a row of another statement is this booking. Where the bank gave that no name of its own, it is only
    if both say the same of what it is for, or else of who paid: money that is passed over is seen by nobody."""
    if row.bank_statement_name == entry.statement or entry.is_named:
        return row.bank_statement_name != entry.statement
    here, there = (set(references_in(text)) for text in (_words_of(entry), row.text))
    return bool(here & there) if here or there else entry.payer[:300] == row.payer


def _words_of(entry: BankEntry) -> str:
    return " ".join(filter(None, (*entry.structured, entry.text, entry.end_to_end)))


def _named(bank: BankAccount, found: Iterable[BankEntry]) -> QuerySet[TransferRequest]:
    """Return the requests that entries name, of this provider alone: no other's order is paid into its account."""
    references = {reference for entry in found for reference, _rung in references_of(entry)}
    return TransferRequest.objects.filter(rf__in=references, bank__account__provider=bank.account.provider_id)


def _others(bank: BankAccount, found: Iterable[BankEntry]) -> list[Expected]:
    """Return what entries without a right reference may be meant for: of such an amount, or among the youngest."""
    is_open = TransferRequest.objects.filter(bank=bank, payment__state=PaymentState.OFFERED).select_related("payment")
    amounts = {each.amount for each in found if each.is_credit}
    alike = is_open.filter(payment__amount__in=amounts)[:MOST_OTHERS]
    rows = {each.pk: each for each in (*alike, *is_open.order_by("-pk")[:MOST_OTHERS])}
    return [
        Expected(
            reference=each.reference,
            key=each.rf,
            amount=each.payment.amount,
            currency=each.payment.currency,
            payer=each.payer,
        )
        for each in rows.values()
    ]


def _row(
    statement: BankStatement, entry: BankEntry, said: Match, request: TransferRequest | None, *, now: datetime
) -> StatementEntry:
    return StatementEntry(
        bank_id=statement.bank_id,
        statement=statement,
        import_id=entry.import_id,
        bank_statement_name=entry.statement[:140],
        bank_reference=entry.reference[:140],
        amount=entry.amount,
        currency=entry.currency,
        is_credit=entry.is_credit,
        is_reversal=entry.is_reversal,
        is_certain=entry.is_certain,
        value_date=entry.value_date,
        payer=entry.payer[:300],
        text=_words_of(entry),
        meaning=said.meaning,
        difference=said.difference,
        request=request,
        candidates=list(said.keys) if request is None else [],
        created_at=now,
    )


def _count(row: StatementEntry, request: TransferRequest, bank: BankAccount, *, now: datetime) -> None:
    """Count what is certain: an exact match where the account lets it pay by itself, and the part of a payment."""
    if row.meaning == Meaning.REPEATED:
        row.arrival = _confirmed(request, row)
        _handle(row, Remedy.MATCHED, now=now)
        return
    if row.meaning == Meaning.SHORT or (row.meaning == Meaning.MATCHED and bank.is_automatic):
        _settle(row, request, now=now)
        if row.meaning == Meaning.MATCHED:
            _handle(row, Remedy.MATCHED, now=now)


def _settle(row: StatementEntry, request: TransferRequest, *, is_enough: bool = False, now: datetime) -> Counted:
    """Let an entry count for a request whose row is locked. What comes too late by a moment is LATE, and does not."""
    row.arrival = row.arrival or service.write_down(
        request,
        amount=row.amount,
        currency=row.currency,
        value_date=row.value_date,
        bank_reference=row.bank_reference,
        now=now,
    )
    counted = service.count(row.arrival, request=request, is_enough=is_enough, now=now)
    if counted is Counted.TOO_LATE:
        row.meaning = Meaning.LATE
    if counted is Counted.PAID:
        _complete(request, but=row, now=now)
    return counted


def _confirmed(request: TransferRequest, row: StatementEntry) -> Arrival | None:
    """Return what a person said has come, and counts, where an entry is the same money."""
    return request.arrivals.filter(entry=None, amount=row.amount).exclude(counted_at=None).first()


def leave_confirmed(request: TransferRequest, *, now: datetime) -> None:
    """Take from the queue what is no question any more since people confirmed a payment, under the lock of its row: the
    parts of it that came before, and the same money in a statement."""
    _complete(request, but=None, now=now)
    for row in StatementEntry.objects.filter(request=request, handled_at=None, arrival=None).order_by("pk"):
        said = match(_as_entry(row, request.rf), expected={request.rf: service.as_expected(request)})
        row.arrival = _confirmed(request, row) if said.meaning is Meaning.REPEATED else None
        if row.arrival:
            _handle(row, Remedy.MATCHED, now=now)
            row.save()


def _complete(request: TransferRequest, *, but: StatementEntry | None, now: datetime) -> None:
    """Take the earlier parts of a payment that is whole from the queue."""
    parts = StatementEntry.objects.filter(request=request, meaning=Meaning.SHORT, handled_at=None)
    (parts.exclude(pk=but.pk) if but else parts).update(choice=Remedy.COMPLETED, handled_at=now)


def _complete_within(rows: Iterable[StatementEntry], *, now: datetime) -> None:
    """Leave the earlier parts out of the queue whose payment became whole in the same slice."""
    for row in rows:
        if row.meaning == Meaning.SHORT and row.request and service.standing_of(row.request) is Standing.RECEIVED:
            _handle(row, Remedy.COMPLETED, now=now)


def _handle(row: StatementEntry, choice: Remedy, *, by_id: int | None = None, note: str = "", now: datetime) -> None:
    row.choice, row.handled_by_id, row.note, row.handled_at = choice, by_id, note[:500], now


def _with(payment: Expected, row: StatementEntry, request: TransferRequest) -> Expected:
    """Return a payment as it is after an entry that is not saved yet, for the entries that follow it."""
    if row.arrival is None or row.arrival.counted_at is None:
        return replace(payment, standing=service.standing_of(request))
    booking = Booking(
        statement=row.bank_statement_name,
        reference=row.bank_reference,
        amount=row.amount,
        currency=row.currency,
        import_id=row.import_id,
        value_date=row.value_date,
    )
    others = list(payment.bookings)
    if row.meaning == Meaning.REPEATED:  # what a person said of it before is the same money
        others.remove(next(each for each in others if not each.import_id and each.amount == row.amount))
    return replace(payment, standing=service.standing_of(request), bookings=(*others, booking))


def _ask_for_late(rows: Iterable[StatementEntry], bank: BankAccount) -> None:
    """Ask whether there are units again for money that is whole and came too late."""
    for row in rows:
        if row.meaning == Meaning.LATE and bank.is_automatic:
            nudge_on_commit(LATE, entry_id=row.pk)


def late(*, now: datetime) -> QuerySet[StatementEntry]:
    """Return the entries that came too late a short while ago, on accounts that pay by themselves.

    A nudge asked for each of them, and may have been lost.
    """
    lately = StatementEntry.objects.filter(meaning=Meaning.LATE, handled_at=None, created_at__gt=now - LATE_FOR)
    return lately.filter(bank__is_automatic=True, request__isnull=False).order_by("pk")


# --- The queue


def come(*, reference: str) -> QuerySet[StatementEntry]:
    """Return the money that came for a reference and has not paid it, the oldest first: what waits for a person or for
    the rest, and what is paid back.
    """
    came = StatementEntry.objects.filter(request__reference=reference, is_credit=True, is_reversal=False)
    rows = came.filter(choice__in=("", Remedy.WAIT, Remedy.PAY_BACK))
    return rows.select_related("request__payment").order_by("pk")


def queue(*, providers: Iterable[Provider]) -> QuerySet[StatementEntry]:
    """Return the entries that wait for a person of some providers, the oldest first."""
    waiting = StatementEntry.objects.filter(handled_at=None, bank__account__provider__in=providers)
    return waiting.select_related("request__payment", "bank", "statement").order_by("pk")


def request_of(*, entry_id: int) -> TransferRequest | None:
    """Return the request that an entry is for which waits for a decision, or None."""
    row = StatementEntry.objects.filter(pk=entry_id, handled_at=None).select_related("request__bank__account").first()
    return row.request if row else None


def offered(entry: StatementEntry) -> tuple[Remedy, ...]:
    """Return what may be done about an entry, the usual thing first."""
    standing = service.standing_of(entry.request) if entry.request else None
    return remedies.offered(Meaning(entry.meaning), standing=standing, is_certain=entry.is_certain)


def assign_named(*, reference: str, by_id: int, note: str, now: datetime) -> int:
    """Let what waits in the queue for nothing known be for a request that was written down after it came, where its
    text names that. Returns how many entries that were; what is not exactly right stays in the queue, and says so."""
    request = TransferRequest.objects.get(reference=reference)
    waiting = StatementEntry.objects.filter(bank=request.bank_id, handled_at=None, request=None)
    named = [pk for pk, text in waiting.values_list("pk", "text") if request.rf in references_in(text)]
    decided = [
        decide(entry_id=pk, choice=Remedy.ASSIGN, by_id=by_id, note=note, names=reference, now=now) for pk in named
    ]
    return sum(each in (Decided.DONE, Decided.STAYS) for each in decided)


def decide(
    *,
    entry_id: int,
    choice: Remedy,
    by_id: int | None,
    seen: str = "",
    note: str = "",
    names: str = "",
    now: datetime,
) -> Decided:
    """Do what a person decided about an entry, once. `names` says which order it is for, where that is assigned.

    Money that is accepted pays its order, and its units are cancelled. Money that is paid back no longer counts. What
    was `seen`, if it is said, is what the entry must still be: it is GONE where somebody assigned it meanwhile.
    """
    with transaction.atomic():
        # The request's row is locked before the entry's, in the order in which whoever takes in a file locks them.
        waiting = StatementEntry.objects.filter(pk=entry_id, handled_at=None).select_related("bank__account", "request")
        before = waiting.first()
        request = _request_of(before, names if choice is Remedy.ASSIGN else "") if before else None
        row = waiting.select_for_update(of=("self",)).first()
        if before is None or row is None or row.request_id != before.request_id or seen not in ("", as_seen(row)):
            return Decided.GONE
        if choice is Remedy.ASSIGN and request is None:
            return Decided.NO_SUCH_ORDER
        row.request = request
        if choice is not Remedy.ASSIGN and choice not in offered(row):
            return Decided.NOT_OFFERED
        decided = _act(row, request, choice, now=now)
        if decided is Decided.DONE:
            _handle(row, choice, by_id=by_id, note=note, now=now)
        row.save()
    return decided


def as_seen(row: StatementEntry) -> str:
    """Say what an entry is at this moment, for a form that decides about it."""
    return f"{row.meaning} {row.request_id or ''}".strip()


def names(*, user_id: int) -> bool:
    """Say whether a person decided about an entry, or wrote down that it was paid back, and must stay known."""
    return StatementEntry.objects.filter(Q(handled_by=user_id) | Q(paid_back_by=user_id)).exists()


def to_pay_back(*, providers: Iterable[Provider]) -> QuerySet[StatementEntry]:
    """Return the entries that people of some providers decided to pay back, and have not yet said when they did."""
    open_ones = StatementEntry.objects.filter(choice=Remedy.PAY_BACK, paid_back_on=None)
    return open_ones.filter(bank__account__provider__in=providers).select_related("request").order_by("pk")


def paid_back(*, entry_id: int, on: date, bank_reference: str, by_id: int) -> StatementEntry | None:
    """Write down that money was paid back, once. None where somebody did so before, or it is not to be paid back."""
    mine = StatementEntry.objects.filter(pk=entry_id)
    facts = {"paid_back_on": on, "paid_back_reference": bank_reference, "paid_back_by": by_id}
    if not mine.filter(choice=Remedy.PAY_BACK, paid_back_on=None).update(**facts):
        return None
    return mine.select_related("request__payment").get()


def _request_of(row: StatementEntry, names: str) -> TransferRequest | None:
    """Return the request that an entry is for, or is said to be for, under the lock of its row."""
    request = service.named(provider=row.bank.account.provider_id, text=names) if names else row.request
    if request is None:
        return None
    return next(iter(service.locked(TransferRequest.objects.filter(pk=request.pk)).values()))


def _act(row: StatementEntry, request: TransferRequest | None, choice: Remedy, *, now: datetime) -> Decided:
    if choice is Remedy.ASSIGN and request:
        return _assign(row, request, now=now)
    if choice in (Remedy.ACCEPT, Remedy.TAKE_UP) and request:
        if service.standing_of(request) is not Standing.OPEN:
            return Decided.TOO_LATE
        counted = _settle(row, request, is_enough=choice is Remedy.ACCEPT, now=now)
        return Decided.DONE if counted is Counted.PAID else Decided.TOO_LATE
    if choice is Remedy.PAY_BACK and row.arrival_id:
        service.give_back([row.arrival_id])
    return Decided.DONE


def _assign(row: StatementEntry, request: TransferRequest, *, now: datetime) -> Decided:
    """Let an entry be for a request as if its reference stood on it, and count it if it is exactly that."""
    said = match(_as_entry(row, request.rf), expected={request.rf: service.as_expected(request)})
    row.meaning, row.difference, row.candidates = said.meaning, said.difference, []
    if said.meaning is Meaning.REPEATED:
        row.arrival = _confirmed(request, row)
        return Decided.DONE
    if said.meaning in (Meaning.MATCHED, Meaning.SHORT):
        counted = _settle(row, request, now=now)
        return Decided.DONE if counted is Counted.PAID else Decided.STAYS
    return Decided.STAYS


def _as_entry(row: StatementEntry, rf: str) -> BankEntry:
    return BankEntry(
        account="",
        statement=row.bank_statement_name,
        reference=row.bank_reference,
        amount=row.amount.normalize(),
        currency=row.currency,
        is_credit=row.is_credit,
        value_date=row.value_date,
        is_reversal=row.is_reversal,
        is_certain=row.is_certain,
        structured=(rf,),
    )
