"""Disputes: a payer complains of a capture, the merchant shows evidence or gives in, and somebody wins.

Opened through the control endpoint, since no payer here would. Evidence that says `LOSE` loses, any other wins.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from portal.payments.simulator.paypal.papers import Archive, Paper, new_id
from portal.payments.simulator.paypal.refusals import refused
from portal.payments.simulator.replies import Reply

REASONS = ("UNAUTHORISED", "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED")


class Disputes:
    def __init__(self, archive: Archive, *, clock: Callable[[], float], settle_seconds: float) -> None:
        self._archive = archive
        self._clock = clock
        self._settle_seconds = settle_seconds

    def open(self, capture: Paper, reason: str) -> Paper:
        """Raises ValueError for a reason that payers cannot have."""
        if reason not in REASONS:
            raise ValueError(f"a reason is one of {', '.join(REASONS)}")
        now = self._clock()
        dispute = replace(
            capture,
            id=f"PP-D-{new_id()[:6]}",
            kind="dispute",
            parent_id=capture.id,
            created_at=now,
            updated_at=now,
            reason=reason,
            extra={},
            history=[],
        )
        return self._archive.save(dispute.moved("WAITING_FOR_SELLER_RESPONSE", now=now))

    def provide_evidence(self, dispute: Paper, evidences: list[Any]) -> Paper | Reply:
        """Take what the merchant has to show; PayPal looks at it, and decides in its time."""
        if dispute.status != "WAITING_FOR_SELLER_RESPONSE":
            return refused("CANNOT_PROVIDE_EVIDENCE")
        if not evidences:
            return refused("MISSING_REQUIRED_PARAMETER", status=400)
        known = [*dispute.extra.get("evidences", []), *evidences]
        return self._archive.save(
            dispute.moved(
                "UNDER_REVIEW",
                now=self._clock(),
                extra={**dispute.extra, "evidences": known},
                settle_at=self._clock() + self._settle_seconds,
            )
        )

    def accept(self, dispute: Paper) -> Paper | Reply:
        """The merchant gives in: the payer has the money back."""
        if dispute.status == "RESOLVED":
            return refused("DISPUTE_ALREADY_RESOLVED")
        return self._resolved(dispute, "RESOLVED_BUYER_FAVOUR")

    def decide(self, dispute: Paper) -> Paper:
        """PayPal has looked at the evidence."""
        notes = " ".join(str(each) for each in dispute.extra.get("evidences", []))
        return self._resolved(dispute, "RESOLVED_BUYER_FAVOUR" if "LOSE" in notes else "RESOLVED_SELLER_FAVOUR")

    def _resolved(self, dispute: Paper, outcome: str) -> Paper:
        extra: Mapping[str, Any] = {**dispute.extra, "outcome": outcome}
        return self._archive.save(dispute.moved("RESOLVED", now=self._clock(), extra=extra, settle_at=None))
