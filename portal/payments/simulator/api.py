"""The part of Braintree's API that the portal uses: addresses, faults, and which operation answers.

A fault is taken before its operation acts, once per call. Of a search, the first step (the ids) is what can fail.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from portal.payments.simulator import replies, wire
from portal.payments.simulator.disputes import Disputes
from portal.payments.simulator.faults import Fault, FaultBook, answer_with
from portal.payments.simulator.idempotency import once
from portal.payments.simulator.merchants import Merchant
from portal.payments.simulator.moves import FORCED, Moves
from portal.payments.simulator.records import Record
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.sales import Sales
from portal.payments.simulator.store import Store

ROUTES = (
    ("POST", re.compile(r"/transactions"), "sale"),
    ("POST", re.compile(r"/transactions/advanced_search_ids"), "search"),
    ("POST", re.compile(r"/transactions/advanced_search"), "fetch"),
    ("GET", re.compile(r"/transactions/(?P<id>\w+)"), "find"),
    ("PUT", re.compile(r"/transactions/(?P<id>\w+)/submit_for_settlement"), "submit"),
    ("PUT", re.compile(r"/transactions/(?P<id>\w+)/void"), "void"),
    ("POST", re.compile(r"/transactions/(?P<id>\w+)/refund"), "refund"),
    ("POST", re.compile(r"/transactions/(?P<id>\w+)/reverse"), "reverse"),
    ("PUT", re.compile(rf"/transactions/(?P<id>\w+)/(?P<force>{'|'.join(FORCED)})"), "force"),
    ("POST", re.compile(r"/client_token"), "client_token"),
)
SEARCHABLE = frozenset({"order_id", "id", "ids", "type", "status", "merchant_account_id", "created_at"})
PAGE_SIZE = 50

Params = dict[str, Any]
Act = Callable[[], Reply]


class Api:
    """Answers one request of one merchant. `wait` pauses for seconds; `address` is where the simulator can be reached.

    An answer of None means: cut the connection.
    """

    def __init__(
        self,
        *,
        store: Store,
        faults: FaultBook,
        sales: Sales,
        moves: Moves,
        disputes: Disputes,
        wait: Callable[[float], object],
        address: Callable[[], str],
    ) -> None:
        self._store = store
        self._faults = faults
        self._sales = sales
        self._moves = moves
        self._disputes = disputes
        self._wait = wait
        self._address = address

    def answer(self, merchant: Merchant, method: str, path: str, body: bytes) -> Reply | None:
        """What Braintree would answer below `/merchants/<id>`. Raises wire.DocumentError."""
        if (of_dispute := self._disputes.act(merchant, method, path, body)) is not None:
            fault = self._disputes.fault(merchant, path)
            is_refused = fault is not None and fault.kind == "decline"
            act = partial(replies.refused, fault.code) if fault and is_refused else of_dispute
            return answer_with(fault, act, self._wait)
        for verb, pattern, operation in ROUTES:
            match = pattern.fullmatch(path)
            if match and verb == method:
                return self._operate(merchant, operation, match.groupdict(), wire.read(body))
        return Reply(status=404)

    def _operate(self, merchant: Merchant, operation: str, parts: dict[str, str], document: Params) -> Reply | None:
        root: Any = next(iter(document.values()), {})
        params: Params = root if isinstance(root, dict) else {}
        record = self._store.transaction(merchant.id, parts["id"]) if "id" in parts else None
        if "id" in parts and record is None:
            return Reply(status=404)
        if operation == "sale":
            order_id = params.get("order_id", "")
            self._faults.plant(params.get("payment_method_nonce", ""), order_id)
        else:
            order_id = record.order_id if record else _text(params.get("order_id"))
        fault = self._faults.take(operation, order_id)
        act = self._action(merchant, operation, record, params, parts.get("force", ""), fault)
        return answer_with(fault, act, self._wait)

    def _action(
        self, merchant: Merchant, operation: str, record: Record | None, params: Params, force: str, fault: Fault | None
    ) -> Act:
        """What the operation will do once the fault lets it."""
        refusal = fault.code if fault and fault.kind == "decline" else ""
        is_processors = operation == "sale" and len(refusal) == 4
        if refusal and not is_processors:
            return lambda: replies.refused(refusal)
        if fault and fault.kind == "miss":
            return lambda: self._search(merchant, {"ids": []})
        if operation == "sale":
            return self._once(merchant, params, ("sale",), lambda: self._sales.sell(merchant, params, forced=refusal))
        if record is None:
            reads = {"search": self._search, "fetch": self._fetch, "client_token": self._client_token}
            return lambda: reads[operation](merchant, params)
        if operation == "find":
            return lambda: replies.transaction_found(record)
        return self._once(
            merchant, params, (operation, record.id), lambda: self._move(operation, record, params, force)
        )

    def _once(self, merchant: Merchant, params: Params, what: tuple[str, ...], act: Act) -> Act:
        def under_lock() -> Reply:
            with self._store.act():
                return once(self._store, merchant, params, what, act)

        return under_lock

    def _move(self, operation: str, before: Record, params: Params, force: str) -> Reply:
        record = self._store.transaction(before.merchant_id, before.id) or before
        if operation == "force":
            return self._moves.force(record, FORCED[force])
        moves = self._moves
        acts = {"submit": moves.submit, "void": moves.void, "refund": moves.refund, "reverse": moves.reverse}
        return acts[operation](record, params)

    def _search(self, merchant: Merchant, params: Params) -> Reply:
        if set(params) - SEARCHABLE:
            return Reply(status=422, body=wire.document("api_error_response", {"message": "cannot search by that"}))
        ids = [each.id for each in self._matching(merchant, params)]
        return replies.xml("search_results", {"page_size": PAGE_SIZE, "ids": wire.Items("item", ids)})

    def _fetch(self, merchant: Merchant, params: Params) -> Reply:
        found = [each.as_xml() for each in self._matching(merchant, params)]
        head = {"current_page_number": 1, "page_size": PAGE_SIZE, "total_items": len(found)}
        return replies.xml("credit_card_transactions", wire.Items("transaction", found, "collection", head))

    def _matching(self, merchant: Merchant, params: Params) -> list[Record]:
        order_id = _text(params.get("order_id")) or None
        found = self._store.transactions(
            merchant_id=merchant.id, order_id=order_id, ids=params.get("ids"), begun=_period(params.get("created_at"))
        )
        if wanted := _text(params.get("id")):
            found = [each for each in found if each.id == wanted]
        for name, attribute in (("type", "type"), ("status", "status"), ("merchant_account_id", "account")):
            if name in params:
                found = [each for each in found if getattr(each, attribute) in params[name]]
        return found

    def _client_token(self, merchant: Merchant, params: Params) -> Reply:
        account = params.get("merchant_account_id") or next(iter(merchant.accounts.values()))
        if merchant.currency_of(account) is None:
            return replies.refused("91513", "merchant_account_id")
        token = {
            "version": 2,
            "environment": "simulator",
            "merchantId": merchant.id,
            "merchantAccountId": account,
            "clientApiUrl": f"{self._address()}/merchants/{merchant.id}/client_api",
        }
        return replies.xml("client_token", {"value": base64.b64encode(json.dumps(token).encode()).decode()})


def _text(criterion: object) -> str:
    """The text in a search criterion such as `{"is": "abc"}`; empty for anything else."""
    return str(criterion.get("is", "")) if isinstance(criterion, dict) else ""


def _period(criterion: object) -> tuple[float, float] | None:
    """The two ends of a search by time, in UTC seconds since 1970; None for anything else."""
    if not isinstance(criterion, dict) or not criterion.keys() >= {"min", "max"}:
        return None
    first, last = (datetime.fromisoformat(str(criterion[name])).timestamp() for name in ("min", "max"))
    return first, last
