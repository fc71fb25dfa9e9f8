"""Every status and reason of PayPal's, and what each means: tables, nobody is asked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.payments.gateway import Outcome, OutcomeKind, Standing
from portal.payments.paypal import answers
from portal.payments.paypal.answers import Asked

MONEY = {"currency_code": "EUR", "value": "10.00"}
ASKED = Asked(merchant_id="SOL", reference="payment-1", amount=Decimal(10), currency="EUR")
APPROVED, DECLINED, PENDING, UNKNOWN = (
    OutcomeKind.APPROVED,
    OutcomeKind.DECLINED,
    OutcomeKind.PENDING,
    OutcomeKind.UNKNOWN,
)


def payment(status: str, number: str = "1", **more: Any) -> dict[str, Any]:
    made = f"2026-11-23T00:00:0{number}Z"
    return {"id": number, "status": status, "amount": MONEY, "custom_id": "payment-1", "create_time": made} | more


def order(status: str = "COMPLETED", unit: dict[str, Any] | None = None, **payments: Any) -> dict[str, Any]:
    whole = {
        "amount": MONEY,
        "payee": {"merchant_id": "SOL"},
        "custom_id": "payment-1",
        "invoice_id": "payment-1",
        "payments": payments,
    }
    return {"id": "ORDER", "status": status, "purchase_units": [whole | (unit or {})]}


def read(made: dict[str, Any], asked: Asked = ASKED) -> Outcome:
    return answers.read(made, asked=asked, goals=answers.HELD_OR_TAKEN)


@pytest.mark.parametrize(
    ("status", "kind", "standing", "code"),
    [
        ("CREATED", PENDING, Standing.PENDING, "waits_for_purchaser"),
        ("SAVED", PENDING, Standing.PENDING, "waits_for_purchaser"),
        ("PAYER_ACTION_REQUIRED", PENDING, Standing.PENDING, "waits_for_purchaser"),
        ("APPROVED", PENDING, Standing.PENDING, "agreed_by_purchaser"),
        ("VOIDED", DECLINED, Standing.RELEASED, "VOIDED"),
        ("COMPLETED", UNKNOWN, None, "COMPLETED"),
        ("SOMETHING_NEW", UNKNOWN, None, "SOMETHING_NEW"),
    ],
)
def test_an_order_under_which_nothing_was_paid(status, kind, standing, code):
    outcome = read(order(status))
    assert (outcome.kind, outcome.standing, outcome.code) == (kind, standing, code)


@pytest.mark.parametrize(
    ("status", "kind", "standing"),
    [
        ("CREATED", APPROVED, Standing.AUTHORISED),
        ("PENDING", PENDING, Standing.PENDING),
        ("DENIED", DECLINED, Standing.DECLINED),
        ("VOIDED", DECLINED, Standing.RELEASED),
        ("EXPIRED", DECLINED, Standing.RELEASED),
        ("CAPTURED", APPROVED, Standing.CAPTURED),
        ("PARTIALLY_CAPTURED", UNKNOWN, None),
        ("SOMETHING_NEW", UNKNOWN, None),
    ],
)
def test_an_authorisation(status, kind, standing):
    outcome = read(order(authorizations=[payment(status)]))
    assert (outcome.kind, outcome.standing) == (kind, standing)


@pytest.mark.parametrize(
    ("status", "kind", "standing"),
    [
        ("COMPLETED", APPROVED, Standing.CAPTURED),
        ("PARTIALLY_REFUNDED", APPROVED, Standing.CAPTURED),
        ("REFUNDED", APPROVED, Standing.CAPTURED),
        ("PENDING", PENDING, Standing.PENDING),
        ("DECLINED", DECLINED, Standing.CAPTURE_FAILED),
        ("FAILED", DECLINED, Standing.CAPTURE_FAILED),
        ("SOMETHING_NEW", UNKNOWN, None),
    ],
)
def test_a_capture_goes_before_what_it_was_taken_of(status, kind, standing):
    outcome = read(order(authorizations=[payment("CAPTURED")], captures=[payment(status, "2")]))
    assert (outcome.kind, outcome.standing) == (kind, standing)


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("COMPLETED", Standing.REFUNDED),
        ("PENDING", Standing.PENDING),
        ("FAILED", Standing.REFUND_FAILED),
        ("CANCELLED", Standing.REFUND_FAILED),
        ("SOMETHING_NEW", None),
    ],
)
def test_a_refund(status, standing):
    assert answers.read_refund(payment(status), asked=ASKED, order=order()).standing is standing


@pytest.mark.parametrize(
    "reason",
    [
        "UNILATERAL",
        "ECHECK",
        "PENDING_REVIEW",
        "VERIFICATION_REQUIRED",
        "BUYER_COMPLAINT",
        "CHARGEBACK",
        "INTERNATIONAL_WITHDRAWAL",
        "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION",
        "TRANSACTION_APPROVED_AWAITING_FUNDING",
        "OTHER",
        "SOMETHING_NEW",
        None,
    ],
)
def test_pending_is_never_approved_whatever_the_reason(reason):
    details = {"status_details": {"reason": reason}} if reason else {}
    for paid in ("authorizations", "captures"):
        outcome = read(order(**{paid: [payment("PENDING", **details)]}))
        assert (outcome.kind, outcome.code) == (PENDING, reason or "PENDING")


def test_of_several_authorisations_the_youngest_that_holds_money_counts():
    renewed = [payment("CREATED", "2"), payment("CREATED", "1"), payment("VOIDED", "3")]
    assert answers.holding(order(authorizations=renewed))["id"] == "2"
    assert read(order(authorizations=renewed)).standing is Standing.AUTHORISED


def test_money_is_still_held_after_a_capture_that_was_declined():
    outcome = read(order(authorizations=[payment("CREATED")], captures=[payment("DECLINED", "2")]))
    assert (outcome.kind, outcome.standing) == (APPROVED, Standing.AUTHORISED)


def test_two_captures_need_a_person():
    outcome = read(order(captures=[payment("COMPLETED"), payment("PENDING", "2")]))
    assert (outcome.kind, outcome.standing, outcome.code) == (UNKNOWN, None, "several_transactions")


@pytest.mark.parametrize(
    ("asked", "unit", "paid", "text"),
    [
        ({"amount": Decimal(11)}, {}, {}, "amount is 10.00, asked was 11"),
        ({"currency": "USD"}, {}, {}, "currency is EUR, asked was USD"),
        ({}, {"payee": {"merchant_id": "EVE"}}, {}, "payee is EVE, asked was SOL"),
        ({}, {"payee": {}}, {}, "payee is , asked was SOL"),
        ({"reference": "payment-2"}, {}, {}, "reference is payment-1, asked was payment-2"),
        ({}, {"invoice_id": "other"}, {}, "reference is other/payment-1, asked was payment-1"),
        ({}, {}, {"custom_id": "other"}, "reference is other/payment-1, asked was payment-1"),
        ({}, {}, {"amount": {"currency_code": "EUR", "value": "9.99"}}, "amount is 9.99, asked was 10"),
        ({}, {}, {"amount": {"currency_code": "EUR", "value": "much"}}, "amount is None, asked was 10"),
    ],
)
def test_what_is_not_as_asked_is_never_approved(asked, unit, paid, text):
    values = {"merchant_id": "SOL", "reference": "payment-1", "amount": Decimal(10), "currency": "EUR"}
    outcome = read(order(unit=unit, authorizations=[payment("CREATED", **paid)]), Asked(**(values | asked)))
    assert (outcome.kind, outcome.standing, outcome.code) == (UNKNOWN, None, "mismatch")
    assert text in outcome.text


@pytest.mark.parametrize("made", [{}, {"id": "ORDER"}, {"id": "ORDER", "purchase_units": [{}, {}]}])
def test_an_answer_that_is_no_order_of_ours_is_unknown(made):
    assert (read(made).kind, read(made).code) == (UNKNOWN, "unreadable_answer")


def error(issue: str, name: str = "UNPROCESSABLE_ENTITY") -> dict[str, Any]:
    return {"name": name, "debug_id": "d1", "details": [{"issue": issue, "value": "somebody@example.org"}]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "is_our_fault"),
    [
        (422, error("INSTRUMENT_DECLINED"), DECLINED, "INSTRUMENT_DECLINED", False),
        (422, error("PAYER_CANNOT_PAY"), DECLINED, "PAYER_CANNOT_PAY", False),
        (422, error("PAYEE_ACCOUNT_RESTRICTED"), DECLINED, "PAYEE_ACCOUNT_RESTRICTED", True),
        (422, error("SOMETHING_NEW"), DECLINED, "SOMETHING_NEW", True),
        (422, error("ORDER_NOT_APPROVED"), PENDING, "waits_for_purchaser", False),
        (422, error("PAYER_ACTION_REQUIRED"), PENDING, "waits_for_purchaser", False),
        (422, error("PREVIOUS_REQUEST_IN_PROGRESS"), UNKNOWN, "PREVIOUS_REQUEST_IN_PROGRESS", False),
        (422, error("DUPLICATE_REQUEST_ID"), UNKNOWN, "DUPLICATE_REQUEST_ID", False),
        (400, error("INVALID_PARAMETER_VALUE", "INVALID_REQUEST"), DECLINED, "INVALID_PARAMETER_VALUE", True),
        (403, {"name": "NOT_AUTHORIZED"}, DECLINED, "NOT_AUTHORIZED", True),
        (404, error("INVALID_RESOURCE_ID", "RESOURCE_NOT_FOUND"), DECLINED, "not_found", False),
        (404, None, UNKNOWN, "unexpected", False),
        (403, "<html>", UNKNOWN, "unexpected", False),
        (401, {"error": "invalid_token"}, UNKNOWN, "credentials_refused", False),
        (408, None, UNKNOWN, "timeout", False),
        (409, error("SOMETHING"), UNKNOWN, "in_progress", False),
        (429, {"name": "RATE_LIMIT_REACHED"}, UNKNOWN, "too_many_requests", False),
        (500, None, UNKNOWN, "gateway_error", False),
        (503, {"name": "SERVICE_UNAVAILABLE"}, UNKNOWN, "gateway_error", False),
        (504, None, UNKNOWN, "timeout", False),
        (599, None, UNKNOWN, "gateway_error", False),
        (302, None, UNKNOWN, "unexpected", False),
    ],
)
def test_refusals_say_whose_fault_it_was_and_doubts_stay_doubts(status, body, kind, code, is_our_fault):
    outcome = answers.refusal(status, body)
    assert (outcome.kind, outcome.code, outcome.is_our_fault) == (kind, code, is_our_fault)
    assert "somebody" not in outcome.text


@pytest.mark.parametrize(
    ("since", "is_past"),
    [
        ("2026-11-20T00:00:01Z", False),
        ("2026-11-19T23:59:59Z", True),
        ("2026-11-19T23:59:59", False),
        ("yesterday", False),
        (None, False),
    ],
)
def test_paypal_stands_for_held_money_for_three_days(since, is_past):
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert answers.is_past_honour({"create_time": since}, now=now) is is_past


@pytest.mark.parametrize(
    ("resource", "reference", "number"),
    [
        ({"id": "CAP", "custom_id": "k", "supplementary_data": {"related_ids": {"order_id": "ORD"}}}, "k", "ORD"),
        ({"id": "ORD", "purchase_units": [{"custom_id": "k"}]}, "k", "ORD"),
        ({"disputed_transactions": [{"custom": "k", "seller_transaction_id": "CAP"}]}, "k", "CAP"),
        ({}, "", ""),
    ],
)
def test_a_notification_says_which_payment_to_look_at(resource, reference, number):
    notice = answers.notice({"event_type": "SOME.EVENT", "resource": resource})
    assert (notice.kind, notice.reference, notice.gateway_id) == ("SOME.EVENT", reference, number)
