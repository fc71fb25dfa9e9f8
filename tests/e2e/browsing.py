"""Visitors for tests: each has cookies and a cache of their own, and whatever goes wrong behind a page is noted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
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
HEIGHTS = {320: 640, 375: 812, 1280: 900, 2560: 1440}
EXPECTED_REFUSALS = (404, 422)  # a page that says what is wrong; Chromium calls its status an error too


class Browsing:
    """Opens visitors' pages, and keeps what must not happen behind any of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._refused: set[str] = set()
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
        context.set_default_timeout(15_000)
        context.on("console", self._heard)
        context.on(
            "weberror", lambda error: self._errors.append((error.page.url if error.page else "", str(error.error)))
        )
        context.on("request", self._asked)
        context.on("response", self._answered)
        self._contexts.append(context)
        return context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append((message.location["url"], message.text))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OURS:
            self.foreign.append(request.url)

    def _answered(self, response: Response) -> None:
        if response.status in EXPECTED_REFUSALS and response.request.is_navigation_request():
            self._refused.add(response.url)

    @property
    def troubles(self) -> list[str]:
        """Return errors of scripts and of the console, breaches of the content policy, and requests to other hosts."""
        refusal = re.compile(r"Failed to load resource: the server responded with a status of (404|422)")
        errors = [f"{url}: {text}" for url, text in self._errors if not (url in self._refused and refusal.match(text))]
        return errors + [f"asked another host: {url}" for url in self.foreign]

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
