"""Payments that wait for their purchaser: on the way to another rail, or to another site and back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from portal.checkout import paying
from portal.checkout import service as checkout
from portal.checkout.models import Order, OrderState
from portal.checkout.service import PayResult
from portal.payments import accounts, rails, service, standing
from portal.payments.gateway import WAITS_FOR_PURCHASER, Outcome, OutcomeKind, Redirect, Standing
from portal.payments.models import Account, Payment, PaymentEvent, PaymentState, Rail
from portal.payments.transfers.models import BankAccount
from tests.payments.elsewhere import Elsewhere
from tests.payments.transfers.conftest import bank
from tests.threads import at_once
from tests.world import CARD, World, payments_of

__all__ = ["bank"]

WAY = {"description": "10 units", "return_url": "https://x/back", "cancel_url": "https://x/order", "locale": "fr"}


@pytest.fixture
def elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Sol can be paid elsewhere as well, in euros."""
    gateway = Elsewhere()
    monkeypatch.setitem(rails.GATEWAYS, Rail.PAYPAL, lambda account: gateway)
    account = Account(provider=world.sol, rail=Rail.PAYPAL)
    accounts.keep(account, keys={"any": "key"}, currencies=["EUR"], opens=True, at_once=True)
    return gateway


def offered(world: World, order: Order) -> Payment:
    """An order whose purchaser is on the way to agree."""
    payment = checkout.begin_to_pay(token=order.token, rail=Rail.PAYPAL, now=world.now)
    assert isinstance(payment, Payment), payment
    assert payment.state == PaymentState.OFFERED
    return payment


def states(order: Order) -> list[tuple[str, str, str]]:
    """The attempts to pay an order, the oldest first: rail, state and reason."""
    return list(payments_of(order).order_by("id").values_list("account__rail", "state", "code"))


def events(payment: Payment) -> list[tuple[str, str]]:
    return list(PaymentEvent.objects.filter(payment=payment).values_list("action", "result"))


def test_a_purchaser_agrees_elsewhere_and_the_money_is_held_and_taken(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    payment = offered(world, order)
    assert events(payment) == []
    way = service.start(payment, **WAY, now=world.now)
    assert way == Redirect(url=f"https://elsewhere.example/{payment.key}", gateway_id=f"E-{payment.key}")
    asked: dict[str, Any] = {"key": str(payment.key), "amount": Decimal("2.5"), "currency": "EUR", **WAY}
    assert elsewhere.started == [asked]
    elsewhere.agreed.add(payments_of(order).get().gateway_id)
    assert service.take_up(payment, now=world.now)
    assert not service.take_up(payment, now=world.now)
    checkout.settle(payment=payment, outcome=service.authorise_agreed(payment), now=world.now)
    checkout.fulfil(order_id=order.pk, now=world.now)
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.state, payment.state) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert payment.gateway_id == f"A-{payment.key}"
    requested_and_done = [
        (action, result) for action in ("authorise", "capture") for result in ("requested", "succeeded")
    ]
    assert events(payment) == requested_and_done


def test_nothing_is_held_of_what_nobody_agreed_to(world: World, elsewhere: Elsewhere) -> None:
    payment = offered(world, world.order())
    service.start(payment, **WAY, now=world.now)
    assert service.take_up(payment, now=world.now)
    outcome = service.authorise_agreed(payment)
    assert (outcome.kind, outcome.code) == (OutcomeKind.PENDING, WAITS_FOR_PURCHASER)
    checkout.settle(payment=payment, outcome=outcome, now=world.now)
    assert payment.state == PaymentState.SENT
    assert events(payment)[-1] == ("authorise", "pending")


