"""What the home page shows beside its own words: how much has been cancelled, and what was cancelled last."""

from typing import Any

from portal.registry import history

LATEST = 5


def front() -> dict[str, Any]:
    """Return the sums of the public history and its newest entries. Four queries."""
    return {"figures": history.figures(), "latest": history.page(history.Filters(), size=LATEST).rows}
