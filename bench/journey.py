"""A whole purchase as a browser asks for it, from story to certificate: pages, forms and the wait between them.

On PostgreSQL and Redis, as in production, with the demo's content, workers and payment simulator; or on the SQLite of a
demo that is there. First one purchaser
goes alone, which tells the server's CPU time apart by step; then several at a time, which tells how long each waits. An
empty view is asked for on every journey, from the same server in the same minutes: it is the limit.

Every request says when it was sent, as a proxy would, so that a portal that is told to (`busy_after`) answers "busy" to
what has waited for too long. Purchasers then come back when they are told to, as that page does by itself.
"""

import os
import re
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from sqlite3 import sqlite_version
from typing import Any

from bench.figures import number, percentile, table
from bench.installation import BenchError, demo_in, folder_of, read, wait_until_read
from bench.machine import machine
from bench.pages import EMPTY, EMPTY_PATH, address, server
from bench.spent import cpu_seconds
from portal.home.demo import processes
from portal.home.demo.installation import Installation
from portal.home.demo.once import Browser, StepFailed

PATIENCE = 120.0  # seconds for the certificate
WAIT = "wait for the certificate"
WHOLE, ANSWER = "whole journey", "any answer"
STORIES = 8  # whose listings have most units left; purchasers are spread over them
LISTING = r"/en/buy/\w+/(\?[^\"]*)?"
SAID = {
    "purchaser_name": "Measured purchaser (sample)",
    "purchaser_email": "sample@example.org",
    "purchaser_type": "individual",
    "beneficiary_same": "on",
    "purpose": "contribute",
    "is_public": "yes",
}

Step = Callable[[], object]


class AsProxy(urllib.request.BaseHandler):
    """Says of every request when it came, and comes back after an answer of "busy". Keeps how long answers took."""

    handler_order = 100  # before those that follow what an answer says

    def __init__(self) -> None:
        self.seconds: list[float] = []  # until each answer, "busy" or not
        self.busy = 0
        self.again = 0  # seconds after which the last answer wants to be asked again
        self._asked = 0.0

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        self._asked = time.perf_counter()
        request.add_unredirected_header("X-Request-Start", f"t={time.time():.3f}")
        return request

    def http_response(self, _request: urllib.request.Request, response: Any) -> Any:
        self.seconds.append(time.perf_counter() - self._asked)
        self.again = int(response.headers.get("Retry-After", 0))
        return response

    def http_error_503(self, request: urllib.request.Request, response: Any, *_said: Any) -> Any:
        response.close()
        self.busy += 1
        time.sleep(self.again)
        return self.parent.open(request, timeout=PATIENCE)


def measure(
    *,
    folder: Path | None,
    purchasers: list[int],
    journeys: int,
    counted: int,
    servers: int,
    busy_after: float,
) -> dict[str, Any]:
    """Make `counted` journeys one after the other, and then `journeys` by each number of purchasers at a time.

    `servers` is the number of web processes, each of eight threads; `busy_after` the seconds after which they refuse
    what only reads, 0 for never. Raises BenchError where a journey does not lead to its certificate.
    """
    os.environ["RATE_LIMITS"] = "false"  # all purchasers have one address here
    os.environ |= {"BEHIND_PROXY": "true", "BUSY_AFTER": str(busy_after)}
    with folder_of(folder) as place:
        demo = demo_in(place)
        facts = machine({"SQLite": sqlite_version} if folder else {"PostgreSQL and Redis": "of bin/postgres"})
        with processes.running(demo, _commands(demo, servers)) as children:
            wait_until_read(address(demo, EMPTY_PATH), children, log=demo.folder / "demo.log")
            stories = _stories(demo)
            for story in stories:  # what is loaded at first use is loaded now
                travel(demo, story, _timed)
            spent = _by_step(demo, stories, counted, server=children[-1].pid)
            found = {
                many: _at_once(demo, stories, max(journeys, many), many, server=children[-1].pid) for many in purchasers
            }
    given = {"purchasers": purchasers, "journeys": journeys, "counted": counted, "servers": servers}
    given |= {"busy_after": busy_after}
    return {"machine": facts, "parameters": given, "cpu_ms": spent, "purchasers": found}


def _commands(demo: Installation, servers: int) -> list[list[str]]:
    """Return the demo's own processes, the web server last, with so many processes of its own."""
    web = server(demo)
    web[web.index("--workers") + 1] = str(servers)
    demo.write_merchants()
    return [processes.simulator_command(demo), *processes.worker_commands(demo), web]


def _stories(demo: Installation) -> list[str]:
    """Return the addresses of stories whose units can be bought."""
    index = read(address(demo, "/en/projects/?sort=units"))
    found = list(dict.fromkeys(re.findall(r'href="(/en/projects/[\w-]+/)"', index)))
    for_sale = [path for path in found[: 2 * STORIES] if re.search(f'href="{LISTING}"', read(address(demo, path)))]
    if not for_sale:
        raise BenchError("No story has anything on offer.")
    return for_sale[:STORIES]


