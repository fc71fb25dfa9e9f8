"""A purchaser pays a provider by card, all goes well or nearly well: every operation through the real SDK."""

from decimal import Decimal

import pytest

from portal.payments.braintree.gateway import BraintreeGateway, Credentials
from portal.payments.gateway import GatewayUnavailable, Outcome, OutcomeKind, Standing
from portal.payments.simulator import Simulator

VISA = "fake-valid-visa-nonce"
TEN = Decimal("10.00")


def pay(gateway: BraintreeGateway, key: str = "payment-1", amount: Decimal = TEN, nonce: str = VISA) -> Outcome:
    return gateway.authorise(key=key, amount=amount, currency="EUR", nonce=nonce)


def pay_and_settle(gateway: BraintreeGateway, simulator: Simulator, clock, key: str = "payment-1") -> str:
    held = pay(gateway, key)
    gateway.capture(key=key, gateway_id=held.gateway_id, amount=TEN)
    clock.advance(6)
    simulator.settle_due()
    return held.gateway_id


def statuses(simulator: Simulator, key: str) -> list[str]:
    return [each["status"] for each in simulator.transactions(key)]


def test_money_is_held_then_taken_then_given_back(sol, simulator, clock):
    held = pay(sol)
    assert (held.kind, held.standing) == (OutcomeKind.APPROVED, Standing.AUTHORISED)
    assert (held.amount, held.currency, held.merchant_account) == (TEN, "EUR", "sol_eur")
    assert held.reference == "payment-1"
    assert statuses(simulator, "payment-1") == ["authorized"]

    taken = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    assert (taken.kind, taken.standing) == (OutcomeKind.APPROVED, Standing.CAPTURED)

    clock.advance(6)
    simulator.settle_due()
    assert statuses(simulator, "payment-1") == ["settled"]
    assert sol.find(key="payment-1").standing is Standing.CAPTURED

    back = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal("4.00"))
    assert (back.kind, back.standing, back.amount) == (OutcomeKind.APPROVED, Standing.REFUNDED, Decimal("4.00"))
    assert sol.find_refund(key="refund-1", gateway_id=held.gateway_id).standing is Standing.REFUNDED


def test_a_refund_that_nobody_sent_is_none_and_so_is_a_payment_that_is_a_refund(sol, simulator, clock):
    number = pay_and_settle(sol, simulator, clock)
    assert sol.find_refund(key="refund-1", gateway_id=number) is None
    assert sol.find_refund(key="payment-1", gateway_id=number) is None
    sol.refund(key="refund-1", gateway_id=number, amount=Decimal("4.00"))
    assert sol.find(key="refund-1") is None
    simulator.faults.add(operation="search", kind="error_before")
    assert sol.find_refund(key="refund-1", gateway_id=number).kind is OutcomeKind.UNKNOWN


def test_what_is_held_can_be_released(sol, simulator):
    held = pay(sol)
    released = sol.void(key="payment-1", gateway_id=held.gateway_id)
    assert (released.kind, released.standing) == (OutcomeKind.APPROVED, Standing.RELEASED)
    found = sol.find(key="payment-1")
    assert (found.kind, found.standing, found.code) == (OutcomeKind.DECLINED, Standing.RELEASED, "voided")


def test_a_card_is_not_held_anew_but_seen_to_be_held_or_not(sol):
    held = pay(sol)
    asked = {"key": "payment-1", "gateway_id": held.gateway_id, "amount": TEN, "currency": "EUR"}
    seen = sol.renew(**asked)
    assert (seen.kind, seen.standing, seen.held_until) == (OutcomeKind.APPROVED, Standing.AUTHORISED, None)
    sol.void(key="payment-1", gateway_id=held.gateway_id)
    gone = sol.renew(**asked)
    assert (gone.kind, gone.standing) == (OutcomeKind.DECLINED, Standing.RELEASED)
    assert sol.renew(**asked | {"key": "payment-2"}) is None


def test_database_amounts_with_three_decimals_are_understood(sol):
    assert pay(sol, amount=Decimal("12.340")).approved
    assert sol.find(key="payment-1", amount=Decimal("12.340"), currency="EUR").approved


def test_find_knows_nothing_of_a_payment_never_sent(sol):
    assert sol.find(key="payment-1") is None


