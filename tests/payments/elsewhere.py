"""A gateway on whose own pages purchasers agree to payments, which remembers all that it was asked."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.payments.gateway import (
    AGREED_BY_PURCHASER,
    WAITS_FOR_PURCHASER,
    Outcome,
    OutcomeKind,
    Redirect,
    Standing,
)


@dataclass
class Elsewhere:
    """A `RedirectGateway` in memory. `agreed` holds the numbers of what purchasers have agreed to."""

    currencies: frozenset[str] = frozenset({"EUR", "USD"})
    pages: tuple[str, ...] = ("https://elsewhere.example",)
    refusal: Outcome | None = None
    agreed: set[str] = field(default_factory=set)
    standing: dict[str, Standing] = field(default_factory=dict)
    started: list[dict[str, Any]] = field(default_factory=list)

    def start(self, *, key: str, **asked: Any) -> Redirect | Outcome:
        self.started.append({"key": key, **asked})
        return self.refusal or Redirect(url=f"https://elsewhere.example/{key}", gateway_id=f"E-{key}")

    def authorise(self, *, key: str, gateway_id: str, amount: Decimal, currency: str) -> Outcome:
        if gateway_id in self.agreed:
            self.standing.setdefault(key, Standing.AUTHORISED)
        return self._answer(key, gateway_id, goal=Standing.AUTHORISED)

    def capture(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        self.standing[key] = Standing.CAPTURED
        return self._answer(key, gateway_id, goal=Standing.CAPTURED)

    def void(self, *, key: str, gateway_id: str) -> Outcome:
        self.standing[key] = Standing.RELEASED
        return self._answer(key, gateway_id, goal=Standing.RELEASED)

    def renew(self, *, key: str, gateway_id: str, amount: Decimal, currency: str) -> Outcome:
        return self._answer(key, gateway_id, goal=Standing.AUTHORISED)

    def refund(self, *, key: str, gateway_id: str, amount: Decimal) -> Outcome:
        self.standing[key] = Standing.REFUNDED
        return self._answer(key, gateway_id, goal=Standing.REFUNDED)

    def find(self, *, key: str, gateway_id: str = "", amount: Decimal | None = None, currency: str = "") -> Outcome:
        return self._answer(key, gateway_id, goal=self.standing.get(key, Standing.AUTHORISED))

    def find_refund(
        self, *, key: str, gateway_id: str, amount: Decimal | None = None, currency: str = ""
    ) -> Outcome | None:
        return self._answer(key, gateway_id, goal=Standing.REFUNDED) if key in self.standing else None

    def _answer(self, key: str, gateway_id: str, *, goal: Standing) -> Outcome:
        standing = self.standing.get(key)
        if standing is None:
            code = AGREED_BY_PURCHASER if gateway_id in self.agreed else WAITS_FOR_PURCHASER
            return Outcome(kind=OutcomeKind.PENDING, standing=Standing.PENDING, gateway_id=gateway_id, code=code)
        kind = OutcomeKind.APPROVED if standing is goal else OutcomeKind.DECLINED
        return Outcome(kind=kind, standing=standing, gateway_id=f"A-{key}", reference=key)
