"""A purchaser disputes a payment at the bank: who is told, what is answered, and what it changes: no certificate."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.checkout import disputing, evidence, refunding
from portal.checkout.models import Order
from portal.payments import accounts, ledger, refunds
from portal.payments.gateway import Outcome, OutcomeKind, Standing
from portal.payments.models import Account, Dispute
from portal.payments.rails import card_gateway
from portal.payments.simulator.webhooks import compose
from portal.registry.models import Certificate
from tests.world import World, payments_of

AMOUNT = Decimal("7.50")
CHECK_DISPUTE = "portal.checkout.tasks.check_dispute"


@pytest.fixture
def order(world: World, clock: Any, nudges: Any, mailoutbox: Any) -> Order:
    """Three units for 7.50 euros, whose money has come, and whose letters are sent."""
    made = world.completed(world.listing(price="2.50"), quantity=3)
    clock.advance(10)
    world.simulator.settle_due()
    world.sweep()
    nudges.take()
    mailoutbox.clear()
    return made


def at_gateway(world: World, order: Order) -> str:
    sale = next(each for each in world.at_gateway(order) if each["type"] == "sale")
    return str(sale["id"])


def dispute(world: World, order: Order, **wishes: str) -> str:
    opened = world.simulator.disputes.open(merchant_id="sol", transaction_id=at_gateway(world, order), **wishes)
    return str(opened["id"])


def tell(world: World, client: Client, order: Order, number: str, kind: str = "dispute_opened") -> Any:
    """Have the gateway tell of a dispute, signed, as it does."""
    facts = next(each for each in world.simulator.disputes.all() if each["id"] == number)
    record = world.simulator.store.transaction("sol", facts["transaction_id"])
    about = world.simulator.disputes._as_xml(facts)
    merchant = world.simulator.merchants["sol"]
    signature, payload = compose(merchant, kind, record, now=world.now.timestamp(), dispute=about)
    address = reverse("braintree_hook", args=[world.sol.accounts.get().hook_key])
    return client.post(address, {"bt_signature": signature, "bt_payload": payload})


def known(world: World, order: Order, number: str) -> Dispute:
    disputing.check(account_id=payments_of(order).get().account_id, number=number, now=world.now)
    return Dispute.objects.get(number=number)


def decide(world: World, order: Order, number: str, status: str) -> Dispute:
    world.simulator.disputes.decide(dispute_id=number, status=status)
    return known(world, order, number)


def attention(order: Order) -> str:
    order.refresh_from_db()
    return order.needs_attention


def kept(order: Order) -> Decimal:
    return ledger.balance(reference=order.reference).kept


def test_a_dispute_is_a_hint_in_the_web_and_asked_about_in_a_worker(
    world: World, client: Client, nudges: Any, order: Order
) -> None:
    number = dispute(world, order)
    world.simulator.faults.add(operation="find", kind="error_before", count=10)
    assert tell(world, client, order, number).status_code == 204
    assert Dispute.objects.count() == 0
    account_id = payments_of(order).get().account_id
    assert nudges.run() == [(CHECK_DISPUTE, {"account_id": account_id, "number": number})]
    opened = Dispute.objects.get()
    assert (opened.number, opened.state, opened.reason, opened.amount) == (number, "open", "fraud", AMOUNT)
    assert opened.reply_by == date(2026, 12, 3)


def test_what_a_webhook_claims_of_a_dispute_is_not_believed(
    world: World, client: Client, nudges: Any, order: Order
) -> None:
    number = dispute(world, order)
    tell(world, client, order, number, "dispute_lost")
    nudges.run()
    assert Dispute.objects.get().state == "open"


def test_the_same_dispute_ten_times_is_one(world: World, order: Order, mailoutbox: Any) -> None:
    number = dispute(world, order)
    for _time in range(10):
        known(world, order, number)
    world.sweep()
    assert Dispute.objects.count() == 1
    assert kept(order) == Decimal()
    assert len(mailoutbox) == 1


def test_staff_and_the_provider_are_told_of_it_and_the_purchaser_is_not(
    world: World, order: Order, mailoutbox: Any
) -> None:
    known(world, order, dispute(world, order, reason="product_not_received"))
    assert attention(order) == "the payment is disputed: product_not_received, evidence until 2026-12-03"
    world.sweep()
    (letter,) = mailoutbox
    assert letter.to == ["luz@example.org"]
    assert letter.subject.startswith(f"Order {order.reference}: the payment is disputed · ")
    for fact in ("€7.50", "7,50\u00a0€", "product_not_received", "3 December 2026", "3 décembre 2026"):
        assert fact in letter.body


def test_a_dispute_won_is_money_again_and_one_lost_is_not(world: World, order: Order, mailoutbox: Any) -> None:
    first = dispute(world, order)
    known(world, order, first)
    assert kept(order) == Decimal()
    assert decide(world, order, first, "won").state == "won"
    assert kept(order) == AMOUNT
    assert attention(order) == ""
    second = dispute(world, order, kind="pre_arbitration")
    known(world, order, second)
    assert decide(world, order, second, "lost").state == "lost"
    assert kept(order) == Decimal()
    assert attention(order) == "the payment is disputed, and the dispute is lost: fraud"
    events = payments_of(order).get().events.filter(action__in=("chargeback", "recovery"))
    assert [(each.action, each.amount) for each in events] == [
        ("chargeback", AMOUNT),
        ("recovery", AMOUNT),
        ("chargeback", AMOUNT),
    ]
    world.sweep()
    assert sorted(each.subject.split(" · ")[0].split(": ")[1] for each in mailoutbox) == [
        "the dispute is lost",
        "the dispute is won",
        "the payment is disputed",
        "the payment is disputed",
    ]


def test_a_dispute_never_touches_the_certificate(world: World, order: Order) -> None:
    before, left = Certificate.objects.values().get(), order.listing.units_left
    number = dispute(world, order)
    known(world, order, number)
    decide(world, order, number, "lost")
    order.refresh_from_db()
    assert order.state == "completed"
    assert Certificate.objects.values().get() == before
    order.listing.refresh_from_db()
    assert order.listing.units_left == left
    assert payments_of(order).get().state == "captured"


def test_an_inquiry_takes_no_money(world: World, order: Order) -> None:
    assert known(world, order, dispute(world, order, kind="retrieval")).booked == Decimal()
    assert kept(order) == AMOUNT


def test_what_is_disputed_cannot_be_given_back_too_and_what_was_given_back_is_not_gone_twice(
    world: World, order: Order
) -> None:
    refund = refunding.give_back(
        order, key=uuid.uuid4(), amount=Decimal("2.50"), why="Twice.", asked_by=7, now=world.now
    )
    assert refund.state == "done"
    assert known(world, order, dispute(world, order)).booked == Decimal("5.00")
    assert kept(order) == Decimal()
    assert refunding.refundable(order) == Decimal()


def test_a_refund_under_way_keeps_its_money_from_a_dispute(world: World, order: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="drop")
    refund = refunding.give_back(
        order, key=uuid.uuid4(), amount=Decimal("2.50"), why="Twice.", asked_by=7, now=world.now
    )
    assert known(world, order, dispute(world, order)).booked == Decimal("5.00")
    world.sweep(after=timedelta(minutes=5))
    refund.refresh_from_db()
    assert refund.state == "done"
    assert kept(order) == Decimal()


def test_money_of_a_refund_that_failed_is_gone_by_the_dispute_all_the_same(world: World, order: Order) -> None:
    refund = refunding.give_back(
        order, key=uuid.uuid4(), amount=Decimal("2.50"), why="Twice.", asked_by=7, now=world.now
    )
    number = dispute(world, order)
    assert known(world, order, number).booked == Decimal("5.00")
    refunds.settle(refund, outcome=Outcome(kind=OutcomeKind.DECLINED, standing=Standing.REFUND_FAILED), now=world.now)
    assert known(world, order, number).booked == AMOUNT
    assert decide(world, order, number, "won").booked == Decimal()
    assert kept(order) == AMOUNT


def test_the_sweep_finds_a_dispute_of_which_no_webhook_told(world: World, order: Order) -> None:
    number = dispute(world, order)
    world.sweep(after=timedelta(hours=25))
    assert Dispute.objects.get().number == number
    world.simulator.disputes.decide(dispute_id=number, status="won")
    world.sweep(after=timedelta(hours=13))
    assert Dispute.objects.get().state == "won"


def test_a_dispute_in_the_providers_own_shop_is_not_ours(world: World, order: Order) -> None:
    account = payments_of(order).get().account
    gateway: Any = card_gateway(account)
    held = gateway.authorise(key="own-shop-1", amount=AMOUNT, currency="EUR", nonce="fake-valid-visa-nonce")
    opened = world.simulator.disputes.open(merchant_id="sol", transaction_id=held.gateway_id)
    disputing.check(account_id=account.pk, number=opened["id"], now=world.now)
    assert Dispute.objects.count() == 0


# --- Evidence


def answered(world: World, order: Order, nudges: Any) -> Dispute:
    found = known(world, order, dispute(world, order))
    assert disputing.answer_with_evidence(found, by_id=7, now=world.now)
    return found


def test_evidence_is_what_the_record_of_the_order_says_and_its_certificate(
    world: World, order: Order, nudges: Any
) -> None:
    answered(world, order, nudges)
    disputing.look_after(dispute_id=Dispute.objects.get().pk, now=world.now)
    found = Dispute.objects.get()
    assert (found.state, found.answered_by) == ("answered", 7)
    (sent,) = world.simulator.disputes.all()
    assert sent["status"] == "disputed"
    texts = [each["comment"] for each in sent["evidence"] if each["comment"]]
    code = Certificate.objects.get().code
    delivered, serials, ordered, consented = texts
    assert delivered.startswith("Delivered: 3 units (tonnes CO2 equivalent) were cancelled for this purchaser")
    assert f"http://testserver/en/certificates/{code}/" in delivered
    assert "2026-11-23 09:00 UTC" in delivered
    assert serials == "Serial numbers of the units, issued to CDM-0033: CL-5-1-2-2-0-33 to CL-5-3-2-2-0-33."
    assert f"Order {order.reference} by Alma Prado (alma@example.org)" in ordered
    assert "€7.50" in ordered
    assert consented.startswith("Consent: on 2026-11-23 09:00 UTC the purchaser agreed")
    assert sum(bool(each["url"]) for each in sent["evidence"]) == 1
    assert max(map(len, texts)) <= 500
    assert attention(order) == ""


def test_what_three_d_secure_said_is_evidence_where_the_gateway_tells_it(world: World, order: Order) -> None:
    assert [text for text in evidence.texts(order) if "3-D Secure" in text] == []
    for shifted, said in ((True, "the liability shifted to the issuer"), (False, "the liability did not shift")):
        (text,) = [text for text in evidence.texts(order, liability_shifted=shifted) if "3-D Secure" in text]
        assert said in text


def test_a_click_is_a_row_first_and_a_second_one_does_nothing(world: World, order: Order, nudges: Any) -> None:
    found = answered(world, order, nudges)
    assert Dispute.objects.get().state == "sending"
    assert not disputing.answer_with_evidence(found, by_id=8, now=world.now)
    assert world.simulator.disputes.all()[0]["evidence"] == []


def test_evidence_whose_answer_was_lost_is_sent_by_the_sweep_and_once(world: World, order: Order, nudges: Any) -> None:
    answered(world, order, nudges)
    world.simulator.faults.add(operation="finalize", kind="drop")
    disputing.answer(dispute_id=Dispute.objects.get().pk, now=world.now)
    assert Dispute.objects.get().state == "sending"
    world.sweep(after=timedelta(minutes=5))
    assert Dispute.objects.get().state == "answered"
    assert len(world.simulator.disputes.all()[0]["evidence"]) == 5


def test_evidence_that_is_refused_can_be_sent_again(world: World, order: Order, nudges: Any) -> None:
    answered(world, order, nudges)
    world.simulator.faults.add(operation="finalize", kind="decline")
    disputing.answer(dispute_id=Dispute.objects.get().pk, now=world.now)
    found = Dispute.objects.get()
    assert (found.state, found.code) == ("open", "95705")
    assert attention(order) == "the payment is disputed, and its evidence was refused: 95705"
    assert disputing.answer_with_evidence(found, by_id=7, now=world.now)
    disputing.answer(dispute_id=found.pk, now=world.now)
    assert Dispute.objects.get().state == "answered"


def test_an_account_whose_credentials_do_not_open_is_asked_later(world: World, order: Order) -> None:
    account = payments_of(order).get().account
    Account.objects.filter(pk=account.pk).update(sealed_credentials=b"torn")
    disputing.check(account_id=account.pk, number="abc", now=world.now)
    disputing.search(account_id=account.pk, now=world.now)
    assert accounts.accounts_of(world.sol)[0].searched_at == world.now
    assert Dispute.objects.count() == 0
