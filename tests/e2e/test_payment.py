"""Paying: twice, in two tabs, going back, with cards that fail, and with an answer that never comes."""

import csv
import io
import re
import urllib.request

from playwright.sync_api import expect

from tests.e2e.browsing import Browsing, until
from tests.e2e.running import Portal
from tests.e2e.walk import DECLINED, NITROUS_OXIDE, SLOW_ANSWER, VISA, Purchase, Walker

SWEEP_TIME = (
    240_000  # milliseconds: two minutes until an answer counts as lost, one until the next sweep, and some more
)


def cancelled_for(portal: Portal, name: str) -> list[int]:
    """Return how many units the public history has for a beneficiary, entry by entry."""
    with urllib.request.urlopen(f"{portal.url}/en/history/cancellations.csv", timeout=10) as answer:
        rows = csv.DictReader(io.TextIOWrapper(answer, encoding="utf-8"))
        return [int(row["quantity"]) for row in rows if row["beneficiary_name"] == name]


def someone(portal: Portal, browse: Browsing, name: str) -> tuple[Walker, Purchase]:
    """Return a visitor and what they want: nobody else in these tests has that name."""
    number = len(portal.transactions())
    return Walker(browse.visitor(), portal.url), Purchase(quantity=3, purchaser=f"{name} {number}")


def collections(walker: Walker, portal: Portal, before: int) -> list[tuple[str, int]]:
    """Return what was paid since and how often it was collected, once the worker has come to that."""

    def collected() -> list[tuple[str, int]]:
        found = [(each["amount"], each["captures"]) for each in portal.transactions()[before:]]
        return found if all(times for _amount, times in found) else []

    return until(walker.page, collected)


def units_left(portal: Portal, browse: Browsing) -> int:
    """Return how many units the listing still has, as somebody sees it who was never here before."""
    page = browse.visitor()
    page.goto(f"{portal.url}/en/projects/{NITROUS_OXIDE.slug}/")
    found = page.locator("#buy-quantity").get_attribute("max")
    assert found
    return int(found)


def test_a_double_click_pays_once(portal: Portal, browse: Browsing) -> None:
    walker, purchase = someone(portal, browse, "Doppel Klick")
    walker.order(NITROUS_OXIDE, purchase)
    before = len(portal.transactions())
    walker.page.locator(f"[name=nonce][value={VISA}]").check()
    walker.page.locator(".pay-form button[type=submit]").dblclick(no_wait_after=True)
    walker.wait_for_certificate()
    assert collections(walker, portal, before) == [("2.40", 1)]
    assert cancelled_for(portal, purchase.purchaser) == [3]


def test_a_double_click_places_one_order(portal: Portal, browse: Browsing) -> None:
    walker, purchase = someone(portal, browse, "Twice Placed")
    page = walker.page
    walker.open(f"projects/{NITROUS_OXIDE.slug}/")
    page.locator(".buy-form button[type=submit]").click()
    walker.fill_in_details(purchase)
    walker.read_preview(purchase)
    left = units_left(portal, browse)
    page.locator("[name=consent]").check()
    page.locator("main form .actions .button[type=submit]").dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile(r"/orders/[\w-]+/$"))
    page.wait_for_load_state("networkidle")
    assert units_left(portal, browse) == left - 1


def test_going_back_after_paying_shows_the_order_and_pays_nothing_again(portal: Portal, browse: Browsing) -> None:
    walker, purchase = someone(portal, browse, "Zurück Geher")
    page = walker.page
    address = walker.order(NITROUS_OXIDE, purchase)
    before = len(portal.transactions())
    walker.pay()
    certificate = walker.wait_for_certificate()
    page.goto(certificate)
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.locator(".pay-form")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("3 units are cancelled")
    page.go_back()
    page.wait_for_load_state()
    if page.url == address:  # the browser may keep the address once for before and once for after paying
        expect(page.locator("h1")).to_have_text("3 units are cancelled")
        expect(page.locator(".pay-form")).to_have_count(0)
    assert len(portal.transactions()) == before + 1
    assert cancelled_for(portal, purchase.purchaser) == [3]


