"""Whatever is answered to whichever calculator: an estimate or a sentence for each mistake, soon, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.engine import units
from portal.calculators.engine.answers import InvalidAnswers
from portal.calculators.engine.calculator import Airport, Choice, Country, Group, Number, Question, Words, YesNo
from portal.calculators.engine.compilation import GroupStep, QuestionStep
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.engine.footprint import Estimate, estimate, number, savings
from portal.calculators.engine.report import report
from portal.calculators.factors import edition

KINDS = sorted(catalogue.KINDS)
RELAXED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SLOWEST = 5  # seconds for one estimate, on a machine that does other things as well

# No flight leads to where it began, so that each end of one has airports of its own.
AIRPORTS = {
    **dict.fromkeys(("origin", "from_airport"), ("LHR", "JER")),
    **dict.fromkeys(("destination", "to_airport", "airport"), ("SYD", "ZRH")),
    **dict.fromkeys(("via", "via_airport"), ("JFK", "NBO")),
    "via_too": ("CDG",),
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**300, -(10**300), -0.0, 1e-320, float("nan"), float("inf"), float("-inf")])
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(
        ["", "0", "1", "-1", "1e99", "1e-99", "9" * 30, "١٢", "NaN", "GB", "FR", "LHR", "yes", "\x00", "\ud800"]
    )
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["value", "unit", "id", ""]) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def answer_to(question: Question) -> st.SearchStrategy[Any]:
    """Return answers that the question takes; in another unit they may be beyond its bounds."""
    if isinstance(question, Group):
        return st.lists(answers_to(question.questions), min_size=question.least, max_size=3)
    if isinstance(question, Number):
        return _amounts(question)
    if isinstance(question, Choice):
        return st.sampled_from([option.id for option in question.options])
    if isinstance(question, YesNo):
        return st.booleans()
    if isinstance(question, Airport):
        return st.sampled_from(AIRPORTS[question.id])
    return (
        st.sampled_from(["FR", "GB", "US", "NA", "XK", "KE", "AX"]) if isinstance(question, Country) else st.just("x")
    )


def _amounts(question: Number) -> st.SearchStrategy[Any]:
    lowest, highest = Decimal(question.minimum), Decimal(question.maximum)
    whole = st.integers(ceil(lowest), int(min(highest, 10**6)))
    plain = whole if question.is_whole else whole | st.decimals(lowest, highest, places=3).map(str)
    units_of = [each.unit for each in question.offered if not question.is_whole and lowest == 0]
    offered = st.fixed_dictionaries({"value": st.integers(0, 20), "unit": st.sampled_from([question.unit, *units_of])})
    return plain | offered if lowest == 0 and highest > 1000 else plain


def answers_to(questions: Sequence[Question], junk: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[Any]:
    """Return answers to some questions, those that are needed always; with `junk` in place of some, or of none."""
    given = {each.id: answer_to(each) if junk is None else answer_to(each) | junk for each in questions}
    needed = {each.id: given.pop(each.id) for each in questions if junk is None and is_needed(each)}
    return st.fixed_dictionaries(needed, optional=given)


def is_needed(question: Question) -> bool:
    return question.is_required or (isinstance(question, Group) and question.least > 0)


def tried(name: str, answers: Any) -> Estimate | InvalidAnswers:
    began = perf_counter()
    found: Estimate | InvalidAnswers
    try:
        found = estimate(catalogue.kind(name), answers)
    except InvalidAnswers as error:
        found = error
    assert perf_counter() - began < SLOWEST
    return found


def check(name: str, answers: Any) -> None:
    found = tried(name, answers)
    if isinstance(found, Estimate):
        check_report(name, answers, found)
    else:
        for problem in found.problems:
            assert str(problem)
            assert not problem.message.startswith("%")


def check_report(name: str, answers: Mapping[str, Any], found: Estimate) -> None:
    """The report goes through JSON and its numbers come back as they were."""
    told = report(found, savings(found))
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again == told
    assert Decimal(again["total_kg"]) == found.total
    assert Decimal(again["uncertainty_kg"]) == found.uncertainty
    assert [Decimal(line["kg"]) for line in again["lines"]] == [line.kg for line in found.lines]
    assert [Decimal(line["amount"]) for line in again["lines"]] == [line.amount for line in found.lines]
    counted = [Decimal(line["kg"]) for line in again["lines"] if not line["is_memo"]]
    assert sum(counted) == sum(Decimal(each["kg"]) for each in again["sections"]) == found.total
    assert sum(Decimal(each["kg"]) for each in again["scopes"]) == found.total
    assert found.total < 0 or found.tonnes <= again["units"] < found.tonnes + 1


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@RELAXED
def test_answers_that_make_sense_become_an_estimate(name, data):
    answers = data.draw(answers_to(catalogue.KINDS[name].questions))
    check_report(name, answers, estimate(catalogue.kind(name), answers))


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@RELAXED
def test_answers_with_anything_in_between_do_as_well(name, data):
    check(name, data.draw(answers_to(catalogue.KINDS[name].questions, JUNK)))


@pytest.mark.parametrize("name", KINDS)
@given(answers=JUNK)
@RELAXED
def test_anything_in_place_of_answers_is_refused_or_nothing(name, answers):
    check(name, answers)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "junk", ["x", -1, 10**300, "1e300", True, [], [[]], {"value": {}}, {"unit": []}, [{"a": {}}] * 250]
)
def test_the_same_junk_everywhere_is_told_everywhere(name, junk):
    found = tried(name, {each.id: junk for each in catalogue.KINDS[name].questions})
    assert isinstance(found, Estimate | InvalidAnswers)
    if junk not in ([], {"unit": []}):  # which are no answers
        assert isinstance(found, InvalidAnswers)
        assert {each.path.partition(".")[0] for each in found.problems} <= {
            each.id for each in catalogue.KINDS[name].questions
        }


@pytest.mark.parametrize("name", KINDS)
def test_the_largest_answers_of_all_are_calculated_or_refused(name):
    def largest(question: Question) -> Any:
        if isinstance(question, Group):
            return [{each.id: largest(each) for each in question.questions}] * question.most
        if isinstance(question, Number):
            return question.maximum
        if isinstance(question, Choice):
            return question.options[-1].id
        if isinstance(question, Airport):
            return AIRPORTS[question.id][0]
        return {YesNo: True, Country: "GB", Words: "x" * 160}[type(question)]

    check(name, {each.id: largest(each) for each in catalogue.KINDS[name].questions})


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(RELAXED, max_examples=15)
def test_the_same_answers_always_give_the_same_report(name, data):
    answers = data.draw(answers_to(catalogue.KINDS[name].questions))
    one, other = tried(name, answers), tried(name, json.loads(json.dumps(answers)))
    if isinstance(one, Estimate):
        assert one == other
    else:
        assert str(one) == str(other)


def asked_with_units(name: str) -> list[QuestionStep]:
    found: list[Any] = []
    for step in catalogue.kind(name).steps:
        found += step.steps if isinstance(step, GroupStep) else [step]
    return [step for step in found if isinstance(step, QuestionStep) and step.ways]


@pytest.mark.parametrize("name", KINDS)
def test_every_unit_that_is_offered_leads_there_and_back(name):
    """One of a question's own unit is one again by way of another; through a parameter it is so many times it."""
    parameters = edition.factor_set().parameters
    for step in asked_with_units(name):
        own = step.question.unit
        for unit, way in step.ways.items():
            through = units.product(unit, parameters[way.parameter]) if way.parameter else unit
            assert units.ratio(through, own) * units.ratio(own, through) == 1
            assert way.scale == units.scale(through, own)
            assert abs(way.scale * units.scale(own, through) - 1) < Decimal("1e-26")


def test_numbers_are_written_in_full_and_read_back_exactly():
    for text in ("0", "0.1", "1230", "1E+3", "-0.00", "1E-9", "123456789.987654321", "-5"):
        assert Decimal(number(Decimal(text))) == Decimal(text)
        assert "E" not in number(Decimal(text))


@pytest.mark.parametrize("name", KINDS)
@given(answers=JUNK)
@settings(RELAXED, max_examples=15)
def test_forms_can_be_worked_as_far_as_they_go(name, answers):
    evaluation = evaluate(catalogue.kind(name), answers)
    assert evaluation.names is not None
    assert all(str(each) for each in evaluation.problems)
