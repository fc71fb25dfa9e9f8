"""What people and workers do of one purchase, act by act. Each act is one request, one task or one decision.

A story tells only its own acts under the tripwire; what has to have happened before is made by `prepare`.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.test.client import Client, ClientHandler

from portal.checkout import refunding, service, tasks, transfers
from portal.checkout.models import Order, OrderState
from portal.payments.models import Payment, Refund
from portal.payments.transfers import banks, uploads
from portal.payments.transfers import service as money
from portal.payments.transfers import tasks as bank_tasks
from portal.payments.transfers.models import BankAccount, BankStatement, StatementEntry, TransferRequest
from portal.providers.models import Listing, Provider
from tests.checkout.purchasing import agreed, send
from tests.faults.clock import clock
from tests.faults.gateway import Remote
from tests.payments.transfers.statements.samples import GERMAN, as_file, booked, camt
from tests.world import CARD, World, payments_of

PLENTY = 1_000_000  # units on offer
QUANTITY = 2
AMOUNT = Decimal("5.00")
PART = Decimal("2.50")


@dataclass
class Subject:
    """One purchaser, known by an address of their own, and what they know."""

    number: int
    remote: Remote
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        return f"purchaser-{self.number}@example.org"

    @property
    def order(self) -> Order:
        return Order.objects.get(purchaser_email=self.email)

    @property
    def payment(self) -> Payment:
        return payments_of(self.order).latest("pk")

    @property
    def request(self) -> TransferRequest | None:
        return TransferRequest.objects.filter(reference=self.order.reference).first()

    @property
    def statement(self) -> BankStatement | None:
        return BankStatement.objects.filter(name=f"{self.number}.xml").first()

    @property
    def world(self) -> World:
        return World(simulator=self.remote, now=clock())


Act = Callable[[Subject], object]


@dataclass(frozen=True)
class Story:
    """What people do, and then what workers do, each act by its name.

    `after` is how long after `prepare` they begin. `ends` are the states in which an order may end up.
    """

    name: str
    prepare: Act
    people: dict[str, Act]
    workers: dict[str, Act]
    ends: frozenset[str] = frozenset({OrderState.COMPLETED, OrderState.EXPIRED})
    after: timedelta = timedelta()


@lru_cache
def _portal() -> ClientHandler:
    """The web server's application, made once; the copies of a process have it from the start."""
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


def open_portal() -> None:
    """Let this process answer browsers. No connection is opened yet."""
    _portal()


def browser() -> Client:
    made = Client()
    made.handler = _portal()
    return made


# --- Before the stories


def open_shop(remote: Remote) -> None:
    """Sol sells on all three rails. What Refused sells the registry will not cancel."""
    world = World(simulator=remote, now=clock())
    world.listing(units=PLENTY)
    world.paypal()
    refused = world.provider("Refused", registry_account="HOLDING-refused")
    world.listing(units=PLENTY, provider=refused)
    bank = banks.new(world.sol.pk, holder="Sol Wind SpA", iban=GERMAN, bic="COBADEFFXXX", bank_name="A bank in Cologne")
    banks.keep(bank, currencies=["EUR"], opens=True, at_once=True)


def _listing(of: str = "sol") -> Listing:
    return Listing.objects.get(provider__slug=of)


def _ordered(subject: Subject, of: str = "sol") -> Order:
    return subject.world.order(_listing(of), quantity=QUANTITY, purchaser_email=subject.email)


def _at_the_form(subject: Subject) -> None:
    subject.facts["typed"] = agreed(browser(), _listing(), QUANTITY, purchaser_email=subject.email)


def _asked_for_a_transfer(subject: Subject) -> None:
    _ordered(subject)
    ask(subject)


def _lapsed_transfer(subject: Subject) -> None:
    """The hold has run out by then."""
    _asked_for_a_transfer(subject)
    service.expire(order_id=subject.order.pk, now=clock() + timedelta(days=11))


