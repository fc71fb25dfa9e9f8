"""The whole portal runs, and a browser visits it. One demo serves all tests here: setting it up takes a minute.

Environment: CHROMIUM is the browser's path; E2E_DEMO is a folder with a demo's data, a copy of which is used;
E2E_VAR_DIR is a folder that keeps the demo's data, so that the next run is quicker; E2E_SCREENSHOTS is where pictures
of failures go.
"""

import os
import re
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browsing import ARGUMENTS, PATIENCE, Browsing, browsing
from tests.e2e.running import DemoFailed, Portal, copy, demo, logs
from tests.e2e.walk import LOST_ANSWER, NITROUS_OXIDE, Purchase, Walker, path_of

HERE = Path(__file__).parent

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that is here, and let whoever waits for the lost answer go last: the others run meanwhile."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.name == "test_outcome_of_lost_answer")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add pictures of the open pages to a failure."""
    report = yield
    visit = getattr(item, "funcargs", {}).get("browse")
    if report.when == "call" and report.failed and visit:
        folder = Path(os.environ.get("E2E_SCREENSHOTS") or tempfile.gettempdir()) / "e2e-failures"
        paths = visit.photograph(folder / re.sub(r"[^\w-]+", "-", item.name))
        report.sections.append(("pictures of the open pages", "\n".join(map(str, paths))))
    return report


@pytest.fixture(scope="package")
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A demo that runs: real web server, worker, broker and payment simulator."""
    kept = os.environ.get("E2E_VAR_DIR")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("demo")
    folder.mkdir(parents=True, exist_ok=True)
    if "E2E_DEMO" in os.environ:
        copy(Path(os.environ["E2E_DEMO"]), folder)
    with ExitStack() as stack:
        try:
            running = stack.enter_context(demo(folder))
        except DemoFailed as error:
            _give_up(request, str(error))
        yield running


def _give_up(request: pytest.FixtureRequest, reason: str) -> NoReturn:
    """Fail, and spare everybody the same failure a hundred times."""
    request.session.shouldfail = "there is no demo to visit"
    pytest.fail(reason, pytrace=False)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browse(request: pytest.FixtureRequest, portal: Portal, chromium: Browser) -> Iterator[Browsing]:
    """Visitors' pages; the test fails if anything goes wrong behind one of them."""
    if portal.process.poll() is not None:
        _give_up(request, f"The demo ended by itself.\n{logs(portal.folder)}")
    with browsing(chromium) as visit:
        yield visit


@pytest.fixture(scope="package")
def lost_answer(portal: Portal, chromium: Browser) -> tuple[str, Purchase]:
    """An order that was paid, and the bank's answer got lost: its path below the language, and what was wanted."""
    purchase = Purchase(quantity=2, purchaser=f"Verlorene Antwort {len(portal.transactions())}")
    with browsing(chromium) as visit:
        walker = Walker(visit.visitor(), portal.url)
        address = walker.order(NITROUS_OXIDE, purchase)
        walker.pay(LOST_ANSWER)
        expect(walker.page.locator("#progress")).to_be_visible()
    return path_of(address), purchase


@pytest.fixture(scope="package", autouse=True)
def early(request: pytest.FixtureRequest) -> None:
    """Lose the answer before anything else, if somebody is going to wait for it: that takes three minutes."""
    if any("lost_answer" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("lost_answer")
