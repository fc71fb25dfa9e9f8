"""What a figure was measured on: processor, versions, revision, and how busy the machine was."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CPUINFO = Path("/proc/cpuinfo")


def machine(databases: dict[str, str]) -> dict[str, Any]:
    """Describe this machine and this portal. `databases` names the versions of whatever was behind it."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),  # work of others slows everything down
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": version("django"),
        "wagtail": version("wagtail"),
        "databases": databases,
        "revision": _revision(),
    }


def described(facts: dict[str, Any]) -> str:
    """Return the facts of `machine` in three lines of text."""
    databases = ", ".join(f"{name} {value}" for name, value in facts["databases"].items())
    return (
        f"{facts['cpu']}, {facts['cores']} cores, load before {facts['load_before']}\n"
        f"Python {facts['python']}, Django {facts['django']}, Wagtail {facts['wagtail']}, {databases}\n"
        f"revision {facts['revision']}, {facts['measured_at']}\n"
    )


def _cpu() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _revision() -> str:
    """Return the commit, with a + if files that git knows were changed since; "unknown" outside a clone."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return f"{commit}+" if _git("status", "--porcelain", "--untracked-files=no") else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  # fixed words
    return done.stdout.strip()
