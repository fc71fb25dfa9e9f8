"""CSV by a column map that somebody made for their bank."""

from datetime import date
from decimal import Decimal

import pytest

from portal.payments.transfers.statements import table
from portal.payments.transfers.statements.entry import BankEntry
from portal.payments.transfers.statements.illegible import Illegible
from portal.payments.transfers.statements.table import ColumnMap
from portal.payments.transfers.statements.written import NumberStyle
from tests.payments.transfers.statements.samples import as_file

GERMAN = ColumnMap(
    columns={
        "account": "Auftragskonto",
        "date": "Buchungstag",
        "value_date": "Valutadatum",
        "payer": "Beguenstigter/Zahlungspflichtiger",
        "amount": "Betrag",
        "currency": "Waehrung",
    },
    text=("Verwendungszweck", "Kundenreferenz (End-to-End)"),
    encoding="cp1252",
)
ENGLISH = ColumnMap(
    columns={"date": "Date", "amount": "Amount", "currency": "Currency", "reference": "ID", "payer": "Payer name"},
    text=("Reference",),
    separator=",",
    numbers=NumberStyle(decimal=".", thousands=","),
    dates="ymd",
)


def entries(text: str, columns: ColumnMap, *, encoding: str = "utf-8") -> list[BankEntry]:
    return list(table.read(as_file(text, encoding=encoding), columns=columns))


def test_a_german_savings_bank_writes_commas_and_short_years() -> None:
    text = (
        '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Kundenreferenz (End-to-End)";'
        '"Beguenstigter/Zahlungspflichtiger";"Betrag";"Waehrung";"Info"\r\n'
        '"DE89370400440532013000";"30.11.26";"01.12.26";"GUTSCHR.";"RF18 5390\n0754 7034";"";"Müller GmbH";'
        '"1.250,00";"EUR";"Umsatz gebucht"\r\n'
        '"DE89370400440532013000";"30.11.26";"30.11.26";"ENTGELT";"";"";"";"-9,90";"EUR";"Umsatz gebucht"\r\n'
    )
    received, charged = entries(text, GERMAN, encoding="cp1252")
    assert received == BankEntry(
        account="DE89370400440532013000",
        statement="",
        reference="",
        amount=Decimal("1250.00"),
        currency="EUR",
        is_credit=True,
        value_date=date(2026, 12, 1),
        booked_on=date(2026, 11, 30),
        text="RF18 5390 0754 7034",
        payer="Müller GmbH",
        line=3,
    )
    assert (charged.amount, charged.is_credit) == (Decimal("9.90"), False)


def test_an_online_bank_writes_points_and_full_dates() -> None:
    text = (
        "ID,Date,Amount,Currency,Payer name,Reference\n"
        'TRANSFER-1,2026-11-30,"1,250.00",USD,Lakeside Foods,"RF18 5390 0754 7034, 500 t"\n'
    )
    (only,) = entries("\ufeff" + text, ENGLISH)
    assert (only.amount, only.currency, only.reference) == (Decimal("1250.00"), "USD", "TRANSFER-1")
    assert only.text == "RF18 5390 0754 7034, 500 t"


def test_what_stands_above_and_below_the_table_does_no_harm() -> None:
    columns = ColumnMap(
        columns={
            "date": "Buchungstag",
            "debit": "Soll",
            "credit": "Haben",
            "currency": "Währung",
            "payer": "Auftraggeber",
        },
        text=("Verwendungszweck",),
    )
    text = (
        "Umsätze Girokonto;;;Zeitraum: 30 Tage\nLetzter Kontostand;;;;5.000,00;EUR\n\n"
        "Buchungstag;Auftraggeber;Verwendungszweck;Soll;Haben;Währung\n"
        "30.11.2026;Müller GmbH;RF18539007547034;;1.250,00;EUR\n"
        "30.11.2026;Bank;Entgelt;-9,90;;EUR\n"
        "Kontostand;30.11.2026\n"
    )
    received, charged = entries(text, columns)
    assert (received.amount, received.is_credit) == (Decimal("1250.00"), True)
    assert (charged.amount, charged.is_credit) == (Decimal("9.90"), False)


