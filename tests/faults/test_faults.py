"""Real processes, a real PostgreSQL and a real Redis: each step goes wrong in every way, and nothing is lost by it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections

from tests.faults.tripwire import AT_GATEWAYS, KILLED_AFTER, KILLED_BEFORE

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", "ledger"])]

ROOT = Path(__file__).parents[2]
# Calls to the outside that every list of steps has to have; the dry run finds them, and all commits around them.
CALLS = {
    "place: nudge write 1",
    "card: call sale 1",
    "card: registry cancel 1",
    "card: call submit 1",
    "card: mail 1",
    "card, answer lost: call search 1",
    "card, registry refuses: call void 1",
    "PayPal: call token 1",
    "PayPal: call order 1",
    "PayPal: call authorize 1",
    "PayPal, collect: call capture 1",
    "PayPal, not back: call find 1",
    "transfer, statement: nudge read_statement 1",
    "transfer, statement: nudge settle_transfer 1",
    "transfer, too late: nudge take_up_transfer 1",
    "transfer, taken up: nudge fulfil 1",
    "refund, card: call refund 1",
    "refund, PayPal: call refund 1",
    "refund, answer lost: call search 1",
}


def told() -> list[dict[str, Any]]:
    """Tell all stories once, in the databases of the tests."""
    variables = {"default": "DATABASE_URL", "ledger": "LEDGER_DATABASE_URL"}
    environment = dict(os.environ)
    for alias, variable in variables.items():
        name = connections[alias].settings_dict["NAME"]
        environment[variable] = urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
    done = subprocess.run(  # our own
        [sys.executable, "-m", "tests.faults", "--once"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_whatever_is_killed_or_lied_about_nothing_is_lost_doubled_or_stuck() -> None:
    rows = told()
    wrong = [(each["story"], each["step"], each["fault"], each["why"]) for each in rows if each["why"]]
    assert wrong == []
    assert {each["rounds"] for each in rows} == {1}
    tried: dict[str, set[str]] = {}
    for each in rows:
        step = f"{each['story']}: {each['step'].partition(': ')[2]}"
        tried.setdefault(step, set()).add(each["fault"])
        for other in each["same_as"]:
            assert each["fault"] == KILLED_BEFORE, step
            tried.setdefault(f"{each['story']}: {other.partition(': ')[2]}", set()).add(KILLED_AFTER)
    assert CALLS - tried.keys() == set()
    for step, faults in tried.items():
        if " commit " in step:
            assert faults == {KILLED_BEFORE, KILLED_AFTER}, step
        if " call " in step:
            assert faults in ({KILLED_BEFORE, KILLED_AFTER, *AT_GATEWAYS}, {KILLED_BEFORE, KILLED_AFTER}), step
