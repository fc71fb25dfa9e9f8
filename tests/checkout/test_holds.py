"""What nobody has paid for does not take the shop off sale."""

import uuid
from collections import Counter
from datetime import timedelta
from threading import Barrier

import pytest

from portal.checkout import holds, paying, service
from portal.checkout.models import Order, OrderState
from portal.checkout.rules import NotEnough, PayResult, TooManyHolds, Unproven
from portal.checkout.service import Placed
from portal.payments.models import Payment
from portal.providers import stock
from portal.providers.models import Listing
from tests.threads import PATIENCE, THREADS, at_once
from tests.world import CARD

BOTH_DATABASES = ["default", "ledger"]
DECLINED_CARD = "fake-processor-declined-visa-nonce"
MOBILE = "a mobile network"  # stands for the digest of an address


@pytest.fixture(autouse=True)
def limits(settings):
    settings.HOLDS_PER_VISITOR = 3
    settings.HOLD_UNPROVEN_UNITS = 400
    settings.HOLD_UNPROVEN_PERCENT = 50
    settings.PAY_ATTEMPTS = 4
    settings.HOLD_LONGEST_MINUTES = 60


def left_of(listing: Listing) -> int:
    listing.refresh_from_db()
    return listing.units_left


# --- Units


def test_a_stranger_does_not_get_all_units_of_a_listing(world):
    listing = world.listing(units=500)
    assert world.place(listing, quantity=500) == Unproven(250)
    assert (Order.objects.count(), left_of(listing)) == (0, 500)


def test_strangers_get_half_of_a_listing_together_whoever_they_are(world):
    listing = world.listing(units=500)
    answers = [world.place(listing, quantity=100, visitor=f"visitor {number}") for number in range(4)]
    assert [type(each) for each in answers] == [Placed, Placed, Unproven, Unproven]
    assert (answers[2], left_of(listing)) == (Unproven(50), 300)


def test_an_order_without_an_account_has_a_largest_size(world):
    listing = world.listing(units=2000)
    assert world.place(listing, quantity=401) == Unproven(400)
    assert isinstance(world.place(listing, quantity=400), Placed)


def test_who_has_proven_an_address_gets_all_that_is_left(world):
    listing = world.listing(units=500)
    world.order(listing, quantity=200)
    assert isinstance(world.place(listing, quantity=300, purchaser=world.alma), Placed)
    assert left_of(listing) == 0


def test_an_account_whose_address_is_not_proven_is_none(world):
    nobody = world.user("Nobody", is_proven=False)
    assert world.place(world.listing(units=500), quantity=300, purchaser=nobody) == Unproven(250)


def test_orders_of_proven_accounts_and_what_is_paid_leave_strangers_their_half(world):
    listing = world.listing(units=500)
    world.order(listing, quantity=100, purchaser=world.alma)
    world.paid(listing, quantity=200)
    assert world.place(listing, quantity=101) == Unproven(100)
    assert isinstance(world.place(listing, quantity=100), Placed)


def test_the_last_units_of_a_listing_can_be_ordered_by_anybody(world):
    assert isinstance(world.place(world.listing(units=20), quantity=20), Placed)


def test_a_correction_is_no_way_round(world):
    listing, form = world.listing(units=500), uuid.uuid4()
    world.place(listing, quantity=1, submission=form)
    assert world.place(listing, quantity=500, submission=form) == Unproven(250)
    assert (Order.objects.get().quantity, left_of(listing)) == (1, 499)
    assert isinstance(world.place(listing, quantity=250, submission=form), Placed)
    assert (Order.objects.get().quantity, left_of(listing)) == (250, 250)


def test_who_signs_in_meanwhile_gets_the_rest_with_the_same_order(world):
    listing, form = world.listing(units=500), uuid.uuid4()
    first = world.place(listing, quantity=1, submission=form)
    assert world.place(listing, quantity=500, submission=form, purchaser=world.alma) == first
    order = Order.objects.get()
    assert (order.quantity, order.purchaser) == (500, world.alma)


def test_more_than_there_is_stays_more_than_there_is(world):
    assert world.place(world.listing(units=500), quantity=501) == NotEnough(500)


# --- Orders


