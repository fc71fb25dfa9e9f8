"""What an answer about money means: rules without a database."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from portal.checkout.rules import (
    FEW,
    Need,
    Verdict,
    extended_hold,
    judge,
    look_again,
    mailbox,
    most_unproven,
    reminders,
    runs_beyond,
)
from portal.payments.gateway import Outcome, OutcomeKind, Standing

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
YOUNG = timedelta(minutes=1)
HELD = Outcome(kind=OutcomeKind.APPROVED, standing=Standing.AUTHORISED)


@pytest.mark.parametrize(
    ("need", "verdict"),
    [(Need.OPEN, Verdict.PROCEED), (Need.LAPSED, Verdict.REVIVE), (Need.NONE, Verdict.RELEASE)],
)
def test_held_money_goes_where_it_is_needed(need, verdict):
    assert judge(HELD, need=need, age=YOUNG) is verdict
    assert judge(HELD, need=need, age=timedelta(days=3)) is verdict


@pytest.mark.parametrize("kind", [OutcomeKind.DECLINED, OutcomeKind.ACTION_REQUIRED])
def test_no_money_is_no_money(kind):
    assert judge(Outcome(kind=kind, standing=Standing.DECLINED), need=Need.OPEN, age=YOUNG) is Verdict.DECLINED
    assert judge(Outcome(kind=kind), need=Need.LAPSED, age=YOUNG) is Verdict.DECLINED


def test_money_held_of_a_declined_attempt_is_let_go():
    partial = Outcome(kind=OutcomeKind.DECLINED, standing=Standing.AUTHORISED, code="partial_authorisation")
    assert judge(partial, need=Need.OPEN, age=YOUNG) is Verdict.RELEASE


@pytest.mark.parametrize("kind", [OutcomeKind.PENDING, OutcomeKind.UNKNOWN])
@pytest.mark.parametrize("standing", [None, Standing.PENDING, Standing.AUTHORISED, Standing.CAPTURED])
@pytest.mark.parametrize("age", [YOUNG, timedelta(days=30)])
def test_what_nobody_knows_is_never_acted_upon_however_old(kind, standing, age):
    assert judge(Outcome(kind=kind, standing=standing), need=Need.OPEN, age=age) is Verdict.WAIT


def test_money_that_was_taken_already_is_for_a_person():
    taken = Outcome(kind=OutcomeKind.APPROVED, standing=Standing.CAPTURED)
    assert judge(taken, need=Need.OPEN, age=YOUNG) is Verdict.WAIT


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(0), Verdict.WAIT),
        (timedelta(minutes=15), Verdict.WAIT),
        (timedelta(minutes=15, microseconds=1), Verdict.DECLINED),
    ],
)
def test_what_the_gateway_never_heard_of_is_given_up_after_a_quarter_of_an_hour(age, verdict):
    assert judge(None, need=Need.OPEN, age=age) is verdict


@pytest.mark.parametrize(("left", "until"), [(30, 30), (10, 10), (9, 10), (0, 10)])
def test_whoever_begins_to_pay_has_ten_minutes_at_least(left, until):
    hold_until = extended_hold(hold_until=NOW + timedelta(minutes=left), now=NOW, end=NOW + timedelta(hours=1))
    assert hold_until == NOW + timedelta(minutes=until)


@pytest.mark.parametrize(
    ("until", "beyond"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 1, tzinfo=UTC), True),
        (datetime(2027, 1, 1, 0, 59, tzinfo=timezone(timedelta(hours=1))), False),
    ],
)
def test_a_hold_ends_before_units_can_no_longer_be_cancelled(until: datetime, beyond: bool) -> None:
    assert runs_beyond(date(2026, 12, 31), until=until) is beyond
    assert runs_beyond(None, until=until) is False


def test_paying_extends_no_hold_beyond_the_last_day() -> None:
    last_day, end = date(2026, 12, 31), datetime(2027, 1, 1, 1, tzinfo=UTC)
    hold_until = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)
    now = datetime(2026, 12, 31, 23, 49, tzinfo=UTC)
    last = datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    a_minute_later = now + timedelta(minutes=1)
    assert extended_hold(hold_until=hold_until, now=a_minute_later, end=end, last_day=last_day) == last
    in_ten_minutes = now + timedelta(minutes=10)
    assert extended_hold(hold_until=hold_until, now=now, end=end, last_day=last_day) == in_ten_minutes
    assert extended_hold(hold_until=hold_until, now=now + timedelta(minutes=5), end=end) > last


@pytest.mark.parametrize(("left", "to_the_end", "until"), [(5, 20, 10), (5, 10, 10), (5, 7, 7), (5, 1, 5), (0, -5, 0)])
def test_no_hold_is_extended_beyond_its_end_nor_shortened(left: int, to_the_end: int, until: int) -> None:
    end = NOW + timedelta(minutes=to_the_end)
    assert extended_hold(hold_until=NOW + timedelta(minutes=left), now=NOW, end=end) == NOW + timedelta(minutes=until)


@pytest.mark.parametrize(
    ("left", "held", "most"),
    [
        (1000, 0, 500),
        (700, 300, 200),
        (500, 500, 0),
        (100, 900, 0),  # most of it was sold meanwhile
        (100_000, 0, 2000),
        (100_000, 49_000, 2000),
        (30, 0, FEW),
        (10, 10, FEW - 10),
        (1, 0, FEW),
    ],
)
def test_without_a_proven_address_half_of_a_listing_can_be_held_and_a_few_units_always(
    left: int, held: int, most: int
) -> None:
    assert most_unproven(left=left, held=held, percent=50, largest=2000) == most


@pytest.mark.parametrize(
    ("waiting", "seconds"), [(-1, 1), (0, 1), (3.9, 1), (4, 2), (9, 4), (19.9, 9), (20, 10), (3600, 10)]
)
def test_what_takes_longer_is_looked_at_less_often(waiting: float, seconds: int) -> None:
    assert look_again(timedelta(seconds=waiting)) == seconds


def test_a_payment_in_doubt_is_looked_at_now_and_then() -> None:
    assert look_again(None) == 3


def test_a_transfer_is_reminded_of_halfway_and_a_day_before_the_end() -> None:
    ten_days = {"half": NOW + timedelta(days=5), "last": NOW + timedelta(days=9)}
    assert reminders(asked_at=NOW, until=NOW + timedelta(days=10)) == ten_days
    assert reminders(asked_at=NOW, until=NOW + timedelta(days=1, hours=23)) == {}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("victim@example.org", "victim@example.org"),
        (" Victim+1@Example.ORG", "victim@example.org"),
        ("victim+a+b@example.org", "victim@example.org"),
        ("+victim@example.org", "+victim@example.org"),
        ("vic.tim@example.org", "vic.tim@example.org"),
    ],
)
def test_addresses_of_one_mailbox_are_one(address: str, counted: str) -> None:
    assert mailbox(address) == counted
