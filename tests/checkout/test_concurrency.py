"""Many at once: the last unit is sold once, a payment settles once, the registry is asked once.

The controls do the same without our care, and prove that these races are real.
"""

import uuid
from collections import Counter
from datetime import timedelta
from threading import Barrier
from time import sleep

import pytest
from django.db import IntegrityError
from django.db.models import F

from portal.checkout import paying, service
from portal.checkout.models import Order, OrderState
from portal.checkout.service import NotEnough, PayResult, Placed
from portal.payments.models import Payment, PaymentEvent, PaymentState
from portal.providers.models import Listing
from portal.registry import service as registry
from portal.registry.models import Cancellation, CancellationState, LogEntry
from tests.checkout.soundness import assert_at_rest, assert_sound
from tests.threads import PATIENCE, THREADS, at_once
from tests.world import CARD, payments_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", "ledger"])]


def lost_payment(world, order: Order) -> Payment:
    """A payment that was made and whose answer was lost."""
    world.simulator.faults.add(operation="sale", kind="drop")
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == PayResult.UNDER_WAY
    return payments_of(order).get()


# --- The last unit


def test_eight_purchasers_of_the_last_unit(world):
    listing = world.listing(units=1)
    answers = at_once(lambda number: world.place(listing))
    assert Counter(type(answer) for answer in answers) == Counter({Placed: 1, NotEnough: 7})
    assert {answer for answer in answers if isinstance(answer, NotEnough)} == {NotEnough(0)}
    assert Order.objects.count() == 1


def test_eight_purchasers_of_more_than_there_is(world):
    listing = world.listing(units=10)
    answers = at_once(lambda number: world.place(listing, quantity=3))
    assert Counter(type(answer) for answer in answers) == Counter({Placed: 3, NotEnough: 5})
    listing.refresh_from_db()
    assert listing.units_left == 1


def test_control_looking_first_and_acting_then_sells_the_last_unit_to_everybody(world):
    listing = world.listing(units=1)
    seen = Barrier(THREADS)

    def sell(number: int) -> str:
        left = Listing.objects.get(pk=listing.pk).units_left
        seen.wait(timeout=PATIENCE)
        if left < 1:
            return "sold out"
        Listing.objects.filter(pk=listing.pk).update(units_left=left - 1)
        return "sold"

    assert Counter(at_once(sell)) == Counter({"sold": 8})
    listing.save()  # nobody ordered: put the shelf in order again


def test_control_the_database_itself_refuses_to_oversell(world):
    listing = world.listing(units=1)

    def sell(number: int) -> str:
        try:
            Listing.objects.filter(pk=listing.pk).update(units_left=F("units_left") - 1)
        except IntegrityError:
            return "refused"
        return "sold"

    assert Counter(at_once(sell)) == Counter({"sold": 1, "refused": 7})
    listing.save()


@pytest.mark.parametrize("units", [1, 10], ids=["the last unit", "plenty left"])
def test_eight_clicks_on_one_button_are_one_order(world, units):
    listing, submission = world.listing(units=units), uuid.uuid4()
    answers = at_once(lambda number: world.place(listing, submission=submission))
    assert answers == [Placed(Order.objects.get().token)] * THREADS
    listing.refresh_from_db()
    assert listing.units_left == units - 1


# --- One payment


def test_eight_tabs_pay_once(world):
    order = world.order()
    results = at_once(lambda number: paying.pay(token=order.token, nonce=CARD, now=world.now))
    assert set(results) <= {PayResult.HELD, PayResult.UNDER_WAY}
    assert (Payment.objects.count(), len(world.at_gateway(order))) == (1, 1)
    assert Order.objects.get().state == OrderState.PAID


def test_a_payment_settles_once(world):
    payment = lost_payment(world, world.order())
    at_once(lambda number: paying.check_payment(key=payment.key, now=world.now))
    assert Cancellation.objects.count() == 1
    assert PaymentEvent.objects.filter(action="authorise", result="succeeded").count() == 1
    assert Order.objects.get().state == OrderState.PAID


def test_paying_and_withdrawing_at_once_is_one_of_the_two(world):
    order = world.order()

    def race(number: int) -> object:
        if number % 2:
            return service.withdraw(token=order.token, now=world.now)
        return paying.pay(token=order.token, nonce=CARD, now=world.now)

    results = at_once(race)
    order.refresh_from_db()
    if order.state == OrderState.WITHDRAWN:
        assert Counter(results)[True] == 1
        assert set(results[::2]) == {PayResult.TOO_LATE}
        assert world.at_gateway(order) == []
    else:
        assert (order.state, any(results[1::2])) == (OrderState.PAID, False)


