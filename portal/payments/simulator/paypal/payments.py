"""What can be done with an authorisation and a capture: take, release, renew, give back."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.orders import wrong_with
from portal.payments.simulator.paypal.papers import Archive, Paper, new_id
from portal.payments.simulator.paypal.refusals import refused
from portal.payments.simulator.paypal.shapes import EXPIRES, HONOURED
from portal.payments.simulator.replies import Reply

TAKEN = ("COMPLETED", "PENDING", "PARTIALLY_REFUNDED", "REFUNDED")
REFUNDABLE = ("COMPLETED", "PARTIALLY_REFUNDED")

Body = dict[str, Any]


class Payments:
    """Answers with the paper that came of it, or with a refusal."""

    def __init__(self, archive: Archive, *, clock: Callable[[], float], settle_seconds: float) -> None:
        self._archive = archive
        self._clock = clock
        self._settle_seconds = settle_seconds

    def capture(self, business: Business, held: Paper, body: Body, *, refusal: str, pending: str) -> Paper | Reply:
        """Take all of an authorisation, once. `refusal` is an issue; DECLINED makes a capture that was declined."""
        if refused_already := self._not_open(held):
            return refused_already
        money = body.get("amount") or {"value": held.amount, "currency_code": held.currency}
        if issue := _differs(money, held, "MAX_CAPTURE_AMOUNT_EXCEEDED"):
            return refused(issue)
        if refusal and refusal != "DECLINED":
            return refused(refusal)
        taken = self._child(held, "capture", money["value"], body)
        if refusal:
            return self._archive.save(taken.moved("DECLINED", now=self._clock()))
        reason = pending
        if business.currencies and held.currency not in business.currencies:
            reason = "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION"
        for each in self._authorizations(held):
            self._archive.save(each.moved("CAPTURED", now=self._clock()))
        return self._archive.save(self._begun(taken, reason))

    def _begun(self, paper: Paper, reason: str) -> Paper:
        now = self._clock()
        if not reason:
            return paper.moved("COMPLETED", now=now)
        return paper.moved("PENDING", now=now, reason=reason, settle_at=now + self._settle_seconds)

    def _authorizations(self, held: Paper) -> list[Paper]:
        return [each for each in self._archive.of_order(held.order_id, "authorization") if each.status == "CREATED"]

    def _not_open(self, held: Paper) -> Reply | None:
        issues = {
            "CAPTURED": "AUTHORIZATION_ALREADY_CAPTURED",
            "VOIDED": "AUTHORIZATION_VOIDED",
            "DENIED": "AUTHORIZATION_DENIED",
            "PENDING": "AUTHORIZATION_PENDING",
        }
        if held.status in issues:
            return refused(issues[held.status])
        return refused("AUTHORIZATION_EXPIRED") if self._clock() > held.extra["authorized_at"] + EXPIRES else None

    def void(self, held: Paper) -> Paper | Reply:
        """Release what is held, with all that renewed it."""
        if held.status in ("VOIDED", "CAPTURED"):
            return refused(f"PREVIOUSLY_{held.status}")
        for each in self._archive.of_order(held.order_id, "authorization"):
            if each.status in ("CREATED", "PENDING"):
                self._archive.save(each.moved("VOIDED", now=self._clock(), reason="", settle_at=None))
        return self._archive.by_id(held.id)

    def reauthorize(self, held: Paper, *, refusal: str) -> Paper | Reply:
        """Renew an authorisation whose three days are over: another, with a number of its own.

        Assumed: the first stays, and whichever of them is captured, both are.
        """
        now = self._clock()
        if refused_already := self._not_open(held):
            return refused_already
        if refusal or now <= held.created_at + HONOURED:
            return refused(refusal or "REAUTHORIZATION_TOO_SOON")
        extra = {**held.extra, "renews": held.id}
        renewed = replace(held, id=new_id(), parent_id=held.id, extra=extra, created_at=now, updated_at=now, history=[])
        return self._archive.save(renewed.moved("CREATED", now=now))

    def refund(self, taken: Paper, body: Body, *, refusal: str) -> Paper | Reply:
        """Give back all or part of a capture."""
        if taken.status not in REFUNDABLE:
            issues = {"REFUNDED": "CAPTURE_FULLY_REFUNDED", "PENDING": "PENDING_CAPTURE"}
            return refused(issues.get(taken.status, "TRANSACTION_REFUSED"))
        back = [each for each in self._archive.of_order(taken.order_id, "refund") if each.status != "FAILED"]
        left = Decimal(taken.amount) - sum((Decimal(each.amount) for each in back), Decimal(0))
        money = body.get("amount") or {"value": str(left), "currency_code": taken.currency}
        if issue := _differs(money, replace(taken, amount=str(left)), "REFUND_AMOUNT_EXCEEDED"):
            return refused(issue)
        if refusal:
            return refused(refusal)
        refund = self._child(taken, "refund", money["value"], body)
        whole = Decimal(money["value"]) == left
        self._archive.save(taken.moved("REFUNDED" if whole else "PARTIALLY_REFUNDED", now=self._clock()))
        return self._archive.save(refund.moved("COMPLETED", now=self._clock()))

    def _child(self, parent: Paper, kind: str, amount: str, body: Body) -> Paper:
        now = self._clock()
        return replace(
            parent,
            id=new_id(),
            kind=kind,
            parent_id=parent.id,
            amount=amount,
            reference=body.get("custom_id") or parent.reference,
            invoice_id=body.get("invoice_id") or parent.invoice_id,
            created_at=now,
            updated_at=now,
            extra={},
            history=[],
        )


def _differs(money: Body, limit: Paper, too_much: str) -> str:
    """The issue of an amount that cannot be taken of, or given back from, what there is."""
    if issue := wrong_with(money.get("value", ""), money.get("currency_code", "")):
        return issue
    if money["currency_code"] != limit.currency:
        return "CURRENCY_MISMATCH"
    return too_much if Decimal(money["value"]) > Decimal(limit.amount) else ""
