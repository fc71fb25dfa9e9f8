"""Issue, forward and cancel units: the only writer of the embedded registry.

Every request carries the reference of whoever asks and is answered once: the same request under the same reference
gets the same answer again, to the letter, however often and however many at a time it arrives. Answers are values:

- `Receipt`: it is done, finally, and these are the serial numbers.
- `Refusal`: nothing moved. Codes: `bad_request` (can never work; not kept), `reference_reused` (the reference belongs
  to another request; not kept), and, kept under their reference: `unknown_account`, `unknown_block`,
  `not_enough_units`, `serials_not_held`, `already_issued`, `account_closed_to_this` (units do not leave a cancellation
  account, nor are they issued or forwarded to one).

Units leave an account under the lock of its row on PostgreSQL and under SQLite's one write lock; units are issued under
the lock of their series. The unique start and end of blocks in a series is the database's own guard behind both.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum

from portal.registry.answers import Cancelled, Holding, Receipt, Refusal
from portal.registry.ledger.models import (
    Account,
    AccountKind,
    Movement,
    Series,
    Transaction,
    TransactionKind,
    UnitBlock,
)
from portal.registry.ledger.request import Request, flaw
from portal.registry.ledger.router import LEDGER
from portal.registry.serials import SerialBlock, join, lowest, named

PAGE = 500  # transactions
VOLUNTARY_CANCELLATION = "VOLUNTARY-CANCELLATION"  # opened by the registry itself when it first issues units


def open_account(*, identifier: str, holder_name: str, now: datetime) -> Refusal | None:
    """Open a holding account; None when it is open. Opening it again for the same holder changes nothing.

    A Refusal `account_taken` if the identifier belongs to somebody else.
    """
    account, is_new = Account.objects.get_or_create(
        identifier=identifier,
        defaults={"kind": AccountKind.HOLDING, "holder_name": holder_name, "opened_at": now},
    )
    if is_new or (account.kind == AccountKind.HOLDING and account.holder_name == holder_name):
        return None
    return Refusal("account_taken", f"Account {identifier} belongs to somebody else.")


def issue(
    *, reference: str, account: str, series: str, serial_start: int, serial_end: int, now: datetime
) -> Receipt | Refusal:
    """Bring the units of one issuance block into being in a holding account. No serial is ever issued twice."""
    request = Request(
        kind=TransactionKind.ISSUE,
        reference=reference,
        destination=account,
        series=series,
        issuance_start=serial_start,
        issuance_end=serial_end,
        quantity=serial_end - serial_start + 1,
    )
    return _answer(request, now)


def forward(
    *,
    reference: str,
    account: str,
    to_account: str,
    series: str,
    issuance_start: int,
    issuance_end: int,
    quantity: int,
    first_serial: int | None = None,
    now: datetime,
) -> Receipt | Refusal:
    """Move units of one issuance block to another holding account: the lowest held, or those from `first_serial` on."""
    request = Request(
        kind=TransactionKind.FORWARD,
        reference=reference,
        source=account,
        destination=to_account,
        series=series,
        issuance_start=issuance_start,
        issuance_end=issuance_end,
        quantity=quantity,
        first_serial=first_serial,
    )
    return _answer(request, now)


def cancel(
    *,
    reference: str,
    account: str,
    series: str,
    issuance_start: int,
    issuance_end: int,
    quantity: int,
    first_serial: int | None = None,
    purpose: str,
    beneficiary: str,
    now: datetime,
) -> Receipt | Refusal:
    """Take units of one issuance block out of circulation for ever.

    Takes the lowest serial numbers of the block that the account holds, in several blocks if they are not consecutive,
    or exactly those from `first_serial` on. All of the quantity, or a Refusal and nothing.
    """
    request = Request(
        kind=TransactionKind.CANCEL,
        reference=reference,
        source=account,
        destination=VOLUNTARY_CANCELLATION,
        series=series,
        issuance_start=issuance_start,
        issuance_end=issuance_end,
        quantity=quantity,
        first_serial=first_serial,
        purpose=purpose,
        beneficiary=beneficiary,
    )
    return _answer(request, now)


def lookup(*, reference: str) -> Receipt | Refusal | None:
    """Say what became of a request; None if none with this reference was ever answered."""
    known = Transaction.objects.filter(reference=reference).first()
    return None if known is None else _kept_answer(known)


def cancelled(*, since: datetime, until: datetime, in_pages_of: int = PAGE) -> Iterator[list[Cancelled]]:
    """Read through all cancellations completed from `since` until before `until`, the oldest first, page by page.

    Two queries a page, however many there are.
    """
    done = Transaction.objects.filter(kind=TransactionKind.CANCEL, refusal_code="", completed_at__lt=until)
    rows = done.order_by("completed_at", "pk").prefetch_related("movements")
    page = list(rows.filter(completed_at__gte=since)[:in_pages_of])
    while page:
        yield [_cancelled(each) for each in page]
        last = page[-1]
        later = Q(completed_at__gt=last.completed_at) | Q(completed_at=last.completed_at, pk__gt=last.pk)
        page = list(rows.filter(later)[:in_pages_of]) if len(page) == in_pages_of else []


def _cancelled(row: Transaction) -> Cancelled:
    moved = sorted(row.movements.all(), key=lambda each: each.serial_start)
    return Cancelled(
        reference=row.reference,
        transaction_number=row.number,
        account=moved[0].source_id or "",
        series=row.series_name,
        blocks=tuple(SerialBlock(each.serial_start, each.serial_end) for each in moved),
        purpose=row.purpose,
        beneficiary=row.beneficiary,
        completed_at=row.completed_at,
    )


def holdings(*, account: str) -> tuple[Holding, ...]:
    """List the units in an account by series and issuance block; empty for an account that does not exist."""
    rows = UnitBlock.objects.filter(account_id=account).order_by("series_id", "issuance_start", "serial_start")
    found = rows.values_list("series_id", "issuance_start", "issuance_end", "serial_start", "serial_end")
    return tuple(
        Holding(series, SerialBlock(first, last), join(SerialBlock(start, end) for *_, start, end in group))
        for (series, first, last), group in groupby(found, key=lambda row: row[:3])
    )


def free_units(*, account: str, series: str, issuance_start: int, issuance_end: int) -> int:
    """Count the units of one issuance block that the account holds, tonnes of CO2 equivalent."""
    rows = UnitBlock.objects.of_issuance(series, issuance_start, issuance_end).filter(account_id=account)
    total: int | None = rows.aggregate(units=Sum(F("serial_end") - F("serial_start") + 1))["units"]
    return total or 0


def _answer(request: Request, now: datetime) -> Receipt | Refusal:
    """Act once for each reference. Whether the same one came before or comes right now, the unique reference tells."""
    if (refusal := flaw(request)) is not None:
        return refusal
    try:
        with transaction.atomic(using=LEDGER):
            return _issue(request, now) if request.kind == TransactionKind.ISSUE else _move(request, now)
    except IntegrityError:
        known = Transaction.objects.filter(reference=request.reference).first()
        if known is None:
            raise
    if known.digest != request.digest:
        return Refusal("reference_reused", f"Reference {request.reference} belongs to another request.")
    return _kept_answer(known)


def _kept_answer(known: Transaction) -> Receipt | Refusal:
    if known.refusal_code:
        return Refusal(known.refusal_code, known.refusal_text)
    blocks = known.movements.order_by("serial_start").values_list("serial_start", "serial_end")
    return Receipt(known.reference, known.number, tuple(SerialBlock(*ends) for ends in blocks), known.completed_at)


def _issue(request: Request, now: datetime) -> Receipt | Refusal:
    """Write new units under the lock of their series."""
    if (refusal := _closed(request.destination)) is not None:
        return _refuse(request, refusal, now)
    Account.objects.get_or_create(
        identifier=VOLUNTARY_CANCELLATION,
        defaults={"kind": AccountKind.CANCELLATION, "holder_name": "Registry administrator", "opened_at": now},
    )
    Series.objects.get_or_create(name=request.series)
    Series.objects.select_for_update(no_key=True).get(name=request.series)
    issued = UnitBlock.objects.filter(
        series_id=request.series, serial_start__lte=request.issuance_end, serial_end__gte=request.issuance_start
    )
    if issued.exists():
        text = f"Some of the serials {request.issuance} of {request.series} were issued before."
        return _refuse(request, Refusal("already_issued", text), now)
    UnitBlock.objects.bulk_create([_block(request, request.destination, request.issuance)])
    return _record(request, (request.issuance,), now)


def _move(request: Request, now: datetime) -> Receipt | Refusal:
    """Move units between accounts under the lock of the account they leave."""
    refusal = _closed(request.source, lock=True)
    if refusal is None and request.kind == TransactionKind.FORWARD:
        refusal = _closed(request.destination)
    if refusal is None and request.source == request.destination:
        refusal = Refusal("account_closed_to_this", "Units are forwarded to another account, not to their own.")
    if refusal is not None:
        return _refuse(request, refusal, now)
    rows = _rows(request)
    pieces = lowest(rows, request.quantity) if request.wanted is None else named(rows, request.wanted)
    if pieces is None:
        return _refuse(request, _shortage(request, tuple(rows)), now)
    receipt = _record(request, join(pieces), now)
    _rewrite(request, rows, pieces)
    return receipt


def _closed(identifier: str, *, lock: bool = False) -> Refusal | None:
    """Say why units cannot leave or enter the account, and lock its row if they are to leave it."""
    accounts = Account.objects.select_for_update(no_key=True) if lock else Account.objects.all()
    kind = next(iter(accounts.filter(identifier=identifier).values_list("kind", flat=True)), None)
    if kind is None:
        return Refusal("unknown_account", f"There is no account {identifier}.")
    if kind != AccountKind.HOLDING:
        return Refusal("account_closed_to_this", f"Account {identifier} is no holding account.")
    return None


def _rows(request: Request) -> dict[SerialBlock, int]:
    """Read the blocks that the account holds of the issuance block, with their keys, lowest first."""
    units = UnitBlock.objects.of_issuance(request.series, request.issuance_start, request.issuance_end)
    ends = (
        units.filter(account_id=request.source).order_by("serial_start").values_list("pk", "serial_start", "serial_end")
    )
    return {SerialBlock(start, end): pk for pk, start, end in ends}


def _rewrite(request: Request, rows: dict[SerialBlock, int], pieces: tuple[SerialBlock, ...]) -> None:
    """Split the blocks that lose units and give those units to the destination: few queries however many blocks."""
    emptied: list[int] = []
    created = [_block(request, request.destination, block) for block in join(pieces)]
    in_order = iter(rows)
    for piece in pieces:
        row = next(block for block in in_order if block.contains(piece))
        rests = row.subtract(piece)
        if not rests:
            emptied.append(rows[row])
            continue
        UnitBlock.objects.filter(pk=rows[row]).update(serial_start=rests[0].start, serial_end=rests[0].end)
        created += [_block(request, request.source, rest) for rest in rests[1:]]
    if emptied:
        UnitBlock.objects.filter(pk__in=emptied).delete()
    UnitBlock.objects.bulk_create(created)


def _block(request: Request, account: str, block: SerialBlock) -> UnitBlock:
    return UnitBlock(
        account_id=account,
        series_id=request.series,
        issuance_start=request.issuance_start,
        issuance_end=request.issuance_end,
        serial_start=block.start,
        serial_end=block.end,
    )


def _record(request: Request, moved: tuple[SerialBlock, ...], now: datetime) -> Receipt:
    """Write the transaction and its movements. The unique reference refuses whoever comes second."""
    row = _transaction(request, now)
    row.save(force_insert=True)
    Movement.objects.bulk_create(
        Movement(
            transaction=row,
            series_id=request.series,
            serial_start=block.start,
            serial_end=block.end,
            source_id=request.source or None,
            destination_id=request.destination,
        )
        for block in moved
    )
    return Receipt(request.reference, row.number, moved, now)


def _refuse(request: Request, refusal: Refusal, now: datetime) -> Refusal:
    """Keep the refusal, so that the same request is refused alike later and `lookup` can tell."""
    row = _transaction(request, now)
    row.refusal_code, row.refusal_text = refusal.code, refusal.text
    row.save(force_insert=True)
    return refusal


def _transaction(request: Request, now: datetime) -> Transaction:
    return Transaction(
        number=request.transaction_number,
        reference=request.reference,
        kind=request.kind,
        digest=request.digest,
        series_name=request.series,
        quantity=request.quantity,
        purpose=request.purpose,
        beneficiary=request.beneficiary,
        completed_at=now,
    )


def _shortage(request: Request, held: tuple[SerialBlock, ...]) -> Refusal:
    """Say why the units cannot be had: no such block, not these serials, or not so many."""
    name = f"{request.series} {request.issuance}"
    issued = UnitBlock.objects.of_issuance(request.series, request.issuance_start, request.issuance_end)
    if not held and not issued.exists():
        return Refusal("unknown_block", f"There is no issuance block {name}.")
    if request.wanted is not None:
        text = f"Account {request.source} does not hold all of the serials {request.wanted} of {name}."
        return Refusal("serials_not_held", text)
    free = sum(block.count for block in held)
    text = f"Account {request.source} holds {free} units of {name}; {request.quantity} were asked."
    return Refusal("not_enough_units", text)
