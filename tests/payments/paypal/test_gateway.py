"""A purchaser pays a provider through PayPal, and all goes well or nearly well: the real client over HTTP."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.payments.gateway import Outcome, OutcomeKind, Standing
from tests.payments.paypal.conftest import TEN

DAY = 24 * 3600.0
APPROVED, AUTHORISED = OutcomeKind.APPROVED, Standing.AUTHORISED


def authorise(gateway, number, key="payment-1", amount=TEN) -> Outcome:
    return gateway.authorise(key=key, gateway_id=number, amount=amount, currency="EUR")


def renew(gateway, number, key="payment-1") -> Outcome | None:
    return gateway.renew(key=key, gateway_id=number, amount=TEN, currency="EUR")


def test_money_is_held_then_taken_then_given_back(sol, payer):
    held = payer.pay(sol)
    assert (held.kind, held.standing, held.code) == (OutcomeKind.APPROVED, Standing.AUTHORISED, "")
    assert (held.amount, held.currency, held.merchant_account) == (TEN, "EUR", "SOLMERCHANT")
    assert held.reference == "payment-1"
    assert payer.papers() == [("order", "COMPLETED"), ("authorization", "CREATED")]

    taken = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    assert (taken.kind, taken.standing) == (OutcomeKind.APPROVED, Standing.CAPTURED)
    assert payer.papers()[1:] == [("authorization", "CAPTURED"), ("capture", "COMPLETED")]

    back = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal("4.00"))
    assert (back.kind, back.standing, back.amount) == (OutcomeKind.APPROVED, Standing.REFUNDED, Decimal("4.00"))
    assert sol.find_refund(key="refund-1", gateway_id=held.gateway_id).standing is Standing.REFUNDED
    assert sol.find(key="payment-1", gateway_id=held.gateway_id).standing is Standing.CAPTURED


def test_one_number_names_a_payment_from_beginning_to_end(sol, payer):
    number = payer.start(sol)
    payer.agree(number)
    assert authorise(sol, number).gateway_id == number
    assert sol.capture(key="payment-1", gateway_id=number, amount=TEN).gateway_id == number
    assert sol.find(key="payment-1", gateway_id=number).gateway_id == number


def test_what_is_held_can_be_released(sol, payer):
    held = payer.pay(sol)
    released = sol.void(key="payment-1", gateway_id=held.gateway_id)
    assert (released.kind, released.standing) == (OutcomeKind.APPROVED, Standing.RELEASED)
    found = sol.find(key="payment-1", gateway_id=held.gateway_id)
    assert (found.kind, found.standing) == (OutcomeKind.DECLINED, Standing.RELEASED)


def test_whoever_changes_the_language_is_led_to_another_order_and_pays_one(sol, payer):
    french, spanish = payer.start(sol, locale="fr"), payer.start(sol, locale="es")
    assert french != spanish
    assert payer.start(sol, locale="es") == spanish
    for number in (french, spanish):
        payer.agree(number)
    assert authorise(sol, spanish).approved
    assert authorise(sol, french).code == "DUPLICATE_INVOICE_ID"
    assert [kind for kind, _ in payer.papers()].count("authorization") == 1


def test_nothing_is_held_before_the_purchaser_has_agreed(sol, payer):
    number = payer.start(sol)
    for outcome in (authorise(sol, number), sol.find(key="payment-1", gateway_id=number)):
        assert (outcome.kind, outcome.code) == (OutcomeKind.PENDING, "waits_for_purchaser")
    assert payer.papers() == [("order", "PAYER_ACTION_REQUIRED")]


def test_nothing_is_held_by_agreeing_alone(sol, payer):
    number = payer.start(sol)
    payer.agree(number)
    found = sol.find(key="payment-1", gateway_id=number)
    assert (found.kind, found.code) == (OutcomeKind.PENDING, "agreed_by_purchaser")
    assert payer.papers() == [("order", "APPROVED")]


def test_a_means_of_payment_that_is_declined_is_the_purchasers_matter(sol, payer):
    outcome = payer.pay(sol, choice="decline")
    assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "INSTRUMENT_DECLINED")
    assert not outcome.is_our_fault


def test_find_knows_nothing_of_a_payment_whose_order_nobody_has_seen(sol):
    assert sol.find(key="payment-1") is None
    assert sol.find(key="payment-1", gateway_id="5O190127TN364715T") is None


def test_an_order_that_nobody_took_up_is_gone_in_the_end(sol, payer, clock):
    number = payer.start(sol)
    clock.advance(7 * 3600)
    assert authorise(sol, number).code == "not_found"
    assert sol.find(key="payment-1", gateway_id=number) is None


def test_database_amounts_with_three_decimals_are_understood(sol, payer):
    held = payer.pay(sol, amount=Decimal("12.340"))
    assert held.approved
    assert sol.find(key="payment-1", gateway_id=held.gateway_id, amount=Decimal("12.340"), currency="EUR").approved


def test_yen_have_no_decimals(sol, payer, simulator):
    assert payer.pay(sol, amount=Decimal("1200.000"), currency="JPY").approved
    assert simulator.paypal.papers("payment-1")[0]["amount"] == "1200"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"key": "with space"}, "a payment key is"),
        ({"key": "k" * 65}, "a payment key is"),
        ({"amount": Decimal(0)}, "a positive Decimal"),
        ({"amount": Decimal("-1.00")}, "a positive Decimal"),
        ({"amount": Decimal("NaN")}, "a positive Decimal"),
        ({"amount": 10.0}, "a positive Decimal"),
        ({"amount": Decimal("0.001")}, "no such fraction of EUR"),
        ({"currency": "JPY", "amount": Decimal("0.50")}, "no such fraction of JPY"),
        ({"currency": "CHF"}, "is not paid in CHF"),
    ],
)
def test_misuse_is_an_error_before_anything_is_sent(sol, payer, simulator, changes, why):
    with pytest.raises(ValueError, match=why):
        payer.start(sol, **changes)
    assert simulator.paypal.papers() == []


def test_a_number_that_cannot_be_one_is_sent_nowhere(sol):
    for number in ("../payments", "a b", ""):
        outcome = authorise(sol, number)
        assert (outcome.kind, outcome.code, outcome.is_our_fault) == (OutcomeKind.UNKNOWN, "misuse", True)


def test_providers_do_not_see_each_others_payments(sol, vento, payer):
    held = payer.pay(sol)
    assert vento.find(key="payment-1", gateway_id=held.gateway_id) is None
    assert vento.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).code == "not_found"
    assert payer.papers()[1] == ("authorization", "CREATED")


def test_another_payments_number_is_a_mismatch_and_nothing_moves(sol, payer):
    other = payer.pay(sol, "payment-2")
    for outcome in (
        sol.find(key="payment-1", gateway_id=other.gateway_id),
        sol.capture(key="payment-1", gateway_id=other.gateway_id, amount=TEN),
        sol.void(key="payment-1", gateway_id=other.gateway_id),
        authorise(sol, other.gateway_id),
    ):
        assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.UNKNOWN, None, "mismatch")
    assert payer.papers("payment-2")[1] == ("authorization", "CREATED")


def test_another_payee_is_a_mismatch_and_nothing_is_held(credentials, sol, payer, at):
    number = payer.start(sol)
    payer.agree(number)
    ours = type(sol)(credentials("sol", merchant_id="SOMEBODYELSE"), timeout=1, clock=at)
    outcome = authorise(ours, number)
    ours.close()
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "mismatch")
    assert payer.papers() == [("order", "APPROVED")]


def test_another_amount_is_a_mismatch_and_nothing_is_held(sol, payer):
    number = payer.start(sol)
    payer.agree(number)
    assert authorise(sol, number, amount=Decimal(12)).code == "mismatch"
    assert payer.papers() == [("order", "APPROVED")]


def test_a_capture_of_more_than_is_held_takes_nothing(sol, payer):
    held = payer.pay(sol)
    outcome = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=Decimal("11.00"))
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "mismatch")
    assert payer.papers()[1] == ("authorization", "CREATED")


class TestAuthorisationsNearTheirEnd:
    def test_within_three_days_the_first_authorisation_is_captured(self, sol, payer, clock):
        held = payer.pay(sol)
        clock.advance(3 * DAY)
        assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
        assert payer.papers()[1:] == [("authorization", "CAPTURED"), ("capture", "COMPLETED")]

    def test_after_three_days_it_is_authorised_anew_and_then_captured(self, sol, payer, clock):
        held = payer.pay(sol)
        clock.advance(5 * DAY)
        assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
        assert payer.papers()[1:] == [
            ("authorization", "CAPTURED"),
            ("authorization", "CAPTURED"),
            ("capture", "COMPLETED"),
        ]
        assert sol.find(key="payment-1", gateway_id=held.gateway_id).standing is Standing.CAPTURED

    def test_where_renewing_is_refused_the_capture_is_tried_all_the_same(self, sol, payer, simulator, clock, caplog):
        held = payer.pay(sol)
        clock.advance(5 * DAY)
        simulator.faults.add(operation="reauthorize", kind="decline")
        assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
        assert "authorisation of payment payment-1 was not renewed: REAUTHORIZATION_TOO_SOON" in caplog.text

    def test_a_renewal_whose_answer_is_lost_is_not_made_twice(self, sol, payer, simulator, clock):
        held = payer.pay(sol)
        clock.advance(5 * DAY)
        simulator.faults.add(operation="reauthorize", kind="drop")
        assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
        assert [kind for kind, _ in payer.papers()].count("authorization") == 2

    def test_what_is_not_to_be_captured_yet_is_held_anew_once_and_says_until_when(self, sol, payer, clock, at):
        number = payer.pay(sol).gateway_id
        first = renew(sol, number)
        assert (first.kind, first.standing, first.held_until) == (APPROVED, AUTHORISED, at() + timedelta(days=3))
        clock.advance(5 * DAY)
        for _twice in range(2):
            again = renew(sol, number)
            assert (again.kind, again.standing, again.held_until) == (APPROVED, AUTHORISED, at() + timedelta(days=3))
        clock.advance(4 * DAY)
        assert renew(sol, number).approved
        assert payer.papers()[1:] == [("authorization", "CREATED")] * 3
        assert sol.capture(key="payment-1", gateway_id=number, amount=TEN).approved

    @pytest.mark.parametrize("kind", ["drop", "error_before", "drop_before", "error_after"])
    def test_holding_anew_whose_answer_is_lost_is_unknown_and_is_not_done_twice(
        self, sol, payer, simulator, clock, kind
    ):
        number = payer.pay(sol).gateway_id
        clock.advance(5 * DAY)
        simulator.faults.add(operation="reauthorize", kind=kind)
        assert renew(sol, number).kind is OutcomeKind.UNKNOWN
        assert renew(sol, number).approved
        assert [kind for kind, _ in payer.papers()].count("authorization") == 2

    def test_holding_anew_that_is_refused_says_why_and_after_twenty_nine_days_nothing_is_held(
        self, sol, payer, simulator, clock
    ):
        number = payer.pay(sol).gateway_id
        clock.advance(5 * DAY)
        simulator.faults.add(operation="reauthorize", kind="decline")
        refused = renew(sol, number)
        assert (refused.kind, refused.standing, refused.code) == (
            OutcomeKind.DECLINED,
            None,
            "REAUTHORIZATION_TOO_SOON",
        )
        clock.advance(25 * DAY)
        gone = renew(sol, number)
        assert (gone.kind, gone.standing, gone.code) == (
            OutcomeKind.DECLINED,
            Standing.RELEASED,
            "AUTHORIZATION_EXPIRED",
        )

    def test_holding_anew_leaves_to_itself_what_is_held_no_more_or_taken(self, sol, payer):
        number = payer.pay(sol).gateway_id
        sol.void(key="payment-1", gateway_id=number)
        assert (renew(sol, number).kind, renew(sol, number).standing) == (OutcomeKind.DECLINED, Standing.RELEASED)
        taken = payer.pay(sol, "payment-2").gateway_id
        sol.capture(key="payment-2", gateway_id=taken, amount=TEN)
        assert renew(sol, taken, "payment-2").standing is Standing.CAPTURED
        assert renew(sol, taken, "payment-1").code == "mismatch"
        assert renew(sol, "5O190127TN364715T") is None

    def test_after_twenty_nine_days_the_capture_is_refused_and_says_why(self, sol, payer, clock):
        held = payer.pay(sol)
        clock.advance(30 * DAY)
        outcome = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
        assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "AUTHORIZATION_EXPIRED")
        assert outcome.is_our_fault

    def test_releasing_releases_all_that_renewed_it(self, sol, payer, simulator, clock):
        held = payer.pay(sol)
        clock.advance(5 * DAY)
        simulator.faults.add(operation="capture", kind="decline", code="TRANSACTION_REFUSED")
        sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
        assert sol.void(key="payment-1", gateway_id=held.gateway_id).approved
        assert payer.papers()[1:] == [("authorization", "VOIDED"), ("authorization", "VOIDED")]


class TestRefunds:
    def test_more_than_was_taken_is_not_given_back(self, sol, payer):
        held = payer.pay(sol)
        sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
        outcome = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal(11))
        assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "REFUND_AMOUNT_EXCEEDED")

    def test_parts_are_given_back_until_nothing_is_left(self, sol, payer):
        number = payer.pay(sol).gateway_id
        sol.capture(key="payment-1", gateway_id=number, amount=TEN)
        assert sol.refund(key="refund-1", gateway_id=number, amount=Decimal(4)).approved
        assert sol.refund(key="refund-2", gateway_id=number, amount=Decimal(6)).approved
        assert sol.refund(key="refund-3", gateway_id=number, amount=Decimal(1)).code == "CAPTURE_FULLY_REFUNDED"

    def test_all_of_what_was_never_taken_is_released_instead(self, sol, payer):
        number = payer.pay(sol).gateway_id
        outcome = sol.refund(key="refund-1", gateway_id=number, amount=TEN)
        assert (outcome.kind, outcome.standing) == (OutcomeKind.APPROVED, Standing.RELEASED)

    def test_a_part_of_what_was_never_taken_has_to_wait(self, sol, payer):
        number = payer.pay(sol).gateway_id
        outcome = sol.refund(key="refund-1", gateway_id=number, amount=Decimal(4))
        assert (outcome.kind, outcome.code) == (OutcomeKind.PENDING, "not_settled_yet")

    def test_a_refund_that_nobody_sent_is_none_however_its_payment_stands(self, sol, payer, simulator):
        number = payer.start(sol)

        def find(key: str = "refund-1") -> Outcome | None:
            return sol.find_refund(key=key, gateway_id=number, amount=Decimal(4), currency="EUR")

        assert find() is None
        payer.agree(number)
        authorise(sol, number)
        assert find() is None
        sol.capture(key="payment-1", gateway_id=number, amount=TEN)
        assert find() is None
        sol.refund(key="refund-1", gateway_id=number, amount=Decimal(4))
        assert find().approved
        assert find("refund-2") is None
        simulator.faults.add(operation="find", kind="error_before")
        assert find("refund-2").kind is OutcomeKind.UNKNOWN

    def test_a_refund_of_another_amount_is_a_mismatch(self, sol, payer):
        number = payer.pay(sol).gateway_id
        sol.capture(key="payment-1", gateway_id=number, amount=TEN)
        sol.refund(key="refund-1", gateway_id=number, amount=Decimal(4))
        assert sol.find_refund(key="refund-1", gateway_id=number, amount=Decimal(3), currency="EUR").code == "mismatch"

    def test_a_release_in_place_of_a_refund_can_be_repeated_when_its_answer_was_lost(self, sol, payer, simulator):
        number = payer.pay(sol).gateway_id
        simulator.faults.add(operation="void", kind="drop")
        assert sol.refund(key="refund-1", gateway_id=number, amount=TEN).kind is OutcomeKind.UNKNOWN
        assert sol.find_refund(key="refund-1", gateway_id=number) is None
        outcome = sol.refund(key="refund-1", gateway_id=number, amount=TEN)
        assert (outcome.kind, outcome.standing) == (OutcomeKind.APPROVED, Standing.RELEASED)
