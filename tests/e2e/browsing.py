"""Visitors for tests: each has cookies and a cache of their own, and whatever goes wrong behind a page is noted."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
OURS = ("localhost", "127.0.0.1")
PATIENCE = 30_000  # milliseconds for anything but a certificate; busy machines are slow
HEIGHTS = {320: 640, 375: 812, 1280: 900, 2560: 1440}
EXPECTED_REFUSALS = (404, 422)  # a page that says what is wrong; Chromium calls its status an error too
REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of (404|422)")
CUT_OFF = re.compile(r"Failed to load resource: net::ERR_(ABORTED|FAILED)$")

Found = TypeVar("Found")


def until(page: Page, look: Callable[[], Found], *, seconds: int = 60) -> Found:
    """Return what is looked for as soon as it is there; meanwhile the browser goes on. Fail if that takes too long."""
    for _time in range(seconds * 10):
        if found := look():
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"not there after {seconds} seconds")


class Browsing:
    """Opens visitors' pages, and keeps what must not happen behind any of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._scriptless: list[BrowserContext] = []
        self._refused: set[str] = set()
        self._under_way: Counter[str] = Counter()
        self._left: set[str] = set()
        self._errors: list[tuple[str, str]] = []
        self.foreign: list[str] = []

    def visitor(self, *, width: int = 1280, scripts: bool = True, scheme: Any = "light", **options: Any) -> Page:
        """Return an empty page of somebody who was never here before."""
        context = self._browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=scripts,
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._heard)
        context.on(
            "weberror", lambda error: self._errors.append((error.page.url if error.page else "", str(error.error)))
        )
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._failed)
        self._contexts.append(context)
        if not scripts:
            self._scriptless.append(context)
        return context.new_page()

    def with_scripts(self, page: Page) -> Page:
        """Return a page for those whose tools are scripts: opened anew, by somebody else, where it has none.

        For addresses that show everybody the same.
        """
        if page.context not in self._scriptless or page.viewport_size is None:
            return page
        other = self.visitor(width=page.viewport_size["width"])
        other.goto(page.url)
        return other

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append((message.location["url"], message.text))

    def _asked(self, request: Request) -> None:
        self._under_way[request.url] += 1
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OURS:
            self.foreign.append(request.url)

    def _answered(self, response: Response) -> None:
        if response.status in EXPECTED_REFUSALS and response.request.is_navigation_request():
            self._refused.add(response.url)

    def _ended(self, request: Request) -> None:
        self._under_way[request.url] -= 1

    def _failed(self, request: Request) -> None:
        self._ended(request)
        if request.failure == "net::ERR_ABORTED":  # nothing failed: the page was left, or did not want it any more
            self._left.add(request.url)

    @property
    def troubles(self) -> list[str]:
        """Return errors of scripts and of the console, breaches of the content policy, and requests to other hosts."""
        errors = [f"{url}: {text}" for url, text in self._errors if not self._is_meant(url, text)]
        return errors + [f"asked another host: {url}" for url in self.foreign]

    def _is_meant(self, url: str, text: str) -> bool:
        """Say whether Chromium calls an error what is none: a page that says what is wrong, or that somebody left."""
        return (url in self._refused and bool(REFUSAL.match(text))) or (url in self._left and bool(CUT_OFF.match(text)))

    def forgive(self) -> None:
        """Forget the troubles so far: a test meant them."""
        self._errors.clear()
        self.foreign.clear()

    def photograph(self, folder: Path) -> list[Path]:
        """Write a picture of every page that is open."""
        folder.mkdir(parents=True, exist_ok=True)
        pages = [page for context in self._contexts for page in context.pages if not page.is_closed()]
        paths = [folder / f"{number}.png" for number, _page in enumerate(pages, start=1)]
        for page, path in zip(pages, paths, strict=True):
            page.screenshot(path=path, full_page=True)
        return paths

    def close(self) -> None:
        """Leave every page. What is under way then is cut off, and which error that is depends on how far it was."""
        self._left.update(url for url, times in self._under_way.items() if times > 0)
        for context in self._contexts:
            context.close()


@contextmanager
def browsing(browser: Browser) -> Iterator[Browsing]:
    """Browse, and close every page at the end. Troubles behind the pages fail a test that went well otherwise."""
    visit = Browsing(browser)
    try:
        yield visit
    finally:
        visit.close()
    assert not visit.troubles, "behind the pages:\n" + "\n".join(visit.troubles)
