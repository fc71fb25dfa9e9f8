"""Compare what the ledger gave with what the real registry gave, and say so in text or data. Core."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from portal.registry.answers import Receipt, Refusal
from portal.registry.rehearsal.next_free import (
    Blocks,
    Finding,
    RowOrder,
    Stock,
    Supply,
    in_order,
    judge,
    predict,
    share_out,
    successors,
)
from portal.registry.rehearsal.rows import CancelledRow, Issuance
from portal.registry.serials import SerialError, count, join


@dataclass(frozen=True, slots=True)
class Share:
    """How many platform rows got the real serials, of those that were predicted, under one order and one supply."""

    order: RowOrder
    supply: Supply
    equal: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What a rehearsal showed. Rows are cancellations, units tonnes of CO2 equivalent."""

    rows: int
    platform_rows: int
    units: int
    refusals: tuple[str, ...]
    wrong_quantities: int
    outside_issuance: int
    wrong_named_serials: int
    overlaps: tuple[str, ...]
    unlike_arithmetic: int
    following: int
    shares: tuple[Share, ...]
    findings: dict[Finding, int]

    @property
    def predicted(self) -> int:
        """Platform rows whose serials were not given beforehand."""
        return self.platform_rows - self.findings.get(Finding.GIVEN, 0)

    @property
    def is_sound(self) -> bool:
        """Say whether the ledger did what a ledger must. How near it came to the real registry is another matter."""
        wrong = self.wrong_quantities + self.outside_issuance + self.wrong_named_serials + self.unlike_arithmetic
        return not (self.refusals or self.overlaps or wrong)


def compare(
    rows: Sequence[CancelledRow], stocks: dict[Issuance, Stock], answers: dict[int, Receipt | Refusal]
) -> Findings:
    """Compare the ledger's answers, by line, with rows replayed as started from the portion on offer."""
    given = {line: answer.blocks if isinstance(answer, Receipt) else () for line, answer in answers.items()}
    platform = [row for row in rows if row.from_platform]
    predicted = predict(platform, stocks)
    following = successors(platform, stocks)
    findings = judge(platform, given, stocks, Supply.PORTION)
    tally = Counter(findings.values())
    return Findings(
        rows=len(rows),
        platform_rows=len(platform),
        units=count(row.serials for row in rows),
        refusals=tuple(f"line {line}: {why.text}" for line, why in answers.items() if isinstance(why, Refusal)),
        wrong_quantities=sum(count(given[row.line]) != row.serials.count for row in rows),
        outside_issuance=sum(not all(map(row.issuance.block.contains, given[row.line])) for row in rows),
        wrong_named_serials=sum(given[row.line] != (row.serials,) for row in rows if not row.from_platform),
        overlaps=_overlaps(rows, given),
        unlike_arithmetic=sum(given[row.line] != predicted[row.line] for row in platform),
        following=sum(
            row.serials.start == following[row.line] for row in platform if findings[row.line] is not Finding.GIVEN
        ),
        shares=tuple(share_of(rows, order, supply) for order in RowOrder for supply in Supply),
        findings={finding: tally[finding] for finding in Finding if tally[finding]},
    )


def share_of(rows: Sequence[CancelledRow], order: RowOrder, supply: Supply) -> Share:
    """Predict all platform rows under one order and one supply, and count those that come out as they really were."""
    ordered = in_order(rows, order)
    stocks = share_out(ordered, supply)
    tally = Counter(judge(ordered, predict(ordered, stocks), stocks, supply).values())
    return Share(order, supply, tally[Finding.EQUAL], tally.total() - tally[Finding.GIVEN])


def _overlaps(rows: Sequence[CancelledRow], given: dict[int, Blocks]) -> tuple[str, ...]:
    """Name the series in which a unit was given out twice."""
    by_series: dict[str, list[Blocks]] = defaultdict(list)
    for row in rows:
        by_series[row.issuance.series].append(given[row.line])
    found = []
    for series, blocks in by_series.items():
        try:
            join(chain.from_iterable(blocks))
        except SerialError as error:
            found.append(f"{series}: {error}")
    return tuple(found)


def as_data(report: Findings) -> dict[str, object]:
    """Write the report in plain values for JSON."""
    return {
        "rows": report.rows,
        "platform_rows": report.platform_rows,
        "units": report.units,
        "is_sound": report.is_sound,
        "refusals": list(report.refusals),
        "wrong_quantities": report.wrong_quantities,
        "outside_issuance": report.outside_issuance,
        "wrong_named_serials": report.wrong_named_serials,
        "overlaps": list(report.overlaps),
        "unlike_arithmetic": report.unlike_arithmetic,
        "predicted": report.predicted,
        "following": report.following,
        "shares": [
            {
                "order": share.order.name.lower(),
                "offer": share.supply.name.lower(),
                "equal": share.equal,
                "predicted": share.predicted,
            }
            for share in report.shares
        ],
        "verdicts": {finding.name.lower(): number for finding, number in report.findings.items()},
    }


def as_text(report: Findings) -> str:
    """Write the report for people."""
    return "\n".join(chain(_soundness(report), _nearness(report)))


def _soundness(report: Findings) -> Iterator[str]:
    yield f"{report.rows:,} cancellations of {report.units:,} units carried out in an empty ledger"
    yield f"  refused: {len(report.refusals):,}"
    yield from (f"    {refusal}" for refusal in report.refusals[:20])
    yield f"  with another quantity than asked: {report.wrong_quantities:,}"
    yield f"  outside the issuance block: {report.outside_issuance:,}"
    yield f"  named serials that were not the ones given: {report.wrong_named_serials:,}"
    yield f"  series in which a unit was given twice: {len(report.overlaps):,}"
    yield from (f"    {overlap}" for overlap in report.overlaps[:20])
    yield f"  unlike the same rules in plain arithmetic: {report.unlike_arithmetic:,}"


def _nearness(report: Findings) -> Iterator[str]:
    yield ""
    yield f"{report.platform_rows:,} of them were platform orders. Serials equal to the real ones:"
    for share in report.shares:
        yield f"  {_of(share.equal, share.predicted)}  {share.order.value}, {share.supply.value}"
    yield ""
    yield "Row by row, as started, from the first unit ever sold of the block:"
    for finding, number in report.findings.items():
        yield f"  {number:>6,}  {finding.value}"
    yield ""
    yield "Real serials that follow the sale before, passing over units cancelled by others:"
    yield f"  {_of(report.following, report.predicted)}"


def _of(part: int, whole: int) -> str:
    share = f"{part / whole:.1%}" if whole else "-"
    return f"{part:>6,} of {whole:,} ({share})"
