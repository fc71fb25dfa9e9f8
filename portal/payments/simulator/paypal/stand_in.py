"""The simulated PayPal as a whole: what it is made of, its clockwork, and the truth it can be asked for."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.payments.simulator.faults import FaultBook
from portal.payments.simulator.paypal import notifications
from portal.payments.simulator.paypal.api import PayPalApi, Request
from portal.payments.simulator.paypal.businesses import Business
from portal.payments.simulator.paypal.disputes import Disputes
from portal.payments.simulator.paypal.idempotency import Requests
from portal.payments.simulator.paypal.orders import CHOICES, WAITING, Orders
from portal.payments.simulator.paypal.papers import Archive, Paper
from portal.payments.simulator.paypal.payments import Payments
from portal.payments.simulator.paypal.tokens import Tokens
from portal.payments.simulator.postman import Postman
from portal.payments.simulator.replies import Reply
from portal.payments.simulator.store import Store


class PayPalStandIn:
    """`settle_seconds` is how long what is PENDING stays so, and how long PayPal thinks about a dispute."""

    def __init__(
        self,
        *,
        businesses: Iterable[Business],
        store: Store,
        faults: FaultBook,
        postman: Postman,
        settle_seconds: float,
        clock: Callable[[], float],
        wait: Callable[[float], object],
        address: Callable[[], str],
    ) -> None:
        self.businesses = {business.id: business for business in businesses}
        self.archive = Archive(store, clock=clock, tell=self._tell)
        self._store = store
        self._faults = faults
        self._postman = postman
        self._clock = clock
        self._address = address
        self._disputes = Disputes(self.archive, clock=clock, settle_seconds=settle_seconds)
        self._orders = Orders(self.archive, clock=clock, settle_seconds=settle_seconds)
        self.api = PayPalApi(
            archive=self.archive,
            faults=faults,
            tokens=Tokens(self.businesses, clock=clock),
            requests=Requests(store, self.archive, clock=clock),
            orders=self._orders,
            payments=Payments(self.archive, clock=clock, settle_seconds=settle_seconds),
            disputes=self._disputes,
            clock=clock,
            wait=wait,
            address=address,
        )

    def answer(self, request: Request) -> Reply | None:
        return self.api.answer(request)

    def papers(self, reference: str | None = None) -> list[dict[str, Any]]:
        """The truth about one reference, the oldest paper first."""
        return [each.as_json() for each in self.archive.of_reference(reference)]

    def approve(self, order_id: str, choice: str = "approve") -> None:
        """Decide as a payer would on the page. Raises ValueError where there is nothing to decide."""
        order = self.archive.order(order_id)
        if order is None or order.status not in WAITING or choice not in CHOICES:
            raise ValueError("no such order that waits for its payer, or no such choice")
        self._orders.approve(order, choice)

    def dispute(self, capture_id: str, reason: str, **wishes: str) -> dict[str, Any]:
        """Let the payer of a capture complain. Raises ValueError where there is no such capture or reason."""
        capture = self._known(capture_id, "capture")
        with self._store.act():
            return self._disputes.open(capture, reason, **wishes).as_json()

    def decide(self, dispute_id: str, outcome: str, refunded: str = "") -> dict[str, Any]:
        """Let a dispute come to an outcome, or another status. Raises ValueError where there is no such one."""
        dispute = self._known(dispute_id, "dispute")
        with self._store.act():
            return self._disputes.move(dispute, outcome, refunded=refunded).as_json()

    def _known(self, number: str, kind: str) -> Paper:
        paper = self.archive.find(number)
        if paper is None or paper.kind != kind:
            raise ValueError(f"no such {kind}")
        return paper

    def composed(self, business_id: str, kind: str, paper_id: str) -> dict[str, Any]:
        """A signed notification about a paper, to be sent by hand. Raises ValueError or KeyError."""
        business, paper = self.businesses[business_id], self.archive.find(paper_id)
        if paper is None or paper.business_id != business_id:
            raise ValueError("no such paper")
        headers, body = self._compose(business, kind, paper)
        return {"headers": headers, "body": body}

    def settle_due(self) -> None:
        """Bring what is PENDING to its end, where it is time."""
        with self._store.act():
            for paper in self.archive.due():
                if paper.kind == "dispute":
                    self._disputes.decide(paper)
                else:
                    fault = self._faults.take("settlement", paper.reference)
                    self.archive.settle(paper, is_refused=fault is not None)

    def _tell(self, paper: Paper) -> None:
        business = self.businesses.get(paper.business_id)  # none, if a later start no longer names it
        kind = notifications.kind_of(paper)
        if business and kind and business.webhook_url:
            headers, body = self._compose(business, kind, paper)
            self._postman.post(
                merchant_id=business.id,
                kind=kind,
                transaction_id=paper.id,
                url=business.webhook_url,
                headers=headers,
                body=body,
            )

    def _compose(self, business: Business, kind: str, paper: Paper) -> tuple[dict[str, str], str]:
        return notifications.compose(business, kind, self.api.shape(paper), now=self._clock(), address=self._address())
