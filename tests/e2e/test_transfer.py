"""Paying by bank transfer, from the reference to the certificate: asked for, booked by the bank, uploaded, cancelled.

With the walks of `test_paypal.py` each two of language, width and scripts come together once, on one rail or the other.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import Browsing, until
from tests.e2e.inspection import barriers, overflow
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker
from tests.e2e.words import words

BANK = re.compile(r"/bank\?reference=RF\w+&account=CH9300762011623852957&")
REFERENCE = re.compile(r"RF\d\d( \w{1,4})+")


@pytest.mark.parametrize(
    ("language", "width", "scripts", "title"),
    [
        ("en", 375, False, "Simulated bank"),
        ("fr", 1280, True, "Banque simulée"),
        ("es", 1280, False, "Banco simulado"),
    ],
    ids=["en 375 without scripts", "fr 1280 with scripts", "es 1280 without scripts"],
)
def test_a_purchase_by_transfer(
    portal: Portal, browse: Browsing, language: str, width: int, scripts: bool, title: str
) -> None:
    page = browse.visitor(width=width, scripts=scripts)
    walker = Walker(page, portal.url, language=language, has_scripts=scripts)
    address = walker.order(NITROUS_OXIDE, Purchase(quantity=3, purchaser=f"Trans Fer {language}"))
    page.locator(".pay-transfer button[type=submit]").click()
    expect(page.locator(".transfer-facts")).to_contain_text("CH93 0076 2011 6238 5295 7")
    expect(page.locator(".transfer-facts")).to_contain_text(REFERENCE)
    expect(page.locator(".transfer-facts .copy").first).to_be_visible(visible=scripts)
    assert (barriers(browse.with_scripts(page)), overflow(page)) == ([], "")
    if scripts:
        copy_reference(page, language)
    link = page.get_by_role("link", name=words("Open the pro-forma invoice (PDF)", language))
    assert page.request.get(f"{portal.url}{link.get_attribute('href')}").body().startswith(b"%PDF-")

    page.get_by_role("link", name=words("Let the bank book this transfer", language)).click()
    expect(page).to_have_url(BANK)
    expect(page.locator("h1")).to_have_text(title)
    assert (barriers(browse.with_scripts(page)), overflow(page)) == ([], "")
    portal.hand_in("CH9300762011623852957", booked(page))

    until(page, lambda: is_counted(page, address))
    walker.wait_for_certificate()
    assert browse.troubles == []


def copy_reference(page: Page, language: str) -> None:
    """Copy the reference, and see the button say so and then again what it is for."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator(".transfer-facts .copy").last
    label = button.inner_html()
    button.dblclick()
    expect(button).to_have_text(words("Copied", language))
    expect(page.locator("[data-copied]")).to_have_text(words("Copied", language))
    assert re.fullmatch(r"RF\d\d[0-9A-Z]+", page.evaluate("navigator.clipboard.readText()"))
    expect(page.locator("[data-copied]")).to_be_empty()
    assert button.inner_html() == label


def booked(page: Page) -> bytes:
    """Let the bank book the transfer on its page, and return the statement that it gives."""
    with page.expect_download() as download:
        page.locator("button[value=exact]").click()
    return Path(download.value.path()).read_bytes()


def is_counted(page: Page, address: str) -> bool:
    """Open an order's page again, and say whether it still asks for a transfer."""
    page.goto(address)
    return page.locator(".pay-transfer").count() == 0
