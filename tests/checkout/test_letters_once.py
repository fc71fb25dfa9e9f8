"""A letter is claimed before it is sent: nobody sends what another may still send, and one sent again is the same."""

from datetime import timedelta
from threading import Barrier
from time import sleep

import pytest
from django.core.mail.backends.locmem import EmailBackend

from portal.checkout import mail, paying, service
from portal.checkout.models import Order
from tests.threads import PATIENCE, THREADS, at_once


class SlowBackend(EmailBackend):
    """A mail server that takes its time."""

    def send_messages(self, messages):
        sleep(0.3)
        return super().send_messages(messages)


class ForgottenBackend(EmailBackend):
    """A mail server that takes the letter; and then the sender dies before anything is written down."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit("killed")


def names(mailoutbox) -> list[str]:
    return [each.message()["Message-ID"] for each in mailoutbox]


def test_a_letter_has_the_name_of_what_it_tells(world, settings, mailoutbox):
    settings.SITE_URL = "https://portal.example.org"
    order = world.order()
    world.sweep()
    paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
    world.sweep(after=timedelta(hours=1))
    assert names(mailoutbox) == [
        f"<{order.reference}.placed@portal.example.org>",
        f"<{order.reference}.lapsed@portal.example.org>",
    ]
    done = world.completed()
    assert names(mailoutbox)[-1] == f"<{done.reference}.certificate@portal.example.org>"


def test_letters_of_two_attempts_are_two(world, mailoutbox):
    order = world.order()
    for _i in range(2):
        world.simulator.faults.add(operation="sale", kind="drop")
        paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
        world.sweep(after=timedelta(minutes=3))
    attempts = [each for each in names(mailoutbox) if ".not_paid." in each]
    assert len(set(attempts)) == 2


@pytest.mark.parametrize("kind", ["placed", "certificate"])
def test_who_is_killed_after_sending_leaves_a_claim_and_the_same_letter_goes_again(world, settings, mailoutbox, kind):
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.ForgottenBackend"
    order = world.order() if kind == "placed" else world.paid()
    with pytest.raises(SystemExit):
        service.tell(order_id=order.pk, now=world.now) if kind == "placed" else service.fulfil(
            order_id=order.pk, now=world.now
        )
    settings.EMAIL_BACKEND = usual
    assert len(mailoutbox) == 1
    world.sweep(after=mail.RETRY)
    assert len(mailoutbox) == 1  # until now it might have been at it
    world.sweep()
    world.sweep(after=timedelta(minutes=10))
    first, second = names(mailoutbox)
    assert first == second == f"<{order.reference}.{kind}@testserver>"


def test_a_claim_outlasts_whoever_is_at_it():
    assert mail.RETRY > 2 * mail.TIME_LIMIT


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
@pytest.mark.parametrize("kind", ["placed", "certificate"])
def test_eight_senders_of_a_slow_letter_send_it_once(world, settings, mailoutbox, kind):
    order = world.order() if kind == "placed" else world.paid()
    if kind == "certificate":
        service.cancel(order_id=order.pk, now=world.now)
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    at_once(lambda number: service.tell(order_id=order.pk, now=world.now + timedelta(seconds=number)))
    assert names(mailoutbox) == [f"<{order.reference}.{kind}@testserver>"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_control_looking_first_and_noting_then_sends_it_from_everybody(world, mailoutbox):
    order = world.paid()
    service.cancel(order_id=order.pk, now=world.now)
    seen = Barrier(THREADS)

    def tell(number: int) -> None:
        is_untold = mail.untold(now=world.now).filter(pk=order.pk).exists()
        seen.wait(timeout=PATIENCE)
        if is_untold:
            mail.send_outcome(Order.objects.get(pk=order.pk))
            Order.objects.filter(pk=order.pk).update(mailed_at=world.now)

    at_once(tell)
    assert len(mailoutbox) == THREADS
