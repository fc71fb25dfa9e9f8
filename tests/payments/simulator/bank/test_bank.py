"""The bank in the simulator: it books a transfer that somebody was asked for, as banks do and as they sometimes do."""

import io
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from portal.payments.simulator import Simulator
from portal.payments.transfers.statements import reading
from portal.payments.transfers.statements.entry import BankEntry
from tests.payments.simulator.paypal.conftest import Answer, request

ASKED = {
    "reference": "RF18539007547034",
    "account": "CH9300762011623852957",
    "holder": "Sol & Co (sample)",
    "currency": "CHF",
    "amount": "100.25",
    "language": "fr",
}
SENT = {**ASKED, "payer": "Zoë <Sample>", "value_date": "2026-11-20", "shape": "exact"}


def visit(simulator: Simulator, **asked: str) -> Answer:
    return request(f"{simulator.url}/bank?{urlencode(asked)}", method="GET")


def press(simulator: Simulator, **changes: str) -> Answer:
    return request(f"{simulator.url}/bank", method="POST", body=urlencode({**SENT, **changes}).encode())


def entries(answer: Answer) -> list[BankEntry]:
    """What the portal reads of a statement, for the account that the transfer was for."""
    status, headers, content = answer
    assert (status, headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    found = reading.read(io.BytesIO(content.encode()), name="camt053.xml")
    return list(reading.of_account(found, own=[SENT["account"]], name="camt053.xml"))


def facts(entry: BankEntry) -> dict[str, Any]:
    return {
        "amount": entry.amount,
        "currency": entry.currency,
        "is_credit": entry.is_credit,
        "is_booked": entry.is_booked,
        "is_reversal": entry.is_reversal,
        "structured": entry.structured,
        "text": entry.text,
        "payer": entry.payer,
        "value_date": entry.value_date,
    }


BOOKED = {
    "amount": Decimal("100.25"),
    "currency": "CHF",
    "is_credit": True,
    "is_booked": True,
    "is_reversal": False,
    "structured": ("RF18539007547034",),
    "text": "",
    "payer": "Zoë <Sample>",
    "value_date": date(2026, 11, 20),
}


def test_a_transfer_is_booked_in_a_statement_to_download(simulator: Simulator) -> None:
    answer = press(simulator)
    assert [facts(each) for each in entries(answer)] == [BOOKED]
    name = answer[1]["Content-Disposition"]
    assert name.startswith('attachment; filename="camt053-2026-11-20-SIM')
    assert name.endswith('.xml"')


@pytest.mark.parametrize(
    ("shape", "seen"),
    [
        ("short", [BOOKED | {"amount": Decimal("50.12")}]),
        ("double", [BOOKED, BOOKED]),
        ("mistyped", [BOOKED | {"structured": ("RF18539007547037",)}]),
        ("returned", [BOOKED | {"is_credit": False, "is_reversal": True}]),
    ],
)
def test_money_comes_in_other_shapes_too(simulator: Simulator, shape: str, seen: list[dict[str, Any]]) -> None:
    assert [facts(each) for each in entries(press(simulator, shape=shape))] == seen


def test_all_can_be_typed_otherwise(simulator: Simulator) -> None:
    typed = entries(press(simulator, reference="for the wind & the sun", amount="7", payer=""))
    assert [(each.structured, each.text, each.amount, each.payer) for each in typed] == [
        ((), "for the wind & the sun", Decimal(7), "Sample payer (sample)")
    ]


def test_what_is_booked_twice_came_twice(simulator: Simulator) -> None:
    bookings = [*entries(press(simulator)), *entries(press(simulator)), *entries(press(simulator, shape="double"))]
    assert len({each.reference for each in bookings}) == 4
    assert len({each.statement for each in bookings}) == 3


def test_an_account_without_an_iban_is_named_by_its_number(simulator: Simulator) -> None:
    content = press(simulator, account="0001-234567")[2]
    assert "<Acct><Id><Othr><Id>0001-234567</Id></Othr></Id>" in content


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "ten"},
        {"amount": "0.01", "shape": "short"},
        {"currency": "francs"},
        {"value_date": "tomorrow"},
        {"value_date": ""},
        {"account": ""},
        {"payer": "a\x00b"},
        {"shape": "stolen"},
    ],
)
def test_what_no_bank_would_book_shows_the_page_again(simulator: Simulator, wrong: dict[str, str]) -> None:
    status, headers, html = press(simulator, **wrong)
    assert (status, headers["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert "Impossible à comptabiliser" in html


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Simulated bank"), ("fr", "Banque simulée"), ("es", "Banco simulado"), ("de", "Simulated bank")],
)
def test_its_page_says_what_it_is_in_the_readers_language(simulator: Simulator, language: str, title: str) -> None:
    status, _headers, html = visit(simulator, **ASKED | {"language": language})
    assert status == 200
    assert f"<h1>{title}</h1>" in html
    assert "<dd>Sol &amp; Co (sample)</dd><dt>" in html
    assert 'name="reference" value="RF18539007547034"' in html
    assert 'type="date" name="value_date" value="2026-11-23"' in html
    assert "<script" not in html


def test_transfers_that_were_asked_for_are_remembered_once(simulator: Simulator) -> None:
    assert "None yet" in visit(simulator)[2]
    visit(simulator, **ASKED)
    visit(simulator, **ASKED)
    visit(simulator, **ASKED | {"reference": "RF712348231", "holder": "<b>"})
    html = visit(simulator, language="es")[2]
    assert html.count("<li>") == 2
    assert html.index("RF712348231") < html.index("RF18539007547034")
    assert "&lt;b&gt;" in html
    assert "reference=RF18539007547034&amp;account=CH9300762011623852957&amp;" in html


def test_other_addresses_are_nobodys(simulator: Simulator) -> None:
    assert request(f"{simulator.url}/banking", method="GET")[0] == 404
