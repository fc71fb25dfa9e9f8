"""Requests and arrivals: one reference for ever, and money that counts once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portal.checkout import paying
from portal.checkout import service as checkout
from portal.payments import ledger
from portal.payments.models import PaymentEvent, PaymentState, Rail
from portal.payments.transfers import service
from portal.payments.transfers.matching import Standing
from portal.payments.transfers.models import Arrival, BankAccount, TransferRequest
from portal.payments.transfers.reference import reference_for
from portal.payments.transfers.service import Counted
from portal.people.models import User
from tests.payments.transfers.transferring import asked, state_of
from tests.world import CARD, World


def confirmed(world: World, request: TransferRequest, amount: str = "99.99", *, by: User, **said: str) -> Counted:
    return service.confirm(
        reference=request.reference,
        amount=Decimal(amount),
        value_date=world.now.date(),
        bank_reference=said.get("bank_reference", ""),
        by_id=by.pk,
        now=world.now,
    )


def test_a_purchaser_is_asked_under_a_reference_of_the_order(world: World, bank: BankAccount) -> None:
    request = asked(world)
    assert request.rf == reference_for(request.reference)
    assert (request.bank, request.payer, request.payment.state) == (bank, "Alma Prado", PaymentState.OFFERED)
    assert service.standing_of(request) is Standing.OPEN
    assert service.find(reference=request.reference) == request


def test_another_attempt_has_the_same_reference(world: World, bank: BankAccount) -> None:
    order = world.order()
    first = asked(world, order)
    world.pass_time(minutes=1)
    card = checkout.begin_to_pay(token=order.token, rail=Rail.CARD, now=world.now)
    first.refresh_from_db()
    assert service.standing_of(first) is Standing.GIVEN_UP
    assert not isinstance(card, str)
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    assert TransferRequest.objects.count() == 1


def test_the_database_gives_a_reference_once(world: World, bank: BankAccount) -> None:
    one, other = asked(world), asked(world)
    assert one.rf != other.rf
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferRequest.objects.filter(pk=other.pk).update(rf=one.rf)


def test_a_payment_by_card_is_no_request(world: World, bank: BankAccount) -> None:
    payment = checkout.begin_to_pay(token=world.order().token, rail=Rail.CARD, now=world.now)
    assert not isinstance(payment, str)
    with pytest.raises(ValueError, match="another rail"):
        service.expect(payment, payer="Alma", now=world.now)


def test_a_request_is_found_by_whatever_somebody_types(world: World, bank: BankAccount) -> None:
    request = asked(world)
    number, rf = request.reference, request.rf
    for text in (number, number.lower(), rf, rf.lower(), f" {rf[:8]} {rf[8:]}"):
        assert service.named(provider=world.sol, text=text) == request
    for text in ("", "-", "nobody", "X" * 40):
        assert service.named(provider=world.sol, text=text) is None
    assert service.named(provider=world.vento, text=request.reference) is None


# --- Confirmed by people


def test_a_person_confirms_a_small_amount_alone(world: World, bank: BankAccount) -> None:
    request = asked(world, world.order(world.listing(price="2.50"), quantity=10))
    assert confirmed(world, request, "25.00", by=world.luz, bank_reference="B-7") is Counted.PAID
    assert state_of(request) == PaymentState.CAPTURED
    (event,) = PaymentEvent.objects.filter(payment=request.payment_id)
    assert (event.action, event.result, event.amount, event.code) == ("receipt", "succeeded", Decimal(25), "B-7")


def test_a_large_amount_needs_two_people(world: World, bank: BankAccount, mar: User) -> None:
    request = asked(world)
    assert confirmed(world, request, "100.00", by=world.luz) is Counted.SECOND
    (waiting,) = service.waiting_for_second(providers=[world.sol])
    assert state_of(request) == PaymentState.OFFERED
    assert service.second(arrival_id=waiting.pk, by_id=world.luz.pk, now=world.now) is None
    assert state_of(request) == PaymentState.OFFERED
    assert service.second(arrival_id=waiting.pk, by_id=mar.pk, now=world.now) is Counted.PAID
    assert service.second(arrival_id=waiting.pk, by_id=mar.pk, now=world.now) is None
    assert state_of(request) == PaymentState.CAPTURED
    assert list(service.waiting_for_second(providers=[world.sol])) == []


def test_the_database_wants_two_people_as_well(world: World, bank: BankAccount) -> None:
    confirmed(world, asked(world), "100.00", by=world.luz)
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrival.objects.update(seconded_by=world.luz)


def test_parts_add_up(world: World, bank: BankAccount) -> None:
    bank.second_person_from = None
    bank.save()
    request = asked(world)
    assert confirmed(world, request, "60.00", by=world.luz) is Counted.PART
    assert state_of(request) == PaymentState.OFFERED
    assert confirmed(world, request, "40.00", by=world.luz) is Counted.PAID
    assert ledger.balance(reference=request.reference).captured == 100


def test_what_comes_too_late_does_not_count(world: World, bank: BankAccount) -> None:
    request = asked(world)
    world.sweep(after=timedelta(days=2))
    assert confirmed(world, request, "60.00", by=world.luz) is Counted.TOO_LATE
    assert state_of(request) == PaymentState.DECLINED
    assert Arrival.objects.count() == 0


def test_money_that_is_there_is_not_confirmed_again(world: World, bank: BankAccount) -> None:
    request = asked(world, world.order(quantity=10))
    assert confirmed(world, request, "25.00", by=world.luz) is Counted.PAID
    assert confirmed(world, request, "25.00", by=world.luz) is Counted.TOO_LATE
    assert ledger.balance(reference=request.reference).captured == 25


def test_the_same_said_again_is_the_same_money(world: World, bank: BankAccount) -> None:
    bank.second_person_from = None
    bank.save()
    request = asked(world)
    part = {"reference": request.reference, "amount": Decimal(40), "value_date": world.now.date()}
    for bank_reference, counted in (("B-1", Counted.PART), ("B-1", Counted.PART), ("B-2", Counted.PART)):
        said = service.confirm(**part, bank_reference=bank_reference, by_id=world.luz.pk, now=world.now)
        assert said is counted
    assert service.as_expected(request).so_far == 80
    rest = {**part, "amount": Decimal(20), "bank_reference": "B-3"}
    for counted in (Counted.PAID, Counted.TOO_LATE):
        assert service.confirm(**rest, by_id=world.luz.pk, now=world.now) is counted
    assert request.arrivals.count() == 3
