"""References of ISO 11649: made, printed, and found in whatever somebody typed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from portal.payments.transfers.reference import compact, core_of, is_reference, printed, reference_for, references_in
from portal.tokens import ALPHABET, new_reference

EXAMPLE = "RF18539007547034"  # the example that stands in many descriptions of ISO 11649
LETTERS = "".join(each for each in ALPHABET if each.isalpha())
cores = st.text(alphabet=ALPHABET, min_size=1, max_size=21)


def test_a_reference_has_the_check_digits_of_the_standard() -> None:
    assert reference_for("539007547034") == EXAMPLE
    assert reference_for("T-7K4M9-QXD2F") == "RF34T7K4M9QXD2F"
    assert core_of("T-7K4M9-QXD2F") == "T7K4M9QXD2F"
    assert printed(EXAMPLE) == "RF18 5390 0754 7034"


def test_an_order_has_one_reference_and_another_order_another() -> None:
    orders = {new_reference() for _order in range(1000)}
    assert len({reference_for(order) for order in orders}) == len(orders)


def test_what_has_no_core_is_refused() -> None:
    for reference in ("", "---", "A" * 22):
        with pytest.raises(ValueError, match="no core"):
            core_of(reference)


@given(cores)
def test_every_reference_holds_and_is_found(core: str) -> None:
    reference = reference_for(core)
    assert iso11649.is_valid(reference)
    assert is_reference(reference)
    for typed in (
        reference,
        reference.lower(),
        printed(reference),
        "-".join(reference),
        f"Order {printed(reference)}!",
    ):
        assert reference in list(references_in(typed))


@given(cores, st.data())
def test_one_wrong_digit_or_letter_never_holds(core: str, data: st.DataObject) -> None:
    """A letter in place of a digit shifts all that follows, and may hold: then no request is known by it."""
    reference = reference_for(core)
    at = data.draw(st.integers(min_value=2, max_value=len(reference) - 1))
    others = string.digits if reference[at].isdigit() else LETTERS
    other = data.draw(st.sampled_from([char for char in others if char != reference[at]]))
    wrong = reference[:at] + other + reference[at + 1 :]
    assert not is_reference(wrong)
    assert reference not in list(references_in(wrong))


@given(st.text())
def test_any_text_may_be_searched(text: str) -> None:
    for found in references_in(text):
        assert is_reference(found)


def test_words_may_follow_without_a_gap() -> None:
    assert EXAMPLE in list(references_in("/EREF/NOTPROVIDED/REMI/RF18539007547034/BIC/COBADEFF"))
    assert EXAMPLE in list(references_in("InvoiceRF18 5390 0754 7034for500tonnes"))
    assert EXAMPLE in list(references_in("RF18 5390\n0754 7034"))


def test_letters_that_look_like_digits_are_read_as_these() -> None:
    assert EXAMPLE in list(references_in("rf l8 539oo7547o34"))
    assert EXAMPLE in list(references_in("ＲＦ１８５３９００７５４７０３４"))


def test_digits_of_other_scripts_are_no_reference() -> None:
    assert not is_reference("RF18٥٣٩٠٠٧٥٤٧٠٣٤")
    assert compact("٤٠ RF-18 é") == "RF18"


def test_what_is_not_compact_is_no_reference() -> None:
    for text in ("rf18539007547034", "RF18 5390 0754 7034", "RF00539007547034", "XX18539007547034", "RF18"):
        assert not is_reference(text)
