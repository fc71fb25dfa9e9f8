"""Banks that count their bookings anew in every file: equal numbers are not equal money, and none is passed over."""

from portal.payments.models import PaymentState
from portal.payments.transfers.models import BankAccount
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import asked, credit, kept, state_of, uploaded
from tests.world import World


def counted(entry: str) -> str:
    """An entry that has nothing but its number within the file."""
    return entry.replace("<AcctSvcrRef>B-1</AcctSvcrRef>", "<NtryRef>1</NtryRef>")


def test_two_purchasers_pay_as_much_on_one_day(world: World, bank: BankAccount) -> None:
    one, other = asked(world), asked(world)
    uploaded(world, bank, counted(credit(one)), statement="S-1")
    uploaded(world, bank, counted(credit(other)), statement="S-2")
    assert [state_of(each) for each in (one, other)] == [PaymentState.CAPTURED, PaymentState.CAPTURED]


def test_even_where_all_files_have_one_name(world: World, bank: BankAccount) -> None:
    one, other = asked(world), asked(world)
    uploaded(world, bank, counted(credit(one)))
    uploaded(world, bank, counted(credit(other)))
    assert [state_of(each) for each in (one, other)] == [PaymentState.CAPTURED, PaymentState.CAPTURED]


def test_two_halves_are_as_much_and_have_one_number(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, counted(credit(request, "50.00", day="2026-11-27")), statement="S-1")
    uploaded(world, bank, counted(credit(request, "50.00", day="2026-11-30")), statement="S-2")
    assert state_of(request) == PaymentState.CAPTURED


def test_money_that_comes_again_another_day_is_flagged(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, counted(credit(request, day="2026-11-27")), statement="S-1")
    uploaded(world, bank, counted(credit(request, day="2026-11-30")), statement="S-2")
    assert kept(bank) == [("matched", "matched"), ("double", "")]


def test_two_payers_without_a_reference_both_wait(world: World, bank: BankAccount) -> None:
    for number, payer in enumerate(("Alma Prado", "Bao Tran", "Alma Prado")):
        uploaded(world, bank, counted(booked("5.00", text="x", payer=payer)), statement=f"S-{number}")
    assert kept(bank) == [("unmatched", ""), ("unmatched", "")]


def test_the_same_booking_in_a_notification_and_a_statement_counts_once(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, counted(credit(request)), statement="N-1", version="054.001.08")
    uploaded(world, bank, counted(credit(request)), statement="S-1", version="053.001.08")
    assert kept(bank) == [("matched", "matched")]
