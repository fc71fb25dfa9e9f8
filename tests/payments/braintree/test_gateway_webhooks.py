"""Webhooks are hints: verified with the provider's own keys, they say which payment to look up, and no more."""

import base64
from decimal import Decimal

import pytest

from portal.payments.gateway import BadSignature
from portal.payments.simulator import Simulator, webhooks

TEN = Decimal("10.00")


@pytest.fixture
def gateway_id(sol) -> str:
    held = sol.authorise(key="payment-1", amount=TEN, currency="EUR", nonce="fake-valid-visa-nonce")
    return held.gateway_id


def signed(simulator: Simulator, kind: str, gateway_id: str = "", merchant: str = "sol") -> dict[str, str]:
    record = simulator.store.transaction(merchant, gateway_id) if gateway_id else None
    signature, payload = webhooks.compose(simulator.merchants[merchant], kind, record, now=1_795_392_000.0)
    return {"signature": signature, "payload": payload}


def test_a_settlement_names_the_payment(sol, simulator, gateway_id):
    hook = signed(simulator, "transaction_settled", gateway_id)
    notice = sol.notice_in(**hook)
    assert (notice.kind, notice.reference, notice.gateway_id) == ("transaction_settled", "payment-1", gateway_id)
    assert notice.said["transaction"] == {
        "id": gateway_id,
        "order_id": "payment-1",
        "type": "sale",
        "status": "authorized",
        "amount": "10.00",
        "currency_iso_code": "EUR",
        "merchant_account_id": "sol_eur",
    }


def test_a_dispute_names_the_payment(sol, simulator, gateway_id):
    notice = sol.notice_in(**signed(simulator, "dispute_opened", gateway_id))
    assert (notice.kind, notice.reference, notice.gateway_id) == ("dispute_opened", "payment-1", gateway_id)
    assert notice.dispute_id != ""
    assert (notice.said["dispute"]["reason"], notice.said["dispute"]["amount_disputed"]) == ("fraud", "10.00")
    assert "transaction" not in notice.said


def test_a_check_names_nothing(sol, simulator):
    notice = sol.notice_in(**signed(simulator, "check"))
    assert (notice.reference, notice.gateway_id, notice.dispute_id) == ("", "", "")
    assert notice.said == {"kind": "check", "timestamp": "2026-11-23 00:00:00"}


def test_the_sdks_own_sample_without_an_order_id_is_looked_up_by_its_id(sol, gateway_id):
    sample = sol._sdk.webhook_testing.sample_notification("transaction_settled", gateway_id)
    payload = sample["bt_payload"].decode()
    assert sol.notice_in(signature=sample["bt_signature"], payload=payload).reference == "payment-1"


def test_a_notice_about_an_unknown_transaction_names_nothing(sol):
    sample = sol._sdk.webhook_testing.sample_notification("dispute_opened", "nosuchid")
    payload = sample["bt_payload"].decode()
    assert sol.notice_in(signature=sample["bt_signature"], payload=payload).reference == ""


def test_another_providers_webhook_is_refused(sol, vento, simulator, gateway_id):
    hook = signed(simulator, "transaction_settled", gateway_id)
    with pytest.raises(BadSignature, match="no matching public key"):
        vento.notice_in(**hook)


def test_a_webhook_signed_with_another_private_key_is_refused(sol, simulator, gateway_id):
    hook = signed(simulator, "transaction_settled", gateway_id)
    name, _, digest = hook["signature"].partition("|")
    forged = f"{name}|{digest[::-1]}"
    with pytest.raises(BadSignature, match="does not match"):
        sol.notice_in(signature=forged, payload=hook["payload"])


def test_a_changed_payload_is_refused(sol, simulator, gateway_id):
    hook = signed(simulator, "transaction_settled", gateway_id)
    xml = base64.b64decode(hook["payload"]).replace(b"payment-1", b"payment-2")
    with pytest.raises(BadSignature, match="does not match"):
        sol.notice_in(signature=hook["signature"], payload=base64.encodebytes(xml).decode())


@pytest.mark.parametrize("signature", ["", "nonsense", "sol_public", "sol_public|", "a|b|c", "sol_public|é", "&&|"])
@pytest.mark.parametrize("payload", ["", "not base64 !", "é", "bm90IHhtbA==", "x" * 200_001])
def test_nonsense_is_refused(sol, signature, payload):
    with pytest.raises(BadSignature):
        sol.notice_in(signature=signature, payload=payload)


def test_the_challenge_is_answered_with_the_providers_own_keys(sol, vento):
    challenge = "20f9f8ed05f77439fe955c977e4c8a53"
    name, _, digest = sol.challenge_answer(challenge=challenge).partition("|")
    assert name == "sol_public"
    assert len(digest) == 40
    assert digest not in vento.challenge_answer(challenge=challenge)


@pytest.mark.parametrize("challenge", ["", "short", "<script>alert(1)</script>aaaaa"])
def test_a_challenge_of_another_shape_is_refused(sol, challenge):
    with pytest.raises(BadSignature):
        sol.challenge_answer(challenge=challenge)
