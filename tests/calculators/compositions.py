"""Blocks as editors put them together, for tests."""

from typing import Any

Block = dict[str, Any]
LIGHT = {"label": "Light", "activity": 'of(10, "kWh/year")', "factor": "electricity.grid"}


def question(kind: str, label: str, **fields: Any) -> Block:
    """A question, named after its label unless it has an id."""
    return {"type": kind, "value": {"label": label, **fields}}


def section(*questions: Block, title: str = "Section", lines: list[dict[str, Any]] | None = None) -> Block:
    """A section, with one line that has nothing wrong unless lines are given."""
    items = [{"type": "item", "value": line, "id": str(at)} for at, line in enumerate(lines or [LIGHT])]
    return {"type": "section", "value": {"title": title, "questions": list(questions), "lines": items}}


# How people come to work, by car
COMMUTING: list[Block] = [
    {
        "type": "result",
        "value": {"period": "year", "purpose": "company", "shared_by": "people", "shared_label": "staff"},
    },
    section(
        question("number", "People", unit="person", default="1"),
        question("number", "Cars", unit="vehicle"),
        question("number", "Kilometres a day", unit="km/day"),
        question("number", "Days", unit="day/year", default="220"),
        title="Commuting",
        lines=[
            {
                "label": "Driving to work",
                "activity": "cars * kilometres_a_day * days",
                "factor": "car.average.diesel",
            }
        ],
    ),
]
