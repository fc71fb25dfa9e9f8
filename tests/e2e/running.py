"""The demo as a person starts it: `python -m portal.home.demo`, with its web server, worker, broker and simulator.

`python -m tests.e2e.running FOLDER` makes a demo's data in a folder, for tests that begin with a copy of it (E2E_DEMO).
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SET_UP_TIME = 300.0  # seconds; a quiet machine needs one minute
STOPPING_TIME = 30.0
LOG_LINES = 60


class DemoFailed(Exception):
    """The demo did not start. The message has what it and its processes wrote."""


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A demo that runs: where it is, who may sign in, and what can be seen of it without a browser."""

    url: str
    simulator_url: str
    folder: Path
    process: subprocess.Popen[bytes] = field(repr=False)
    passwords: dict[str, str] = field(repr=False)

    def transactions(self) -> list[dict[str, Any]]:
        """Return every payment that the simulator was ever asked for, oldest first, as it tells people nearby."""
        with urllib.request.urlopen(f"{self.simulator_url}_simulator/transactions", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return sorted(found, key=lambda each: float(each["created_at"]))

    def letters_to(self, address: str) -> list[str]:
        """Return the text of the letters that went to an address, oldest first; the demo puts them into files."""
        files = sorted((self.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime)
        written = [letter for path in files for letter in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")]
        letters = [message_from_bytes(each, policy=policy.default) for each in written if each.strip()]
        return [_text(letter) for letter in letters if address in str(letter["To"])]

    def hand_in(self, account: str, statement: bytes) -> None:
        """Upload a statement of the simulated bank for one of its accounts, as the provider of that would."""
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.write(statement)
            file.flush()
            command = [sys.executable, "-m", "portal.home.demo.banking", account, file.name]
            subprocess.run(command, cwd=ROOT, env={**os.environ, "VAR_DIR": str(self.folder)}, check=True, timeout=60)

    @contextmanager
    def worker_asleep(self) -> Iterator[None]:
        """Let the worker that cancels do nothing for a while, as if it had much to do elsewhere."""
        worker = self._worker("orders")
        os.kill(worker, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(worker, signal.SIGCONT)

    def _worker(self, queues: str) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        for child in map(int, children.split()):
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"celery" in words and queues.encode() in words:
                return child
        raise LookupError(f"the demo has no worker for {queues}")


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def make(folder: Path) -> None:
    """Make a demo's data. Raises DemoFailed if it does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    with demo(folder):
        pass


def copy(made: Path, folder: Path) -> None:
    """Begin in a folder with a demo that was made before; its schedule and its logs begin anew."""
    afresh = shutil.ignore_patterns("schedule*", "demo.out", "demo.log")
    shutil.copytree(made, folder, dirs_exist_ok=True, ignore=afresh)


@contextmanager
def demo(folder: Path) -> Iterator[Portal]:
    """Run a demo in a folder. Raises DemoFailed if it does not start."""
    port = _free_ports()
    said = folder / "demo.out"
    # Whoever has keys of a real sandbox at hand: these tests pay in the simulator, and ask no other machine.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BRAINTREE_")}
    command = [sys.executable, "-m", "portal.home.demo", "--port", str(port)]
    with said.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, "VAR_DIR": str(folder), "RATE_LIMITS": "false"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left behind then either
    try:
        welcome = _wait_for_welcome(process, said)
        yield Portal(
            url=_found(r"Portal +(\S+)", welcome).rstrip("/"),
            simulator_url=_found(r"Payment simulator +(\S+)", welcome),
            folder=folder,
            process=process,
            passwords=dict(re.findall(r"^ +\w+ +(\S+@\S+) +(\S+)$", welcome, flags=re.MULTILINE)),
        )
    finally:
        _stop(process)
        signal.signal(signal.SIGTERM, before)


def _free_ports() -> int:
    """Return a port that is free and whose neighbour is: the simulator takes that one."""
    for _attempt in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise LookupError("no two neighbouring ports are free")


def _wait_for_welcome(process: subprocess.Popen[bytes], said: Path) -> str:
    deadline = time.monotonic() + SET_UP_TIME
    while time.monotonic() < deadline:
        words = said.read_text(encoding="utf-8")
        if "Ctrl-C stops everything" in words:
            return words
        if process.poll() is not None:
            raise DemoFailed(f"The demo ended with status {process.returncode}.\n{logs(said.parent)}")
        time.sleep(0.2)
    raise DemoFailed(f"The demo was not up after {SET_UP_TIME:.0f} seconds.\n{logs(said.parent)}")


def logs(folder: Path) -> str:
    """Return the end of what the demo in a folder and its processes wrote."""
    parts = []
    for path in (folder / "demo.out", folder / "demo.log"):
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
            parts.append("\n".join([f"--- {path.name}", *lines]))
    return "\n".join(parts)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"the demo's welcome does not say {pattern}"
    return match[1]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C, as a person would; the demo then stops its processes."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=STOPPING_TIME)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell has ignored by what it runs beside
    try:
        make(Path(sys.argv[1]))
    except DemoFailed as failure:
        sys.exit(str(failure))
