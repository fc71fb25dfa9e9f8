"""Merchants from the command line and from a file."""

import json

import pytest

from portal.payments.simulator.merchants import Merchant, merchant_from_text, merchants_from_file


def test_a_merchant_in_one_line():
    merchant = merchant_from_text("sol:public:private:EUR,USD")
    assert (merchant.id, merchant.public_key, merchant.private_key) == ("sol", "public", "private")
    assert merchant.accounts == {"EUR": "sol_eur", "USD": "sol_usd"}
    assert "private'" not in repr(merchant).replace("private_key", "")


@pytest.mark.parametrize(
    "text", ["", "sol", "sol:p:q", "sol:p:q:", "sol:p:q:eur", "s l:p:q:EUR", "sol::q:EUR", "a:b:c:EUR:d"]
)
def test_a_line_that_is_not_a_merchant(text):
    with pytest.raises(ValueError, match="merchant"):
        merchant_from_text(text)


def test_merchants_in_a_file(tmp_path):
    entries = [
        {"id": "sol", "public_key": "p", "private_key": "q", "currencies": ["EUR"], "webhook_url": "http://h/"},
        {"id": "vento", "public_key": "p", "private_key": "q", "accounts": {"JPY": "v-yen"}, "request_keys": False},
    ]
    path = tmp_path / "merchants.json"
    path.write_text(json.dumps(entries))
    assert merchants_from_file(path) == [
        Merchant(id="sol", public_key="p", private_key="q", accounts={"EUR": "sol_eur"}, webhook_url="http://h/"),
        Merchant(id="vento", public_key="p", private_key="q", accounts={"JPY": "v-yen"}, request_keys=False),
    ]


def test_a_misspelt_entry_is_not_ignored(tmp_path):
    path = tmp_path / "merchants.json"
    path.write_text('[{"id": "sol", "pubic_key": "p"}]')
    with pytest.raises(ValueError, match="pubic_key"):
        merchants_from_file(path)
