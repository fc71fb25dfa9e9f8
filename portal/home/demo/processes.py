"""The demo's processes: payment simulator, workers with the schedule, web server. They start and stop together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from portal.home.demo.installation import ROOT, Installation

STOPPING_TIME = 10.0  # seconds a process may take to finish what it is doing
START_TIME = 60.0


class DemoError(Exception):
    """Something the person at the keyboard can do something about, in one sentence."""


def simulator_command(demo: Installation) -> list[str]:
    """Return how to run the payment simulator. No amount means a decline by itself."""
    return [
        *("-m", "portal.payments.simulator"),
        *("--port", str(demo.simulator_port)),
        *("--store", str(demo.folder / "simulator.sqlite3")),
        *("--merchants", str(demo.merchants_file)),
        *("--businesses", str(demo.businesses_file)),
        "--plain-amounts",
    ]


def worker_commands(demo: Installation) -> list[list[str]]:
    """Return how to run the workers: one cancels, with the schedule, and one does what has to wait for others."""
    schedule = ("--beat", "--schedule", str(demo.folder / "schedule"))
    return [_worker_command("orders", *schedule), _worker_command("money,letters,tables")]


def _worker_command(queues: str, *schedule: str) -> list[str]:
    return [
        *("-m", "celery", "-A", "portal", "worker", "--queues", queues, "--hostname", f"{queues.replace(',', '-')}@%h"),
        *("--pool", "threads", "--concurrency", "3", "--loglevel", "WARNING", *schedule),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def web_command(demo: Installation) -> list[str]:
    return [
        *("-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{demo.port}"),
        *("--workers", "1", "--threads", "8", "--graceful-timeout", "5", "--log-level", "warning"),
    ]


def require_free_port(port: int) -> None:
    """Raise DemoError if somebody already listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"Port {port} is busy: stop what uses it, or choose another with --port."
            raise DemoError(message) from error


@contextmanager
def running(demo: Installation, commands: Sequence[list[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run Python commands side by side in a group of their own, and stop them all at the end, whatever happens."""
    environment = {**os.environ, **demo.environment()}
    log = (demo.folder / "demo.log").open("ab")
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            children.append(
                subprocess.Popen(  # noqa: S603  # our own commands, no shell
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        yield children
    finally:
        _stop(children)
        log.close()


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOPPING_TIME
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def wait_for_simulator(demo: Installation, children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the payment simulator answers. Raises DemoError if it ends or takes too long."""
    _wait_for(f"http://127.0.0.1:{demo.simulator_port}/_simulator/faults", demo, children)


def wait_until_up(demo: Installation, children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until simulator and web server answer. Raises DemoError if one ends or takes too long."""
    wait_for_simulator(demo, children)
    _wait_for(f"{demo.url}/en/verify/", demo, children)


def _wait_for(address: str, demo: Installation, children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_TIME
    while not _answers(address):
        if any(child.poll() is not None for child in children):
            raise DemoError(f"A part of the demo ended at once; {demo.folder / 'demo.log'} says why.")
        if time.monotonic() > deadline:
            raise DemoError(f"{address} does not answer; {demo.folder / 'demo.log'} may say why.")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # localhost
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def wait_for_end(children: list[subprocess.Popen[bytes]]) -> None:
    """Wait for Ctrl-C or a termination signal. Raises DemoError if a process ends by itself."""
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopped:
        if any(child.poll() is not None for child in children):
            raise DemoError("A part of the demo ended by itself; the log beside its data says why.")
        time.sleep(0.2)
