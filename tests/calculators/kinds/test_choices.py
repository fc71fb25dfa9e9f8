"""Formulas that choose among words say the same as the lists they are written from."""

import pytest

from portal.calculators.engine.formulas import Text, Truth, read
from portal.calculators.kinds.choices import among, ids, is_among, options

WORDS = ("bus", "train", "tram")
TYPES = {"by": Text((*WORDS, "plane"))}


def test_options_keep_their_order() -> None:
    assert ids(options(("bus", "Bus"), ("tram", "Tram"))) == ["bus", "tram"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_list_is_itself(word: str) -> None:
    formula = read(among("by", WORDS), types=TYPES, functions={}, parameters={})
    assert formula.type == Text(WORDS)
    assert formula.evaluate({"by": word}) == word


@pytest.mark.parametrize(("word", "expected"), [("bus", True), ("tram", True), ("plane", False)])
def test_a_word_is_in_the_list_or_not(word: str, expected: bool) -> None:
    formula = read(is_among("by", WORDS), types=TYPES, functions={}, parameters={})
    assert formula.type == Truth()
    assert formula.evaluate({"by": word}) is expected
