"""Rehearse: carry a registry's own cancellations out again in an empty ledger, and compare.

The ledger gets the issuance blocks and then every cancellation, row by row, through the same service that carries out
real ones: rows of the platform ask for a quantity and take what the ledger gives, all other rows name their serials.
What "the next free serials" means, and what is assumed for it, stands in `next_free`. The ledger replays with
`RowOrder.STARTED` and `Supply.PORTION`; the other combinations are arithmetic with the same rules, and the report says
whether ledger and arithmetic gave the same serials for every row.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from portal.registry.answers import Receipt, Refusal
from portal.registry.ledger import service
from portal.registry.rehearsal.next_free import RowOrder, Stock, Supply, in_order, share_out
from portal.registry.rehearsal.report import Findings, compare
from portal.registry.rehearsal.rows import CancelledRow, Issuance
from portal.registry.rehearsal.scratch import scratch_ledger

PLATFORM, REST, OTHERS = "PLATFORM", "REST-OF-BLOCK", "OTHER-HOLDERS"
BEGINNING = datetime(1997, 12, 11, tzinfo=UTC)  # the Kyoto Protocol; before any unit

Track = Callable[[Sequence[CancelledRow]], Iterable[CancelledRow]]


class RehearsalError(Exception):
    """The ledger would not set the scene: the rows contradict each other. The message says which block and why."""


def rehearse(rows: Sequence[CancelledRow], *, track: Track = iter, limit: int | None = None) -> Findings:
    """Carry the rows out in an empty ledger that exists only for this: all, or the first `limit` as started.

    `track` is handed the rows in order and yields them again, to show progress. The real ledger is not touched.
    Raises RehearsalError, or SerialError if two rows that name their serials name the same.
    """
    rows = in_order(rows, RowOrder.STARTED)[:limit]
    stocks = share_out(rows, Supply.PORTION)
    with scratch_ledger():
        _set_the_scene(stocks)
        answers = {row.line: _carry_out(row) for row in track(rows)}
    return compare(rows, stocks, answers)


def _set_the_scene(stocks: dict[Issuance, Stock]) -> None:
    """Issue every block and forward its units to the accounts in which they lie before the first cancellation."""
    for account in (PLATFORM, REST, OTHERS):
        service.open_account(identifier=account, holder_name=account, now=BEGINNING)
    for issuance, stock in stocks.items():
        is_sold = bool(stock.offered)
        issued = service.issue(
            reference=f"issue {_name(issuance)}",
            account=PLATFORM if is_sold else OTHERS,
            series=issuance.series,
            serial_start=issuance.block.start,
            serial_end=issuance.block.end,
            now=BEGINNING,
        )
        _expect_receipt(issued, issuance)
        for account, lots in ((OTHERS, stock.others), (REST, stock.rest)) if is_sold else ():
            for lot in lots:
                _forward(issuance, PLATFORM, account, lot.count, lot.start)


def _carry_out(row: CancelledRow) -> Receipt | Refusal:
    """Cancel as the row says; if the portion on offer has run out, offer the rest of the block and ask again."""
    if not row.from_platform:
        return _cancel(row, f"line {row.line}", OTHERS, row.serials.start)
    answer = _cancel(row, f"line {row.line}", PLATFORM)
    left = _left(row.issuance) if isinstance(answer, Refusal) else 0
    if not left:
        return answer
    _forward(row.issuance, REST, PLATFORM, left)
    return _cancel(row, f"line {row.line} again", PLATFORM)


def _forward(issuance: Issuance, account: str, to_account: str, quantity: int, first_serial: int | None = None) -> None:
    answer = service.forward(
        reference=f"{account} to {to_account} {_name(issuance)} {first_serial}",
        account=account,
        to_account=to_account,
        series=issuance.series,
        issuance_start=issuance.block.start,
        issuance_end=issuance.block.end,
        quantity=quantity,
        first_serial=first_serial,
        now=BEGINNING,
    )
    _expect_receipt(answer, issuance)


def _cancel(row: CancelledRow, reference: str, account: str, first_serial: int | None = None) -> Receipt | Refusal:
    return service.cancel(
        reference=reference,
        account=account,
        series=row.issuance.series,
        issuance_start=row.issuance.block.start,
        issuance_end=row.issuance.block.end,
        quantity=row.serials.count,
        first_serial=first_serial,
        purpose="",
        beneficiary="",
        now=row.completed_at,
    )


def _left(issuance: Issuance) -> int:
    return service.free_units(
        account=REST,
        series=issuance.series,
        issuance_start=issuance.block.start,
        issuance_end=issuance.block.end,
    )


def _expect_receipt(answer: Receipt | Refusal, issuance: Issuance) -> None:
    if isinstance(answer, Refusal):
        raise RehearsalError(f"Issuance block {_name(issuance)}: {answer.text}")


def _name(issuance: Issuance) -> str:
    return f"{issuance.series} {issuance.block}"
