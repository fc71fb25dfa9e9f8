"""While the registry is at work: the page tells how far it is, and goes on by itself."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Browsing, until
from tests.e2e.inspection import barriers, overflows
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_progress_page_goes_on_by_itself(portal: Portal, browse: Browsing, scripts: bool) -> None:
    page = browse.visitor(scripts=scripts)
    walker = Walker(page, portal.url, has_scripts=scripts)
    asked = [0]
    walker.order(NITROUS_OXIDE, Purchase(quantity=2))
    page.on("request", lambda request: asked.__setitem__(0, asked[0] + ("/orders/" in request.url)))
    with portal.worker_asleep():
        walker.pay()
        expect(page.locator("h1")).to_have_text("Your 2 units are being cancelled")
        steps = page.locator(".progress-steps li")
        expect(steps).to_have_count(4)
        assert [step.get_attribute("class") for step in steps.all()] == ["done", "doing", "todo", "todo"]
        so_far = asked[0]
        assert until(page, lambda: asked[0] - so_far >= 2), "the page does not ask again"
        expect(page.locator("h1")).to_have_text("Your 2 units are being cancelled")
        if scripts:
            assert barriers(page) == []
            assert overflows(page) == []
    walker.wait_for_certificate()
    expect(page.locator("h1")).to_have_text("2 units are cancelled")
