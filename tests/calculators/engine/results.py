"""What follows from answers, or what is wrong with them."""

from typing import Any

import pytest

from portal.calculators.engine.answers import InvalidAnswers
from portal.calculators.engine.calculator import Value
from portal.calculators.engine.evaluation import evaluate
from tests.calculators.small import ready

FAR = Value(id="far", formula="km", each="cars", is_total=True)


def evaluation(of, answers: Any):
    found = evaluate(ready(of), answers)
    if found.problems:
        raise InvalidAnswers(found.problems)
    return found


def value(of, answers: Any, name: str):
    return evaluation(of, answers).names[name]


def problems(of, answers: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        evaluation(of, answers)
    return [(each.path, each.message) for each in caught.value.problems]
