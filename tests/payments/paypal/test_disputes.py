"""Every status, stage and outcome of PayPal's disputes, and what each means: tables, nobody is asked."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.payments.gateway import DisputeFacts, DisputeStatus, EvidenceFile, Outcome, OutcomeKind
from portal.payments.paypal import disputes

TEN = Decimal("10.00")
OPEN, ANSWERED, WON, LOST = DisputeStatus.OPEN, DisputeStatus.ANSWERED, DisputeStatus.WON, DisputeStatus.LOST


def dispute(status: str = "WAITING_FOR_SELLER_RESPONSE", **more: Any) -> dict[str, Any]:
    return {
        "dispute_id": "PP-D-27803",
        "status": status,
        "reason": "UNAUTHORISED",
        "dispute_amount": {"currency_code": "EUR", "value": "10.00"},
        "dispute_life_cycle_stage": "CHARGEBACK",
        "disputed_transactions": [{"seller_transaction_id": "3BC38643YC807283D", "custom": "payment-1"}],
        "seller_response_due_date": "2026-12-03T08:00:00.000Z",
        **more,
    }


def resolved(code: str, **more: Any) -> DisputeFacts | Outcome:
    return disputes.facts(dispute("RESOLVED", dispute_outcome={"outcome_code": code, **more}))


def test_a_dispute_says_what_it_is_about_how_much_and_until_when():
    assert disputes.facts(dispute()) == DisputeFacts(
        id="PP-D-27803",
        status=OPEN,
        amount=TEN,
        currency="EUR",
        reference="payment-1",
        gateway_id="3BC38643YC807283D",
        kind="CHARGEBACK",
        reason="UNAUTHORISED",
        reply_by=date(2026, 12, 3),
    )


@pytest.mark.parametrize(
    ("status", "known"),
    [
        ("OPEN", OPEN),
        ("WAITING_FOR_SELLER_RESPONSE", OPEN),
        ("WAITING_FOR_BUYER_RESPONSE", ANSWERED),
        ("UNDER_REVIEW", ANSWERED),
        ("OTHER", ANSWERED),
    ],
)
def test_what_is_not_decided_waits_for_somebody(status, known):
    assert disputes.facts(dispute(status)).status is known


@pytest.mark.parametrize(
    ("code", "known", "won"),
    [
        ("RESOLVED_SELLER_FAVOUR", WON, TEN),
        ("RESOLVED_WITH_PAYOUT", WON, TEN),
        ("CANCELED_BY_BUYER", WON, TEN),
        ("DENIED", WON, TEN),
        ("NONE", WON, TEN),
        ("RESOLVED_BUYER_FAVOUR", LOST, Decimal()),
        ("ACCEPTED", LOST, Decimal()),
    ],
)
def test_an_outcome_says_who_has_the_money(code, known, won):
    facts = resolved(code)
    assert (facts.status, facts.won) == (known, won)


def test_of_what_was_lost_in_part_the_rest_stayed():
    assert resolved("RESOLVED_BUYER_FAVOUR", amount_refunded={"currency_code": "EUR", "value": "4.00"}).won == Decimal(
        6
    )
    whole = {"currency_code": "EUR", "value": "10.00"}
    assert resolved("RESOLVED_BUYER_FAVOUR", amount_refunded=whole).won == Decimal()
    assert resolved("RESOLVED_WITH_PAYOUT", amount_refunded=whole).won == TEN


@pytest.mark.parametrize("strange", [dispute("SOMETHING_NEW"), dispute("RESOLVED"), dispute(dispute_amount=None)])
def test_what_is_not_known_is_no_guess(strange):
    assert disputes.facts(strange).kind is OutcomeKind.UNKNOWN


def test_an_inquiry_takes_no_money_until_it_is_lost():
    inquiry = {"dispute_life_cycle_stage": "INQUIRY"}
    assert disputes.facts(dispute("OPEN", **inquiry)).is_inquiry
    lost = dispute("RESOLVED", dispute_outcome={"outcome_code": "RESOLVED_BUYER_FAVOUR"}, **inquiry)
    assert not disputes.facts(lost).is_inquiry


@pytest.mark.parametrize("about", [[], [{}], [{"custom": None}]])
def test_what_names_no_payment_of_ours_has_no_reference(about):
    assert disputes.facts(dispute(disputed_transactions=about)).reference == ""


def test_the_number_of_the_invoice_names_a_payment_too():
    about = [{"invoice_number": "payment-1"}]
    assert disputes.facts(dispute(disputed_transactions=about)).reference == "payment-1"


def test_evidence_is_a_form_of_notes_and_files():
    said, file = disputes.evidence(["Delivered.", "Agreed."], [EvidenceFile(name="C-1.pdf", content=b"%PDF")])
    assert said == ("input", (None, said[1][1], "application/json"))
    assert json.loads(said[1][1]) == {"evidences": [{"evidence_type": "OTHER", "notes": "Delivered.\n\nAgreed."}]}
    assert file == ("file1", ("C-1.pdf", b"%PDF", "application/pdf"))


def test_notes_are_as_few_as_can_be_and_none_is_too_long():
    texts = ["a" * 500, "b" * 500, "c" * 500, "d" * 500, "e" * 500]
    (said,) = disputes.evidence(texts, [])
    notes = [each["notes"] for each in json.loads(said[1][1])["evidences"]]
    assert [len(note) for note in notes] == [1506 - 2, 1002]
    assert "".join(notes).replace("\n", "") == "".join(texts)


def test_only_the_query_of_the_next_page_is_followed():
    page = {"links": [{"rel": "next", "href": "https://evil.example/v1/customer/disputes?next_page_token=abc"}]}
    assert disputes.next_page(page) == "next_page_token=abc"
    assert disputes.next_page({"items": []}) == ""