def travel(
    demo: Installation, story: str, meter: Callable[[Step], float], proxy: AsProxy | None = None
) -> dict[str, float]:
    """Go from a story to its certificate's PDF, and return what `meter` made of each step. Raises BenchError."""
    proxy = proxy or AsProxy()
    browser = Browser(demo.url, proxy)
    figures = {}
    try:
        for name, step in _steps(browser, proxy, story):
            figures[name] = meter(step)
    except (StepFailed, OSError) as error:
        raise BenchError(f"A journey ended at the step '{name}': {error}") from error
    return figures


def _steps(browser: Browser, proxy: AsProxy, story: str) -> list[tuple[str, Step]]:
    """Return what is asked for, in turn. A form is counted with the page that it leads to."""

    def send(holding: str, **typed: str) -> object:
        return browser.send(browser.form(holding), typed)

    def pdf() -> object:
        return browser.read(urllib.parse.urljoin(browser.address, "certificate.pdf"))

    return [
        (EMPTY, partial(browser.read, EMPTY_PATH)),
        ("story", partial(browser.open, story)),
        ("listing", lambda: browser.open(browser.link(f"{LISTING}$"))),
        ("details", partial(send, "quantity", quantity="1", **{"continue": "1"})),
        ("preview", partial(send, "purchaser_name", **SAID)),
        ("order", partial(send, "purchaser_name", **SAID, consent="on")),
        ("payment", lambda: send("nonce", nonce=browser.form("nonce")["choices"]["nonce"][0])),
        (WAIT, partial(_wait, browser, proxy)),
        ("order page", lambda: browser.open(browser.address)),
        ("certificate", lambda: browser.open(browser.link(r"/en/certificates/[\w-]+/$"))),
        ("PDF", pdf),
    ]


def _wait(browser: Browser, proxy: AsProxy) -> None:
    """Look how far the order is, as its page does by itself, until there is a certificate. Raises StepFailed."""
    order, deadline = browser.address, time.monotonic() + PATIENCE
    while b"hx-get" in browser.read(urllib.parse.urljoin(order, "progress/")):
        if time.monotonic() > deadline:
            raise StepFailed(f"no certificate after {PATIENCE:.0f} seconds")
        time.sleep(proxy.again)


def _timed(step: Step) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _by_step(demo: Installation, stories: list[str], counted: int, *, server: int) -> dict[str, float]:
    """Return the server's CPU milliseconds for each step of one purchaser; nothing where there is no /proc."""

    def spent(step: Step) -> float:
        before = cpu_seconds(server, with_children=True)
        step()
        after = cpu_seconds(server, with_children=True)
        return 0.0 if before is None or after is None else after - before

    total: dict[str, float] = defaultdict(float)
    for place in range(counted):
        for name, seconds in travel(demo, stories[place % len(stories)], spent).items():
            total[name] += seconds
    return {name: 1000 * seconds / counted for name, seconds in total.items()} if any(total.values()) else {}


def _at_once(demo: Installation, stories: list[str], journeys: int, purchasers: int, *, server: int) -> dict[str, Any]:
    """Make journeys by so many purchasers at a time, and return how long the steps took and how many were made."""
    before, started = cpu_seconds(server, with_children=True), time.perf_counter()
    proxies = [AsProxy() for _journey in range(journeys)]
    with ThreadPoolExecutor(purchasers) as threads:
        ways = [stories[place % len(stories)] for place in range(journeys)]
        found = list(threads.map(lambda story, proxy: travel(demo, story, _timed, proxy), ways, proxies))
    seconds, after = time.perf_counter() - started, cpu_seconds(server, with_children=True)
    steps = {name: [1000 * each[name] for each in found] for name in found[0]}
    steps[WHOLE] = [sum(each) for each in zip(*steps.values(), strict=True)]
    steps[ANSWER] = [1000 * each for proxy in proxies for each in proxy.seconds]
    known = before is not None and after is not None
    return {
        "journeys_per_second": journeys / seconds,
        "answers_per_journey": len(steps[ANSWER]) / journeys,
        "busy_per_journey": sum(proxy.busy for proxy in proxies) / journeys,
        "server_cpu_ms_per_journey": 1000 * (after - before) / journeys if known else None,  # type: ignore[operator]
        "ms": {name: {"median": percentile(each, 0.5), "p95": percentile(each, 0.95)} for name, each in steps.items()},
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as a table: steps below each other, numbers of purchasers beside each other."""
    levels = result["purchasers"]
    header = ["step", "CPU ms", *(f"{many}: median ms (p95)" for many in levels)]
    rows: list[list[str]] = []
    for name in next(iter(levels.values()))["ms"]:
        cpu = sum(result["cpu_ms"].values()) if name == WHOLE else result["cpu_ms"].get(name, 0.0)
        waits = [
            f"{number(each['ms'][name]['median'])} ({number(each['ms'][name]['p95'])})" for each in levels.values()
        ]
        rows.append([name, number(cpu) if result["cpu_ms"] and name != ANSWER else "", *waits])
    for figure in ("journeys_per_second", "answers_per_journey", "busy_per_journey"):
        rows.append([figure.replace("_", " "), "", *(number(each[figure]) for each in levels.values())])
    return table(header, rows)
