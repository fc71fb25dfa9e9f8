"""The page on which a payer agrees, in three languages, without a script, and honest about what it is."""

import pytest

from tests.payments.simulator.paypal.conftest import ORDER


@pytest.fixture
def number(api) -> str:
    return api("POST", "/v2/checkout/orders", ORDER)[2]["id"]


def test_it_says_what_it_is_and_what_is_paid_to_whom(page, number):
    status, headers, html = page(number)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<html lang="fr">' in html
    assert "PayPal simulé" in html
    assert "10.00 EUR" in html
    assert "3 t &lt;CO2e&gt;" in html
    assert "<dd>SOL</dd>" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("locale", "title"), [("en-GB", "Simulated PayPal"), ("es-ES", "PayPal simulado"), ("de", "Simulated")]
)
def test_it_speaks_the_payers_language(api, page, locale, title):
    context = {"return_url": "http://shop.test/", "cancel_url": "http://shop.test/", "locale": locale}
    order = ORDER | {"payment_source": {"paypal": {"experience_context": context}}}
    assert title in page(api("POST", "/v2/checkout/orders", order)[2]["id"])[2]


@pytest.mark.parametrize(
    ("choice", "address", "status"),
    [
        ("approve", "http://shop.test/back?a=1&token={}&PayerID=SIMULATEDPAYER", "APPROVED"),
        ("pending", "http://shop.test/back?a=1&token={}&PayerID=SIMULATEDPAYER", "APPROVED"),
        ("decline", "http://shop.test/back?a=1&token={}&PayerID=SIMULATEDPAYER", "APPROVED"),
        ("cancel", "http://shop.test/pay?token={}", "PAYER_ACTION_REQUIRED"),
    ],
)
def test_each_choice_leads_back_to_the_merchant(api, page, number, choice, address, status):
    code, headers, _ = page(number, choice)
    assert (code, headers["Location"]) == (303, address.format(number))
    assert api("GET", f"/v2/checkout/orders/{number}")[2]["status"] == status


def test_a_choice_that_is_none_shows_the_page_again(page, number):
    assert page(number, "steal")[0] == 200


def test_whoever_comes_again_after_agreeing_is_sent_on(page, number):
    page(number, "approve")
    assert page(number)[0] == 303


def test_a_means_of_payment_that_was_declined_leads_to_the_page_again(api, page, number):
    page(number, "decline")
    assert api("POST", f"/v2/checkout/orders/{number}/authorize", {})[0] == 422
    assert page(number)[0] == 200


def test_an_order_that_is_not_there_has_no_page(page, clock, number):
    assert page("NONE")[0] == 404
    clock.advance(7 * 3600)
    assert page(number)[0] == 404
