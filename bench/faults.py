"""What is lost, doubled or stuck when processes are killed and others lie: each step of each purchase, so many rounds.

The faults are those of `tests/faults`, in processes of their own, on PostgreSQL and Redis.
"""

import json
import os
import subprocess
import sys
from typing import Any

from bench.figures import table
from bench.installation import BenchError
from bench.machine import ROOT, machine
from bench.purchase import set_up

FIGURES = ("rounds", "lost", "doubled", "stuck")


def measure(*, rounds: int, only: str) -> dict[str, Any]:
    """Tell each story whose name begins with `only` so often, and count what became of money and units.

    The databases must be empty. Raises BenchError if they are not, or if the stories cannot be told.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    facts = machine(set_up())
    command = [sys.executable, "-m", "tests.faults", "--rounds", str(rounds), "--only", only]
    done = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE)  # noqa: S603  # our own
    if done.returncode:
        raise BenchError("The faults could not be tried; what is said above may tell why.")
    return {"machine": facts, "parameters": {"rounds": rounds, "only": only}, "faults": json.loads(done.stdout)}


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as a table of step × fault, with sums, and below it why anything is not zero."""
    found = result["faults"]
    rows: list[tuple[object, ...]] = [
        (f"{each['story']}: {each['step']}", each["fault"], *(each[name] for name in FIGURES)) for each in found
    ]
    rows.append(("all", "", *(sum(each[name] for each in found) for name in FIGURES)))
    lines = [table(("step", "fault", *FIGURES), rows)]
    for each in found:
        lines += [f"{each['story']}: {each['step']}, {each['fault']}: {why}\n" for why in each["why"]]
    return "".join(lines)
