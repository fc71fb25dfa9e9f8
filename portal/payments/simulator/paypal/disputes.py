"""Disputes: a payer complains of a capture, the merchant shows evidence or gives in, and somebody wins.

Opened, and decided on demand, through the control endpoint, since no payer here would. Evidence that says `LOSE` loses,
any other wins. As PayPal documents it: evidence comes as a form in parts, and only while PayPal waits for it, which it
does not in an inquiry; a claim that is accepted is decided for the payer. Assumed: a document is known by its first
bytes, an inquiry is OPEN, and what is refused is refused under the names used here.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from email.message import Message
from email.parser import BytesParser
from json import loads
from typing import Any

from portal.payments.simulator.paypal.papers import Archive, Paper, new_id
from portal.payments.simulator.paypal.refusals import refused
from portal.payments.simulator.replies import Reply

REASONS = ("UNAUTHORISED", "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED")
STAGES = ("INQUIRY", "CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION")
WAITING = "WAITING_FOR_SELLER_RESPONSE"
STATUSES = ("OPEN", WAITING, "WAITING_FOR_BUYER_RESPONSE", "UNDER_REVIEW", "OTHER")
FAVOURS = ("RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR")
OUTCOMES = (*FAVOURS, "RESOLVED_WITH_PAYOUT", "CANCELED_BY_BUYER", "ACCEPTED", "DENIED", "NONE")
DOCUMENTS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
LONGEST_NOTES = 2000


class Disputes:
    def __init__(self, archive: Archive, *, clock: Callable[[], float], settle_seconds: float) -> None:
        self._archive = archive
        self._clock = clock
        self._settle_seconds = settle_seconds

    def open(self, capture: Paper, reason: str, *, stage: str = "CHARGEBACK", amount: str = "") -> Paper:
        """Raises ValueError for what payers cannot have."""
        if reason not in REASONS or stage not in STAGES:
            raise ValueError(f"a reason is one of {', '.join(REASONS)}, and a stage one of {', '.join(STAGES)}")
        if not 0 < Decimal(amount or capture.amount) <= Decimal(capture.amount):
            raise ValueError("an amount is at most what was taken")
        now = self._clock()
        dispute = replace(
            capture,
            id=f"PP-D-{new_id()[:6]}",
            kind="dispute",
            parent_id=capture.id,
            amount=amount or capture.amount,
            created_at=now,
            updated_at=now,
            reason=reason,
            extra={"stage": stage},
            history=[],
        )
        return self._archive.save(dispute.moved("OPEN" if stage == "INQUIRY" else WAITING, now=now))

    def provide_evidence(self, dispute: Paper, evidences: list[Any]) -> Paper | Reply:
        """Take what the merchant has to show; PayPal looks at it, and decides in its time."""
        if dispute.status != WAITING:
            return refused("CANNOT_PROVIDE_EVIDENCE")
        if not evidences:
            return refused("MISSING_REQUIRED_PARAMETER", status=400)
        if any(len(each.get("notes") or "") > LONGEST_NOTES for each in evidences):
            return refused("INVALID_STRING_LENGTH", status=400)
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
        return self._resolved(dispute, FAVOURS[0])

    def decide(self, dispute: Paper) -> Paper:
        """PayPal has looked at the evidence."""
        notes = " ".join(str(each) for each in dispute.extra.get("evidences", []))
        return self._resolved(dispute, FAVOURS["LOSE" not in notes])

    def move(self, dispute: Paper, outcome: str, *, refunded: str = "") -> Paper:
        """Let it come to an outcome, or to a status in which it is not decided. Raises ValueError for others."""
        if outcome in STATUSES:
            return self._archive.save(dispute.moved(outcome, now=self._clock(), settle_at=None))
        if outcome not in OUTCOMES:
            raise ValueError(f"an outcome is one of {', '.join((*OUTCOMES, *STATUSES))}")
        return self._resolved(dispute, outcome, refunded=refunded)

    def _resolved(self, dispute: Paper, outcome: str, *, refunded: str = "") -> Paper:
        extra: Mapping[str, Any] = {**dispute.extra, "outcome": outcome, "refunded": refunded}
        return self._archive.save(dispute.moved("RESOLVED", now=self._clock(), extra=extra, settle_at=None))


def evidences_in(body: bytes, content_type: str) -> list[dict[str, Any]] | Reply:
    """The evidence of a form in parts: what its `input` says, with the names of the files beside it."""
    if not content_type.startswith("multipart/form-data"):
        return refused("UNSUPPORTED_MEDIA_TYPE", status=415)
    form = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = {str(each.get_param("name", header="content-disposition")): each for each in _parts(form)}
    try:
        said = loads(_content(parts.pop("input")))
        evidences = [dict(each) for each in said["evidences"]]
    except (KeyError, TypeError, ValueError):
        return refused("MISSING_REQUIRED_PARAMETER", status=400)
    if any(not _content(each).startswith(DOCUMENTS) for each in parts.values()):
        return refused("INVALID_FILE_TYPE", status=400)
    if evidences and parts:
        evidences[0]["documents"] = [{"name": each.get_filename()} for each in parts.values()]
    return evidences


def _parts(form: Message) -> list[Message]:
    return [each for each in form.walk() if not each.is_multipart()]


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
