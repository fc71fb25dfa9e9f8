"""Buying: some purchases at once for speed, some step by step to see where time and queries go."""

import os
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import redis
from django.conf import settings
from django.db import connections
from django.utils import timezone

from bench.figures import spread
from bench.installation import BenchError
from bench.spent import cpu_seconds
from portal.checkout import mail, paying, service
from portal.checkout.consent import Details
from portal.checkout.models import Order, OrderState
from portal.checkout.rules import PayResult, Placed
from portal.payments.models import Payment, PaymentState
from portal.registry import service as registry

CARD = "fake-valid-visa-nonce"
QUANTITY = 3  # tonnes in each purchase
PATIENCE = 60.0  # seconds without a single purchase completed
DATABASES = ("default", "ledger")
NO_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def at_once(codes: list[str], purchases: int, buyers: int, *, workers: list[int], simulator: int) -> dict[str, Any]:
    """Place and pay purchases by `buyers` threads, wait until workers completed all, and return speed and CPU time.

    CPU time is in milliseconds for each purchase, by process; empty where it is not known. Raises BenchError if an
    order is not placed or not paid, or if none is completed for PATIENCE.
    """
    pids = {"place and pay": [os.getpid()], "workers": workers, "simulator": [simulator], "PostgreSQL": _postgres()}
    before = _spent(pids)
    started = time.perf_counter()
    with ThreadPoolExecutor(buyers) as threads:
        tokens = list(threads.map(_bought, (codes[number % len(codes)] for number in range(purchases))))
    _wait_for(tokens)
    seconds = time.perf_counter() - started
    after = _spent(pids)
    cpu = {name: 1000 * (after[name] - spent) / purchases for name, spent in before.items()}
    return {"purchases_per_second": purchases / seconds, "cpu_ms": {**cpu, "all": sum(cpu.values())} if cpu else {}}


def _spent(pids: dict[str, list[int]]) -> dict[str, float]:
    """Return CPU seconds by name, with those of Redis, as it says itself; empty where there is no /proc."""
    if cpu_seconds(os.getpid()) is None:
        return {}
    spent = {
        name: sum(cpu_seconds(pid, with_children=name == "PostgreSQL") or 0.0 for pid in group)
        for name, group in pids.items()
    }
    used = redis.Redis.from_url(settings.BROKER_URL).info("cpu")
    return {**spent, "Redis": used["used_cpu_user"] + used["used_cpu_sys"]}


def _postgres() -> list[int]:
    """Return the process id of the server if it runs on this machine and lets us know, else nothing."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)")
        return [int(cursor.fetchone()[0])]


def _bought(code: str) -> str:
    """Place and pay one order in this thread, and return its token. Raises BenchError if it is not paid."""
    try:
        token = _place(code)
        _pay(token)
    finally:
        connections.close_all()  # threads end without Django knowing
    return token


def _place(code: str) -> str:
    placed = service.place_order(
        listing_code=code,
        quantity=QUANTITY,
        details=_details(),
        submission=uuid.uuid4(),
        locale="en",
        purchaser=None,
        now=timezone.now(),
    )
    if not isinstance(placed, Placed):
        raise BenchError(f"An order was not placed: {placed}.")
    return placed.token


def _details() -> Details:
    name = f"Sample beneficiary {uuid.uuid4().hex[:8]}"  # certificates of other people look different
    return Details(
        purchaser_name=name,
        purchaser_email="sample@example.org",
        purchaser_type="individual",
        purchaser_country="FR",
        beneficiary_name=name,
        beneficiary_type="person",
        beneficiary_country="FR",
        purpose="contribute",
        purpose_text="",
        is_public=True,
    )


def _pay(token: str) -> None:
    result = paying.pay(token=token, nonce=CARD, now=timezone.now())
    if result != PayResult.HELD:
        raise BenchError(f"An order was not paid: {result}.")


def _wait_for(tokens: list[str]) -> None:
    """Wait until every order is completed, its letter sent and its money taken."""
    unfinished, deadline = len(tokens), time.monotonic() + PATIENCE
    while unfinished:
        told = Order.objects.filter(token__in=tokens, state=OrderState.COMPLETED, mailed_at__isnull=False)
        captured = Payment.objects.filter(state=PaymentState.CAPTURED).values("reference")
        complete = told.filter(reference__in=captured)
        left = len(tokens) - complete.count()
        if left < unfinished:
            unfinished, deadline = left, time.monotonic() + PATIENCE
        if unfinished and time.monotonic() > deadline:
            raise BenchError(f"{unfinished} of {len(tokens)} purchases were not completed.")
        time.sleep(0.05 if unfinished else 0)


@dataclass
class _Meter:
    """Adds up what goes on within `measuring`: seconds, CPU seconds of this process, queries of both databases."""

    seconds: float = 0.0
    cpu: float = 0.0
    queries: int = 0

    @contextmanager
    def measuring(self) -> Iterator[None]:
        with ExitStack() as stack:
            for name in DATABASES:
                stack.enter_context(connections[name].execute_wrapper(self._count))
            seconds, cpu = time.perf_counter(), time.process_time()
            yield
            self.seconds += time.perf_counter() - seconds
            self.cpu += time.process_time() - cpu

    def _count(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if not sql.lstrip().upper().startswith(NO_QUERIES):
            self.queries += 1
        return execute(sql, *arguments)


def step_by_step(codes: list[str], purchases: int, *, simulator: int) -> dict[str, dict[str, Any]]:
    """Make purchases in this process, one after the other, and return milliseconds and queries of each step.

    The simulator's CPU time stands beside them, for it runs on the same machine but is no part of the portal.
    """
    meters: dict[str, list[_Meter]] = defaultdict(list)
    _complete(codes[0], defaultdict(_Meter))
    for place in range(purchases):
        of_one: dict[str, _Meter] = defaultdict(_Meter)
        _complete(codes[place % len(codes)], of_one)
        for name, meter in of_one.items():
            meters[name].append(meter)
        meters["all"].append(_sum(list(of_one.values())))
    return {name: _summary(each) for name, each in meters.items()}


def _complete(code: str, meters: dict[str, _Meter]) -> None:
    """Carry one purchase through, step by step as `service.fulfil` does, each on a meter of its own."""
    with meters["place"].measuring():
        token = _place(code)
    with meters["pay (authorise, settle)"].measuring():
        _pay(token)
    order = Order.objects.get(token=token)
    with meters["cancel and certify"].measuring():
        registry.carry_out(reference=order.reference, now=timezone.now())
    Order.objects.filter(pk=order.pk).update(mailed_at=timezone.now())  # so that `fulfil` leaves the letter
    with meters["complete (capture)"].measuring():
        service.fulfil(order_id=order.pk, now=timezone.now())
    order.refresh_from_db()
    with meters["letter with the PDF"].measuring():
        mail.send_outcome(order)


def _sum(meters: list[_Meter]) -> _Meter:
    return _Meter(
        seconds=sum(meter.seconds for meter in meters),
        cpu=sum(meter.cpu for meter in meters),
        queries=sum(meter.queries for meter in meters),
    )


def _summary(meters: list[_Meter]) -> dict[str, Any]:
    """Queries are the most that any purchase needed; they do not vary but for rows that were already there."""
    return {
        "ms": asdict(spread([1000 * meter.seconds for meter in meters])),
        "cpu_ms": asdict(spread([1000 * meter.cpu for meter in meters])),
        "queries": max(meter.queries for meter in meters),
    }
