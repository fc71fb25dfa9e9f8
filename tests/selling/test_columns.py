"""The columns of a bank's CSV files: looked at, said, seen as they are read, and kept for all files to come."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.payments.transfers import banks, uploads
from portal.payments.transfers.models import BankAccount, BankStatement
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.statements.samples import as_file
from tests.selling.transferring import assert_nobody_elses, said, signed_in
from tests.world import World

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("contexts")

FILE = (
    "Konto;DE89370400440532013000\n\n"
    "Buchungstag;Wertstellung;Auftraggeber;Verwendungszweck;Betrag;Währung\n"
    "01.12.2026;02.12.2026;Alma Prado;RF18 5390 0754 7034;1.234,50;EUR\n"
    "01.12.2026;01.12.2026;Die Bank;Entgelt;-3,90;EUR\n"
)
SAID = {
    "header": "1",
    "date": "Buchungstag",
    "value_date": "Wertstellung",
    "amount": "Betrag",
    "currency": "Währung",
    "payer": "Auftraggeber",
    "text_1": "Verwendungszweck",
    "decimal": ",",
    "thousands": ".",
    "dates": "dmy",
}


@pytest.fixture
def luz(world: World, bank: BankAccount) -> Client:
    return signed_in(world.luz)


def address(bank: BankAccount) -> str:
    return reverse("bank_columns", args=[bank.pk])


def look(client: Client, bank: BankAccount, content: bytes = FILE.encode(), **written: str) -> Any:
    file = io.BytesIO(content)
    file.name = "bank.csv"
    return client.post(address(bank), {"separator": "semicolon", "encoding": "utf-8", "file": file, **written})


def say(client: Client, bank: BankAccount, seen: Any, **changes: str) -> Any:
    """Send what the page carries along, with what is said of the columns."""
    carried = {"sample": seen.context["form"].carried, "of": seen.context["columns"].of}
    return client.post(address(bank), {"separator": "semicolon", "encoding": "utf-8", **carried, **SAID, **changes})


def test_what_stands_in_the_columns_is_seen_as_it_is_read_and_kept(bank: BankAccount, luz: Client) -> None:
    assert Page(luz.get(address(bank))).status == 200
    seen = look(luz, bank)
    page = Page(seen)
    assert page.status == 200
    assert "Buchungstag" in page.main
    assert seen.context["columns"].initial == {"header": 1, "currency_is": "EUR"}
    read = say(luz, bank, seen)
    assert "2 December 2026 €1,234.50 came Alma Prado RF18 5390 0754 7034" in " ".join(Page(read).main.split())
    assert "€3.90 went" in Page(read).main
    assert bank.columns is None
    kept = say(luz, bank, read, keep="1")
    assert (kept["Location"], said(kept)) == (
        reverse("bank_statements", args=[bank.pk]),
        ["The columns are kept. Upload the file now."],
    )
    bank.refresh_from_db()
    columns = banks.columns_of(bank)
    assert columns is not None
    assert (columns.columns["amount"], columns.text, columns.separator) == ("Betrag", ("Verwendungszweck",), ";")
    statement = uploads.upload(bank=bank, file=as_file(FILE), name="a.csv", by_id=None, now=timezone.now())
    uploads.work_off(statement_id=statement.pk, clock=timezone.now)
    assert BankStatement.objects.get().state == "done"


def test_what_was_said_before_is_filled_in_again(bank: BankAccount, luz: Client) -> None:
    say(luz, bank, look(luz, bank), keep="1")
    assert 'value="semicolon" selected' in luz.get(address(bank)).content.decode()
    initial = look(luz, bank).context["columns"].initial
    assert (initial["amount"], initial["text_1"], initial["thousands"]) == ("Betrag", "Verwendungszweck", ".")


def test_words_of_a_bank_of_its_own_are_kept_and_filled_in_again(bank: BankAccount, luz: Client) -> None:
    content = b"Day;What;Sum;Kind\n2026-12-01;a;3,00;plus\n2026-12-01;b;2,00;minus\n"
    seen = look(luz, bank, content)
    typed = dict.fromkeys(SAID, "") | {"header": "0", "date": "Day", "amount": "Sum", "sign": "Kind", "dates": "ymd"}
    typed |= {"decimal": ",", "currency_is": "eur", "text_1": "What"}
    refused = say(luz, bank, seen, **typed)
    assert "The file, line 2: “plus” says neither that money came nor that it went." in Page(refused).main
    say(luz, bank, seen, **typed, came="plus", went="minus, moins", keep="1")
    bank.refresh_from_db()
    columns = banks.columns_of(bank)
    assert columns is not None
    assert (columns.came, columns.went, columns.currency) == (("plus",), ("minus", "moins"), "EUR")
    initial = look(luz, bank, content).context["columns"].initial
    assert (initial["came"], initial["went"]) == ("plus", "minus, moins")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"date": ""}, "This field is required."),
        ({"amount": ""}, "Say where the amount is: in one column, or in two for what came and went."),
        ({"credit": "Betrag", "debit": "Betrag"}, "Say where the amount is: in one column, or in two"),
        ({"currency": "", "currency_is": ""}, "Say in which column the currency is, or which it is."),
        ({"thousands": ","}, "Decimals and thousands cannot have the same sign before them."),
        ({"decimal": ".", "thousands": ""}, "“1.234,50” is no amount."),
        ({"dates": "ymd"}, "The file, line 4: “01.12.2026” is no date."),
        ({"amount": "Währung"}, "“EUR” is no amount."),
        ({"amount": "Nothing"}, "Select a valid choice."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(
    bank: BankAccount, luz: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = say(luz, bank, look(luz, bank), keep="1", **changes)
    assert answer.status_code == 422
    assert sentence in Page(answer).main
    bank.refresh_from_db()
    assert bank.columns is None


def test_another_line_for_the_names_asks_anew(bank: BankAccount, luz: Client) -> None:
    answer = say(luz, bank, look(luz, bank), header="0", keep="1")
    assert answer.status_code == 200
    assert not answer.context["columns"].is_bound
    assert answer.context["columns"].of == "Konto\x1fDE89370400440532013000"


@pytest.mark.parametrize(
    ("content", "written", "sentence"),
    [
        (b"", {}, "Choose a file."),
        (FILE.encode("cp1252"), {}, "The file is not written in utf-8"),
        (FILE.encode(), {"encoding": "ebcdic"}, "Select a valid choice."),
        (b'a;b\n"c";"d\n', {}, "The line cannot be read as a table"),
    ],
)
def test_a_file_that_cannot_be_looked_at_is_said_why(
    bank: BankAccount, luz: Client, content: bytes, written: dict[str, str], sentence: str
) -> None:
    page = Page(look(luz, bank, content, **written))
    assert page.status == 422
    assert sentence in page.main


def test_a_sample_that_somebody_made_up_is_none(bank: BankAccount, luz: Client) -> None:
    for sample in ("%%%", "é", ""):
        typed = {"separator": "comma", "encoding": "utf-8", "sample": sample}
        assert Page(luz.post(address(bank), typed)).beside("file") == ["Choose a file."], sample


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_of_a_long_file_whole_lines_are_looked_at(bank: BankAccount, luz: Client, encoding: str) -> None:
    long = FILE + "01.12.2026;01.12.2026;Zoë;RF18;1,00;EUR\n" * 3000
    seen = look(luz, bank, long.encode(encoding), encoding=encoding)
    assert seen.status_code == 200
    assert len(seen.context["form"].content) <= 32 * 1024
    read = say(luz, bank, seen, encoding=encoding, keep="1")
    assert read.status_code == 302


def test_columns_are_nobody_elses(world: World, bank: BankAccount) -> None:
    assert_nobody_elses(world, address(bank))
