"""Purchasers, providers, workers, gateways, banks and the registry in any order, failing in any way: nothing is lost,
doubled or left over.

Hypothesis makes the stories up, the same in every run, and tells one that fails in as few steps as it can.
"""

import sys
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from portal.checkout import disputing, paying, refunding, service, transfers
from portal.checkout.models import Order, OrderState
from portal.payments import ledger
from portal.payments.models import CHARGING, Dispute, Payment, PaymentState, Rail, Refund, RefundState
from portal.payments.simulator import Simulator
from portal.payments.transfers import banks
from portal.payments.transfers import service as money
from portal.payments.transfers.models import Arrival, StatementEntry, TransferRequest
from tests.checkout.paypal import Payer
from tests.checkout.soundness import assert_at_rest, assert_sound
from tests.payments.transfers.statements.samples import GERMAN, booked
from tests.payments.transfers.transferring import uploaded
from tests.registry_fake import BREAKS, DOWN, LOST, REFUSES, MoodyRegistry
from tests.world import World

STORIES, STEPS = 14, 50
UNITS = 30
EFFORT = effort(
    max_examples=STORIES,
    stateful_step_count=STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
CARDS = (
    *("fake-valid-visa-nonce", "fake-simulator-sale-drop-nonce") * 3,
    "fake-simulator-sale-error-before-nonce",
    "fake-processor-declined-visa-nonce",
    "fake-simulator-authentication-nonce",
    "fake-simulator-submit-drop-nonce",
    "fake-simulator-submit-decline-nonce",
)
FAULTS = (
    *(("sale", "error_after"), ("search", "miss"), ("search", "error_before")),
    *(("submit", "error_before"), ("void", "drop"), ("void", "error_before")),
    *(("refund", "drop"), ("refund", "drop_before"), ("refund", "error_after"), ("refund", "decline")),
    *(("token", "error_before"), ("order", "drop"), ("order", "drop_before"), ("find", "error_before")),
    *(("authorize", "drop"), ("authorize", "drop_before"), ("authorize", "error_after"), ("authorize", "twice")),
    *(("authorize", "decline"), ("capture", "drop"), ("capture", "error_before"), ("capture", "twice")),
    *(("capture", "pending"), ("capture", "decline"), ("settlement", "decline"), ("finalize", "error_before")),
)
MOODS = ("", LOST, DOWN, REFUSES, BREAKS)
CHOICES = (*("approve",) * 6, "pending", "decline")
VERDICTS = ("won", "lost", "expired")
MINUTES = st.sampled_from((1, 3, 20, 70, 11 * 24 * 60))
REST = (3, 3, 20, 20, 70, 70, 11 * 24 * 60, 3, 20, 20, 3, 1)
WHICH = st.integers(0, 1000)  # one of those there are


class WhateverHappens(RuleBasedStateMachine):
    """Thirty units on offer on three rails, and all that may happen to them. What happens in one example is undone."""

    def __init__(self, fixtures: "Fixtures") -> None:
        super().__init__()
        self.stack = ExitStack()
        for database in ("default", "ledger"):
            self.stack.enter_context(transaction.atomic(database))
        self.moody, self.clock = fixtures.moody, fixtures.clock
        self.world = fixtures.world(self.stack)
        self.listing = self.world.listing(units=UNITS)
        self.world.paypal()
        self.bank = banks.keep(
            banks.new(self.world.sol.pk, holder="Sol Wind SpA", iban=GERMAN, bic="COBADEFFXXX", bank_name="A bank"),
            currencies=["EUR"],
            opens=True,
            at_once=True,
        )
        self.payer = Payer(self.world)
        self.booked: list[tuple[str, Decimal, str]] = []  # by the bank: for which order, how much, and how it says so

    # --- Purchasers

    @rule(units=st.integers(1, 5))
    def somebody_orders(self, units: int) -> None:
        self.world.place(self.listing, quantity=units)

    @rule(units=st.integers(1, 5), card=st.sampled_from(CARDS))
    def somebody_buys(self, units: int, card: str) -> None:
        placed = self.world.place(self.listing, quantity=units)
        if isinstance(placed, service.Placed):
            paying.pay(token=placed.token, nonce=card, now=self.world.now)

    @rule(which=WHICH, card=st.sampled_from(CARDS))
    def somebody_tries_a_card(self, which: int, card: str) -> None:
        if order := self.order(which, OrderState.AWAITING_PAYMENT):
            paying.pay(token=order.token, nonce=card, now=self.world.now)

    @rule(which=WHICH)
    def somebody_goes_to_paypal(self, which: int) -> None:
        if order := self.order(which, OrderState.AWAITING_PAYMENT):
            self.payer.go(order)

    @rule(which=WHICH, choice=st.sampled_from(CHOICES))
    def somebody_agrees(self, which: int, choice: str) -> None:
        if (payment := self.payment(which, rail=Rail.PAYPAL)) and payment.gateway_id:
            paper = self.world.simulator.paypal.archive.order(payment.gateway_id)
            if paper and paper.status == "PAYER_ACTION_REQUIRED":
                self.world.simulator.paypal.approve(payment.gateway_id, choice)

    @rule(which=WHICH)
    def somebody_comes_back(self, which: int) -> None:
        if payment := self.payment(which, rail=Rail.PAYPAL):
            self.payer.come_back(Order.objects.get(reference=payment.reference))

    @rule(which=WHICH)
    def somebody_asks_for_a_transfer(self, which: int) -> None:
        if order := self.order(which, OrderState.AWAITING_PAYMENT):
            transfers.pay(token=order.token, now=self.world.now)

    @rule(which=WHICH)
    def somebody_withdraws(self, which: int) -> None:
        if order := self.order(which, OrderState.AWAITING_PAYMENT):
            service.withdraw(token=order.token, now=self.world.now)

    # --- Providers and their bank

    @rule(which=WHICH, share=st.sampled_from((1, 1, 1, 2, "0.5")))
    def the_bank_books_a_transfer(self, which: int, share: Any) -> None:
        """All of it, twice as much, or half of it; also once more, or when nobody waits for it any more."""
        if request := self.one_of(TransferRequest.objects.order_by("pk"), which):
            amount = (request.payment.amount * Decimal(share)).quantize(Decimal("0.01"))
            reference = f"B-{len(self.booked)}"
            written = booked(f"{amount}", text=request.rf, reference=reference)
            self.booked.append((request.reference, amount, written))

    @precondition(lambda self: self.booked)
    @rule(first=WHICH)
    def a_statement_is_uploaded(self, first: int) -> None:
        """From some booking on, so that many a booking comes in several files."""
        begin = first % len(self.booked)
        name = f"S-{begin}-{len(self.booked)}"
        uploaded(self.world, self.bank, *(each for *_facts, each in self.booked[begin:]), name=name, statement="S-1")

    @rule(which=WHICH)
    def somebody_confirms_a_transfer(self, which: int) -> None:
        if request := self.one_of(TransferRequest.objects.order_by("pk"), which):
            money.confirm(
                reference=request.reference,
                amount=request.payment.amount,
                value_date=self.world.now.date(),
                bank_reference="seen",
                by_id=self.world.luz.pk,
                now=self.world.now,
            )

    @rule(which=WHICH)
    def late_money_is_taken_up(self, which: int) -> None:
        if entry := self.one_of(StatementEntry.objects.filter(meaning="late", handled_at=None), which):
            transfers.take_up(entry_id=entry.pk, now=self.world.now)

    @rule(which=WHICH, part=st.booleans())
    def money_is_given_back(self, which: int, part: bool) -> None:  # Hypothesis names it
        order = self.order(which, OrderState.COMPLETED)
        if order is None or not (left := refunding.refundable(order)):
            return
        amount = min(left, Decimal("2.50")) if part else left
        asked: dict[str, Any] = {"key": uuid4(), "amount": amount, "why": "", "asked_by": 1, "now": self.world.now}
        if refunding.is_by_hand(order):
            refunding.record(order, paid_back_on=self.world.now.date(), bank_reference="R", **asked)
        else:
            refunding.give_back(order, **asked)

    # --- Payers' banks

    @rule(which=WHICH)
    def a_payer_disputes(self, which: int) -> None:
        payment = self.one_of(self.payments(rail=Rail.CARD).filter(state=PaymentState.CAPTURED), which)
        disputed = {each["transaction_id"] for each in self.world.simulator.disputes.all()}
        if payment and payment.gateway_id not in disputed:
            self.world.simulator.disputes.open(merchant_id="sol", transaction_id=payment.gateway_id)

    @rule(which=WHICH)
    def a_dispute_is_heard_of(self, which: int) -> None:
        if found := self.world.simulator.disputes.all():
            dispute = found[which % len(found)]
            disputing.check(account_id=self.card_account, number=dispute["id"], now=self.world.now)

    @rule(which=WHICH)
    def evidence_is_sent(self, which: int) -> None:
        if dispute := self.one_of(Dispute.objects.order_by("pk"), which):
            disputing.answer_with_evidence(dispute, by_id=self.world.luz.pk, now=self.world.now)
            disputing.answer(dispute_id=dispute.pk, now=self.world.now)

    @rule(which=WHICH, status=st.sampled_from(VERDICTS))
    def a_dispute_is_decided(self, which: int, status: str) -> None:
        found = [each for each in self.world.simulator.disputes.all() if each["status"] not in VERDICTS]
        if found:
            self.world.simulator.disputes.decide(dispute_id=found[which % len(found)]["id"], status=status)

    # --- Workers, webhooks and the time

    @rule(which=WHICH, mood=st.sampled_from(MOODS))
    def a_worker_comes(self, which: int, mood: str) -> None:
        if order := self.order(which, OrderState.PAID):
            self.moody.moods.append(mood)
            with suppress(RuntimeError):  # what BREAKS raises: the worker dies of it
                service.fulfil(order_id=order.pk, now=self.world.now)

    @rule(which=WHICH)
    def a_webhook_comes(self, which: int) -> None:
        if payment := self.payment(which, rail__in=CHARGING):
            paying.check_payment(key=payment.key, now=self.world.now)

    @rule(which=WHICH)
    def a_webhook_of_a_refund_comes(self, which: int) -> None:
        if refund := self.one_of(Refund.objects.order_by("pk"), which):
            refunding.check(key=refund.key, now=self.world.now)

    @rule(fault=st.sampled_from(FAULTS), count=st.integers(1, 4))
    def a_gateway_will_fail(self, fault: tuple[str, str], count: int) -> None:
        self.world.simulator.faults.add(operation=fault[0], kind=fault[1], count=count)

    @rule()
    def the_registry_will_be_silent(self) -> None:
        self.moody.lookup_moods.append(DOWN)

    @rule(which=WHICH)
    def a_hold_runs_out(self, which: int) -> None:
        if order := self.order(which, OrderState.AWAITING_PAYMENT):
            service.expire(order_id=order.pk, now=order.hold_until + timedelta(seconds=1))

    @rule(minutes=MINUTES)
    def time_goes_by(self, minutes: int) -> None:
        self.world.sweep(after=timedelta(minutes=minutes))

    @rule()
    def gateways_settle(self) -> None:
        self.clock.advance(10)
        self.world.simulator.settle_due()

    # --- What holds at any moment

    @invariant()
    def everything_is_sound(self) -> None:
        assert_sound(self.world)
        for reference in set(Payment.objects.values_list("reference", flat=True)):
            balance = ledger.balance(reference=reference)
            assert min(balance.captured, balance.refunded, balance.held, balance.kept) >= 0, balance
            came = sum(amount for order, amount, _written in self.booked if order == reference)
            counted = Arrival.objects.filter(request__reference=reference).exclude(counted_at=None).exclude(entry=None)
            assert sum(each.amount for each in counted) <= came, "more was counted than the bank has booked"

    def teardown(self) -> None:
        with self.stack:
            if sys.exc_info()[0] is None:  # what failed before is what is to be told
                self.end_well()
            for database in ("default", "ledger"):
                transaction.set_rollback(True, using=database)

    def end_well(self) -> None:
        """All faults are over, and some days go by."""
        self.world.simulator.faults.clear()
        self.moody.moods.clear()
        self.moody.lookup_moods.clear()
        for minutes in REST:
            self.gateways_settle()
            self.world.sweep(after=timedelta(minutes=minutes))
        assert_at_rest(self.world)
        assert not Payment.objects.filter(state=PaymentState.OFFERED).exists()
        assert not Refund.objects.exclude(state__in=(RefundState.DONE, RefundState.FAILED)).exists()

    # --- Who it happens to

    @property
    def card_account(self) -> int:
        return int(self.world.sol.accounts.get(rail=Rail.CARD).pk)

    def one_of(self, rows: QuerySet[Any], which: int) -> Any:
        found = list(rows)
        return found[which % len(found)] if found else None

    def order(self, which: int, state: OrderState) -> Order | None:
        return self.one_of(self.listing.orders.filter(state=state).order_by("pk"), which)

    def payments(self, **wanted: Any) -> Any:
        return Payment.objects.filter(**{f"account__{name}": value for name, value in wanted.items()}).order_by("pk")

    def payment(self, which: int, **wanted: Any) -> Payment | None:
        return self.one_of(self.payments(**wanted), which)


class Fixtures:
    """What each example begins with: a world at the time of the tests, and gateways of its own."""

    def __init__(self, moody: MoodyRegistry, clock: Any, merchants: Any, businesses: Any, now: Any, conf: Any) -> None:
        self.moody, self.clock, self.now, self.conf = moody, clock, now, conf
        self.known = {"merchants": merchants.values(), "businesses": businesses.values()}

    def world(self, stack: ExitStack) -> World:
        self.clock.now = time.time()
        simulator = stack.enter_context(Simulator(**self.known, clock=self.clock))
        self.conf.SIMULATOR_URL = simulator.url
        for each in (self.moody.moods, self.moody.lookup_moods):
            each.clear()
        return World(simulator=simulator, now=self.now)


@pytest.mark.django_db(databases=["default", "ledger"])
def test_whatever_happens_money_and_units_end_where_they_belong(
    moody: MoodyRegistry, clock: Any, merchants: Any, businesses: Any, now: Any, settings: Any
) -> None:
    fixtures = Fixtures(moody, clock, merchants, businesses, now, settings)
    run_state_machine_as_test(lambda: WhateverHappens(fixtures), settings=EFFORT)
