"""Placing an order sets units aside at today's price, once, before any money is asked for."""

import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from portal.checkout import paying, service
from portal.checkout.consent import details_of
from portal.checkout.models import Order, OrderState
from portal.checkout.service import NotEnough, Placed
from portal.measured import kept
from portal.providers.models import Listing
from tests.test_measured_along import HOUSEHOLD


def test_an_order_holds_its_units(world):
    listing = world.listing(units=10)
    order = world.order(listing, quantity=4)
    listing.refresh_from_db()
    assert (listing.units_left, order.state) == (6, OrderState.AWAITING_PAYMENT)
    assert order.hold_until == world.now + timedelta(minutes=30)


def test_an_order_says_what_the_purchaser_said(world):
    order = world.order(
        world.listing(),
        purchaser=world.alma,
        locale="es",
        purchaser_name="Alma Prado SpA",
        purchaser_type="organisation",
        beneficiary_name="Feria del Libro",
        beneficiary_type="event",
        beneficiary_country="AR",
        purpose="own",
        purpose_text="Para los viajes de nuestros autores.",
        is_public=False,
    )
    assert (order.purchaser, order.purchaser_name, order.purchaser_type) == (
        world.alma,
        "Alma Prado SpA",
        "organisation",
    )
    assert (order.beneficiary_name, order.beneficiary_type, order.beneficiary_country) == (
        "Feria del Libro",
        "event",
        "AR",
    )
    assert (order.purpose, order.purpose_text) == ("own", "Para los viajes de nuestros autores.")
    assert (order.locale, order.is_public, order.provider_name) == ("es", False, "Sol")
    assert order.placed_at == order.consented_at == world.now


def test_a_guest_orders_without_an_account(world):
    assert world.order(purchaser=None).purchaser is None


def test_the_price_is_frozen_when_the_order_is_placed(world):
    listing = world.listing(price="2.50")
    order = world.order(listing, quantity=3)
    Listing.objects.update(unit_price=Decimal("99"), currency="USD")
    assert paying.pay(token=order.token, nonce="fake-valid-visa-nonce", now=world.now) == service.PayResult.HELD
    order.refresh_from_db()
    assert (order.unit_price, order.amount, order.currency) == (Decimal("2.50"), Decimal("7.50"), "EUR")
    assert [(each["amount"], each["currency"]) for each in world.at_gateway(order)] == [("7.50", "EUR")]


def test_references_are_random_and_tell_nothing_of_how_many_there_were(world):
    listing = world.listing(units=10)
    references = [world.order(listing).reference for _i in range(5)]
    assert len(set(references)) == 5
    assert all(len(each) == 13 and each.startswith("T-") and each[7] == "-" for each in references)


def test_the_same_form_twice_is_one_order(world):
    listing, submission = world.listing(units=10), uuid.uuid4()
    first = world.place(listing, quantity=4, submission=submission)
    again = world.place(listing, quantity=4, submission=submission)
    listing.refresh_from_db()
    assert first == again
    assert (Order.objects.count(), listing.units_left) == (1, 6)
    assert list(Order.objects.values_list("submission", flat=True)) == [submission]


def test_the_same_form_twice_is_one_order_even_when_it_took_the_last_units(world):
    listing, submission = world.listing(units=4), uuid.uuid4()
    first = world.place(listing, quantity=4, submission=submission)
    assert isinstance(first, Placed)
    assert world.place(listing, quantity=4, submission=submission) == first


def test_more_than_is_left_is_refused_with_how_many_are_left(world):
    listing = world.listing(units=10)
    world.order(listing, quantity=7)
    assert world.place(listing, quantity=4) == NotEnough(3)
    assert world.place(listing, quantity=3) != NotEnough(3)
    assert world.place(listing, quantity=1) == NotEnough(0)


def test_far_more_than_any_registry_holds_is_refused_alike(world):
    assert world.place(world.listing(units=10), quantity=10**20) == NotEnough(10)


def test_a_closed_listing_offers_nothing(world):
    assert world.place(world.listing(units=10, is_open=False)) == NotEnough(0)
    assert not Order.objects.exists()


def test_a_listing_that_does_not_exist_is_an_error_of_ours(world):
    unknown = Listing(code="nowhere")
    with pytest.raises(Listing.DoesNotExist):
        world.place(unknown)


