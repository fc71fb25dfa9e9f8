"""What the simulator's bank says of a transfer, uploaded as its provider would: each shape means what it should."""

import io
from datetime import date
from decimal import Decimal

import pytest

from portal.payments.models import PaymentState
from portal.payments.simulator.bank.statement import Transfer, statement
from portal.payments.transfers import uploads
from portal.payments.transfers.models import BankAccount, StatementState, TransferRequest
from tests.payments.transfers.transferring import asked, kept, state_of
from tests.world import World


def hand_in(world: World, bank: BankAccount, request: TransferRequest, *, shape: str) -> None:
    """Let the bank book what a purchaser was asked for, in some shape, and upload what it says."""
    sent = Transfer(
        account=bank.iban,
        holder=bank.holder,
        amount=Decimal("100.00"),
        currency="EUR",
        reference=request.rf,
        payer="Sample payer (sample)",
        value_date=date(2026, 11, 20),
    )
    name, content = statement(sent, shape=shape, now=world.now.timestamp())
    file = uploads.upload(bank=bank, file=io.BytesIO(content.encode()), name=name, by_id=None, now=world.now)
    uploads.work_off(statement_id=file.pk, clock=lambda: world.now)
    file.refresh_from_db()
    assert file.state == StatementState.DONE, file.problem


@pytest.mark.parametrize(
    ("shape", "means", "state"),
    [
        ("exact", [("matched", "matched")], PaymentState.CAPTURED),
        ("short", [("short", "")], PaymentState.OFFERED),
        ("double", [("matched", "matched"), ("double", "")], PaymentState.CAPTURED),
        ("mistyped", [("unmatched", "")], PaymentState.OFFERED),
        ("returned", [("reversed", "")], PaymentState.OFFERED),
    ],
)
def test_each_shape_means_what_it_should(
    world: World, bank: BankAccount, shape: str, means: list[tuple[str, str]], state: str
) -> None:
    request = asked(world)
    hand_in(world, bank, request, shape=shape)
    assert (kept(bank), state_of(request)) == (means, state)


def test_two_halves_pay_an_order_and_what_the_bank_sends_back_takes_nothing_from_it(
    world: World, bank: BankAccount
) -> None:
    request = asked(world)
    for shape in ("short", "short", "returned"):
        hand_in(world, bank, request, shape=shape)
    assert state_of(request) == PaymentState.CAPTURED
    assert [meaning for meaning, _choice in kept(bank)] == ["short", "matched", "reversed"]
