"""Paying asks the gateway once. What it answers, and what it does not answer, decides what happens next."""

import uuid
from datetime import timedelta

import pytest

from portal.checkout import paying, rules, service
from portal.checkout.models import Order, OrderState
from portal.checkout.service import PayResult
from portal.payments import accounts
from portal.payments.models import Account, Payment, PaymentEvent, PaymentState
from portal.registry.models import Cancellation
from portal.vault import seal
from tests.world import CARD, payments_of

DECLINED_CARD = "fake-processor-declined-visa-nonce"


def pay(world, order: Order, card: str = CARD) -> str:
    result = paying.pay(token=order.token, nonce=card, now=world.now)
    order.refresh_from_db()
    return result


def events(order: Order) -> list[tuple[str, str]]:
    return list(PaymentEvent.objects.filter(payment__reference=order.reference).values_list("action", "result"))


def test_an_approved_card_holds_the_money_and_asks_for_the_cancellation(world):
    order = world.order(world.listing(price="2.50"), quantity=4)
    assert pay(world, order) == PayResult.HELD
    payment = payments_of(order).get()
    assert (order.state, order.paid_at, payment.state) == (OrderState.PAID, world.now, PaymentState.AUTHORISED)
    assert Cancellation.objects.get().reference == order.reference
    (at_gateway,) = world.at_gateway(order)
    assert (at_gateway["status"], at_gateway["amount"], at_gateway["account"]) == ("authorized", "10.00", "sol_eur")
    assert at_gateway["id"] == payment.gateway_id
    assert events(order) == [("authorise", "requested"), ("authorise", "succeeded")]


def test_each_currency_goes_to_its_own_account(world):
    order = world.order(world.listing(price="3", currency="USD"))
    pay(world, order)
    assert [each["account"] for each in world.at_gateway(order)] == ["sol_usd"]


def test_each_provider_is_paid_into_its_own_account(world):
    order = world.order(world.listing(provider=world.vento))
    pay(world, order)
    assert [(each["merchant_id"], each["account"]) for each in world.at_gateway(order)] == [("vento", "vento_eur")]


def test_the_intent_is_written_down_before_the_gateway_is_asked(world):
    """Where the gateway cannot even be asked, the rows say that we meant to, and that it is our fault."""
    order = world.order()
    keys = {**accounts.sealed_keys(accounts.account_of(world.sol)), "merchant_accounts": {"USD": "sol_usd"}}
    Account.objects.filter(provider=world.sol).update(sealed_credentials=seal(keys))
    assert pay(world, order) == PayResult.NOT_ASKED
    assert (payments_of(order).get().state, payments_of(order).get().code) == (PaymentState.DECLINED, "misuse")
    assert events(order) == [("authorise", "requested"), ("authorise", "failed")]


def test_where_no_account_can_be_used_nothing_is_begun_and_staff_are_told(world):
    order = world.order()
    Account.objects.filter(provider=world.sol).update(sealed_credentials=b"damaged")
    assert pay(world, order) == PayResult.NOT_ASKED
    order.refresh_from_db()
    assert order.needs_attention == f"{rules.NOT_OPEN}: card EUR"
    assert not payments_of(order).exists()


def test_a_declined_card_leaves_the_order_open_for_another(world):
    order = world.order()
    assert pay(world, order, DECLINED_CARD) == PayResult.DECLINED
    declined = payments_of(order).get()
    assert (order.state, declined.state, declined.code) == (
        OrderState.AWAITING_PAYMENT,
        PaymentState.DECLINED,
        "2000",
    )
    assert not Cancellation.objects.exists()
    assert pay(world, order) == PayResult.HELD
    assert list(payments_of(order).values_list("state", flat=True)) == [PaymentState.AUTHORISED, PaymentState.DECLINED]


def test_a_card_rejected_as_fraud_is_declined(world):
    order = world.order()
    assert pay(world, order, "fake-gateway-rejected-fraud-nonce") == PayResult.DECLINED
    assert payments_of(order).get().code == "fraud"


