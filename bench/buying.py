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
from bench.rails import RAILS, agree
from bench.spent import cpu_seconds
from portal.checkout import service
from portal.checkout.consent import Details
from portal.checkout.models import Order, OrderState
from portal.checkout.rules import Placed
from portal.payments.models import Payment, PaymentState

QUANTITY = 3  # tonnes in each purchase
PATIENCE = 60.0  # seconds without a single purchase completed
DATABASES = ("default", "ledger")
NO_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def at_once(
    codes: list[str], purchases: int, buyers: int, *, rail: str, workers: list[int], simulator: int
) -> dict[str, Any]:
    """Place and pay purchases by `buyers` threads, wait until workers completed all, and return speed and CPU time.

    CPU time is in milliseconds for each purchase, by process; empty where it is not known. Raises BenchError if an
    order is not placed or not paid, or if none is completed for PATIENCE.
    """
    pids = {"place and pay": [os.getpid()], "workers": workers, "simulator": [simulator], "PostgreSQL": _postgres()}
    before = _spent(pids)
    started = time.perf_counter()
    with ThreadPoolExecutor(buyers) as threads:
        chosen = (codes[number % len(codes)] for number in range(purchases))
        tokens = list(threads.map(lambda code: _bought(code, rail), chosen))
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


def _bought(code: str, rail: str) -> str:
    """Place and pay one order in this thread, and return its token. Raises BenchError if it is not paid."""
    try:
        token = _place(code)
        _pay(token, rail, defaultdict(_Meter))
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
        purchaser_email=f"{uuid.uuid4().hex}@example.org",  # few orders of one address are told of by letter
        purchaser_type="individual",
        purchaser_country="FR",
        beneficiary_name=name,
        beneficiary_type="person",
        beneficiary_country="FR",
        purpose="contribute",
        purpose_text="",
        is_public=True,
    )


def _pay(token: str, rail: str, meters: dict[str, "_Meter"]) -> None:
    """Pay on a rail, each step of it on a meter of its own. What happens at PayPal is on none."""
    for name, step in RAILS[rail].items():
        with meters[name].measuring():
            led = step(token)
        if rail == "paypal" and isinstance(led, str):
            agree(led)


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


def step_by_step(codes: list[str], purchases: int, *, rail: str) -> dict[str, dict[str, Any]]:
    """Make purchases in this process, one after the other, and return milliseconds and queries of each step."""
    meters: dict[str, list[_Meter]] = defaultdict(list)
    for code in codes:  # what is loaded at first use, and what is written down of each account once an hour
        _complete(code, rail, defaultdict(_Meter))
    for place in range(purchases):
        of_one: dict[str, _Meter] = defaultdict(_Meter)
        _complete(codes[place % len(codes)], rail, of_one)
        for name, meter in of_one.items():
            meters[name].append(meter)
        meters["all"].append(_sum(list(of_one.values())))
    return {name: _summary(each) for name, each in meters.items()}


def _complete(code: str, rail: str, meters: dict[str, _Meter]) -> None:
    """Carry one purchase through as views and tasks do, each step on a meter of its own."""
    with meters["place"].measuring():
        token = _place(code)
    order_id = Order.objects.values_list("pk", flat=True).get(token=token)
    with meters["letter with the address"].measuring():
        service.tell(order_id=order_id, now=timezone.now())
    _pay(token, rail, meters)
    with meters["cancel and certify"].measuring():
        service.cancel(order_id=order_id, now=timezone.now())
    with meters["collect"].measuring():
        service.collect(order_id=order_id, now=timezone.now())
    with meters["letter with the PDF"].measuring():
        service.tell(order_id=order_id, now=timezone.now())


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
