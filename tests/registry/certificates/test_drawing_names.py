"""Names and purposes stand on a certificate as they were typed, in any script, and are never read as anything else."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from portal.registry.certificates.drawing import render_pdf
from portal.registry.certificates.lettering import carried_case
from portal.registry.certificates.words import words
from tests.registry.certificates.drawn import FACTS, drawn_with_all_fonts, pdf_of, stating, text_of


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "*x* _y_",
        "<b>bold</b>",
        "$x^2$",
        "@a",
        "// comment",
        '"); #panic(',
        "{registry}",
        "\\u{41}",
    ],
)
def test_what_people_type_is_never_read_as_markup(name: str) -> None:
    text = text_of(stating(replace(FACTS, provider_name=name), beneficiary_name=name, purpose=name))
    assert text.count(name) == 4
    assert "root:" not in text


@pytest.mark.parametrize("name", ["Ελένη Παππά", "Мария Ёлкина", "Nguyễn Thị Ánh"])
def test_names_in_european_scripts_stay_themselves(name: str) -> None:
    text = text_of(stating(FACTS, beneficiary_name=name))
    assert name in text
    assert "Romanised" not in text


def test_a_name_without_a_font_is_romanised_and_says_so() -> None:
    text = text_of(stating(FACTS, beneficiary_name="王小明 🫠", purpose="भारत"))
    assert "WangXiaoMing :melting_face:†" in text
    assert "† Romanised: no installed font has the script of the original." in text


@pytest.mark.parametrize("name", ["राष्ट्रीय ऊर्जा विकास", "தமிழ்நாடு", "การไฟฟ้าฝ่ายผลิต", "ភាសាខ្មែរ", "東京電力", "Café 🌍"])
def test_names_in_most_scripts_stand_on_the_certificate(name: str) -> None:
    facts = stating(FACTS, beneficiary_name=name, purpose=name)
    document = drawn_with_all_fonts(facts)
    assert document == render_pdf(facts, words(facts), case=carried_case())
    pages = PdfReader(BytesIO(document)).pages
    assert len(pages) == 1
    assert "Romanised" not in pages[0].extract_text()


def test_an_arabic_name_is_set_in_arabic() -> None:
    text = text_of(stating(FACTS, beneficiary_name="محمد"))
    assert set("محمد") <= set(text)
    assert "Romanised" not in text


def test_a_name_of_one_endless_word_stays_on_the_page() -> None:
    facts = stating(FACTS, beneficiary_name="W" * 256)
    assert text_of(facts).replace("\u200b", "").replace(" ", "").count("W" * 256) == 2
    assert len(pdf_of(facts).pages) == 1


def test_bidirectional_tricks_do_not_reach_the_page() -> None:
    text = text_of(stating(FACTS, beneficiary_name="Alma\u202e gro.live\u2066"))
    assert "Alma gro.live" in text
    assert "\u202e" not in text
