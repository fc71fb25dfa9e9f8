"""What the simulated PayPal keeps: orders, authorisations, captures, refunds and disputes, all as one kind of paper."""

import json
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from portal.payments.simulator.store import Store

LETTERS = string.digits + string.ascii_uppercase
# What has not been decided yet: how it ends by itself, and how it ends where it is refused.
ENDS = {"authorization": ("CREATED", "DENIED"), "capture": ("COMPLETED", "DECLINED"), "refund": ("COMPLETED", "FAILED")}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One thing that PayPal gives a number. Amounts are decimal strings, times UTC seconds since 1970.

    `order_id` is the order it belongs to, `parent_id` the paper it came from, `reference` what the merchant calls it
    (`custom_id`). `reason` says why it is PENDING or was refused; `settle_at` is when a PENDING one ends by itself.
    """

    id: str
    business_id: str
    kind: str
    order_id: str
    status: str
    amount: str
    currency: str
    created_at: float
    updated_at: float
    parent_id: str = ""
    reference: str = ""
    invoice_id: str = ""
    reason: str = ""
    settle_at: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    def moved(self, status: str, *, now: float, **changes: Any) -> "Paper":
        """The paper in a new status, with the step added to its history."""
        step = {"status": status, "at": now}
        return replace(self, status=status, updated_at=now, history=[*self.history, step], **changes)

    def as_json(self) -> dict[str, Any]:
        """The truth, for tests and the demo to inspect."""
        return asdict(self)


class Archive:
    """The papers in the store. Every method may be called from any thread. `tell` hears of each that is saved."""

    def __init__(self, store: Store, *, clock: Callable[[], float], tell: Callable[[Paper], None]) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell

    def save(self, paper: Paper) -> Paper:
        self._store.run(
            "INSERT INTO papers (id, business_id, kind, order_id, reference, settle_at, paper) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET settle_at = excluded.settle_at, paper = excluded.paper",
            *(paper.id, paper.business_id, paper.kind, paper.order_id, paper.reference, paper.settle_at),
            json.dumps(asdict(paper)),
        )
        self._tell(paper)
        return paper

    def get(self, business_id: str, kind: str, paper_id: str) -> Paper | None:
        found = self._store.rows(
            "SELECT paper FROM papers WHERE business_id = ? AND kind = ? AND id = ?", business_id, kind, paper_id
        )
        return _paper(found[0]) if found else None

    def find(self, paper_id: str) -> Paper | None:
        found = self._store.rows("SELECT paper FROM papers WHERE id = ?", paper_id)
        return _paper(found[0]) if found else None

    def by_id(self, paper_id: str) -> Paper:
        """A paper known to be there."""
        return _paper(self._store.rows("SELECT paper FROM papers WHERE id = ?", paper_id)[0])

    def order(self, order_id: str) -> Paper | None:
        """An order by its number alone, as payers know it."""
        found = self._store.rows("SELECT paper FROM papers WHERE kind = 'order' AND id = ?", order_id)
        return _paper(found[0]) if found else None

    def of_order(self, order_id: str, *kinds: str) -> list[Paper]:
        """All that belongs to an order, the oldest first."""
        found = self._store.rows("SELECT paper FROM papers WHERE order_id = ? ORDER BY number", order_id)
        return [each for each in map(_paper, found) if not kinds or each.kind in kinds]

    def of_business(self, business_id: str, kind: str) -> list[Paper]:
        found = self._store.rows(
            "SELECT paper FROM papers WHERE business_id = ? AND kind = ? ORDER BY number DESC LIMIT 1000",
            business_id,
            kind,
        )
        return [_paper(each) for each in found]

    def begun(self, business_id: str, since: float, until: float) -> list[Paper]:
        """All that moved money of a business, or held it, begun in a period, the oldest first."""
        rows = self._store.rows(
            "SELECT paper FROM papers WHERE business_id = ? AND kind IN ('authorization', 'capture', 'refund') "
            "AND json_extract(paper, '$.created_at') BETWEEN ? AND ? ORDER BY number",
            *(business_id, since, until),
        )
        return [_paper(each) for each in rows]

    def of_reference(self, reference: str | None) -> list[Paper]:
        """All papers of a reference, the oldest first; without one, the youngest thousand."""
        found = self._store.rows(
            "SELECT number, paper FROM papers WHERE ?1 IS NULL OR reference = ?1 ORDER BY number DESC LIMIT 1000",
            reference,
        )
        return [_paper(each) for each in reversed(found)]

    def due(self) -> list[Paper]:
        """What ends by itself by now, the longest waiting first."""
        rows = self._store.rows("SELECT paper FROM papers WHERE settle_at <= ? ORDER BY settle_at", self._clock())
        return [_paper(each) for each in rows]

    def settle(self, paper: Paper, *, is_refused: bool) -> Paper:
        """Let what was PENDING come to its end."""
        good, bad = ENDS[paper.kind]
        status, reason = (bad, "DECLINED_BY_RISK_FRAUD_FILTERS") if is_refused else (good, "")
        return self.save(paper.moved(status, now=self._clock(), reason=reason, settle_at=None))


def _paper(row: dict[str, Any]) -> Paper:
    return Paper(**json.loads(row["paper"]))


def new_id() -> str:
    """A number in the shape of PayPal's."""
    return "".join(secrets.choice(LETTERS) for _ in range(17))


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
