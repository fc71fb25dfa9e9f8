"""Names in any script are printed as they are where a font has them, and honestly romanised where none has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import fields
from portal.registry.certificates.lettering import (
    BUILT_IN,
    MOST_MARKS,
    Run,
    bare_case,
    carried_case,
    cleaned,
    full_case,
    letter,
    lost_scripts,
    serif_case,
)


@pytest.mark.parametrize(
    "name",
    ["Kestrel & Daughters", "Zoë Søndergård", "Nguyễn Thị Ánh", "Ελένη Παππά", "Мария Ёлкина", "Հայկ", "Łódź — “Ø”"],
)
def test_names_in_european_scripts_are_set_as_they_are_everywhere(name: str) -> None:
    lettered = letter(name)
    assert lettered.runs == (Run(name),)
    assert lettered.families == BUILT_IN
    assert lettered.direction == "ltr"


def test_hebrew_runs_from_right_to_left() -> None:
    assert letter("שלום עולם").direction == "rtl"


def test_arabic_is_set_even_where_no_font_is_installed() -> None:
    lettered = letter("محمد علي", case=bare_case())
    assert lettered.runs == (Run("محمد علي"),)
    assert lettered.direction == "rtl"
    assert lettered.families[-1] == "DejaVu Sans Mono"


def test_chinese_is_romanised_and_marked_where_no_font_has_it() -> None:
    lettered = letter("王小明 Müller GmbH", case=bare_case())
    assert lettered.runs == (Run("WangXiaoMing", romanised=True), Run(" Müller GmbH"))
    assert lettered.romanised


def test_all_words_of_a_lost_script_are_romanised_together() -> None:
    lettered = letter("भारत ऊर्जा, Pune: सौर", case=bare_case())
    assert [run.romanised for run in lettered.runs] == [True, False, True]
    assert lettered.runs[1] == Run(" Pune: ")


def test_a_romanised_name_runs_from_left_to_right() -> None:
    assert letter("ޖުމްހޫރިއްޔާ", case=bare_case()).direction == "ltr"


def test_emoji_without_a_glyph_print_as_their_names() -> None:
    lettered = letter("Café 🫠", case=bare_case())
    assert lettered.text == "Café :melting_face:"
    assert lettered.runs[1] == Run(":melting_face:", romanised=True)


def test_what_cannot_even_be_romanised_prints_as_its_code_point() -> None:
    assert letter("x \U0002a708\U00012399 y", case=bare_case()).text == "x (U+2A708)(U+12399) y"


def test_letters_without_a_sound_of_their_own_are_not_spelt_out() -> None:
    assert letter("އަހުމަދު", case=bare_case()).text == "ahumadhu"


@pytest.mark.parametrize(
    "name",
    [
        "राष्ट्रीय ऊर्जा क्षेत्र विकास संस्थान",
        "தமிழ்நாடு மின்சார வாரியம்",
        "การไฟฟ้าฝ่ายผลิต",
        "អគ្គិសនីកម្ពុជា",
        "王小明",
        "東京電力ホールディングス",
        "한국전력공사",
        "বাংলাদেশ",
        "ශ්‍රී ලංකා",
        "မြန်မာ",
        "ኢትዮጵያ",
        "Kestrel 🌍 🫠",
    ],
)
def test_names_in_most_scripts_are_set_as_they_are_everywhere(name: str) -> None:
    """With fonts of pinned packages, so that the same certificate is the same in every byte on any machine."""
    lettered = letter(name)
    assert not lettered.romanised
    assert lettered.text.replace("\u200b", "") == cleaned(name)
    assert set(lettered.families) == set(carried_case().families)


def test_what_is_missing_is_named() -> None:
    assert lost_scripts(carried_case()) == []
    assert {"Devanagari", "Tamil", "Thai", "Khmer", "Chinese", "Japanese", "Emoji"} <= set(lost_scripts(bare_case()))
    assert "Arabic" not in lost_scripts(bare_case())


@pytest.mark.parametrize(
    ("name", "first"), [("東京ガスの森", "JP"), ("서울 東京", "KR"), ("東京", "SC"), ("国電", "SC")]
)
def test_shared_characters_are_drawn_as_their_readers_write_them(name: str, first: str) -> None:
    eastern = [family for family in letter(name).families if " CJK " in family]
    assert eastern[0] == f"Noto Sans CJK {first}"
    assert len(eastern) == 5


def test_installed_fonts_come_after_our_own_and_in_a_fixed_order() -> None:
    families = full_case().families
    assert families[:2] == BUILT_IN
    assert families[-1] == "DejaVu Sans Mono"
    assert len(set(families)) == len(families)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Alma\u202egnp.exe\u202c", "Almagnp.exe"),
        ("zero\u200bwidth\ufeff \u2066name\u2069", "zerowidth name"),
        ("null\x00 bell\x07 del\x7f", "null bell del"),
        ("e\u0301cole", "école"),
        ("  two \t\r\n lines ", "two lines"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u200db", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("\ud800 \ue000", "\ufffd \ufffd"),
        ("\u0301a", "\u25cc\u0301a"),
        ("heart \u2764\ufe0f", "heart \u2764"),
    ],
)
def test_what_is_not_meant_to_be_seen_is_removed(typed: str, printed: str) -> None:
    assert cleaned(typed) == printed


def test_marks_cannot_be_heaped_over_other_lines() -> None:
    assert cleaned("q" + "\u0301" * 40) == "q" + "\u0301" * MOST_MARKS
    assert MOST_MARKS == fields.MOST_MARKS, "what forms let pass is printed whole"


def test_a_purpose_keeps_its_lines_but_not_heaps_of_empty_ones() -> None:
    typed = " For 2025\r\n\r\n\r\n\r\nand 2026 \u2028 too\n"
    assert cleaned(typed, lines=True) == "For 2025\n\nand 2026\ntoo"


def test_a_word_wider_than_the_page_may_be_broken() -> None:
    assert letter("a" * 35).text == "\u200b".join(["a" * 10, "a" * 10, "a" * 10, "a" * 5])
    assert letter("a" * 30).text == "a" * 30


@settings(max_examples=120, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_can_be_printed_without_an_empty_box(text: str) -> None:
    case = bare_case()
    lettered = letter(text, case=case, lines=True)
    chosen = serif_case() if lettered.families == BUILT_IN else case
    assert chosen.can_set(lettered.text)
    assert bool(lettered.text.strip()) == bool(cleaned(text).strip())