def test_one_visitor_has_a_few_unpaid_orders_at_a_time(world):
    listing = world.listing(units=100)
    orders = [world.order(listing, visitor=MOBILE) for _i in range(3)]
    assert world.place(listing, visitor=MOBILE) == TooManyHolds(3)
    assert left_of(listing) == 97
    assert isinstance(world.place(listing, visitor="somebody else"), Placed)
    service.withdraw(token=orders[0].token, now=world.now)
    assert isinstance(world.place(listing, visitor=MOBILE), Placed)


def test_what_is_paid_is_not_held_against_anybody_and_its_visitor_is_forgotten(world):
    listing = world.listing(units=100)
    for _i in range(4):
        order = world.paid(listing, visitor=MOBILE)
    assert order.visitor == ""


def test_what_has_run_out_is_forgotten_too(world):
    order = world.order(visitor=MOBILE)
    assert order.visitor == MOBILE
    world.sweep(after=timedelta(minutes=31))
    order.refresh_from_db()
    assert (order.state, order.visitor) == (OrderState.EXPIRED, "")


def test_who_has_an_account_is_counted_by_it_wherever_they_are(world):
    listing = world.listing(units=100)
    for _i in range(3):
        world.order(listing, visitor=MOBILE)
    for number in range(3):
        world.order(listing, visitor=MOBILE if number else "at home", purchaser=world.alma)
    assert world.place(listing, visitor="at home", purchaser=world.alma) == TooManyHolds(3)
    assert isinstance(world.place(listing, visitor="at home", purchaser=world.luz), Placed)
    assert set(Order.objects.exclude(purchaser=None).values_list("visitor", flat=True)) == {""}


def test_the_same_form_again_is_no_further_order(world):
    listing, form = world.listing(units=100), uuid.uuid4()
    for _i in range(2):
        world.order(listing, visitor=MOBILE)
    for name in ("Ana", "Ana", "Anna"):
        assert isinstance(world.place(listing, visitor=MOBILE, submission=form, beneficiary_name=name), Placed)
    assert Order.objects.count() == 3


# --- Those who order and do not pay


def let_lapse(world, account, *, times: int) -> None:
    listing = world.listing(units=1000)
    for _i in range(times):
        order = world.order(listing, purchaser=account, now=world.now)
        service.withdraw(token=order.token, now=world.now)


def test_who_lets_many_orders_lapse_holds_what_strangers_hold(world, settings):
    settings.HOLD_LAPSED_ORDERS = 3
    listing = world.listing(units=500)
    let_lapse(world, world.alma, times=2)
    assert holds.proven(world.alma) == world.alma
    let_lapse(world, world.alma, times=1)
    assert world.place(listing, quantity=500, purchaser=world.alma) == Unproven(250)
    assert isinstance(world.place(listing, quantity=500, purchaser=world.luz), Placed)


def test_who_pays_more_than_lapses_stays_known(world, settings):
    settings.HOLD_LAPSED_ORDERS = 2
    for _i in range(3):
        world.paid(purchaser=world.alma)
    let_lapse(world, world.alma, times=2)
    assert holds.proven(world.alma) == world.alma
    let_lapse(world, world.alma, times=2)
    assert holds.proven(world.alma) is None


def test_accounts_of_one_mailbox_are_one(world, settings):
    settings.HOLD_LAPSED_ORDERS = 3
    first, second = (world.user("Ana", email=f"victim+{number}@example.org") for number in (1, 2))
    plain, other = world.user("Ana", email="victim@example.org"), world.user("Ana", email="victim@example.com")
    listing = world.listing(units=100)
    for account in (first, second, plain):
        world.order(listing, purchaser=account)
    assert world.place(listing, purchaser=first) == TooManyHolds(3)
    assert isinstance(world.place(listing, purchaser=other), Placed)
    for order in Order.objects.exclude(purchaser=other):
        service.withdraw(token=order.token, now=world.now)
    assert [holds.proven(each) for each in (first, second, plain, other)] == [None, None, None, other]


def test_what_strangers_type_is_held_against_no_account(world, settings):
    """Anybody may write anybody's address into an order and let it lapse."""
    settings.HOLD_LAPSED_ORDERS = 1
    service.withdraw(token=world.order(purchaser_email="alma@example.org").token, now=world.now)
    assert holds.proven(world.alma) == world.alma


