"""Orders that are paid by transfer, from the reference to the certificate."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage

from portal.checkout import paying, transfers
from portal.checkout import service as checkout
from portal.checkout.models import Order, OrderState
from portal.checkout.service import PayResult
from portal.payments import ledger
from portal.payments.models import PaymentState
from portal.payments.transfers import entries, service
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.models import BankAccount, StatementEntry, TransferRequest
from portal.payments.transfers.reference import printed
from tests.payments.transfers.conftest import bank, mar
from tests.payments.transfers.transferring import credit, kept, uploaded
from tests.registry_fake import REFUSES, MoodyRegistry
from tests.threads import at_once
from tests.world import CARD, World, payments_of

__all__ = ["bank", "mar"]


def asked(world: World, order: Order) -> TransferRequest:
    request = transfers.pay(token=order.token, now=world.now)
    assert isinstance(request, TransferRequest), request
    order.refresh_from_db()
    return request


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_a_company_transfers_and_holds_its_certificate_when_the_statement_says_so(
    world: World, bank: BankAccount
) -> None:
    listing = world.listing(units=1000)
    order = world.order(listing, quantity=500, purchaser=world.alma, purchaser_type="organisation")
    request = asked(world, order)
    world.sweep(after=timedelta(days=6))
    assert state(order) == OrderState.AWAITING_PAYMENT
    uploaded(world, bank, credit(request, "1250.00"))
    assert transfers.settle(reference=order.reference, now=world.now)
    assert not transfers.settle(reference=order.reference, now=world.now)
    world.sweep()
    assert state(order) == OrderState.COMPLETED
    assert ledger.balance(reference=order.reference).kept == 1250
    assert payments_of(order).get().state == PaymentState.CAPTURED


def test_a_lost_nudge_costs_a_minute(world: World, bank: BankAccount) -> None:
    order = world.order(quantity=10)
    uploaded(world, bank, credit(asked(world, order), "25.00"))
    assert state(order) == OrderState.AWAITING_PAYMENT
    world.sweep()
    world.sweep()
    assert state(order) == OrderState.COMPLETED


def test_units_wait_as_long_as_the_provider_gives_and_asking_again_changes_nothing(
    world: World, bank: BankAccount
) -> None:
    order = world.order()
    request = asked(world, order)
    assert order.hold_until == order.placed_at + timedelta(days=10)
    world.pass_time(days=3)
    again = asked(world, order)
    assert (again, again.payment) == (request, request.payment)
    assert order.hold_until == order.placed_at + timedelta(days=10)
    world.sweep(after=timedelta(days=7, seconds=1))
    assert state(order) == OrderState.EXPIRED
    assert transfers.pay(token=order.token, now=world.now) == PayResult.TOO_LATE


def test_a_purchaser_may_turn_to_a_card_and_back(world: World, bank: BankAccount) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    assert paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now) == "declined"
    back = asked(world, order)
    assert (back.pk, back.rf) == (request.pk, request.rf)
    assert back.payment != request.payment
    uploaded(world, bank, credit(back, "25.00"))
    world.sweep()
    world.sweep()
    assert state(order) == OrderState.COMPLETED


def test_an_order_that_is_paid_is_not_asked_for_again(world: World, bank: BankAccount) -> None:
    order = world.order()
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    assert transfers.pay(token=order.token, now=world.now) == PayResult.HELD
    assert TransferRequest.objects.count() == 0


def test_what_nobody_confirmed_cancels_nothing(world: World, bank: BankAccount) -> None:
    order = world.order()
    asked(world, order)
    assert not transfers.settle(reference=order.reference, now=world.now)
    assert not transfers.settle(reference="T-00000-00000", now=world.now)
    assert state(order) == OrderState.AWAITING_PAYMENT


def late(world: World, bank: BankAccount, order: Order) -> StatementEntry:
    """Money that comes a day after the hold has run out."""
    request = asked(world, order)
    world.sweep(after=timedelta(days=11))
    assert state(order) == OrderState.EXPIRED
    uploaded(world, bank, credit(request, str(order.amount)))
    return StatementEntry.objects.get()


def test_late_money_takes_units_again_if_there_are_any(world: World, bank: BankAccount) -> None:
    listing = world.listing(units=10)
    order = world.order(listing, quantity=10)
    entry = late(world, bank, order)
    listing.refresh_from_db()
    assert listing.units_left == 10
    assert transfers.take_up(entry_id=entry.pk, by_id=world.luz.pk, now=world.now) is Decided.DONE
    assert transfers.take_up(entry_id=entry.pk, by_id=world.luz.pk, now=world.now) is Decided.GONE
    world.sweep()
    assert state(order) == OrderState.COMPLETED
    assert ledger.balance(reference=order.reference).kept == 25
    assert kept(bank) == [("late", "take_up")]
    listing.refresh_from_db()
    assert listing.units_left == 0


def test_late_money_is_taken_up_within_a_minute_though_the_nudge_is_lost(world: World, bank: BankAccount) -> None:
    order = world.order(world.listing(units=10), quantity=10)
    late(world, bank, order)
    world.sweep()
    world.sweep()
    assert state(order) == OrderState.COMPLETED
    assert kept(bank) == [("late", "take_up")]


def test_late_money_is_left_to_a_person_where_nothing_pays_by_itself_or_for_too_long(
    world: World, bank: BankAccount
) -> None:
    order = world.order(world.listing(units=10), quantity=10)
    late(world, bank, order)
    BankAccount.objects.update(is_automatic=False)
    world.sweep()
    assert state(order) == OrderState.EXPIRED
    BankAccount.objects.update(is_automatic=True)
    world.sweep(after=entries.LATE_FOR)
    assert state(order) == OrderState.EXPIRED


def test_late_money_without_units_waits_to_be_paid_back(world: World, bank: BankAccount) -> None:
    listing = world.listing(units=10)
    order = world.order(listing, quantity=10)
    entry = late(world, bank, order)
    world.completed(listing, quantity=1)
    assert transfers.take_up(entry_id=entry.pk, by_id=world.luz.pk, now=world.now) is Decided.TOO_LATE
    assert state(order) == OrderState.EXPIRED
    assert [each.pk for each in entries.queue(providers=[world.sol])] == [entry.pk]
    assert ledger.balance(reference=order.reference).kept == 0


def test_an_order_that_was_given_up_stays_so(world: World, bank: BankAccount) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    assert checkout.withdraw(token=order.token, now=world.now)
    uploaded(world, bank, credit(request, "25.00"))
    entry = StatementEntry.objects.get()
    assert transfers.take_up(entry_id=entry.pk, now=world.now) is Decided.TOO_LATE
    assert state(order) == OrderState.WITHDRAWN


def letters(mailoutbox: list[EmailMessage], order: Order) -> list[EmailMessage]:
    return [each for each in mailoutbox if each.subject.startswith(f"Order {order.reference}: where to transfer")]


def test_where_to_transfer_is_told_by_letter_once(
    world: World, bank: BankAccount, mailoutbox: list[EmailMessage]
) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    asked(world, order)
    world.sweep()
    world.sweep()
    (letter,) = letters(mailoutbox, order)
    assert letter.subject == f"Order {order.reference}: where to transfer €25.00"
    for said in ("Sol Wind SpA", "IBAN: DE89 3704 0044 0532 0130 00", "BIC: COBADEFFXXX", printed(request.rf)):
        assert said in letter.body
    assert f"/en/orders/{order.token}/" in letter.body


def test_who_has_not_transferred_yet_is_reminded_twice(
    world: World, bank: BankAccount, mailoutbox: list[EmailMessage]
) -> None:
    order = world.order(quantity=10)
    request = asked(world, order)
    counts = []
    for _day in range(9):
        world.sweep(after=timedelta(days=1))
        counts.append(sum("is still waited for" in each.subject for each in mailoutbox))
    assert counts == [0, 0, 0, 0, 1, 1, 1, 1, 2]
    reminder = mailoutbox[-1]
    assert reminder.subject == f"Order {order.reference}: your transfer of €25.00 is still waited for"
    assert printed(request.rf) in reminder.body


def test_who_is_given_more_time_is_reminded_of_its_end_as_well(
    world: World, bank: BankAccount, mailoutbox: list[EmailMessage]
) -> None:
    order = world.order(quantity=10)
    asked(world, order)
    wished = world.now + timedelta(days=20)
    assert transfers.extend(reference=order.reference, until=wished, now=world.now) == wished
    assert transfers.extend(reference=order.reference, until=world.now, now=world.now) == wished
    days = []
    for day in range(1, 20):
        world.sweep(after=timedelta(days=1))
        days += [day for each in mailoutbox if "is still waited for" in each.subject]
        mailoutbox.clear()
    assert days == [5, 9, 19]
    assert state(order) == OrderState.AWAITING_PAYMENT
    world.sweep(after=timedelta(days=1, minutes=1))
    assert state(order) == OrderState.EXPIRED
    assert transfers.extend(reference=order.reference, until=wished, now=world.now) is None


def test_only_a_transfer_that_is_waited_for_is_given_more_time(world: World, bank: BankAccount) -> None:
    order = world.order()
    assert transfers.extend(reference=order.reference, until=world.now + timedelta(days=20), now=world.now) is None
    asked(world, order)
    longest = transfers.extend(reference=order.reference, until=world.now + timedelta(days=99), now=world.now)
    assert longest == world.now + timedelta(days=60)


def test_an_address_that_is_told_of_no_more_orders_is_told_of_no_transfer(
    world: World, bank: BankAccount, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.PLACED_LETTERS_PER_ADDRESS = 0
    order = world.order(quantity=10)
    asked(world, order)
    world.sweep(after=timedelta(days=6))
    assert mailoutbox == []


def test_who_has_transferred_is_not_reminded(world: World, bank: BankAccount, mailoutbox: list[EmailMessage]) -> None:
    order = world.order(quantity=10)
    uploaded(world, bank, credit(asked(world, order), "25.00"))
    for _day in range(10):
        world.sweep(after=timedelta(days=1))
    assert [each.subject for each in mailoutbox if "waited for" in each.subject] == []


def test_who_has_paid_by_card_by_then_is_not_told_where_to_transfer(
    world: World, bank: BankAccount, mailoutbox: list[EmailMessage]
) -> None:
    order = world.order(quantity=10)
    asked(world, order)
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    world.sweep()
    assert letters(mailoutbox, order) == []


def test_who_transferred_for_units_that_the_registry_refuses_is_told_who_pays_it_back(
    world: World, bank: BankAccount, mailoutbox: list[EmailMessage], moody: MoodyRegistry
) -> None:
    moody.moods.append(REFUSES)
    order = world.order(quantity=10)
    uploaded(world, bank, credit(asked(world, order), "25.00"))
    world.sweep()
    world.sweep(after=timedelta(minutes=3))
    world.sweep()
    assert state(order) == OrderState.REFUSED
    (letter,) = [each for each in mailoutbox if "refused" in each.subject or "refused" in each.body]
    assert "The sum of €25.00 that you transferred is with Sol, which pays it back to you." in letter.body
    assert "card" not in letter.body


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_expiry_and_money_at_the_same_moment_leave_one_truth(world: World, bank: BankAccount) -> None:
    """Either the money was first and the order is paid, or the order had lapsed and the money waits for a person."""
    order = world.order(quantity=10)
    request = asked(world, order)
    world.pass_time(days=11)
    luz = world.luz

    def work(number: int) -> None:
        if number % 2:
            checkout.expire(order_id=order.pk, now=world.now)
            return
        service.confirm(
            reference=order.reference,
            amount=Decimal(25),
            value_date=world.now.date(),
            bank_reference="",
            by_id=luz.pk,
            now=world.now,
        )

    at_once(work)
    transfers.settle(reference=order.reference, now=world.now)
    request.refresh_from_db()
    has_come = request.payment.state == PaymentState.CAPTURED
    assert state(order) == (OrderState.PAID if has_come else OrderState.EXPIRED)
    assert ledger.balance(reference=order.reference).captured == (25 if has_come else 0)
