"""camt as banks of several countries write it: one kind of entry comes out of all."""

from datetime import date
from decimal import Decimal

import pytest

from portal.payments.transfers.statements import camt
from portal.payments.transfers.statements.entry import BankEntry
from tests.payments.transfers.statements.samples import RF, as_file, booked, opened
from tests.payments.transfers.statements.samples import camt as statement


def entries(name: str) -> list[BankEntry]:
    return list(camt.read(opened(name)))


def test_a_german_savings_bank_breaks_the_reference_over_two_lines() -> None:
    received, charged, announced = entries("german_savings_bank.v08.xml")
    assert received == BankEntry(
        account="DE89370400440532013000",
        statement="0352C5320261130211000",
        reference="2026113012345678000",
        amount=Decimal("1250.00"),
        currency="EUR",
        is_credit=True,
        value_date=date(2026, 11, 30),
        booked_on=date(2026, 11, 30),
        text="RF18 5390 0754 70 34 Beitrag 500 t CO2 GUTSCHR. UEBERWEISUNG",
        payer="Müller Maschinenbau GmbH",
        line=9,
    )
    assert (charged.amount, charged.is_credit, charged.text) == (Decimal("9.90"), False, "ENTGELTABSCHLUSS")
    assert (announced.amount, announced.is_booked) == (Decimal("75.00"), False)


def test_a_swiss_notification_has_two_payments_in_one_sum() -> None:
    first, second = entries("swiss_batch.v04.xml")
    assert (first.amount, first.currency, first.structured, first.position) == (Decimal(2187), "CHF", (RF,), 1)
    assert (second.amount, second.payer, second.position) == (Decimal(1296), "Gemeinde Sonnwil", 2)
    assert (first.reference, second.reference) == ("123456CHCAFE", "123456CHCAFE")  # the bank names both alike
    assert first.import_id != second.import_id
    assert (first.value_date, first.booked_on) == (date(2026, 12, 1), date(2026, 11, 30))
    assert second.text == "?REJECT?0"


def test_a_dutch_bank_names_its_elements_with_a_prefix_and_puts_two_accounts_into_one_file() -> None:
    converted, other = entries("dutch_prefixed.v02.xml")
    assert (converted.account, other.account) == ("NL91ABNA0417164300", "NL02ABNA0123456789")
    # What the payer sent in crowns is no matter: this is what was booked.
    assert (converted.amount, converted.currency) == (Decimal("8.85"), "EUR")
    assert (converted.end_to_end, converted.payer) == ("rf18-5390-0754-7034", "De Vries Bouw BV")
    assert converted.booked_on == date(2026, 11, 30)
    assert (other.amount, other.booked_on, other.value_date) == (Decimal(12), None, date(2026, 12, 1))


def test_an_online_bank_wraps_its_statement_and_has_no_details() -> None:
    (only,) = entries("online_bank_enveloped.v10.xml")
    assert (only.account, only.currency, only.amount) == ("123456789", "USD", Decimal(2000))
    assert only.text == "Received money from Lakeside Foods Inc with reference RF18 5390 0754 7034"
    assert (only.value_date, only.reference, only.is_booked) == (date(2026, 11, 29), "", True)


def test_a_nordic_bank_undoes_one_booking_and_returns_another() -> None:
    undone, returned, nothing = entries("nordic_returns.v02.xml")
    assert (undone.is_reversal, undone.is_credit, undone.structured) == (True, False, (RF,))
    assert (returned.is_reversal, returned.is_credit, returned.text) == (True, False, RF)
    assert (nothing.amount, nothing.payer) == (Decimal(0), "MÄKELÄ OY")


def test_parts_of_a_sum_have_their_own_amount_or_are_uncertain() -> None:
    one, two, three, four, rest = entries("sum_in_doubt.v06.xml")
    assert (one.amount, one.currency, one.is_certain) == (Decimal("0.50"), "EUR", True)
    assert (two.amount, two.currency, two.is_certain) == (Decimal(1474), "EUR", False)
    assert (three.amount, three.currency, three.is_certain) == (Decimal(100), "GBP", True)
    assert (four.amount, four.position, four.end_to_end) == (Decimal(10), 1, "FOUR")
    assert (rest.amount, rest.position, rest.text) == (Decimal(7), 0, "REMISE")


@pytest.mark.parametrize("version", [f"053.001.{number:02}" for number in range(2, 15)] + ["054.001.02", "054.001.13"])
def test_every_version_is_read(version: str) -> None:
    (only,) = camt.read(as_file(statement(booked("40.00"), version=version)))
    assert (only.amount, only.text, only.payer) == (Decimal("40.00"), RF, "Alma Prado")


def test_a_notification_without_a_status_is_not_booked_and_a_statement_is() -> None:
    silent = booked().replace("<Sts>BOOK</Sts>", "")
    assert [each.is_booked for each in camt.read(as_file(statement(silent, version="053.001.02")))] == [True]
    assert [each.is_booked for each in camt.read(as_file(statement(silent, version="054.001.02")))] == [False]


def test_a_day_without_movements_has_no_entries() -> None:
    assert list(camt.read(as_file(statement()))) == []


def test_words_without_end_are_cut() -> None:
    many = "<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>" * 90
    long = booked(text="x" * 3000, reference="B" * 200, payer="P" * 3000).replace("<RmtInf>", f"<RmtInf>{many}")
    (only,) = camt.read(as_file(statement(long, statement="S" * 200)))
    lengths = [len(each) for each in (only.text, only.reference, only.payer, only.statement, only.structured)]
    assert lengths == [2000, 140, 2000, 140, 50]


def test_utf_16_is_read() -> None:
    text = statement(booked(payer="Łódź Energia")).replace("UTF-8", "UTF-16")
    (only,) = camt.read(as_file(text, encoding="utf-16"))
    assert only.payer == "Łódź Energia"
