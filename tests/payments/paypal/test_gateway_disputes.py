"""Disputes at PayPal, over HTTP: what is known of them, evidence, giving in; and whatever answers get lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.payments.gateway import DisputeFacts, DisputeStatus, EvidenceFile, OutcomeKind
from tests.payments.paypal.conftest import TEN

PDF = EvidenceFile(name="certificate.pdf", content=b"%PDF-1.7 proof")
TEXTS = ("Units were cancelled.", "Consent was given.")
SINCE = date(2026, 11, 1)


@pytest.fixture
def disputed(sol, payer, simulator) -> Any:
    """Dispute the payment of ten euros that Sol took, with whatever a test wants different."""
    held = payer.pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    capture = next(each for each in simulator.paypal.papers("payment-1") if each["kind"] == "capture")

    def dispute(reason: str = "UNAUTHORISED", **wishes: str) -> str:
        return str(simulator.paypal.dispute(capture["id"], reason, **wishes)["id"])

    return dispute


def evidence(simulator) -> list[tuple[str, list[str]]]:
    papers = [each for each in simulator.paypal.papers("payment-1") if each["kind"] == "dispute"]
    return [
        (each.get("notes"), [file["name"] for file in each.get("documents", [])])
        for each in papers[0]["extra"].get("evidences", [])
    ]


def statuses(simulator) -> list[str]:
    (paper,) = [each for each in simulator.paypal.papers("payment-1") if each["kind"] == "dispute"]
    return [step["status"] for step in paper["history"]]


def test_a_dispute_is_known_with_its_payment_its_amount_and_its_last_day(sol, simulator, disputed):
    number = disputed("MERCHANDISE_OR_SERVICE_NOT_RECEIVED", amount="4.00")
    capture = next(each for each in simulator.paypal.papers("payment-1") if each["kind"] == "capture")
    facts = sol.dispute(number)
    assert facts == DisputeFacts(
        id=number,
        status=DisputeStatus.OPEN,
        amount=Decimal("4.00"),
        currency="EUR",
        reference="payment-1",
        gateway_id=capture["id"],
        kind="CHARGEBACK",
        reason="MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        reply_by=date(2026, 12, 3),
    )
    assert sol.disputes(since=SINCE) == [facts]
    assert sol.disputes(since=date(2026, 11, 24)) == []


def test_a_dispute_that_does_not_name_our_key_is_known_by_its_capture(sol, simulator, disputed):
    number = disputed()
    paper = simulator.paypal.archive.by_id(number)
    simulator.paypal.archive.save(type(paper)(**{**vars(paper), "reference": "", "invoice_id": ""}))
    assert sol.dispute(number).reference == "payment-1"


def test_all_pages_of_a_list_are_read(sol, disputed):
    made = {disputed() for _each in range(51)}
    assert {each.id for each in sol.disputes(since=SINCE)} == made


def test_a_list_reaches_back_as_far_as_paypal_lets_it(sol, disputed):
    number = disputed()
    assert [each.id for each in sol.disputes(since=date(2025, 1, 1))] == [number]


def test_a_dispute_of_a_kind_we_do_not_know_keeps_no_other_from_being_found(sol, simulator, disputed):
    strange, number = disputed(), disputed()
    paper = simulator.paypal.archive.by_id(strange)
    simulator.paypal.archive.save(type(paper)(**{**vars(paper), "status": "SOMETHING_NEW"}))
    assert sol.dispute(strange).code == "unknown_status"
    assert [each.id for each in sol.disputes(since=SINCE)] == [number]


def test_another_providers_dispute_is_not_known(sol, vento, disputed):
    number = disputed()
    answer = vento.dispute(number)
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "not_found")
    assert vento.disputes(since=SINCE) == []


def test_evidence_is_sent_once_and_paypal_decides_from_then_on(sol, simulator, disputed):
    number = disputed()
    for _twice in range(2):
        assert sol.send_evidence(number, texts=TEXTS, files=[PDF]).approved
    assert evidence(simulator) == [("\n\n".join(TEXTS), ["certificate.pdf"])]
    assert statuses(simulator) == ["WAITING_FOR_SELLER_RESPONSE", "UNDER_REVIEW"]


@pytest.mark.parametrize("kind", ["error_before", "drop", "error_after", "drop_before"])
def test_evidence_whose_answer_was_lost_is_not_sent_again(sol, simulator, disputed, kind):
    number = disputed()
    simulator.faults.add(operation="evidence", kind=kind)
    assert sol.send_evidence(number, texts=TEXTS, files=[PDF]).kind is OutcomeKind.UNKNOWN
    assert sol.send_evidence(number, texts=TEXTS, files=[PDF]).approved
    assert len(evidence(simulator)) == 1


def test_paypal_may_ask_for_more_evidence_and_gets_it(sol, simulator, disputed):
    number = disputed()
    sol.send_evidence(number, texts=TEXTS[:1])
    simulator.paypal.decide(number, "WAITING_FOR_SELLER_RESPONSE")
    assert sol.dispute(number).status is DisputeStatus.OPEN
    assert sol.send_evidence(number, texts=TEXTS[1:]).approved
    assert evidence(simulator) == [(TEXTS[0], []), (TEXTS[1], [])]


def test_a_file_of_another_kind_is_refused_and_nothing_is_handed_in(sol, simulator, disputed):
    answer = sol.send_evidence(disputed(), texts=[], files=[EvidenceFile(name="record.txt", content=b"plain")])
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "INVALID_FILE_TYPE")
    assert statuses(simulator) == ["WAITING_FOR_SELLER_RESPONSE"]


def test_an_inquiry_takes_no_evidence_and_paypal_says_so(sol, disputed):
    number = disputed(stage="INQUIRY")
    assert sol.dispute(number).is_inquiry
    answer = sol.send_evidence(number, texts=TEXTS)
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "CANNOT_PROVIDE_EVIDENCE")


def test_evidence_comes_too_late_for_what_is_decided(sol, simulator, disputed):
    number = disputed()
    simulator.paypal.decide(number, "RESOLVED_BUYER_FAVOUR")
    answer = sol.send_evidence(number, texts=TEXTS)
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "lost")


@pytest.mark.parametrize("kind", ["drop", "error_before", ""])
def test_giving_in_is_done_once(sol, simulator, disputed, kind):
    number = disputed()
    if kind:
        simulator.faults.add(operation="accept", kind=kind)
        assert sol.accept(number).kind is OutcomeKind.UNKNOWN
    for _twice in range(2):
        assert sol.accept(number).approved
    assert statuses(simulator) == ["WAITING_FOR_SELLER_RESPONSE", "RESOLVED"]
    assert sol.dispute(number).status is DisputeStatus.LOST


def test_giving_in_may_be_refused(sol, simulator, disputed):
    number = disputed()
    simulator.faults.add(operation="accept", kind="decline")
    answer = sol.accept(number)
    assert (answer.kind, answer.code) == (OutcomeKind.DECLINED, "CANNOT_ACCEPT_CLAIM")


def test_a_paypal_that_does_not_answer_leaves_it_unknown(sol, simulator, disputed):
    number = disputed()
    simulator.stop()
    for answer in (
        sol.dispute(number),
        sol.disputes(since=SINCE),
        sol.send_evidence(number, texts=TEXTS),
        sol.accept(number),
    ):
        assert answer.kind is OutcomeKind.UNKNOWN


def test_what_cannot_be_a_number_is_not_asked_about(sol):
    for answer in (sol.dispute("../x"), sol.send_evidence("../x", texts=TEXTS), sol.accept("../x")):
        assert answer.code == "misuse"
