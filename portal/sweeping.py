"""One bounded round over rows that wait. Rows are the queue of everything that is swept."""

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

logger = logging.getLogger(__name__)


def handle_each(
    *, rows: QuerySet[Any, Any], act: Callable[[Any], object], most: int, until: Callable[[], bool] | None = None
) -> int:
    """Hand the first rows, at most so many and each once, to `act`. Return how many rows were met.

    Each row is handled by itself: what fails is logged and left for a later round, and holds up nothing else. `rows`
    are models or keys of them; which come first is for their order to say. After a row the round ends if `until` says
    so, since the others would wait in vain.
    """
    met = 0
    for row in dict.fromkeys(rows[:most]):
        met += 1
        try:
            act(row)
        except Exception:  # one bad row must not stop the sweep; it is logged and met again next time
            logger.exception("sweep could not handle %s %s", rows.model.__name__, row)
        if until and until():
            break
    return met
