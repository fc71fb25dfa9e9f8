"""A gateway that lets people wait in vain holds up its own provider's money, for a while, and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.checkout import paying, sweeping
from portal.checkout import service as checkout
from portal.payments import accounts
from portal.payments.models import PaymentEvent, PaymentState
from tests.pages import Page
from tests.world import CARD, World, payments_of

IN_VAIN = {"kind": "error_before", "code": "504"}  # what the SDK calls a time-out, without the wait


def cancelled(world: World, provider) -> list:
    """Two orders of a provider whose units are cancelled, and whose money nobody has asked for yet."""
    listing = world.listing(provider=provider)
    orders = [world.paid(listing), world.paid(listing)]
    for order in orders:
        checkout.cancel(order_id=order.pk, now=world.now)
    return orders


def collect(world: World, orders: list) -> list[str]:
    for order in orders:
        checkout.collect(order_id=order.pk, now=world.now)
    return [payments_of(order).get().state for order in orders]


def test_nothing_more_is_asked_of_a_gateway_that_did_not_answer_and_others_are_asked_as_usual(world):
    world.simulator.faults.add(operation="submit", **IN_VAIN)
    of_sol, of_vento = cancelled(world, world.sol), cancelled(world, world.vento)
    assert collect(world, of_sol) == [PaymentState.CAPTURING, PaymentState.AUTHORISED]
    assert collect(world, of_vento) == [PaymentState.CAPTURED] * 2
    world.sweep()
    world.sweep(after=timedelta(minutes=2))
    assert [payments_of(order).get().state for order in of_sol] == [PaymentState.CAPTURED] * 2


def test_a_gateway_that_answers_again_is_asked_at_once(world):
    world.simulator.faults.add(operation="submit", **IN_VAIN)
    first, second = cancelled(world, world.sol)
    collect(world, [first])
    assert accounts.is_silent(account_id=world.sol.accounts.get().pk, now=world.now)
    paying.check_payment(key=payments_of(first).get().key, now=world.now)
    assert not accounts.is_silent(account_id=world.sol.accounts.get().pk, now=world.now)
    assert collect(world, [second]) == [PaymentState.CAPTURED]


def test_silence_is_forgotten_after_a_while(world):
    world.simulator.faults.add(operation="submit", **IN_VAIN)
    orders = cancelled(world, world.sol)
    collect(world, orders)
    world.now += accounts.SILENCE
    assert collect(world, orders) == [PaymentState.CAPTURING, PaymentState.CAPTURED]


@pytest.mark.parametrize("code", ["500", "503"])
def test_who_says_no_at_once_is_not_silent(world, code):
    world.simulator.faults.add(operation="submit", kind="error_before", code=code)
    assert collect(world, cancelled(world, world.sol)) == [PaymentState.CAPTURING, PaymentState.CAPTURED]


def test_a_round_asks_a_silent_gateway_one_thing(world):
    orders = [world.order() for _i in range(3)]
    for order in orders:
        world.simulator.faults.add(operation="sale", kind="drop")
        paying.pay(token=order.token, nonce=CARD, now=world.now)
    world.simulator.faults.add(operation="search", **IN_VAIN)
    world.now += timedelta(minutes=3)
    asked = PaymentEvent.objects.filter(action="find")
    assert sweeping.sweep_account(account_id=world.sol.accounts.get().pk, now=world.now) == 1
    assert asked.count() == 1
    assert sweeping.sweep_account(account_id=world.sol.accounts.get().pk, now=world.now) == 2  # it answers again
    assert asked.count() == 3


def test_a_payment_page_waits_for_no_silent_gateway(world, client):
    world.now = timezone.now()
    sol, vento = (world.order(world.listing(provider=provider)) for provider in (world.sol, world.vento))
    world.simulator.faults.add(operation="client_token", **IN_VAIN)
    for _i in range(2):  # the second time it would answer, but nobody asks
        assert not has_cards(client, sol)
    assert world.simulator.faults.waiting() == []
    assert has_cards(client, vento)


def has_cards(client, order) -> bool:
    return Page(client.get(f"/en/orders/{order.token}/")).soup.find(attrs={"name": "nonce"}) is not None
