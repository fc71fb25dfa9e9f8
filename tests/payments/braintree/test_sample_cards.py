"""Each sample card does in the simulator what its label promises on the payment page."""

from decimal import Decimal

import pytest

from portal.payments.braintree.gateway import BraintreeGateway
from portal.payments.braintree.sample_cards import SAMPLE_CARDS
from portal.payments.gateway import Outcome, OutcomeKind, SampleCard, Standing

TEN = Decimal("10.00")
BY_LABEL = {card.label_key: card for card in SAMPLE_CARDS}


def pay(gateway: BraintreeGateway, label: str) -> Outcome:
    return gateway.authorise(key="payment-1", amount=TEN, currency="EUR", nonce=BY_LABEL[label].nonce)


def test_nonces_are_told_apart():
    assert len({card.nonce for card in SAMPLE_CARDS}) == len(SAMPLE_CARDS)


@pytest.mark.parametrize("card", SAMPLE_CARDS, ids=lambda card: card.nonce)
def test_the_simulator_knows_every_card_and_shows_the_same_digits(sol, simulator, card: SampleCard):
    sol.authorise(key="payment-1", amount=TEN, currency="EUR", nonce=card.nonce)
    seen = [each["last_four"] for each in simulator.transactions("payment-1")]
    assert seen == ([] if card.label_key == "never_asked" else [card.last_four])


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("approved", OutcomeKind.APPROVED),
        ("declined", OutcomeKind.DECLINED),
        ("rejected_as_fraud", OutcomeKind.DECLINED),
        ("needs_authentication", OutcomeKind.ACTION_REQUIRED),
        ("lost_answer", OutcomeKind.UNKNOWN),
        ("never_asked", OutcomeKind.UNKNOWN),
        ("lost_capture_answer", OutcomeKind.APPROVED),
        ("capture_refused_once", OutcomeKind.APPROVED),
        ("settlement_refused", OutcomeKind.APPROVED),
    ],
)
def test_what_comes_back_at_once(sol, label, kind):
    assert pay(sol, label).kind is kind


def test_the_slow_card_is_slower_than_a_second(sol):
    assert (pay(sol, "slow_answer").kind, sol.find(key="payment-1").standing) == (
        OutcomeKind.UNKNOWN,
        Standing.AUTHORISED,
    )


def test_a_lost_answer_is_found(sol):
    pay(sol, "lost_answer")
    assert sol.find(key="payment-1").standing is Standing.AUTHORISED


def test_what_was_never_asked_is_not_found(sol):
    pay(sol, "never_asked")
    assert sol.find(key="payment-1") is None


def test_a_lost_capture_is_found(sol):
    held = pay(sol, "lost_capture_answer")
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).kind is OutcomeKind.UNKNOWN
    assert sol.find(key="payment-1").standing is Standing.CAPTURED


def test_a_capture_is_refused_once(sol):
    held = pay(sol, "capture_refused_once")
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).kind is OutcomeKind.DECLINED
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved


def test_a_settlement_is_refused(sol, simulator, clock):
    held = pay(sol, "settlement_refused")
    assert sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN).approved
    clock.advance(6)
    simulator.settle_due()
    assert sol.find(key="payment-1").standing is Standing.CAPTURE_FAILED
