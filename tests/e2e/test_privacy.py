"""What a visitor's browser is told to keep, and whom it talks to."""

import pytest

from tests.e2e.browsing import Browsing
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE

PUBLIC = ["", "projects/", f"projects/{NITROUS_OXIDE.slug}/", "how-it-works/", "history/", "verify/"]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_keeps_nothing_and_talks_to_nobody_else(portal: Portal, browse: Browsing, path: str) -> None:
    page = browse.visitor()
    answer = page.goto(f"{portal.url}/en/{path}", wait_until="networkidle")
    assert answer
    assert answer.status == 200
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage)") == []
    # htmx remembers, in this tab alone and until it is closed, which of our pages it shows.
    assert set(page.evaluate("Object.keys(sessionStorage)")) <= {"htmx-current-path-for-history"}
    assert browse.foreign == []
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_the_content_policy_stops_a_script_that_found_its_way_into_a_page(portal: Portal, browse: Browsing) -> None:
    """The control: a breach would be noticed in all these tests, since this one is."""
    page = browse.visitor()
    page.goto(f"{portal.url}/en/verify/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'taken over'";
            document.body.append(script);
        }"""
    )
    assert page.title() != "taken over"
    assert len(browse.troubles) == 1
    assert "Content Security Policy" in browse.troubles.pop()
    browse.forgive()
