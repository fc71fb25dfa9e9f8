"""Faults: added, counted down, aimed at one order, planted by cards, called off."""

import pytest

from portal.payments.simulator.faults import FaultBook, answer_with, fault_of_nonce
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store


@pytest.fixture
def book():
    store = Store(":memory:")
    yield FaultBook(store, slow_seconds=8)
    store.close()


def test_a_fault_hits_as_often_as_it_was_told(book):
    book.add(operation="sale", kind="drop", count=2)
    assert [bool(book.take("sale", "order-1")) for _ in range(3)] == [True, True, False]


def test_a_fault_hits_its_own_operation_only(book):
    book.add(operation="sale", kind="drop")
    assert book.take("void", "order-1") is None


def test_a_fault_aimed_at_an_order_spares_the_others_and_goes_first(book):
    book.add(operation="sale", kind="drop")
    book.add(operation="sale", kind="error_before", order_id="order-1")
    assert book.take("sale", "order-1").kind == "error_before"
    assert book.take("sale", "order-2").kind == "drop"
    assert book.take("sale", "order-2") is None


def test_a_card_plants_its_fault_once_per_order(book):
    for _ in range(2):
        book.plant("fake-simulator-submit-drop-nonce", "order-1")
        book.plant("fake-valid-visa-nonce", "order-1")
        book.plant("fake-simulator-submit-drop-nonce", "")
    waiting = book.waiting()
    assert [(each.operation, each.kind, each.order_id) for each in waiting] == [("submit", "drop", "order-1")]


def test_faults_can_be_called_off(book):
    book.add(operation="sale", kind="drop", count=3)
    assert book.clear() == 1
    assert book.waiting() == []
    assert book.take("sale", "order-1") is None


@pytest.mark.parametrize(
    "nonsense",
    [
        {"operation": "dance", "kind": "drop"},
        {"operation": "sale", "kind": "explode"},
        {"operation": "search", "kind": "decline"},
        {"operation": "sale", "kind": "miss"},
        {"operation": "settlement", "kind": "drop"},
        {"operation": "sale", "kind": "drop", "count": 0},
        {"operation": "sale", "kind": "delay", "seconds": 121},
        {"operation": "sale", "kind": "decline", "code": "500"},
        {"operation": "sale", "kind": "error_before", "code": "2000"},
        {"operation": "sale", "kind": "pending"},
        {"operation": "token", "kind": "decline"},
        {"operation": "capture", "kind": "pending", "code": "2000"},
    ],
)
def test_nonsense_is_refused(book, nonsense):
    with pytest.raises(ValueError, match=r"no such fault|must be|code"):
        book.add(**nonsense)
    assert book.waiting() == []


def test_cards_name_their_faults():
    assert fault_of_nonce("fake-simulator-sale-error-before-nonce") == ("sale", "error_before")
    assert fault_of_nonce("fake-simulator-settlement-decline-nonce") == ("settlement", "decline")
    assert fault_of_nonce("fake-simulator-settlement-drop-nonce") is None
    assert fault_of_nonce("fake-valid-visa-nonce") is None
    assert fault_of_nonce("fake-simulator-token-drop-nonce") is None


@pytest.mark.parametrize(
    ("fault", "times", "status"),
    [
        ({"kind": "drop_before"}, 0, None),
        ({"kind": "drop"}, 1, None),
        ({"kind": "twice"}, 2, 201),
        ({"kind": "error_before", "code": "429"}, 0, 429),
        ({"kind": "error_after", "code": "503"}, 1, 503),
        ({"kind": "late", "seconds": 3}, 1, 201),
        ({"kind": "delay", "seconds": 3}, 1, 201),
        ({"kind": "pending"}, 1, 201),
    ],
)
def test_each_kind_of_fault_acts_as_often_and_answers_as_it_says(book, fault, times, status):
    done: list[str] = []

    def act() -> Reply:
        done.append("acted")
        return Reply(status=201)

    book.add(operation="capture", **fault)
    reply = answer_with(book.take("capture", "order-1"), act, lambda _seconds: done.append("waited"))
    assert (done.count("acted"), reply and reply.status) == (times, status)
    if fault["kind"] in ("late", "delay"):
        assert done == (["waited", "acted"] if fault["kind"] == "late" else ["acted", "waited"])


def test_without_a_fault_all_goes_well():
    assert answer_with(None, lambda: Reply(status=201), lambda _seconds: None) == Reply(status=201)
