"""Whether each question of a calculator moves the result where it says, tried on answers that have all of them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from portal.calculators.engine.calculator import Calculator, Choice, Group, Number, Question, YesNo
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.footprint import estimate

Answers = Mapping[str, Any]


def asked(calculator: Calculator, answers: Answers) -> Iterator[tuple[str, int, Question]]:
    """Yield every question with the group and item it is answered in; no group and -1 outside of groups."""
    for question in calculator.questions:
        if not isinstance(question, Group):
            yield "", -1, question
            continue
        for number, item in enumerate(answers.get(question.id, ())):
            yield from ((question.id, number, inner) for inner in question.questions if inner.id in item)


def more_of(question: Question, answer: Any) -> Any:
    """Return an answer with more of it, or another option."""
    if isinstance(question, YesNo):
        return True
    if isinstance(question, Choice):
        return question.options[-1].id
    assert isinstance(question, Number)
    if isinstance(answer, Mapping):
        return {**answer, "value": str(Decimal(str(answer["value"])) * 2)}
    return str(Decimal(str(answer or 1)) * 2)


def less_of(question: Question, answer: Any) -> Any:
    """Return an answer with less of it than `more_of`."""
    if isinstance(question, YesNo):
        return False
    return question.options[0].id if isinstance(question, Choice) else answer


def with_answer(answers: Answers, group: str, item: int, name: str, answer: Any) -> Answers:
    if not group:
        return {**answers, name: answer}
    items = [{**each, name: answer} if number == item else each for number, each in enumerate(answers[group])]
    return {**answers, group: items}


def movement(compiled: CompiledCalculator, answers: Answers, group: str, item: int, question: Question) -> Decimal:
    """Return how much the result moves, in kg, when there is more of one answer."""
    given = (answers[group][item] if group else answers).get(question.id)
    less = with_answer(answers, group, item, question.id, less_of(question, given))
    more = with_answer(answers, group, item, question.id, more_of(question, given))
    return estimate(compiled, more).total - estimate(compiled, less).total
