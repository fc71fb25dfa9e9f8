"""With an account: a guest's order is found again once the address is proven, and a provider sees what they offer."""

import re
import time

from playwright.sync_api import Page, expect

from tests.e2e.browsing import Browsing, until
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker, sign_in

PASSWORD = "forty tonnes of oats"


def test_a_guest_makes_an_account_and_finds_the_order_in_it(portal: Portal, browse: Browsing) -> None:
    address = f"guest-{time.time():.0f}@example.org"
    walker = Walker(browse.visitor(), portal.url)
    walker.order(NITROUS_OXIDE, Purchase(quantity=5, email=address, beneficiary="The night school"))
    walker.pay()
    walker.wait_for_certificate()
    reference = walker.page.locator(".reference .figure").inner_text()

    page = browse.visitor()
    page.goto(f"{portal.url}/en/account/")
    page.get_by_role("link", name="Create an account").click()
    page.locator("[name=email]").fill(address)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Confirm your e-mail address")
    page.goto(confirmation(portal, address, page))
    page.locator("main form button[type=submit]").click()
    page.goto(f"{portal.url}/en/account/")
    sign_in(page, address, PASSWORD)

    row = page.locator("table.history tbody tr")
    expect(row).to_have_count(1)
    for fact in (reference, "€4.00", "The night school"):
        expect(row).to_contain_text(fact)
    row.locator("a[href*='/certificates/']").click()
    expect(page.locator(".certificate-for")).to_contain_text("The night school")


def confirmation(portal: Portal, address: str, page: Page) -> str:
    """Return the link in the letter that asks to confirm an address."""

    def links() -> list[str]:
        return re.findall(r"http://\S+/confirm-email/\S+", "\n".join(portal.letters_to(address)))

    return until(page, links)[-1]


def test_an_order_placed_while_signed_in_stands_in_the_account(portal: Portal, browse: Browsing) -> None:
    """Even when the certificate goes to another address. The provider also sees what they have on offer."""
    page = browse.visitor()
    walker = Walker(page, portal.url)
    page.goto(f"{portal.url}/en/account/")
    sign_in(page, "provider@example.org", portal.passwords["provider@example.org"])
    expect(page.locator("h1")).to_have_text("Your account")
    name = f"Somebody at {time.time() % 1e6:.0f}"  # more digits would look like a telephone number
    order = walker.order(NITROUS_OXIDE, Purchase(purchaser=name, email="elsewhere@example.org"))
    page.goto(f"{portal.url}/en/account/")
    row = page.locator("table.history").first.locator("tbody tr").filter(has_text=name)
    expect(row).to_contain_text("Awaiting payment")
    expect(page.get_by_role("heading", name="What your organisation offers")).to_be_visible()
    expect(page.locator("table.history").last).to_contain_text("Rio Claro Mitigation (sample)")
    row.locator("a").first.click()
    expect(page).to_have_url(order)

    page.goto(f"{portal.url}/en/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    page.goto(f"{portal.url}/en/account/")
    expect(page.locator("h1")).to_have_text("Sign in")
