"""PayPal takes a payment in and does not decide on it: no unit is cancelled, and everybody is told why."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.checkout import pending, service
from portal.checkout.models import Order
from portal.checkout.rules import PayResult
from portal.payments.models import PaymentState
from portal.registry.models import Cancellation
from tests.checkout.paypal import Payer
from tests.registry_fake import MoodyRegistry
from tests.world import World

REASONS = {
    "UNILATERAL": ("The provider has something to settle", "confirm its e-mail address at PayPal"),
    "ECHECK": ("up to six working days to arrive", "There is nothing to do"),
    "PENDING_REVIEW": ("PayPal is looking at this payment", "nothing to do but wait"),
    "VERIFICATION_REQUIRED": ("The provider has something to settle", "has to verify its account"),
    "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION": ("The provider has something", "no balance in this currency"),
    "INTERNATIONAL_WITHDRAWAL": ("The provider has something to settle", "from abroad by hand"),
    "TRANSACTION_APPROVED_AWAITING_FUNDING": ("waits for the money of your means", "nothing to do but wait"),
    "BUYER_COMPLAINT": ("PayPal is looking at this payment", "The purchaser has complained"),
    "CHARGEBACK": ("PayPal is looking at this payment", "purchaser&#x27;s bank wants the money back"),
    "SOMETHING_NEW": ("has not decided on it yet", "sees in its account at PayPal why"),
}


@pytest.fixture
def payer(world: World, clock: Any) -> Payer:
    clock.now = time.time()
    world.paypal()
    return Payer(world)


def left_pending(world: World, payer: Payer, reason: str, **wishes: Any) -> Order:
    """An order whose purchaser has agreed, and on whose payment PayPal has not decided for a reason."""
    world.simulator.faults.add(operation="authorize", kind="pending", code=reason)
    order = world.order(**wishes)
    assert payer.pay(order) == PayResult.UNDER_WAY
    return order


def stands(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, order.needs_attention


@pytest.mark.parametrize("reason", REASONS)
def test_no_unit_is_cancelled_and_purchaser_and_staff_read_why_and_what_to_do(
    world: World, payer: Payer, client: Client, moody: MoodyRegistry, reason: str
) -> None:
    order = left_pending(world, payer, reason)
    for _hour in range(3):
        world.sweep(after=timedelta(hours=1))
    assert stands(order) == ("awaiting_payment", f"PayPal has not decided on the payment yet: {reason}")
    assert (payer.payment(order).state, payer.payment(order).code) == (PaymentState.SENT, reason)
    assert (moody.asked, Cancellation.objects.count()) == ([], 0)
    for_purchaser, for_staff = REASONS[reason]
    page = client.get(order.get_absolute_url()).content.decode()
    for text in (for_purchaser, "Your payment is not decided yet", "none is cancelled before the payment is certain"):
        assert text in page
    assert reason not in page
    assert "hx-get" not in page
    client.force_login(world.user("Ines", is_superuser=True, is_staff=True))
    desk = client.get(reverse("order:inspect", args=[order.pk])).content.decode()
    assert for_staff in desk
    assert reason in desk


@pytest.mark.parametrize(("language", "said"), [("fr", "n’est pas encore décidé"), ("es", "aún no está decidido")])
def test_the_purchaser_reads_it_in_any_language(
    world: World, payer: Payer, client: Client, language: str, said: str
) -> None:
    order = left_pending(world, payer, "ECHECK", locale=language)
    assert said in client.get(order.get_absolute_url().replace("/en/", f"/{language}/")).content.decode()


def test_once_it_is_decided_the_order_goes_on_and_nobody_is_told_any_more(
    world: World, payer: Payer, clock: Any
) -> None:
    order = left_pending(world, payer, "PENDING_REVIEW")
    clock.advance(10)
    world.simulator.settle_due()
    world.sweep(after=timedelta(minutes=5))
    world.sweep()
    assert stands(order) == ("completed", "")
    assert payer.payment(order).code == ""


def test_once_it_is_refused_the_purchaser_may_try_again(world: World, payer: Payer, clock: Any) -> None:
    order = left_pending(world, payer, "PENDING_REVIEW")
    world.simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(10)
    world.simulator.settle_due()
    world.sweep(after=timedelta(minutes=5))
    assert stands(order)[1] == ""
    assert payer.payment(order).state == PaymentState.DECLINED
    assert pending.words_of(payer.payment(order)) is None


def test_a_collection_that_is_left_pending_is_told_to_staff_until_it_is_decided(
    world: World, payer: Payer, clock: Any
) -> None:
    order = world.order()
    payer.pay(order)
    world.simulator.faults.add(operation="capture", kind="pending", code="VERIFICATION_REQUIRED")
    service.fulfil(order_id=order.pk, now=world.now)
    assert payer.payment(order).state == PaymentState.CAPTURING
    world.sweep(after=timedelta(minutes=5))
    assert stands(order) == ("completed", "PayPal has not decided on the payment yet: VERIFICATION_REQUIRED")
    clock.advance(10)
    world.simulator.settle_due()
    world.sweep(after=timedelta(minutes=5))
    assert stands(order) == ("completed", "")
    assert payer.payment(order).state == PaymentState.CAPTURED
