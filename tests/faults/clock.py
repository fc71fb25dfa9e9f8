"""The time of these processes: that of the machine, and later by as much as a story wants."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone


class Clock:
    """Copies of a process go on from the time that it has."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **span: float) -> None:
        self.ahead += timedelta(**span)


clock = Clock()


def install() -> None:
    """Let everything in this process that asks Django for the time ask this clock."""
    timezone.now = clock
