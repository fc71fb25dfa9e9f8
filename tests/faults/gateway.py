"""The gateways' simulator as a process of its own, and what it says of itself to whoever asks on this machine."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from portal.payments.simulator import Business, Merchant

START_TIME = 60.0  # seconds
MERCHANT = Merchant(id="sol", public_key="sol_public", private_key="sol_private", accounts={"EUR": "sol_eur"})
BUSINESS = Business(id="SOLMERCHANT", client_id="sol_client", secret="sol_secret", webhook_id="WH-SOL")


class Remote:
    """The simulator as `tests.world.World` knows it, asked over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.merchants = {"sol": MERCHANT, "refused": MERCHANT}
        self.paypal = SimpleNamespace(
            businesses={BUSINESS.id: BUSINESS},
            papers=lambda reference: self._ask(f"paypal?reference={reference}"),
            approve=lambda order_id: self._ask("paypal/approvals", order_id=order_id, choice="approve"),
        )

    def transactions(self, order_id: str) -> list[dict[str, Any]]:
        return self._ask(f"transactions?order_id={order_id}")

    def lie(self, **fault: Any) -> None:
        self._ask("faults", **fault)

    def faults(self) -> list[dict[str, Any]]:
        return self._ask("faults")

    def _ask(self, name: str, **data: Any) -> Any:
        body = json.dumps(data).encode() if data else None
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_simulator/{name}", data=body, headers=kind)
        with urllib.request.urlopen(request, timeout=30) as answer:  # always this machine
            return json.loads(answer.read())


@contextmanager
def running(folder: Path, *, port: int) -> Iterator[Remote]:
    """Run the simulator, which settles at once. Raises RuntimeError if it does not begin to answer."""
    merchants, businesses = folder / "merchants.json", folder / "businesses.json"
    merchants.write_text(json.dumps([{**vars(MERCHANT), "accounts": dict(MERCHANT.accounts)}]))
    businesses.write_text(json.dumps([vars(BUSINESS)]))
    command = [
        *(sys.executable, "-m", "portal.payments.simulator", "--port", str(port), "--plain-amounts"),
        *("--store", str(folder / "simulator.sqlite3"), "--settle-seconds", "0"),
        *("--merchants", str(merchants), "--businesses", str(businesses)),
    ]
    with (folder / "simulator.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)  # our own
    try:
        yield _answering(Remote(f"http://127.0.0.1:{port}"), server)
    finally:
        server.terminate()
        server.wait()


def _answering(remote: Remote, server: subprocess.Popen[bytes]) -> Remote:
    deadline = time.monotonic() + START_TIME
    while server.poll() is None and time.monotonic() < deadline:
        try:
            remote.faults()
        except OSError:
            time.sleep(0.05)
        else:
            return remote
    raise RuntimeError("the simulator did not start")