def _at_paypal(subject: Subject) -> None:
    _ordered(subject)
    go(subject)


def _agreed_at_paypal(subject: Subject) -> None:
    _at_paypal(subject)
    agree(subject)


def _answer_lost(subject: Subject) -> None:
    _ordered(subject)
    subject.remote.lie(operation="sale", kind="drop")
    pay(subject)


def _refused(subject: Subject) -> None:
    _ordered(subject, of="refused")
    pay(subject)


def _completed(subject: Subject) -> None:
    _ordered(subject)
    pay(subject)
    _carried_out(subject)


def _cancelled_at_paypal(subject: Subject) -> None:
    _agreed_at_paypal(subject)
    come_back(subject)
    cancel(subject)


def _completed_at_paypal(subject: Subject) -> None:
    _cancelled_at_paypal(subject)
    _carried_out(subject)


def _completed_by_transfer(subject: Subject) -> None:
    _asked_for_a_transfer(subject)
    upload(subject)
    read(subject)
    settle(subject)
    _carried_out(subject)


def _carried_out(subject: Subject) -> None:
    cancel(subject)
    collect(subject)
    subject.facts["key"] = uuid.uuid4()


def _refund_lost(subject: Subject) -> None:
    _completed(subject)
    subject.remote.lie(operation="refund", kind="drop")
    give_back(subject)


def _late_transfer(subject: Subject) -> None:
    _lapsed_transfer(subject)
    upload(subject)
    read(subject)


# --- What people do


def place(subject: Subject) -> None:
    assert send(browser(), _listing(), subject.facts["typed"], QUANTITY).status_code == 302


def _posted(subject: Subject, what: str, **typed: str) -> Any:
    answer = browser().post(f"/en/orders/{subject.order.token}/{what}", typed)
    assert answer.status_code < 500, answer.status_code
    return answer


def pay(subject: Subject) -> None:
    _posted(subject, "pay/", nonce=CARD)


def ask(subject: Subject) -> None:
    _posted(subject, "transfer/")


def give_up(subject: Subject) -> None:
    _posted(subject, "withdraw/")


def go(subject: Subject) -> None:
    _posted(subject, "pay/paypal/")


def agree(subject: Subject) -> None:
    """At PayPal, if the purchaser got there."""
    payment = payments_of(subject.order).first()
    papers = subject.remote.paypal.papers(str(payment.key)) if payment else []
    if payment and any(
        each["status"] == "PAYER_ACTION_REQUIRED" and each["id"] == payment.gateway_id for each in papers
    ):
        subject.remote.paypal.approve(payment.gateway_id)


def come_back(subject: Subject) -> None:
    agree(subject)
    answer = browser().get(f"/en/orders/{subject.order.token}/pay/back/")
    assert answer.status_code < 500, answer.status_code


def upload(subject: Subject) -> None:
    """The bank's statement has the money of whoever knows where to send it."""
    if request := subject.request:
        text = camt(
            booked(str(AMOUNT), text=request.rf, reference=f"B-{subject.number}"), statement=f"S-{subject.number}"
        )
        bank = BankAccount.objects.get()
        uploads.upload(bank=bank, file=as_file(text), name=f"{subject.number}.xml", by_id=None, now=clock())


def confirm(subject: Subject) -> None:
    """A person of the provider saw the money on the account."""
    said = {"value_date": clock().date(), "bank_reference": f"B-{subject.number}"}
    by = Provider.objects.get(slug="sol").members.get()
    money.confirm(reference=subject.order.reference, amount=AMOUNT, **said, by_id=by.pk, now=clock())


def give_back(subject: Subject) -> None:
    refunding.give_back(
        subject.order, key=subject.facts["key"], amount=PART, why="Ordered twice.", asked_by=1, now=clock()
    )


