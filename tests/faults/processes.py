"""Processes that may be killed: copies of this one, made in an instant, since nobody waits for Python to start.

This process itself never opens a connection, so that its copies share none.
"""

import os
import pickle
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections


class CopyError(Exception):
    """A process ended by an error, and not by being killed."""


@dataclass(frozen=True)
class Ended:
    """How a process ended: killed, or with what its work gave."""

    is_killed: bool
    given: Any = None


def in_a_copy(work: Callable[[], Any]) -> Ended:
    """Do it in a process of its own. Raises CopyError, with the whole traceback, for what it raises."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_go(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Ended(is_killed=True)
    is_done, given = pickle.loads(said) if said else (False, f"it ended with status {status}")  # noqa: S301  # our own
    if not is_done:
        raise CopyError(given)
    return Ended(is_killed=False, given=given)


def given_by(work: Callable[[], Any]) -> Any:
    """Return what some work gives that nobody kills. Raises CopyError."""
    return in_a_copy(work).given


def _work_and_go(work: Callable[[], Any], writing: int) -> None:
    """Never return: what stands on the stack of this copy is the other process's."""
    try:
        said = (True, work())
    except BaseException:  # noqa: BLE001  # whatever it is, the other process says it
        said = (False, traceback.format_exc())
    connections.close_all()
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(said, pipe)
    os._exit(0)


def kill_this() -> None:
    """End this process as a lost power line would: at once, and without a last word."""
    os.kill(os.getpid(), signal.SIGKILL)