def test_an_order_open_in_two_tabs_is_paid_once(portal: Portal, browse: Browsing) -> None:
    """The second tab pays while the bank of the first still thinks, and once more when all is done."""
    walker, purchase = someone(portal, browse, "Zwei Fenster")
    first = walker.page
    address = walker.order(NITROUS_OXIDE, purchase)
    tabs = [first.context.new_page() for _number in range(2)]
    for tab in tabs:
        tab.goto(address)
    before = len(portal.transactions())
    first.locator(f"[name=nonce][value={SLOW_ANSWER}]").check()
    first.locator(".pay-form button[type=submit]").click(no_wait_after=True)
    until(first, lambda: len(portal.transactions()) > before)  # the bank was asked, and thinks for eight seconds

    Walker(tabs[0], portal.url).pay()
    expect(tabs[0]).to_have_url(address)
    expect(tabs[0].locator("h1")).to_have_text("Waiting for your payment")
    for tab in (first, tabs[0]):
        Walker(tab, portal.url).wait_for_certificate()

    Walker(tabs[1], portal.url).pay()
    expect(tabs[1]).to_have_url(address)
    expect(tabs[1].locator("h1")).to_have_text("3 units are cancelled")
    assert len(portal.transactions()) == before + 1
    assert cancelled_for(portal, purchase.purchaser) == [3]


def test_after_a_declined_card_another_one_pays(portal: Portal, browse: Browsing) -> None:
    walker, purchase = someone(portal, browse, "Andere Karte")
    page = walker.page
    walker.order(NITROUS_OXIDE, purchase)
    walker.pay(DECLINED)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("The card was not accepted, and nothing was charged. Please try another card.")
    expect(summary).to_be_focused()
    assert cancelled_for(portal, purchase.purchaser) == []
    walker.pay()
    walker.wait_for_certificate()
    assert cancelled_for(portal, purchase.purchaser) == [3]


def test_paying_without_choosing_a_card_is_explained(portal: Portal, browse: Browsing) -> None:
    walker, purchase = someone(portal, browse, "Ohne Karte")
    page = walker.page
    walker.order(NITROUS_OXIDE, purchase)
    before = len(portal.transactions())
    page.locator(".pay-form button[type=submit]").click()
    expect(page.locator("#id_nonce_error")).to_contain_text("Choose a card.")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").click()
    expect(page.locator("#id_nonce_0")).to_be_focused()
    assert len(portal.transactions()) == before


def test_a_withdrawn_order_puts_its_units_back_on_offer_and_cannot_be_paid(portal: Portal, browse: Browsing) -> None:
    walker, purchase = someone(portal, browse, "Doch Nicht")
    page = walker.page
    address = walker.order(NITROUS_OXIDE, purchase)
    left = units_left(portal, browse)
    other = page.context.new_page()
    other.goto(address)
    before = len(portal.transactions())
    page.locator(".withdraw button").click()
    expect(page.locator("h1")).to_have_text("This order was withdrawn")
    assert units_left(portal, browse) == left + 3
    Walker(other, portal.url).pay()
    expect(other.locator("h1")).to_have_text("This order was withdrawn")
    assert len(portal.transactions()) == before


def test_outcome_of_lost_answer(portal: Portal, browse: Browsing, lost_answer: tuple[str, Purchase]) -> None:
    """The bank held the money, but its answer was lost. The sweep asks it, and both pages go on by themselves."""
    path, purchase = lost_answer
    pages = [browse.visitor(), browse.visitor(scripts=False)]
    for page in pages:
        page.goto(f"{portal.url}/en/{path}")
    for page in pages:
        Walker(page, portal.url).wait_for_certificate(milliseconds=SWEEP_TIME)
        expect(page.locator("h1")).to_have_text("2 units are cancelled")
    assert cancelled_for(portal, purchase.purchaser) == [2]