# --- Time


def test_declined_cards_extend_a_hold_until_its_end_and_no_further(world, settings):
    settings.PAY_ATTEMPTS = 100
    order = world.order()
    end = order.placed_at + timedelta(minutes=60)
    results = []
    for _i in range(12):
        world.pass_time(minutes=8)
        results.append(paying.pay(token=order.token, nonce=DECLINED_CARD, now=world.now))
        order.refresh_from_db()
        assert order.hold_until <= end
    assert Counter(results) == {PayResult.DECLINED: 7, PayResult.TOO_LATE: 5}
    world.sweep()
    order.refresh_from_db()
    assert order.state == OrderState.EXPIRED


def test_an_order_can_be_tried_so_often_and_no_more(world):
    order = world.order()
    results = [paying.pay(token=order.token, nonce=DECLINED_CARD, now=world.now) for _i in range(6)]
    assert results == [PayResult.DECLINED] * 4 + [PayResult.TOO_OFTEN] * 2
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.TOO_OFTEN
    assert (Payment.objects.count(), len(world.at_gateway(order))) == (4, 4)
    assert service.withdraw(token=order.token, now=world.now)


def test_the_last_attempt_may_succeed(world):
    order = world.order()
    for _i in range(3):
        paying.pay(token=order.token, nonce=DECLINED_CARD, now=world.now)
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.HELD


# --- Many at once, with their controls


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_eight_orders_of_one_visitor_at_once_are_not_more_than_allowed(world):
    listings = [world.listing(units=10) for _i in range(THREADS)]
    answers = at_once(lambda number: world.place(listings[number], visitor=MOBILE))
    assert Counter(type(each) for each in answers) == {Placed: 3, TooManyHolds: 5}
    assert Order.objects.count() == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_eight_orders_of_one_account_at_once_are_not_more_than_allowed(world):
    listing, alma = world.listing(units=10), world.alma
    answers = at_once(lambda number: world.place(listing, purchaser=alma))
    assert Counter(type(each) for each in answers) == {Placed: 3, TooManyHolds: 5}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_control_counting_without_waiting_lets_everybody_through(world):
    listings = [world.listing(units=10) for _i in range(THREADS)]
    seen = Barrier(THREADS)

    def order(number: int) -> bool:
        may = Order.objects.filter(visitor=MOBILE).count() < 3
        seen.wait(timeout=PATIENCE)
        if may:
            world.order(listings[number])
            Order.objects.filter(listing=listings[number]).update(visitor=MOBILE)
        return may

    assert at_once(order) == [True] * THREADS
    assert Order.objects.filter(visitor=MOBILE).count() == 8


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_eight_strangers_at_once_hold_half_of_a_listing_at_most(world):
    listing = world.listing(units=100)
    answers = at_once(lambda number: world.place(listing, quantity=20))
    assert Counter(type(each) for each in answers) == {Placed: 2, Unproven: 6}
    assert left_of(listing) == 60


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_control_looking_first_and_taking_then_gives_them_more_than_half(world):
    listing = world.listing(units=100)
    seen = Barrier(THREADS)

    def take(number: int) -> bool:
        left = Listing.objects.get(pk=listing.pk).units_left
        seen.wait(timeout=PATIENCE)
        return left - 10 >= 50 and stock.take(listing_id=listing.pk, units=10)

    assert at_once(take) == [True] * THREADS
    assert left_of(listing) == 20
    stock.give_back(listing_id=listing.pk, units=80)  # nobody ordered: put the shelf in order again


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_eight_tabs_do_not_get_more_attempts_than_one(world):
    order = world.order()
    for _i in range(3):
        paying.pay(token=order.token, nonce=DECLINED_CARD, now=world.now)
    results = at_once(lambda number: paying.pay(token=order.token, nonce=DECLINED_CARD, now=world.now))
    assert set(results) <= {PayResult.DECLINED, PayResult.UNDER_WAY, PayResult.TOO_OFTEN}
    assert results.count(PayResult.DECLINED) == 1
    assert Payment.objects.count() == 4
