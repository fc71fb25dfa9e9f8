"""Every status Braintree's SDK knows, and what it means for an order."""

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

import portal.payments.braintree.gateway as adapter
from portal.payments.braintree import answers
from portal.payments.gateway import OutcomeKind, Standing

ASKED = answers.Asked(
    merchant_accounts={"EUR": "sol_eur"}, reference="payment-1", amount=Decimal("10.00"), currency="EUR"
)


def transaction(status: str, **changes: Any) -> SimpleNamespace:
    facts: dict[str, Any] = {
        "id": "abc",
        "status": status,
        "type": "sale",
        "amount": Decimal("10.00"),
        "currency_iso_code": "EUR",
        "merchant_account_id": "sol_eur",
        "order_id": "payment-1",
        "created_at": datetime(2026, 11, 23, 12, 0, 0),  # noqa: DTZ001 - the SDK's times carry no zone
    }
    return SimpleNamespace(**(facts | changes))


def test_no_status_of_the_sdk_is_missing():
    known = adapter.braintree.Transaction.Status
    assert set(answers.STANDINGS) == {value for name, value in vars(known).items() if not name.startswith("_")}


@pytest.mark.parametrize(
    ("status", "standing", "kind"),
    [
        ("authorizing", Standing.PENDING, OutcomeKind.PENDING),
        ("authorized", Standing.AUTHORISED, OutcomeKind.APPROVED),
        ("authorization_expired", Standing.RELEASED, OutcomeKind.DECLINED),
        ("submitted_for_settlement", Standing.CAPTURED, OutcomeKind.APPROVED),
        ("settling", Standing.CAPTURED, OutcomeKind.APPROVED),
        ("settlement_confirmed", Standing.CAPTURED, OutcomeKind.APPROVED),
        ("settled", Standing.CAPTURED, OutcomeKind.APPROVED),
        ("settlement_pending", Standing.PENDING, OutcomeKind.PENDING),
        ("settlement_declined", Standing.CAPTURE_FAILED, OutcomeKind.DECLINED),
        ("settlement_failed", Standing.CAPTURE_FAILED, OutcomeKind.DECLINED),
        ("voided", Standing.RELEASED, OutcomeKind.DECLINED),
        ("processor_declined", Standing.DECLINED, OutcomeKind.DECLINED),
        ("gateway_rejected", Standing.DECLINED, OutcomeKind.DECLINED),
        ("failed", Standing.DECLINED, OutcomeKind.DECLINED),
        ("something_new", None, OutcomeKind.UNKNOWN),
    ],
)
def test_what_a_status_means_for_a_payment(status, standing, kind):
    outcome = answers.read(transaction(status), asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert (outcome.standing, outcome.kind) == (standing, kind)


@pytest.mark.parametrize(
    ("status", "standing", "kind"),
    [
        ("submitted_for_settlement", Standing.REFUNDED, OutcomeKind.APPROVED),
        ("settled", Standing.REFUNDED, OutcomeKind.APPROVED),
        ("settlement_pending", Standing.PENDING, OutcomeKind.PENDING),
        ("processor_declined", Standing.REFUND_FAILED, OutcomeKind.DECLINED),
        ("settlement_declined", Standing.REFUND_FAILED, OutcomeKind.DECLINED),
        ("voided", Standing.REFUND_FAILED, OutcomeKind.DECLINED),
    ],
)
def test_what_a_status_means_for_a_refund(status, standing, kind):
    outcome = answers.read(transaction(status, type="credit"), asked=ASKED, goals=answers.GIVEN_BACK)
    assert (outcome.standing, outcome.kind) == (standing, kind)


@pytest.mark.parametrize(
    "difference",
    [
        {"amount": Decimal("9.99")},
        {"currency_iso_code": "USD"},
        {"merchant_account_id": "vento_eur"},
        {"order_id": "payment-2"},
        {"order_id": None},
    ],
)
@pytest.mark.parametrize("status", ["authorized", "settled", "authorizing"])
def test_any_difference_from_what_was_asked_is_a_mismatch(status, difference):
    outcome = answers.read(transaction(status, **difference), asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.UNKNOWN, None, "mismatch")
    assert outcome.gateway_id == "abc"


def test_a_decline_stays_a_decline_whatever_else_differs():
    declined = transaction("processor_declined", processor_response_code="2001", amount=Decimal("9.99"))
    outcome = answers.read(declined, asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DECLINED, "2001")


def at(second: int) -> datetime:
    return datetime(2026, 11, 23, 12, 0, second)  # noqa: DTZ001 - the SDK's times carry no zone


def test_a_live_transaction_goes_before_one_that_ended():
    held = transaction("authorized", id="first", created_at=at(1))
    declined = transaction("processor_declined", id="second", created_at=at(2))
    outcome = answers.the_one([declined, held], asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert outcome is not None
    assert outcome.gateway_id == "first"


def test_of_those_that_ended_the_youngest_counts():
    ended = [transaction("voided", id="first", created_at=at(1)), transaction("failed", id="second", created_at=at(2))]
    outcome = answers.the_one(reversed(ended), asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert outcome is not None
    assert outcome.gateway_id == "second"


def test_two_live_transactions_need_a_person():
    twice = [transaction("authorized", id="first"), transaction("settled", id="second")]
    outcome = answers.the_one(twice, asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert outcome is not None
    assert (outcome.kind, outcome.standing, outcome.code) == (OutcomeKind.UNKNOWN, None, "several_transactions")


def test_a_rejection_as_duplicate_alone_proves_nothing():
    rejected = transaction("gateway_rejected", gateway_rejection_reason="duplicate")
    outcome = answers.the_one([rejected], asked=ASKED, goals=answers.HELD_OR_TAKEN)
    assert outcome is not None
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "duplicate")


def test_nothing_found_is_none():
    assert answers.the_one([], asked=ASKED, goals=answers.HELD_OR_TAKEN) is None


def test_every_failure_it_names_is_one_of_the_sdks():
    def below(kind: type[Exception]) -> set[str]:
        return {kind.__name__}.union(*(below(each) for each in kind.__subclasses__()))

    assert set(answers.FAILURES) <= below(adapter.BraintreeError)
