"""Disputes, through the SDK over HTTP: what is known of them, evidence, giving in; and whatever answers get lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.payments.gateway import DisputeFacts, DisputeStatus, EvidenceFile, OutcomeKind

TEN = Decimal("10.00")
PDF = EvidenceFile(name="certificate.pdf", content=b"%PDF-1.7 proof")
TEXTS = ("Units were cancelled.", "Consent was given.")


@pytest.fixture
def disputed(sol, simulator, clock) -> Any:
    """Dispute the payment of ten euros that Sol took, with whatever a test wants different."""
    held = sol.authorise(key="payment-1", amount=TEN, currency="EUR", nonce="fake-valid-visa-nonce")
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    clock.advance(10)
    simulator.settle_due()

    def dispute(**wishes: str) -> str:
        opened = simulator.disputes.open(merchant_id="sol", transaction_id=held.gateway_id, **wishes)
        return str(opened["id"])

    return dispute


def evidence(simulator) -> list[tuple[Any, bool]]:
    (dispute,) = simulator.disputes.all()
    return [(each["comment"], bool(each["url"])) for each in dispute["evidence"]]


def test_a_dispute_is_known_with_its_payment_its_amount_and_its_last_day(sol, simulator, disputed):
    number = disputed(reason="product_not_received")
    facts = sol.dispute(number)
    assert facts == DisputeFacts(
        id=number,
        status=DisputeStatus.OPEN,
        amount=TEN,
        currency="EUR",
        reference="payment-1",
        gateway_id=simulator.transactions(order_id="payment-1")[0]["id"],
        kind="chargeback",
        reason="product_not_received",
        reply_by=date(2026, 12, 3),
    )
    assert sol.disputes(since=date(2026, 11, 1)) == [facts]
    assert sol.disputes(since=date(2026, 12, 1)) == []


def test_an_inquiry_takes_no_money(sol, disputed):
    assert sol.dispute(disputed(kind="retrieval")).is_inquiry


def test_another_providers_dispute_is_not_known(sol, vento, disputed):
    number = disputed()
    answer = vento.dispute(number)
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "not_found")
    assert vento.disputes(since=date(2026, 11, 1)) == []


@pytest.mark.parametrize(
    ("status", "known"),
    [("won", "won"), ("lost", "lost"), ("expired", "lost"), ("auto_accepted", "lost"), ("under_review", "answered")],
)
def test_how_a_dispute_ended_is_known(sol, simulator, disputed, status, known):
    number = disputed()
    simulator.disputes.decide(dispute_id=number, status=status)
    facts = sol.dispute(number)
    assert facts.status == known
    assert facts.won == (TEN if status == "won" else Decimal())


def test_evidence_is_sent_once_and_the_bank_decides_from_then_on(sol, simulator, disputed):
    number = disputed()
    for _twice in range(2):
        assert sol.send_evidence(number, texts=TEXTS, files=[PDF]).approved
    assert evidence(simulator) == [(TEXTS[0], False), (TEXTS[1], False), (None, True)]
    assert simulator.disputes.all()[0]["status"] == "disputed"


@pytest.mark.parametrize("kind", ["error_before", "drop", "error_after"])
def test_evidence_whose_answer_was_lost_is_not_sent_again(sol, simulator, disputed, kind):
    number = disputed()
    simulator.faults.add(operation="finalize", kind=kind)
    assert sol.send_evidence(number, texts=TEXTS, files=[PDF]).kind is OutcomeKind.UNKNOWN
    assert sol.send_evidence(number, texts=TEXTS, files=[PDF]).approved
    assert len(evidence(simulator)) == 3
    assert [each["status"] for each in simulator.disputes.all()[0]["history"]] == ["open", "disputed"]


def test_a_file_of_another_kind_is_refused_and_nothing_is_handed_in(sol, simulator, disputed):
    answer = sol.send_evidence(disputed(), texts=[], files=[EvidenceFile(name="record.txt", content=b"plain")])
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "84903")
    assert simulator.disputes.all()[0]["status"] == "open"


def test_evidence_comes_too_late_for_what_is_decided(sol, simulator, disputed):
    number = disputed()
    simulator.disputes.decide(dispute_id=number, status="expired")
    answer = sol.send_evidence(number, texts=TEXTS)
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "lost")


def test_giving_in_is_done_once(sol, simulator, disputed):
    number = disputed()
    for _twice in range(2):
        assert sol.accept(number).approved
    assert simulator.disputes.all()[0]["status"] == "accepted"


def test_a_gateway_that_does_not_answer_leaves_it_unknown(sol, simulator, disputed):
    number = disputed()
    simulator.stop()
    for answer in (
        sol.dispute(number),
        sol.disputes(since=date(2026, 11, 1)),
        sol.send_evidence(number, texts=TEXTS),
        sol.accept(number),
    ):
        assert answer.kind is OutcomeKind.UNKNOWN


def test_what_cannot_be_a_number_is_not_asked_about(sol):
    assert sol.dispute("../x").code == "misuse"
