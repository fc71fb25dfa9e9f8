"""Searching, reading, and keeping merchants and strangers apart."""

import base64
import json

import pytest

from portal.payments.braintree.gateway import braintree

SALE = {"amount": "10.00", "order_id": "order-1", "payment_method_nonce": "fake-valid-visa-nonce"}


def search(sdk, order_id: str):
    return sdk.transaction.search(braintree.TransactionSearch.order_id == order_id)


def test_a_search_finds_all_transactions_of_an_order_id_the_youngest_first(sdk):
    first = sdk.transaction.sale(SALE | {"payment_method_nonce": "fake-processor-declined-visa-nonce"}).transaction
    second = sdk.transaction.sale(SALE).transaction
    sdk.transaction.sale(SALE | {"order_id": "order-2"})
    found = search(sdk, "order-1")
    assert found.maximum_size == 2
    assert [each.id for each in found] == [second.id, first.id]
    assert search(sdk, "order-2").first.order_id == "order-2"


def test_a_search_in_vain_finds_nothing(sdk):
    found = search(sdk, "order-1")
    assert found.maximum_size == 0
    assert list(found) == []


def test_a_search_turns_its_pages(sdk):
    for number in range(60):
        sdk.transaction.sale(SALE | {"amount": f"{number + 1}.00"})
    assert sorted(int(each.amount) for each in search(sdk, "order-1")) == list(range(1, 61))


def test_a_search_can_be_narrowed(sdk):
    held = sdk.transaction.sale(SALE).transaction
    fields = braintree.TransactionSearch
    by_id = sdk.transaction.search(fields.id == held.id, fields.type == "sale", fields.status == "authorized")
    assert [each.id for each in by_id] == [held.id]
    assert list(sdk.transaction.search(fields.id == held.id, fields.merchant_account_id == "sol_usd")) == []


def test_a_search_it_does_not_know_is_refused_aloud(sdk):
    with pytest.raises(braintree.exceptions.RequestTimeoutError):  # what the SDK makes of a refused search
        list(sdk.transaction.search(braintree.TransactionSearch.customer_email == "someone@example.org"))


def test_a_client_token_is_bound_to_a_merchant_account(sdk):
    token = json.loads(base64.b64decode(sdk.client_token.generate({"merchant_account_id": "sol_usd"})))
    assert (token["merchantId"], token["merchantAccountId"], token["version"]) == ("sol", "sol_usd", 2)
    with pytest.raises(ValueError, match="Merchant account"):
        sdk.client_token.generate({"merchant_account_id": "vento_eur"})


@pytest.mark.parametrize("keys", ["sol_public:wrong", "vento_public:vento_private", ":", "sol_public"])
def test_other_keys_do_not_open_the_account(api, keys):
    assert api("POST", "/transactions", b"<transaction/>", keys=keys)[0] == 401


@pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Bearer abc", "basic c29sX3B1YmxpYzpzb2xfcHJpdmF0ZQ=="])
def test_other_ways_to_identify_do_not_open_the_account(api, header):
    assert api("POST", "/transactions", b"<transaction/>", Authorization=header)[0] == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/transactions/nosuchid"), ("GET", "/transactions"), ("PUT", "/transactions/nosuchid/void"), ("GET", "/")],
)
def test_what_is_not_there_is_404(api, method, path):
    assert api(method, path)[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        b"not xml",
        b"<transaction>",
        b'<!DOCTYPE transaction SYSTEM "http://127.0.0.1/x"><transaction/>',
        b'<!DOCTYPE t [<!ENTITY a "b">]><t>&a;</t>',
    ],
)
def test_suspicious_bodies_are_refused(api, body):
    assert api("POST", "/transactions", body)[0] == 400


def test_huge_bodies_are_refused_unread(api):
    assert api("POST", "/transactions", b"", **{"Content-Length": "300000"})[0] == 413