@pytest.mark.parametrize("quantity", [0, -1])
def test_an_order_is_for_one_unit_at_least(world, quantity):
    listing = world.listing(units=10)
    with pytest.raises(ValueError, match="one unit at least"):
        world.place(listing, quantity=quantity)
    listing.refresh_from_db()
    assert listing.units_left == 10


def test_the_whole_listing_can_be_ordered_at_once(world):
    listing = world.listing(units=10)
    assert isinstance(world.place(listing, quantity=10), Placed)
    listing.refresh_from_db()
    assert listing.units_left == 0


def test_an_order_says_what_its_form_said_and_no_more(world):
    """Sent again, a form is the same order, which says what the form says by now."""
    listing, details = world.listing(), world.details()
    placed = partial(
        service.place_order,
        listing_code=listing.code,
        quantity=8,
        locale="en",
        purchaser=None,
        now=world.now,
    )
    for corrected in (
        {"details": details, "measured": HOUSEHOLD},
        {"details": world.details(consumption_period="2026")},
    ):
        submission = uuid.uuid4()
        first = placed(details=details, submission=submission)
        assert placed(details=details, submission=submission) == first
        second = placed(submission=submission, **corrected)
        assert second == first
        assert placed(submission=submission, **corrected) == second
        order = Order.objects.get(submission=submission)
        assert (order.token, order.state) == (first.token, "awaiting_payment")
        assert (kept(order.measured), details_of(order)) == (corrected.get("measured"), corrected["details"])


# --- The same form, with something else in it


def test_a_form_that_was_corrected_thrice_is_one_order_with_one_hold(world):
    listing, form = world.listing(units=10, price="2.50"), uuid.uuid4()
    first = world.place(listing, quantity=4, submission=form)
    for name, quantity, left in (("Ana", 4, 6), ("Anna", 7, 3), ("Anna", 10, 0), ("Anna Prado", 1, 9)):
        again = world.place(listing, quantity=quantity, submission=form, beneficiary_name=name, now=world.now)
        order = Order.objects.get()
        listing.refresh_from_db()
        assert (again, order.beneficiary_name, order.quantity, listing.units_left) == (first, name, quantity, left)
        assert (order.amount, order.state) == (Decimal("2.50") * quantity, OrderState.AWAITING_PAYMENT)
    assert order.letters.count() == 1


def test_a_correction_for_more_than_there_is_says_how_many_can_be_had_in_all(world):
    listing, form = world.listing(units=10), uuid.uuid4()
    world.place(listing, quantity=4, submission=form)
    world.order(listing, quantity=5)
    assert world.place(listing, quantity=6, submission=form) == NotEnough(5)
    assert Order.objects.get(submission=form).quantity == 4


def test_a_correction_takes_the_price_that_was_shown(world):
    listing, form = world.listing(price="2.50"), uuid.uuid4()
    world.place(listing, quantity=2, submission=form)
    Listing.objects.update(unit_price=Decimal("3.00"))
    world.place(listing, quantity=2, submission=form, beneficiary_name="Ana")
    order = Order.objects.get()
    assert (order.unit_price, order.amount) == (Decimal("3.00"), Decimal("6.00"))


def test_a_correction_does_not_prolong_the_hold(world):
    listing, form = world.listing(), uuid.uuid4()
    world.place(listing, submission=form)
    until = Order.objects.get().hold_until
    world.place(listing, submission=form, beneficiary_name="Ana", now=world.now + timedelta(minutes=20))
    order = Order.objects.get()
    assert (order.hold_until, order.consented_at) == (until, world.now + timedelta(minutes=20))


@pytest.mark.parametrize("ended", ["paid", "being paid", "run out"])
def test_what_is_paid_or_over_stays_as_it_is_and_the_form_gets_one_other_order(world, ended):
    listing, form = world.listing(units=10), uuid.uuid4()
    first = Order.objects.get(token=world.place(listing, submission=form).token)
    if ended == "being paid":
        world.simulator.faults.add(operation="sale", kind="drop")
    if ended == "run out":
        world.pass_time(minutes=31)
    else:
        paying.pay(token=first.token, nonce="fake-valid-visa-nonce", now=world.now)
    for name in ("Ana", "Anna", "Anna Prado"):
        second = world.place(listing, submission=form, beneficiary_name=name)
        assert Order.objects.get(token=second.token).beneficiary_name == name
    first.refresh_from_db()
    assert (first.beneficiary_name, Order.objects.count()) == ("Alma Prado", 2)
    listing.refresh_from_db()
    assert listing.units_left == (9 if ended == "run out" else 8)
