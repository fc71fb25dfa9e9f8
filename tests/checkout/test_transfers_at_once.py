"""Several people of a provider at once: what is decided, confirmed or paid back counts once."""

from collections import Counter
from decimal import Decimal

import pytest

from portal.checkout import refunding, transfers
from portal.payments import ledger
from portal.payments.models import Refund
from portal.payments.transfers import service
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.models import Arrival, BankAccount, StatementEntry
from portal.payments.transfers.remedies import Remedy
from portal.payments.transfers.service import Counted
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import asked, credit, kept, uploaded
from tests.threads import at_once
from tests.world import World

__all__ = ["bank"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", "ledger"])]


def test_of_eight_who_decide_about_one_entry_one_does(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "99.00"))
    entry, luz = StatementEntry.objects.get(), world.luz

    def decide(number: int) -> Decided:
        choice = Remedy.PAY_BACK if number % 2 else Remedy.ACCEPT
        return transfers.decide(entry_id=entry.pk, choice=choice, by_id=luz.pk, now=world.now)

    assert Counter(at_once(decide)) == {Decided.DONE: 1, Decided.GONE: 7}
    ((meaning, choice),) = kept(bank)
    assert (meaning, ledger.balance(reference=request.reference).captured) == ("short", 99 if choice == "accept" else 0)


def test_eight_who_decide_about_eight_entries_all_do(world: World, bank: BankAccount) -> None:
    """The control: nobody is kept from anything but what somebody else decided."""
    requests = [asked(world, world.order(quantity=10)) for _each in range(8)]
    uploaded(world, bank, *(credit(each, "24.00", reference=each.rf) for each in requests))
    entries, luz = list(StatementEntry.objects.order_by("pk")), world.luz

    def decide(number: int) -> Decided:
        return transfers.decide(entry_id=entries[number].pk, choice=Remedy.ACCEPT, by_id=luz.pk, now=world.now)

    assert at_once(decide) == [Decided.DONE] * 8
    assert {ledger.balance(reference=each.reference).captured for each in requests} == {24}


def test_a_part_that_eight_confirm_at_once_counts_once(world: World, bank: BankAccount) -> None:
    request, luz = asked(world), world.luz

    def confirm(_number: int) -> Counted:
        return service.confirm(
            reference=request.reference,
            amount=Decimal(60),
            value_date=world.now.date(),
            bank_reference="B-1",
            by_id=luz.pk,
            now=world.now,
        )

    assert at_once(confirm) == [Counted.PART] * 8
    assert Arrival.objects.count() == 1
    assert service.as_expected(request).so_far == 60


def test_what_eight_write_down_as_paid_back_is_one_refund(world: World, bank: BankAccount) -> None:
    request = asked(world)
    uploaded(world, bank, credit(request, "60.00"))
    entry, luz = StatementEntry.objects.get(), world.luz
    transfers.decide(entry_id=entry.pk, choice=Remedy.PAY_BACK, by_id=luz.pk, now=world.now)

    def write_down(number: int) -> bool:
        return refunding.paid_back(
            entry_id=entry.pk,
            paid_back_on=world.now.date(),
            bank_reference=f"OUT-{number}",
            by_id=luz.pk,
            now=world.now,
        )

    assert Counter(at_once(write_down)) == {True: 1, False: 7}
    assert Refund.objects.get().amount == 60
    balance = ledger.balance(reference=request.reference)
    assert (balance.captured, balance.refunded) == (60, 60)
