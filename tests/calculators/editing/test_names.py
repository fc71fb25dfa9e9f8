"""What an editor left without a name has one of its own, made from its label; what has one keeps it."""

from decimal import Decimal
from typing import Any

import pytest

from portal.calculators.editing.names import named
from tests.calculators.compositions import question, section
from tests.calculators.editing.composed import faults


def names(*labels: str) -> list[str]:
    (found,) = named([section(*(question("number", label) for label in labels))])
    return [each["value"]["id"] for each in found["value"]["questions"]]


def test_what_has_no_name_is_named_after_its_label():
    assert names("How far do you drive?", "Été à la mer", "3 meals", "Äpfel & Birnen") == [
        "how_far_do_you_drive",
        "ete_a_la_mer",
        "meals",
        "apfel_birnen",
    ]


def test_names_are_made_unlike_one_another():
    assert names("Cars", "Cars", "cars", "Cars!") == ["cars", "cars_2", "cars_3", "cars_4"]


def test_words_that_formulas_use_otherwise_are_no_names():
    assert names("Of", "Distance", "If", "Parameter", "") == ["of_2", "distance_2", "if_2", "parameter_2", "question"]


def test_long_labels_and_other_scripts_have_names_too():
    assert names("ein " * 40, "飛行機", "a" * 100) == ["ein_ein_ein_ein_ein_ein_ein_ein_ein", "question", "a" * 36]


def test_a_name_once_given_stays():
    first = named([section(question("number", "Cars"))])
    first[0]["value"]["questions"][0]["value"]["label"] = "Vehicles"
    assert named(first) == first


@pytest.mark.parametrize("number", [0, Decimal(0), 0.0])
def test_a_nought_for_a_name_is_a_name_as_it_is_when_it_is_stored(number: Any):
    """What is checked before it is stored is what is read afterwards, when numbers may have become texts."""
    assert named([section(question("number", "Cars", id=number))])[0]["value"]["questions"][0]["value"]["id"] == number
    assert (0, "questions", 0) in faults([section(question("number", "Cars", id=number))])


def test_a_group_s_question_is_not_named_like_one_outside():
    group = question("group", "Cars", item="Car", questions=[question("number", "Kilometres")])
    (found,) = named([section(question("number", "Kilometres"), group)])
    inner = found["value"]["questions"][1]["value"]["questions"][0]
    assert (found["value"]["questions"][0]["value"]["id"], inner["value"]["id"]) == ("kilometres", "kilometres_2")


def test_naming_leaves_what_it_was_given_as_it_was():
    data = [section(question("number", "Cars"))]
    named(data)
    assert "id" not in data[0]["value"]["questions"][0]["value"]
