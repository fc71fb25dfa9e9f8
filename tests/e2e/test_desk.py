"""An editor at the desk: a story is changed, looked at, published, and then everybody sees it."""

import time

from playwright.sync_api import expect

from tests.e2e.browsing import Browsing
from tests.e2e.running import Portal
from tests.e2e.walk import sign_in

STORY = "angkor-rice-husk"


def heading(portal: Portal, browse: Browsing) -> str:
    """Return the title of the story as somebody sees it who was never here before."""
    page = browse.visitor()
    page.goto(f"{portal.url}/en/projects/{STORY}/")
    return page.locator("h1").inner_text()


def test_an_editor_changes_a_title_previews_and_publishes_it(portal: Portal, browse: Browsing) -> None:
    old = heading(portal, browse).replace("\n", " ")
    new = f"Power from husks, told anew at {time.time():.0f}"
    page = browse.visitor()
    page.goto(f"{portal.url}/admin/")
    sign_in(page, "editor@example.org", portal.passwords["editor@example.org"])
    expect(page).to_have_url(f"{portal.url}/admin/")
    page.goto(f"{portal.url}/admin/pages/search/?q={old.split()[0]}")
    page.get_by_role("link", name=old, exact=False).first.click()
    page.locator("input[name=title]").fill(new)

    page.locator("[data-side-panel-toggle=preview]").click()
    preview = page.frame_locator("[data-side-panel=preview] iframe").last
    expect(preview.locator("h1")).to_have_text(new)
    assert heading(portal, browse).replace("\n", " ") == old, "a preview publishes nothing"

    page.locator("[data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("published")
    assert heading(portal, browse).replace("\n", " ") == new
