"""A webhook is a hint: verified with the provider's own keys, then looked up. What it says is never believed."""

import pytest
from django.urls import reverse

from portal.checkout import paying, service
from portal.checkout.models import Order, OrderState
from portal.payments.models import Notification, PaymentState
from portal.payments.simulator.webhooks import compose
from tests.world import CARD, payments_of

CHECK_PAYMENT = "portal.checkout.tasks.check_payment"
CHECK_DISPUTE = "portal.checkout.tasks.check_dispute"


@pytest.fixture
def post(world, client, nudges):
    """Have a merchant's gateway tell a provider's address about an order, or about nothing."""

    def tell(kind, order=None, *, signed_by="sol", at=None, **changes):
        record = world.simulator.store.transactions(order_id=str(payments_of(order).get().key))[0] if order else None
        signature, payload = compose(world.simulator.merchants[signed_by], kind, record, now=world.now.timestamp())
        address = reverse("braintree_hook", args=[(at or world.sol).accounts.get().hook_key])
        return client.post(address, {"bt_signature": signature, "bt_payload": payload, **changes})

    return tell


def states(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, payments_of(order).get().state


def test_a_webhook_before_the_answer_leads_to_the_same_end(world, post, nudges):
    """The answer to the sale is lost, and the webhook is first to say that there is something to look up."""
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    assert post("transaction_settled", order).status_code == 204
    assert nudges.run() == [(CHECK_PAYMENT, {"key": str(payments_of(order).get().key)})]
    assert states(order) == (OrderState.PAID, PaymentState.AUTHORISED)


def test_what_a_webhook_claims_is_not_believed(world, post, nudges):
    order = world.completed()
    assert post("transaction_settlement_declined", order).status_code == 204
    nudges.run()
    assert states(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)


def test_a_settlement_that_was_refused_is_found_out(world, post, nudges, clock):
    order = world.completed()
    world.simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(10)
    world.simulator.settle_due()
    assert post("transaction_settlement_declined", order).status_code == 204
    nudges.run()
    assert states(order) == (OrderState.COMPLETED, PaymentState.CAPTURE_FAILED)


def test_the_same_webhook_ten_times_does_it_once(world, post, nudges, mailoutbox):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    assert {post("transaction_settled", order).status_code for _i in range(10)} == {204}
    assert len(nudges.run()) == 1
    kept = Notification.objects.get()
    assert (kept.kind, kept.reference) == ("transaction_settled", str(payments_of(order).get().key))
    assert kept.said["transaction"]["order_id"] == kept.reference
    assert len(kept.number) == len(kept.digest) == 64
    service.fulfil(order_id=order.pk, now=world.now)
    nudges.run()
    assert states(order) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert ([each["captures"] for each in world.at_gateway(order)], len(mailoutbox)) == ([1], 1)


def test_a_dispute_is_looked_up_too(world, post, nudges):
    order = world.completed()
    assert post("dispute_opened", order).status_code == 204
    assert [name for name, _arguments in nudges.run()] == [CHECK_DISPUTE]
    kept = Notification.objects.get()
    assert (kept.kind, kept.said["dispute"]["reason"]) == ("dispute_opened", "fraud")


def test_a_forged_webhook_is_refused_and_changes_nothing(world, post, nudges, caplog):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    paying.pay(token=order.token, nonce=CARD, now=world.now)
    for forged, changes in {
        "wrong digest": {"bt_signature": "sol_public|0000000000000000000000000000000000000000"},
        "no signature": {"bt_signature": ""},
        "nonsense": {"bt_signature": "nonsense"},
        "another payload": {"bt_payload": "bm90IHdoYXQgd2FzIHNpZ25lZA=="},
        "no payload": {"bt_payload": ""},
        "huge payload": {"bt_payload": "x" * 300_000},
    }.items():
        caplog.clear()
        assert post("transaction_settled", order, **changes).status_code == 400, forged
        assert "a webhook for provider sol had a bad signature" in caplog.text, forged
        assert nudges.run() == [], forged
        assert not Notification.objects.exists(), forged
        assert states(order) == (OrderState.AWAITING_PAYMENT, PaymentState.SENT), forged


def test_another_provider_s_webhook_is_refused(world, post, nudges):
    order = world.completed(world.listing(provider=world.vento))
    assert post("transaction_settled", order, signed_by="vento", at=world.sol).status_code == 400
    assert post("transaction_settled", order, signed_by="vento", at=world.vento).status_code == 204


def test_an_address_that_nobody_has_is_not_found(world, client):
    assert client.post(reverse("braintree_hook", args=["guessed"]), follow=True).status_code == 404


def test_the_provider_s_own_shop_is_none_of_our_business(world, post, nudges, client):
    """The merchant account is the provider's own: other shops of theirs are settled in it as well."""
    order = world.completed()
    record = world.simulator.store.transactions(order_id=str(payments_of(order).get().key))[0]
    sol = world.simulator.merchants["sol"]
    for foreign in ("INV-2026-7", "", "42"):
        told = compose(sol, "transaction_settled", type(record)(**{**vars(record), "order_id": foreign}), now=0)
        address = reverse("braintree_hook", args=[world.sol.accounts.get().hook_key])
        assert client.post(address, dict(zip(("bt_signature", "bt_payload"), told, strict=True))).status_code == 204
    assert [arguments["key"] for _name, arguments in nudges.run()] == [str(payments_of(order).get().key)]


def test_a_test_call_of_the_gateway_is_answered(world, post, nudges):
    assert post("check").status_code == 204
    assert nudges.run() == []


def test_a_webhook_needs_no_session_and_leaves_no_cookie(world, post):
    answer = post("check")
    assert answer.cookies == {}


def test_the_gateway_s_challenge_is_answered(world, client):
    address = reverse("braintree_hook", args=[world.sol.accounts.get().hook_key])
    answer = client.get(address, {"bt_challenge": "20f9f8ed05f77439fe955c977e4c8a53"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
    public_key, _, digest = answer.content.decode().partition("|")
    assert (public_key, len(digest)) == ("sol_public", 40)


def test_nonsense_is_not_echoed(world, client):
    address = reverse("braintree_hook", args=[world.sol.accounts.get().hook_key])
    for challenge in ("", "<script>alert(1)</script>", "zz"):
        answer = client.get(address, {"bt_challenge": challenge})
        assert (answer.status_code, answer.content) == (400, b"bad signature"), challenge
