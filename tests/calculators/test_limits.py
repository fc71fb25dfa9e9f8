"""How often one visitor may ask the calculators for what costs something."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal import ratelimits
from portal.ratelimits import Limit
from tests.calculators.journey import ANSWERS, TRIP, first, press

CALCULATORS = "/en/calculators"
POST, GET = "post", "get"


@pytest.fixture
def limits(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS = True
    cache.clear()
    yield
    cache.clear()


def used_up(limit: Limit) -> None:
    """Count as many requests as a visitor has, in this window and, should it end meanwhile, in the next one."""
    for now in (time.time(), time.time() + limit.period):
        for _each in range(limit.most):
            ratelimits.seconds_to_wait(limit, visitor="127.0.0.1", now=now)


@pytest.mark.parametrize(
    ("method", "address", "limit"),
    [
        (POST, ANSWERS, ratelimits.ANSWERS),
        (POST, "/en/embed/calculators/flight/", ratelimits.ANSWERS),
        (POST, f"{ANSWERS}total/", ratelimits.LIVE),
        (GET, f"{CALCULATORS}/airports/?q=nai", ratelimits.AIRPORTS),
        (GET, f"{CALCULATORS}/factors.csv", ratelimits.CSV),
        (GET, f"{CALCULATORS}/factors-spreadsheet.csv", ratelimits.CSV),
    ],
)
@pytest.mark.usefixtures("db", "limits")
def test_who_has_asked_often_enough_waits(client: Client, method: str, address: str, limit: Limit) -> None:
    ask = getattr(client, method)
    assert ask(address).status_code == 200
    used_up(limit)
    answer = ask(address)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= limit.period


@pytest.mark.parametrize("table", ["lines.csv", "inventory.csv", "lines-spreadsheet.csv", "inventory-spreadsheet.csv"])
@pytest.mark.usefixtures("db", "limits")
def test_who_has_fetched_tables_often_enough_waits(client: Client, table: str) -> None:
    result = str(press(client, first(client), finish="1", **TRIP)["Location"])
    before = client.get(f"{result}{table}").status_code
    used_up(ratelimits.CSV)
    assert client.get(f"{result}{table}").status_code == 429
    assert before == (200 if table.startswith("lines") else 404)  # a flight has no inventory


@pytest.mark.usefixtures("db", "limits")
def test_results_are_limited_on_their_own(client: Client) -> None:
    """Whoever was refused further results can still look around and answer."""
    used_up(ratelimits.RESULT)
    refused = client.post(ANSWERS, {**TRIP, "finish": "1"})
    assert (refused.status_code, client.get(ANSWERS).status_code) == (429, 200)
    assert client.post(ANSWERS, TRIP).status_code == 200
