"""Disputes at PayPal: read, answered with evidence, and given in to, for one provider's account."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from portal.payments.gateway import MISUSE, NOT_FOUND, DisputeFacts, DisputeStatus, EvidenceFile, Outcome, OutcomeKind
from portal.payments.paypal import disputes
from portal.payments.paypal.client import PayPalClient
from portal.payments.paypal.requests import is_number

CAPTURES = "/v2/payments/captures"
DISPUTES = "/v1/customer/disputes"
MOST_PAGES = 40  # of fifty disputes each
REACHES_BACK = timedelta(days=179)  # PayPal lists no more than 180 days
Json = Mapping[str, Any]
GIVES_IN = {"note": "The payment is given back.", "accept_claim_type": "REFUND"}


def at(client: PayPalClient, address: str, number: str) -> Json | Outcome:
    """Return what PayPal has of a number at one of its addresses. What cannot be a number of its own is not asked."""
    if not is_number(number):
        text = "PayPal gives no such number"
        return Outcome(kind=OutcomeKind.UNKNOWN, code=MISUSE, text=text, is_our_fault=True)
    return client.get(f"{address}/{number}")


class PayPalDisputes:
    """`DisputeGateway` for one provider's PayPal account."""

    _client: PayPalClient
    _clock: Callable[[], datetime]

    def dispute(self, dispute_id: str) -> DisputeFacts | Outcome:
        found = at(self._client, DISPUTES, dispute_id)
        if isinstance(found, Outcome):
            return found
        facts = disputes.facts(found)
        if isinstance(facts, Outcome) or facts.reference or not is_number(facts.gateway_id):
            return facts
        capture = self._client.get(f"{CAPTURES}/{facts.gateway_id}")
        if isinstance(capture, Outcome):
            return facts if capture.code == NOT_FOUND else capture
        return replace(facts, reference=str(capture.get("custom_id") or ""))

    def disputes(self, *, since: date) -> list[DisputeFacts] | Outcome:
        after = max(datetime.combine(since, time(), tzinfo=UTC), self._clock() - REACHES_BACK)
        query = urlencode({"update_time_after": f"{after:%Y-%m-%dT%H:%M:%SZ}", "page_size": 50})
        found: list[DisputeFacts] = []
        for _page in range(MOST_PAGES):
            page = self._client.get(f"{DISPUTES}?{query}")
            if isinstance(page, Outcome):
                return page
            for number in disputes.numbers(page):
                facts = self.dispute(number)
                if not isinstance(facts, Outcome):
                    found.append(facts)
                elif facts.code not in (disputes.UNKNOWN_STATUS, NOT_FOUND):
                    return facts
            if not (query := disputes.next_page(page)):
                break
        return found

    def send_evidence(self, dispute_id: str, *, texts: Sequence[str], files: Sequence[EvidenceFile] = ()) -> Outcome:
        form = disputes.evidence(texts, files)
        return self._answered(
            dispute_id,
            DisputeStatus.ANSWERED,
            lambda address: self._client.upload(f"{address}/provide-evidence", form),
        )

    def accept(self, dispute_id: str) -> Outcome:
        return self._answered(
            dispute_id, DisputeStatus.LOST, lambda address: self._client.post(f"{address}/accept-claim", GIVES_IN)
        )

    def _answered(self, dispute_id: str, goal: DisputeStatus, act: Callable[[str], Json | Outcome]) -> Outcome:
        """Do what brings an open dispute to a goal. What stands there already is not done again."""
        found = self.dispute(dispute_id)
        refusal: Outcome | None = None
        if isinstance(found, DisputeFacts) and found.status is DisputeStatus.OPEN:
            done = act(f"{DISPUTES}/{dispute_id}")
            if not isinstance(done, Outcome):
                return Outcome(kind=OutcomeKind.APPROVED, gateway_id=dispute_id)
            if done.kind is OutcomeKind.UNKNOWN:
                return done
            found, refusal = self.dispute(dispute_id), done
        if isinstance(found, Outcome):
            return found
        if found.status is goal:
            return Outcome(kind=OutcomeKind.APPROVED, gateway_id=dispute_id)
        return refusal or Outcome(kind=OutcomeKind.DECLINED, code=found.status, gateway_id=dispute_id)
