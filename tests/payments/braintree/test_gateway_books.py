"""Braintree's own books are read through, so that they can be compared with ours."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from portal.payments.gateway import NOT_FOUND, Outcome, OutcomeKind, RecordedKind, Standing
from tests.payments.braintree.test_gateway import TEN, pay, pay_and_settle

DAY = timedelta(days=1)


def read(gateway, since, until):
    return [each for page in gateway.recorded(since=since, until=until) for each in page]


def today(clock):
    return datetime.fromtimestamp(clock(), UTC).replace(hour=0)


def test_what_was_held_taken_and_given_back_is_all_told_once_with_its_key(sol, vento, simulator, clock):
    morning = today(clock)
    number = pay_and_settle(sol, simulator, clock)
    refund = sol.refund(key="refund-1", gateway_id=number, amount=Decimal("4.00"))
    held = pay(sol, "payment-2")
    declined = pay(sol, "payment-3", nonce="fake-processor-declined-visa-nonce")
    pay(vento, "of-another")

    found = {each.number: each for each in read(sol, morning, morning + DAY)}
    assert found.keys() == {number, refund.gateway_id, held.gateway_id, declined.gateway_id}
    taken, back = found[number], found[refund.gateway_id]
    assert (taken.kind, taken.standing, taken.amount, taken.currency, taken.key) == (
        RecordedKind.PAYMENT,
        Standing.CAPTURED,
        TEN,
        "EUR",
        "payment-1",
    )
    assert (back.kind, back.standing, back.amount, back.key) == (
        RecordedKind.REFUND,
        Standing.REFUNDED,
        Decimal("4.00"),
        "refund-1",
    )
    assert found[held.gateway_id].standing is Standing.AUTHORISED
    assert found[declined.gateway_id].standing is Standing.DECLINED
    assert taken.at == morning


def test_days_are_read_one_by_one_and_what_began_on_none_of_them_is_left_out(sol, clock):
    morning = today(clock)
    numbers = []
    for _day in range(4):
        numbers.append(pay(sol, f"payment-{len(numbers)}").gateway_id)
        clock.advance(DAY.total_seconds())
    read_days = [each.number for each in read(sol, morning + DAY, morning + 3 * DAY)]
    assert read_days == numbers[1:3]


def test_more_than_a_page_comes_page_by_page(sol, clock):
    for number in range(53):
        pay(sol, f"payment-{number}")
    pages = list(sol.recorded(since=today(clock), until=today(clock) + DAY))
    assert [len(page) for page in pages] == [50, 3]
    assert len({each.key for page in pages for each in page}) == 53


def test_books_that_could_not_be_read_to_the_end_say_so(sol, simulator, clock):
    pay(sol)
    simulator.faults.add(operation="search", kind="error_before")
    (page,) = sol.recorded(since=today(clock), until=today(clock) + DAY)
    assert isinstance(page, Outcome)
    assert (page.kind, page.code) == (OutcomeKind.UNKNOWN, "gateway_error")


def test_a_recorded_payment_is_traced_to_what_can_be_acted_upon(sol):
    held = pay(sol)
    traced = sol.trace(held.gateway_id)
    assert (traced.standing, traced.gateway_id, traced.reference) == (
        Standing.AUTHORISED,
        held.gateway_id,
        "payment-1",
    )
    assert sol.trace("nothing").code == NOT_FOUND