def record(subject: Subject) -> None:
    refunding.record(
        subject.order,
        key=subject.facts["key"],
        amount=PART,
        paid_back_on=clock().date(),
        bank_reference="R-1",
        why="Ordered twice.",
        asked_by=1,
        now=clock(),
    )


# --- What workers do


def cancel(subject: Subject) -> None:
    tasks.fulfil(order_id=subject.order.pk)


def collect(subject: Subject) -> None:
    tasks.collect(order_id=subject.order.pk)


def write(subject: Subject) -> None:
    tasks.write(order_id=subject.order.pk)


def look(subject: Subject) -> None:
    tasks.check_payment(key=str(subject.payment.key))


def look_at_refund(subject: Subject) -> None:
    tasks.check_payment(key=str(Refund.objects.get(key=subject.facts["key"]).key))


def read(subject: Subject) -> None:
    if statement := subject.statement:
        bank_tasks.read_statement(statement_id=statement.pk)


def settle(subject: Subject) -> None:
    tasks.settle_transfer(reference=subject.order.reference)


def take_up(subject: Subject) -> None:
    for entry in StatementEntry.objects.filter(request__reference=subject.order.reference):
        transfers.take_up(entry_id=entry.pk, now=clock())


def expire(subject: Subject) -> None:
    service.expire(order_id=subject.order.pk, now=clock())


TOLD: dict[str, Act] = {"write": write}
BY_BANK: dict[str, Act] = {"read": read, "settle": settle}
MINUTES = timedelta(minutes=6)
LATE = timedelta(days=11)
COMPLETED = frozenset({OrderState.COMPLETED})
LAPSED = frozenset({OrderState.EXPIRED})
REFUSED = frozenset({OrderState.REFUSED, OrderState.EXPIRED})
WITHDRAWN = frozenset({OrderState.WITHDRAWN, OrderState.EXPIRED})
STORIES = (
    Story("place", _at_the_form, {"place": place}, TOLD, ends=LAPSED),
    Story("card", _ordered, {"pay": pay}, {"cancel": cancel, "collect": collect, **TOLD}),
    Story("card, answer lost", _answer_lost, {}, {"look": look}, ends=COMPLETED, after=MINUTES),
    Story("card, registry refuses", _refused, {}, {"cancel": cancel, "collect": collect}, ends=REFUSED),
    Story("PayPal", _ordered, {"go": go, "come back": come_back}, {}),
    Story("PayPal, collect", _cancelled_at_paypal, {}, {"collect": collect}, ends=COMPLETED),
    Story("PayPal, not back", _agreed_at_paypal, {}, {"look": look}, ends=COMPLETED, after=MINUTES),
    Story("transfer, statement", _ordered, {"ask": ask, "upload": upload}, BY_BANK),
    Story("transfer, confirmed", _asked_for_a_transfer, {"confirm": confirm}, {}),
    Story("transfer, too late", _lapsed_transfer, {"upload": upload}, {"read": read}, ends=COMPLETED, after=LATE),
    Story("transfer, taken up", _late_transfer, {}, {"take up": take_up}, ends=COMPLETED),
    Story("expire", _at_paypal, {}, {"expire": expire, **TOLD}, ends=LAPSED, after=LATE),
    Story("withdraw", _ordered, {"give up": give_up}, {}, ends=WITHDRAWN),
    Story("refund, card", _completed, {"give back": give_back}, TOLD, ends=COMPLETED),
    Story("refund, PayPal", _completed_at_paypal, {"give back": give_back}, {}, ends=COMPLETED),
    Story("refund, answer lost", _refund_lost, {}, {"look": look_at_refund}, ends=COMPLETED, after=MINUTES),
    Story("refund, transfer", _completed_by_transfer, {"record": record}, {}, ends=COMPLETED),
)
# What a process does before it is copied, on all rails; no certificate is drawn, since that takes threads
WARMING: tuple[Act, ...] = (_at_the_form, place, write, ask, go, agree, come_back, cancel, collect)
