"""Whole numbers as people of each language write them."""

import pytest

from portal.figures import grouped


@pytest.mark.parametrize(("language", "text"), [("en", "48,825"), ("fr", "48\u202f825"), ("es", "48.825")])
def test_digits_stand_in_the_groups_of_the_language(language: str, text: str) -> None:
    assert grouped(48825, language) == text


def test_small_and_negative_numbers_need_no_group() -> None:
    assert [grouped(number, "en") for number in (0, 999, -12)] == ["0", "999", "-12"]
