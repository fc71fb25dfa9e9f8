"""Disputes of the simulator: opened and decided by its control, told by webhooks that the SDK can read."""

from tests.payments.simulator.test_webhooks import merchants, receiver, wait_for

__all__ = ["merchants", "receiver"]

SALE = {
    "amount": "10.00",
    "order_id": "order-1",
    "payment_method_nonce": "fake-valid-visa-nonce",
    "options": {"submit_for_settlement": True},
}


def test_a_dispute_is_opened_and_decided_and_each_step_is_told(sdk, control, simulator, receiver):
    sale = sdk.transaction.sale(SALE).transaction
    status, opened = control("POST", "disputes", {"merchant_id": "sol", "transaction_id": sale.id})
    assert (status, opened["status"], opened["amount"]) == (201, "open", "10.00")
    assert control("POST", "disputes/decide", {"dispute_id": opened["id"], "status": "won"})[1]["won"] == "10.00"
    wait_for(lambda: len(receiver.got) == 2)
    told = [sdk.webhook_notification.parse(each["bt_signature"], each["bt_payload"]) for each in receiver.got]
    assert [each.kind for each in told] == ["dispute_opened", "dispute_won"]
    assert {each.dispute.id for each in told} == {opened["id"]}
    assert told[0].dispute.transaction.order_id == "order-1"
    assert control("GET", "disputes")[1][0]["status"] == "won"


def test_nonsense_is_refused(sdk, control):
    sale = sdk.transaction.sale(SALE).transaction
    for data in (
        {"merchant_id": "sol", "transaction_id": "nothing"},
        {"merchant_id": "vento", "transaction_id": sale.id},
        {"merchant_id": "sol", "transaction_id": sale.id, "kind": "quarrel"},
        {"merchant_id": "nobody", "transaction_id": sale.id},
    ):
        assert control("POST", "disputes", data)[0] == 400
    assert control("POST", "disputes/decide", {"dispute_id": "nothing", "status": "won"})[0] == 400


def test_only_what_is_open_takes_evidence_or_an_end(sdk, simulator):
    sale = sdk.transaction.sale(SALE).transaction
    number = simulator.disputes.open(merchant_id="sol", transaction_id=sale.id)["id"]
    simulator.disputes.decide(dispute_id=number, status="lost")
    for answer in (
        sdk.dispute.add_text_evidence(number, "text"),
        sdk.dispute.finalize(number),
        sdk.dispute.accept(number),
    ):
        assert not answer.is_success
