"""A load generator in a process of its own: a few connections that are kept open, each asking again when answered.

`python -m bench.load PORT PATH CONNECTIONS SECONDS [BODY]` prints one JSON object; with a body, JSON that is sent each
time. It knows one host, this machine.
"""

import json
import re
import selectors
import socket
import sys
import time
from typing import Any

HOST = "127.0.0.1"
MOST_REQUESTS = 200_000
PATIENCE = 30.0  # seconds for one answer
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class LoadError(Exception):
    """An answer was not 200, not complete, or never came: figures of that would mean nothing."""


class Connection:
    """One open connection that asks for the same page again and again, or sends the same body."""

    def __init__(self, port: int, path: str, body: str = "") -> None:
        self._request = _request(port, path, body.encode())
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._asked_at = 0.0
        self._received = bytearray()
        self._expected = 0

    def ask(self) -> None:
        self._received.clear()
        self._expected = 0
        self._asked_at = time.perf_counter()
        self.socket.sendall(self._request)

    def read(self) -> float | None:
        """Take what has arrived; the seconds since `ask` once the answer is complete, None before. Raises LoadError."""
        piece = self.socket.recv(65536)
        if not piece:
            raise LoadError("the server closed the connection")
        self._received += piece
        if not self._expected:
            self._expected = self._length()
        if self._expected and len(self._received) >= self._expected:
            return time.perf_counter() - self._asked_at
        return None

    def _length(self) -> int:
        """Return how long the whole answer will be, 0 while its head is not complete."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = bytes(self._received[: end + 2])
        if not head.startswith(b"HTTP/1.1 200 "):
            raise LoadError(f"the server answered {head.splitlines()[0].decode('latin-1')}")
        length = _LENGTH.search(head)
        if length is None:
            raise LoadError("the answer does not say how long it is")
        return end + 4 + int(length[1])


def _request(port: int, path: str, body: bytes) -> bytes:
    common = f"Host: {HOST}:{port}\r\nAccept-Encoding: identity\r\n"
    if not body:
        return f"GET {path} HTTP/1.1\r\n{common}Accept: text/html\r\n\r\n".encode("ascii")
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\n{common}{kind}\r\n".encode("ascii") + body


def run(*, port: int, path: str, connections: int, seconds: float, body: str = "") -> dict[str, Any]:
    """Load one page for some seconds and return how long each answer took. Raises LoadError."""
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        for _number in range(connections):
            connection = Connection(port, path, body)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        started = time.perf_counter()
        for key in selector.get_map().values():
            key.data.ask()
        try:
            while time.perf_counter() - started < seconds and len(latencies) < MOST_REQUESTS:
                latencies += _answers(selector)
            ended = time.perf_counter()
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
    return {"requests": len(latencies), "seconds": ended - started, "latencies": latencies}


def _answers(selector: selectors.BaseSelector) -> list[float]:
    """Wait for something to arrive; return the seconds of all answers that became complete, and ask again for each."""
    ready = selector.select(timeout=PATIENCE)
    if not ready:
        raise LoadError(f"no answer within {PATIENCE:.0f} seconds")
    complete = []
    for key, _events in ready:
        took = key.data.read()
        if took is not None:
            complete.append(took)
            key.data.ask()
    return complete


def main(arguments: list[str]) -> int:
    port, path, connections, seconds, *body = arguments
    try:
        result = run(
            port=int(port), path=path, connections=int(connections), seconds=float(seconds), body="".join(body)
        )
    except (LoadError, OSError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return 1
    json.dump(result, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
