"""Estimates per second through the engine and over HTTP, and rows per second in tables of flights."""

import json
import os
import random
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from sqlite3 import sqlite_version
from typing import Any

from bench.figures import Spread, spread, table
from bench.installation import START_TIME, folder_of, two_free_ports, wait_until_read
from bench.machine import machine
from bench.pages import EMPTY, EMPTY_PATH, WARM_UP, address, load, server, summary
from portal.home.demo import processes
from portal.home.demo.installation import Installation, prepare

ESTIMATES_PATH = "/api/public/v1/estimates"
SEED = 20260101  # the same flights each time
SLICE = 1000  # rows, as the worker takes them


def measure(
    *, rounds: int, estimates: int, rows: int, connections: int, seconds: float, no_http: bool
) -> dict[str, Any]:
    """Estimate the example of each calculator, in this process and over HTTP, and calculate generated flights.

    Over HTTP each kind is asked in turn beside an empty view of the same server, within each round. Flights are counted
    from the bytes of a file to the bytes of its result; airports, distances and factors are loaded in the first round,
    which counts like the others. Raises BenchError.
    """
    import django

    django.setup()
    versions = {"SQLite": sqlite_version, "GeographicLib": version("geographiclib"), "Pydantic": version("pydantic")}
    facts = machine(versions)
    return {
        "machine": facts,
        "parameters": {
            "rounds": rounds,
            "estimates": estimates,
            "rows": rows,
            "connections": connections,
            "seconds": seconds,
        },
        "engine": _engine(rounds, estimates),
        "http": [] if no_http else _http(rounds, connections, seconds),
        "batch": _batch(rounds, rows),
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as tables."""
    found = [_engine_table(result["engine"])]
    if result["http"]:
        found.append(_http_table(result["http"]))
    batch = result["batch"]
    rows = [(f"{batch['rows']:,} flights", Spread(**batch["rows_per_second"]), Spread(**batch["seconds"]))]
    return "\n".join([*found, table(("table", "rows/s", "seconds"), rows)])


def _engine_table(engine: list[dict[str, Any]]) -> str:
    columns = ("estimate_ms", "estimates_per_second", "report_ms", "savings_ms")
    rows = [(each["kind"], each["lines"], *(Spread(**each[column]) for column in columns)) for each in engine]
    return table(("engine", "lines", "ms", "estimates/s", "ms with report", "ms with savings"), rows)


def _http_table(http: list[dict[str, Any]]) -> str:
    columns = ("requests_per_second", "part_of_empty_view", "p50_ms", "p99_ms", "cpu_ms")
    known = [column for column in columns if column in http[0]]
    rows = [(each["name"], *(Spread(**each[column]) for column in known)) for each in http]
    titles = {"requests_per_second": "requests/s", "part_of_empty_view": "part of empty view"}
    return table(("HTTP", *(titles.get(column, column.replace("_", " ")) for column in known)), rows)


# --- The engine


def _engine(rounds: int, estimates: int) -> list[dict[str, Any]]:
    """Time each kind: an estimate alone, with its report, and with the search for savings as well."""
    from portal.calculators import catalogue
    from portal.calculators.engine.examples import EXAMPLES
    from portal.calculators.engine.footprint import estimate
    from portal.calculators.engine.report import answer
    from portal.calculators.wording import say

    found = []
    for kind, answers in EXAMPLES.items():
        compiled = catalogue.kind(kind)
        alone = _milliseconds(partial(estimate, compiled, answers), rounds, estimates)
        told = _milliseconds(partial(answer, compiled, answers, say=say), rounds, estimates)
        with_savings = partial(answer, compiled, answers, say=say, with_savings=True)
        saving = _milliseconds(with_savings, rounds, max(1, estimates // 10))
        found.append(
            {
                "kind": kind,
                "lines": len(estimate(compiled, answers).lines),
                "estimate_ms": asdict(spread(alone)),
                "estimates_per_second": asdict(spread([1000 / each for each in alone])),
                "report_ms": asdict(spread(told)),
                "savings_ms": asdict(spread(saving)),
            }
        )
    return found


def _milliseconds(act: Callable[[], object], rounds: int, times: int) -> list[float]:
    """Return the mean milliseconds of each round, after one call that is not counted."""
    act()
    found = []
    for _round in range(rounds):
        started = time.perf_counter()
        for _time in range(times):
            act()
        found.append(1000 * (time.perf_counter() - started) / times)
    return found


# --- Over HTTP


@contextmanager
def _unlimited() -> Iterator[None]:
    """Let the server that is started answer one visitor as often as it can."""
    before = os.environ.get("RATE_LIMITS")
    os.environ["RATE_LIMITS"] = "false"
    try:
        yield
    finally:
        os.environ.pop("RATE_LIMITS")
        if before is not None:
            os.environ["RATE_LIMITS"] = before


def _http(rounds: int, connections: int, seconds: float) -> list[dict[str, Any]]:
    """Load a server of its own. Estimates ask no database, so it has none; the empty view is asked as often."""
    from portal.calculators.engine.examples import EXAMPLES

    bodies = {kind: json.dumps({"kind": kind, "inputs": answers}) for kind, answers in EXAMPLES.items()}
    with folder_of(None) as place, _unlimited():
        demo = prepare(folder=place, port=two_free_ports())
        with processes.running(demo, [server(demo)]) as children:
            wait_until_read(address(demo, EMPTY_PATH), children, log=demo.folder / "demo.log")
            pid = children[0].pid
            for body in bodies.values():  # the first of each kind reads factors and airports
                _send(address(demo, ESTIMATES_PATH), body)
            _loaded(demo, bodies, connections, WARM_UP, pid)
            found = [_loaded(demo, bodies, connections, seconds, pid) for _round in range(rounds)]
    return [{"name": name, **summary(name, found)} for name in found[0]]


def _send(place: str, body: str) -> None:
    request = urllib.request.Request(place, body.encode(), {"Content-Type": "application/json"})  # noqa: S310  # ours
    with urllib.request.urlopen(request, timeout=START_TIME) as response:  # noqa: S310  # always 127.0.0.1
        response.read()


def _loaded(
    demo: Installation, bodies: Mapping[str, str], connections: int, seconds: float, pid: int
) -> dict[str, dict[str, float]]:
    empty = load(demo, EMPTY_PATH, connections, seconds, server=pid)
    asked = {
        kind: load(demo, ESTIMATES_PATH, connections, seconds, server=pid, body=body) for kind, body in bodies.items()
    }
    return {EMPTY: empty, **asked}


# --- Tables


def flights(rows: int) -> bytes:
    """Return a table of flights between airports drawn at random, the same each time."""
    from portal.calculators.engine.routes import airports

    draw = random.Random(SEED)  # noqa: S311  # a sample, not a secret
    codes = sorted(airports())
    lines = ["origin,destination,cabin,passengers,is_return"]
    lines += [
        f"{','.join(draw.sample(codes, 2))},{draw.choice(('economy', 'business'))},"
        f"{draw.randint(1, 4)},{draw.choice(('yes', 'no'))}"
        for _row in range(rows)
    ]
    return "\n".join(lines).encode()


def _batch(rounds: int, rows: int) -> dict[str, Any]:
    from portal.calculators.engine.routes import distance

    data = flights(rows)
    taken = []
    for _round in range(rounds):
        distance.cache_clear()  # no round profits from the one before
        started = time.perf_counter()
        if _calculated(data) != rows:
            raise ValueError("not every generated flight could be calculated")
        taken.append(time.perf_counter() - started)
    return {
        "rows": rows,
        "seconds": asdict(spread(taken)),
        "rows_per_second": asdict(spread([rows / each for each in taken])),
    }


def _calculated(data: bytes) -> int:
    """Calculate a table as the worker does, from its bytes to the text of its result; return how many are right."""
    from portal.calculators import catalogue
    from portal.calculators.tables import grid
    from portal.calculators.wording import say, sentence

    compiled = catalogue.kind("flight")
    layout, cells = grid.read(compiled, data, say=say)
    right = 0
    for at in range(0, len(cells), SLICE):
        part = [(row, grid.calculate(compiled, layout, row)) for row in cells[at : at + SLICE]]
        grid.result_rows(layout.header, layout.separator, part, say=sentence)
        right += sum(result.kg is not None for _row, result in part)
    return right
