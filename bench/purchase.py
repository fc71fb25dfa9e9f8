"""Complete purchases per second on PostgreSQL and Redis: placed and paid here, fulfilled by two Celery workers.

A purchase is complete when its certificate is written, its money is taken and its letter, with the certificate drawn
as PDF, is sent (into a file). The gateway is the simulator, asked over HTTP by the real SDK or the real client; a
transfer is said to have come by somebody of the provider.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

from bench.figures import Spread, spread, table
from bench.installation import BenchError, folder_of, two_free_ports, wait_until_read
from bench.machine import ROOT, machine
from portal.home.demo import processes
from portal.home.demo.installation import Installation, prepare

OWN_SERVERS = "BENCH_OWN_SERVERS"  # set where the servers were started for this measurement alone
WORKERS = 2
WARM_UP = 10  # purchases before the clock runs
WAIT_FOR_WORKERS = 60.0  # seconds


def on_own_servers(arguments: list[str]) -> int:
    """Make this measurement with PostgreSQL and Redis of its own, and return its exit status."""
    command = [sys.executable, "bin/postgres", sys.executable, "-m", "bench", *arguments]
    environment = {**os.environ, OWN_SERVERS: "yes"}
    return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode  # noqa: S603  # our own


def measure(
    *, rounds: int, purchases: int, buyers: int, listings: int, counted: int, rails: list[str], books: int
) -> dict[str, Any]:
    """Make `rounds` times `purchases` purchases by `buyers` at a time, after `counted` ones step by step, on each rail.

    With `books`, so many made-up ones are written down after that, and everything else is measured among these.

    The databases must be empty, and DATABASE_URL, LEDGER_DATABASE_URL, CACHE_URL and BROKER_URL name their servers.
    Raises BenchError if they are not, or if purchases stop being completed.
    """
    with ExitStack() as stack:
        demo = prepare(folder=stack.enter_context(folder_of(None)), port=two_free_ports())
        os.environ.update(demo.environment())
        facts = machine(set_up())
        from bench import buying  # settings are read here, once the environment names this installation
        from bench.market import open_market

        codes = open_market(demo, listings=listings)
        simulator = stack.enter_context(_simulator(demo))
        steps = {rail: {"0": buying.step_by_step(codes, counted, rail=rail)} for rail in rails}
        if books:
            from bench.books import fill

            fill(books)
            for rail in rails:
                steps[rail][str(books)] = buying.step_by_step(codes, counted, rail=rail)
        workers = stack.enter_context(_workers(demo))
        bought = partial(buying.at_once, workers=workers, simulator=simulator)
        found = {}
        for rail in rails:
            bought(codes, WARM_UP, buyers, rail=rail)
            found[rail] = [bought(codes, purchases, buyers, rail=rail) for _round in range(rounds)]
    given = {"rounds": rounds, "purchases": purchases, "buyers": buyers, "workers": WORKERS, "rails": rails}
    return {
        "machine": facts,
        "parameters": {**given, "listings": listings, "counted": counted, "books": books},
        "rails": {rail: {**_summary(found[rail]), "step_by_step": steps[rail]} for rail in rails},
    }


def _summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Sum up all rounds on one rail. CPU time is left out where it is not known."""
    processes_seen = rounds[0]["cpu_ms"]
    return {
        "purchases_per_second": asdict(spread([each["purchases_per_second"] for each in rounds])),
        "cpu_ms_per_purchase": {
            process: asdict(spread([each["cpu_ms"][process] for each in rounds])) for process in processes_seen
        },
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as two tables for each rail."""
    given = result["parameters"]
    tables = []
    for rail, measured in result["rails"].items():
        cpu = [(f"CPU ms: {name}", Spread(**each)) for name, each in measured["cpu_ms_per_purchase"].items()]
        speed: list[tuple[str, object]] = [("purchases/s", Spread(**measured["purchases_per_second"])), *cpu]
        header = f"{rail}: {given['buyers']} purchasers at a time, {given['workers']} workers"
        tables += [table((header, ""), speed), _steps(measured["step_by_step"])]
    return "\n".join(tables)


def _steps(by_books: dict[str, Any]) -> str:
    """Set steps below each other, and what they cost among so many purchases in the books beside each other."""
    columns = [f"{name}, {int(books):,} in the books" for books in by_books for name in ("ms", "CPU ms", "queries")]
    rows = []
    for name in next(iter(by_books.values())):
        steps = [of_all[name] for of_all in by_books.values()]
        costs = [(Spread(**step["ms"]), Spread(**step["cpu_ms"]), step["queries"]) for step in steps]
        rows.append((name, *(cost for each in costs for cost in each)))
    return table(("step by step, in one process", *columns), rows)


def set_up() -> dict[str, str]:
    """Migrate both databases and return the versions of the servers. Raises BenchError where there is something."""
    import django
    import redis
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    if connections["default"].vendor != "postgresql":
        raise BenchError("DATABASE_URL must name a PostgreSQL server; without it, bin/bench starts one of its own.")
    if connections["default"].introspection.table_names():
        raise BenchError("The database is not empty: a measurement writes made-up orders, so it takes an empty one.")
    for database in ("default", "ledger"):
        if os.environ.get(OWN_SERVERS):
            _make_durable(database)
        call_command("migrate", database=database, interactive=False, verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, waits = cursor.fetchone()
    server = redis.Redis.from_url(settings.BROKER_URL).info("server")["redis_version"]
    return {"PostgreSQL": f"{version} (fsync {waits})", "Redis": server}


def _make_durable(database: str) -> None:
    """Undo the carelessness that tests allow themselves: a measured commit is on the disk when it says so."""
    from django.db import connections

    with connections[database].cursor() as cursor:
        cursor.execute("ALTER SYSTEM RESET ALL")
        cursor.execute("SELECT pg_reload_conf()")


@contextmanager
def _simulator(demo: Installation) -> Iterator[int]:
    """Run the payment simulator and give its process id. It notifies nobody, since no web server is there to hear."""
    demo.write_merchants(are_notified=False)
    with processes.running(demo, [processes.simulator_command(demo)]) as children:
        address = f"http://127.0.0.1:{demo.simulator_port}/_simulator/faults"
        wait_until_read(address, children, log=demo.folder / "demo.log")
        yield children[0].pid


@contextmanager
def _workers(demo: Installation) -> Iterator[list[int]]:
    """Run the workers, each one process that does one thing at a time, and give their process ids."""
    from portal.celery import app

    app.control.purge()  # nudges for what was carried out step by step
    with processes.running(demo, [_worker_command(place) for place in range(WORKERS)]) as children:
        deadline = time.monotonic() + WAIT_FOR_WORKERS
        while len(app.control.ping(timeout=1.0, limit=WORKERS) or []) < WORKERS:  # who starts later heard nothing
            if time.monotonic() > deadline:
                raise BenchError(f"The workers do not answer; {demo.folder / 'demo.log'} may say why.")
        yield [child.pid for child in children]


def _worker_command(place: int) -> list[str]:
    return [
        *("-m", "celery", "-A", "portal", "worker", "--pool", "solo", "--hostname", f"bench-{place}"),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
