"""At most once: what happens when a request comes again under the same `PayPal-Request-Id`.

Documented: the same id answers with the first request's result as it stands now; orders keep ids for 6 hours, payments
for 45 days; a request without one is simply done again. Assumed: an id that was used for another request is refused
(`DUPLICATE_REQUEST_ID`), and one whose request was refused is free again.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from portal.payments.simulator.paypal.papers import Archive, Paper
from portal.payments.simulator.paypal.refusals import refused
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

HOUR = 3600.0
KEPT = {"order": 6 * HOUR, "authorize": 6 * HOUR}
KEPT_OF_PAYMENTS = 45 * 24 * HOUR
LONGEST = 108

Act = Callable[[], Paper | Reply]
Show = Callable[[Paper], Reply]


class Requests:
    """The ids under which something was done."""

    def __init__(self, store: Store, archive: Archive, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._archive = archive
        self._clock = clock

    def once(self, business_id: str, operation: str, key: str, what: Any, act: Act, show: Show) -> Reply:
        """Act, unless a request with the same id has acted before, and show what came of it."""
        if len(key) > LONGEST:
            return refused("INVALID_STRING_LENGTH", status=400)
        with self._store.act():
            known = self._known(business_id, operation, key) if key else None
            fingerprint = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
            if known is not None:
                if known["fingerprint"] != fingerprint:
                    return refused("DUPLICATE_REQUEST_ID")
                return show(self._archive.by_id(known["paper_id"]))
            done = act()
            if isinstance(done, Reply):
                return done
            if key:
                self._store.run(
                    "INSERT OR REPLACE INTO paper_requests VALUES (?, ?, ?, ?, ?, ?)",
                    *(business_id, operation, key, fingerprint, done.id, self._clock()),
                )
            return show(done)

    def _known(self, business_id: str, operation: str, key: str) -> dict[str, Any] | None:
        since = self._clock() - KEPT.get(operation, KEPT_OF_PAYMENTS)
        found = self._store.rows(
            "SELECT * FROM paper_requests WHERE business_id = ? AND operation = ? AND key = ? AND at > ?",
            *(business_id, operation, key, since),
        )
        return found[0] if found else None
