"""Codes of certificates: read back as they were, forgiving about how they are written, and noticing a slip."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.codes import LENGTH, new_code, read_code
from portal.tokens import ALPHABET

codes = st.builds(new_code)
WRITTEN = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}-[0-9A-HJKMNP-TV-Z]")


def letters_of(code: str) -> str:
    return code.replace("-", "")


@given(codes)
def test_a_new_code_has_one_written_form_that_needs_no_quoting(code: str) -> None:
    assert WRITTEN.fullmatch(code), code


@given(codes)
def test_what_is_written_is_read_back(code: str) -> None:
    assert read_code(code) == code


@given(codes)
def test_case_spaces_and_hyphens_do_not_matter(code: str) -> None:
    letters = letters_of(code)
    assert read_code(letters.lower()) == code
    assert read_code(f"  {code.replace('-', ' ')}\t\n") == code
    assert read_code(" - ".join(letters)) == code


@given(codes)
def test_letters_that_look_like_digits_are_read_as_digits(code: str) -> None:
    assert read_code(code.replace("0", "O")) == code
    assert read_code(code.replace("0", "o")) == code
    assert read_code(code.replace("1", "I")) == code
    assert read_code(code.replace("1", "l")) == code


@pytest.mark.parametrize(
    "between", [*"\u2010\u2011\u2012\u2013\u2014\u2015\u2212", *"\u00ad\u00a0\u2009\u202f\u200b\ufeff"]
)
def test_what_word_processors_make_of_hyphens_and_spaces_does_not_matter(between: str) -> None:
    assert read_code(between.join(["7K4M", "9QXD", "2F6S", "0"])) == "7K4M-9QXD-2F6S-0"


def test_full_width_letters_of_east_asian_keyboards_are_read() -> None:
    assert read_code("７Ｋ４Ｍ－９ＱＸＤ－２Ｆ６Ｓ－０") == "7K4M-9QXD-2F6S-0"


@given(codes, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code: str, place: int, letter: str) -> None:
    letters = letters_of(code)
    wrong = letters[:place] + letter + letters[place + 1 :]
    assert read_code(wrong) == (code if letter == letters[place] else None)


@given(codes)
def test_two_neighbours_swapped_are_noticed(code: str) -> None:
    letters = letters_of(code)
    for place, (left, right) in enumerate(pairwise(letters)):
        if left != right:
            swapped = letters[:place] + right + left + letters[place + 2 :]
            assert read_code(swapped) is None, f"{letters} and {swapped}"


@given(codes, st.integers(0, LENGTH))
def test_a_missing_or_an_additional_character_is_noticed(code: str, place: int) -> None:
    letters = letters_of(code)
    assert read_code(letters[:place] + letters[place + 1 :]) is None
    assert read_code(letters[:place] + "7" + letters[place:]) is None


def test_known_codes() -> None:
    """Worked out by hand after the published rule: the value in base 32, modulo 37, is the check symbol."""
    assert read_code("0000-0000-0000-0") == "0000-0000-0000-0"
    assert read_code("0000-0000-0001-1") == "0000-0000-0001-1"
    assert read_code("0000-0000-0010-Z") is None
    assert read_code("0000-0000-000Z-Z") == "0000-0000-000Z-Z"
    assert read_code("0000-0000-0016-1") == "0000-0000-0016-1"  # 1 times 32 and 6 is 38, which leaves 1


@given(st.text())
def test_nothing_that_is_typed_does_harm(text: str) -> None:
    read = read_code(text)
    assert read is None or WRITTEN.fullmatch(read)


def test_what_cannot_be_a_code_is_no_code() -> None:
    for text in ("", " ", "-", "7K4M", "U" * 13, "*" * 13, "٣" * 13, "\x00" * 13, "7K4M-9QXD-2F6S-0" * 1000):
        assert read_code(text) is None, text


def test_codes_are_not_sequential() -> None:
    drawn = {new_code() for _i in range(500)}
    assert len(drawn) == 500
