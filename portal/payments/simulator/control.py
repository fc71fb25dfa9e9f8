"""The control endpoint: for tests, the demo and curious people on this machine, in JSON.

==========================================  ===================================================================
`GET /_simulator/health`                    `{"ok": true}`
`GET /_simulator/transactions?order_id=`    the truth: each transaction with its history, `captures` and `voids`
`GET /_simulator/faults`                    faults that wait
`POST /_simulator/faults`                   add one: operation, kind, and optionally count, seconds, code, order_id
`DELETE /_simulator/faults`                 call all off
`POST /_simulator/nonces`                   `{"card": "fake-valid-visa-nonce"}`: a nonce that can be used once
`GET /_simulator/disputes`                  disputes, each with its evidence and its history
`POST /_simulator/disputes`                 open one: merchant_id, transaction_id, and optionally kind, reason, amount
`POST /_simulator/disputes/decide`          dispute_id, status: won, lost, expired …; each step is told by a webhook
`GET /_simulator/webhooks`                  notifications and how they were received
`POST /_simulator/webhooks`                 merchant_id, kind, transaction_id: a signed notification, to be sent by hand
`GET /_simulator/paypal?reference=`         the truth: orders, authorisations, captures, refunds and disputes
`POST /_simulator/paypal/approvals`         order_id, choice: what the payer decides, without the page
`POST /_simulator/paypal/disputes`          capture_id, reason, and optionally stage, amount: the payer complains
`POST /_simulator/paypal/disputes/decide`   dispute_id, outcome (or a status), and optionally refunded: it goes on
`POST /_simulator/paypal/webhooks`          business_id, kind, paper_id: a signed notification, to be sent by hand
==========================================  ===================================================================

Only the machine itself is answered, and only under a local name with JSON, so that no page in a browser can use it.
"""

import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from portal.payments.simulator import replies, webhooks
from portal.payments.simulator.disputes import Disputes
from portal.payments.simulator.faults import FaultBook
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.paypal.stand_in import PayPalStandIn
from portal.payments.simulator.postman import Postman
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.sales import Sales
from portal.payments.simulator.store import Store

PREFIX = "/_simulator/"


class Control:
    def __init__(
        self,
        *,
        merchants: Mapping[str, Merchant],
        store: Store,
        faults: FaultBook,
        sales: Sales,
        postman: Postman,
        paypal: PayPalStandIn,
        disputes: Disputes,
        clock: Callable[[], float],
    ) -> None:
        self._merchants = merchants
        self._store = store
        self._faults = faults
        self._sales = sales
        self._postman = postman
        self._paypal = paypal
        self._disputes = disputes
        self._clock = clock

    def answer(self, method: str, address: str, body: bytes) -> Reply:
        """Answer a request that `is_from_here`."""
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        name = f"{method} {parts.path.removeprefix(PREFIX)}"
        try:
            return self._answer(name, query, json.loads(body) if body else {})
        except (KeyError, TypeError, ValueError) as error:
            return replies.as_json({"error": str(error)}, status=400)

    def _answer(self, name: str, query: dict[str, str], data: dict[str, Any]) -> Reply:
        match name:
            case "GET health":
                return replies.as_json({"ok": True})
            case "GET transactions":
                found = self._store.transactions(order_id=query.get("order_id"))
                return replies.as_json([each.as_json() for each in found])
            case "GET faults":
                return replies.as_json([each.as_json() for each in self._faults.waiting()])
            case "POST faults":
                return replies.as_json({"id": self._faults.add(**data)}, status=201)
            case "DELETE faults":
                return replies.as_json({"cleared": self._faults.clear()})
            case "POST nonces":
                return replies.as_json({"nonce": self._sales.mint(data["card"])}, status=201)
            case "GET disputes" | "POST disputes" | "POST disputes/decide":
                return self._disputed(name, data)
            case "GET webhooks":
                return replies.as_json(self._postman.deliveries())
            case "POST webhooks":
                return replies.as_json(self._composed(data), status=201)
        return self._answer_paypal(name, query, data)

    def _answer_paypal(self, name: str, query: dict[str, str], data: dict[str, Any]) -> Reply:
        match name:
            case "GET paypal":
                return replies.as_json(self._paypal.papers(query.get("reference")))
            case "POST paypal/approvals":
                self._paypal.approve(**data)
                return replies.as_json({"ok": True}, status=201)
            case "POST paypal/disputes":
                return replies.as_json(self._paypal.dispute(**data), status=201)
            case "POST paypal/disputes/decide":
                return replies.as_json(self._paypal.decide(**data))
            case "POST paypal/webhooks":
                return replies.as_json(self._paypal.composed(**data), status=201)
        return replies.as_json({"error": "no such address"}, status=404)

    def _disputed(self, name: str, data: dict[str, Any]) -> Reply:
        if name == "GET disputes":
            return replies.as_json(self._disputes.all())
        if name == "POST disputes":
            return replies.as_json(self._disputes.open(**data), status=201)
        return replies.as_json(self._disputes.decide(**data))

    def _composed(self, data: dict[str, Any]) -> dict[str, str]:
        merchant = self._merchants[data["merchant_id"]]
        record = None
        if transaction_id := data.get("transaction_id"):
            record = self._store.transaction(merchant.id, transaction_id)
            if record is None:
                raise ValueError("no such transaction")
        signature, payload = webhooks.compose(merchant, data["kind"], record, now=self._clock())
        return {"bt_signature": signature, "bt_payload": payload}


def is_from_here(client: str, method: str, host: str, content_type: str) -> bool:
    """Whether a request comes from this machine and cannot have been forged by a page in a browser."""
    local = ipaddress.ip_address(client).is_loopback
    named = urlsplit(f"//{host}").hostname in ("localhost", "127.0.0.1", "::1")
    plain = method != "POST" or content_type.partition(";")[0].strip() == "application/json"
    return local and named and plain
