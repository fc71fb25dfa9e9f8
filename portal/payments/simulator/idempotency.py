"""At most once: what happens when a request comes again under the same `api_request_key`.

As far as Braintree documents it: the same key with the same request answers with the first transaction as it stands
now, and with another request 915232. Assumed: a key whose first request ended in a validation error gives 915234, and
a declined sale is answered as the same decline again.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from portal.payments.simulator import replies
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store

LONGEST_KEY = 255


def once(
    store: Store, merchant: Merchant, params: dict[str, Any], what: tuple[str, ...], act: Callable[[], Reply]
) -> Reply:
    """Act, unless a request with the same key has acted before. `what` names the operation and its transaction."""
    key = params.get("api_request_key") or ""
    if len(key) > LONGEST_KEY:
        return replies.refused("915230", "api_request_key")
    if key and not merchant.request_keys:
        return replies.refused("915231", "api_request_key")
    with store.act():
        return _under_key(store, merchant, key, _fingerprint(what, params), act) if key else act()


def _under_key(store: Store, merchant: Merchant, key: str, fingerprint: str, act: Callable[[], Reply]) -> Reply:
    known = store.rows("SELECT * FROM request_keys WHERE merchant_id = ? AND key = ?", merchant.id, key)
    if not known:
        reply = act()
        store.run("INSERT INTO request_keys VALUES (?, ?, ?, ?)", merchant.id, key, fingerprint, reply.transaction_id)
        return reply
    if known[0]["fingerprint"] != fingerprint:
        return replies.refused("915232", "api_request_key")
    record = store.transaction(merchant.id, known[0]["transaction_id"])
    return replies.transaction(record) if record else replies.refused("915234", "api_request_key")


def _fingerprint(what: tuple[str, ...], params: dict[str, Any]) -> str:
    request = {name: value for name, value in params.items() if name != "api_request_key"}
    return hashlib.sha256(json.dumps([what, request], sort_keys=True).encode()).hexdigest()
