"""What comes out of the portal is run by no spreadsheet."""

import pytest

from portal.spreadsheets import MARK, harmless, harmless_cell, lines, opened

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


TABLE = [["name", "kg", "version"], ["Rail, bus; tram", "1234.50", "2026.1"], ["", "", ""]]


def test_machines_get_commas_points_and_no_mark():
    assert "".join(lines(TABLE)) == 'name,kg,version\r\n"Rail, bus; tram",1234.50,2026.1\r\n,,\r\n'
    assert list(lines([])) == []


def test_english_spreadsheets_get_the_same_marked_as_utf8():
    assert "".join(opened(TABLE, language="en", numbers=["kg"])) == MARK + "".join(lines(TABLE))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_where_the_comma_stands_in_numbers_semicolons_stand_between_cells(language):
    """A version number is no number, and stays as it is."""
    assert "".join(opened(TABLE, language=language, numbers=["kg"])) == (
        f'{MARK}name;kg;version\r\n"Rail, bus; tram";1234,50;2026.1\r\n;;\r\n'
    )
