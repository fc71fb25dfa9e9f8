"""The HTTP server, and the clock that settles and delivers behind it."""

import base64
import binascii
import hmac
import logging
import re
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from portal.payments.simulator import control, webhooks, wire
from portal.payments.simulator.api import Api
from portal.payments.simulator.bank import stand_in as bank
from portal.payments.simulator.control import Control
from portal.payments.simulator.disputes import Disputes
from portal.payments.simulator.faults import FaultBook
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.moves import Moves
from portal.payments.simulator.paypal.api import PREFIXES, Request
from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.stand_in import PayPalStandIn
from portal.payments.simulator.postman import Postman
from portal.payments.simulator.records import Record
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.sales import Sales
from portal.payments.simulator.store import Store

logger = logging.getLogger(__name__)

MERCHANT_PATH = re.compile(r"/merchants/([A-Za-z0-9_-]+)(/.*)")
TICK = 0.1
NOTIFIED = frozenset({"settled", "settlement_declined"})


class Simulator:
    """A whole simulator. Start it as a context manager or with `start` and `stop`; `url` is where it listens.

    `merchants` are Braintree's, `businesses` PayPal's. `store` is a file that survives restarts, or ":memory:". `port`
    0 takes any free one. Captures settle after `settle_seconds`, as ends what PayPal left pending. Cards that answer
    slowly take `slow_seconds`. `sandbox_amounts=False` takes the special meaning from amounts, so that a demo can sell
    for 2,400 euros. `clock` gives UTC seconds since 1970.
    """

    def __init__(
        self,
        *,
        merchants: Iterable[Merchant] = (),
        businesses: Iterable[Business] = (),
        store: Path | str = ":memory:",
        host: str = "127.0.0.1",
        port: int = 0,
        settle_seconds: float = 5.0,
        slow_seconds: float = 8.0,
        sandbox_amounts: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.merchants = {merchant.id: merchant for merchant in merchants}
        self.store = Store(store)
        self.faults = FaultBook(self.store, slow_seconds=slow_seconds)
        self._moves = Moves(self.store, clock=clock, settle_seconds=settle_seconds)
        self.sales = Sales(self.store, self._moves, clock=clock, sandbox_amounts=sandbox_amounts)
        self.postman = Postman(self.store, clock=clock)
        self.disputes = Disputes(self.store, self.postman, merchants=self.merchants, faults=self.faults, clock=clock)
        self._clock = clock
        self._stopping = threading.Event()
        self.api = Api(
            store=self.store,
            faults=self.faults,
            sales=self.sales,
            moves=self._moves,
            disputes=self.disputes,
            wait=self._stopping.wait,
            address=lambda: self.url,
        )
        self.paypal = PayPalStandIn(
            businesses=businesses,
            store=self.store,
            faults=self.faults,
            postman=self.postman,
            settle_seconds=settle_seconds,
            clock=clock,
            wait=self._stopping.wait,
            address=lambda: self.url,
        )
        self.bank = bank.BankStandIn(self.store, clock=clock)
        self.control = Control(
            merchants=self.merchants,
            store=self.store,
            faults=self.faults,
            sales=self.sales,
            postman=self.postman,
            paypal=self.paypal,
            disputes=self.disputes,
            clock=clock,
        )
        self._server = _Server((host, port), self)
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> "Simulator":
        """Begin to answer, in threads of this process."""
        for work in (partial(self._server.serve_forever, poll_interval=TICK / 2), self._tick):
            thread = threading.Thread(target=work, name="simulator", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def stop(self) -> None:
        """Stop answering and close the store. Requests that wait in a fault are let go at once."""
        self._stopping.set()
        if self._threads:
            with suppress(OSError):  # where a system does not know this, the server looks up at its next tick
                self._server.socket.shutdown(socket.SHUT_RDWR)
            self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()
        self.store.close()

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def transactions(self, order_id: str) -> list[dict[str, Any]]:
        """The truth about one order id, the youngest transaction first."""
        return [each.as_json() for each in self.store.transactions(order_id=order_id)]

    def settle_due(self) -> None:
        """Settle what is due by the clock, and queue the notifications about it."""
        with self.store.act():
            for record in self.store.due(self._clock()):
                fault = self.faults.take("settlement", record.order_id)
                settled = self._moves.settle(record, refusal=fault.code if fault else "")
                merchant = self.merchants.get(settled.merchant_id)  # none, if a later start no longer names it
                if merchant and settled.type == "sale" and settled.status in NOTIFIED:
                    self._notify(merchant, f"transaction_{settled.status}", settled)
        self.paypal.settle_due()

    def _notify(self, merchant: Merchant, kind: str, record: Record) -> None:
        webhooks.post(self.postman, merchant, kind, record, now=self._clock())

    def _tick(self) -> None:
        while not self._stopping.wait(TICK):
            self.settle_due()
            self.postman.deliver_due()

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> Reply | None:
        """Answer a request to the API. Raises wire.DocumentError."""
        match = MERCHANT_PATH.fullmatch(path)
        if match is None:
            return Reply(status=404)
        merchant = self.merchants.get(match[1])
        if merchant is None or not _holds_keys_of(merchant, authorization):
            return Reply(status=401)
        return self.api.answer(merchant, method, match[2], body)


def _holds_keys_of(merchant: Merchant, authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    try:
        given = base64.b64decode(token, validate=True)
    except binascii.Error:
        return False
    return scheme == "Basic" and hmac.compare_digest(given, f"{merchant.public_key}:{merchant.private_key}".encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that stopping waits for the last answer

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's own, which looks the host's name up and may wait for a name server.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > wire.SIZE_LIMIT:
            self._send(Reply(status=413))
            return
        body = self.rfile.read(int(length))
        try:
            reply = self._reply(body)
        except wire.DocumentError as error:
            logger.info("Refused a body: %s", error)
            reply = Reply(status=400)
        if reply is None:
            self._cut()
        else:
            self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names http.server looks for

    def _reply(self, body: bytes) -> Reply | None:
        simulator, headers = self.server.simulator, self.headers
        if self.path.startswith((*PREFIXES, bank.PREFIX)):
            named = {name.lower(): value for name, value in headers.items()}
            asked = Request(method=self.command, address=self.path, headers=named, body=body)
            who = simulator.bank if self.path.startswith(bank.PREFIX) else simulator.paypal
            return who.answer(asked)
        if not self.path.startswith(control.PREFIX):
            return simulator.answer(self.command, self.path, headers.get("Authorization", ""), body)
        client, host, kind = str(self.client_address[0]), headers.get("Host", ""), headers.get("Content-Type", "")
        if not control.is_from_here(client, self.command, host, kind):
            return Reply(status=403)
        return simulator.control.answer(self.command, self.path, body)

    def _send(self, reply: Reply) -> None:
        try:
            self.send_response(reply.status)
            self.send_header("Content-Type", f"{reply.content_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
        except OSError:
            logger.info("Nobody waited for the answer to %s %s", self.command, self.path)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
        logger.debug(format, *args)
