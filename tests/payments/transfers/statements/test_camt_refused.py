"""What is no right camt: a sentence with line or entry, and nothing is fetched, expanded or half taken."""

import pytest

from portal.payments.transfers.statements import camt
from portal.payments.transfers.statements.illegible import Illegible
from tests.payments.transfers.statements.samples import as_file, booked
from tests.payments.transfers.statements.samples import camt as statement


def refusal(content: str | bytes) -> Illegible:
    with pytest.raises(Illegible) as refused:
        list(camt.read(as_file(content)))
    return refused.value.of("november.xml")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">',
        "<!-- a remark first --><!DOCTYPE d>",
    ],
)
def test_declarations_are_refused_before_they_are_read(declaration: str) -> None:
    text = statement(booked(text="&secret;")).replace("\n", f"\n{declaration}\n", 1)
    assert str(refusal(text)) == (
        "november.xml: The file carries declarations of its own (a DTD), which no bank's statement has. Download it"
        " again from your bank."
    )


def test_declarations_in_utf_16_are_refused_as_well() -> None:
    text = statement(booked()).replace("UTF-8", "UTF-16").replace("\n", "\n<!DOCTYPE d [<!ENTITY a 'ha'>]>", 1)
    assert "(a DTD)" in str(refusal(text.encode("utf-16")))


def test_declarations_far_behind_the_beginning_are_refused_as_well() -> None:
    text = statement(booked()).replace("\n", f"\n<!-- {'x' * 70_000} --><!DOCTYPE d [<!ENTITY a 'ha'>]>", 1)
    assert "XML" in str(refusal(text)) or "DTD" in str(refusal(text))


@pytest.mark.parametrize("within", ["<AddtlNtryInf>&a;</AddtlNtryInf>", "<X>&a;</X>"])
def test_declarations_behind_a_remark_that_looks_like_an_element_are_refused_as_well(within: str) -> None:
    hidden = f"\n<!-- <Document {'x' * 70_000} --><!DOCTYPE d [<!ENTITY a 'ha'>]>"
    assert "(a DTD)" in str(refusal(statement(booked(more=within)).replace("\n", hidden, 1)))


def test_a_file_that_was_cut_says_where() -> None:
    text = statement(*[booked(reference=f"B-{number}") for number in range(50)])
    assert str(refusal(text[: len(text) // 2])).startswith("november.xml, line ")
    assert "Download it again, and upload it as it came." in str(refusal(text[: len(text) // 2]))


def test_a_wrong_encoding_says_so() -> None:
    assert "is not written in UTF-8" in str(refusal(statement(booked(payer="Müller")).encode("latin-1")))
    assert "written in utf-7, which is not read" in str(refusal(statement(booked()).replace("UTF-8", "UTF-7")))


def test_other_xml_is_no_statement() -> None:
    for text in ("<html><body>Sign in</body></html>", "<Document><CstmrCdtTrfInitn/></Document>", "<Ntry/>", "<Stmt/>"):
        assert "no account statement (camt.053) or notification (camt.054)" in str(refusal(text))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (booked("-40.00"), "The amount -40.00 is negative"),
        (booked("40,00"), "“40,00” is no amount. Amounts are written here as 1234.56"),
        (booked("1'000.00"), "“1'000.00” is no amount"),
        (booked("1e9"), "“1e9” is no amount"),
        (booked("NaN"), "“NaN” is no amount"),
        (booked("٤٠"), "“٤٠” is no amount"),
        (booked(""), "“” is no amount"),
        (booked(currency="EURO"), "“EURO” is no currency"),
        (booked(currency=""), "“” is no currency"),
        (booked(day="30.11.2026"), "“30.11.2026” is no date. Dates are written here as 2026-12-31"),
        (booked(day="2026-02-30"), "“2026-02-30” is no date"),
        (booked(direction="CREDIT"), "CdtDbtInd is missing"),
        (booked().replace('<Amt Ccy="EUR">40.00</Amt>', ""), "Amt is missing"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_with_its_number_and_line(wrong: str, sentence: str) -> None:
    said = str(refusal(statement(booked(), wrong)))
    assert said.startswith("november.xml, entry 2 (line 4): ")
    assert sentence in said


def test_deep_nesting_ends() -> None:
    deep = "<a>" * 5000 + "</a>" * 5000
    assert "november.xml, line " in str(refusal(statement(booked(more=deep))))
