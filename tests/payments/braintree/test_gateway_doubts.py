"""The network breaks, the gateway fails, somebody asks twice: nobody is charged twice, and no doubt is a decline."""

import threading
from decimal import Decimal

import pytest

from portal.payments.braintree.gateway import BraintreeGateway
from portal.payments.gateway import Outcome, OutcomeKind, Standing
from portal.payments.simulator import Merchant, Simulator

VISA = "fake-valid-visa-nonce"
TEN = Decimal("10.00")


def pay(gateway: BraintreeGateway, key: str = "payment-1", amount: Decimal = TEN, nonce: str = VISA) -> Outcome:
    return gateway.authorise(key=key, amount=amount, currency="EUR", nonce=nonce)


def count(simulator: Simulator, key: str = "payment-1") -> int:
    return len(simulator.transactions(key))


def test_a_lost_answer_is_unknown_and_then_found_authorised(sol, simulator):
    simulator.faults.add(operation="sale", kind="drop")
    lost = pay(sol)
    assert (lost.kind, lost.standing, lost.code) == (OutcomeKind.UNKNOWN, None, "connection")
    found = sol.find(key="payment-1", amount=TEN, currency="EUR")
    assert (found.kind, found.standing) == (OutcomeKind.APPROVED, Standing.AUTHORISED)


def test_asking_again_after_a_lost_answer_does_not_charge_twice(sol, simulator):
    simulator.faults.add(operation="sale", kind="drop")
    pay(sol)
    again = pay(sol)
    assert (again.kind, again.standing) == (OutcomeKind.APPROVED, Standing.AUTHORISED)
    assert count(simulator) == 1


def test_an_answer_slower_than_the_timeout_is_unknown_and_then_found(sol, simulator):
    simulator.faults.add(operation="sale", kind="delay", seconds=30)
    slow = pay(sol)
    assert (slow.kind, slow.code) == (OutcomeKind.UNKNOWN, "timeout")
    assert sol.find(key="payment-1").standing is Standing.AUTHORISED


def test_a_request_that_arrives_after_the_search_is_found_later(sol, simulator):
    simulator.faults.add(operation="sale", kind="late", seconds=1.4)
    assert pay(sol).kind is OutcomeKind.UNKNOWN
    assert sol.find(key="payment-1") is None
    threading.Event().wait(0.8)
    assert sol.find(key="payment-1").standing is Standing.AUTHORISED


def test_an_answer_within_the_timeout_is_just_slow(sol, simulator):
    simulator.faults.add(operation="sale", kind="delay", seconds=0.2)
    assert pay(sol).approved


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("429", "too_many_requests"),
        ("500", "gateway_error"),
        ("502", "unexpected"),
        ("503", "gateway_error"),
        ("504", "timeout"),
        ("408", "timeout"),
        ("403", "not_permitted"),
        ("404", "not_found"),
    ],
)
def test_a_gateway_that_fails_before_acting_leaves_nothing_behind(sol, simulator, status, code):
    simulator.faults.add(operation="sale", kind="error_before", code=status)
    outcome = pay(sol)
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, code)
    assert sol.find(key="payment-1") is None


def test_a_gateway_that_fails_after_acting_is_found_out(sol, simulator):
    simulator.faults.add(operation="sale", kind="error_after")
    assert pay(sol).kind is OutcomeKind.UNKNOWN
    assert sol.find(key="payment-1").standing is Standing.AUTHORISED


def test_a_gateway_that_is_not_there_is_unknown(merchants, credentials, simulator):
    gateway = BraintreeGateway(credentials("sol"), timeout=1)
    simulator.stop()
    assert (pay(gateway).kind, pay(gateway).code) == (OutcomeKind.UNKNOWN, "connection")
    assert gateway.find(key="payment-1").kind is OutcomeKind.UNKNOWN
    gateway.close()


def test_wrong_keys_are_unknown_and_never_a_declined_card(credentials):
    gateway = BraintreeGateway(credentials("sol", private_key="guessed"), timeout=1)
    assert (pay(gateway).kind, pay(gateway).code) == (OutcomeKind.UNKNOWN, "credentials_refused")
    gateway.close()


def test_another_providers_keys_do_not_open_an_account(credentials, merchants):
    mixed = credentials("vento", merchant_id="sol", merchant_accounts=merchants["sol"].accounts)
    gateway = BraintreeGateway(mixed, timeout=1)
    assert pay(gateway).code == "credentials_refused"
    gateway.close()


@pytest.mark.parametrize(("kind", "code"), [("drop", ""), ("error_before", "500"), ("error_before", "404")])
def test_a_search_that_fails_is_unknown_and_not_none(sol, simulator, kind, code):
    pay(sol)
    simulator.faults.add(operation="search", kind=kind, code=code)
    assert sol.find(key="payment-1").kind is OutcomeKind.UNKNOWN


def test_a_lost_capture_is_found_and_repeating_it_takes_nothing_more(sol, simulator):
    held = pay(sol)
    simulator.faults.add(operation="submit", kind="drop")
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).kind is OutcomeKind.UNKNOWN
    assert sol.find(key="payment-1").standing is Standing.CAPTURED
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
    assert simulator.transactions("payment-1")[0]["captures"] == 1


def test_a_refused_capture_says_so_and_can_be_repeated(sol, simulator):
    held = pay(sol)
    simulator.faults.add(operation="submit", kind="decline")
    refused = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    assert (refused.kind, refused.standing, refused.code) == (OutcomeKind.DECLINED, Standing.AUTHORISED, "91507")
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved


