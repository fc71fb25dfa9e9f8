"""Every question of a company moves its result in the direction it says; nothing in gives nothing out."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.engine.calculator import Group, Number, Question
from portal.calculators.kinds.business import CALCULATOR
from tests.calculators.kinds.companies import FULL, calculated
from tests.calculators.kinds.directions import asked, movement

MORE: dict[str, Any] = {
    **FULL,
    "fleet": [{**FULL["fleet"][0], "charged": 40}, *FULL["fleet"][1:]],
    "flights": [{**FULL["flights"][0], "is_return": True}, FULL["flights"][1]],
    "commuting": [{**FULL["commuting"][0], "riders": 2}, FULL["commuting"][1]],
}
MOVING = [each for each in asked(CALCULATOR, MORE) if each[2].moves in ("up", "down")]


@pytest.mark.parametrize(("group", "item", "question"), MOVING, ids=[f"{g}.{i}.{q.id}" for g, i, q in MOVING])
def test_more_of_an_answer_moves_the_result_as_the_question_says(group: str, item: int, question: Question) -> None:
    moved = movement(catalogue.kind("business"), MORE, group, item, question)
    if group == "refrigerants" and item == 1:
        assert moved == 0  # R-22 is told and not counted
    else:
        assert moved > 0 if question.moves == "up" else moved < 0


def test_all_numbers_were_tried_but_those_that_move_nothing() -> None:
    tried = {(group, question.id) for group, _item, question in MOVING}
    numbers = {
        (group.id if isinstance(group, Group) else "", each.id)
        for group in CALCULATOR.questions
        for each in (group.questions if isinstance(group, Group) else (group,))
        if isinstance(each, Number)
    }
    assert numbers - tried == {("", "employees"), ("sites", "covered"), ("sites", "contract_factor")}


def test_a_company_that_does_nothing_causes_nothing() -> None:
    found = calculated({"country": "GB", "employees": 9, "sites": [{"site": "Empty"}]})
    assert (found.total, found.lines, found.units) == (0, (), 0)


def test_noughts_give_nought() -> None:
    noughts = {
        name: [{inner: nought(each) for inner, each in item.items()} for item in value]
        if isinstance(value, list)
        else nought(value)
        for name, value in FULL.items()
    }
    assert calculated(noughts).total == 0


def nought(value: Any) -> Any:
    if isinstance(value, dict):
        return {**value, "value": 0}
    return 0 if isinstance(value, int) and not isinstance(value, bool) else value


AMOUNTS = st.decimals(min_value=0, max_value=10**7, places=2, allow_nan=False)


@given(electricity=AMOUNTS, gas=AMOUNTS, diesel=AMOUNTS, spent=AMOUNTS, flown=AMOUNTS, covered=st.integers(0, 100))
def test_lines_add_up_to_the_total_and_to_their_scopes(
    electricity: Decimal, gas: Decimal, diesel: Decimal, spent: Decimal, flown: Decimal, covered: int
) -> None:
    found = calculated(
        {
            "country": "GB",
            "sites": [{"electricity": electricity, "gas": gas, "supply": "renewable", "covered": covered}],
            "fleet_diesel": diesel,
            "purchases": [{"what": "legal", "amount": spent, "currency": "gbp", "spent_in": "2024"}],
            "flights": [{"stretch": "long", "flown": flown}],
        }
    )
    assert found.total == sum((line.kg for line in found.lines if not line.is_memo), Decimal(0))
    assert found.total == sum(found.by_scope().values()) == sum(found.by_section().values())
    assert all(line.kg >= 0 for line in found.lines)


@given(electricity=AMOUNTS, covered=st.integers(0, 100))
def test_contracts_never_move_the_total(electricity: Decimal, covered: int) -> None:
    plain = calculated({"country": "DE", "sites": [{"electricity": electricity}]})
    green = calculated(
        {"country": "DE", "sites": [{"electricity": electricity, "supply": "renewable", "covered": covered}]}
    )
    assert plain.total == green.total
    assert sum(line.kg for line in green.memos) <= sum(line.kg for line in plain.memos)
