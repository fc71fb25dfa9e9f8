"""Every question of an event moves its result in the direction it says."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.engine.calculator import Group, Number, Question
from portal.calculators.kinds.event import CALCULATOR
from tests.calculators.kinds.directions import asked, movement
from tests.calculators.kinds.events import FESTIVAL, FULL, Answers, calculated, kg

MOVING = [
    each
    for each in asked(CALCULATOR, FULL)
    if each[2].moves in ("up", "down") and each[2].id not in ("participants", "crew", "days")
]


@pytest.mark.parametrize(("group", "item", "question"), MOVING, ids=[f"{g}.{i}.{q.id}" for g, i, q in MOVING])
def test_more_of_an_answer_moves_the_result_as_the_question_says(group: str, item: int, question: Question) -> None:
    if question.shown_if.startswith('mode == "planning"'):
        answers: Answers = {"country": "FR", "participants": 1000, "rest_km": 50, "rest_flown": 500}
        answers = {**answers, "reach": "national", "rest_nights": 100} if question.id == "rest_nights" else answers
    else:
        answers = {**FULL, "plastic": ""} | {"mode": "planning"} if question.id == "is_reusable" else FULL
    moved = movement(catalogue.kind("event"), answers, group, item, question)
    assert moved > 0 if question.moves == "up" else moved < 0


@pytest.mark.parametrize("name", ["participants", "crew", "days"])
def test_more_people_and_days_mean_more_while_planning(name: str) -> None:
    answers = {**FESTIVAL, "crew": 10}
    assert calculated({**answers, name: answers[name] * 2}).total > calculated(answers).total


def test_all_numbers_were_tried() -> None:
    tried = {(group, question.id) for group, _item, question in MOVING} | {
        ("", each) for each in ("participants", "crew", "days")
    }
    numbers = {
        (group.id if isinstance(group, Group) else "", each.id)
        for group in CALCULATOR.questions
        for each in (group.questions if isinstance(group, Group) else (group,))
        if isinstance(each, Number) and each.moves != "either"
    }
    assert numbers <= tried


@pytest.mark.parametrize(
    "name",
    [
        "meals_vegan",
        "meals_oily_fish",
        "meals_white_fish",
        "meals_vegetarian",
        "meals_white_meat",
        "meals_red_meat",
        "wine",
        "card",
    ],
)
def test_what_moves_either_way_moves_up_afterwards(name: str) -> None:
    assert calculated({**FULL, name: FULL[name] * 2}).total > calculated(FULL).total


def test_more_vegan_meals_mean_less_while_planning() -> None:
    assert calculated({**FESTIVAL, "meals_vegan": 2000}).total < calculated(FESTIVAL).total


def test_sorting_moves_plastic_down_and_cardboard_up() -> None:
    """ekofest: plastic 2.77 kg burned and 0.434 kg recycled; cardboard 0.12 kg burned and 0.992 kg recycled."""
    event = {"mode": "actual", "country": "FR", "participants": 1}
    assert kg({**event, "plastic": 10}, "plastic_end") == Decimal("27.70")
    assert kg({**event, "plastic": 10, "is_sorted": True}, "plastic_end") == Decimal("4.340")
    assert kg({**event, "card": 10}, "card_end") == Decimal("1.20")
    assert kg({**event, "card": 10, "is_sorted": True}, "card_end") == Decimal("9.920")


def test_noughts_give_nought_afterwards() -> None:
    def nought(value: Any) -> Any:
        if isinstance(value, dict):
            return {**value, "value": 0}
        return 0 if isinstance(value, int) and not isinstance(value, bool) else value

    noughts = {
        name: [{inner: nought(each) for inner, each in item.items() if inner != "riders"} for item in value]
        if isinstance(value, list)
        else nought(value)
        for name, value in FULL.items()
        if name != "days"
    }
    assert calculated(noughts).total == 0


PEOPLE = st.integers(0, 10**5)


@given(
    participants=PEOPLE, crew=PEOPLE, days=st.integers(1, 14), kind=st.sampled_from(["meeting", "festival", "sport"])
)
def test_lines_add_up_to_the_total(participants: int, crew: int, days: int, kind: str) -> None:
    found = calculated({"country": "FR", "participants": participants, "crew": crew, "days": days, "kind": kind})
    assert found.total == sum((line.kg for line in found.lines if not line.is_memo), Decimal(0))
    assert found.total == sum(found.by_section().values()) == sum(found.by_scope().values())
    assert all(line.kg > 0 for line in found.lines)
