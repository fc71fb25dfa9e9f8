"""An editor at the desk: a story is changed, looked at, published, and then everybody sees it."""

import time
from collections.abc import Callable

from django.utils.text import slugify
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.e2e.browsing import Browsing, until
from tests.e2e.running import Portal
from tests.e2e.walk import sign_in

STORY = "angkor-rice-husk"
# To Wagtail, what is typed until it begins to watch a form is how the form was, and it may begin twice. All is typed at
# once, since the desk may save at any moment.
TYPING = """
addEventListener("w-unsaved:watch-edits", ({ target: form }) => {
  form.elements.title.value = "%(title)s";
  form.elements.slug.value = "%(slug)s";
  form.elements.lead.value += "And so on. ";
});
"""


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


def publish_before_it_hears(page: Page, portal: Portal, title: str) -> Callable[[], None]:
    """Type a title, and press Publish when the desk has made the page by itself and the browser has not heard of it.

    Return what lets the browser hear.
    """
    answered: list[tuple[Route, APIResponse]] = []

    def keep(route: Route) -> None:
        if "json" in route.request.headers.get("accept", ""):
            answered.append((route, route.fetch()))
        else:
            route.continue_()

    homes = page.request.get(f"{portal.url}/admin/api/main/pages/?type=home.HomePage&locale=en").json()
    address = f"{portal.url}/admin/pages/add/home/plainpage/{homes['items'][0]['id']}/"
    page.route(address, keep)
    page.add_init_script(TYPING % {"title": title, "slug": slugify(title)})
    page.goto(address)
    until(page, lambda: answered)
    page.locator("[data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    return lambda: answered[0][0].fulfill(response=answered[0][1])


def test_a_page_is_published_while_it_is_saved_by_itself(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    page.on("dialog", lambda dialog: dialog.accept())  # what was typed may be left behind
    page.goto(f"{portal.url}/admin/")
    sign_in(page, "editor@example.org", portal.passwords["editor@example.org"])
    page.route("**/desk-saving.js", lambda route: route.abort())
    publish_before_it_hears(page, portal, f"Two at once {time.time():.0f}")
    expect(page.locator("body")).to_contain_text("is already in use")  # without what is tried here
    page.unroute_all()
    page.goto("about:blank")
    browse.forgive()  # the script that was withheld, and the page that was refused, to be saved by itself as well
    title = f"One after the other {time.time():.0f}"
    publish_before_it_hears(page, portal, title)()
    expect(page.locator(".messages")).to_contain_text("published")
    everybody = browse.visitor()
    everybody.goto(f"{portal.url}/en/{title.lower().replace(' ', '-')}/")
    expect(everybody.locator("h1")).to_have_text(title)
