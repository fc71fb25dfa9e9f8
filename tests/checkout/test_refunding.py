"""Giving an order's money back: through the gateway, whatever happens to its answers, or by the provider's own bank."""

import time
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.checkout import refunding, service, tasks
from portal.checkout.models import Order
from portal.payments import accounts, ledger, refunds
from portal.payments.models import Account, Payment, PaymentState, Rail, Refund
from portal.payments.refunds import TooMuch
from portal.registry.models import Certificate
from tests.checkout.paypal import Payer
from tests.world import World, payments_of

AMOUNT, PART = Decimal("7.50"), Decimal("2.50")


@pytest.fixture
def order(world: World) -> Order:
    """Three units for 7.50 euros: cancelled, and the money asked for."""
    return world.completed(world.listing(price="2.50"), quantity=3)


def settle(world: World, clock: Any) -> None:
    clock.advance(10)
    world.simulator.settle_due()


@pytest.fixture
def settled(world: World, clock: Any, order: Order) -> Order:
    """The same, and the money has come."""
    settle(world, clock)
    return order


def give_back(world: World, order: Order, amount: Decimal = PART, key: uuid.UUID | None = None) -> Any:
    return refunding.give_back(
        order, key=key or uuid.uuid4(), amount=amount, why="Ordered twice.", asked_by=7, now=world.now
    )


def at_gateway(world: World, refund: Refund) -> list[dict[str, Any]]:
    return [each for each in world.simulator.transactions(order_id=str(refund.key)) if each["type"] == "credit"]


def refunded(order: Order) -> Decimal:
    return ledger.balance(reference=order.reference).refunded


def letters(mailoutbox: Any, order: Order) -> list[Any]:
    return [each for each in mailoutbox if each.subject.startswith(f"Order {order.reference}: ")]


def test_a_part_is_given_back_and_all_of_it_in_parts(world: World, settled: Order) -> None:
    refund = give_back(world, settled)
    assert refund.state == "done"
    assert [(each["amount"], each["status"]) for each in at_gateway(world, refund)] == [
        ("2.50", "submitted_for_settlement")
    ]
    assert refund.gateway_id == at_gateway(world, refund)[0]["id"]
    assert refunded(settled) == PART
    assert give_back(world, settled, Decimal("5.01")) == TooMuch(Decimal("5.00"))
    assert give_back(world, settled, Decimal("5.00")).state == "done"
    assert refunding.refundable(settled) == Decimal()
    events = payments_of(settled).get().events.filter(action="refund")
    assert [(each.result, each.amount) for each in events] == [
        ("requested", PART),
        ("succeeded", PART),
        ("requested", Decimal("5.00")),
        ("succeeded", Decimal("5.00")),
    ]


def test_a_refund_at_paypal_that_never_arrived_is_sent_again(world: World, clock: Any) -> None:
    clock.now = time.time()
    world.paypal()
    payer, order = Payer(world), world.order(quantity=3)
    payer.pay(order)
    service.fulfil(order_id=order.pk, now=world.now)
    world.simulator.faults.add(operation="refund", kind="drop_before")
    refund = give_back(world, order)
    assert refund.state == "sent"
    world.sweep(after=timedelta(minutes=3))
    world.sweep(after=timedelta(minutes=20))
    refund.refresh_from_db()
    assert (refund.state, refunded(order)) == ("done", PART)
    assert [each["status"] for each in world.simulator.paypal.papers(str(refund.key))] == ["COMPLETED"]


def test_units_stay_cancelled_and_the_certificate_as_it_is(world: World, settled: Order, mailoutbox: Any) -> None:
    before = Certificate.objects.values().get()
    left = settled.listing.units_left
    give_back(world, settled, AMOUNT)
    world.sweep()
    settled.refresh_from_db()
    assert settled.state == "completed"
    settled.listing.refresh_from_db()
    assert settled.listing.units_left == left
    assert Certificate.objects.values().get() == before
    assert payments_of(settled).get().state == PaymentState.CAPTURED