def test_a_bank_that_wants_confirmation_is_not_a_decline(world):
    order = world.order()
    assert pay(world, order, "fake-simulator-authentication-nonce") == PayResult.AUTHENTICATION
    assert payments_of(order).get().state == PaymentState.DECLINED
    assert pay(world, order) == PayResult.HELD


def test_a_partial_authorisation_is_let_go_at_once(world):
    order = world.order(world.listing(price="1004.00"))
    assert pay(world, order) == PayResult.DECLINED
    assert [(each["amount"], each["status"]) for each in world.at_gateway(order)] == [("502.00", "voided")]


def test_a_partial_authorisation_that_could_not_be_let_go_is_let_go_later(world):
    order = world.order(world.listing(price="1004.00"))
    world.simulator.faults.add(operation="void", kind="error_before", count=2)
    assert pay(world, order) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=3))
    world.sweep(after=timedelta(minutes=3))
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.AWAITING_PAYMENT, PaymentState.RELEASED)
    assert [each["status"] for each in world.at_gateway(order)] == ["voided"]


def test_a_lost_answer_is_no_decline_and_the_sweep_finds_it(world, mailoutbox):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    assert pay(world, order) == PayResult.UNDER_WAY
    assert (order.state, payments_of(order).get().state) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    world.sweep(after=timedelta(minutes=1))
    assert payments_of(order).get().state == PaymentState.SENT  # the call itself may still be on its way
    world.sweep(after=timedelta(minutes=2))
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    world.sweep()
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert [mail.subject for mail in mailoutbox] != []


def test_an_error_after_the_sale_is_no_decline_either(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="error_after", code="504")
    assert pay(world, order) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=3))
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_throttled_gateway_means_wait(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="error_before", code="429")
    assert pay(world, order) == PayResult.UNDER_WAY


def test_a_slow_answer_is_an_answer(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="delay", seconds=0.3)
    assert pay(world, order) == PayResult.HELD


def test_a_declined_card_whose_answer_was_lost_is_declined_by_the_sweep(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    assert pay(world, order, DECLINED_CARD) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=3))
    assert (payments_of(order).get().state, payments_of(order).get().code) == (PaymentState.DECLINED, "2000")


def test_a_gateway_that_was_down_is_given_up_after_a_quarter_of_an_hour(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="error_before")
    assert pay(world, order) == PayResult.UNDER_WAY
    world.sweep(after=timedelta(minutes=15))
    assert payments_of(order).get().state == PaymentState.SENT
    world.sweep(after=timedelta(minutes=3))
    given_up = payments_of(order).get()
    assert (given_up.state, given_up.code) == (PaymentState.DECLINED, "never_arrived")
    assert world.at_gateway(order) == []
    assert pay(world, order) == PayResult.HELD