def test_late_money_of_eight_orders_competes_for_the_last_unit(world):
    listing = world.listing(units=8)
    late = []
    for _i in range(THREADS):
        order = world.order(listing)
        world.simulator.faults.add(operation="search", kind="miss", order_id=str(lost_payment(world, order).key))
        late.append(payments_of(order).get())
    world.pass_time(minutes=16)
    for payment in late:
        paying.check_payment(key=payment.key, now=world.now)
    world.sweep(after=timedelta(minutes=20))
    assert set(Order.objects.values_list("state", flat=True)) == {OrderState.EXPIRED}
    world.order(listing, quantity=7)
    at_once(lambda number: paying.check_payment(key=late[number].key, now=world.now))
    states = Payment.objects.values_list("state", flat=True)
    assert Counter(states) == Counter({PaymentState.AUTHORISED: 1, PaymentState.RELEASED: 7})


# --- One cancellation


def test_eight_workers_ask_the_registry_once(world, moody, mailoutbox):
    moody.when_asked = lambda reference: sleep(0.2)
    order = world.paid()
    at_once(lambda number: service.fulfil(order_id=order.pk, now=world.now))
    assert moody.asked == [order.reference]
    world.sweep()
    assert [each["captures"] for each in world.at_gateway(order)] == [1]
    assert len(mailoutbox) == 1
    assert_at_rest(world)


def test_control_looking_first_and_claiming_then_gives_the_work_to_everybody(world):
    order = world.paid()
    work = Cancellation.objects.filter(reference=order.reference)
    seen = Barrier(THREADS)

    def claim(number: int) -> bool:
        is_free = work.get().state == CancellationState.REQUESTED
        seen.wait(timeout=PATIENCE)
        return is_free and bool(work.update(state=CancellationState.WORKING))

    assert at_once(claim) == [True] * THREADS
    work.update(state=CancellationState.REQUESTED)


def test_eight_workers_take_over_from_a_dead_one_once(world, moody):
    moody.moods.append("lost")
    order = world.paid()
    service.fulfil(order_id=order.pk, now=world.now)
    world.pass_time(minutes=3)
    at_once(lambda number: service.fulfil(order_id=order.pk, now=world.now))
    assert (moody.asked, moody.looked_up) == ([order.reference], [order.reference])
    world.sweep()
    assert_at_rest(world)


def test_eight_sweeps_at_once_do_everything_once(world, moody, mailoutbox):
    listing = world.listing(units=20)
    for _i in range(4):
        world.paid(listing)
    for _i in range(2):
        lost_payment(world, world.order(listing))
    for _i in range(2):
        world.order(listing, quantity=2)  # and nobody pays
    world.pass_time(minutes=31)
    at_once(lambda number: world.come_round())
    for _i in range(2):
        world.sweep()
    listing.refresh_from_db()
    assert listing.units_left == 14
    assert sorted(moody.asked) == sorted(set(moody.asked))
    assert (len(mailoutbox), LogEntry.objects.count()) == (6, 6)
    assert_at_rest(world)


def test_history_numbers_are_gapless_under_eight_writers(world):
    listing = world.listing(units=THREADS * 3)
    orders = [world.paid(listing) for _i in range(THREADS * 3)]

    def carry_out(number: int) -> None:
        for order in orders[number::THREADS]:
            registry.carry_out(reference=order.reference, now=world.now)

    at_once(carry_out)
    assert sorted(LogEntry.objects.values_list("number", flat=True)) == list(range(1, THREADS * 3 + 1))
    assert_sound(world)


def test_control_numbers_by_counting_collide(world):
    world.completed()
    entry = LogEntry.objects.get()
    seen = Barrier(THREADS)

    def append(number: int) -> str:
        last = LogEntry.objects.order_by("-number")[0].number
        seen.wait(timeout=PATIENCE)
        facts = {name: value for name, value in vars(entry).items() if name not in ("_state", "id", "number", "code")}
        try:
            LogEntry.objects.create(number=last + 1, code=f"code-{number}", **facts)
        except IntegrityError:
            return "collided"
        return "written"

    assert Counter(at_once(append)) == Counter({"written": 1, "collided": 7})
    LogEntry.objects.exclude(pk=entry.pk).delete()
