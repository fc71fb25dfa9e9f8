"""A registry that can be told to misbehave, at the connector's seam. Behind it works the embedded one."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from portal.registry.connectors import Holding, LedgerConnector, Receipt, Refusal, Unknown
from portal.registry.serials import SerialBlock

LOST = "lost"  # it acts, and its answer is lost
DOWN = "down"  # it cannot be reached, and does nothing
REFUSES = "refuses"  # it will not do it, ever
BREAKS = "breaks"  # what comes back makes no sense to anybody
WRONG = "wrong"  # it cancels one unit too few

NO = Refusal("account_frozen", "The account is frozen.")


class MoodyRegistry(LedgerConnector):
    """The embedded registry in a mood: `moods` for the next cancellations, `lookup_moods` for the next look-ups.

    `asked` and `looked_up` hold the references in the order they came. `when_asked` is called before each cancellation.
    """

    def __init__(self) -> None:
        self.moods: deque[str] = deque()
        self.lookup_moods: deque[str] = deque()
        self.is_silent = False  # of what lies in accounts
        self.asked: list[str] = []
        self.looked_up: list[str] = []
        self.when_asked: Callable[[str], object] = lambda reference: None

    def cancel(
        self, *, reference: str, issuance: SerialBlock, quantity: int, now: datetime, **facts: Any
    ) -> Receipt | Refusal | Unknown:
        self.asked.append(reference)
        self.when_asked(reference)
        mood = self.moods.popleft() if self.moods else ""
        if mood == DOWN:
            return Unknown("connection refused")
        if mood == REFUSES:
            return NO
        taken = quantity - 1 if mood == WRONG else quantity
        answer = super().cancel(reference=reference, issuance=issuance, quantity=taken, now=now, **facts)
        if mood == BREAKS:
            raise RuntimeError("no such answer was foreseen")
        return Unknown("the answer was lost") if mood == LOST else answer

    def lookup(self, *, reference: str) -> Receipt | Refusal | Unknown | None:
        self.looked_up.append(reference)
        mood = self.lookup_moods.popleft() if self.lookup_moods else ""
        return Unknown("connection refused") if mood == DOWN else super().lookup(reference=reference)

    def holdings(self, *, account: str) -> tuple[Holding, ...] | Unknown:
        return Unknown("connection refused") if self.is_silent else super().holdings(account=account)
