"""The square code: what a banking app reads out of it."""

from decimal import Decimal

import pytest
import segno.helpers

from portal.payments.transfers.payment_code import Transfer, can_be_coded, square_code

ALMA_PAYS = {
    "holder": "Sol Wind SpA",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "amount": Decimal("1250.00"),
    "reference": "RF18539007547034",
}


def transfer(**changes: object) -> Transfer:
    return Transfer(**{**ALMA_PAYS, **changes})  # type: ignore[arg-type]


def test_the_code_says_all_that_a_transfer_needs() -> None:
    drawn = square_code(transfer())
    same = segno.make_qr(
        "BCD\n002\n1\nSCT\nCOBADEFFXXX\nSol Wind SpA\nDE89370400440532013000\nEUR1250\n\nRF18539007547034",
        error="m",
        boost_error=False,
    )
    assert drawn == same.svg_inline(dark="#13221B", light="#fff", border=4, omitsize=True)
    assert drawn.startswith("<svg ")
    assert 'viewBox="0 0 ' in drawn


def test_names_of_any_script_fit() -> None:
    for holder in ("Öko Łódź", "ソル風力", "Σολ", "x" * 70):
        assert square_code(transfer(holder=holder)).startswith("<svg ")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"holder": ""}, "name"),
        ({"holder": "x" * 71}, "name"),
        ({"holder": "Sol\nEUR1"}, "name"),
        ({"iban": "DE89370400440532013001"}, "IBAN"),
        ({"iban": "DE89 3704 0044 0532 0130 00"}, "IBAN"),
        ({"iban": ""}, "IBAN"),
        ({"bic": "COBA"}, "BIC"),
        ({"amount": Decimal("0.00")}, "cannot be transferred"),
        ({"amount": Decimal("-1")}, "cannot be transferred"),
        ({"amount": Decimal("1.001")}, "cannot be transferred"),
        ({"amount": Decimal("1000000000.00")}, "cannot be transferred"),
        ({"reference": "RF19539007547034"}, "reference"),
        ({"reference": "rf18539007547034"}, "reference"),
    ],
)
def test_what_an_app_would_refuse_is_refused(wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        transfer(**wrong)


def test_there_is_a_code_for_euros_into_an_iban_alone() -> None:
    iban = "DE89370400440532013000"
    assert can_be_coded(currency="EUR", iban=iban, amount=Decimal("0.01"))
    assert not can_be_coded(currency="CHF", iban=iban, amount=Decimal("0.01"))
    assert not can_be_coded(currency="EUR", iban="123456", amount=Decimal("0.01"))
    assert not can_be_coded(currency="EUR", iban=iban, amount=Decimal("1000000000"))
