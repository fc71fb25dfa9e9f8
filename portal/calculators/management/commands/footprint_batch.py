"""Calculate a table of many rows on the command line: the same figures as the site gives for it."""

from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext
from tqdm import tqdm

from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.footprint import number
from portal.calculators.management.commands.footprint import chosen
from portal.calculators.tables import grid
from portal.calculators.tables.grid import BOM, NotATable, RowResult
from portal.calculators.wording import say, sentence

AT_ONCE = 500  # rows between two movements of the bar


class Command(BaseCommand):
    help = "Calculate each row of a CSV file, and write the file again with a result in each row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="what the rows are, such as trip or flight")
        parser.add_argument("--input", type=Path, required=True, metavar="CSV")
        parser.add_argument("--output", type=Path, required=True, metavar="CSV")
        parser.add_argument("--factors", type=Path, metavar="CSV", help="a factor set instead of the one in force")
        parser.add_argument("--lang", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]):
            try:
                table = _Table(chosen(options["kind"], options["factors"]), options["input"].read_bytes())
                with options["output"].open("w", encoding="utf-8", newline="") as file:
                    table.calculate(file, is_quiet=options["quiet"])
            except NotATable as error:
                raise CommandError(gettext(error.message) % error.params) from error
            except OSError as error:
                raise CommandError(f"{error.filename} cannot be read or written: {error.strerror}") from error
        self.stdout.write(f"{table.right} rows calculated, {table.wrong} with mistakes: {number(table.kg)} kg CO2e")


class _Table:
    """A table that was read whole, before anything is written. Counts rows and kg CO2 equivalent."""

    def __init__(self, found: CompiledCalculator, data: bytes) -> None:
        self.compiled = found
        self.layout, self.rows = grid.read(found, data, say=say)
        self.kg, self.right, self.wrong = Decimal(0), 0, 0

    def calculate(self, file: TextIO, *, is_quiet: bool) -> None:
        """Write every row with its result."""
        file.write(BOM + grid.write([grid.result_header(self.layout.header)], self.layout.separator))
        with tqdm(total=len(self.rows), unit="row", disable=is_quiet) as bar:
            for at in range(0, len(self.rows), AT_ONCE):
                part = [(row, self._result(row)) for row in self.rows[at : at + AT_ONCE]]
                file.write(grid.result_rows(self.layout.header, self.layout.separator, part, say=sentence))
                bar.update(len(part))

    def _result(self, row: list[str]) -> RowResult:
        result = grid.calculate(self.compiled, self.layout, row)
        if result.kg is None:
            self.wrong += 1
        else:
            self.kg, self.right = self.kg + result.kg, self.right + 1
        return result
