"""Money that a person confirms, and a statement has as well: it counts once, and nobody is told to pay it back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.checkout import transfers as checkout
from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.transfers import banks, confirming, entries, service
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.models import Arrival, BankAccount, StatementEntry, TransferRequest
from portal.payments.transfers.remedies import Remedy
from portal.payments.transfers.service import Counted
from portal.people.models import User
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.transferring import asked, credit, kept, state_of, uploaded
from tests.world import World


@pytest.fixture
def alone(bank: BankAccount) -> BankAccount:
    """An account at which one person confirms any amount, and exact matches wait for a click."""
    bank.second_person_from, bank.is_automatic = None, False
    return banks.keep(bank, currencies=["EUR"], opens=True)


def confirm(world: World, request: TransferRequest, amount: str = "100.00", *, reference: str = "") -> Counted:
    return confirming.confirm(
        reference=request.reference,
        amount=Decimal(amount),
        value_date=world.now.date(),
        bank_reference=reference,
        by_id=world.luz.pk,
        now=world.now,
    )


def credit_today(world: World, request: TransferRequest, amount: str = "100.00", **said: str) -> str:
    return credit(request, amount, day=f"{world.now:%Y-%m-%d}", **said)


def decide(world: World, entry: StatementEntry, choice: Remedy, **more: str) -> Decided:
    return checkout.decide(entry_id=entry.pk, choice=choice, by_id=world.luz.pk, now=world.now, **more)


def test_what_waits_for_a_click_is_the_money_that_a_person_confirms(world: World, alone: BankAccount) -> None:
    request = asked(world)
    uploaded(world, alone, credit_today(world, request))
    assert confirm(world, request) is Counted.PAID
    assert kept(alone) == [("matched", "matched")]
    assert StatementEntry.objects.get().arrival == Arrival.objects.get()


def test_what_comes_a_second_time_still_waits(world: World, alone: BankAccount) -> None:
    request = asked(world)
    twice = [credit_today(world, request, reference=reference) for reference in ("B-1", "B-2")]
    uploaded(world, alone, *twice)
    assert confirm(world, request) is Counted.PAID
    assert kept(alone) == [("matched", "matched"), ("matched", "")]


def test_a_part_leaves_the_queue_once_a_person_confirms_the_rest(world: World, alone: BankAccount) -> None:
    request = asked(world)
    uploaded(world, alone, credit_today(world, request, "60.00"))
    assert confirm(world, request, "40.00") is Counted.PAID
    assert kept(alone) == [("short", "completed")]
    assert ledger.balance(reference=request.reference).captured == 100


def test_the_second_person_takes_it_from_the_queue_as_well(world: World, bank: BankAccount, mar: User) -> None:
    request = asked(world)
    bank.is_automatic = False
    bank.save()
    assert confirm(world, request) is Counted.SECOND
    uploaded(world, bank, credit_today(world, request))
    arrival = Arrival.objects.get()
    assert confirming.second(arrival_id=arrival.pk, by_id=mar.pk, now=world.now) is Counted.PAID
    assert kept(bank) == [("matched", "matched")]


def test_an_entry_that_is_assigned_may_be_the_money_that_was_confirmed(world: World, alone: BankAccount) -> None:
    request = asked(world)
    uploaded(world, alone, booked("100.00", text="thanks", payer="Zoe", day=f"{world.now:%Y-%m-%d}"))
    assert confirm(world, request) is Counted.PAID
    (entry,) = entries.queue(providers=[world.sol])
    assert decide(world, entry, Remedy.ASSIGN, names=request.rf) is Decided.DONE
    assert kept(alone) == [("repeated", "assign")]
    assert ledger.balance(reference=request.reference).captured == 100


def test_parts_that_one_person_confirms_need_a_second_one_together(world: World, bank: BankAccount, mar: User) -> None:
    request = asked(world)
    assert confirm(world, request, "60.00", reference="B-1") is Counted.PART
    assert confirm(world, request, "40.00", reference="B-2") is Counted.SECOND
    assert state_of(request) == PaymentState.OFFERED
    (waiting,) = service.waiting_for_second(providers=[world.sol])
    assert confirming.second(arrival_id=waiting.pk, by_id=mar.pk, now=world.now) is Counted.PAID


def test_nobody_confirms_what_was_paid_back(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "60.00"))
    (entry,) = entries.queue(providers=[world.sol])
    assert decide(world, entry, Remedy.PAY_BACK) is Decided.DONE
    assert confirming.second(arrival_id=Arrival.objects.get().pk, by_id=world.luz.pk, now=world.now) is None
    assert service.as_expected(request).so_far == 0


def test_the_rest_does_not_pay_an_order_late_whose_first_part_was_paid_back(world: World, alone: BankAccount) -> None:
    request = asked(world)
    uploaded(world, alone, credit(request, "60.00", reference="B-1"))
    world.sweep(after=timedelta(days=11))
    uploaded(world, alone, credit(request, "40.00", reference="B-2"))
    assert kept(alone) == [("short", ""), ("late", "")]
    first, rest = entries.queue(providers=[world.sol])
    assert decide(world, first, Remedy.PAY_BACK) is Decided.DONE
    assert decide(world, rest, Remedy.TAKE_UP) is Decided.TOO_LATE
    assert ledger.balance(reference=request.reference).captured == 0
