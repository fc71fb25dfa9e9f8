"""The part of PayPal's API that the portal uses: addresses, faults, and which operation answers.

A fault is taken before its operation acts, once per call; `order_id` of a fault is the merchant's own reference
(`custom_id`). Reads of any kind are `find`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from portal.payments.simulator.faults import Fault, FaultBook, answer_with
from portal.payments.simulator.paypal import books, notifications, pages, shapes
from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.disputes import Disputes, evidences_in
from portal.payments.simulator.paypal.idempotency import Requests
from portal.payments.simulator.paypal.orders import CHOICES, WAITING, Orders
from portal.payments.simulator.paypal.papers import Archive, Paper, moment
from portal.payments.simulator.paypal.payments import Payments
from portal.payments.simulator.paypal.refusals import error, not_found, refused
from portal.payments.simulator.paypal.tokens import Tokens
from portal.payments.simulator.replies import Reply, as_json

NUMBER = r"(?P<id>[A-Za-z0-9-]+)"
DISPUTES = "/v1/customer/disputes"
OLDEST = 180 * 24 * 3600.0  # a list reaches no further back
ROUTES = (
    ("POST", re.compile(r"/v2/checkout/orders"), "order", ""),
    ("GET", re.compile(rf"/v2/checkout/orders/{NUMBER}"), "find", "order"),
    ("POST", re.compile(rf"/v2/checkout/orders/{NUMBER}/authorize"), "authorize", "order"),
    ("GET", re.compile(rf"/v2/payments/authorizations/{NUMBER}"), "find", "authorization"),
    ("POST", re.compile(rf"/v2/payments/authorizations/{NUMBER}/capture"), "capture", "authorization"),
    ("POST", re.compile(rf"/v2/payments/authorizations/{NUMBER}/void"), "void", "authorization"),
    ("POST", re.compile(rf"/v2/payments/authorizations/{NUMBER}/reauthorize"), "reauthorize", "authorization"),
    ("GET", re.compile(rf"/v2/payments/captures/{NUMBER}"), "find", "capture"),
    ("POST", re.compile(rf"/v2/payments/captures/{NUMBER}/refund"), "refund", "capture"),
    ("GET", re.compile(rf"/v2/payments/refunds/{NUMBER}"), "find", "refund"),
    ("GET", re.compile(r"/v1/reporting/transactions"), "books", ""),
    ("GET", re.compile(DISPUTES), "disputes", ""),
    ("GET", re.compile(rf"{DISPUTES}/{NUMBER}"), "find", "dispute"),
    ("POST", re.compile(rf"{DISPUTES}/{NUMBER}/provide-evidence"), "evidence", "dispute"),
    ("POST", re.compile(rf"{DISPUTES}/{NUMBER}/accept-claim"), "accept", "dispute"),
    ("POST", re.compile(r"/v1/notifications/verify-webhook-signature"), "verify", ""),
)
TOKEN = "/v1/oauth2/token"  # noqa: S105 - an address
PAGE = "/checkoutnow"
PREFIXES = ("/v1/", "/v2/", PAGE)
FAULTY = frozenset({"order", "find", "authorize", "capture", "void", "reauthorize", "refund"})
FAULTY |= {"disputes", "evidence", "accept"}
MADE = frozenset({"order", "authorize", "capture", "reauthorize", "refund"})  # answered with 201

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it came in. `headers` go by their names in small letters."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.address).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("ascii", "replace")))

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")


class PayPalApi:
    """Answers one request. `wait` pauses for seconds; `address` is where the simulator can be reached."""

    def __init__(
        self,
        *,
        archive: Archive,
        faults: FaultBook,
        tokens: Tokens,
        requests: Requests,
        orders: Orders,
        payments: Payments,
        disputes: Disputes,
        clock: Callable[[], float],
        wait: Callable[[float], object],
        address: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._archive = archive
        self._faults = faults
        self._tokens = tokens
        self._requests = requests
        self._orders = orders
        self._payments = payments
        self._disputes = disputes
        self._wait = wait
        self._address = address

    def answer(self, request: Request) -> Reply | None:
        """What PayPal would answer. None means: cut the connection."""
        if request.path == PAGE:
            return self._page(request)
        if request.path == TOKEN and request.method == "POST":
            fault = self._faults.take("token", "")
            return self._with(fault, lambda: self._tokens.issue(request.authorization, request.form))
        business = self._tokens.holder(request.authorization)
        if business is None:
            return as_json({"error": "invalid_token", "error_description": "The token is nobody's."}, status=401)
        for method, pattern, operation, kind in ROUTES:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return self._operate(business, operation, kind, match.groupdict().get("id", ""), request)
        return not_found()

    def _operate(self, business: Business, operation: str, kind: str, number: str, request: Request) -> Reply | None:
        if operation == "verify":
            fault = self._faults.take("verify", "")
            return self._with(fault, lambda: self._verify(business, request.body))
        body = _evidence(request) if operation == "evidence" else _said(request)
        if isinstance(body, Reply):
            return body
        paper = self._archive.get(business.id, kind, number) if kind else None
        if kind and (paper is None or (kind == "order" and self._orders.is_gone(paper))):
            return not_found()
        fault = self._faults.take(operation, _reference(paper, body)) if operation in FAULTY else None
        if operation == "books":
            fault = self._faults.take("books", "")
            refusal = fault.code if fault and fault.kind == "decline" else ""
            return self._with(
                fault, lambda: refused(refusal) if refusal else books.page(self._archive, business, request.query)
            )
        if operation == "disputes":
            return self._with(fault, lambda: self._list_disputes(business, request.query))
        if operation == "find" and paper:
            return self._with(fault, lambda: self.show(paper))
        act = self._action(business, operation, paper, body, fault)
        return self._with(fault, lambda: self._once(business, operation, number, body, request, act))

    def _with(self, fault: Fault | None, act: Callable[[], Reply]) -> Reply | None:
        reply = answer_with(fault, act, self._wait)
        if reply is None or reply.body or reply.status < 400:
            return reply
        headers = {"Retry-After": "1"} if reply.status == 429 else {}
        return as_json(error("", status=reply.status), status=reply.status, headers=headers)

    def _once(
        self,
        business: Business,
        operation: str,
        number: str,
        body: Body,
        request: Request,
        act: Callable[[], Paper | Reply],
    ) -> Reply:
        key = request.headers.get("paypal-request-id", "")
        status = 201 if operation in MADE else 200
        try:
            return self._requests.once(
                business.id, operation, key, [number, body], act, lambda paper: self._done(paper, status=status)
            )
        except (AttributeError, KeyError, TypeError):  # a body of another shape
            return refused("INVALID_REQUEST", status=400)

    def _action(
        self, business: Business, operation: str, paper: Paper | None, body: Body, fault: Fault | None
    ) -> Callable[[], Paper | Reply]:
        refusal = fault.code if fault and fault.kind == "decline" else ""
        pending = fault.code if fault and fault.kind == "pending" else ""
        if paper is None:
            return lambda: refused(refusal) if refusal else self._orders.create(business, body)

        def now() -> Paper:
            return self._archive.by_id(paper.id)

        moves: dict[str, Callable[[], Paper | Reply]] = {
            "authorize": lambda: self._orders.authorize(now(), refusal=refusal, pending=pending),
            "capture": lambda: self._payments.capture(business, now(), body, refusal=refusal, pending=pending),
            "void": lambda: refused(refusal) if refusal else self._payments.void(now()),
            "reauthorize": lambda: self._payments.reauthorize(now(), refusal=refusal),
            "refund": lambda: self._payments.refund(now(), body, refusal=refusal),
            "evidence": lambda: refused(refusal) if refusal else self._disputes.provide_evidence(now(), body["given"]),
            "accept": lambda: refused(refusal) if refusal else self._disputes.accept(now()),
        }
        return moves[operation]

    def _done(self, paper: Paper, *, status: int) -> Reply:
        """What answers an action: the paper as it stands now; of a dispute only where it is."""
        if paper.kind == "dispute":
            return as_json({"links": [{"rel": "self", "href": f"{self._address()}{DISPUTES}/{paper.id}"}]})
        return self.show(paper, status=status)

    def show(self, paper: Paper, *, status: int = 200) -> Reply:
        """A paper as it stands, the way the API shows it."""
        return as_json(self.shape(paper), status=status)

    def shape(self, paper: Paper) -> dict[str, Any]:
        """A paper as JSON of the API."""
        if paper.kind == "order":
            paid = self._archive.of_order(paper.id, "authorization", "capture", "refund")
            return shapes.order(paper, paid, address=self._address())
        if paper.kind == "dispute":
            return shapes.dispute(paper)
        return shapes.payment(paper)

    def _list_disputes(self, business: Business, query: dict[str, str]) -> Reply:
        """Summaries, the youngest first, a page of them at a time."""
        about, since = query.get("disputed_transaction_id"), query.get("update_time_after", "")
        if since and since < moment(self._clock() - OLDEST):
            return refused("INVALID_UPDATE_TIME_AFTER", status=400)
        size, first = int(query.get("page_size", "10")), int(query.get("next_page_token", "0"))
        found = [
            shapes.summary(each)
            for each in self._archive.of_business(business.id, "dispute")
            if about in (None, each.parent_id) and moment(each.updated_at) > since
        ]
        links = []
        if found[first + size :]:
            more = urlencode({**query, "next_page_token": first + size})
            links.append({"rel": "next", "href": f"{self._address()}{DISPUTES}?{more}"})
        return as_json({"items": found[first : first + size], "links": links})

    def _verify(self, business: Business, body: bytes) -> Reply:
        try:
            return notifications.verify(business, body)
        except ValueError:
            return refused("MALFORMED_REQUEST_JSON", status=400)

    def _page(self, request: Request) -> Reply:
        order = self._archive.order(request.query.get("token", ""))
        if order is None or self._orders.is_gone(order):
            return pages.gone()
        choice = request.form.get("choice", "") if request.method == "POST" else ""
        if choice == "cancel":
            return pages.back_to(order, is_cancelled=True)
        if order.status not in WAITING:
            return pages.back_to(order, is_cancelled=False)
        if choice not in CHOICES:
            return pages.approval(order)
        self._orders.approve(order, choice)
        return pages.back_to(order, is_cancelled=False)


def _said(request: Request) -> Body | Reply:
    try:
        body = json.loads(request.body) if request.body.strip() else {}
    except ValueError:
        body = None
    return body if isinstance(body, dict) else refused("MALFORMED_REQUEST_JSON", status=400)


def _evidence(request: Request) -> Body | Reply:
    given = evidences_in(request.body, request.headers.get("content-type", ""))
    return given if isinstance(given, Reply) else {"given": given}


def _reference(paper: Paper | None, body: Body) -> str:
    if paper is not None:
        return paper.reference
    units = body.get("purchase_units") or [{}]
    return str(units[0].get("custom_id", "")) if isinstance(units[0], dict) else ""
