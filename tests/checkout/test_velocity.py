"""Trying out cards is slow, whatever is changed from one attempt to the next; paying many orders is not."""

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.checkout import paying
from portal.checkout.models import Order, OrderState
from portal.payments.models import Payment, PaymentState
from portal.payments.transfers.models import BankAccount
from portal.providers.models import Listing
from tests.checkout.paypal import Payer
from tests.checkout.purchasing import VISA, order_page
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.world import World, payments_of

__all__ = ["bank"]
DECLINED = "fake-processor-declined-visa-nonce"
TOO_OFTEN = {
    "en": "That was too often in too short a time",
    "fr": "Trop de demandes en trop peu de temps",
    "es": "Han sido demasiados intentos en muy poco tiempo",
}


@pytest.fixture(autouse=True)
def _limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = True
    settings.PAY_TRIES_PER_NETWORK, settings.PAY_TRIES_PER_MAILBOX, settings.PAY_TRIES_PER_BROWSER = 1000, 1000, 1000
    cache.clear()
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # all within one window, whenever this runs


def new_order(world: World, listing: Listing, **wishes: Any) -> Order:
    return world.order(listing, now=timezone.now(), **wishes)


def attempt(client: Client, order: Order, nonce: str = DECLINED, language: str = "en", **headers: str) -> Any:
    sent = order_page(client, order).sent("nonce", nonce=nonce)
    return client.post(f"/{language}/orders/{order.token}/pay/", sent, **headers)


def statuses(world: World, how: Any, *, times: int = 4) -> list[int]:
    listing = world.listing()
    return [how(number, listing).status_code for number in range(times)]


def test_one_network_is_slowed_down_whatever_it_changes(world: World, settings: Any) -> None:
    settings.PAY_TRIES_PER_NETWORK = 3

    def trying(number: int, listing: Listing) -> Any:
        return attempt(Client(), new_order(world, listing, purchaser_email=f"a{number}@example.org"))

    assert statuses(world, trying) == [422, 422, 422, 429]
    assert Payment.objects.count() == 3


def test_one_mailbox_is_slowed_down_wherever_it_comes_from(world: World, settings: Any) -> None:
    settings.PAY_TRIES_PER_MAILBOX = 3

    def trying(number: int, listing: Listing) -> Any:
        order = new_order(world, listing, purchaser_email=f"Ana+{number}@example.org")
        return attempt(Client(REMOTE_ADDR=f"198.51.100.{number}"), order)

    assert statuses(world, trying) == [422, 422, 422, 429]


def test_one_browser_is_slowed_down_wherever_it_is(world: World, settings: Any, client: Client) -> None:
    settings.PAY_TRIES_PER_BROWSER = 3

    def trying(number: int, listing: Listing) -> Any:
        order = new_order(world, listing, purchaser_email=f"a{number}@example.org")
        return attempt(client, order, REMOTE_ADDR=f"198.51.100.{number}")

    assert statuses(world, trying) == [422, 422, 422, 429]


def test_whoever_pays_for_many_orders_meets_no_limit(world: World, settings: Any, client: Client) -> None:
    settings.PAY_TRIES_PER_NETWORK = settings.PAY_TRIES_PER_MAILBOX = settings.PAY_TRIES_PER_BROWSER = 1
    assert statuses(world, lambda _n, listing: attempt(client, new_order(world, listing), VISA)) == [302] * 4
    assert set(Order.objects.values_list("state", flat=True)) == {OrderState.PAID}


def test_who_agreed_elsewhere_and_did_not_come_back_meets_none_once_that_is_found(
    world: World, settings: Any, client: Client
) -> None:
    settings.PAY_TRIES_PER_NETWORK = settings.PAY_TRIES_PER_MAILBOX = settings.PAY_TRIES_PER_BROWSER = 1
    world.paypal()
    payer, listing = Payer(world), world.listing()
    for _each in range(2):
        order = new_order(world, listing)
        assert client.post(f"/en/orders/{order.token}/pay/paypal/").status_code == 303
        payer.agree(order)
        for _hint in range(2):  # a notification, and another
            paying.check_payment(key=payer.payment(order).key, now=timezone.now())
        assert payer.payment(order).state == PaymentState.AUTHORISED


def test_an_attempt_that_came_to_nothing_counts_though_a_later_one_of_its_order_does_not(
    world: World, settings: Any, client: Client
) -> None:
    settings.PAY_TRIES_PER_MAILBOX = 2
    order, other = new_order(world, world.listing()), new_order(world, world.listing())
    assert [attempt(client, order, nonce).status_code for nonce in (DECLINED, VISA)] == [422, 302]
    assert [attempt(client, other).status_code for _each in range(2)] == [422, 429]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_who_tried_too_often_on_one_rail_waits_on_every_other_and_is_told_no_more(
    world: World, settings: Any, client: Client, bank: BankAccount, language: str
) -> None:
    settings.PAY_TRIES_PER_MAILBOX = 1
    world.paypal()
    listing = world.listing()
    attempt(client, new_order(world, listing))
    order = new_order(world, listing)
    for way in ("pay/paypal/", "transfer/", "pay/"):
        answer = client.post(f"/{language}/orders/{order.token}/{way}", {"nonce": VISA})
        assert (answer.status_code, Page(answer).soup.h1.text) == (429, TOO_OFTEN[language]), way
        assert 0 < int(answer["Retry-After"]) <= 3600
        for told in ("alma@example.org", "127.0.0.1"):
            assert told not in Page(answer).source
    assert not payments_of(order).exists()


def test_an_hour_later_somebody_may_try_again(
    world: World, settings: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAY_TRIES_PER_MAILBOX = 1
    listing = world.listing()
    assert statuses(world, lambda _n, _l: attempt(client, new_order(world, listing)), times=2) == [422, 429]
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert attempt(client, new_order(world, listing), VISA).status_code == 302


# --- Whatever a browser says of the money


FORGED = {"amount": "0.01", "currency": "USD", "unit_price": "0.01", "quantity": "1", "account": "1", "total": "0.01"}


def test_an_amount_that_a_browser_sends_changes_nothing_on_any_rail(
    world: World, client: Client, bank: BankAccount
) -> None:
    world.paypal()
    listing = world.listing(price="2.50")
    for way, rail in (("pay/", "card"), ("pay/paypal/", "paypal"), ("transfer/", "transfer")):
        order = new_order(world, listing, quantity=4)
        sent = order_page(client, order).sent("nonce", nonce=VISA)
        answer = client.post(f"/en/orders/{order.token}/{way}?amount=0.01&currency=USD", {**sent, **FORGED})
        assert answer.status_code in (302, 303), way
        payment = payments_of(order).get()
        assert (payment.account.rail, str(payment.amount.normalize()), payment.currency) == (rail, "1E+1", "EUR")
        if rail == "card":
            assert [(each["amount"], each["currency"]) for each in world.at_gateway(order)] == [("10.00", "EUR")]
