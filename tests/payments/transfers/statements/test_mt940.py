"""MT940 as banks of several countries write it."""

from datetime import date
from decimal import Decimal

import pytest

from portal.payments.transfers.statements import mt940
from portal.payments.transfers.statements.entry import BankEntry
from portal.payments.transfers.statements.illegible import Illegible
from tests.payments.transfers.statements.samples import RF, as_file, opened


def entries(name: str) -> list[BankEntry]:
    return list(mt940.read(opened(name)))


def test_a_german_bank_hides_the_reference_among_codes() -> None:
    received, charged, undone = entries("german_bank.sta")
    assert received.account == "37040044/0532013000"
    assert (received.statement, received.reference) == ("STARTUMSE/00000/001", "2026113012345678")
    assert (received.amount, received.currency, received.is_credit) == (Decimal(1250), "EUR", True)
    assert (received.value_date, received.booked_on) == (date(2026, 11, 30), date(2026, 11, 30))
    assert received.text == "RF18 5390 0754 7034 Beitrag"
    assert received.payer == "Müller Maschinenbau GmbH"
    assert (charged.amount, charged.is_credit) == (Decimal("9.9"), False)
    assert (undone.amount, undone.is_credit, undone.is_reversal, undone.text) == (Decimal(40), False, True, RF)
    assert received.line == 5


def test_a_dutch_bank_puts_its_statements_into_envelopes() -> None:
    first, second = entries("dutch_bank.sta")
    assert (first.account, first.amount, first.payer) == ("NL91ABNA0417164300", Decimal(25), "De Vries Bouw BV")
    assert "/EREF/rf18 5390 0754 7034/" in first.text
    assert (second.amount, second.value_date, second.booked_on) == (Decimal(10), date(2026, 12, 1), date(2027, 1, 1))
    assert second.text == ""


def test_a_swiss_bank_writes_all_in_one_sentence() -> None:
    (only,) = entries("swiss_bank.sta")
    assert (only.account, only.amount, only.currency, only.reference) == ("0123456785", Decimal("79.7"), "CHF", "01916")
    assert "RF18 5390 0754 7034" in only.text


@pytest.mark.parametrize("sign", ["~", "<", "^", "?"])
def test_a_polish_bank_has_its_own_sign_between_the_codes(sign: str) -> None:
    details = ":86:020~00PRZELEW~20Faktura RF18 5390 075~214 7034 dziekuje~32JAN KOWALSKI".replace("~", sign)
    (only,) = mt940.read(as_file(statement(details=details)))
    assert (only.text, only.payer) == ("Faktura RF18 5390 0754 7034 dziekuje", "JAN KOWALSKI")


def test_what_counts_its_bookings_gives_them_no_name() -> None:
    named, counted = (next(mt940.read(as_file(statement(f":61:2611301130C40,00NTRF{by}")))) for by in ("1//B-1", "1"))
    assert (named.reference, named.is_named) == ("B-1", True)
    assert (counted.reference, counted.is_named) == ("1", False)


def test_lines_without_end_are_refused_soon() -> None:
    for empty in (statement(details="\n" * 200_000), statement().replace(":28C:", "\n" * 200_000 + ":28C:")):
        with pytest.raises(Illegible, match="breaks off here"):
            list(mt940.read(as_file(empty)))


def statement(
    line: str = ":61:2611301130C40,00NTRFNONREF//B-1",
    details: str = f":86:{RF}",
    *,
    end: str = ":62F:C261130EUR0,\n-\n",
) -> str:
    return f":20:S-1\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C261129EUR0,\n{line}\n{details}\n{end}"


def test_a_report_within_the_day_is_not_booked() -> None:
    interim = statement().replace(":60F:C261129EUR0,", ":34F:EUR0,\n:13D:2611301200+0100")
    assert [each.is_booked for each in mt940.read(as_file(interim))] == [False]
    assert [each.is_booked for each in mt940.read(as_file(statement()))] == [True]


def test_windows_line_ends_and_letters_are_read() -> None:
    text = statement(details=":86:Überweisung von José").replace("\n", "\r\n")
    (only,) = mt940.read(as_file(text, encoding="cp1252"))
    assert only.text == "Überweisung von José"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (":61:2611301130C1.250,00NTRFNONREF", "“1.250,00” is no amount. Amounts are written here as 1234,56"),
        (":61:2611301130C1250.00NTRFNONREF", "“1250.00” is no amount"),
        (":61:2611301130C1 250,00NTRFNONREF", "is no amount"),
        (":61:2611301130C-12,00NTRFNONREF", "“-12,00” is no amount"),
        (":61:2613301130C12,00NTRFNONREF", "breaks off here: :61:2613301130C12,00NTRFNONREF"),
        (":61:30.11.2026C12,00NTRF", "is no amount"),
        (":61:nonsense", "is no amount"),
    ],
)
def test_what_is_wrong_with_a_movement_is_said_with_its_line(line: str, sentence: str) -> None:
    with pytest.raises(Illegible) as refused:
        list(mt940.read(as_file(statement(line))))
    said = str(refused.value.of("november.sta"))
    assert said.startswith("november.sta, entry 1 (line 5): ")
    assert sentence in said


def test_a_file_that_was_cut_is_refused() -> None:
    for end in ("", ":61:2611301130C40,00NTRFNONREF//B-2\n:86:and mo"):
        with pytest.raises(Illegible, match=":62F:"):
            list(mt940.read(as_file(statement(end=end))))


def test_nothing_of_a_statement_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Illegible):
        list(mt940.read(as_file(statement(details=":86:Alma Prado").replace("C261129EUR0,", "nonsense of Alma Prado"))))
    assert caplog.text == ""
