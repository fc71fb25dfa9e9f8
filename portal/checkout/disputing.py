"""Disputes about orders: who is told of them, and what they are answered with. None ever touches a certificate.

Staff see an open or lost one among what needs attention; the provider's people are told by letter how it stands.
"""

from datetime import datetime

from django.db import transaction

from portal.celery import nudge_on_commit
from portal.checkout import evidence, mail, service
from portal.checkout.models import Letter, Order
from portal.payments import disputes
from portal.payments import service as payments
from portal.payments.gateway import DisputeFacts
from portal.payments.models import Dispute, DisputeState

ANSWER = "portal.checkout.tasks.answer_dispute"
CONCEDE = "portal.checkout.tasks.concede_dispute"
DISPUTED = "the payment is disputed"
TOLD = (DisputeState.OPEN, DisputeState.WON, DisputeState.LOST)


def check(*, account_id: int, number: str, now: datetime) -> None:
    """Ask the gateway how a dispute stands, and act on it. A webhook is only a hint that leads here."""
    account = disputes.account(account_id=account_id)
    facts = disputes.ask(account, number=number, now=now)
    if isinstance(facts, DisputeFacts):
        _take_in(facts, account_id=account_id, now=now)


def search(*, account_id: int, now: datetime) -> None:
    """Ask the gateway for disputes of which no webhook told."""
    for facts in disputes.search(disputes.account(account_id=account_id), now=now):
        _take_in(facts, account_id=account_id, now=now)


def look_after(*, dispute_id: int, now: datetime) -> None:
    """Send evidence that was not sent yet, or give in, and else ask how a dispute stands that is not decided."""
    dispute = disputes.get(dispute_id=dispute_id)
    if dispute.state == DisputeState.SENDING:
        answer(dispute_id=dispute_id, now=now)
    elif dispute.state == DisputeState.CONCEDING:
        concede(dispute_id=dispute_id, now=now)
    else:
        check(account_id=dispute.payment.account_id, number=dispute.number, now=now)


def _take_in(facts: DisputeFacts, *, account_id: int, now: datetime) -> None:
    payment = disputes.payment_of(facts, account_id=account_id)
    if payment is None:
        return
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(reference=payment.reference).first()  # order first
        dispute, is_news = disputes.take_in(facts, payment=payment, now=now)
        if order and is_news:
            _tell(order, dispute, now=now)


def _tell(order: Order, dispute: Dispute, *, now: datetime) -> None:
    """Tell staff and the provider how a dispute stands now. Runs in the transaction that writes it down."""
    if dispute.state == DisputeState.OPEN:
        until = f", evidence until {dispute.reply_by:%Y-%m-%d}" if dispute.reply_by else ""
        service.needs_a_person(order, why=f"{DISPUTED}: {dispute.reason}{until}")
    elif dispute.state == DisputeState.LOST and dispute.code != disputes.GIVEN_IN:
        service.needs_a_person(order, why=f"{DISPUTED}, and the dispute is lost: {dispute.reason}")
    else:
        service.needs_nobody(order, about=DISPUTED)
    if dispute.state in TOLD:
        mail.owe(order, kind=Letter.Kind.DISPUTED, attempt=f"{dispute.number}.{dispute.state}", now=now)
        nudge_on_commit(service.WRITE, order_id=order.pk)


def answer_with_evidence(dispute: Dispute, *, by_id: int, now: datetime) -> bool:
    """Have evidence sent for an open dispute, by a worker. False where it is open no more, or being sent."""
    is_begun = disputes.begin_to_answer(dispute, by_id=by_id, now=now)
    if is_begun:
        nudge_on_commit(ANSWER, dispute_id=dispute.pk)
    return is_begun


def answer(*, dispute_id: int, now: datetime) -> None:
    """Send the evidence that somebody asked to be sent. Any number of times, by any number of workers."""
    dispute = disputes.get(dispute_id=dispute_id)
    if dispute.state != DisputeState.SENDING:
        return
    order = Order.objects.select_related("listing__issuance_block__activity").get(reference=dispute.payment.reference)
    seen = payments.look_up(dispute.payment, now=now)
    texts = evidence.texts(order, liability_shifted=seen.liability_shifted if seen else None)
    outcome = disputes.send(dispute, texts=texts, files=evidence.files(order), now=now)
    if outcome.approved:
        service.needs_nobody(order, about=DISPUTED)
    elif dispute.state == DisputeState.OPEN:
        service.needs_a_person(order, why=f"{DISPUTED}, and its evidence was refused: {outcome.code}")


def give_in(dispute: Dispute, *, by_id: int, now: datetime) -> bool:
    """Have an open dispute given in to, by a worker: its money goes back to its payer. False where it is open no more,
    or being answered."""
    is_begun = disputes.begin_to_give_in(dispute, by_id=by_id, now=now)
    if is_begun:
        nudge_on_commit(CONCEDE, dispute_id=dispute.pk)
    return is_begun


def concede(*, dispute_id: int, now: datetime) -> None:
    """Give in to a dispute that somebody wanted to be given in to. Any number of times, by any number of workers."""
    dispute = disputes.get(dispute_id=dispute_id)
    if dispute.state != DisputeState.CONCEDING:
        return
    outcome = disputes.give_in(dispute, now=now)
    if outcome.approved:
        check(account_id=dispute.payment.account_id, number=dispute.number, now=now)
    elif dispute.state == DisputeState.OPEN:
        order = Order.objects.get(reference=dispute.payment.reference)
        service.needs_a_person(order, why=f"{DISPUTED}, and giving in was refused: {outcome.code}")


def preview(order: Order) -> tuple[list[str], list[str]]:
    """Return the texts that would be sent for an order, but for what its gateway has to be asked for, and the names of
    the files."""
    return evidence.texts(order), evidence.names_of_files(order)
