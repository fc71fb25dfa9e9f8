"""Disputes: opened and decided on demand, answered with evidence in between, each step told by a signed webhook.

As Braintree documents it: evidence is taken while a dispute is open, finalizing hands it to the bank, accepting gives
in. Assumed: a document is known by its first bytes, and evidence without a text has an address in its place. Nobody
here wins or loses by time.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.payments.simulator import replies, webhooks, wire
from portal.payments.simulator.faults import Fault, FaultBook
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.postman import Postman
from portal.payments.simulator.records import Record, moment, money, new_id
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

STATUSES = ("open", "disputed", "under_review", "won", "lost", "accepted", "auto_accepted", "expired")
KINDS = ("chargeback", "pre_arbitration", "retrieval")
TO_ANSWER = timedelta(days=10)
DOCUMENTS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")
ONE = re.compile(r"/disputes/(?P<id>\w+)(?:/(?P<act>evidence|finalize|accept))?")
SEARCH = re.compile(r"/disputes/advanced_search(?:\?page=\d+)?")

Params = dict[str, Any]
Act = Callable[[], Reply]


class Disputes:
    """What the API answers about disputes, and what the control may do with them. `clock` gives UTC seconds."""

    def __init__(
        self,
        store: Store,
        postman: Postman,
        *,
        merchants: Mapping[str, Merchant],
        faults: FaultBook,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._postman = postman
        self._merchants = merchants
        self._faults = faults
        self._clock = clock

    # --- What the control does

    def open(
        self,
        *,
        merchant_id: str,
        transaction_id: str,
        kind: str = "chargeback",
        reason: str = "fraud",
        amount: str = "",
    ) -> Params:
        """Let a payer dispute a transaction. Raises KeyError or ValueError for what does not exist."""
        record = self._store.transaction(self._merchants[merchant_id].id, transaction_id)
        if record is None or kind not in KINDS:
            raise ValueError("no such transaction, or no such kind")
        now = self._clock()
        dispute = {
            "id": new_id(),
            "merchant_id": merchant_id,
            "transaction_id": record.id,
            "amount": money(Decimal(amount or record.amount)),
            "won": "0.00",
            "kind": kind,
            "reason": reason,
            "status": "",
            "opened_at": now,
            "evidence": [],
            "history": [],
        }
        return self._moved(dispute, "open")

    def decide(self, *, dispute_id: str, status: str) -> Params:
        """Let a bank decide a dispute, or let its time run out. Raises ValueError for what does not exist."""
        found = next((each for each in self.all() if each["id"] == dispute_id), None)
        if found is None or status not in STATUSES[2:]:
            raise ValueError("no such dispute, or no such status")
        return self._moved({**found, "won": found["amount"] if status == "won" else "0.00"}, status)

    def all(self) -> list[Params]:
        """All disputes, the oldest first, for inspection."""
        return [json.loads(row["dispute"]) for row in self._store.rows("SELECT dispute FROM disputes ORDER BY number")]

    # --- What the API answers

    def act(self, merchant: Merchant, method: str, path: str, body: bytes) -> Act | None:
        """What a request about disputes will do; None where it is about something else."""
        if method == "POST" and path == "/document_uploads":
            return lambda: self._store_document(body)
        if method == "POST" and SEARCH.fullmatch(path):
            return lambda: self._found(merchant, wire.read(body).get("search") or {})
        match = ONE.fullmatch(path)
        if match is None:
            return None
        dispute = self._of(merchant, match["id"])
        if dispute is None:
            return lambda: Reply(status=404)
        if method == "GET":
            return lambda: replies.xml("dispute", self._as_xml(dispute))
        acts = {"evidence": self._add_evidence, "finalize": self._finalize, "accept": self._accept}
        return lambda: acts[match["act"]](dispute, wire.read(body).get("evidence") or {})

    def fault(self, merchant: Merchant, path: str) -> Fault | None:
        """The fault that hits this request, counted down."""
        match = ONE.fullmatch(path)
        dispute = self._of(merchant, match["id"]) if match and match["act"] == "finalize" else None
        record = self._record(dispute) if dispute else None
        return self._faults.take("finalize", record.order_id) if record else None

    def _of(self, merchant: Merchant, number: str) -> Params | None:
        return next((each for each in self.all() if (each["id"], each["merchant_id"]) == (number, merchant.id)), None)

    def _record(self, dispute: Params) -> Record | None:
        return self._store.transaction(dispute["merchant_id"], dispute["transaction_id"])

    def _store_document(self, body: bytes) -> Reply:
        """Take a form in parts, of which only the file's first bytes matter here."""
        if not any(sign in body for sign in DOCUMENTS):
            return replies.refused("84903", "file")
        return replies.xml("document_upload", {"id": new_id(), "kind": "evidence_document"}, status=201)

    def _found(self, merchant: Merchant, params: Params) -> Reply:
        since = (params.get("received_date") or {}).get("min", "")
        ours = [each for each in self.all() if each["merchant_id"] == merchant.id]
        found = [self._as_xml(each) for each in ours if _day(each["opened_at"]).isoformat() >= since]
        head = {"current_page_number": 1, "page_size": 50, "total_items": len(found)}
        return replies.xml("disputes", wire.Items("dispute", found, "collection", head))

    def _add_evidence(self, dispute: Params, evidence: Params) -> Reply:
        if dispute["status"] != "open":
            return replies.refused("95701")
        document = evidence.get("document_upload_id") or ""
        address = f"https://example.org/documents/{document}" if document else None
        added = {"id": new_id(), "comment": evidence.get("comments") or None, "url": address, "at": self._clock()}
        self._save({**dispute, "evidence": [*dispute["evidence"], added]})
        return replies.xml("evidence", _evidence_xml(added), status=201)

    def _finalize(self, dispute: Params, _evidence: Params) -> Reply:
        if dispute["status"] != "open":
            return replies.refused("95705")
        self._moved(dispute, "disputed")
        return Reply(status=200)

    def _accept(self, dispute: Params, _evidence: Params) -> Reply:
        if dispute["status"] != "open":
            return replies.refused("95704")
        self._moved(dispute, "accepted")
        return Reply(status=200)

    def _moved(self, dispute: Params, status: str) -> Params:
        step = {"status": status, "at": self._clock()}
        moved = {**dispute, "status": status, "history": [*dispute["history"], step]}
        record = self._record(moved)
        with self._store.act():
            self._save(moved)
            if record:
                kind = "dispute_opened" if status == "open" else f"dispute_{status}"
                merchant = self._merchants[moved["merchant_id"]]
                dispute = self._as_xml(moved)
                webhooks.post(self._postman, merchant, kind, record, now=self._clock(), dispute=dispute)
        return moved

    def _save(self, dispute: Params) -> None:
        self._store.run(
            "INSERT INTO disputes (id, merchant_id, dispute) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET dispute = excluded.dispute",
            dispute["id"],
            dispute["merchant_id"],
            json.dumps(dispute),
        )

    def _as_xml(self, dispute: Params) -> Params:
        record = self._record(dispute)
        return {
            "id": dispute["id"],
            "amount": dispute["amount"],
            "amount_disputed": dispute["amount"],
            "amount_won": dispute["won"],
            "currency_iso_code": record.currency if record else "",
            "kind": dispute["kind"],
            "reason": dispute["reason"],
            "status": dispute["status"],
            "merchant_account_id": record.account if record else "",
            "received_date": _day(dispute["opened_at"]),
            "reply_by_date": _day(dispute["opened_at"]) + TO_ANSWER,
            "created_at": moment(dispute["opened_at"]),
            "evidence": wire.Items("evidence", [_evidence_xml(each) for each in dispute["evidence"]]),
            "status_history": wire.Items(
                "status_history", [{"status": e["status"], "timestamp": moment(e["at"])} for e in dispute["history"]]
            ),
            "transaction": {
                "id": dispute["transaction_id"],
                "amount": record.amount if record else "",
                "order_id": (record.order_id if record else "") or None,
            },
        }


def _evidence_xml(evidence: Params) -> Params:
    return {
        "id": evidence["id"],
        "comment": evidence["comment"],
        "url": evidence["url"],
        "created_at": moment(evidence["at"]),
    }


def _day(seconds: float) -> Any:
    return datetime.fromtimestamp(seconds, UTC).date()
