"""A whole purchase is measured by its steps: what may be asked for, and how it is told."""

import pytest

from bench import journey
from bench.__main__ import parser


def test_it_is_made_by_more_and_more_purchasers_unless_told_otherwise() -> None:
    given = vars(parser().parse_args(["journey"]))
    assert (given["purchasers"], given["journeys"], given["counted"], given["servers"]) == ([1, 4, 16, 64], 64, 30, 2)
    assert parser().parse_args(["journey", "--purchasers", "2,8"]).purchasers == [2, 8]


@pytest.mark.parametrize("many", ["0", "65", "1,,2", "1;2", "many", ""])
def test_no_other_numbers_are_taken(many: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["journey", "--purchasers", many])
    assert "a whole number from 1 to 64" in capsys.readouterr().err


def test_steps_stand_below_each_other_and_purchasers_beside_each_other() -> None:
    waits = {
        1: {"empty view": (2.0, 3.0), "story": (20.0, 30.0), "whole journey": (22.0, 33.0)},
        8: {"empty view": (4.0, 9.0), "story": (80.0, 120.0), "whole journey": (84.0, 129.0)},
    }
    result = {
        "cpu_ms": {"empty view": 0.5, "story": 24.0},
        "purchasers": {
            many: {
                "journeys_per_second": 12.5,
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
        "journeys per second                        12.5                12.5",
    ]


def test_without_proc_no_cpu_time_is_told() -> None:
    waits = {"story": {"median": 1.0, "p95": 2.0}, "whole journey": {"median": 1.0, "p95": 2.0}}
    level = {"journeys_per_second": 1.0, "server_cpu_ms_per_journey": None, "ms": waits}
    lines = journey.text({"cpu_ms": {}, "purchasers": {1: level}}).splitlines()
    assert lines[2].split() == ["story", "1.00", "(2.00)"]
