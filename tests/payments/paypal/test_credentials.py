"""Credentials that cannot be right are refused, and secrets do not show."""

import pytest

from portal.payments.paypal.credentials import Credentials

GOOD = {
    "environment": "sandbox",
    "client_id": "client",
    "client_secret": "very secret",
    "merchant_id": "SOLMERCHANT",
    "currencies": frozenset({"EUR"}),
}


def test_they_lead_to_paypals_own_hosts():
    sandbox, production = Credentials(**GOOD), Credentials(**GOOD | {"environment": "production"})
    assert (sandbox.api, sandbox.pages) == ("https://api-m.sandbox.paypal.com", "https://www.sandbox.paypal.com")
    assert (production.api, production.pages) == ("https://api-m.paypal.com", "https://www.paypal.com")


def test_the_simulator_has_an_address_of_its_own():
    simulated = Credentials(**GOOD | {"environment": "simulator", "simulator_url": "http://127.0.0.1:8001/"})
    assert (simulated.api, simulated.pages) == ("http://127.0.0.1:8001", "http://127.0.0.1:8001")


def test_secrets_do_not_show():
    assert "very secret" not in repr(Credentials(**GOOD))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"environment": "moon"}, "environment must be"),
        ({"client_id": ""}, "both needed"),
        ({"client_secret": ""}, "both needed"),
        ({"client_id": "a:b"}, "plain ASCII"),
        ({"client_id": "clé"}, "plain ASCII"),
        ({"merchant_id": ""}, "letters and digits"),
        ({"merchant_id": "somebody@example.org"}, "letters and digits"),
        ({"currencies": frozenset()}, "at least one currency"),
        ({"currencies": frozenset({"EUR", "KWD"})}, "prices in KWD cannot be paid"),
        ({"currencies": frozenset({"HUF", "TWD"})}, "prices in HUF, TWD cannot be paid"),
        ({"simulator_url": "http://127.0.0.1:8001"}, "simulator's environment only"),
        ({"environment": "simulator"}, "must look like"),
        ({"environment": "simulator", "simulator_url": "https://127.0.0.1:8001"}, "must look like"),
        ({"environment": "simulator", "simulator_url": "http://127.0.0.1:8001/v2"}, "must look like"),
    ],
)
def test_what_cannot_be_right_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        Credentials(**(GOOD | changes))
