"""What a purchaser hears by letter on the way: where the order is, and what happens while nobody looks. Each once."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.checkout import mail, paying, service
from portal.checkout.models import Letter, Order, OrderState
from portal.checkout.service import PayResult
from portal.payments.models import PaymentState
from tests.checkout.soundness import assert_at_rest
from tests.threads import at_once
from tests.world import CARD, payments_of


def subjects(mailoutbox) -> list[str]:
    return [each.subject for each in mailoutbox]


def sent(mailoutbox, kind: str, order) -> int:
    """How many letters of a kind there were, by what their subjects say."""
    words = {
        "placed": f"Order {order.reference}: 1 unit is set aside for you",
        "not_paid": f"Order {order.reference}: the payment did not succeed",
        "lapsed": f"Order {order.reference} has expired",
        "uncollected": f"Order {order.reference}: the payment could not be collected",
    }
    return subjects(mailoutbox).count(words[kind])


# --- The order is placed


def test_who_places_an_order_is_sent_its_own_address_once(world, settings, mailoutbox):
    order = world.order(world.listing(price="2.50"), quantity=3, purpose="own", purpose_text="For the river.")
    assert mailoutbox == []  # the worker writes, and never the page
    for _i in range(3):
        mail.send_owed(order_id=order.pk, now=world.now)
        world.sweep()
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (
        ["alma@example.org"],
        f"Order {order.reference}: 3 units are set aside for you",
    )
    html = letter.alternatives[0].content
    for text in (letter.body, html):
        for fact in ("€7.50", "€2.50", "Wind power at Punta Larga", "Sol", "Alma Prado", "For the river.", "UTC"):
            assert fact in text, fact
        assert f"{settings.SITE_URL}/en/orders/{order.token}/" in text
    assert order.letters.get().sent_at is not None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "until 3 May 2030, 16:35 (Central European Summer Time, 14:35 UTC)"),
        ("fr", "3 mai 2030, 16:35 (heure d’été d’Europe centrale, 14:35 UTC)"),
        ("es", "3 may 2030, 16:35 (hora de verano de Europa central, 14:35 UTC)"),
    ],
)
def test_it_says_until_when_by_the_clocks_of_the_portals_zone_and_in_utc(world, settings, mailoutbox, language, said):
    settings.TIME_ZONE = "Europe/Paris"
    order = world.order(locale=language)
    Order.objects.update(hold_until=datetime(2030, 5, 3, 14, 35, tzinfo=UTC))
    mail.send_owed(order_id=order.pk, now=world.now)
    (letter,) = mailoutbox
    assert said in letter.body
    assert said in letter.alternatives[0].content


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "1 unité est mise de côté pour vous"), ("es", "1 unidad está reservada para usted")],
)
def test_it_is_written_in_the_orders_language(world, mailoutbox, language, words):
    order = world.order(locale=language)
    world.sweep()
    assert words in mailoutbox[0].subject
    assert f"/{language}/orders/{order.token}/" in mailoutbox[0].body


def test_an_order_that_is_paid_at_once_is_told_by_its_certificate_alone(world, mailoutbox):
    order = world.completed()
    world.sweep()
    assert [each.attachments != [] for each in mailoutbox] == [True]
    assert order.letters.get().sent_at is None


def test_the_same_form_twice_is_one_letter(world, mailoutbox):
    listing, form = world.listing(), "7" * 32
    for _i in range(2):
        world.place(listing, submission=form)
    world.sweep()
    assert len(mailoutbox) == 1


def test_an_address_is_told_of_some_unpaid_orders_a_day_and_of_no_more(world, settings, mailoutbox, caplog):
    settings.PLACED_LETTERS_PER_ADDRESS = 2
    listing = world.listing()
    addresses = ["alma@example.org", "Alma+2@Example.org", "ALMA+x@example.org", "bo@example.org"]
    orders = [world.order(listing, purchaser_email=each, now=world.now) for each in addresses]
    world.sweep()
    assert [each.to for each in mailoutbox] == [["alma@example.org"], ["Alma+2@Example.org"], ["bo@example.org"]]
    assert f"order {orders[2].reference} is told of by no letter" in caplog.text
    assert "alma" not in caplog.text.lower()
    assert paying.pay(token=orders[2].token, nonce=CARD, now=world.now) == PayResult.HELD  # it stands all the same
    world.pass_time(days=1, minutes=1)
    world.order(listing, purchaser_email="alma@example.org", now=world.now)
    world.sweep()
    assert [each.to for each in mailoutbox if "set aside" in each.subject][3:] == [["alma@example.org"]]


def test_who_pays_is_told_of_every_order(world, settings, mailoutbox):
    settings.PLACED_LETTERS_PER_ADDRESS = 1
    for _i in range(3):
        world.completed()
    world.order()
    world.sweep()
    assert "is set aside for you" in mailoutbox[-1].subject


# --- An attempt to pay that nobody saw fail


def test_an_attempt_that_is_given_up_is_told_once(world, mailoutbox):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="error_before")
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.UNDER_WAY
    for _i in range(5):
        world.sweep(after=timedelta(minutes=5))
    assert payments_of(order).get().state == PaymentState.DECLINED
    assert sent(mailoutbox, "not_paid", order) == 1
    letter = next(each for each in mailoutbox if "did not succeed" in each.subject)
    assert order.token in letter.body
    assert "Nothing was charged" in letter.body


def test_a_decline_that_came_late_is_told_once(world, mailoutbox):
    order = world.order()
    world.simulator.faults.add(operation="sale", kind="drop")
    card = "fake-processor-declined-visa-nonce"
    assert paying.pay(token=order.token, nonce=card, now=world.now) == PayResult.UNDER_WAY
    for _i in range(3):
        world.sweep(after=timedelta(minutes=3))
    assert sent(mailoutbox, "not_paid", order) == 1


def test_a_decline_on_the_page_is_not_told_again(world, mailoutbox):
    order = world.order()
    assert paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now) == "declined"
    world.sweep()
    assert sent(mailoutbox, "not_paid", order) == 0


def test_each_attempt_that_is_given_up_is_told(world, mailoutbox):
    order = world.order()
    for _i in range(2):
        world.simulator.faults.add(operation="sale", kind="drop")
        paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
        world.sweep(after=timedelta(minutes=3))
    assert sent(mailoutbox, "not_paid", order) == 2


# --- The order expires


def test_who_began_to_pay_is_told_once_that_the_order_expired(world, mailoutbox):
    order = world.order()
    paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
    for _i in range(3):
        world.sweep(after=timedelta(hours=1))
    order.refresh_from_db()
    assert (order.state, sent(mailoutbox, "lapsed", order)) == (OrderState.EXPIRED, 1)
    assert f"/en/buy/{order.listing.code}/" in mailoutbox[-1].body


def test_who_withdraws_is_not_told_what_they_did(world, mailoutbox):
    order = world.order()
    paying.pay(token=order.token, nonce="fake-processor-declined-visa-nonce", now=world.now)
    service.withdraw(token=order.token, now=world.now)
    world.sweep(after=timedelta(hours=1))
    assert mailoutbox == []


# --- The money cannot be collected


def test_a_refused_settlement_is_told_to_the_purchaser_once_and_to_the_desk(world, clock, client, mailoutbox):
    order = world.completed()
    world.simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(10)
    world.simulator.settle_due()
    for _i in range(3):
        world.sweep(after=timedelta(hours=25))
    order.refresh_from_db()
    assert order.needs_attention == "the payment could not be collected: 4001"
    assert sent(mailoutbox, "uncollected", order) == 1
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    assert "1 order needs attention" in client.get("/admin/").content.decode()
    assert_at_rest(world)


def test_a_capture_that_fails_once_is_no_news_for_anybody(world, mailoutbox):
    order = world.paid()
    world.simulator.faults.add(operation="submit", kind="decline")
    service.fulfil(order_id=order.pk, now=world.now)
    world.sweep(after=timedelta(minutes=61))
    order.refresh_from_db()
    assert (payments_of(order).get().state, order.needs_attention) == (PaymentState.CAPTURED, "")
    assert sent(mailoutbox, "uncollected", order) == 0


def test_a_capture_that_fails_again_is_tried_every_hour_told_once_and_forgotten_when_it_succeeds(world, mailoutbox):
    order = world.paid()
    world.simulator.faults.add(operation="submit", kind="decline", count=4)
    service.fulfil(order_id=order.pk, now=world.now)
    for tries in (2, 3, 4):
        world.sweep(after=timedelta(minutes=61))
        order.refresh_from_db()
        assert order.needs_attention == "the payment could not be collected: 91507"
        asked = payments_of(order).get().events.filter(action="capture", result="requested").count()
        assert (asked, sent(mailoutbox, "uncollected", order)) == (tries, 1)
    world.sweep(after=timedelta(minutes=61))
    order.refresh_from_db()
    assert (payments_of(order).get().state, order.needs_attention) == (PaymentState.CAPTURED, "")
    assert sent(mailoutbox, "uncollected", order) == 1


# --- Once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_eight_workers_send_a_letter_once(world, mailoutbox):
    world.order()
    letter = Letter.objects.get()
    at_once(lambda number: mail.send(letter_id=letter.pk, now=world.now))
    assert len(mailoutbox) == 1


def test_a_letter_that_failed_is_sent_later_and_what_is_no_news_any_more_is_not(world, settings, mailoutbox):
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.checkout.test_telling.AwayBackend"
    early, late = world.order(), world.order()
    world.come_round()
    service.withdraw(token=late.token, now=world.now)
    settings.EMAIL_BACKEND = usual
    world.sweep(after=timedelta(minutes=2))
    assert mailoutbox == []  # whoever claimed the letter may still be at it
    world.sweep(after=timedelta(minutes=5))
    assert [early.token in each.body for each in mailoutbox] == [True]
