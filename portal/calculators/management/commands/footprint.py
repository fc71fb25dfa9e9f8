"""Calculate a footprint on the command line: the same answers, figures and sources as the API gives."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext

from portal.calculators import catalogue, pages
from portal.calculators.engine import factors
from portal.calculators.engine.answers import InvalidAnswers
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.description import description
from portal.calculators.engine.factors import FactorSet, FactorSetError
from portal.calculators.engine.report import Data, Report, answer
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors.regions import PARENTS
from portal.calculators.wording import say, sentence
from portal.problems import encoded

STANDARD_INPUT = "-"
MOST_FAULTS = 20  # of a factor set, shown at once
_EXACT = Context(prec=100)  # answers have up to thirty digits


class Command(BaseCommand):
    help = "Calculate a footprint from answers in JSON, and show its lines, totals and sources."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", help="which calculator; --list names them")
        parser.add_argument("--input", metavar="FILE", help="answers as JSON, by question; - is standard input")
        parser.add_argument("--factors", type=Path, metavar="CSV", help="a factor set instead of the one in force")
        parser.add_argument("--savings", action="store_true", help="find what would save most as well")
        parser.add_argument("--json", action="store_true", help="print what POST /api/public/v1/estimates answers")
        parser.add_argument("--lang", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--list", action="store_true", help="list the calculators")
        parser.add_argument("--questions", metavar="KIND", help="describe what a calculator asks")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]):
            for line in self._lines(options):
                self.stdout.write(line)

    def _lines(self, options: dict[str, Any]) -> Iterator[str]:
        if options["list"]:
            return iter([f"{each.id:12} {say(each.title)}" for each in catalogue.KINDS.values()])
        if options["questions"]:
            asked = description(chosen(options["questions"], None), say=say)
            return iter([encoded(asked).decode()]) if options["json"] else describe(asked)
        if not options["kind"]:
            raise CommandError("Say which calculator; --list names them.")
        found = chosen(options["kind"], options["factors"])
        data = _reported(found, _inputs(options["input"]), with_savings=options["savings"])
        return iter([encoded(data).decode()]) if options["json"] else table(data)


def chosen(kind: str, path: Path | None) -> CompiledCalculator:
    """Return a calculator by name, with the factor set of a file if one is given. Raises CommandError."""
    try:
        return pages.compiled_for(kind, factors=_factors(path) if path else None)
    except pages.NoSuchCalculator as error:
        raise CommandError(f"There is no calculator called {kind}; --list names them.") from error
    except DefinitionError as error:
        raise CommandError(_several("This factor set lacks what the calculator needs:", error.faults)) from error


def _factors(path: Path) -> FactorSet:
    try:
        return factors.read(path.read_text(encoding="utf-8-sig"), name=path.stem, parents=PARENTS)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    except FactorSetError as error:
        raise CommandError(_several(f"{path} is no factor set:", error.problems)) from error


def _several(first: str, faults: Any) -> str:
    lines = [str(each) for each in faults]
    more = [f"and {len(lines) - MOST_FAULTS} more"] if len(lines) > MOST_FAULTS else []
    return "\n".join([first, *lines[:MOST_FAULTS], *more])


def _inputs(name: str | None) -> dict[str, Any]:
    if not name:
        raise CommandError("Say where the answers are: --input FILE, or --input - for standard input.")
    try:
        text = sys.stdin.read() if name == STANDARD_INPUT else Path(name).read_text(encoding="utf-8-sig")
        found = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"The answers are not JSON: {error}") from error
    if not isinstance(found, dict):
        raise CommandError('The answers are given by question, such as {"people": 2}.')
    return found


def _reported(compiled: CompiledCalculator, inputs: dict[str, Any], *, with_savings: bool) -> Report:
    try:
        return answer(compiled, inputs, say=say, with_savings=with_savings)
    except InvalidAnswers as error:
        lines = [f"{each.path}: {sentence(each)}" if each.path else sentence(each) for each in error.problems]
        raise CommandError("\n".join([gettext("Some answers cannot be used"), *lines])) from error


# --- As text


def table(data: Report) -> Iterator[str]:
    """Yield the lines of a readable report."""
    yield f"{data['title']} · {data['factor_set']}"
    yield ""
    titles = {each["id"]: each for each in data["sections"]}
    rows = [
        (
            titles[line["section"]]["title"] if line["section"] in titles else line["section"],
            line["label"] if line["item"] is None else f"{line['label']} {line['item'] + 1}",
            line["part"],
            f"{_number(line['amount'], 2)} {line['unit']}",
            f"{_number(line['factor_kg'], 5)} {line['region']}",
            _number(line["kg"], 2) + (" *" if line["is_assumed"] else "") + (" (memo)" if line["is_memo"] else ""),
        )
        for line in data["lines"]
    ]
    yield from _columns([("section", "line", "part", "amount", "kg per unit", "kg CO2e"), *rows])
    yield ""
    for section in data["sections"]:
        yield f"{section['title']}: {_number(section['kg'], 2)} kg"
    yield f"= {_number(data['total_kg'], 2)} ± {_number(data['uncertainty_kg'], 0)} kg CO2e"
    yield f"= {_number(data['tonnes'], 3)} t CO2e, {data['units']} units"
    for saving in data["savings"]:
        yield f"- {_number(saving['kg'], 2)} kg: {saving['label']}"
    if data["assumed"]:
        yield f"* assumed: {', '.join(data['assumed'])}"
    yield ""
    for source in data["sources"]:
        yield " · ".join(part for part in (source["source"], source["url"], source["licence"]) if part)


def _number(text: str, decimals: int) -> str:
    rounded = Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, context=_EXACT)
    return str(number_format(rounded, decimal_pos=decimals, force_grouping=True))


def _columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=False)]
        figures = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
        yield "  ".join([*words, *figures]).rstrip()


def describe(data: Data) -> Iterator[str]:
    """Yield what a calculator asks, question by question."""
    yield f"{data['kind']}: {data['title']}"
    for section in data["sections"]:
        yield ""
        yield section["title"]
        for question in section["questions"]:
            yield from _question(question, "  ")


def _question(question: Data, margin: str) -> Iterator[str]:
    facts = [question["type"].replace("_", " ")]
    if question["type"] in ("number", "slider"):
        facts += [" or ".join(question["units"]), f"from {question['minimum']}", f"to {question['maximum']}"]
        facts.append(f"else {question['default_formula']}" if question["default_formula"] else "")
    facts.append(", ".join(option["id"] for option in question.get("options", [])))
    facts.append("needed" if question["is_required"] else "")
    facts.append(f"if {question['shown_if']}" if question["shown_if"] else "")
    yield f"{margin}{question['id']}: {question['label']} ({'; '.join(fact for fact in facts if fact)})"
    for inner in question.get("questions", []):
        yield from _question(inner, f"{margin}  ")
