"""The table of faults: a line for each step and fault, the sums, and why anything is not zero."""

from bench import faults
from bench.__main__ import parser

RESULT = {
    "faults": [
        {"story": "card", "step": "pay: call sale 1", "fault": "429", "rounds": 2, "lost": 0, "doubled": 0, "stuck": 0}
        | {"why": []},
        {"story": "card", "step": "pay: commit (default) 2", "fault": "killed after", "rounds": 2, "lost": 0}
        | {"doubled": 0, "stuck": 1, "why": ["stuck: the order is paid"]},
    ]
}


def test_each_step_and_fault_has_a_line_and_what_is_not_zero_says_why() -> None:
    assert faults.text(RESULT) == (
        "step                                  fault  rounds  lost  doubled  stuck\n"
        "-----------------------------  ------------  ------  ----  -------  -----\n"
        "card: pay: call sale 1                  429       2     0        0      0\n"
        "card: pay: commit (default) 2  killed after       2     0        0      1\n"
        "all                                               4     0        0      1\n"
        "card: pay: commit (default) 2, killed after: stuck: the order is paid\n"
    )


def test_each_step_goes_wrong_once_unless_more_rounds_are_asked_for() -> None:
    given = vars(parser().parse_args(["faults"]))
    assert given == {"command": "faults", "rounds": 1, "only": "", "json": False}