def test_a_capture_of_more_than_is_held_takes_nothing(sol, simulator):
    held = pay(sol)
    outcome = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=Decimal("11.00"))
    assert outcome.kind is not OutcomeKind.APPROVED
    assert simulator.transactions("payment-1")[0]["status"] == "authorized"


def test_a_lost_release_is_found_and_can_be_repeated(sol, simulator):
    held = pay(sol)
    simulator.faults.add(operation="void", kind="drop")
    assert sol.void(key="payment-1", gateway_id=held.gateway_id).kind is OutcomeKind.UNKNOWN
    assert sol.find(key="payment-1").standing is Standing.RELEASED
    assert sol.void(key="payment-1", gateway_id=held.gateway_id).approved


def test_a_lost_refund_is_not_paid_twice(sol, simulator, clock):
    held = pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    clock.advance(6)
    simulator.settle_due()
    simulator.faults.add(operation="refund", kind="drop")
    assert sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal(3)).kind is OutcomeKind.UNKNOWN
    again = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal(3))
    assert (again.kind, again.standing) == (OutcomeKind.APPROVED, Standing.REFUNDED)
    assert count(simulator, "refund-1") == 1


def test_what_settles_while_all_of_it_is_asked_back_is_refunded_and_found_again(sol, simulator, clock):
    """ "Not settled yet", says the gateway of the refund, and it is settled when it is asked for the next thing."""
    held = pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    clock.advance(6)
    simulator.settle_due()
    simulator.faults.add(operation="refund", kind="decline", code="91506")
    simulator.faults.add(operation="reverse", kind="drop")
    refund = {"key": "refund-1", "gateway_id": held.gateway_id, "amount": TEN}
    assert sol.refund(**refund).kind is OutcomeKind.UNKNOWN
    for _twice in range(2):
        again = sol.refund(**refund)
        assert (again.kind, again.standing, again.amount) == (OutcomeKind.APPROVED, Standing.REFUNDED, TEN)
    assert [each["type"] for each in simulator.transactions("payment-1")].count("credit") == 1
    assert simulator.transactions("refund-1") == []


def test_a_declined_sale_repeated_is_the_same_decline(sol, simulator):
    first = pay(sol, nonce="fake-processor-declined-visa-nonce")
    again = pay(sol, nonce="fake-processor-declined-visa-nonce")
    assert (again.kind, again.code, again.gateway_id) == (OutcomeKind.DECLINED, "2000", first.gateway_id)
    assert count(simulator) == 1


def test_a_second_card_under_a_paid_key_is_not_charged(sol, simulator):
    first = pay(sol)
    second = pay(sol, nonce="fake-valid-mastercard-nonce")
    assert (second.kind, second.gateway_id) == (OutcomeKind.APPROVED, first.gateway_id)
    assert count(simulator) == 1


def test_another_amount_under_a_paid_key_is_a_mismatch(sol, simulator):
    pay(sol)
    assert (pay(sol, amount=Decimal(12)).kind, pay(sol, amount=Decimal(12)).code) == (OutcomeKind.UNKNOWN, "mismatch")
    assert count(simulator) == 1


def test_a_request_still_under_way_is_unknown_until_it_is_found(sol, simulator):
    simulator.faults.add(operation="sale", kind="decline", code="915233")
    under_way = pay(sol)
    assert (under_way.kind, under_way.code) == (OutcomeKind.UNKNOWN, "915233")
    held = pay(sol)
    simulator.faults.add(operation="submit", kind="decline", code="915233")
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).kind is OutcomeKind.UNKNOWN


def test_a_nonce_used_up_by_a_lost_attempt_leads_to_that_attempt(sol, simulator):
    simulator.faults.add(operation="sale", kind="decline", code="91564")
    assert (pay(sol).kind, pay(sol).approved) == (OutcomeKind.DECLINED, True)


class TestWithoutIdempotencyKeys:
    """A merchant for whom Braintree answers 915231: order id, search and duplicate checking must do."""

    @pytest.fixture
    def merchants(self) -> dict[str, Merchant]:
        accounts = {"EUR": "sol_eur"}
        plain = Merchant(id="sol", public_key="p", private_key="q", accounts=accounts, request_keys=False)
        return {"sol": plain}

    def test_everything_still_works(self, sol, simulator, clock):
        held = pay(sol)
        assert held.approved
        for _ in range(2):
            assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
        clock.advance(6)
        simulator.settle_due()
        for _ in range(2):
            back = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal(3))
            assert back.standing is Standing.REFUNDED
        assert count(simulator, "refund-1") == 1

    def test_asking_again_finds_the_first_sale(self, sol, simulator):
        simulator.faults.add(operation="sale", kind="drop")
        pay(sol)
        assert pay(sol).approved
        assert count(simulator) == 1

    def test_a_duplicate_is_looked_up_and_not_a_decline(self, sol, simulator):
        first = pay(sol)
        simulator.faults.add(operation="search", kind="miss")
        again = pay(sol)
        assert (again.kind, again.gateway_id) == (OutcomeKind.APPROVED, first.gateway_id)
        assert sorted(each["status"] for each in simulator.transactions("payment-1")) == [
            "authorized",
            "gateway_rejected",
        ]

    def test_a_duplicate_that_cannot_be_found_is_unknown(self, sol, simulator):
        pay(sol)
        simulator.faults.add(operation="search", kind="miss", count=2)
        again = pay(sol)
        assert (again.kind, again.code) == (OutcomeKind.UNKNOWN, "duplicate")

    def test_nothing_is_sent_while_the_search_is_down(self, sol, simulator):
        simulator.faults.add(operation="search", kind="error_before", count=2)
        assert pay(sol).kind is OutcomeKind.UNKNOWN
        assert count(simulator) == 0
