"""PayPal's own books are read through, so that they can be compared with ours."""

from datetime import timedelta
from decimal import Decimal

from portal.payments.gateway import NOT_FOUND, Outcome, OutcomeKind, RecordedKind, Standing
from tests.payments.paypal.conftest import TEN

DAY = timedelta(days=1)


def read(gateway, since, until):
    return [each for page in gateway.recorded(since=since, until=until) for each in page]


def test_what_was_held_taken_and_given_back_is_all_told_with_its_key(sol, vento, payer, at):
    morning = at()
    held = payer.pay(sol)
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    sol.refund(key="refund-1", gateway_id=held.gateway_id, amount=Decimal("4.00"))
    payer.pay(sol, "payment-2")
    payer.start(sol, "payment-3")
    payer.pay(vento, "of-another")

    found = read(sol, morning, morning + DAY)
    assert [(each.kind, each.standing, each.amount, each.currency, each.key) for each in found] == [
        (RecordedKind.PAYMENT, Standing.AUTHORISED, TEN, "EUR", "payment-1"),
        (RecordedKind.PAYMENT, Standing.CAPTURED, TEN, "EUR", "payment-1"),
        (RecordedKind.REFUND, Standing.REFUNDED, Decimal("4.00"), "EUR", "refund-1"),
        (RecordedKind.PAYMENT, Standing.AUTHORISED, TEN, "EUR", "payment-2"),
    ]
    assert {each.at for each in found} == {morning}


def test_what_was_released_is_no_longer_held(sol, payer, at):
    held = payer.pay(sol)
    sol.void(key="payment-1", gateway_id=held.gateway_id)
    assert [each.standing for each in read(sol, at(), at() + DAY)] == [Standing.RELEASED]


def test_a_long_period_is_asked_for_a_month_at_a_time(sol, payer, clock, at):
    first = at()
    for number in range(5):
        payer.pay(sol, f"payment-{number}")
        clock.advance(20 * DAY.total_seconds())
    assert [each.key for each in read(sol, first, first + 61 * DAY)] == [f"payment-{number}" for number in range(4)]


def test_an_app_that_may_not_read_the_books_is_told_apart_from_one_that_could_not(sol, payer, simulator, at):
    payer.pay(sol)
    simulator.faults.add(operation="books", kind="decline")
    simulator.faults.add(operation="books", kind="error_before")
    for kind, code in ((OutcomeKind.DECLINED, "PERMISSION_DENIED"), (OutcomeKind.UNKNOWN, "gateway_error")):
        (page,) = sol.recorded(since=at(), until=at() + DAY)
        assert isinstance(page, Outcome)
        assert (page.kind, page.code) == (kind, code)


def test_whatever_number_a_recorded_payment_has_is_traced_to_its_order(sol, payer, at):
    held = payer.pay(sol)
    (authorisation,) = read(sol, at(), at() + DAY)
    assert sol.trace(authorisation.number).gateway_id == held.gateway_id
    sol.capture(key="payment-1", gateway_id=held.gateway_id, amount=TEN)
    capture = read(sol, at(), at() + DAY)[1]
    traced = sol.trace(capture.number)
    assert (traced.standing, traced.gateway_id, traced.reference) == (Standing.CAPTURED, held.gateway_id, "payment-1")
    for number in ("NOTHING", "no/number"):
        assert sol.trace(number).code == NOT_FOUND
