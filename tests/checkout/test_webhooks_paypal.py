"""PayPal's notifications: believed once PayPal says that it sent them, kept once, and then only a hint to look."""

import time
from typing import Any

import pytest
from django.urls import reverse

from portal.checkout.models import OrderState
from portal.payments.models import Account, Notification, PaymentState
from tests.checkout.paypal import Payer
from tests.world import World, payments_of

CHECK_PAYMENT = "portal.checkout.tasks.check_payment"


@pytest.fixture
def account(world: World, clock: Any) -> Account:
    clock.now = time.time()
    return world.paypal()


@pytest.fixture
def payer(world: World, account: Account) -> Payer:
    return Payer(world)


@pytest.fixture
def post(world, client, account, nudges):
    """Have PayPal tell an account's address about the youngest paper of a kind of an order."""

    def tell(kind: str, order, *, paper: str = "order", at: Account | None = None, body=None, **headers: str) -> Any:
        papers = world.simulator.paypal.papers(str(payments_of(order).first().key))
        number = [each["id"] for each in papers if each["kind"] == paper][-1]
        letter = world.simulator.paypal.composed("SOLMERCHANT", kind, number)
        sent = {name: value for name, value in letter["headers"].items() if name != "Content-Type"} | headers
        return client.post(
            reverse("paypal_hook", args=[(at or account).hook_key]),
            body or letter["body"],
            content_type="application/json",
            headers=sent,
            follow=True,
        )

    return tell


def test_browser_dies_after_agreeing_and_the_notification_finds_it(world, payer, post, nudges):
    order = world.order()
    payer.go(order)
    payer.agree(order)
    assert post("CHECKOUT.ORDER.APPROVED", order).status_code == 204
    assert nudges.run()[0] == (CHECK_PAYMENT, {"key": str(payer.payment(order).key)})
    order.refresh_from_db()
    assert (order.state, payer.payment(order).state) == (OrderState.PAID, PaymentState.AUTHORISED)


def test_what_a_notification_claims_is_not_believed(world, payer, post, nudges):
    order = world.order()
    payer.go(order)
    assert post("CHECKOUT.ORDER.APPROVED", order).status_code == 204
    nudges.run()
    order.refresh_from_db()
    assert (order.state, payer.payment(order).state) == (OrderState.AWAITING_PAYMENT, PaymentState.OFFERED)


def test_webhook_before_the_answer_leads_to_the_same_end(world, payer, post, nudges):
    order = world.order()
    world.simulator.faults.add(operation="authorize", kind="drop")
    payer.pay(order)
    assert post("PAYMENT.AUTHORIZATION.CREATED", order, paper="authorization").status_code == 204
    nudges.run()
    order.refresh_from_db()
    assert (order.state, payer.payment(order).state) == (OrderState.PAID, PaymentState.AUTHORISED)


def test_the_same_webhook_ten_times_does_it_once_and_is_kept_once(world, payer, client, account, nudges):
    order = world.order()
    payer.pay(order)
    number = payer.payment(order).gateway_id
    letter = world.simulator.paypal.composed("SOLMERCHANT", "CHECKOUT.ORDER.APPROVED", number)
    for _ in range(10):
        answer = client.post(
            reverse("paypal_hook", args=[account.hook_key]),
            letter["body"],
            content_type="application/json",
            headers={name: value for name, value in letter["headers"].items() if name != "Content-Type"},
        )
        assert answer.status_code == 204
    nudges.run()
    kept = Notification.objects.get()
    assert (kept.kind, kept.reference) == ("CHECKOUT.ORDER.APPROVED", str(payer.payment(order).key))
    assert kept.said["resource"]["purchase_units"][0]["amount"]["value"] == "2.50"
    assert payer.papers(order) == [("order", "COMPLETED"), ("authorization", "CREATED")]


@pytest.mark.parametrize(
    "change",
    [{"body": "{}"}, {"body": "x"}, {"PAYPAL-TRANSMISSION-SIG": "Zm9yZ2Vk"}, {"PAYPAL-CERT-URL": "https://evil.test/"}],
)
def test_webhook_forged_is_refused_and_not_kept(world, payer, post, nudges, change):
    order = world.order()
    payer.go(order)
    nudges.take()
    assert post("CHECKOUT.ORDER.APPROVED", order, **change).status_code == 400
    assert (nudges.take(), Notification.objects.count()) == ([], 0)


def test_webhook_for_another_provider_is_refused(world, payer, post, nudges):
    vento = world.paypal(world.vento, currencies=["EUR"])
    order = world.order()
    payer.go(order)
    assert post("CHECKOUT.ORDER.APPROVED", order, at=vento).status_code == 400
    assert not Notification.objects.exists()


def test_an_address_that_is_nobodys_or_another_rails_is_not_there(world, payer, post, client):
    order = world.order()
    payer.go(order)
    card = world.sol.accounts.get(rail="card")
    assert post("CHECKOUT.ORDER.APPROVED", order, at=card).status_code == 404
    assert client.post("/hooks/paypal/nobodys/", follow=True).status_code == 404
    assert client.get(f"/hooks/paypal/{card.hook_key}/").status_code == 405


@pytest.mark.parametrize("broken", [{"kind": "drop"}, {"kind": "error_before", "code": "429"}])
def test_while_paypal_cannot_say_whether_it_sent_it_it_is_to_send_it_again(world, payer, post, nudges, broken):
    order = world.order()
    payer.go(order)
    payer.agree(order)
    world.simulator.faults.add(operation="verify", **broken)
    answer = post("CHECKOUT.ORDER.APPROVED", order)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert not Notification.objects.exists()
    assert post("CHECKOUT.ORDER.APPROVED", order).status_code == 204


def test_what_speaks_of_a_payment_that_is_not_ours_is_kept_and_leads_nowhere(world, payer, account, client, nudges):
    """A provider's own shop may be paid into the same account."""
    order = world.order()
    payer.go(order)
    payment = payer.payment(order)
    payments_of(order).delete()
    letter = world.simulator.paypal.composed("SOLMERCHANT", "CHECKOUT.ORDER.APPROVED", payment.gateway_id)
    answer = client.post(
        reverse("paypal_hook", args=[account.hook_key]),
        letter["body"],
        content_type="application/json",
        headers={name: value for name, value in letter["headers"].items() if name != "Content-Type"},
    )
    assert answer.status_code == 204
    nudges.run()
    assert Notification.objects.count() == 1
