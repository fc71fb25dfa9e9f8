"""What is said of a unit: something for each type, true of it, and no more than a unit can carry."""

import re

import pytest
from django.utils.translation import override

from portal.registry.vocabulary import KYOTO_UNITS, UnitType

LANGUAGES = ("en", "fr", "es")
TOO_MUCH = re.compile(r"neutr|offset|compens|net.?zero|zéro|guarant|garant", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_type_of_unit_has_a_claim_of_its_own(language: str) -> None:
    with override(language):
        said = {unit_type: UnitType(unit_type).claim for unit_type in UnitType.values}
    assert len(set(said.values())) == len(UnitType.values)
    assert {unit_type: text for unit_type, text in said.items() if TOO_MUCH.search(text)} == {}


@pytest.mark.parametrize("unit_type", KYOTO_UNITS)
def test_of_kyoto_units_no_adjustment_is_promised(unit_type: str) -> None:
    with override("en"):
        assert "the host country makes no adjustment under the Paris Agreement" in UnitType(unit_type).claim


def test_who_counts_the_reduction_is_said_of_both_kinds_of_article_6_units() -> None:
    with override("en"):
        assert "makes no corresponding adjustment" in UnitType("MCU").claim
        assert "the host country owes a corresponding adjustment" in UnitType("AER").claim


def test_units_from_forests_are_said_to_be_reversible() -> None:
    with override("en"):
        assert "can be lost again" in UnitType("tCER").claim
        assert "expires" in UnitType("lCER").claim


def test_a_type_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="'VER' is not a valid UnitType"):
        assert UnitType("VER").claim
