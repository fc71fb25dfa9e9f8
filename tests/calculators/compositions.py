"""Blocks as editors put them together, for tests."""

from collections import defaultdict
from typing import Any

Block = dict[str, Any]
# What blocks have inside them, by type; items of lists are told by where they stand
STREAMS: dict[str, tuple[str, ...]] = defaultdict(
    tuple,
    {
        "section": ("questions", "lines"),
        "group": ("questions", "values"),
        "choice": ("options",),
        "number": ("offered",),
        "slider": ("offered",),
        "lever": ("changes",),
    },
)
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

# Answers to it
ANSWERS = {"people": 10, "cars": 4, "kilometres_a_day": 20, "days": 200}

# A flight, once
FLYING: list[Block] = [
    {"type": "result", "value": {"period": "year", "purpose": "travel"}},
    section(
        question("airport", "From"),
        question("airport", "To"),
        title="Flying",
        lines=[
            {
                "label": "Flight",
                "activity": 'distance(from_2, to) * of(1, "passenger/year")',
                "factor": "flight.international.economy.with",
            }
        ],
    ),
]

# One question and one line that cannot be used
FAULTY = [
    section(
        question("number", "Kilometres", unit="km/year"),
        question("number", "Meals", shown_if="kilometres"),
        lines=[{"label": "Driving", "activity": "kilometers", "factor": "car.average.diesel"}],
    )
]


def form_of(prefix: str, blocks: list[Block]) -> dict[str, str]:
    """Blocks as a browser sends them from the editor's form."""
    form = {f"{prefix}-count": str(len(blocks))}
    for at, block in enumerate(blocks):
        place = f"{prefix}-{at}"
        known = {"deleted": "", "order": str(at), "type": block["type"], "id": str(block.get("id") or "")}
        form |= {f"{place}-{name}": value for name, value in known.items()}
        form |= _fields(f"{place}-value", block["value"], STREAMS[block["type"]])
    return form


def _fields(prefix: str, value: dict[str, Any], streams: tuple[str, ...]) -> dict[str, str]:
    form: dict[str, str] = {}
    for name in streams:
        form |= form_of(f"{prefix}-{name}", value.get(name) or [])
    for name, content in value.items():
        if isinstance(content, bool):
            form |= {f"{prefix}-{name}": "on"} if content else {}
        elif name not in streams:
            form[f"{prefix}-{name}"] = "" if content is None else str(content)
    return form


def page_form(blocks: list[Block], **changes: str) -> dict[str, str]:
    """The page's form as the browser sends it."""
    management = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    form = {f"comments-{key}": value for key, value in management.items()}
    form |= {"title": "Coming to work", "slug": "coming-to-work", "kind": "own", "summary": "By car.", "begin_with": ""}
    return form | form_of("composition", blocks) | {"body-count": "0"} | changes
