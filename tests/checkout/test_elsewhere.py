"""Paying through PayPal: there, agreed, and back. Whatever breaks on the way, money is held once or not at all."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.checkout import elsewhere, paying, service
from portal.checkout.models import Letter, Order, OrderState
from portal.checkout.rules import PayAt, PayResult
from portal.payments.models import Account, PaymentEvent, PaymentState
from portal.registry.models import Cancellation
from tests.checkout.paypal import Payer
from tests.threads import at_once
from tests.world import CARD, World, payments_of

HELD = [("order", "COMPLETED"), ("authorization", "CREATED")]
TAKEN = [("order", "COMPLETED"), ("authorization", "CAPTURED"), ("capture", "COMPLETED")]


@pytest.fixture
def payer(world: World, clock: Any) -> Payer:
    """Sol can be paid through PayPal, where it is as late as it is for whoever asks there."""
    clock.now = time.time()
    world.paypal()
    return Payer(world)


@pytest.fixture
def fault(world: World) -> Callable[..., None]:
    """Let PayPal fail once."""

    def add(operation: str, kind: str, **more: Any) -> None:
        world.simulator.faults.add(operation=operation, kind=kind, **more)

    return add


def events(order: Order) -> list[tuple[str, str, str]]:
    rows = PaymentEvent.objects.filter(payment__reference=order.reference)
    return list(rows.values_list("action", "result", "code"))


def state(payer: Payer, order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, payer.payment(order).state


def test_a_purchaser_agrees_at_paypal_and_the_units_are_cancelled_before_the_money_is_taken(world, payer):
    order = world.order(world.listing(price="2.50"), quantity=4)
    assert payer.pay(order) == PayResult.HELD
    assert state(payer, order) == (OrderState.PAID, PaymentState.AUTHORISED)
    assert payer.papers(order) == HELD
    service.fulfil(order_id=order.pk, now=world.now)
    assert state(payer, order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert payer.papers(order) == TAKEN
    assert world.simulator.paypal.papers(str(payer.payment(order).key))[0]["amount"] == "10.00"
    assert [(action, result) for action, result, _ in events(order)] == [
        ("authorise", "requested"),
        ("authorise", "succeeded"),
        ("capture", "requested"),
        ("capture", "succeeded"),
    ]


def test_paypal_is_told_what_is_paid_and_of_nobody(world, payer):
    order = world.order(quantity=3)
    assert isinstance(payer.go(order), PayAt)
    (paper,) = world.simulator.paypal.papers(str(payer.payment(order).key))
    assert paper["extra"]["description"] == f"3 t CO2 equivalent, order {order.reference}"
    assert paper["extra"]["return_url"] == f"http://testserver/en/orders/{order.token}/pay/back/"
    assert paper["extra"]["cancel_url"] == f"http://testserver/en/orders/{order.token}/"
    assert "alma" not in str(paper).lower()


def test_each_provider_is_paid_into_its_own_account(world, payer):
    world.paypal(world.vento, currencies=["EUR"])
    order = world.order(world.listing(provider=world.vento))
    assert payer.pay(order) == PayResult.HELD
    paper = world.simulator.paypal.papers(str(payer.payment(order).key))[0]
    assert (paper["business_id"], paper["extra"]["payee"]) == ("VENTOMERCHANT", "VENTOMERCHANT")


def test_double_click_leads_to_the_same_place(world, payer):
    order = world.order()
    assert payer.go(order) == payer.go(order)
    assert payments_of(order).count() == 1
    assert payer.papers(order) == [("order", "PAYER_ACTION_REQUIRED")]


def test_two_tabs_that_come_back_hold_the_money_once(world, payer):
    order = world.order()
    payer.pay(order)
    assert payer.come_back(order) == PayResult.UNDER_WAY
    assert payer.papers(order) == HELD


def test_the_back_button_after_success_changes_nothing(world, payer):
    order = world.order()
    payer.pay(order)
    service.fulfil(order_id=order.pk, now=world.now)
    assert payer.go(order) == PayResult.HELD
    assert payer.come_back(order) == PayResult.UNDER_WAY
    assert payer.papers(order) == TAKEN


def test_whoever_comes_back_without_agreeing_has_paid_nothing_and_may_still_agree(world, payer):
    order = world.order()
    payer.go(order)
    assert payer.come_back(order) == PayResult.NOT_AGREED
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.OFFERED)
    assert events(order)[-1] == ("authorise", "failed", "waits_for_purchaser")
    payer.agree(order)
    assert payer.come_back(order) == PayResult.HELD


def test_whoever_comes_back_without_having_got_there_alarms_nobody_and_may_still_go(world, payer, fault):
    order = world.order()
    fault("order", "error_before")
    assert payer.go(order) == PayResult.NO_ANSWER
    assert payer.come_back(order) == PayResult.NOT_AGREED
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.OFFERED)
    assert order.needs_attention == ""
    assert payer.pay(order) == PayResult.HELD


def test_the_address_to_come_back_to_proves_nothing(world, payer):
    order = world.order()
    assert payer.come_back(order) == PayResult.TOO_LATE
    assert not Cancellation.objects.exists()


def test_who_turns_to_a_card_instead_is_charged_once(world, payer):
    order = world.order()
    payer.go(order)
    offered = payer.payment(order)
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD
    world.simulator.paypal.approve(offered.gateway_id)
    assert payer.come_back(order) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=10))
    assert payer.papers(order) == [("order", "APPROVED")]


def test_a_means_of_payment_that_is_declined_leaves_the_order_open(world, payer, mailoutbox):
    order = world.order()
    assert payer.pay(order, "decline") == PayResult.DECLINED
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.DECLINED)
    assert (order.needs_attention, Letter.objects.filter(kind=Letter.Kind.NOT_PAID).count()) == ("", 0)
    assert payer.pay(order) == PayResult.HELD


def test_browser_dies_after_agreeing_and_the_sweep_finds_it(world, payer):
    order = world.order()
    payer.go(order)
    payer.agree(order)
    world.sweep(after=timedelta(minutes=6))
    assert state(payer, order)[1] in (PaymentState.AUTHORISED, PaymentState.CAPTURED)
    world.sweep()
    assert state(payer, order) == (OrderState.COMPLETED, PaymentState.CAPTURED)


def test_browser_dies_before_agreeing_and_the_order_lapses(world, payer):
    order = world.order(world.listing(units=5), quantity=5)
    payer.go(order)
    world.sweep(after=timedelta(minutes=61))
    assert state(payer, order) == (OrderState.EXPIRED, PaymentState.DECLINED)
    assert payer.payment(order).code == "abandoned"
    order.listing.refresh_from_db()
    assert order.listing.units_left == 5


def test_agreeing_after_the_order_has_lapsed_holds_nothing(world, payer):
    order = world.order()
    payer.go(order)
    payment = payer.payment(order)
    world.sweep(after=timedelta(minutes=61))
    world.simulator.paypal.approve(payment.gateway_id)
    assert payer.come_back(order) == PayResult.TOO_LATE
    paying.check_payment(key=payment.key, now=world.now)
    assert payer.papers(order) == [("order", "APPROVED")]


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "drop_before"},
        {"kind": "drop"},
        {"kind": "error_before", "code": "503"},
        {"kind": "error_after", "code": "500"},
        {"kind": "error_before", "code": "429"},
    ],
)
def test_an_authorisation_whose_answer_is_lost_is_found_and_held_once(world, payer, fault, broken):
    order = world.order()
    fault("authorize", **broken)
    assert payer.pay(order) == PayResult.UNDER_WAY
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    assert payer.go(order) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=3))
    assert state(payer, order)[0] in (OrderState.PAID, OrderState.COMPLETED)
    assert [kind for kind, _ in payer.papers(order)].count("authorization") == 1


def test_timeout_on_a_capture_that_succeeded_is_found(world, payer, fault):
    order = world.order()
    payer.pay(order)
    fault("capture", "drop")
    service.fulfil(order_id=order.pk, now=world.now)
    assert state(payer, order) == (OrderState.COMPLETED, PaymentState.CAPTURING)
    world.sweep(after=timedelta(minutes=3))
    assert state(payer, order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert payer.papers(order) == TAKEN


@pytest.mark.parametrize("reason", ["PENDING_REVIEW", "ECHECK", "UNILATERAL", "VERIFICATION_REQUIRED"])
def test_paypal_pending_cancels_nothing_until_it_is_decided(world, payer, fault, clock, reason):
    order = world.order()
    fault("authorize", "pending", code=reason)
    assert payer.pay(order) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=3))
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    assert not Cancellation.objects.exists()
    clock.advance(600)
    world.simulator.settle_due()
    world.sweep(after=timedelta(minutes=3))
    assert state(payer, order)[0] in (OrderState.PAID, OrderState.COMPLETED)


def test_what_paypal_refuses_after_a_while_is_told_and_may_be_paid_otherwise(world, payer, fault, clock):
    order = world.order()
    payer.pay(order, "pending")
    fault("settlement", "decline")
    clock.advance(600)
    world.simulator.settle_due()
    world.sweep(after=timedelta(minutes=3))
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.DECLINED)
    assert Letter.objects.filter(order=order, kind=Letter.Kind.NOT_PAID).exists()
    assert payer.pay(order) == PayResult.HELD


def test_a_pending_capture_is_not_taken_for_money(world, payer, fault):
    order = world.order()
    payer.pay(order)
    fault("capture", "pending", code="UNILATERAL")
    service.fulfil(order_id=order.pk, now=world.now)
    assert state(payer, order) == (OrderState.COMPLETED, PaymentState.CAPTURING)
    assert events(order)[-1] == ("capture", "pending", "UNILATERAL")


def test_registry_refuses_after_the_authorisation_and_the_money_is_let_go(world, payer, moody):
    order = world.order()
    payer.pay(order)
    moody.moods.append("refuses")
    service.fulfil(order_id=order.pk, now=world.now)
    assert state(payer, order) == (OrderState.REFUSED, PaymentState.RELEASED)
    assert payer.papers(order)[1] == ("authorization", "VOIDED")


def test_an_answer_that_is_not_as_asked_is_left_to_staff(world, payer):
    order = world.order()
    payer.go(order)
    payer.agree(order)
    other = world.order()
    payer.go(other)
    payer.agree(other)
    payments_of(order).update(gateway_id=payer.payment(other).gateway_id)
    assert payer.come_back(order) == PayResult.UNDER_WAY
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    assert "mismatch" in order.needs_attention
    assert payer.papers(other) == [("order", "APPROVED")]


@pytest.mark.parametrize(
    ("broken", "result"),
    [
        ({"kind": "drop"}, PayResult.NO_ANSWER),
        ({"kind": "error_before", "code": "503"}, PayResult.NO_ANSWER),
        ({"kind": "error_before", "code": "429"}, PayResult.TOO_BUSY),
    ],
)
def test_where_paypal_does_not_answer_at_the_start_it_may_be_tried_again(world, payer, fault, broken, result):
    order = world.order()
    fault("order", **broken)
    assert payer.go(order) == result
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.OFFERED)
    assert isinstance(payer.go(order), PayAt)
    assert payments_of(order).count() == 1
    assert [kind for kind, _ in payer.papers(order)] == ["order"]


def test_a_429_is_told_as_wait_and_not_as_try_again():
    assert "Please wait a minute" in str(elsewhere.PROBLEMS[PayResult.TOO_BUSY])
    assert "try again" not in str(elsewhere.PROBLEMS[PayResult.TOO_BUSY])


def test_what_paypal_refuses_of_ours_is_told_to_staff(world, payer, fault):
    order = world.order()
    fault("order", "decline", code="PAYEE_ACCOUNT_RESTRICTED")
    assert payer.go(order) == PayResult.NOT_ASKED
    assert state(payer, order) == (OrderState.AWAITING_PAYMENT, PaymentState.DECLINED)
    assert "PAYEE_ACCOUNT_RESTRICTED" in order.needs_attention


def test_provider_revokes_access_mid_order_and_nothing_is_lost(world, payer):
    order = world.order()
    payer.go(order)
    payer.agree(order)
    businesses = world.simulator.paypal.businesses
    known = businesses["SOLMERCHANT"]
    businesses["SOLMERCHANT"] = replace(known, secret="changed")
    assert payer.come_back(order) == PayResult.UNDER_WAY
    assert payer.payment(order).state == PaymentState.SENT
    businesses["SOLMERCHANT"] = known
    world.sweep(after=timedelta(minutes=3))
    assert state(payer, order)[0] in (OrderState.PAID, OrderState.COMPLETED)


def test_a_silent_paypal_keeps_nobody_else_waiting(world, payer):
    order = world.order()
    Account.objects.filter(rail="paypal").update(silent_at=world.now)
    assert payer.go(order) == PayResult.NO_ANSWER
    assert payer.papers(order) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_return_page_notification_and_sweep_at_once_hold_the_money_once(world, payer):
    order = world.order()
    payer.go(order)
    payer.agree(order)
    key = payer.payment(order).key

    def come(number: int) -> None:
        if number % 2:
            payer.come_back(Order.objects.get(pk=order.pk))
        else:
            paying.check_payment(key=key, now=world.now)

    at_once(come)
    assert state(payer, order) == (OrderState.PAID, PaymentState.AUTHORISED)
    assert payer.papers(order) == HELD
    assert Cancellation.objects.filter(reference=order.reference).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_the_last_unit_is_sold_once_however_many_come_back(world, payer):
    listing = world.listing(units=1)
    order = world.order(listing)
    payer.go(order)
    payer.agree(order)
    at_once(lambda _number: payer.come_back(Order.objects.get(pk=order.pk)))
    service.fulfil(order_id=order.pk, now=world.now)
    assert state(payer, order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert payer.papers(order) == TAKEN
