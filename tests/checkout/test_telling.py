"""The purchaser is told how it ended, once, in the order's language; a mail server that is away only delays it."""

from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend

from portal.checkout import service
from portal.checkout.models import OrderState
from portal.payments.models import PaymentState
from tests.world import payments_of


class AwayBackend(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("the mail server is away")


@pytest.fixture
def mail_is_away(settings):
    """Call it to take the mail server away, and call what it returns to bring it back."""
    usual = settings.EMAIL_BACKEND

    def bring_back():
        settings.EMAIL_BACKEND = usual

    settings.EMAIL_BACKEND = f"{__name__}.AwayBackend"
    return bring_back


def test_the_certificate_is_sent_with_the_letter(world, mailoutbox):
    order = world.completed(locale="es")
    (letter,) = mailoutbox
    ((name, content, kind),) = letter.attachments
    assert (letter.to, kind, content[:5]) == (["alma@example.org"], "application/pdf", b"%PDF-")
    assert order.reference in letter.body + letter.subject
    assert name.endswith(".pdf")
    assert order.mailed_at == world.now


def test_a_letter_is_sent_once(world, mailoutbox):
    order = world.completed()
    for _i in range(5):
        service.fulfil(order_id=order.pk, now=world.now)
        world.sweep(after=timedelta(minutes=10))
    assert len(mailoutbox) == 1


def test_where_nobody_is_to_be_told_no_letter_is_sent(world, mailoutbox):
    order = world.paid()
    service.waive_letter(token=order.token, now=order.placed_at)
    service.fulfil(order_id=order.pk, now=world.now)
    world.sweep(after=timedelta(minutes=10))
    order.refresh_from_db()
    assert (order.state, order.mailed_at, mailoutbox) == (OrderState.COMPLETED, order.placed_at, [])


def test_a_mail_server_that_is_away_holds_up_no_money(world, mail_is_away):
    order = world.paid()
    with pytest.raises(ConnectionRefusedError):
        service.fulfil(order_id=order.pk, now=world.now)
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.COMPLETED, PaymentState.CAPTURED)
    assert order.mailed_at is None


def test_the_letter_is_sent_when_the_mail_server_is_back(world, mail_is_away, mailoutbox):
    order = world.paid()
    world.sweep()
    world.sweep()
    mail_is_away()
    world.sweep(after=timedelta(minutes=2))
    assert mailoutbox == []  # whoever claimed the letter may still be at it
    world.sweep(after=timedelta(minutes=5))
    world.sweep(after=timedelta(minutes=5))
    order.refresh_from_db()
    assert (len(mailoutbox), order.mailed_at is not None) == (1, True)


def test_one_address_that_the_server_refuses_holds_up_no_other(world, settings, mailoutbox):
    settings.EMAIL_BACKEND = f"{__name__}.PickyBackend"
    listing = world.listing()
    world.paid(listing, purchaser_email="refused@example.org")
    world.paid(listing, purchaser_email="welcome@example.org")
    world.sweep()
    assert [mail.to for mail in mailoutbox] == [["welcome@example.org"]]


class PickyBackend(EmailBackend):
    """A mail server that does not like one address."""

    def send_messages(self, messages):
        if any("refused@example.org" in each.to for each in messages):
            raise ValueError("mailbox unavailable")
        return super().send_messages(messages)
