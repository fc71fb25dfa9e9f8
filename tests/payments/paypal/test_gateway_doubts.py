"""The network breaks, PayPal fails, somebody asks twice: nobody is charged twice, and no doubt is a decline."""

import threading
from decimal import Decimal

import pytest

from portal.payments.gateway import Outcome, OutcomeKind, Standing
from portal.payments.paypal.gateway import PayPalGateway
from tests.payments.paypal.conftest import TEN

FAULTS = [
    ({"kind": "drop_before"}, "connection"),
    ({"kind": "drop"}, "connection"),
    ({"kind": "delay", "seconds": 30}, "timeout"),
    ({"kind": "error_before", "code": "500"}, "gateway_error"),
    ({"kind": "error_before", "code": "503"}, "gateway_error"),
    ({"kind": "error_before", "code": "504"}, "timeout"),
    ({"kind": "error_before", "code": "429"}, "too_many_requests"),
    ({"kind": "error_after", "code": "500"}, "gateway_error"),
    ({"kind": "error_after", "code": "429"}, "too_many_requests"),
]


@pytest.fixture
def agreed(sol, payer) -> str:
    """An order whose purchaser has agreed."""
    number = payer.start(sol)
    payer.agree(number)
    return number


def authorise(gateway, number) -> Outcome:
    return gateway.authorise(key="payment-1", gateway_id=number, amount=TEN, currency="EUR")


def find(gateway, number) -> Outcome | None:
    return gateway.find(key="payment-1", gateway_id=number, amount=TEN, currency="EUR")


def count(payer, kind: str, key: str = "payment-1") -> int:
    return [each for each, _ in payer.papers(key)].count(kind)


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_start_that_fails_is_unknown_and_repeating_it_announces_nothing_twice(sol, payer, simulator, fault, code):
    simulator.faults.add(operation="order", **fault)
    lost = sol.start(
        key="payment-1", amount=TEN, currency="EUR", description="", return_url="a", cancel_url="b", locale="en"
    )
    assert isinstance(lost, Outcome)
    assert (lost.kind, lost.standing, lost.code) == (OutcomeKind.UNKNOWN, None, code)
    again = sol.start(
        key="payment-1", amount=TEN, currency="EUR", description="", return_url="a", cancel_url="b", locale="en"
    )
    assert again.url.endswith(again.gateway_id)
    assert count(payer, "order") == 1


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_an_authorisation_that_fails_is_unknown_and_asking_again_never_holds_twice(
    sol, payer, simulator, agreed, fault, code
):
    simulator.faults.add(operation="authorize", **fault)
    lost = authorise(sol, agreed)
    assert (lost.kind, lost.standing, lost.code, lost.gateway_id) == (OutcomeKind.UNKNOWN, None, code, agreed)
    found = find(sol, agreed)
    assert (found.code or found.standing) in ("agreed_by_purchaser", Standing.AUTHORISED)
    assert authorise(sol, agreed).approved
    assert count(payer, "authorization") == 1


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_capture_that_fails_is_unknown_and_repeating_it_takes_nothing_more(
    sol, payer, simulator, agreed, fault, code
):
    authorise(sol, agreed)
    simulator.faults.add(operation="capture", **fault)
    lost = sol.capture(key="payment-1", gateway_id=agreed, amount=TEN)
    assert (lost.kind, lost.standing, lost.code) == (OutcomeKind.UNKNOWN, None, code)
    assert find(sol, agreed).standing in (Standing.AUTHORISED, Standing.CAPTURED)
    assert sol.capture(key="payment-1", gateway_id=agreed, amount=TEN).approved
    assert count(payer, "capture") == 1


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_release_that_fails_is_unknown_and_can_be_repeated(sol, payer, simulator, agreed, fault, code):
    authorise(sol, agreed)
    simulator.faults.add(operation="void", **fault)
    lost = sol.void(key="payment-1", gateway_id=agreed)
    assert (lost.kind, lost.code) == (OutcomeKind.UNKNOWN, code)
    assert sol.void(key="payment-1", gateway_id=agreed).approved
    assert payer.papers()[1] == ("authorization", "VOIDED")


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_refund_that_fails_is_not_paid_twice(sol, payer, simulator, agreed, fault, code):
    authorise(sol, agreed)
    sol.capture(key="payment-1", gateway_id=agreed, amount=TEN)
    simulator.faults.add(operation="refund", **fault)
    lost = sol.refund(key="refund-1", gateway_id=agreed, amount=Decimal(3))
    assert (lost.kind, lost.code) == (OutcomeKind.UNKNOWN, code)
    assert sol.refund(key="refund-1", gateway_id=agreed, amount=Decimal(3)).approved
    assert count(payer, "refund", "refund-1") == 1


@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_a_look_up_that_fails_is_unknown_and_not_none(sol, simulator, agreed, fault, code):
    simulator.faults.add(operation="find", **fault)
    outcome = find(sol, agreed)
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, code)


@pytest.mark.parametrize("operation", ["authorize", "capture"])
def test_a_request_that_arrives_twice_acts_once(sol, payer, simulator, agreed, operation):
    simulator.faults.add(operation=operation, kind="twice")
    assert authorise(sol, agreed).approved
    assert sol.capture(key="payment-1", gateway_id=agreed, amount=TEN).approved
    assert payer.papers() == [("order", "COMPLETED"), ("authorization", "CAPTURED"), ("capture", "COMPLETED")]


