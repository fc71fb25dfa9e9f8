"""An editor makes a calculator of her own; a page asks one in its middle, and a partner shows one on another site."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils.text import slugify
from playwright.sync_api import Page, expect

from tests.e2e.browsing import Browsing
from tests.e2e.inspection import barriers, overflow
from tests.e2e.running import Portal
from tests.e2e.walk import sign_in

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
ACTIVITY = "composition-1-value-lines-0-value-activity"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Somebody else's site: its address, and the folder in which its pages lie."""
    (tmp_path / "favicon.ico").write_bytes(b"")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", tmp_path
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def desk(portal: Portal, browse: Browsing) -> Page:
    """A browser in which the editor is signed in."""
    page = browse.visitor()
    page.goto(f"{portal.url}/admin/")
    sign_in(page, "editor@example.org", portal.passwords["editor@example.org"])
    expect(page).to_have_url(f"{portal.url}/admin/")
    return page


def publish(page: Page) -> None:
    page.locator("[data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("button", name="Publish", exact=True).click()


def test_an_editor_begins_with_a_copy_and_is_told_what_is_wrong(portal: Portal, browse: Browsing) -> None:
    title = f"Journeys of the office {time.time():.0f}"
    page = desk(portal, browse)
    page.goto(f"{portal.url}/admin/pages/search/?q=Calculators")
    page.get_by_role("link", name="Calculators", exact=True).first.click()
    page.goto(page.url.replace("/edit/", "/").rstrip("/") + "/add_subpage/")
    page.wait_for_url("**/add/calculators/calculatorpage/**")
    page.locator("[name=title]").fill(title)  # at once, since the desk may save what is typed at any moment
    page.locator("[name=title]").press("End")
    expect(page.locator("[name=slug]")).to_have_value(slugify(title))  # the desk's scripts make it of what is typed
    page.locator("[name=summary]").fill("Where we fly.")
    page.locator("[name=kind]").select_option("own")
    page.locator("[name=begin_with]").select_option("flight")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/edit/**")
    expect(page.locator(f"[name={ACTIVITY}]")).to_have_value("distance(origin, first_stop) * seats * room")

    page.locator(f"[name={ACTIVITY}]").evaluate("field => field.closest('form').scrollIntoView()")
    _write(page, "distance(origin, first_stop) * chairs * room")
    page.locator("[data-side-panel-toggle=preview]").click()
    preview = page.frame_locator("[data-side-panel=preview] iframe").last
    expect(preview.locator(".faults li").first).to_have_text("Flight: 'chairs' is neither a question nor a value")
    publish(page)
    expect(page.locator("[data-contentpath=lines]").first).to_contain_text("'chairs' is neither a question nor a value")
    browse.forgive()  # the desk answers 400 to what it refuses

    _write(page, "distance(origin, first_stop) * seats * room")
    publish(page)
    expect(page.locator(".messages")).to_contain_text("published")
    page.locator(".messages").get_by_role("link", name="View live").click()
    expect(page.locator("h1")).to_have_text(title)
    page.locator("[name=a-trips-0-origin]").fill("NBO")
    page.locator("[name=a-trips-0-destination]").fill("GVA")
    expect(page.locator(".total-figure")).to_contain_text("tonnes of CO₂ equivalent")


def _write(page: Page, formula: str) -> None:
    """Write the first line's activity, whether or not its block is open."""
    page.locator(f"[name={ACTIVITY}]").evaluate(
        """(field, text) => {
          field.value = text;
          for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
        }""",
        formula,
    )


@pytest.mark.parametrize("width", [375, 1280])
def test_a_page_asks_a_calculator_in_its_middle(portal: Portal, browse: Browsing, width: int) -> None:
    page = browse.visitor(width=width)
    page.goto(f"{portal.url}/en/how-it-works/")
    assert overflow(page) == ""
    assert barriers(page) == []
    page.locator("[name=a-trips-0-origin]").fill("NBO")
    page.locator("[name=a-trips-0-destination]").fill("GVA")
    expect(page.locator(".total-figure strong")).not_to_have_text("—")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#section-method")).to_be_visible()
    expect(page).to_have_url(f"{portal.url}/en/how-it-works/")
    page.get_by_role("button", name="See the result", exact=True).click()
    page.wait_for_url("**/en/calculators/results/**")


@SCRIPTS
def test_a_partner_frames_a_calculator(
    portal: Portal, browse: Browsing, partner: tuple[str, Path], scripts: bool
) -> None:
    address, folder = partner
    giver = browse.visitor()
    giver.goto(f"{portal.url}/en/calculators/conference-series/")
    giver.locator(".snippet summary").click()
    snippet = giver.locator(".snippet-text").inner_text()
    (folder / "index.html").write_text(f"<!doctype html><title>Partner</title><h1>Ours</h1>{snippet}", "utf-8")

    page = browse.visitor(scripts=scripts)
    page.goto(address)
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("A conference series")
    if scripts:
        shown = frame.locator("main")
        expect(shown).to_be_visible()
        page.wait_for_function("document.querySelector('iframe').style.height !== ''")
        needed = shown.evaluate("content => Math.ceil(content.getBoundingClientRect().height)")
        assert abs(page.locator("iframe").evaluate("frame => frame.offsetHeight") - needed) <= 2
    else:
        assert page.locator("iframe").get_attribute("height") == "900"
    if scripts:  # what is wrong is said where it was typed
        frame.locator("[name=a-participants]").fill("many")
        frame.get_by_role("button", name="See the result now").click()
        expect(frame.locator("[data-error-summary]")).to_be_visible()
        expect(page).to_have_url(address)
    frame.locator("[name=a-participants]").fill("80")
    frame.get_by_role("button", name="Continue").click()
    expect(frame.locator("#section-getting_there")).to_be_visible()
    if scripts:
        expect(frame.locator("#title-getting_there")).to_be_focused()
    expect(page).to_have_url(address)
    frame.get_by_role("button", name="See the result now").click()
    page.wait_for_url(f"{portal.url}/en/calculators/results/**")
    expect(page.locator("main")).to_contain_text("A conference series")
    assert page.context.cookies() == []