@pytest.mark.parametrize(
    ("nonce", "kind", "code"),
    [
        ("fake-processor-declined-visa-nonce", OutcomeKind.DECLINED, "2000"),
        ("fake-processor-failure-jcb-nonce", OutcomeKind.DECLINED, "3000"),
        ("fake-gateway-rejected-fraud-nonce", OutcomeKind.DECLINED, "fraud"),
        ("fake-gateway-rejected-risk-thresholds-nonce", OutcomeKind.DECLINED, "risk_threshold"),
        ("fake-consumed-nonce", OutcomeKind.DECLINED, "91564"),
        ("fake-luhn-invalid-nonce", OutcomeKind.DECLINED, "81715"),
        ("no-such-nonce", OutcomeKind.DECLINED, "91565"),
        ("fake-simulator-authentication-nonce", OutcomeKind.ACTION_REQUIRED, "2099"),
        ("fake-sepa-direct-debit-nonce", OutcomeKind.PENDING, "settlement_pending"),
    ],
)
def test_refusals_say_why(sol, nonce, kind, code):
    outcome = pay(sol, nonce=nonce)
    assert (outcome.kind, outcome.code) == (kind, code)


@pytest.mark.parametrize(
    ("amount", "kind", "code"),
    [
        ("0.01", OutcomeKind.APPROVED, ""),
        ("1999.99", OutcomeKind.APPROVED, ""),
        ("2000.00", OutcomeKind.DECLINED, "2000"),
        ("2001.50", OutcomeKind.DECLINED, "2001"),
        ("2999.99", OutcomeKind.DECLINED, "2999"),
        ("3000.50", OutcomeKind.DECLINED, "3000"),
        ("3001.00", OutcomeKind.APPROVED, ""),
        ("4000.99", OutcomeKind.APPROVED, ""),
        ("5001.00", OutcomeKind.DECLINED, "application_incomplete"),
        ("5001.01", OutcomeKind.DECLINED, "2038"),
        ("5002.00", OutcomeKind.APPROVED, ""),
    ],
)
def test_amounts_of_the_sandbox(sol, amount, kind, code):
    outcome = pay(sol, amount=Decimal(amount))
    assert (outcome.kind, outcome.code) == (kind, code)


@pytest.mark.parametrize(
    ("amount", "standing", "code"),
    [
        ("4001.00", Standing.CAPTURE_FAILED, "4001"),
        ("4002.00", Standing.PENDING, "settlement_pending"),
        ("4003.00", Standing.CAPTURE_FAILED, "4001"),
        ("5000.99", Standing.CAPTURE_FAILED, "4001"),
        ("5001.02", Standing.CAPTURE_FAILED, "4001"),
    ],
)
def test_captures_that_settlement_undoes(sol, simulator, clock, amount, standing, code):
    held = pay(sol, amount=Decimal(amount))
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=Decimal(amount)).approved
    clock.advance(6)
    simulator.settle_due()
    found = sol.find(key="payment-1")
    assert (found.standing, found.code, found.approved) == (standing, code, False)


def test_a_partial_authorisation_is_released_and_refused(sol, simulator):
    outcome = pay(sol, amount=Decimal("1004.00"))
    assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "partial_authorisation")
    assert outcome.standing is Standing.RELEASED
    assert [(each["status"], each["amount"]) for each in simulator.transactions("payment-1")] == [("voided", "502.00")]


def test_a_partial_authorisation_that_cannot_be_released_stays_unknown(sol, simulator):
    simulator.faults.add(operation="void", kind="error_before")
    outcome = pay(sol, amount=Decimal("1004.00"))
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "partial_authorisation")
    found = sol.find(key="payment-1", amount=Decimal("1004.00"), currency="EUR")
    assert (found.kind, found.standing, found.code) == (
        OutcomeKind.DECLINED,
        Standing.AUTHORISED,
        "partial_authorisation",
    )
    assert sol.void(key="payment-1", gateway_id=found.gateway_id).approved


def test_money_held_in_another_currency_than_asked_is_not_approved(credentials):
    muddled = BraintreeGateway(credentials("sol", merchant_accounts={"EUR": "sol_usd"}), timeout=1)
    outcome = pay(muddled)
    assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.UNKNOWN, None, "mismatch")
    assert "currency is USD, asked was EUR" in outcome.text
    assert outcome.gateway_id
    muddled.close()


