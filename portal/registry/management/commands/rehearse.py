"""`manage.py rehearse`: replay a registry's own cancellations in an empty ledger and compare the serials."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.registry.rehearsal.replay import rehearse
from portal.registry.rehearsal.report import as_data, as_text
from portal.registry.rehearsal.rows import CancelledRow, FileError, read_cancellations, read_issuances


class Command(BaseCommand):
    help = (
        "Replays a registry's cancellations over its issuances in a temporary ledger, through the same code that "
        "cancels real units, and reports whether quantities and serial numbers agree. The real ledger is not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--issuances", type=Path, required=True, metavar="CSV")
        parser.add_argument("--cancellations", type=Path, required=True, metavar="CSV")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the report as JSON")
        parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N cancellations, as started")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = _read(options["issuances"], options["cancellations"])
        report = rehearse(rows, track=_progress, limit=options["limit"])
        self.stdout.write(json.dumps(as_data(report), indent=2) if options["as_json"] else as_text(report))
        if not report.is_sound:
            raise CommandError("The ledger did not carry out every row as asked; see the report.")


def _read(issuances: Path, cancellations: Path) -> tuple[CancelledRow, ...]:
    try:
        with issuances.open(encoding="utf-8-sig", newline="") as lines:
            issued = read_issuances(lines, name=issuances.name)
        with cancellations.open(encoding="utf-8-sig", newline="") as lines:
            return read_cancellations(lines, name=cancellations.name, issuances=issued)
    except (FileError, OSError, UnicodeDecodeError) as error:
        raise CommandError(str(error)) from error


def _progress(rows: Sequence[CancelledRow]) -> Iterable[CancelledRow]:
    bar: Iterable[CancelledRow] = tqdm(rows, desc="Cancelling", unit=" rows", file=sys.stderr)
    return bar


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
