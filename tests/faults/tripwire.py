"""Where a process can be killed or lied to: at each commit and at each call to the outside, counted as they come.

Nothing of this is in the portal. It is put in place by `python -m tests.faults` alone: at Django's commit, at the HTTP
library below both gateways' clients, at Celery's way of sending, and at the seams to the registry and the mail server.
"""

import re
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from kombu.exceptions import OperationalError
from urllib3 import HTTPConnectionPool, Timeout

from portal.celery import app
from portal.payments.simulator import api as braintree
from portal.payments.simulator.faults import OPERATIONS
from portal.payments.simulator.paypal import api as paypal
from portal.registry.connectors import LedgerConnector, Receipt, Refusal, Unknown
from tests.faults.processes import kill_this

KILLED_BEFORE, KILLED_AFTER = "killed before", "killed after"
KILLS = (KILLED_BEFORE, KILLED_AFTER)
DROPPED_BEFORE, DROPPED_AFTER, TWICE = "dropped before acting", "dropped after acting", "answered twice"
SLOW, REFUSED, FAILED_BEFORE, FAILED_AFTER = "slow", "429", "503 before acting", "500 after acting"
NONSENSE = "answers nonsense after acting"
# Each as the simulator is told of it; `slow` acts, and answers when nobody listens any more.
AT_GATEWAYS: dict[str, dict[str, Any]] = {
    DROPPED_BEFORE: {"kind": "drop_before"},
    DROPPED_AFTER: {"kind": "drop"},
    TWICE: {"kind": "twice"},
    SLOW: {"kind": "delay", "seconds": 0.4},
    REFUSED: {"kind": "error_before", "code": "429"},
    FAILED_BEFORE: {"kind": "error_before", "code": "503"},
    FAILED_AFTER: {"kind": "error_after"},
}
AT_REGISTRY = (DROPPED_BEFORE, DROPPED_AFTER, TWICE, NONSENSE)
ELSEWHERE = (DROPPED_BEFORE, DROPPED_AFTER)
PATIENCE = 0.2  # seconds, of a client whose answer is slow
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
MERCHANT = re.compile(r"/merchants/[^/]+(/.*)")


@dataclass(frozen=True)
class Step:
    """One commit or one call to the outside, by its name in its act, and the lies that can be told there."""

    name: str
    act: str
    lies: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.act}: {self.name}"


@dataclass(frozen=True)
class Fault:
    """What goes wrong at a step, by its number in the dry run."""

    number: int
    step: Step
    kind: str


@dataclass
class Tripwire:
    """Counts the steps of this process, and lets one of them go wrong. `lie` tells the gateways' simulator how."""

    fault: Fault | None = None
    lie: Callable[..., object] = lambda **_: None
    act: str = ""
    steps: list[Step] = field(default_factory=list)
    followers: dict[int, int] = field(default_factory=dict)  # of each step that ended, by number: which begins next
    named: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def passing(self, name: str, lies: tuple[str, ...] = ()) -> Iterator[str]:
        """Pass a step, within which it happens; gives the lie that is to be told, or nothing."""
        self.named[f"{self.act} {name}"] += 1
        number, step = len(self.steps), Step(f"{name} {self.named[f'{self.act} {name}']}", self.act, lies)
        kind = self._wrong_at(step)
        self.steps.append(step)
        if kind == KILLED_BEFORE:
            kill_this()
        yield "" if kind in KILLS else kind
        if kind == KILLED_AFTER:
            kill_this()
        self.followers[number] = len(self.steps)

    def _wrong_at(self, step: Step) -> str:
        if self.fault is None or self.fault.number != len(self.steps):
            return ""
        if self.fault.step != step:
            raise AssertionError(f"the dry run had {self.fault.step} where there is {step}")
        return self.fault.kind


_wire: Tripwire | None = None


@contextmanager
def laid(wire: Tripwire) -> Iterator[None]:
    """Let a tripwire count, in this process, until the end."""
    global _wire  # noqa: PLW0603  # there is one process, and libraries call from anywhere in it
    _wire = wire
    for connection in connections.all():
        connection.execute_wrappers.append(_written)
    try:
        yield
    finally:
        _wire = None


