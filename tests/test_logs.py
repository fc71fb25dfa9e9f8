"""Logs name no address that only its holder knows."""

import logging

import pytest

from portal.logs import SecretAddresses, masked


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Unprocessable Entity: /en/orders/RahI5HyT2Q0374xg8MaEYQ/pay/", "Unprocessable Entity: /en/orders/…/pay/"),
        ("Not Found: /hooks/braintree/GCX_kNxYRAsFmoepmeAO2w/", "Not Found: /hooks/braintree/…/"),
        ("Bad Request: /hooks/paypal/GCX_kNxYRAsFmoepmeAO2w/", "Bad Request: /hooks/paypal/…/"),
        ("GET /en/baskets/RahI5HyT2Q0374xg8MaEYQ/", "GET /en/baskets/…/"),
        ("GET /en/orders/RahI5HyT2Q0374xg8MaEYQ/pay/back/?token=5O1", "GET /en/orders/…/pay/back/?token=5O1"),
        ('GET "/fr/orders/abc-DEF_1?x=1" 500', 'GET "/fr/orders/…?x=1" 500'),
        ("/en/calculators/batch/abc.DEF-1/result.csv", "/en/calculators/batch/…/result.csv"),
        ("/en/calculators/results/abc_1.DEF-2/keep/", "/en/calculators/results/…/keep/"),
        ("/en/accounts/confirm-email/MQ:1vN/", "/en/accounts/confirm-email/…/"),
        ("/en/accounts/password/reset/key/1-abc/", "/en/accounts/password/reset/key/…/"),
        ("order T-7K4M9-QXD2F was refused", "order T-7K4M9-QXD2F was refused"),
        ("/en/certificates/7K4M9QXD2F6PH/", "/en/certificates/7K4M9QXD2F6PH/"),
    ],
)
def test_secret_addresses_are_masked(line: str, shown: str):
    assert masked(line) == shown


def test_a_line_with_arguments_is_masked_whole():
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", "/en/orders/abc/"), None
    )
    assert SecretAddresses().filter(record)
    assert logging.Formatter("{message}", style="{").format(record) == "Not Found: /en/orders/…/"


def test_a_traceback_is_masked_too():
    try:
        raise ValueError("cannot open /en/orders/abc/pay/")
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "failed", (), caught)
    SecretAddresses().filter(record)
    written = logging.Formatter("{message}", style="{").format(record)
    assert "abc" not in written
    assert written.endswith("ValueError: cannot open /en/orders/…/pay/")


def test_the_portal_s_own_log_goes_through_the_filter(settings):
    handler = settings.LOGGING["handlers"]["console"]
    assert handler["filters"] == ["secret_addresses"]
    assert settings.LOGGING["root"]["handlers"] == ["console"]