def test_a_gateway_that_cannot_be_asked_leaves_everything_as_it_is(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    world.simulator.faults.add(operation="search", kind="error_before", count=30)
    pay(world, order)
    for _i in range(10):
        world.sweep(after=timedelta(minutes=3))
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    world.simulator.faults.clear()
    world.sweep(after=timedelta(minutes=3))
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_second_tab_asks_nothing_while_an_answer_is_outstanding(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    assert pay(world, order) == PayResult.UNDER_WAY
    assert pay(world, order) == PayResult.UNDER_WAY
    assert (payments_of(order).count(), len(world.at_gateway(order))) == (1, 1)


@pytest.mark.parametrize("how_far", ["paid", "completed"])
def test_the_back_button_after_success_pays_nothing(world, how_far):
    order = getattr(world, how_far)()
    assert pay(world, order) == PayResult.HELD
    assert (payments_of(order).count(), len(world.at_gateway(order))) == (1, 1)


def test_an_order_whose_hold_has_run_out_cannot_be_paid(world):
    order = world.order()
    world.pass_time(minutes=30)
    assert pay(world, order) == PayResult.TOO_LATE
    assert (order.state, payments_of(order).count()) == (OrderState.AWAITING_PAYMENT, 0)
    world.sweep()
    assert pay(world, order) == PayResult.TOO_LATE


def test_a_withdrawn_order_cannot_be_paid(world):
    order = world.order()
    assert service.withdraw(token=order.token, now=world.now)
    assert pay(world, order) == PayResult.TOO_LATE
    assert not Payment.objects.exists()


def test_an_order_refused_by_the_registry_cannot_be_paid_again(world, moody):
    moody.moods.append("refuses")
    order = world.paid()
    service.fulfil(order_id=order.pk, now=world.now)
    assert pay(world, order) == PayResult.TOO_LATE
    assert payments_of(order).count() == 1


def test_who_begins_to_pay_in_the_last_minute_has_ten_more(world):
    order = world.order()
    world.pass_time(minutes=29)
    world.simulator.faults.add(operation="sale", kind="error_before")
    pay(world, order)
    assert order.hold_until == world.now + timedelta(minutes=10)


def test_who_begins_to_pay_early_keeps_the_whole_hold(world):
    order = world.order()
    pay(world, order, DECLINED_CARD)
    assert order.hold_until == world.now + timedelta(minutes=30)


def test_an_unknown_order_is_an_error_of_ours(world):
    with pytest.raises(Order.DoesNotExist):
        paying.pay(token="nowhere", nonce=CARD, now=world.now)


# --- settle: return page, webhook and sweep all end there, in any order and any number


def test_settling_again_changes_nothing(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    pay(world, order)
    for _i in range(10):
        paying.check_payment(key=payments_of(order).get().key, now=world.now)
    order.refresh_from_db()
    assert (order.state, Cancellation.objects.count()) == (OrderState.PAID, 1)
    assert events(order).count(("authorise", "succeeded")) == 1


def test_news_of_a_payment_that_is_not_ours_changes_nothing(world):
    order = world.paid()
    paying.check_payment(key=uuid.uuid4(), now=world.now)
    assert payments_of(order).get().state == PaymentState.AUTHORISED


def test_an_answer_that_is_not_what_was_asked_waits_for_a_person(world):
    order = world.order(world.listing(price="2.50"), quantity=4)
    world.simulator.faults.add(operation="sale", kind="drop")
    pay(world, order)
    payments_of(order).update(amount="9.00")
    for _i in range(10):
        world.sweep(after=timedelta(minutes=5))
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT)
    assert order.needs_attention.startswith("the gateway's answer is not what was asked: mismatch: amount is 10.00")


def test_a_request_that_was_at_fault_is_no_decline_of_the_bank(world):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="decline", code="91513")
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.NOT_ASKED
    order.refresh_from_db()
    assert order.needs_attention == "the gateway refused what was asked: 91513: Merchant account ID is invalid."
    assert (order.state, payments_of(order).get().state) == (OrderState.AWAITING_PAYMENT, PaymentState.DECLINED)
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD


def test_a_bank_that_declines_is_nothing_for_staff(world):
    order = world.order()
    assert paying.pay(token=order.token, nonce=DECLINED_CARD, now=world.now) == PayResult.DECLINED
    order.refresh_from_db()
    assert order.needs_attention == ""


def test_a_number_that_the_gateway_never_gave_is_mended_and_the_money_taken(world):
    order = world.paid()
    payments_of(order).update(gateway_id="no/such")
    service.fulfil(order_id=order.pk, now=world.now)
    payment = payments_of(order).get()
    assert (payment.state, payment.events.last().code) == (PaymentState.CAPTURING, "misuse")
    world.sweep(after=timedelta(minutes=3))
    assert payments_of(order).get().state == PaymentState.CAPTURED
    assert [each["captures"] for each in world.at_gateway(order)] == [1]
