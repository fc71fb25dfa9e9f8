"""A calculator as plain data: bounds as JSON has numbers, whatever way an author wrote them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from portal.calculators.engine.description import description
from tests.calculators.small import PEOPLE, POWER, calculator, ready


def answer(**fields: str) -> dict[str, Any]:
    """What answers to a question about power look like, as JSON that was written and read again."""
    said = description(ready(calculator(replace(POWER, **fields))), say=str)
    found: dict[str, Any] = json.loads(json.dumps(said))["inputs_schema"]["properties"]["power"]
    return found


@pytest.mark.parametrize(
    ("minimum", "maximum", "bounds"),
    [
        ("0", "1e3", "0 1000"),
        ("-1E+1", "1000.0", "-10 1000"),
        ("0.125", "2.5e0", "0.125 2.5"),
        ("1.5e-7", "1e30", "1.5e-07 1000000000000000000000000000000"),
        ("-1E+999999", "1E+999999", f"-{10**30} {10**30}"),  # beyond all measure, as answers are
        ("1E-999999", "1", "0.0 1"),
    ],
)
def test_a_bound_is_a_number_however_it_is_written(minimum: str, maximum: str, bounds: str) -> None:
    found = answer(minimum=minimum, maximum=maximum)
    assert f"{found['minimum']} {found['maximum']}" == bounds


def test_a_default_that_depends_on_nothing_is_told_as_a_number() -> None:
    half = replace(POWER, default='of(6, "MWh/year") / 2')
    by_people = replace(POWER, id="more", default='of(6, "kWh/year") / people * of(1, "person")')
    asked = description(ready(calculator(PEOPLE, half, by_people)), say=str)["sections"][0]["questions"]
    assert [each["default"] for each in asked] == ["2", "3000", None]


def test_it_says_what_is_asked_on_request_alone() -> None:
    asked = description(ready(calculator(PEOPLE, replace(POWER, is_more=True))), say=str)["sections"][0]["questions"]
    assert [each["is_more"] for each in asked] == [False, True]
