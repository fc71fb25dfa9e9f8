"""A provider's credentials: complete, plausible, and never shown."""

from typing import Any

import pytest

from portal.payments.braintree.credentials import Credentials

GOOD: dict[str, Any] = {
    "environment": "simulator",
    "merchant_id": "sol",
    "public_key": "public",
    "private_key": "very secret",
    "merchant_accounts": {"EUR": "sol_eur"},
    "simulator_url": "http://127.0.0.1:8001",
}


def test_the_private_key_is_not_shown():
    assert "very secret" not in repr(Credentials(**GOOD))
    assert "sol_eur" in repr(Credentials(**GOOD))


@pytest.mark.parametrize("environment", ["sandbox", "production"])
def test_real_environments_need_no_address(environment):
    assert Credentials(**(GOOD | {"environment": environment, "simulator_url": ""})).environment == environment


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"environment": "development"}, "environment"),
        ({"merchant_id": ""}, "needed"),
        ({"public_key": ""}, "needed"),
        ({"private_key": ""}, "needed"),
        ({"merchant_accounts": {}}, "currency"),
        ({"merchant_accounts": {"EUR": ""}}, "currency"),
        ({"merchant_accounts": {"eur": "sol_eur"}}, "ISO"),
        ({"merchant_accounts": {"EURO": "sol_eur"}}, "ISO"),
        ({"simulator_url": ""}, "look like"),
        ({"simulator_url": "https://127.0.0.1:8001"}, "look like"),
        ({"simulator_url": "http://127.0.0.1"}, "look like"),
        ({"simulator_url": "http://127.0.0.1:8001/path"}, "look like"),
        ({"environment": "production"}, "simulator's environment only"),
    ],
)
def test_what_cannot_be_right_is_refused(changes, complaint):
    with pytest.raises(ValueError, match=complaint):
        Credentials(**(GOOD | changes))
