"""Which calculators there are, under which names. Whoever is asked for a kind by name finds it here."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from portal.calculators import loading, pages
from portal.calculators.engine.answers import InvalidAnswers, Problem
from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.compilation import Prepared
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.footprint import estimate, savings
from portal.calculators.engine.report import Data, in_words, report
from portal.calculators.wording import say


class NoSuchCalculator(LookupError):
    """No calculator has this name."""


def kinds() -> Sequence[Calculator]:
    """Return the calculators that come with the portal."""
    return tuple(loading.KINDS.values())


def calculators() -> Sequence[Calculator]:
    """Return all calculators that can be asked: besides, those that editors composed in the active language."""
    return (*kinds(), *(place.prepared.calculator for place in pages.composed()))


def prepared_for(kind: str, *, factors: FactorSet | None = None) -> Prepared:
    """Return a calculator by its name, ready to calculate with the factor set in force or another one.

    Those that editors composed go by the name of their page. Raises NoSuchCalculator, and DefinitionError if another
    factor set lacks something.
    """
    if kind in loading.KINDS:
        found = loading.kind(kind)
    elif kind.startswith(pages.COMPOSED) and (place := pages.place(kind)):
        found = place.prepared
    else:
        raise NoSuchCalculator(kind)
    return found if factors is None else loading.ready(found.calculator, factors=factors)


def answer(prepared: Prepared, inputs: Mapping[str, Any], *, with_savings: bool = False) -> Data:
    """Return the report on some answers, in the active language: what the API gives and the command prints.

    Raises InvalidAnswers.
    """
    found = estimate(prepared, inputs)
    data = report(prepared, found, savings(prepared, inputs) if with_savings else ())
    return in_words(data, say)


def sentences(error: InvalidAnswers) -> list[tuple[str, str]]:
    """Return what is wrong with some answers: each path with its sentence in the active language."""
    return [(problem.path, sentence(problem)) for problem in error.problems]


def sentence(problem: Problem) -> str:
    """Return what is wrong with one answer, in the active language."""
    return gettext(problem.message) % dict(problem.params)