@pytest.mark.parametrize(("amount", "currency"), [(Decimal("11.00"), "EUR"), (TEN, "USD")])
def test_a_found_payment_that_differs_is_not_approved(sol, amount, currency):
    pay(sol)
    found = sol.find(key="payment-1", amount=amount, currency=currency)
    assert (found.kind, found.standing, found.code) == (OutcomeKind.UNKNOWN, None, "mismatch")


def test_capturing_or_releasing_twice_is_harmless(sol, simulator):
    first, second = pay(sol, "payment-1"), pay(sol, "payment-2")
    for _ in range(2):
        assert sol.capture(key="payment-1", gateway_id=first.gateway_id, amount=TEN).approved
        assert sol.void(key="payment-2", gateway_id=second.gateway_id).approved
    assert simulator.transactions("payment-1")[0]["captures"] == 1
    assert simulator.transactions("payment-2")[0]["voids"] == 1


def test_what_was_released_cannot_be_captured(sol):
    held = pay(sol)
    sol.void(key="payment-1", gateway_id=held.gateway_id)
    outcome = sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.DECLINED, Standing.RELEASED, "voided")


def test_what_has_settled_cannot_be_released(sol, simulator, clock):
    gateway_id = pay_and_settle(sol, simulator, clock)
    outcome = sol.void(key="payment-1", gateway_id=gateway_id)
    assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.DECLINED, Standing.CAPTURED, "91504")


def test_a_transaction_the_gateway_has_never_heard_of(sol):
    outcome = sol.capture(key="payment-1", gateway_id="nosuchid", amount=TEN)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "not_found")


@pytest.mark.parametrize("gateway_id", ["", "no/such", "..", "1 2", "é"])
def test_an_id_that_cannot_be_one_is_misuse_and_no_refusal(sol, simulator, gateway_id):
    """The SDK would say "not found" as if the gateway had said so, and nobody was asked."""
    before = len(simulator.store.transactions())
    for outcome in (
        sol.capture(key="payment-1", gateway_id=gateway_id, amount=TEN),
        sol.void(key="payment-1", gateway_id=gateway_id),
        sol.refund(key="payment-1", gateway_id=gateway_id, amount=TEN),
    ):
        assert (outcome.kind, outcome.code, outcome.is_our_fault) == (OutcomeKind.UNKNOWN, "misuse", True)
    assert len(simulator.store.transactions()) == before


@pytest.mark.parametrize(
    ("code", "is_our_fault"),
    [("91513", True), ("91502", True), ("915230", True), ("91564", False), ("81715", False), ("2000", False)],
)
def test_a_refusal_for_what_was_asked_is_not_the_banks(sol, simulator, code, is_our_fault):
    simulator.faults.add(operation="sale", kind="decline", code=code)
    outcome = pay(sol)
    assert (outcome.kind, outcome.code, outcome.is_our_fault) == (OutcomeKind.DECLINED, code, is_our_fault)


def test_a_refund_of_everything_before_settlement_releases_instead(sol, simulator):
    held = pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    outcome = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=TEN)
    assert (outcome.kind, outcome.standing) == (OutcomeKind.APPROVED, Standing.RELEASED)
    assert statuses(simulator, "payment-1") == ["voided"]


def test_a_refund_of_a_part_waits_for_settlement(sol, simulator, clock):
    held = pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    early = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal("4.00"))
    assert (early.kind, early.code) == (OutcomeKind.PENDING, "not_settled_yet")
    assert simulator.transactions("refund-1") == []

    clock.advance(6)
    simulator.settle_due()
    late = sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal("4.00"))
    assert (late.kind, late.standing) == (OutcomeKind.APPROVED, Standing.REFUNDED)


def test_refunds_cannot_exceed_what_was_paid(sol, simulator, clock):
    gateway_id = pay_and_settle(sol, simulator, clock)
    assert sol.refund(key="refund-1", gateway_id=gateway_id, amount=Decimal("6.00")).approved
    too_much = sol.refund(key="refund-2", gateway_id=gateway_id, amount=Decimal("6.00"))
    assert (too_much.kind, too_much.code) == (OutcomeKind.DECLINED, "91521")
    assert sol.refund(key="refund-3", gateway_id=gateway_id, amount=Decimal("4.00")).approved
    assert sol.refund(key="refund-4", gateway_id=gateway_id, amount=Decimal("1.00")).code == "91512"


