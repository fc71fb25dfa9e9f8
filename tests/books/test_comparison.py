"""One thing beside its like: where they may stand, and where they contradict each other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

from portal.books import comparison
from portal.books.comparison import OurOrder, OurPayment, Seen, Sort
from portal.payments.gateway import Outcome, OutcomeKind, Recorded, RecordedKind, Standing
from portal.payments.models import PaymentState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEN = Decimal("10.00")
OURS = OurPayment(
    key="K",
    reference="R",
    rail="card",
    state="captured",
    amount=TEN,
    currency="EUR",
    gateway_id="g1",
    sent_at=NOW,
)
THEIRS = Recorded(
    number="g1",
    kind=RecordedKind.PAYMENT,
    standing=Standing.CAPTURED,
    amount=TEN,
    currency="EUR",
    key="K",
    at=NOW,
)
PAID = OurOrder(
    reference="R",
    state="completed",
    placed_at=NOW,
    paid_at=NOW,
    quantity=4,
    amount=TEN,
    currency="EUR",
    captured=TEN,
    cancellation="done",
    units_cancelled=4,
)


def sort_of(difference: comparison.Difference | None) -> Sort | None:
    return difference.sort if difference else None


def test_every_state_beside_every_standing_is_judged() -> None:
    agree = {
        (state, standing)
        for state, standing in product(PaymentState.values, Standing)
        if comparison.of_recorded(replace(THEIRS, standing=standing), replace(OURS, state=state)) is None
    }
    for state in ("captured", "authorised", "released", "declined"):
        for standing in (Standing.AUTHORISED, Standing.CAPTURED):
            is_same = state == standing.value
            assert ((state, standing) in agree) is is_same, (state, standing)
    assert {standing for state, standing in agree if state == "sent"} == set(Standing)


def test_a_standing_that_no_table_knows_agrees_with_nothing() -> None:
    assert sort_of(comparison.of_recorded(replace(THEIRS, standing=None), OURS)) is Sort.OTHER_STATE
    assert sort_of(comparison.of_recorded(replace(THEIRS, standing=None), None)) is Sort.UNKNOWN_MONEY


def test_what_came_to_nothing_at_a_gateway_is_nothing_to_us() -> None:
    for standing in (Standing.DECLINED, Standing.RELEASED, Standing.CAPTURE_FAILED):
        assert comparison.of_recorded(replace(THEIRS, standing=standing), None) is None


def test_amounts_and_currencies_are_compared() -> None:
    for change in ({"amount": Decimal("9.99")}, {"currency": "USD"}):
        found = comparison.of_recorded(replace(THEIRS, **change), OURS)
        assert sort_of(found) is Sort.OTHER_AMOUNT
        assert found
        assert (found.ours, found.number, found.reference) == ("10.00 EUR", "g1", "R")
    assert comparison.of_recorded(replace(THEIRS, amount=Decimal("10")), OURS) is None


def test_what_was_let_go_since_all_of_it_was_asked_back_agrees() -> None:
    released = replace(THEIRS, standing=Standing.RELEASED)
    assert comparison.of_recorded(released, replace(OURS, refunded=TEN)) is None
    assert sort_of(comparison.of_recorded(released, replace(OURS, refunded=Decimal("4")))) is Sort.OTHER_STATE


def test_money_twice_under_one_key_is_seen_by_card_also_where_it_is_only_held() -> None:
    for rail, standing, twice in (
        ("card", Standing.AUTHORISED, True),
        ("card", Standing.CAPTURED, True),
        ("paypal", Standing.AUTHORISED, False),  # renewed
        ("paypal", Standing.CAPTURED, True),
    ):
        seen = Seen(rail=rail)
        for number in ("g1", "g2"):
            seen.note(replace(THEIRS, number=number, standing=standing))
        assert (sort_of(seen.twice(OURS)) is Sort.TWICE) is twice, (rail, standing)


def test_what_a_gateway_says_when_asked_is_compared_as_well() -> None:
    def found(kind: OutcomeKind, standing: Standing | None = None, code: str = "") -> Sort | None:
        return sort_of(comparison.of_found(OURS, Outcome(kind=kind, standing=standing, code=code)))

    assert sort_of(comparison.of_found(OURS, None)) is Sort.MISSING_MONEY
    assert found(OutcomeKind.DECLINED, code="not_found") is Sort.MISSING_MONEY
    assert found(OutcomeKind.UNKNOWN, code="timeout") is Sort.UNREADABLE
    assert found(OutcomeKind.UNKNOWN, code="several_transactions") is Sort.TWICE
    assert found(OutcomeKind.UNKNOWN, code="mismatch") is Sort.OTHER_AMOUNT
    assert found(OutcomeKind.DECLINED, Standing.RELEASED) is Sort.OTHER_STATE
    assert found(OutcomeKind.APPROVED, Standing.CAPTURED) is None


def test_an_order_agrees_with_itself_or_says_in_what_it_does_not() -> None:
    later = NOW + timedelta(days=2)

    def sorts(**changes: object) -> list[Sort]:
        return [each.sort for each in comparison.of_order(replace(PAID, **changes), now=later)]  # type: ignore[arg-type]

    assert sorts() == []
    assert sorts(captured=Decimal(), held=TEN) == []
    assert sorts(captured=Decimal()) == [Sort.UNPAID]
    assert sorts(captured=Decimal(), held=TEN, payment="capture_failed") == [Sort.UNPAID]
    assert sorts(captured=Decimal(), is_handled=True) == []
    assert sorts(units_cancelled=3) == [Sort.OTHER_UNITS]
    assert sorts(cancellation="") == [Sort.MISSING_CANCELLATION]
    assert sorts(cancellation="", state="refused") == [Sort.FOR_NOTHING]
    assert sorts(cancellation="", state="refused", refunded=TEN) == []
    assert sorts(cancellation="requested", state="paid") == [Sort.UNDECIDED]