def test_an_authorisation_that_arrives_late_is_found_later(sol, simulator, agreed):
    simulator.faults.add(operation="authorize", kind="late", seconds=1.4)
    assert authorise(sol, agreed).code == "timeout"
    assert find(sol, agreed).code == "agreed_by_purchaser"
    threading.Event().wait(0.8)
    assert find(sol, agreed).standing is Standing.AUTHORISED


def test_an_answer_within_the_timeout_is_just_slow(sol, simulator, agreed):
    simulator.faults.add(operation="authorize", kind="delay", seconds=0.2)
    assert authorise(sol, agreed).approved


@pytest.mark.parametrize("reason", ["PENDING_REVIEW", "ECHECK", "UNILATERAL", "VERIFICATION_REQUIRED", "SOMETHING_NEW"])
def test_a_pending_authorisation_is_pending_for_whatever_reason(sol, simulator, agreed, reason):
    simulator.faults.add(operation="authorize", kind="pending", code=reason)
    for outcome in (authorise(sol, agreed), find(sol, agreed)):
        assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.PENDING, Standing.PENDING, reason)


@pytest.mark.parametrize("reason", ["UNILATERAL", "ECHECK", "PENDING_REVIEW", "VERIFICATION_REQUIRED", "SOMETHING_NEW"])
def test_a_pending_capture_is_pending_for_whatever_reason(sol, simulator, agreed, reason):
    authorise(sol, agreed)
    simulator.faults.add(operation="capture", kind="pending", code=reason)
    for outcome in (sol.capture(key="payment-1", gateway_id=agreed, amount=TEN), find(sol, agreed)):
        assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.PENDING, Standing.PENDING, reason)


def test_what_was_pending_is_decided_in_the_end(sol, payer, simulator, clock):
    outcome = payer.pay(sol, choice="pending")
    assert outcome.code == "PENDING_REVIEW"
    clock.advance(6)
    simulator.settle_due()
    assert find(sol, outcome.gateway_id).standing is Standing.AUTHORISED


def test_what_was_pending_may_be_refused_in_the_end(sol, payer, simulator, clock):
    number = payer.pay(sol, choice="pending").gateway_id
    simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(6)
    simulator.settle_due()
    found = find(sol, number)
    assert (found.kind, found.standing) == (OutcomeKind.DECLINED, Standing.DECLINED)
    assert found.code == "DECLINED_BY_RISK_FRAUD_FILTERS"


def test_money_in_a_currency_the_account_has_not_opened_is_pending(credentials, payer, at):
    vento = PayPalGateway(credentials("vento", currencies=frozenset({"USD"})), timeout=1, clock=at)
    number = payer.pay(vento, currency="USD").gateway_id
    outcome = vento.capture(key="payment-1", gateway_id=number, amount=TEN)
    vento.close()
    assert (outcome.kind, outcome.code) == (OutcomeKind.PENDING, "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION")


def test_a_capture_that_was_declined_can_be_asked_for_again(sol, payer, simulator, agreed):
    authorise(sol, agreed)
    simulator.faults.add(operation="capture", kind="decline", code="DECLINED")
    refused = sol.capture(key="payment-1", gateway_id=agreed, amount=TEN)
    assert (refused.kind, refused.standing) == (OutcomeKind.DECLINED, Standing.AUTHORISED)
    assert sol.capture(key="payment-1", gateway_id=agreed, amount=TEN).approved
    assert payer.papers()[2:] == [("capture", "DECLINED"), ("capture", "COMPLETED")]


def test_a_second_order_under_a_paid_key_is_not_paid(sol, payer, agreed, clock):
    """Beyond the six hours for which PayPal knows a request again, the invoice number still does."""
    assert authorise(sol, agreed).approved
    clock.advance(7 * 3600)
    second = payer.start(sol)
    assert second != agreed
    payer.agree(second)
    outcome = authorise(sol, second)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "DUPLICATE_INVOICE_ID")
    assert count(payer, "authorization") == 1


def test_two_at_the_same_moment_hold_once(sol, payer, agreed):
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(authorise(sol, agreed))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(each.approved for each in outcomes)
    assert count(payer, "authorization") == 1


def test_a_paypal_that_is_not_there_is_unknown(credentials, simulator):
    gateway = PayPalGateway(credentials("sol"), timeout=1)
    simulator.stop()
    assert (find(gateway, "5O190127TN364715T").kind, find(gateway, "5O190127TN364715T").code) == (
        OutcomeKind.UNKNOWN,
        "connection",
    )
    gateway.close()


class TestTokens:
    def test_wrong_keys_are_unknown_and_never_a_decline(self, credentials, agreed, at):
        gateway = PayPalGateway(credentials("sol", client_secret="guessed"), timeout=1, clock=at)
        outcome = authorise(gateway, agreed)
        gateway.close()
        assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "credentials_refused")

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            ({"kind": "drop"}, "connection"),
            ({"kind": "delay", "seconds": 30}, "timeout"),
            ({"kind": "error_before", "code": "429"}, "too_many_requests"),
            ({"kind": "error_before", "code": "503"}, "gateway_error"),
        ],
    )
    def test_a_token_that_is_not_given_says_why(self, sol, simulator, fault, code):
        simulator.faults.add(operation="token", **fault)
        outcome = find(sol, "5O190127TN364715T")
        assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, code)

    def test_one_token_serves_many_questions_until_it_is_refused(self, sol, simulator, agreed, clock):
        simulator.faults.add(operation="token", kind="error_before", code="500")
        assert find(sol, agreed).code == "agreed_by_purchaser"
        clock.advance(10 * 3600)  # the token has run out, and the fault still waits for whoever wants another
        assert find(sol, agreed).code == "gateway_error"
        assert find(sol, agreed) is None
