"""When the books last agreed, as every page says below: asked of the database now and then, and never for one page."""

import time
from datetime import date

from portal.books.models import Reconciliation, ReconciliationState

KEPT = 600.0  # seconds; it changes once a day

_kept: list[tuple[float, date | None]] = [(0.0, None)]


def agreed_on() -> date | None:
    """Return the last day up to which the books were read and all agreed. None: they never did. One query."""
    last = Reconciliation.objects.filter(whole=True, state=ReconciliationState.DONE, found=0).first()
    return last.last_day if last else None


def lately() -> date | None:
    """Return the same as it was some minutes ago at most."""
    until, day = _kept[0]
    if until <= time.monotonic():
        day = agreed_on()
        remember(day)
    return day


def remember(day: date | None) -> None:
    """Say so on all pages of this process, and ask nobody for some minutes."""
    _kept[0] = (time.monotonic() + KEPT, day)