def test_a_refund_under_the_payments_key_leaves_the_payment_to_be_found(sol, simulator, clock):
    gateway_id = pay_and_settle(sol, simulator, clock)
    assert sol.refund(key="payment-1", gateway_id=gateway_id, amount=TEN).standing is Standing.REFUNDED
    assert sol.find(key="payment-1").standing is Standing.CAPTURED


def test_three_d_secure_can_be_required(credentials):
    strict = BraintreeGateway(credentials("sol"), timeout=1, require_three_d_secure=True)
    plain = pay(strict, "payment-1")
    assert (plain.kind, plain.code) == (OutcomeKind.ACTION_REQUIRED, "three_d_secure")
    failed = pay(strict, "payment-2", nonce="fake-three-d-secure-visa-failed-authentication-nonce")
    assert (failed.kind, failed.liability_shifted) == (OutcomeKind.ACTION_REQUIRED, False)
    done = pay(strict, "payment-3", nonce="fake-three-d-secure-visa-full-authentication-nonce")
    assert (done.kind, done.liability_shifted) == (OutcomeKind.APPROVED, True)
    paypal = pay(strict, "payment-4", nonce="fake-paypal-one-time-nonce")
    assert (paypal.kind, paypal.liability_shifted) == (OutcomeKind.APPROVED, None)
    strict.close()


def test_two_providers_in_one_process_are_kept_apart(sol, vento, simulator):
    pay(sol, "payment-1")
    pay(vento, "payment-2")
    assert [each["account"] for each in simulator.transactions("payment-1")] == ["sol_eur"]
    assert [each["account"] for each in simulator.transactions("payment-2")] == ["vento_eur"]
    assert vento.find(key="payment-1") is None
    assert sol.find(key="payment-2") is None


def test_one_provider_cannot_touch_anothers_transaction(sol, vento, simulator):
    held = pay(sol)
    assert vento.void(key="payment-1", gateway_id=held.gateway_id).code == "not_found"
    assert vento.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).code == "not_found"
    assert statuses(simulator, "payment-1") == ["authorized"]


def test_the_simulators_cards_are_offered(sol):
    entry = sol.card_entry(currency="EUR")
    assert entry.kind == "test_cards"
    assert entry.client_token
    assert entry.cards[0].nonce == "fake-valid-visa-nonce"


def test_card_entry_needs_a_gateway_that_answers(sol, simulator):
    simulator.faults.add(operation="client_token", kind="error_before")
    with pytest.raises(GatewayUnavailable, match="gateway_error"):
        sol.card_entry(currency="EUR")


def test_card_entry_needs_a_merchant_account_the_gateway_knows(credentials):
    muddled = BraintreeGateway(credentials("sol", merchant_accounts={"EUR": "vento_eur"}), timeout=1)
    with pytest.raises(GatewayUnavailable):
        muddled.card_entry(currency="EUR")
    muddled.close()


def test_currencies_are_those_with_a_merchant_account(sol, vento):
    assert sol.currencies == {"EUR", "USD"}
    assert vento.currencies == {"EUR"}
    with pytest.raises(ValueError, match="no merchant account for USD"):
        vento.card_entry(currency="USD")
    with pytest.raises(ValueError, match="no merchant account for USD"):
        vento.authorise(key="payment-1", amount=TEN, currency="USD", nonce=VISA)


def test_misuse_is_noticed_before_anything_is_sent(sol, simulator):
    for wrong in (Decimal(0), Decimal("-1"), Decimal("NaN"), Decimal("1.0001"), 10.0):
        with pytest.raises(ValueError, match="amount"):
            pay(sol, amount=wrong)
    with pytest.raises(ValueError, match="payment key"):
        pay(sol, key="with space")
    assert simulator.store.transactions() == []


def real_gateway(environment: str, **options) -> BraintreeGateway:
    return BraintreeGateway(
        Credentials(
            environment=environment,
            merchant_id="m",
            public_key="p",
            private_key="q",
            merchant_accounts={"EUR": "m_eur"},
        ),
        **options,
    )


@pytest.mark.parametrize(
    ("environment", "server"),
    [
        ("sandbox", "https://api.sandbox.braintreegateway.com:443"),
        ("production", "https://api.braintreegateway.com:443"),
    ],
)
def test_real_environments_are_braintrees_own_and_require_three_d_secure(environment, server):
    gateway = real_gateway(environment)
    configuration = gateway._sdk.config
    assert configuration.base_url() == server
    assert configuration.timeout == 20
    assert gateway.requires_three_d_secure is True
