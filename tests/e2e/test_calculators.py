"""Every calculator from the first page to the paid order, by all sorts of browsers; and what a result is good for."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.answering import TASKS, Asked
from tests.e2e.browsing import Browsing
from tests.e2e.inspection import barriers, is_focus_visible, overflow, overflows
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker, path_of, sign_in

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr", "es"])


@LANGUAGES
@SCRIPTS
@pytest.mark.parametrize("kind", TASKS)
def test_a_calculator_leads_to_a_paid_order(
    portal: Portal, browse: Browsing, kind: str, language: str, scripts: bool
) -> None:
    width = 375 if scripts == (language == "fr") else 1280
    page = browse.visitor(width=width, scripts=scripts)
    walker = Walker(page, portal.url, language=language, has_scripts=scripts)
    walker.open()
    page.locator(f".calculator-list a[href$='/calculators/{kind}/']").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_count(1)
    assert page.context.cookies() == []

    asked = Asked(walker, TASKS[kind])
    asked.walk()
    units = asked.finish()
    assert page.context.cookies() == []
    assert overflow(page) == ""
    assert page.locator(".result-each").count() == TASKS[kind].is_shared
    result = page.url

    page.locator(".contribute a.button").click()
    page.wait_for_load_state()
    page.locator("select[name=country]").select_option(NITROUS_OXIDE.country)
    if not scripts:
        page.locator("form.filters button[type=submit]").click()
    expect(page.locator(".chips li")).to_have_count(1)
    page.locator(f"#results a[href*='/projects/{NITROUS_OXIDE.slug}/']").click()
    expect(page.locator("#buy-quantity")).to_have_value(str(units))
    page.locator(".buy-form button[type=submit]").click()

    purchase = Purchase(quantity=units, purchaser="Noor Sample")
    before = len(portal.transactions())
    walker.fill_in_details(purchase)
    walker.read_preview(purchase)
    walker.place_order()
    walker.pay()
    walker.wait_for_certificate()
    paid = portal.transactions()[before:]
    assert [each["amount"] for each in paid] == [f"{units * float(NITROUS_OXIDE.price):.2f}"]
    # The order leads to the result for reading, which is not the right to change it.
    reading = re.sub(r"\.[\w-]+/$", "/", result.removeprefix(portal.url))
    assert reading != result.removeprefix(portal.url)
    expect(page.locator(f"main a[href='{reading}']")).to_have_count(1)


# --- For everybody


def test_the_keyboard_suffices(portal: Portal, browse: Browsing) -> None:
    """Type, press Enter, hear what is wrong at the first field, put it right, and go on: without a mouse."""
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/")
    asked = Asked(walker, TASKS["household"])
    asked.field("people").focus()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(asked.field("people")).to_be_focused()
    assert is_focus_visible(page)[0]
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("#title-home")).to_be_focused()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 375, "light"), ("fr", 1280, "dark")], ids=["en-light", "fr-dark"]
)
@pytest.mark.parametrize("kind", TASKS)
def test_calculators_and_results_have_no_barriers_and_fit(
    portal: Portal, browse: Browsing, kind: str, language: str, width: int, scheme: str
) -> None:
    page = browse.visitor(width=width, scheme=scheme)
    walker = Walker(page, portal.url, language=language)
    walker.open(f"calculators/{kind}/?view=all")
    look(page)
    asked = Asked(walker, TASKS[kind])
    for name in TASKS[kind].items:
        asked.press(page.locator(f"#calculator [name=more][value={name}]"))
    asked.ask()
    look(page)
    if page.locator("[data-error-summary]").count():
        expect(page.locator("[data-error-summary]")).to_be_focused()
        asked.told.update(TASKS[kind].items)
        asked.answer_what_is_in_sight()
        asked.ask()
        asked.choose_airports_at_the_end()
    expect(page).to_have_url(re.compile("/results/"))
    for summary in page.locator("main summary").all():
        summary.click()
    look(page)


@pytest.mark.parametrize("width", [375, 1280])
def test_a_total_says_in_sight_what_it_leaves_out_and_what_is_each_person_s(
    portal: Portal, browse: Browsing, width: int
) -> None:
    page = browse.visitor(width=width)
    walker = Walker(page, portal.url)
    walker.open("calculators/household/?view=all")
    asked = Asked(walker, TASKS["household"])
    asked.field("people").fill("3")
    asked.field("electricity").fill("many")
    expect(page.locator(".total-left-out")).to_have_text("1 answer cannot be used yet.")
    for said in (".total-left-out", ".total-each", ".total-range"):
        expect(page.locator(said)).to_be_visible()
        expect(page.locator(said)).to_be_in_viewport(ratio=1)
    assert overflow(page) == ""


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 375, "dark"), ("es", 1280, "light")], ids=["en-dark", "es-light"]
)
@pytest.mark.parametrize("place", ["calculators/", "calculators/factors/", "calculators/factors/?q=zzz"])
def test_lists_have_no_barriers_and_fit(
    portal: Portal, browse: Browsing, place: str, language: str, width: int, scheme: str
) -> None:
    page = browse.visitor(width=width, scheme=scheme)
    Walker(page, portal.url, language=language).open(place)
    look(page)


def look(page: Page) -> None:
    page.wait_for_load_state()
    width = page.viewport_size
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert overflows(page) == []
    assert width
    page.set_viewport_size(width)


# --- Keeping


def test_a_result_is_kept_in_the_account_and_printed(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/")
    page.locator("#calculator .link-button[name=finish]").click()
    expect(page).to_have_url(re.compile("/results/"))
    result = path_of(page.url)
    page.locator(".keep-account a").click()
    sign_in(page, "provider@example.org", portal.passwords["provider@example.org"])
    expect(page).to_have_url(re.compile("/results/"))
    page.locator(".keep-account button").click()
    expect(page.locator(".keep-account")).to_contain_text("This result is kept in your account.")
    page.emulate_media(media="print")
    expect(page.locator(".keep-account")).to_be_hidden()
    expect(page.locator(".lines").first).to_be_visible()
    page.emulate_media(media="screen")
    walker.open("account/")
    expect(page.locator(f"main a[href$='{result}']")).to_have_count(1)
    page.locator(f"main a[href$='{result}']").click()
    page.locator(".keep-account button").click()
    walker.open("account/")
    expect(page.locator(f"main a[href$='{result}']")).to_have_count(0)


def test_an_inventory_on_paper_has_its_totals_once_on_however_many_pages(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    Walker(page, portal.url).open("calculators/business/")
    page.locator("[name=a-fleet_diesel]").evaluate("field => field.value = '800'")  # in a section that is not open
    page.locator("#calculator .link-button[name=finish]").click()
    expect(page).to_have_url(re.compile("/results/"))
    pages = [each.extract_text() for each in PdfReader(BytesIO(page.pdf(width="210mm", height="120mm"))).pages]
    assert sum("Row" in each.splitlines()[0] for each in pages) > 1
    assert "".join(pages).count("Total, scope 2 by market") == 1