def test_a_word_may_say_which_way_money_went() -> None:
    columns = ColumnMap(
        columns={"date": "Datum", "amount": "Bedrag (EUR)", "sign": "Af Bij", "payer": "Naam / Omschrijving"},
        text=("Mededelingen",),
        currency="EUR",
        numbers=NumberStyle(decimal=","),
        dates="ymd",
    )
    head = "Datum;Naam / Omschrijving;Af Bij;Bedrag (EUR);Mededelingen\n"
    came, went = entries(f"{head}20261130;De Vries;Bij;8,85;RF18\n20261130;Bank;Af;1,00;\n", columns)
    assert (came.amount, came.is_credit, came.value_date) == (Decimal("8.85"), True, date(2026, 11, 30))
    assert (went.amount, went.is_credit) == (Decimal(1), False)
    with pytest.raises(Illegible, match="line 2: “Misschien” says neither that money came nor that it went"):
        entries(f"{head}20261130;De Vries;Misschien;8,85;RF18\n", columns)


HEAD = "ID,Date,Amount,Currency,Payer name,Reference\n"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("1,2026-11-30,1.250,00,EUR,Alma,x", "“00” is no currency"),
        ('1,2026-11-30,"1.250,00",EUR,Alma,x', "“1.250,00” is no amount. Amounts are written here as 1,234.56"),
        ("1,2026-11-30,1.250,EUR,Alma,x", "1.250 has more decimals than EUR has"),
        ("1,30/11/2026,12.00,EUR,Alma,x", "“30/11/2026” is no date. Dates are written here as 2026-12-31"),
        ("1,2026-11-30,,EUR,Alma,x", "Amount is missing"),
        ("1,2026-11-30,12.00", "fewer cells than there are columns"),
        ('1,2026-11-30,12.00,EUR,"Al"ma,x', "cannot be read as a table"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line(row: str, sentence: str) -> None:
    with pytest.raises(Illegible) as refused:
        entries(f"{HEAD}0,2026-11-29,1.00,EUR,Alma,x\n{row}\n", ENGLISH)
    said = str(refused.value.of("november.csv"))
    assert said.startswith("november.csv, line 3: ")
    assert sentence in said


def test_the_table_of_another_bank_is_refused() -> None:
    with pytest.raises(Illegible, match="No line has all of these columns: Date, Amount, Currency, ID, Payer name"):
        entries("Buchungstag;Betrag\n30.11.2026;12,00\n", ENGLISH)


def test_another_encoding_is_refused() -> None:
    with pytest.raises(Illegible, match="not written in utf-8"):
        entries(f"{HEAD}1,2026-11-30,12.00,EUR,Müller,x\n", ENGLISH, encoding="latin-1")
    with pytest.raises(Illegible, match="not written in utf-16"):
        list(table.preview(as_file(HEAD), separator=",", encoding="utf-16"))


def test_what_is_no_text_is_refused_with_its_line() -> None:
    with pytest.raises(Illegible, match="line 2: The file is not written in utf-8"):
        entries(f"{HEAD}1,2026-11-30,12.00,EUR,Al\x00ma,x\n", ENGLISH)


def test_a_map_says_where_amount_date_and_currency_are() -> None:
    for columns in (
        {"date": "Date"},
        {"amount": "Amount"},
        {"date": "Date", "amount": "Amount", "credit": "In", "debit": "Out"},
        {"date": "Date", "amount": "Amount", "colour": "Colour"},
    ):
        with pytest.raises(ValueError, match=r"columns|map"):
            ColumnMap(columns=columns, currency="EUR")
    with pytest.raises(ValueError, match="currency"):
        ColumnMap(columns={"date": "Date", "amount": "Amount"})


def test_the_first_rows_are_shown_to_choose_columns_by() -> None:
    assert table.preview(
        as_file(f"{HEAD}1,2026-11-30,12.00,EUR,Alma,x\n"), separator=",", encoding="utf-8", most=1
    ) == [["ID", "Date", "Amount", "Currency", "Payer name", "Reference"]]


def test_a_row_without_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(Illegible, match="no bank statement that can be read"):
        entries(HEAD + '"a\n",' * 300_000, ENGLISH)
