"""Faults: added, counted down, aimed at one order, planted by cards, called off."""

import pytest

from portal.payments.simulator.faults import FaultBook, fault_of_nonce
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
