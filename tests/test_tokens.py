"""Tokens, references and codes: of one alphabet, of one written form, and no two alike."""

import re

import pytest

from portal.tokens import ALPHABET, new_listing_code, new_reference, new_token, random_letters

LETTER = "[0-9A-HJKMNP-TV-Z]"
FORMS = {
    new_token: re.compile(r"[A-Za-z0-9_-]{22}"),
    new_reference: re.compile(f"T-{LETTER}{{5}}-{LETTER}{{5}}"),
    new_listing_code: re.compile(f"{LETTER}{{8}}", re.IGNORECASE),
}


@pytest.mark.parametrize("new", FORMS, ids=lambda each: each.__name__)
def test_each_has_one_written_form_and_is_never_drawn_twice(new):
    drawn = [new() for _i in range(1000)]
    assert all(FORMS[new].fullmatch(each) for each in drawn)
    assert len(set(drawn)) == 1000


def test_listing_codes_are_written_small():
    assert all(code == code.lower() for code in (new_listing_code() for _i in range(100)))


def test_the_alphabet_has_no_letters_that_are_mistaken_for_others():
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert set(random_letters(2000)) == set(ALPHABET)
