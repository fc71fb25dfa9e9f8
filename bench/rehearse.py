"""Cancellations per second through the embedded registry: a rehearsal of generated rows, or of a registry's own."""

import csv
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import sqlite_version
from typing import Any

from bench.figures import Spread, spread, table
from bench.machine import machine

BLOCK = 100_000  # units in a generated issuance block
FROM_OTHERS = 0.1  # part of the generated rows that were cancelled outside the platform
LARGEST = 30  # units in one generated cancellation
FIRST_DAY = datetime(2016, 1, 4)  # noqa: DTZ001  # written without a zone, as in the registry's own lists (UTC)

Rows = list[dict[str, str]]


def generated(*, rows: int, blocks: int, seed: int = 64) -> tuple[Rows, Rows]:
    """Make up issuance blocks and cancellations of them, in the columns that `manage.py rehearse` reads.

    Rows of the platform take each block's units from its lowest serial up; rows of others from its highest down. The
    same arguments always give the same rows. Raises ValueError if the rows could outgrow the blocks.
    """
    if rows * LARGEST > blocks * BLOCK:
        raise ValueError("so many cancellations need more issuance blocks")
    chance = random.Random(seed)  # noqa: S311  # a reproducible sample, no secret
    lowest = [1 + BLOCK * block for block in range(blocks)]
    highest = [BLOCK * (block + 1) for block in range(blocks)]
    issued = [_row(first, last) for first, last in zip(lowest, highest, strict=True)]
    cancelled = []
    for place in range(rows):
        block, quantity = chance.randrange(blocks), chance.randint(1, LARGEST)
        is_ours = chance.random() >= FROM_OTHERS
        start = lowest[block] if is_ours else highest[block] - quantity + 1
        lowest[block] += quantity if is_ours else 0
        highest[block] -= 0 if is_ours else quantity
        cancelled.append(
            {
                **_row(start, start + quantity - 1),
                "completed_utc": (FIRST_DAY + timedelta(minutes=17 * place)).isoformat(),
                "from_platform": "yes" if is_ours else "no",
                "issuance_serial_start": issued[block]["serial_start"],
            }
        )
    return issued, cancelled


def _row(first: int, last: int) -> dict[str, str]:
    serials = {"serial_start": str(first), "serial_end": str(last), "quantity": str(last - first + 1)}
    return {"party": "IN", "unit_type": "CER", **serials}


def measure(
    *, rounds: int, rows: int, blocks: int, issuances: Path | None, cancellations: Path | None, limit: int | None
) -> dict[str, Any]:
    """Rehearse the same rows `rounds` times, each in an empty ledger of its own, and time the cancellations alone.

    Files are read as `manage.py rehearse` reads them, and take the place of generated rows. Raises ValueError for
    files that cannot be rehearsed, OSError for files that cannot be read.
    """
    import django

    django.setup()
    from portal.registry.rehearsal.replay import rehearse
    from portal.registry.rehearsal.rows import read_cancellations, read_issuances

    if issuances and cancellations:
        tables: tuple[Iterable[str], Iterable[str]] = (_lines(issuances), _lines(cancellations))
    else:
        issued, cancelled = generated(rows=rows, blocks=blocks)
        tables = (_as_csv(issued), _as_csv(cancelled))
    facts = machine({"SQLite": f"{sqlite_version}, in a temporary file that waits for no disk"})
    known = read_issuances(tables[0], name=str(issuances or "generated issuances"))
    read = read_cancellations(tables[1], name=str(cancellations or "generated"), issuances=known)
    clocks = [_Clock() for _round in range(rounds)]
    for clock in clocks:
        rehearse(read, track=clock.follow, limit=limit)
    return {
        "machine": facts,
        "parameters": {
            "rounds": rounds,
            "cancellations": clocks[0].rows,
            "issuance_blocks": len(known),
            "source": "files" if issuances else "generated",
        },
        "cancellations_per_second": asdict(spread([clock.rows / clock.seconds for clock in clocks])),
        "milliseconds_each": asdict(spread([1000 * clock.seconds / clock.rows for clock in clocks])),
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as a table."""
    given = result["parameters"]
    rows = [
        ("cancellations", f"{given['cancellations']:,}"),
        ("issuance blocks", f"{given['issuance_blocks']:,}"),
        ("cancellations/s", Spread(**result["cancellations_per_second"])),
        ("ms each", Spread(**result["milliseconds_each"])),
    ]
    return table((f"rehearsal, rows: {given['source']}", ""), rows)


class _Clock:
    """Counts the rows that pass and the seconds between the first and the end of the last."""

    def __init__(self) -> None:
        self.rows = 0
        self.seconds = 0.0

    def follow(self, rows: Sequence[Any]) -> Iterator[Any]:
        started = time.perf_counter()
        for row in rows:
            yield row
            self.rows += 1
        self.seconds = time.perf_counter() - started


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def _as_csv(rows: Rows) -> Iterable[str]:
    lines = _Lines()
    writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return lines


class _Lines(list[str]):
    """A list that a CSV writer can write to."""

    def write(self, line: str) -> None:
        self.append(line)
