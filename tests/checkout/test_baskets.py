"""Several listings in one visit: several orders, all or none, each on its own way, and one letter at the end."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from portal.checkout import baskets, paying, service, transfers
from portal.checkout.models import Basket, Letter, Order
from portal.checkout.orders import basket_at
from portal.checkout.rules import NotEnough, Placed, TooManyHolds
from portal.payments.transfers.models import BankAccount
from portal.providers.models import Listing
from tests.payments.transfers.conftest import bank
from tests.threads import THREADS, at_once
from tests.world import CARD, DETAILS, World

__all__ = ["bank"]


@pytest.fixture
def hydro(world: World) -> Listing:
    return world.listing(units=5, price="2.50")


@pytest.fixture
def wind(world: World) -> Listing:
    return world.listing(units=50, price="4.00", provider=world.vento)


def place(world: World, *lines: tuple[Listing, int], submission: uuid.UUID | None = None, **asked: Any) -> Any:
    return baskets.place(
        **{
            "lines": {listing.code: units for listing, units in lines},
            "details": DETAILS,
            "submission": submission or uuid.uuid4(),
            "locale": "en",
            "purchaser": None,
            "now": world.now,
            **asked,
        }
    )


def orders_of(placed: Any) -> list[Order]:
    assert isinstance(placed, Placed), placed
    return list(Order.objects.filter(basket__token=placed.token).select_related("listing").order_by("listing_id"))


def left(*listings: Listing) -> list[int]:
    return [Listing.objects.get(pk=each.pk).units_left for each in listings]


def settled(world: World, order: Order) -> None:
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == "held"
    service.fulfil(order_id=order.pk, now=world.now)


def test_each_listing_becomes_an_order_to_its_own_provider(world: World, hydro: Listing, wind: Listing) -> None:
    placed = place(world, (hydro, 3), (wind, 4))
    first, second = orders_of(placed)
    assert [(each.provider_name, each.quantity, each.amount) for each in (first, second)] == [
        (world.sol.name, 3, 7.5),
        (world.vento.name, 4, 16),
    ]
    assert left(hydro, wind) == [2, 46]
    seen = basket_at(token=placed.token, now=world.now)
    assert seen
    assert (len(seen.to_pay), seen.providers_to_pay, seen.is_under_way) == (2, 2, False)


def test_all_are_ordered_or_none(world: World, hydro: Listing, wind: Listing) -> None:
    assert place(world, (wind, 4), (hydro, 6)) == baskets.NotPlaced(hydro.code, NotEnough(5))
    assert (Order.objects.count(), Basket.objects.count(), left(hydro, wind)) == (0, 0, [5, 50])


def test_no_more_wait_to_be_paid_than_may(world: World, settings, hydro: Listing, wind: Listing) -> None:
    settings.HOLDS_PER_VISITOR = 1
    refused = place(world, (hydro, 1), (wind, 1), visitor="somebody")
    assert isinstance(refused, baskets.NotPlaced)
    assert refused.refusal == TooManyHolds(1)
    assert left(hydro, wind) == [5, 50]


def test_the_same_form_again_is_the_same_basket_and_corrects_it(world: World, hydro: Listing, wind: Listing) -> None:
    form = uuid.uuid4()
    placed = place(world, (hydro, 3), (wind, 4), submission=form)
    assert place(world, (hydro, 3), (wind, 4), submission=form) == placed
    assert place(world, (hydro, 5), submission=form) == placed
    assert [(each.quantity, each.state) for each in orders_of(placed)] == [(5, "awaiting_payment"), (4, "withdrawn")]
    assert left(hydro, wind) == [0, 50]


def test_what_is_paid_stays_when_the_rest_is_corrected(world: World, hydro: Listing, wind: Listing) -> None:
    form = uuid.uuid4()
    placed = place(world, (hydro, 3), (wind, 4), submission=form)
    assert baskets.correctable(token=placed.token, now=world.now)
    settled(world, orders_of(placed)[0])
    assert baskets.correctable(token=placed.token, now=world.now) is None
    place(world, (wind, 1), submission=form)
    assert [(each.quantity, each.state) for each in orders_of(placed)] == [(3, "completed"), (1, "awaiting_payment")]


def test_one_letter_says_where_the_basket_is(world: World, mailoutbox, hydro: Listing, wind: Listing) -> None:
    placed = place(world, (hydro, 3), (wind, 4))
    first, second = orders_of(placed)
    settled(world, first)
    world.sweep()
    (letter,) = mailoutbox  # told although the first is paid by now
    assert letter.subject == "Your basket: units of 2 orders are set aside for you"
    assert f"/en/baskets/{placed.token}/" in letter.body
    assert "2 payments to 2 providers. Each provider is paid directly" in letter.body
    assert all(text in letter.body for text in (first.reference, second.reference, "€7.50", "€16.00"))


def test_each_order_of_a_basket_that_is_paid_by_transfer_is_told_where_to(
    world: World, bank: BankAccount, hydro: Listing, wind: Listing
) -> None:
    for order in orders_of(place(world, (wind, 4), (hydro, 3), (world.listing(), 2))):
        if order.provider_name == world.sol.name:
            transfers.pay(token=order.token, now=world.now)
    told = Letter.objects.filter(kind=Letter.Kind.TRANSFER).values_list("order__provider_name", flat=True)
    assert list(told) == [world.sol.name] * 2  # the letter of the first order told where all of them are found


def test_one_letter_brings_all_certificates_once_the_last_has_ended(
    world: World, mailoutbox, hydro: Listing, wind: Listing
) -> None:
    placed = place(world, (hydro, 3), (wind, 4))
    first, second = orders_of(placed)
    world.sweep()
    mailoutbox.clear()
    settled(world, second)
    world.sweep()
    assert mailoutbox == []
    settled(world, first)
    (letter,) = mailoutbox
    assert letter.subject == "Your basket: 2 certificates"
    codes = [each.certificate.code for each in basket_at(token=placed.token, now=world.now).orders]
    assert [name for name, _content, _kind in letter.attachments] == [f"{code}.pdf" for code in codes]
    assert all(code in letter.body for code in codes)
    world.sweep(after=timedelta(hours=1))
    assert len(mailoutbox) == 1


def test_an_order_that_lapses_holds_the_letter_of_the_others_no_longer(
    world: World, mailoutbox, hydro: Listing, wind: Listing
) -> None:
    placed = place(world, (hydro, 3), (wind, 4))
    settled(world, orders_of(placed)[1])
    world.sweep()
    mailoutbox.clear()
    world.sweep(after=timedelta(hours=2))
    (letter,) = mailoutbox  # the usual one, since nothing else is to be told
    assert letter.subject.startswith("4 units cancelled: certificate ")
    world.sweep(after=timedelta(hours=2))
    assert len(mailoutbox) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_baskets_of_the_same_listings_sell_each_unit_once(world: World, hydro: Listing, wind: Listing) -> None:
    def order(number: int) -> bool:
        lines = [(hydro, 2), (wind, 2)]
        return isinstance(place(world, *(lines if number % 2 else lines[::-1])), Placed)

    assert sorted(at_once(order)) == [False] * (THREADS - 2) + [True] * 2
    assert left(hydro, wind) == [1, 46]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_two_that_end_at_once_are_told_of_in_one_letter(world: World, mailoutbox, hydro, wind) -> None:
    placed = place(world, (hydro, 3), (wind, 4))
    for each in orders_of(placed):
        assert paying.pay(token=each.token, nonce=CARD, now=world.now) == "held"
    mailoutbox.clear()
    ids = [each.pk for each in orders_of(placed)]
    at_once(lambda number: service.fulfil(order_id=ids[number % 2], now=world.now))
    world.sweep(after=timedelta(minutes=10))
    assert [each.subject for each in mailoutbox] == ["Your basket: 2 certificates"]
