"""The controls: what is lost, doubled or stuck is found, so that a table of zeros says something."""

from typing import Any

import pytest

from portal.payments.models import Payment, PaymentState
from portal.payments.rails import card_gateway
from tests.faults.stories import STORIES, Subject
from tests.faults.verdicts import Verdict, verdict
from tests.world import World, payments_of

CARD_STORY = next(each for each in STORIES if each.name == "card")


@pytest.fixture
def subject(world: World) -> Subject:
    remote: Any = world.simulator
    return Subject(1, remote)


def judged(world: World, subject: Subject, letters: dict[str, set[str]] | None = None) -> Verdict:
    return verdict(CARD_STORY, subject, letters={subject.email: letters or {}}, world=world)


def test_of_a_whole_purchase_there_is_nothing_to_say(world: World, subject: Subject) -> None:
    world.completed(purchaser_email=subject.email)
    assert judged(world, subject) == Verdict()


def test_money_that_is_taken_for_no_units_is_lost(world: World, subject: Subject) -> None:
    order = world.paid(purchaser_email=subject.email)
    payment = payments_of(order).get()
    taken = card_gateway(payment.account).capture(
        key=str(payment.key), gateway_id=payment.gateway_id, amount=payment.amount
    )
    assert taken.approved
    said = judged(world, subject)
    assert "money was taken and no unit cancelled" in said.lost
    assert "the order is paid" in said.stuck


def test_money_that_nobody_asks_about_any_more_is_stuck(world: World, subject: Subject) -> None:
    order = world.paid(purchaser_email=subject.email)
    assert judged(world, subject).stuck == [
        "the gateway holds the money of authorised",
        "the order is paid",
        "a payment is authorised",
        "the cancellation",
    ]
    assert Payment.objects.get(reference=order.reference).state == PaymentState.AUTHORISED


def test_a_letter_under_two_names_is_doubled(world: World, subject: Subject) -> None:
    world.completed(purchaser_email=subject.email)
    said = judged(world, subject, {"A certificate": {"<1@portal>", "<2@portal>"}, "Once": {"<3@portal>"}})
    assert said == Verdict(doubled=["the letter 'A certificate'"])
