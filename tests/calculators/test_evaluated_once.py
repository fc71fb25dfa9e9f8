"""The same answers are evaluated once, whatever is made of them; each lever that is tried evaluates changed ones.

They are counted by a bakery with a formula that takes note of every evaluation.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from portal.calculators import catalogue
from portal.calculators.engine import routes
from portal.calculators.engine.calculator import Value
from portal.calculators.engine.compilation import compile_calculator
from portal.calculators.engine.formulas import Function, Quantity
from portal.calculators.engine.report import answer
from portal.calculators.models import SavedEstimate
from portal.calculators.pages import Place
from portal.calculators.questionnaire import entries, live_total, sheets
from portal.calculators.questionnaire.views import finish, step
from tests.calculators.bakery import CALCULATOR, factors

ANSWERS = {"country": "FR", "bakers": "4", "power": "20000", "vans": [{"name": "Lola", "way": "10000"}]}
LEVERS = len(CALCULATOR.levers)


class Counted:
    """A bakery, what is entered into it, and how often that was evaluated."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.evaluations = 0
        people = Quantity("person")
        compiled = compile_calculator(
            replace(CALCULATOR, values=(*CALCULATOR.values, Value(id="noted", formula="note(bakers)"))),
            factors=factors(),
            functions={**routes.FUNCTIONS, "note": Function((people,), people, self.note)},
            known=catalogue.known_codes(),
        )
        self.compiled, self.given = compiled, entries.refill(compiled, answers)
        self.place = Place(ref="bakery", title="A bakery", summary="", url="", compiled=compiled)

    def note(self, bakers: Decimal) -> Decimal:
        self.evaluations += 1
        return bakers


@pytest.fixture
def counted() -> Counted:
    return Counted(ANSWERS)


def test_a_live_total_evaluates_once(counted: Counted) -> None:
    assert live_total.total(counted.compiled, counted.given).kg == 4000
    assert counted.evaluations == 1


def test_a_page_of_questions_evaluates_once(counted: Counted) -> None:
    sheets.sheet(counted.compiled, counted.given, ref="bakery", title="A bakery")
    assert counted.evaluations == 1


@pytest.mark.parametrize(("at", "go"), [("place", "oven"), ("oven", "place")])
def test_a_step_on_or_back_evaluates_once(counted: Counted, at: str, go: str) -> None:
    assert step(counted.place, counted.given, {"at": at, "go": go}).current.id == go
    assert counted.evaluations == 1


@pytest.mark.django_db
def test_a_result_evaluates_once_and_tries_each_lever(counted: Counted) -> None:
    found = finish(counted.place, counted.given, {})
    assert isinstance(found, SavedEstimate)
    assert found.total_kg == 4000
    assert counted.evaluations == 1 + LEVERS


def test_a_report_evaluates_once_and_tries_levers_only_if_asked_to(counted: Counted) -> None:
    answer(counted.compiled, ANSWERS, say=str)
    assert counted.evaluations == 1
    answer(counted.compiled, ANSWERS, say=str, with_savings=True)
    assert counted.evaluations == 1 + 1 + LEVERS


def test_what_is_left_out_of_a_live_total_is_evaluated_without_it() -> None:
    counted = Counted({**ANSWERS, "power": "-1"})
    assert live_total.total(counted.compiled, counted.given).unread == 1
    assert counted.evaluations == 2
