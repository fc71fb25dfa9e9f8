"""A simulator that is stopped and started again still knows every transaction, key and fault."""

import threading
from decimal import Decimal

import pytest

from portal.payments.braintree.gateway import BraintreeGateway, Credentials
from portal.payments.gateway import OutcomeKind, Standing
from portal.payments.simulator import Merchant, Simulator

TEN = Decimal("10.00")


@pytest.fixture
def sol(merchants: dict[str, Merchant]) -> Merchant:
    return merchants["sol"]


def gateway(simulator: Simulator, merchant: Merchant) -> BraintreeGateway:
    credentials = Credentials(
        environment="simulator",
        merchant_id=merchant.id,
        public_key=merchant.public_key,
        private_key=merchant.private_key,
        merchant_accounts=merchant.accounts,
        simulator_url=simulator.url,
    )
    return BraintreeGateway(credentials, timeout=2)


def pay(simulator: Simulator, merchant: Merchant, amount: Decimal = TEN):
    return gateway(simulator, merchant).authorise(
        key="payment-1", amount=amount, currency="EUR", nonce="fake-valid-visa-nonce"
    )


def test_amounts_mean_nothing_where_they_are_plain(sol):
    with Simulator(merchants=[sol], sandbox_amounts=False) as simulator:
        assert pay(simulator, sol, Decimal("2015.00")).approved


def test_a_crash_in_the_middle_loses_nothing(tmp_path, sol, clock):
    store = tmp_path / "simulator.sqlite3"
    with Simulator(merchants=[sol], store=store, clock=clock) as before:
        before.faults.add(operation="sale", kind="drop")
        before.faults.add(operation="void", kind="drop", count=3)
        assert pay(before, sol).kind is OutcomeKind.UNKNOWN
    with Simulator(merchants=[sol], store=store, clock=clock) as after:
        assert gateway(after, sol).find(key="payment-1").standing is Standing.AUTHORISED
        assert pay(after, sol).approved
        assert len(after.transactions("payment-1")) == 1
        assert [(each.operation, each.remaining) for each in after.faults.waiting()] == [("void", 3)]


def test_what_was_due_while_it_stood_still_settles_after_the_start(tmp_path, sol, clock):
    store = tmp_path / "simulator.sqlite3"
    with Simulator(merchants=[sol], store=store, clock=clock) as before:
        held = pay(before, sol)
        gateway(before, sol).capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    clock.advance(60)
    with Simulator(merchants=[sol], store=store, clock=clock) as after:
        after.settle_due()
        assert after.transactions("payment-1")[0]["status"] == "settled"


def test_it_settles_without_being_told(sol):
    with Simulator(merchants=[sol], settle_seconds=0) as simulator:
        held = pay(simulator, sol)
        gateway(simulator, sol).capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
        for _ in range(200):
            if simulator.transactions("payment-1")[0]["status"] == "settled":
                return
            threading.Event().wait(0.02)
        pytest.fail("it did not settle within four seconds")


def test_transactions_of_a_merchant_who_is_gone_settle_untold(tmp_path, sol, merchants, clock):
    store = tmp_path / "simulator.sqlite3"
    with Simulator(merchants=[sol], store=store, clock=clock) as before:
        held = pay(before, sol)
        gateway(before, sol).capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    clock.advance(60)
    with Simulator(merchants=[merchants["vento"]], store=store, clock=clock) as after:
        after.settle_due()
        assert after.transactions("payment-1")[0]["status"] == "settled"


def test_stopping_lets_a_waiting_request_go_at_once(sol):
    simulator = Simulator(merchants=[sol]).start()
    simulator.faults.add(operation="sale", kind="late", seconds=60)
    outcomes: list[OutcomeKind] = []
    purchaser = threading.Thread(target=lambda: outcomes.append(pay(simulator, sol).kind))
    purchaser.start()
    while simulator.faults.waiting():
        threading.Event().wait(0.01)
    simulator.stop()
    purchaser.join(timeout=1)
    assert outcomes == [OutcomeKind.APPROVED]


def test_a_failed_step_leaves_no_trace(simulator):
    def fail() -> None:
        with simulator.store.act():
            simulator.store.run("INSERT INTO nonces (nonce, card) VALUES ('tok-1', 'x')")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert simulator.store.rows("SELECT * FROM nonces") == []
