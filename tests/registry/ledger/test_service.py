"""The embedded registry: units are issued once, lie in one account at a time, and are cancelled for ever."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.registry.answers import Holding, Receipt, Refusal
from portal.registry.ledger import service
from portal.registry.ledger.models import Account, Movement, Transaction, UnitBlock
from portal.registry.ledger.router import LEDGER
from portal.registry.serials import SerialBlock

pytestmark = pytest.mark.django_db(databases=["default", LEDGER])

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BLOCK = {"series": "IN-5", "issuance_start": 101, "issuance_end": 200}


@pytest.fixture
def units() -> None:
    """Sol holds the hundred units IN-5 101-200; Nil has an account with nothing in it."""
    for identifier in ("SOL", "NIL"):
        assert service.open_account(identifier=identifier, holder_name=identifier.title(), now=NOW) is None
    issued = service.issue(reference="I-1", account="SOL", series="IN-5", serial_start=101, serial_end=200, now=NOW)
    assert isinstance(issued, Receipt)


def cancel(reference="C-1", account="SOL", quantity=10, first_serial=None, now=NOW, purpose="", **change):
    return service.cancel(
        reference=reference,
        account=account,
        quantity=quantity,
        first_serial=first_serial,
        purpose=purpose,
        beneficiary="Alma",
        now=now,
        **BLOCK | change,
    )


def forward(reference, quantity, first_serial=None, account="SOL", to_account="NIL"):
    return service.forward(
        reference=reference,
        account=account,
        to_account=to_account,
        quantity=quantity,
        first_serial=first_serial,
        now=NOW,
        **BLOCK,
    )


def blocks_of(account: str) -> tuple[SerialBlock, ...]:
    return tuple(block for holding in service.holdings(account=account) for block in holding.blocks)


def free(account: str) -> int:
    return service.free_units(account=account, **BLOCK)


# --- Issuing


def test_issued_units_lie_in_the_account_that_was_named(units):
    assert service.holdings(account="SOL") == (
        Holding("IN-5", issuance=SerialBlock(101, 200), blocks=(SerialBlock(101, 200),)),
    )
    assert service.holdings(account="SOL")[0].quantity == free("SOL") == 100
    assert (service.holdings(account="NIL"), free("NIL")) == ((), 0)


@pytest.mark.parametrize(("start", "end"), [(101, 200), (150, 160), (1, 101), (200, 300), (1, 300)])
def test_no_serial_is_issued_twice(units, start, end):
    again = service.issue(reference="I-2", account="NIL", series="IN-5", serial_start=start, serial_end=end, now=NOW)
    assert again == Refusal("already_issued", f"Some of the serials {start}-{end} of IN-5 were issued before.")
    assert service.holdings(account="NIL") == ()


def test_the_same_serials_of_another_series_are_other_units(units):
    issued = service.issue(reference="I-2", account="NIL", series="IN-6", serial_start=101, serial_end=200, now=NOW)
    assert issued.blocks == (SerialBlock(101, 200),)


def test_units_are_issued_to_a_holding_account_only(units):
    codes = [
        service.issue(reference=f"I-{who}", account=who, series="IN-5", serial_start=1, serial_end=9, now=NOW).code
        for who in ("NOBODY", service.VOLUNTARY_CANCELLATION)
    ]
    assert codes == ["unknown_account", "account_closed_to_this"]


def test_an_account_is_opened_once_for_one_holder(units):
    assert service.open_account(identifier="SOL", holder_name="Sol", now=LATER) is None
    assert Account.objects.get(identifier="SOL").opened_at == NOW
    taken = service.open_account(identifier="SOL", holder_name="Paz", now=LATER)
    assert taken == Refusal("account_taken", "Account SOL belongs to somebody else.")


# --- Cancelling


def test_the_lowest_serials_are_cancelled_first(units):
    assert cancel("C-1", quantity=1).blocks == (SerialBlock(101, 101),)
    assert cancel("C-2", quantity=9).blocks == (SerialBlock(102, 110),)
    assert blocks_of("SOL") == (SerialBlock(111, 200),)
    assert blocks_of(service.VOLUNTARY_CANCELLATION) == (SerialBlock(101, 110),)


def test_the_receipt_says_what_was_done(units):
    receipt = cancel("C-1", quantity=10, now=LATER, purpose="For the climate")
    assert (receipt.reference, receipt.quantity, receipt.completed_at) == ("C-1", 10, LATER)
    kept = Transaction.objects.get(number=receipt.transaction_number)
    assert (kept.kind, kept.purpose, kept.beneficiary) == ("cancel", "For the climate", "Alma")


def test_the_last_unit_can_be_cancelled_and_no_more(units):
    assert cancel("C-1", quantity=100).blocks == (SerialBlock(101, 200),)
    assert cancel("C-2", quantity=1) == Refusal(
        "not_enough_units", "Account SOL holds 0 units of IN-5 101-200; 1 were asked."
    )


def test_too_many_units_are_refused_and_nothing_changes(units):
    cancel("C-1", quantity=95)
    assert cancel("C-2", quantity=6) == Refusal(
        "not_enough_units", "Account SOL holds 5 units of IN-5 101-200; 6 were asked."
    )
    assert blocks_of("SOL") == (SerialBlock(196, 200),)


def test_scattered_units_are_cancelled_in_several_blocks(units):
    forward("F-1", quantity=5, first_serial=103)
    assert cancel("C-1", quantity=4).blocks == (SerialBlock(101, 102), SerialBlock(108, 109))
    assert blocks_of("SOL") == (SerialBlock(110, 200),)


def test_neighbouring_blocks_count_as_one(units):
    forward("F-1", quantity=5)
    forward("F-2", quantity=5)
    assert UnitBlock.objects.filter(account="NIL").count() == 2
    assert cancel("C-1", account="NIL", quantity=7).blocks == (SerialBlock(101, 107),)
    assert blocks_of("NIL") == (SerialBlock(108, 110),)


def test_a_holder_may_name_the_serials(units):
    assert cancel("C-1", quantity=10, first_serial=150).blocks == (SerialBlock(150, 159),)
    assert blocks_of("SOL") == (SerialBlock(101, 149), SerialBlock(160, 200))


def test_named_serials_must_all_be_held(units):
    cancel("C-1", quantity=10, first_serial=150)
    assert cancel("C-2", quantity=10, first_serial=141) == Refusal(
        "serials_not_held", "Account SOL does not hold all of the serials 141-150 of IN-5 101-200."
    )
    assert cancel("C-3", quantity=9, first_serial=141).blocks == (SerialBlock(141, 149),)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "NOBODY"}, "unknown_account"),
        ({"account": service.VOLUNTARY_CANCELLATION}, "account_closed_to_this"),
        ({"account": "NIL"}, "not_enough_units"),
        ({"series": "IN-6"}, "unknown_block"),
        ({"issuance_end": 201}, "unknown_block"),
        ({"issuance_start": 102}, "unknown_block"),
        ({"quantity": 0}, "bad_request"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(units, change, code):
    assert cancel(**change).code == code
    assert free("SOL") == 100


# --- Forwarding


def test_forwarded_units_lie_with_their_new_holder(units):
    assert forward("F-1", quantity=30).blocks == (SerialBlock(101, 130),)
    assert (free("SOL"), free("NIL")) == (70, 30)
    assert cancel("C-1", account="NIL", quantity=30).blocks == (SerialBlock(101, 130),)


@pytest.mark.parametrize(
    ("to_account", "code"),
    [
        ("NOBODY", "unknown_account"),
        ("SOL", "account_closed_to_this"),
        (service.VOLUNTARY_CANCELLATION, "account_closed_to_this"),
    ],
)
def test_units_are_forwarded_to_another_holding_account_only(units, to_account, code):
    assert forward("F-1", quantity=1, to_account=to_account).code == code
    assert free("SOL") == 100


# --- Asking twice


def test_the_same_request_again_gets_the_same_receipt(units):
    first = cancel("C-1", now=NOW)
    assert [cancel("C-1", now=LATER), service.lookup(reference="C-1")] == [first, first]
    assert free("SOL") == 90


def test_a_receipt_in_several_blocks_is_remembered_exactly(units):
    forward("F-1", quantity=5, first_serial=103)
    first = cancel("C-1", quantity=4)
    assert len(first.blocks) == 2
    assert [cancel("C-1", quantity=4), service.lookup(reference="C-1")] == [first, first]


def test_the_same_request_gets_its_receipt_even_when_no_unit_is_left(units):
    first = cancel("C-1", quantity=100)
    assert cancel("C-1", quantity=100) == first


def test_a_refusal_is_final_for_its_reference(units):
    refusal = cancel("C-1", account="NIL")
    forward("F-1", quantity=50)
    assert [cancel("C-1", account="NIL"), service.lookup(reference="C-1")] == [refusal, refusal]
    assert isinstance(cancel("C-2", account="NIL"), Receipt)


def test_a_reference_is_not_used_for_another_request(units):
    first = cancel("C-1", quantity=10)
    reused = Refusal("reference_reused", "Reference C-1 belongs to another request.")
    assert [cancel("C-1", quantity=11), forward("C-1", quantity=10)] == [reused, reused]
    assert service.lookup(reference="C-1") == first
    assert free("SOL") == 90


def test_issuing_and_forwarding_are_answered_once_too(units):
    issue = {"reference": "I-2", "account": "SOL", "series": "IN-5", "serial_start": 201, "serial_end": 300}
    assert service.issue(**issue, now=NOW) == service.issue(**issue, now=LATER)
    assert forward("F-1", quantity=30) == forward("F-1", quantity=30)
    assert free("NIL") == 30


def test_what_was_never_asked_is_unknown_to_the_registry(units):
    cancel("C-1", quantity=0)
    assert [service.lookup(reference=reference) for reference in ("C-1", "C-2")] == [None, None]


# --- The books


def test_every_unit_is_accounted_for_whatever_moves(units):
    forward("F-1", quantity=33, first_serial=120)
    cancel("C-1", quantity=25)
    cancel("C-2", account="NIL", quantity=3, first_serial=140)
    held = {name: blocks_of(name) for name in ("SOL", "NIL", service.VOLUNTARY_CANCELLATION)}
    assert {name: sum(block.count for block in blocks) for name, blocks in held.items()} == {
        "SOL": 42,
        "NIL": 30,
        service.VOLUNTARY_CANCELLATION: 28,
    }
    assert Counter(
        serial for blocks in held.values() for block in blocks for serial in range(block.start, block.end + 1)
    ) == Counter(range(101, 201))


accounts = st.sampled_from(["SOL", "NIL", "PAZ"])
steps = st.tuples(
    st.sampled_from(["forward", "cancel"]), accounts, accounts, st.integers(1, 60), st.none() | st.integers(101, 200)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=12))
def test_the_ledger_agrees_with_a_slip_of_paper_for_every_unit(plan):
    with transaction.atomic(using=LEDGER):
        paper = write_on_paper(plan)
        found = {
            serial: account
            for account in ("SOL", "NIL", "PAZ", service.VOLUNTARY_CANCELLATION)
            for block in blocks_of(account)
            for serial in range(block.start, block.end + 1)
        }
        assert found == paper == replayed_movements()
        transaction.set_rollback(True, using=LEDGER)


def write_on_paper(plan) -> dict[int, str]:
    """Carry the plan out in the ledger and, one unit at a time, in a dictionary."""
    for identifier in ("SOL", "NIL", "PAZ"):
        service.open_account(identifier=identifier, holder_name=identifier, now=NOW)
    service.issue(reference="I-1", account="SOL", series="IN-5", serial_start=101, serial_end=200, now=NOW)
    paper = dict.fromkeys(range(101, 201), "SOL")
    for number, (kind, source, target, quantity, first) in enumerate(plan):
        held = [serial for serial in sorted(paper) if paper[serial] == source]
        wanted = held[:quantity] if first is None else list(range(first, first + quantity))
        works = len(wanted) == quantity and set(wanted) <= set(held) and (kind == "cancel" or source != target)
        if kind == "cancel":
            answer = cancel(f"T-{number}", account=source, quantity=quantity, first_serial=first)
        else:
            answer = forward(f"T-{number}", quantity, first, account=source, to_account=target)
        assert isinstance(answer, Receipt if works else Refusal), answer
        if works:
            assert [serial for block in answer.blocks for serial in range(block.start, block.end + 1)] == wanted
            paper.update(dict.fromkeys(wanted, service.VOLUNTARY_CANCELLATION if kind == "cancel" else target))
    return paper


def replayed_movements() -> dict[int, str]:
    """Find where every unit must be from the movements alone; each must leave the account it lies in."""
    place: dict[int, str | None] = {}
    for move in Movement.objects.order_by("transaction_id", "serial_start"):
        for serial in range(move.serial_start, move.serial_end + 1):
            assert place.get(serial) == move.source_id
            place[serial] = move.destination_id
    return place


# --- What the database refuses by itself


def test_the_database_refuses_a_block_that_leaves_its_issuance(units):
    with pytest.raises(IntegrityError, match="ledger_block_within_issuance"):
        UnitBlock.objects.create(
            account_id="SOL", series_id="IN-5", issuance_start=1, issuance_end=9, serial_start=9, serial_end=10
        )


def test_the_database_refuses_an_empty_block(units):
    with pytest.raises(IntegrityError, match="ledger_block_has_units"):
        UnitBlock.objects.create(
            account_id="SOL", series_id="IN-5", issuance_start=1, issuance_end=9, serial_start=5, serial_end=4
        )


@pytest.mark.parametrize("ends", [(101, 150), (150, 200)])
def test_the_database_refuses_two_blocks_that_start_or_end_alike(units, ends):
    with pytest.raises(IntegrityError):
        UnitBlock.objects.create(
            account_id="NIL",
            series_id="IN-5",
            issuance_start=101,
            issuance_end=200,
            serial_start=ends[0],
            serial_end=ends[1],
        )


# --- Cost


def test_a_cancellation_costs_six_queries_however_many_blocks_it_takes(units):
    for number, first in enumerate(range(102, 182, 2)):
        forward(f"F-{number}", quantity=1, first_serial=first)
    with CaptureQueriesContext(connections[LEDGER]) as one_block:
        assert len(cancel("C-1", quantity=1).blocks) == 1
    with CaptureQueriesContext(connections[LEDGER]) as many_blocks:
        assert len(cancel("C-2", quantity=40).blocks) == 40
    assert [len(statements(queries)) for queries in (one_block, many_blocks)] == [6, 7]


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Leave out the marks that begin and end a transaction."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(marks)]
