"""At most once: what a repeated `api_request_key` gets for an answer."""

import threading
from typing import Any

SALE = {"amount": "10.00", "order_id": "order-1", "payment_method_nonce": "fake-valid-visa-nonce"}


def codes(result: Any) -> list[str]:
    return [error.code for error in result.errors.deep_errors]


def test_the_same_request_gets_the_first_transaction_as_it_stands_now(sdk, simulator):
    first = sdk.transaction.sale(SALE | {"api_request_key": "k"}).transaction
    sdk.transaction.submit_for_settlement(first.id)
    again = sdk.transaction.sale(SALE | {"api_request_key": "k"}).transaction
    assert (again.id, again.status) == (first.id, "submitted_for_settlement")
    assert len(simulator.transactions("order-1")) == 1


def test_another_request_under_the_same_key_is_refused(sdk):
    sdk.transaction.sale(SALE | {"api_request_key": "k"})
    assert codes(sdk.transaction.sale(SALE | {"api_request_key": "k", "amount": "11.00"})) == ["915232"]


def test_a_key_belongs_to_one_kind_of_action(sdk):
    held = sdk.transaction.sale(SALE | {"api_request_key": "k"}).transaction.id
    assert codes(sdk.transaction.void(held, {"api_request_key": "k"})) == ["915232"]


def test_a_key_whose_first_request_failed_is_used_up(sdk):
    wrong = SALE | {"api_request_key": "k", "payment_method_nonce": "no-such-nonce"}
    assert codes(sdk.transaction.sale(wrong)) == ["91565"]
    assert codes(sdk.transaction.sale(wrong)) == ["915234"]


def test_keys_have_at_most_255_characters(sdk):
    assert sdk.transaction.sale(SALE | {"api_request_key": "k" * 255}).is_success
    assert codes(sdk.transaction.sale(SALE | {"api_request_key": "k" * 256})) == ["915230"]


def test_actions_are_repeated_harmlessly(sdk, simulator):
    held = sdk.transaction.sale(SALE).transaction.id
    for _ in range(2):
        assert sdk.transaction.submit_for_settlement(held, None, {"api_request_key": "s"}).is_success
    sdk.testing.settle_transaction(held)
    refunds = [sdk.transaction.refund(held, {"api_request_key": "r"}).transaction.id for _ in range(2)]
    assert refunds[0] == refunds[1]
    assert [each["captures"] for each in simulator.transactions("order-1")] == [1, 1]


def test_ten_at_once_under_one_key_are_one_sale(sdk, simulator):
    ids: list[str] = []

    def ask() -> None:
        ids.append(sdk.transaction.sale(SALE | {"api_request_key": "k"}).transaction.id)
        sdk.close()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 10
    assert len(set(ids)) == 1
    assert len(simulator.transactions("order-1")) == 1


def test_ten_at_once_with_ten_keys_are_ten_sales(sdk, simulator):
    """The control: without the shared key nothing keeps the sales from being many."""

    def ask(key: str) -> None:
        sdk.transaction.sale(SALE | {"api_request_key": key})
        sdk.close()

    threads = [threading.Thread(target=ask, args=(f"k{number}",)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(simulator.transactions("order-1")) == 10
