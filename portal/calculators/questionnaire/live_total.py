"""What a form comes to so far, and what a script shows and hides as answers change."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from portal.calculators import wording
from portal.calculators.engine import footprint, interview
from portal.calculators.engine.answers import REQUIRED, InvalidAnswers, Problem
from portal.calculators.engine.calculator import Choice, Country, Number, Question, YesNo
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.evaluation import Evaluation, evaluate
from portal.calculators.engine.footprint import Estimate
from portal.calculators.engine.formulas import Value
from portal.calculators.engine.interview import State
from portal.calculators.questionnaire.entries import Entries
from portal.calculators.questionnaire.forms import AnswersForm
from portal.calculators.wording import say


@dataclass(frozen=True, kw_only=True)
class Total:
    """What the answers so far come to. `is_known` is no as long as something is missing without which there is none."""

    is_known: bool
    kg: Decimal
    low: Decimal
    high: Decimal
    period: str
    people: Decimal
    people_label: str
    assumed: int
    unread: int
    is_unfinished: bool
    state: str

    @property
    def per_person(self) -> Decimal:
        return self.kg / self.people


def total(compiled: CompiledCalculator, given: Entries) -> Total:
    """Return what a form comes to so far."""
    form = AnswersForm(compiled, given, is_checked=True)
    evaluation = form.evaluation()
    return total_of(evaluation, interview.state(evaluation), unread=form.wrong)


def total_of(evaluation: Evaluation, where: State, *, unread: Iterable[str]) -> Total:
    """Return what answers come to. `unread` names what was entered and could not even be read."""
    found, left_out = _so_far(evaluation)
    calculator = evaluation.compiled.calculator
    kg, uncertainty = (found.total, found.uncertainty) if found else (Decimal(0), Decimal(0))
    low, high = footprint.bounds(kg, uncertainty=uncertainty)
    unusable = {problem.path.replace(".", "-") for problem in left_out if problem.message != REQUIRED}
    return Total(
        is_known=found is not None,
        kg=kg,
        low=low,
        high=high,
        period=calculator.period,
        people=found.shared_by if found else Decimal(1),
        people_label=say(calculator.shared_label),
        assumed=len(where.assumed),
        unread=len(unusable.union(unread)),
        is_unfinished=any(problem.message == REQUIRED for problem in left_out),
        state=_as_json(where),
    )


def _so_far(evaluation: Evaluation) -> tuple[Estimate | None, list[Problem]]:
    """Return the estimate without the answers that cannot be used yet, and what is wrong with these.

    Without one answer, others may be unfinished that had been whole, and are left out as well.
    """
    problems: list[Problem] = []
    while True:
        try:
            return footprint.estimate_of(evaluation), problems
        except InvalidAnswers as error:
            problems += error.problems
            kept = interview.without(evaluation.answers, error.problems)
        if kept == evaluation.answers:
            return None, []
        evaluation = evaluate(evaluation.compiled, kept)


def _as_json(where: State) -> str:
    """Return what a script changes on the page as answers change: what is hidden, and what is assumed."""
    sentences = {path: assumed_words(where.open[path], value) for path, value in where.taken.items()}
    data = {
        "hidden": sorted(path.replace(".", "-") for path in where.hidden),
        "assumed": {path.replace(".", "-"): words for path, words in sentences.items() if words},
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def assumed_words(question: Question, value: Value) -> str:
    """Say what is assumed while a question is left open; nothing for nought, and where a form shows or needs it."""
    if isinstance(question, Choice) or question.is_required:
        return ""
    if isinstance(question, Country):
        return "" if question.is_setting else gettext("Left open, the world’s averages are used.")
    if isinstance(question, YesNo):
        return gettext("Left open, this counts as yes.") if value else ""
    if not isinstance(question, Number) or not value:
        return ""
    amount = f"{wording.shown_number(value)} {wording.unit_beside(question.unit, of=value)}".strip()
    return gettext("Left empty, this counts as %(amount)s.") % {"amount": amount}
