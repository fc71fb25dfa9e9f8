"""The installation that is measured: a demo in a folder of its own, and its processes."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.machine import ROOT
from portal.home.demo.installation import Installation, prepare

START_TIME = 60.0  # seconds a process may take to answer for the first time


class BenchError(Exception):
    """The measurement cannot be made. The message says why, in one sentence."""


@contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """Give the folder that is to be kept, or one that is gone afterwards."""
    if kept:
        yield kept
        return
    made = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def demo_in(folder: Path) -> Installation:
    """Return a complete demo installation in a folder, up to date with this revision.

    Where it is not complete it is set up first, in about a minute; that ends with one purchase as a browser would make
    it, so that nothing broken is measured. Raises BenchError where either fails.
    """
    demo = prepare(folder=folder, port=two_free_ports())
    if demo.is_set_up:
        for database in ("default", "ledger"):
            _run("manage.py", "migrate", "--database", database, "--verbosity", "0", **demo.environment())
        return demo
    sys.stderr.write("Setting up a demo installation to measure (about a minute)\n")
    _run("-m", "portal.home.demo", "--once", "--port", str(demo.port), VAR_DIR=str(folder))
    return demo


def _run(*arguments: str, **variables: str) -> None:
    """Run Python on this machine's own demo: a visitor's keys for a gateway elsewhere are left out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BRAINTREE_")}
    command = [sys.executable, *arguments]
    done = subprocess.run(  # noqa: S603  # our own commands, no shell
        command, check=False, cwd=ROOT, env={**environment, **variables}, stdout=subprocess.DEVNULL
    )
    if done.returncode:
        raise BenchError(f"The demo installation could not be set up: {' '.join(arguments)} failed.")


def two_free_ports() -> int:
    """Return a free port whose neighbour is free too: the demo gives that one to its payment simulator."""
    for _attempt in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise BenchError("No two free ports in a row were found on this machine.")


def read(address: str) -> str:
    """Return a page of this machine as text."""
    with urllib.request.urlopen(address, timeout=START_TIME) as response:  # noqa: S310  # always 127.0.0.1
        content: bytes = response.read()
    return content.decode()


def wait_until_read(address: str, children: Sequence[subprocess.Popen[bytes]], *, log: Path) -> None:
    """Wait until an address answers. Raises BenchError if a process ends before, or if it takes too long."""
    deadline = time.monotonic() + START_TIME
    while True:
        try:
            read(address)
        except OSError as error:
            if any(child.poll() is not None for child in children) or time.monotonic() > deadline:
                raise BenchError(f"{address} does not answer ({error}); {log} may say why.") from error
            time.sleep(0.1)
        else:
            return
