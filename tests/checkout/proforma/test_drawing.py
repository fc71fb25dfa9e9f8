"""A pro-forma invoice says what the facts say, to eyes and to screen readers, and promises nothing that is not so."""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
import typst
from pypdf import PdfReader

from portal.checkout.proforma.drawing import render_pdf
from portal.checkout.proforma.facts import Party
from portal.checkout.proforma.words import words
from portal.registry.vocabulary import UnitType
from tests.checkout.proforma.drawn import FACTS, IN_RUPEES, drawn, pdf_of, text_of
from tests.registry.certificates.test_drawing import structure_of


def test_everything_that_an_accountant_looks_for_can_be_read() -> None:
    text = text_of(FACTS)
    for fact in (
        "Pro-forma invoice",
        "T-SW8E3-67RZ1",
        "21 November 2026",
        "1 Dec 2026, 14:03 UTC",
        "Alaknanda Hydro 7 River Road Joshimath 246443 India",
        "Kestrel & Daughters Ltd accounts@kestrel.example United Kingdom",
        "CER CDM-1514 Run-of-river hydro power project, India",
        "Reduced: 1 January 2013 to 31 May 2013",
        "1,500 EUR 2.40 EUR 3,600.00",
        "Total EUR 3,600.00",
        "Alaknanda Hydro Pvt Ltd",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
        "A bank, Cologne",
        "RF18 5390 0754 7034",
    ):
        assert fact in text.replace("\u2068", "").replace("\u2069", ""), fact


def test_it_says_what_it_is_not() -> None:
    text = text_of(FACTS)
    assert "This is not a tax invoice" in text
    assert "into its own bank account. The portal never holds money." in text
    assert "What you pay for is a contribution" in text
    assert "It does not undo what you emit." in text
    assert "the host country makes no adjustment under the Paris Agreement" in text


@pytest.mark.parametrize("locale", ["en", "fr", "es"])
@pytest.mark.parametrize("unit_type", UnitType.values)
def test_none_claims_neutrality(locale: str, unit_type: str) -> None:
    text = text_of(replace(FACTS, locale=locale, unit_type=unit_type))
    assert not re.search(r"neutral|offset|compens", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr", ["Facture pro forma", "1 500 2,40 EUR 3 600,00 EUR", "1er déc. 2026", "n’est pas une facture"]),
        ("es", ["Factura proforma", "1.500 2,40 EUR 3.600,00 EUR", "1 dic 2026", "no es una factura fiscal"]),
    ],
)
def test_it_speaks_the_language_of_the_order(locale: str, said: list[str]) -> None:
    text = text_of(replace(FACTS, locale=locale))
    assert [words_of_it for words_of_it in said if words_of_it not in text] == []


def test_other_currencies_and_accounts_have_no_code_and_no_iban() -> None:
    text = text_of(IN_RUPEES)
    assert "0001 234567 89" in text
    assert "A bank, BOFAUS3N" in text
    assert "IBAN" not in text
    assert "Or scan this code" not in text
    assert len(pdf_of(IN_RUPEES).pages) == 1


def test_a_vintage_stands_for_a_period_that_is_not_known() -> None:
    text = text_of(replace(FACTS, unit_type="AER", monitoring_start=None, monitoring_end=None, vintage_year=2025))
    assert "Vintage 2025" in text


def test_every_currency_can_be_set_in_the_typesetters_own_fonts() -> None:
    """The signs of most currencies are in none of them, so that amounts have the codes."""
    for currency in ("INR", "NGN", "VND", "GEL", "KZT", "UAH", "KWD", "CHF"):
        facts = replace(IN_RUPEES, currency=currency, unit_price=Decimal("2.40"), amount=Decimal("3600.00"))
        assert f"Total {currency} 3,600" in text_of(facts)


def test_yen_have_no_decimals() -> None:
    facts = replace(IN_RUPEES, currency="JPY", unit_price=Decimal(420), amount=Decimal(630000))
    assert "1,500 JPY 420 JPY 630,000" in text_of(facts)


def test_samples_are_marked() -> None:
    note = "Sample data: nobody is paid, and no units are cancelled in a public registry."
    assert note in text_of(replace(FACTS, is_sample=True))
    assert note not in text_of(FACTS)


# --- For everybody, and always the same


def test_the_document_is_tagged_and_declares_pdf_ua() -> None:
    root = pdf_of(FACTS).root_object
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_language_title_and_date_are_set() -> None:
    reader = pdf_of(replace(FACTS, locale="fr"))
    assert reader.root_object["/Lang"] == "fr"
    assert reader.metadata is not None
    assert reader.metadata.title == "Facture pro forma de la commande T-SW8E3-67RZ1"
    assert reader.metadata.creation_date == FACTS.asked_at


def test_the_code_has_an_alternative_and_the_table_has_headers() -> None:
    kinds, alternatives = structure_of(pdf_of(FACTS))
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= set(kinds)
    assert "The same details as a code for banking apps" in alternatives


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render_pdf(FACTS, words(FACTS)) == drawn(FACTS)


def test_a_missing_word_is_an_error_and_not_a_gap() -> None:
    some = {key: value for key, value in words(FACTS).items() if key != "no_tax"}
    with pytest.raises(typst.TypstError, match="no_tax"):
        render_pdf(FACTS, some)


# --- Names


@pytest.mark.parametrize("name", ['#read("/etc/passwd")', "*x* _y_", "$x^2$", '"); #panic(', "{page}", "\\u{41}"])
def test_what_people_type_is_never_read_as_markup(name: str) -> None:
    facts = replace(
        FACTS,
        seller=Party(name=name, address=name, country="IN"),
        purchaser=replace(FACTS.purchaser, name=name),
        payee=replace(FACTS.payee, holder=name, bank=name),
    )
    text = text_of(facts)
    assert text.count(name) == 5
    assert "root:" not in text


@pytest.mark.parametrize("name", ["Ελένη Παππά", "राष्ट्रीय ऊर्जा विकास", "東京電力", "محمد", "การไฟฟ้าฝ่ายผลิต"])
def test_names_in_most_scripts_stand_on_it(name: str) -> None:
    facts = replace(FACTS, purchaser=replace(FACTS.purchaser, name=name))
    pages = PdfReader(BytesIO(render_pdf(facts, words(facts)))).pages
    assert len(pages) == 1
    assert "Romanised" not in pages[0].extract_text()


def test_a_name_without_a_font_is_romanised_and_says_so() -> None:
    text = text_of(replace(FACTS, purchaser=replace(FACTS.purchaser, name="王小明")))
    assert "WangXiaoMing†" in text
    assert "† Romanised: no installed font has the script of the original." in text


def test_one_endless_word_stays_on_the_page() -> None:
    text = text_of(replace(FACTS, purchaser=replace(FACTS.purchaser, name="W" * 256)))
    assert text.replace("\u200b", "").replace(" ", "").count("W" * 256) == 1
