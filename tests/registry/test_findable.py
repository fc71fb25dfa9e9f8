"""Words to find entries of the history by: folded alike when they are kept and when they are typed."""

from hypothesis import given
from hypothesis import strategies as st

from portal.registry import findable
from portal.registry.findable import column, fold, terms


def test_accents_capitals_and_forms_fold_away() -> None:
    for text, folded in (
        ("Générale", "generale"),
        ("SOCIÉTÉ", "societe"),
        ("Straße", "strasse"),
        ("Łódź Ørsted", "lodz orsted"),
        ("ＡＢＣ１２", "abc12"),
        ("٣٤", "34"),
        ("Ελλάδα", "ελλαδα"),
        ("서울", "서울"),
    ):
        assert fold(text) == folded


def test_a_column_has_every_word_and_the_mark_of_its_part() -> None:
    kept = column(activity_code="CDM-0033", activity_title="Wind", beneficiary="Éva", others=["For Éva", ""])
    assert kept == " cdm 33 wind cdm33 eva for a:cdm a:33 a:wind a:cdm33 b:eva "


def test_numbers_are_meant_whole_and_words_by_their_beginning() -> None:
    assert terms("Wind 0033 CDM-0033 cdm0033") == ("wind*", "33", "cdm*", "cdm33")
    assert terms("Éva", part=findable.BENEFICIARY) == ("b:eva*",)
    assert terms(" .%_' ") == ()
    assert terms("東京電力") == ("東京*", "京電*", "電力*")


@given(st.text(), st.text())
def test_every_text_is_found_by_itself(beneficiary: str, purpose: str) -> None:
    kept = column(activity_code="CDM-1", activity_title="", beneficiary=beneficiary, others=[purpose])
    for term in (*terms(beneficiary), *terms(purpose), *terms(beneficiary, part=findable.BENEFICIARY)):
        assert (f" {term[:-1]}" if term.endswith("*") else f" {term} ") in kept
    assert kept.split(" ") == ["", *kept.split(), ""]
    assert not set("'\\%_*&|!\x00") & set(kept)