@pytest.mark.parametrize(
    ("language", "subject", "stays"),
    [
        ("en", "money was given back", "stay cancelled"),
        ("fr", "remboursement", "restent annulées"),
        ("es", "reembolso", "siguen canceladas"),
    ],
)
def test_the_purchaser_is_told_once_in_the_language_of_the_order(
    world: World, clock: Any, mailoutbox: Any, language: str, subject: str, stays: str
) -> None:
    order = world.completed(world.listing(price="2.50"), quantity=3, locale=language)
    settle(world, clock)
    world.sweep()
    mailoutbox.clear()
    refund = give_back(world, order)
    world.sweep()
    world.sweep()
    (letter,) = mailoutbox
    assert subject in letter.subject
    assert order.reference in letter.subject
    for text in (letter.body, letter.alternatives[0].content):
        assert stays in text
        assert ("€2.50" if language == "en" else "2,50\u00a0€") in text
    assert letter.extra_headers["Message-ID"].startswith(f"<{order.reference}.refunded.{refund.key}@")


def test_all_of_it_before_it_has_settled_is_let_go_and_is_no_failed_collection(
    world: World, clock: Any, order: Order
) -> None:
    refund = give_back(world, order, AMOUNT)
    assert (refund.state, refund.code) == ("done", "released")
    assert [each["status"] for each in world.at_gateway(order)] == ["voided"]
    assert refunded(order) == AMOUNT
    world.sweep(after=timedelta(hours=25))
    world.sweep(after=timedelta(hours=25))
    order.refresh_from_db()
    assert order.needs_attention == ""
    assert payments_of(order).get().state == PaymentState.CAPTURED
    assert not order.letters.filter(kind="uncollected").exists()


def test_a_part_waits_until_the_money_has_settled(world: World, clock: Any, order: Order) -> None:
    refund = give_back(world, order)
    assert (refund.state, refund.code) == ("pending", "not_settled_yet")
    assert refunding.refundable(order) == Decimal("5.00")
    world.sweep(after=timedelta(hours=2))
    refund.refresh_from_db()
    assert refund.state == "pending"
    settle(world, clock)
    world.sweep(after=timedelta(hours=2))
    refund.refresh_from_db()
    assert refund.state == "done"
    assert len(at_gateway(world, refund)) == 1


def test_a_timeout_on_a_refund_that_succeeded_is_looked_up_and_never_repeated(world: World, settled: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="drop")
    refund = give_back(world, settled)
    assert refund.state == "sent"
    assert refunding.refundable(settled) == Decimal("5.00")
    assert refunded(settled) == Decimal()
    for _round in range(2):
        world.sweep(after=timedelta(minutes=5))
    refund.refresh_from_db()
    assert refund.state == "done"
    assert len(at_gateway(world, refund)) == 1
    assert refunded(settled) == PART


def test_a_whole_release_whose_answer_was_lost_is_found_to_be_one(world: World, clock: Any, order: Order) -> None:
    world.simulator.faults.add(operation="reverse", kind="drop")
    refund = give_back(world, order, AMOUNT)
    assert refund.state == "sent"
    tasks.check_payment(key=str(payments_of(order).get().key))  # as a webhook that tells of the void
    world.sweep(after=timedelta(minutes=20))
    refund.refresh_from_db()
    assert (refund.state, refund.code) == ("done", "released")
    order.refresh_from_db()
    assert order.needs_attention == ""


def test_a_refund_that_never_arrived_is_sent_again_once_it_cannot_arrive_any_more(world: World, settled: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="error_before")
    refund = give_back(world, settled)
    world.sweep(after=timedelta(minutes=5))
    refund.refresh_from_db()
    assert (refund.state, at_gateway(world, refund)) == ("sent", [])
    world.sweep(after=timedelta(minutes=15))
    refund.refresh_from_db()
    assert refund.state == "done"
    assert len(at_gateway(world, refund)) == 1


def test_a_gateway_that_says_wait_has_refused_nothing(world: World, settled: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="error_before", code="429")
    assert give_back(world, settled).state == "sent"