def test_what_is_refused_elsewhere_is_declined_and_what_nobody_knows_stays(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    payment = offered(world, order)
    elsewhere.refusal = Outcome(kind=OutcomeKind.UNKNOWN, code="timeout")
    assert service.start(payment, **WAY, now=world.now) == elsewhere.refusal
    assert states(order) == [("paypal", "offered", "")]
    assert accounts.is_silent(account_id=payment.account_id, now=world.now)
    elsewhere.refusal = Outcome(kind=OutcomeKind.DECLINED, code="PAYEE_ACCOUNT_RESTRICTED")
    assert service.start(payment, **WAY, now=world.now) == elsewhere.refusal
    assert states(order) == [("paypal", "declined", "PAYEE_ACCOUNT_RESTRICTED")]


def test_who_turns_to_another_rail_abandons_the_first_and_pays_once(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    first = offered(world, order)
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD
    assert states(order) == [("paypal", "declined", "abandoned"), ("card", "authorised", "")]
    assert not service.take_up(first, now=world.now)
    assert not service.receive(first, amount=Decimal("2.50"), now=world.now)
    assert checkout.begin_to_pay(token=order.token, rail=Rail.PAYPAL, now=world.now) == PayResult.HELD


def test_what_is_asked_of_a_gateway_is_not_abandoned(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    payment = offered(world, order)
    service.take_up(payment, now=world.now)
    elsewhere.standing[str(payment.key)] = Standing.PENDING
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.UNDER_WAY
    assert not checkout.withdraw(token=order.token, now=world.now)
    world.sweep(after=timedelta(hours=2))
    assert states(order)[0][:2] == ("paypal", "sent")
    assert Order.objects.get().state == OrderState.AWAITING_PAYMENT


def test_an_order_lapses_although_its_purchaser_was_offered_to_pay(world: World, elsewhere: Elsewhere) -> None:
    expired, withdrawn = world.order(), world.order()
    for order in (expired, withdrawn):
        offered(world, order)
    assert checkout.withdraw(token=withdrawn.token, now=world.now)
    world.sweep(after=timedelta(hours=2))
    assert [states(order) for order in (expired, withdrawn)] == [[("paypal", "declined", "abandoned")]] * 2
    found = dict(Order.objects.values_list("pk", "state"))
    assert found == {expired.pk: OrderState.EXPIRED, withdrawn.pk: OrderState.WITHDRAWN}


def test_what_is_asked_for_and_was_never_agreed_to_waits_for_its_purchaser_again(
    world: World, elsewhere: Elsewhere
) -> None:
    order = world.order()
    payment = offered(world, order)
    service.take_up(payment, now=world.now)
    world.sweep(after=timedelta(minutes=3))
    assert states(order) == [("paypal", "offered", "")]
    world.sweep(after=timedelta(hours=2))
    assert states(order) == [("paypal", "declined", "abandoned")]
    assert Order.objects.get().state == OrderState.EXPIRED


def test_who_is_offered_the_same_again_goes_on_with_it(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    assert offered(world, order) == offered(world, order)
    assert states(order) == [("paypal", "offered", "")]


def test_abandoned_attempts_do_not_count_among_those_that_failed(
    world: World, elsewhere: Elsewhere, bank: BankAccount
) -> None:
    order = world.order()
    for _i in range(5):
        for rail in (Rail.PAYPAL, Rail.TRANSFER):
            assert isinstance(checkout.begin_to_pay(token=order.token, rail=rail, now=world.now), Payment)
    assert [state for _rail, state, _code in states(order)] == ["declined"] * 9 + ["offered"]
    assert not standing.declined(reference=order.reference).exists()
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD


def test_money_of_a_transfer_comes_once_and_as_much_as_it_is(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    payment = offered(world, order)
    assert service.receive(payment, amount=Decimal("3.00"), code="B-1", now=world.now)
    assert not service.receive(payment, amount=Decimal("3.00"), code="B-2", now=world.now)
    assert states(order) == [("paypal", "captured", "")]
    came = PaymentEvent.objects.get(~Q(action="authorise"))
    assert (came.action, came.result, came.amount, came.code) == ("receipt", "succeeded", Decimal("3.000"), "B-1")
    Order.objects.filter(pk=order.pk).update(state=OrderState.WITHDRAWN)


def test_a_rail_that_is_not_open_cannot_be_paid_on(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    Account.objects.update(state="paused")
    assert checkout.begin_to_pay(token=order.token, rail=Rail.PAYPAL, now=world.now) == PayResult.NOT_ASKED
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.NOT_ASKED
    assert states(order) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_of_card_and_return_at_once_one_goes_on(world: World, elsewhere: Elsewhere) -> None:
    order = world.order()
    payment = offered(world, order)

    def go_on(number: int) -> str:
        if number % 2:
            return "returned" if service.take_up(Payment.objects.get(pk=payment.pk), now=world.now) else ""
        return "paid" if paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD else ""

    won = set(at_once(go_on)) - {""}
    assert won in ({"returned"}, {"paid"})
    assert standing.live(order.reference).count() == 1
