"""A whole purchase is measured by its steps: what may be asked for, and how it is told."""

import time
from io import BytesIO
from types import SimpleNamespace
from urllib.request import Request

import pytest

from bench import journey
from bench.__main__ import parser


def test_it_is_made_by_more_and_more_purchasers_unless_told_otherwise() -> None:
    given = vars(parser().parse_args(["journey"]))
    assert (given["purchasers"], given["journeys"], given["counted"], given["servers"]) == ([1, 4, 16, 64], 64, 30, 2)
    assert parser().parse_args(["journey", "--purchasers", "2,8"]).purchasers == [2, 8]
    assert given["busy_after"] == 0
    assert parser().parse_args(["journey", "--busy-after", "2.5"]).busy_after == 2.5


@pytest.mark.parametrize("many", ["0", "65", "1,,2", "1;2", "many", ""])
def test_no_other_numbers_are_taken(many: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["journey", "--purchasers", many])
    assert "a whole number from 1 to 64" in capsys.readouterr().err


def test_steps_stand_below_each_other_and_purchasers_beside_each_other() -> None:
    waits = {
        1: {"empty view": (2.0, 3.0), "story": (20.0, 30.0), "whole journey": (22.0, 33.0), "any answer": (10.0, 30.0)},
        8: {
            "empty view": (4.0, 9.0),
            "story": (80.0, 120.0),
            "whole journey": (84.0, 129.0),
            "any answer": (40.0, 99.0),
        },
    }
    result = {
        "cpu_ms": {"empty view": 0.5, "story": 24.0},
        "purchasers": {
            many: {
                "journeys_per_second": 12.5,
                "answers_per_journey": 11.5,
                "busy_per_journey": 0.25,
                "server_cpu_ms_per_journey": 30.0,
                "ms": {name: {"median": median, "p95": p95} for name, (median, p95) in each.items()},
            }
            for many, each in waits.items()
        },
    }
    assert journey.text(result).splitlines() == [
        "step                 CPU ms  1: median ms (p95)  8: median ms (p95)",
        "-------------------  ------  ------------------  ------------------",
        "empty view            0.500         2.00 (3.00)         4.00 (9.00)",
        "story                  24.0         20.0 (30.0)          80.0 (120)",
        "whole journey          24.5         22.0 (33.0)          84.0 (129)",
        "any answer                          10.0 (30.0)         40.0 (99.0)",
        "journeys per second                        12.5                12.5",
        "answers per journey                        11.5                11.5",
        "busy per journey                          0.250               0.250",
    ]


def test_without_proc_no_cpu_time_is_told() -> None:
    waits = {"story": {"median": 1.0, "p95": 2.0}, "whole journey": {"median": 1.0, "p95": 2.0}}
    rates = {"journeys_per_second": 1.0, "answers_per_journey": 12.0, "busy_per_journey": 0.0}
    level = {**rates, "server_cpu_ms_per_journey": None, "ms": waits}
    lines = journey.text({"cpu_ms": {}, "purchasers": {1: level}}).splitlines()
    assert lines[2].split() == ["story", "1.00", "(2.00)"]


class Parent:
    """What opens addresses for a handler."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, request: Request, timeout: float) -> str:
        self.opened.append(request.full_url)
        return "the page"


def test_every_request_says_when_it_came() -> None:
    request = journey.AsProxy().http_request(Request("http://localhost/en/"))
    said = request.get_header("X-request-start") or ""
    assert said.startswith("t=")
    assert abs(time.time() - float(said[2:])) < 60


def test_after_an_answer_of_busy_a_purchaser_comes_back_and_it_is_counted() -> None:
    proxy, request = journey.AsProxy(), Request("http://localhost/en/")
    proxy.parent = Parent()  # type: ignore[assignment]  # nothing more is asked of it
    for again in ({"Retry-After": "0"}, {}):
        proxy.http_response(proxy.http_request(request), SimpleNamespace(headers=again))
    assert proxy.http_error_503(request, BytesIO(), 503, "Service Unavailable", {}) == "the page"
    assert (proxy.busy, len(proxy.seconds), proxy.again) == (1, 2, 0)
