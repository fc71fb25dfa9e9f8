"""A notification is believed once PayPal says that it sent it, to this account; and then it is only a hint."""

import json
from typing import Any

import pytest

from portal.payments.gateway import BadSignature, GatewayUnavailable
from portal.payments.paypal.gateway import PayPalGateway
from portal.payments.paypal.webhooks import delivery, question, without_people
from tests.payments.paypal.conftest import TEN


@pytest.fixture
def sent(sol, payer, simulator):
    """What PayPal sends about a payment that was captured, and what a test wants different."""
    held = payer.pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    capture = next(each for each in simulator.paypal.papers("payment-1") if each["kind"] == "capture")
    letter = simulator.paypal.composed("SOLMERCHANT", "PAYMENT.CAPTURE.COMPLETED", capture["id"])

    def build(body: bytes | None = None, **headers: str | None) -> dict[str, Any]:
        names = {name.replace("_", "-").upper(): value for name, value in headers.items()}
        spelt = {name.title(): names.get(name, value) for name, value in letter["headers"].items()}
        return {
            "headers": {name: value for name, value in spelt.items() if value},
            "body": body or letter["body"].encode(),
        }

    return build


def test_paypals_own_notification_names_the_payment(sol, sent, payer):
    notice = sol.notice_in(**sent())
    number = payer.simulator.paypal.papers("payment-1")[0]["id"]
    assert (notice.kind, notice.reference, notice.gateway_id) == ("PAYMENT.CAPTURE.COMPLETED", "payment-1", number)


def test_the_same_notification_ten_times_is_the_same_hint(sol, sent):
    first, *others = [sol.notice_in(**sent()) for _ in range(10)]
    assert others == [first] * 9


@pytest.mark.parametrize(
    "change",
    [
        {"body": b'{"event_type": "PAYMENT.CAPTURE.COMPLETED"}'},
        {"paypal_transmission_sig": "Z3Vlc3NlZA=="},
        {"paypal_transmission_id": "another"},
        {"paypal_auth_algo": "none"},
        {"paypal_cert_url": "https://paypal.example/cert"},
        {"paypal_cert_url": "https://api.paypal.com/cert"},
        {"paypal_transmission_time": "2026-11-23T00:00:01Z"},
        {"paypal_transmission_time": "2026-11-01T00:00:00Z"},
        {"paypal_transmission_time": "2027-11-01T00:00:00Z"},
        {"paypal_transmission_time": "2026-11-23T00:00:00"},
        {"paypal_transmission_time": "now"},
        {"body": b"not JSON"},
        {"body": b"[]"},
    ],
)
def test_what_is_forged_or_changed_is_refused(sol, sent, change):
    with pytest.raises(BadSignature):
        sol.notice_in(**sent(**change))


def test_one_byte_more_is_refused_though_it_means_the_same(sol, sent):
    with pytest.raises(BadSignature):
        sol.notice_in(**sent(body=sent()["body"].replace(b": ", b":  ", 1)))


@pytest.mark.parametrize(
    "header",
    [
        "paypal_transmission_id",
        "paypal_transmission_time",
        "paypal_transmission_sig",
        "paypal_cert_url",
        "paypal_auth_algo",
    ],
)
def test_without_its_headers_it_is_refused(sol, sent, header):
    with pytest.raises(BadSignature):
        sol.notice_in(**sent(**{header: None}))


def test_a_body_without_end_is_refused(sol, sent):
    with pytest.raises(BadSignature):
        sol.notice_in(**sent(body=b"x" * 200_001))


def test_a_notification_for_another_provider_is_refused(credentials, sent, at):
    vento = PayPalGateway(credentials("vento", webhook_id="WH-VENTO"), timeout=1, clock=at)
    with pytest.raises(BadSignature):
        vento.notice_in(**sent())
    vento.close()


def test_an_account_that_expects_none_refuses_all(vento, sent):
    with pytest.raises(BadSignature):
        vento.notice_in(**sent())


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "error_before"}, {"kind": "error_before", "code": "429"}])
def test_while_paypal_cannot_be_asked_nobody_knows(sol, sent, simulator, fault):
    simulator.faults.add(operation="verify", **fault)
    with pytest.raises(GatewayUnavailable):
        sol.notice_in(**sent())
    assert sol.notice_in(**sent()).reference == "payment-1"


def test_what_is_asked_holds_the_body_as_it_came(sent):
    arrived = delivery(**sent())
    asked = question(arrived, webhook_id="WH-SOL")
    assert arrived.body in asked
    assert json.loads(asked)["webhook_id"] == "WH-SOL"


def test_what_is_kept_is_about_money_and_not_about_people(sol, sent):
    said = sol.notice_in(**sent()).said
    assert said["resource"]["amount"] == {"currency_code": "EUR", "value": "10.00"}
    event = {
        "event_type": "CHECKOUT.ORDER.APPROVED",
        "summary": "An order of Alma Prado",
        "resource": {
            "payer": {"email_address": "alma@example.org", "payer_id": "X"},
            "purchase_units": [{"custom_id": "k\0", "shipping": {"name": "Alma"}, "payee": {"email_address": "a@b"}}],
            "payment_source": {"paypal": {"name": "Alma"}},
        },
    }
    assert without_people(event) == {
        "event_type": "CHECKOUT.ORDER.APPROVED",
        "resource": {"purchase_units": [{"custom_id": "k", "payee": {}}]},
    }
