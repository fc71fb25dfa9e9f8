"""Build factors.csv from the recipes beside the calculators and their sources, or check that it is up to date."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.calculators.engine.factors import FactorSetError, read
from portal.calculators.factors.recipes import build
from portal.calculators.factors.regions import PARENTS

HERE = Path(__file__).resolve().parents[2] / "factors"
FACTORS = HERE / "factors.csv"
RECIPES = HERE / "recipe"
SOURCES = RECIPES / "sources"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; `NA` stays what it is, since that is Namibia."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_below(folder: Path) -> list[dict[str, str]]:
    """Return the rows of all CSV files of a folder, file by file."""
    return [row for path in sorted(folder.glob("*.csv")) for row in rows_of(path)]


class Command(BaseCommand):
    help = "Build the factor set from its recipes and their sources."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "sources",
            type=Path,
            nargs="?",
            help="CSV with key, kg_co2e_per_unit, unit, source and so on, instead of the tables beside the recipes",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; fail if factors.csv would change")

    def handle(self, *args: Any, **options: Any) -> None:
        given = options["sources"]
        try:
            text = build(rows_below(RECIPES), rows_of(given) if given else rows_below(SOURCES))
            factors = read(text, name="check", parents=PARENTS)
        except FactorSetError as error:
            raise CommandError("\n".join(error.problems)) from error
        except OSError as error:
            raise CommandError(f"{given} cannot be read: {error}") from error
        if options["check"]:
            if FACTORS.read_text(encoding="utf-8") != text:
                raise CommandError("factors.csv is not what its recipes and sources give; build it again.")
        else:
            FACTORS.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(factors.rows)} factors of {len({row.key for row in factors.rows})} kinds")
