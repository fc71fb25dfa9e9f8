"""A whole purchase as a browser asks for it, from story to certificate: pages, forms and the wait between them.

On PostgreSQL and Redis, as in production, with the demo's content, workers and payment simulator; or on the SQLite of a
demo that is there. First one purchaser
goes alone, which tells the server's CPU time apart by step; then several at a time, which tells how long each waits. An
empty view is asked for on every journey, from the same server in the same minutes: it is the limit.
"""

import os
import re
import time
import urllib.parse
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
POLL = 1.0  # seconds between two looks at how far an order is, as on its page
WAIT = "wait for the certificate"
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


def measure(*, folder: Path | None, purchasers: list[int], journeys: int, counted: int, servers: int) -> dict[str, Any]:
    """Make `counted` journeys one after the other, and then `journeys` by each number of purchasers at a time.

    `servers` is the number of web processes, each of eight threads. Raises BenchError where a journey does not lead to
    its certificate.
    """
    os.environ["RATE_LIMITS"] = "false"  # all purchasers have one address here
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


def travel(demo: Installation, story: str, meter: Callable[[Step], float]) -> dict[str, float]:
    """Go from a story to its certificate's PDF, and return what `meter` made of each step. Raises BenchError."""
    browser = Browser(demo.url)
    figures = {}
    try:
        for name, step in _steps(browser, story):
            figures[name] = meter(step)
    except (StepFailed, OSError) as error:
        raise BenchError(f"A journey ended at the step '{name}': {error}") from error
    return figures


def _steps(browser: Browser, story: str) -> list[tuple[str, Step]]:
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
        (WAIT, partial(_wait, browser)),
        ("order page", lambda: browser.open(browser.address)),
        ("certificate", lambda: browser.open(browser.link(r"/en/certificates/[\w-]+/$"))),
        ("PDF", pdf),
    ]


def _wait(browser: Browser) -> None:
    """Look how far the order is, as its page does by itself, until there is a certificate. Raises StepFailed."""
    order, deadline = browser.address, time.monotonic() + PATIENCE
    while b"hx-get" in browser.read(urllib.parse.urljoin(order, "progress/")):
        if time.monotonic() > deadline:
            raise StepFailed(f"no certificate after {PATIENCE:.0f} seconds")
        time.sleep(POLL)


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
    with ThreadPoolExecutor(purchasers) as threads:
        ways = [stories[place % len(stories)] for place in range(journeys)]
        found = list(threads.map(lambda story: travel(demo, story, _timed), ways))
    seconds, after = time.perf_counter() - started, cpu_seconds(server, with_children=True)
    steps = {name: [1000 * each[name] for each in found] for name in found[0]}
    steps["whole journey"] = [sum(each) for each in zip(*steps.values(), strict=True)]
    known = before is not None and after is not None
    return {
        "journeys_per_second": journeys / seconds,
        "server_cpu_ms_per_journey": 1000 * (after - before) / journeys if known else None,  # type: ignore[operator]
        "ms": {name: {"median": percentile(each, 0.5), "p95": percentile(each, 0.95)} for name, each in steps.items()},
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as a table: steps below each other, numbers of purchasers beside each other."""
    levels = result["purchasers"]
    header = ["step", "CPU ms", *(f"{many}: median ms (p95)" for many in levels)]
    rows: list[list[str]] = []
    for name in next(iter(levels.values()))["ms"]:
        cpu = sum(result["cpu_ms"].values()) if name == "whole journey" else result["cpu_ms"].get(name, 0.0)
        waits = [
            f"{number(each['ms'][name]['median'])} ({number(each['ms'][name]['p95'])})" for each in levels.values()
        ]
        rows.append([name, number(cpu) if result["cpu_ms"] else "", *waits])
    rows.append(["journeys per second", "", *(number(each["journeys_per_second"]) for each in levels.values())])
    return table(header, rows)
