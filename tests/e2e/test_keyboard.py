"""Nothing but a keyboard: everything is reached, and it is always plain where one is."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import Browsing
from tests.e2e.inspection import is_focus_covered, is_focus_visible
from tests.e2e.running import Portal
from tests.e2e.walk import CERTIFICATE_TIME, NITROUS_OXIDE, VISA

MOST_STOPS = 60


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is on an element; it must be seen at every stop on the way."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        seen, element = is_focus_visible(page)
        assert seen, f"the focus cannot be seen on {element}"
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached with {MOST_STOPS} times Tab")


def test_the_skip_link_leads_past_the_menu(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    page.goto(f"{portal.url}/en/projects/{NITROUS_OXIDE.slug}/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_purchase_needs_nothing_but_the_keyboard(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    page.goto(f"{portal.url}/en/projects/{NITROUS_OXIDE.slug}/")
    tab_to(page, page.locator("#buy-quantity"))
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    tab_to(page, page.locator(".buy-form button[type=submit]"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your details")

    tab_to(page, page.locator("[name=purchaser_name]"))
    page.keyboard.type("Tastatur Beispiel")
    tab_to(page, page.locator("[name=purchaser_email]"))
    page.keyboard.type("taste@example.org")
    tab_to(page, page.locator("[name=beneficiary_same]"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("[name=beneficiary_name]"))
    page.keyboard.type("Sample choir")
    expect(page.locator("#preview .extract")).to_contain_text("Sample choir")
    tab_to(page, page.locator("[name=beneficiary_type][value=person]"))
    with page.expect_response(lambda answer: "/preview/" in answer.url):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[name=beneficiary_type][value=organisation]")).to_be_checked()
    tab_to(page, page.locator("[name=consent]"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("main form .actions .button[type=submit]"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/orders/[\w-]+/$"))

    tab_to(page, page.locator("[name=nonce]").first)
    page.keyboard.press("Space")
    expect(page.locator(f"[name=nonce][value={VISA}]")).to_be_checked()
    tab_to(page, page.locator(".pay-form button[type=submit]"))
    page.keyboard.press("Space")
    see = page.locator("main .actions a.button")
    expect(see).to_have_text("See the certificate", timeout=CERTIFICATE_TIME)
    tab_to(page, see)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/certificates/[\w-]+/$"))
    expect(page.locator(".certificate-for")).to_contain_text("Sample choir")


def test_the_bar_on_a_phone_never_covers_where_one_is(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor(width=375)
    page.goto(f"{portal.url}/en/projects/{NITROUS_OXIDE.slug}/")
    last = page.locator("footer a").last
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert is_focus_covered(page) == ""
        if last.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError("the end of the page is not reached")
