"""Statements that a provider uploads, worked off in the background: the only writer of them and of their parts.

A file is kept in parts in the database, which every worker can read and no web server hands out, and is gone once it is
worked off. It is read twice: to its end before anything of it counts, so that nothing is half taken over; then slice by
slice, each in a transaction of its own that also says how far it is. A worker that dies leaves a file that another one
reads again, and what was counted is known by its import id.
"""

import hashlib
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from portal.celery import nudge_again, nudge_on_commit
from portal.payments.transfers import banks, entries
from portal.payments.transfers.models import (
    BankAccount,
    BankStatement,
    StatementEntry,
    StatementPart,
    StatementState,
)
from portal.payments.transfers.remedies import Remedy
from portal.payments.transfers.statements import reading
from portal.payments.transfers.statements.entry import BankEntry
from portal.payments.transfers.statements.illegible import TOO_LARGE, Illegible

logger = logging.getLogger(__name__)

READ = "portal.payments.transfers.tasks.read_statement"
PART = 1024 * 1024  # bytes
SLICE = 500  # entries
STALE = timedelta(minutes=10)  # longer than any slice may take
BATCH = 20


def upload(*, bank: BankAccount, file: BinaryIO, name: str, by_id: int | None, now: datetime) -> BankStatement:
    """Keep a file, and have it read in the background. The same file again is the statement that it was before.

    One that could not be read is tried again, since its columns may have been said meanwhile. Raises Illegible for a
    file that is too large.
    """
    digest, size = _measured(file)
    if size > reading.MOST_BYTES:
        raise Illegible(TOO_LARGE, file=name, most=reading.MOST_BYTES // PART)
    with transaction.atomic():
        facts = {"name": name[:120], "size": size, "uploaded_by_id": by_id, "uploaded_at": now}
        statement, is_new = BankStatement.objects.get_or_create(bank=bank, digest=digest, defaults=facts)
        refused = BankStatement.objects.filter(pk=statement.pk, state=StatementState.REFUSED)
        if not is_new and not refused.update(**facts, state=StatementState.WAITING, problem=None, claimed_at=None):
            return statement
        _keep_parts(statement, file)
        nudge_on_commit(READ, statement_id=statement.pk)
    statement.refresh_from_db()
    return statement


def _measured(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(PART):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _keep_parts(statement: BankStatement, file: BinaryIO) -> None:
    file.seek(0)
    number = 0
    while chunk := file.read(PART):
        StatementPart.objects.create(statement=statement, number=number, content=chunk)
        number += 1


def work_off(*, statement_id: int, clock: Callable[[], datetime]) -> bool:
    """Read a file and take in its entries. False where it is done already, or another worker is at it."""
    now = clock()
    is_free = Q(state=StatementState.WAITING) | Q(state=StatementState.WORKING, claimed_at__lt=now - STALE)
    mine = BankStatement.objects.filter(pk=statement_id)
    if not mine.filter(is_free).update(state=StatementState.WORKING, claimed_at=now, worked_off=0):
        return False
    statement = mine.select_related("bank__account").get()
    try:
        count = sum(1 for _slice in _slices(statement, mine, clock=clock) for _entry in _slice)
    except Illegible as error:
        _refuse(mine, error, now=clock())
        return True
    mine.update(entries=count)
    for found in _slices(statement, mine, clock=clock):
        with transaction.atomic():
            entries.take_in(statement, found=found, now=clock())
            mine.update(worked_off=F("worked_off") + len(found), claimed_at=clock())
    with transaction.atomic():
        mine.update(state=StatementState.DONE, ended_at=clock())
        StatementPart.objects.filter(statement=statement_id).delete()
    return True


def _slices(
    statement: BankStatement, mine: QuerySet[BankStatement], *, clock: Callable[[], datetime]
) -> Iterator[list[BankEntry]]:
    """Yield the entries of a file in slices, and say after each that somebody is at it."""
    file = cast("BinaryIO", io.BufferedReader(_Parts(statement), PART))
    found = reading.read(file, name=statement.name, columns=banks.columns_of(statement.bank))
    own = reading.of_account(found, own=statement.bank.names, name=statement.name)
    while taken := list(islice(own, SLICE)):
        yield taken
        mine.update(claimed_at=clock())


def _refuse(mine: QuerySet[BankStatement], error: Illegible, *, now: datetime) -> None:
    """Write down why a file cannot be read, in a form that can be said in any language."""
    problem = {
        "message": error.message,
        "params": error.params,
        "file": error.file,
        "line": error.line,
        "entry": error.entry,
    }
    with transaction.atomic():
        mine.update(state=StatementState.REFUSED, problem=problem, ended_at=now)
        StatementPart.objects.filter(statement__in=mine).delete()


def problem_of(statement: BankStatement, *, say: Callable[[str], str]) -> str:
    """Return why a file was refused, in the language of `say`; nothing where it was not."""
    if not statement.problem:
        return ""
    said: dict[str, Any] = dict(statement.problem)
    params = said.pop("params")
    return Illegible(said.pop("message"), **said, **params).sentence(say)


def percent(statement: BankStatement) -> int:
    """Return how much of a file is worked off."""
    if statement.state in (StatementState.DONE, StatementState.REFUSED):
        return 100
    return statement.worked_off * 100 // statement.entries if statement.entries else 0


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What became of a statement's entries: how many may be about purchases, paid by themselves, and wait."""

    kept: int
    paid: int
    waiting: int


def tally(*, statement: BankStatement) -> Tally:
    """Count what became of a statement's entries. One query."""
    paid = Q(choice__in=(Remedy.MATCHED, Remedy.COMPLETED))
    counts = {"kept": Count("pk"), "paid": Count("pk", filter=paid), "waiting": Count("pk", filter=Q(handled_at=None))}
    return Tally(**StatementEntry.objects.filter(statement=statement).aggregate(**counts))


def of_bank(bank: BankAccount) -> QuerySet[BankStatement]:
    """Return the statements that were uploaded for a bank account, the youngest first."""
    return BankStatement.objects.filter(bank=bank).select_related("uploaded_by").order_by("-pk")


def names(*, user_id: int) -> bool:
    """Say whether a person uploaded a statement, and must stay known."""
    return BankStatement.objects.filter(uploaded_by=user_id).exists()


def sweep(*, now: datetime) -> int:
    """Ask again for files whose nudge or whose worker was lost. Reads nothing itself."""
    waiting = Q(state=StatementState.WAITING, uploaded_at__lt=now - timedelta(minutes=1))
    lost = Q(state=StatementState.WORKING, claimed_at__lt=now - STALE)
    found = BankStatement.objects.filter(waiting | lost).order_by("pk").values_list("pk", flat=True)[:BATCH]
    for statement_id in found:
        nudge_again(READ, statement_id=statement_id)
    return len(found)


class _Parts(io.RawIOBase):
    """The parts of an uploaded file as one file, of which one part is in memory at a time."""

    def __init__(self, statement: BankStatement) -> None:
        self.statement, self.position = statement, 0
        self.number, self.content = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.statement.size}[whence]
        self.position = max(0, base + offset)
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: Any) -> int:
        number, begin = divmod(self.position, PART)
        if number != self.number:
            rows = StatementPart.objects.filter(statement=self.statement, number=number)
            content = rows.values_list("content", flat=True).first()
            self.number, self.content = number, bytes(content or b"")
        taken = self.content[begin : begin + len(buffer)]
        buffer[: len(taken)] = taken
        self.position += len(taken)
        return len(taken)
