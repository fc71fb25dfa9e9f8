"""Paying through PayPal, with and without scripts, in three languages: there, back without agreeing, and paid.

With the walks of `test_transfer.py` each two of language, width and scripts come together once, on one rail or other.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Browsing
from tests.e2e.inspection import barriers, overflow
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker

PAYPAL = re.compile(r"/checkoutnow\?token=\w+$")


@pytest.mark.parametrize(
    ("language", "width", "scripts", "title"),
    [
        ("en", 1280, True, "Simulated PayPal"),
        ("fr", 375, False, "PayPal simulé"),
        ("es", 375, True, "PayPal simulado"),
    ],
    ids=["en 1280 with scripts", "fr 375 without scripts", "es 375 with scripts"],
)
def test_a_purchase_through_paypal(
    portal: Portal, browse: Browsing, language: str, width: int, scripts: bool, title: str
) -> None:
    page = browse.visitor(width=width, scripts=scripts)
    walker = Walker(page, portal.url, language=language, has_scripts=scripts)
    address = walker.order(NITROUS_OXIDE, Purchase(quantity=3, purchaser=f"Pay Pal {language}"))
    assert (barriers(browse.with_scripts(page)), overflow(page)) == ([], "")
    page.locator(".pay-elsewhere button").click()
    expect(page).to_have_url(PAYPAL)
    expect(page.locator("h1")).to_have_text(title)
    assert (barriers(browse.with_scripts(page)), overflow(page)) == ([], "")
    page.locator("button[value=cancel]").click()
    expect(page).to_have_url(re.compile(re.escape(address)))
    page.locator(".pay-elsewhere button").click()
    page.locator("button[value=approve]").click()
    expect(page).to_have_url(address)
    walker.wait_for_certificate()
    assert browse.troubles == []
