"""Requests per second of the public pages, beside an empty view of the same server in the same minutes."""

import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from sqlite3 import sqlite_version
from typing import Any

from bench.figures import Spread, percentile, spread, table
from bench.installation import BenchError, demo_in, folder_of, read, wait_until_read
from bench.machine import ROOT, machine
from bench.spent import cpu_seconds
from portal.home.demo import processes
from portal.home.demo.installation import Installation

EMPTY = "empty view"
EMPTY_PATH = "/bench/empty/"
WARM_UP = 1.0  # seconds for each page

Figures = dict[str, float]


def measure(*, folder: Path | None, connections: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Serve a demo installation and load its pages in turn. A folder that is given is set up if need be, and kept.

    Each round loads every page once, so that whatever else the machine does falls on all alike, and the ratio to the
    empty view is taken within a round. Raises BenchError.
    """
    facts = machine({"SQLite": sqlite_version})
    with folder_of(folder) as place:
        demo = demo_in(place)
        with processes.running(demo, [server(demo)]) as children:
            wait_until_read(address(demo, EMPTY_PATH), children, log=demo.folder / "demo.log")
            paths = {EMPTY: EMPTY_PATH, **_paths(demo)}
            for path in paths.values():
                load(demo, path, connections, WARM_UP, server=children[0].pid)
            found = [
                {name: load(demo, path, connections, seconds, server=children[0].pid) for name, path in paths.items()}
                for _round in range(rounds)
            ]
    return {
        "machine": facts,
        "parameters": {
            "connections": connections,
            "rounds": rounds,
            "seconds": seconds,
            "server": " ".join(server(demo)[1:]),
        },
        "pages": [{"name": name, "path": path, **summary(name, found)} for name, path in paths.items()],
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as a table."""
    columns = {
        "requests_per_second": "requests/s",
        "part_of_empty_view": "part of empty view",
        "p50_ms": "p50 ms",
        "p99_ms": "p99 ms",
        "cpu_ms": "CPU ms",
    }
    known = [column for column in columns if column in result["pages"][0]]
    rows = [(page["name"], *(Spread(**page[column]) for column in known)) for page in result["pages"]]
    return table(("page", *(columns[column] for column in known)), rows)


def server(demo: Installation) -> list[str]:
    """Return the demo's own web server, with the one view more."""
    return ["bench.wsgi" if word == "portal.wsgi" else word for word in processes.web_command(demo)]


def address(demo: Installation, path: str) -> str:
    """Return where the demo answers on this machine."""
    return f"http://127.0.0.1:{demo.port}{path}"


def _paths(demo: Installation) -> dict[str, str]:
    """Choose the pages as a visitor would: the first story of those with most units left, the newest certificate."""
    index, history = "/en/projects/", "/en/history/"
    return {
        "home": "/en/",
        "index": index,
        "story": _first_link(address(demo, f"{index}?sort=units"), r"/en/projects/[\w-]+/"),
        "history": history,
        "certificate": _first_link(address(demo, history), r"/en/certificates/[\w-]+/"),
    }


def _first_link(address: str, pattern: str) -> str:
    found = re.search(f'href="({pattern})"', read(address))
    if found is None:
        raise BenchError(f"{address} has no link like {pattern}.")
    return found[1]


def load(demo: Installation, path: str, connections: int, seconds: float, *, server: int, body: str = "") -> Figures:
    """Load one page from a process of its own, or send a body to it. Raises BenchError for an answer that is not good.

    CPU time is that of the server for each request, which work of others on this machine hardly changes; it is left
    out where it is not known.
    """
    command = [
        sys.executable,
        "-m",
        "bench.load",
        str(demo.port),
        path,
        str(connections),
        str(seconds),
        *filter(None, [body]),
    ]
    before = cpu_seconds(server, with_children=True)
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)  # noqa: S603  # our own
    if done.returncode:
        raise BenchError(f"Loading a page failed: {done.stderr.strip()}")
    after = cpu_seconds(server, with_children=True)
    result = json.loads(done.stdout)
    if not result["requests"]:
        raise BenchError(f"{path} was not answered once within {seconds} seconds.")
    used = {} if before is None or after is None else {"cpu_ms": 1000 * (after - before) / result["requests"]}
    return {
        "requests_per_second": result["requests"] / result["seconds"],
        "p50_ms": 1000 * percentile(result["latencies"], 0.5),
        "p99_ms": 1000 * percentile(result["latencies"], 0.99),
        **used,
    }


def summary(name: str, rounds: list[dict[str, Figures]]) -> dict[str, Any]:
    """Sum up one page over all rounds: medians with the lowest and highest."""
    figures = {key: spread([each[name][key] for each in rounds]) for key in rounds[0][name]}
    parts = [each[name]["requests_per_second"] / each[EMPTY]["requests_per_second"] for each in rounds]
    return {key: asdict(value) for key, value in {**figures, "part_of_empty_view": spread(parts)}.items()}