def install(postbox: Any) -> None:
    """Put the tripwire's places into this process, where they do nothing until one is laid; letters go there."""
    commit, ask, send = BaseDatabaseWrapper._commit, HTTPConnectionPool.urlopen, app.send_task

    def committed(connection: BaseDatabaseWrapper) -> Any:
        if _wire is None:
            return commit(connection)
        with _wire.passing(f"commit ({connection.alias})"):
            return commit(connection)

    def asked(pool: HTTPConnectionPool, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        if _wire is None:
            return ask(pool, method, url, *arguments, **options)
        operation = _operation(method, url)
        lies = tuple(AT_GATEWAYS) if operation in OPERATIONS else ()
        with _wire.passing(f"call {operation}", lies) as lie:
            if lie:
                _wire.lie(operation=operation, **AT_GATEWAYS[lie])
            if lie == SLOW:
                options["timeout"] = Timeout(PATIENCE)
            return ask(pool, method, url, *arguments, **options)

    def sent(name: str, *arguments: Any, **options: Any) -> Any:
        if _wire is None:
            return send(name, *arguments, **options)
        with _wire.passing(f"nudge {name.rpartition('.')[2]}", ELSEWHERE) as lie:
            return _told(lie, OperationalError("the broker is gone"), lambda: send(name, *arguments, **options))

    BaseDatabaseWrapper._commit = committed  # type: ignore[method-assign]
    HTTPConnectionPool.urlopen = asked  # type: ignore[method-assign]
    app.send_task = sent  # type: ignore[method-assign]
    Postbox.folder = postbox


def _told(lie: str, error: Exception, act: Callable[[], Any]) -> Any:
    if lie == DROPPED_BEFORE:
        raise error
    given = act()
    if lie == DROPPED_AFTER:
        raise error
    return given


def _written(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
    """What is written outside of any transaction is one of its own."""
    connection = context["connection"]
    if _wire is None or connection.in_atomic_block or not WRITES.match(sql):
        return execute(sql, parameters, many, context)
    with _wire.passing(f"commit ({connection.alias})"):
        return execute(sql, parameters, many, context)


def _operation(method: str, url: str) -> str:
    """Name what is asked of a gateway as its simulator does."""
    path = urlsplit(url).path
    if path == paypal.TOKEN:
        return "token"
    if own := MERCHANT.fullmatch(path):
        found = [name for verb, pattern, name in braintree.ROUTES if verb == method and pattern.fullmatch(own[1])]
    else:
        found = [name for verb, pattern, name, _kind in paypal.ROUTES if verb == method and pattern.fullmatch(path)]
    return found[0] if found else f"{method} {path.rpartition('/')[2]}"


class TrippedRegistry(LedgerConnector):
    """The embedded registry, which may be lied about. It refuses all accounts that are named so."""

    def cancel(self, **request: Any) -> Receipt | Refusal | Unknown:
        act = super().cancel
        if request["account"].endswith("-refused"):
            act = lambda **_: Refusal("account_frozen", "The account is frozen.")  # noqa: E731
        if _wire is None:
            return act(**request)
        with _wire.passing("registry cancel", AT_REGISTRY) as lie:
            return self._answer(lie, lambda: act(**request))

    def lookup(self, *, reference: str) -> Receipt | Refusal | Unknown | None:
        look = super().lookup
        if _wire is None:
            return look(reference=reference)
        with _wire.passing("registry lookup", AT_REGISTRY) as lie:
            return self._answer(lie, lambda: look(reference=reference))

    def _answer(self, lie: str, act: Callable[[], Any]) -> Any:
        if lie == DROPPED_BEFORE:
            return Unknown("connection refused")
        if lie == TWICE:
            act()
        answer = act()
        if lie == NONSENSE:
            raise RuntimeError("no such answer was foreseen")
        return Unknown("the answer was lost") if lie == DROPPED_AFTER else answer


class Postbox(BaseEmailBackend):
    """A mail server that keeps each letter in a file of its own."""

    folder: Any = None

    def send_messages(self, email_messages: Any) -> int:
        for each in email_messages:
            if _wire is None:
                self._keep(each)
                continue
            with _wire.passing("mail", ELSEWHERE) as lie:
                error = smtplib.SMTPServerDisconnected("the mail server is gone")
                _told(lie, error, lambda each=each: self._keep(each))
        return len(email_messages)

    def _keep(self, letter: Any) -> None:
        (self.folder / f"{uuid4()}.eml").write_bytes(letter.message().as_bytes())
