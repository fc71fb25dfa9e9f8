"""Many at once: the same work begun by eight threads in the same moment, each with database connections of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

from django.db import connections

THREADS = 8
PATIENCE = 30  # seconds
Result = TypeVar("Result")


def at_once(work: Callable[[int], Result]) -> list[Result]:
    """Do it in eight threads, which get the numbers 0 to 7, and return what each gave. What one raises is raised."""
    start = Barrier(THREADS)

    def run(number: int) -> Result:
        try:
            start.wait(timeout=PATIENCE)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def beside(work: Callable[[], Result], ended: Event) -> Future[Result]:
    """Begin work in a thread with database connections of its own. What it gives is told, and that it has `ended`."""

    def run() -> Result:
        try:
            return work()
        finally:
            connections.close_all()
            ended.set()

    pool = ThreadPoolExecutor(1)
    other = pool.submit(run)
    pool.shutdown(wait=False)
    return other
