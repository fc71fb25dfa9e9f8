"""Complete purchases per second on PostgreSQL and Redis: placed and paid here, fulfilled by two Celery workers.

A purchase is complete when its certificate is written, its money is taken and its letter, with the certificate drawn
as PDF, is sent (into a file). The gateway is the simulator, asked over HTTP by the real SDK.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
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


def measure(*, rounds: int, purchases: int, buyers: int, listings: int, counted: int) -> dict[str, Any]:
    """Make `rounds` times `purchases` purchases by `buyers` at a time, after `counted` ones step by step.

    The databases must be empty, and DATABASE_URL, LEDGER_DATABASE_URL, CACHE_URL and BROKER_URL name their servers.
    Raises BenchError if they are not, or if purchases stop being completed.
    """
    with ExitStack() as stack:
        demo = prepare(folder=stack.enter_context(folder_of(None)), port=two_free_ports())
        os.environ.update(demo.environment())
        facts = machine(_set_up())
        from bench import buying  # settings are read here, once the environment names this installation
        from bench.market import open_market

        codes = open_market(demo, listings=listings)
        simulator = stack.enter_context(_simulator(demo))
        steps = buying.step_by_step(codes, counted, simulator=simulator)
        workers = stack.enter_context(_workers(demo))
        buying.at_once(codes, WARM_UP, buyers, workers=workers, simulator=simulator)
        found = [
            buying.at_once(codes, purchases, buyers, workers=workers, simulator=simulator) for _round in range(rounds)
        ]
    given = {"rounds": rounds, "purchases": purchases, "buyers": buyers, "workers": WORKERS}
    return {
        "machine": facts,
        "parameters": {**given, "listings": listings, "counted": counted},
        "purchases_per_second": asdict(spread([each["purchases_per_second"] for each in found])),
        "cpu_ms_per_purchase": {
            process: asdict(spread([each["cpu_ms"][process] for each in found])) for process in found[0]["cpu_ms"]
        },
        "step_by_step": steps,
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as three tables."""
    speed = [("purchases/s", Spread(**result["purchases_per_second"]))]
    cpu: list[tuple[str, object]] = [(name, Spread(**each)) for name, each in result["cpu_ms_per_purchase"].items()]
    steps = [
        (name, Spread(**step["ms"]), Spread(**step["cpu_ms"]), step["queries"])
        for name, step in result["step_by_step"].items()
    ]
    given = result["parameters"]
    return "\n".join(
        (
            table((f"{given['buyers']} purchasers at a time, {given['workers']} workers", ""), speed),
            table(("CPU for each purchase", "ms"), cpu or [("not known without /proc", "")]),
            table(("step by step, in one process", "ms", "CPU ms", "SQL queries"), steps),
        )
    )


def _set_up() -> dict[str, str]:
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
