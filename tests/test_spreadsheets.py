"""What comes out of the portal is run by no spreadsheet."""

import pytest

from portal.spreadsheets import harmless, harmless_cell

LEADS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("protect", [harmless, harmless_cell])
@pytest.mark.parametrize("lead", LEADS)
def test_what_begins_like_a_formula_gets_an_apostrophe(protect, lead):
    assert protect(f"{lead}1+1") == f"'{lead}1+1"
    assert protect(lead) == f"'{lead}"


@pytest.mark.parametrize("protect", [harmless, harmless_cell])
@pytest.mark.parametrize("text", ["", "safe", "a=b", "1-1", " =1", "'=1", "4", "4,5"])
def test_whatever_else_stays_as_it_is(protect, text):
    assert protect(text) == text


@pytest.mark.parametrize("number", ["-4", "+3.5", "-1,5", "-1.234.567"])
def test_a_number_with_a_sign_is_a_number_in_a_cell_and_may_be_a_name_in_a_text(number):
    assert harmless_cell(number) == number
    assert harmless(number) == f"'{number}"
