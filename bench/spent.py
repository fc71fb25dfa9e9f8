"""CPU time that processes have used, from Linux's /proc. Elsewhere it is not known, and figures say so."""

import os
from pathlib import Path

PROC = Path("/proc")


def cpu_seconds(pid: int, *, with_children: bool = False) -> float | None:
    """Return user and system time of a process in seconds, with that of its children if asked for.

    Of children that have ended only those count that the process has waited for. None where there is no /proc.
    """
    if not (PROC / str(pid) / "stat").exists():
        return None
    own = _fields(pid)
    user, system, waited_user, waited_system = (int(own[place]) for place in (11, 12, 13, 14))
    ticks = user + system
    if with_children:
        ticks += waited_user + waited_system
        for child in _children(pid):
            fields = _fields(child)
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """Return what follows the name in a process's line, from its state on (proc_pid_stat(5))."""
    return (PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _children(pid: int) -> list[int]:
    tasks = (PROC / str(pid) / "task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]