def test_a_refund_whose_worker_died_before_or_after_its_claim_is_sent_by_the_sweep(
    world: World, settled: Order
) -> None:
    payment = payments_of(settled).get()
    asked = [
        refunds.ask(payment, key=uuid.uuid4(), amount=PART, why="Twice.", asked_by=7, now=world.now)
        for _each in range(2)
    ]
    refunds.take_up(asked[1], now=world.now)
    world.sweep(after=timedelta(minutes=20))
    for refund in asked:
        refund.refresh_from_db()
        assert refund.state == "done"
        assert len(at_gateway(world, refund)) == 1


def test_nobody_waits_for_a_silent_gateway_and_the_sweep_sends_it(world: World, settled: Order) -> None:
    Account.objects.update(silent_at=world.now)
    refund = give_back(world, settled)
    assert refund.state == "requested"
    world.sweep(after=timedelta(minutes=5))
    refund.refresh_from_db()
    assert refund.state == "done"


def test_what_the_gateway_refuses_is_shown_and_can_be_asked_for_again(world: World, settled: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="decline")
    refund = give_back(world, settled)
    assert (refund.state, refund.code) == ("failed", "915200")
    settled.refresh_from_db()
    assert settled.needs_attention == ""
    assert refunding.refundable(settled) == AMOUNT
    assert give_back(world, settled).state == "done"


def test_what_is_refused_while_nobody_looks_is_told_to_staff(world: World, settled: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="decline")
    refunds.ask(payments_of(settled).get(), key=uuid.uuid4(), amount=PART, why="x", asked_by=7, now=world.now)
    world.sweep(after=timedelta(minutes=5))
    settled.refresh_from_db()
    assert settled.needs_attention == "a refund failed: 915200"


def test_a_refund_that_fails_at_settlement_is_the_providers_money_again(
    world: World, clock: Any, settled: Order
) -> None:
    refund = give_back(world, settled)
    world.simulator.faults.add(operation="settlement", kind="decline", order_id=str(refund.key))
    settle(world, clock)
    world.sweep(after=timedelta(hours=25))
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert refunded(settled) == Decimal()
    assert ledger.balance(reference=settled.reference).kept == AMOUNT
    settled.refresh_from_db()
    assert settled.needs_attention.startswith("a refund failed: ")
    assert give_back(world, settled, AMOUNT).state == "done"


def test_a_webhook_about_a_refund_leads_to_it(world: World, settled: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="drop")
    refund = give_back(world, settled)
    tasks.check_payment(key=str(refund.key))
    refund.refresh_from_db()
    assert refund.state == "done"


def test_a_second_click_gives_nothing_back_twice(world: World, settled: Order) -> None:
    key = uuid.uuid4()
    assert give_back(world, settled, key=key) == give_back(world, settled, key=key)
    assert refunded(settled) == PART


def test_where_no_money_came_there_is_nothing_to_give_back(world: World) -> None:
    order = world.paid()
    assert give_back(world, order) == TooMuch(Decimal())
    assert Refund.objects.count() == 0


def test_what_a_provider_paid_back_at_its_bank_is_recorded_and_told(
    world: World, settled: Order, mailoutbox: Any
) -> None:
    account = accounts.keep(Account(provider=world.sol, rail=Rail.TRANSFER), keys=None, currencies=["EUR"])
    Payment.objects.filter(reference=settled.reference).update(account=account)
    assert refunding.is_by_hand(settled)
    said = {"paid_back_on": date(2026, 11, 20), "bank_reference": "TX-4711", "why": "Paid twice.", "asked_by": 7}
    refund = refunding.record(settled, key=uuid.uuid4(), amount=PART, now=world.now, **said)
    assert refund.state == "done"
    assert refunded(settled) == PART
    world.sweep()
    letter = mailoutbox[-1].body
    assert [fact for fact in ("€2.50", "TX-4711", "20 November 2026") if fact not in letter] == []
