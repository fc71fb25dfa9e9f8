"""What "the next free serials" can honestly mean, as arithmetic over a registry's own cancellations. Core.

A registry publishes which units were cancelled and when that was completed. It does not publish two things on which
the next free serial depends, so both are assumed here, openly, and never taken from the row that is being predicted:

**In which order.** Serials belong to a transaction from its start, but only the completion has a published time, and
the two orders differ: a queue of transactions is completed in any order. The published list is not sorted by time of
completion; it looks sorted by start. The order numbers of the platform's own list, which owe nothing to serials, agree:
of the 1,702 cancellations that activity, period and quantity alone tie to one order, 172 neighbours stand in the wrong
order by list and 452 by completion. `RowOrder.STARTED` therefore keeps the list's order, separately for the platform's
rows and all others, which are listed apart, and merges the two by the latest moment each row can have started: the
earliest completion among it and all later rows of its list. `RowOrder.COMPLETED` takes the published times.

**Which units were on offer.** A provider offers what lies in its account, and only part of an issuance block may have
come there; the first unit sold is hardly ever the first unit issued. `Supply.WHOLE_BLOCK` assumes nothing: the lowest
free unit of the whole issuance block. `Supply.PORTION` lets the portion begin with the first sale of the block; that
sale is given, not predicted, and does not count. Should the portion run out, the rest of the block is offered too.

In both, units that the list shows as cancelled outside the platform lie in another account from the beginning, since
a unit lies in one account only and the list does not say when it came there. Every prediction goes on from what was
predicted before, not from what really happened: one deviation shifts all later rows of the block.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from portal.registry.rehearsal.rows import CancelledRow, Issuance
from portal.registry.serials import SerialBlock, join, lowest

Blocks = tuple[SerialBlock, ...]


class RowOrder(Enum):
    """In which order the transactions took their serials."""

    STARTED = "as started (order of the published list)"
    COMPLETED = "as completed (published times)"


class Supply(Enum):
    """Which units of an issuance block the platform could sell."""

    PORTION = "from the first unit ever sold of it"
    WHOLE_BLOCK = "the whole issuance block"


class Finding(Enum):
    """How the predicted serials of a platform row compare with the real ones."""

    EQUAL = "the same serials"
    GIVEN = "first sale of a block: given, not predicted"
    SHIFTED = "the real ones follow the sale before; ours are shifted by an earlier deviation"
    WENT_BACK = "the real ones lie below the sale before: another lot of the block, or another order"
    OTHER_LOT = "the real ones pass over units of other sales: another lot of the block, or another order"
    PASSED_OVER = "the real ones pass over units never cancelled: held elsewhere"
    SCATTERED = "ours are in several blocks, since units between them were held elsewhere"


@dataclass(frozen=True, slots=True)
class Stock:
    """How the units of one issuance block are shared out before the first row, lowest first."""

    offered: Blocks
    rest: Blocks
    others: Blocks


def in_order(rows: Sequence[CancelledRow], order: RowOrder) -> list[CancelledRow]:
    """Sort rows by completion, or by the latest moment each can have started; rows of one moment by their line."""
    if order is RowOrder.COMPLETED:
        return sorted(rows, key=lambda row: (row.completed_at, row.line))
    latest: dict[int, datetime] = {}
    for from_platform in (True, False):
        part = [row for row in rows if row.from_platform is from_platform]
        earliest = datetime.max.replace(tzinfo=UTC)
        for row in sorted(part, key=lambda row: row.line, reverse=True):
            earliest = min(earliest, row.completed_at)
            latest[row.line] = earliest
    return sorted(rows, key=lambda row: (latest[row.line], row.line))


def share_out(rows: Iterable[CancelledRow], supply: Supply) -> dict[Issuance, Stock]:
    """Say for every issuance block that the rows touch, in their order, which of its units lie where."""
    first_sold: dict[Issuance, int] = {}
    others: dict[Issuance, list[SerialBlock]] = defaultdict(list)
    for row in rows:
        if row.from_platform:
            first_sold.setdefault(row.issuance, row.serials.start)
        else:
            others[row.issuance].append(row.serials)
    stocks = {}
    for issuance in [*first_sold, *(other for other in others if other not in first_sold)]:
        elsewhere = join(others[issuance])
        free = without((issuance.block,), elsewhere)
        start = first_sold.get(issuance, issuance.block.end + 1) if supply is Supply.PORTION else issuance.block.start
        below = (SerialBlock(issuance.block.start, start - 1),) if start > issuance.block.start else ()
        rest = without(free, without(free, below))
        stocks[issuance] = Stock(offered=without(free, rest), rest=rest, others=elsewhere)
    return stocks


def without(blocks: Iterable[SerialBlock], taken: Iterable[SerialBlock]) -> Blocks:
    """Return the blocks less the units of the others."""
    left = tuple(blocks)
    for cut in taken:
        left = tuple(rest for block in left for rest in block.subtract(cut))
    return left


def predict(rows: Iterable[CancelledRow], stocks: dict[Issuance, Stock]) -> dict[int, Blocks]:
    """Say which units each platform row would be given, by line, going on from prediction to prediction."""
    offered = {issuance: stock.offered for issuance, stock in stocks.items()}
    rest = {issuance: stock.rest for issuance, stock in stocks.items()}
    predicted: dict[int, Blocks] = {}
    for row in rows:
        if not row.from_platform:
            continue
        pieces = lowest(offered[row.issuance], row.serials.count)
        if pieces is None:
            offered[row.issuance] += rest.pop(row.issuance, ())
            pieces = lowest(offered[row.issuance], row.serials.count) or ()
        offered[row.issuance] = without(offered[row.issuance], pieces)
        predicted[row.line] = join(pieces)
    return predicted


def successors(rows: Iterable[CancelledRow], stocks: dict[Issuance, Stock]) -> dict[int, int]:
    """Say for each platform row, by line, which serial follows the real sale before it of the same block.

    Units held by others are passed over. The first sale of a block follows nothing and gets the block's first unit.
    """
    before: dict[Issuance, int] = {}
    following: dict[int, int] = {}
    for row in rows:
        if not row.from_platform:
            continue
        serial = before.get(row.issuance, row.issuance.block.start - 1) + 1
        for block in stocks[row.issuance].others:
            if block.start <= serial <= block.end:
                serial = block.end + 1
        following[row.line] = serial
        before[row.issuance] = row.serials.end
    return following


def judge(
    rows: Sequence[CancelledRow], ours: dict[int, Blocks], stocks: dict[Issuance, Stock], supply: Supply
) -> dict[int, Finding]:
    """Compare the serials given to each platform row with the real ones, by line."""
    platform = [row for row in rows if row.from_platform]
    sold: dict[Issuance, list[int]] = defaultdict(list)
    for row in platform:
        sold[row.issuance].append(row.serials.start)
    starts = {issuance: sorted(found) for issuance, found in sold.items()}
    following = successors(platform, stocks)
    findings: dict[int, Finding] = {}
    begun: set[Issuance] = set()
    for row in platform:
        if row.issuance not in begun and supply is Supply.PORTION:
            findings[row.line] = Finding.GIVEN
        elif ours[row.line] == (row.serials,):
            findings[row.line] = Finding.EQUAL
        else:
            findings[row.line] = _deviation(row, ours[row.line], following[row.line], starts[row.issuance])
        begun.add(row.issuance)
    return findings


def _deviation(row: CancelledRow, ours: Blocks, expected: int, starts: list[int]) -> Finding:
    """Name the reason why a row differs, by what the real registry did rather than by what we did."""
    if row.serials.start == expected:
        return Finding.SCATTERED if len(ours) > 1 else Finding.SHIFTED
    if row.serials.start < expected:
        return Finding.WENT_BACK
    sold_between = bisect_left(starts, row.serials.start) > bisect_left(starts, expected)
    return Finding.OTHER_LOT if sold_between else Finding.PASSED_OVER
