"""Attempts to pay, by themselves: nobody here knows what is bought. For orders: tests/checkout."""

from datetime import datetime, timedelta
from decimal import Decimal

from portal.payments import accounts, service, standing
from portal.payments.models import Payment, PaymentState
from portal.providers.models import Provider
from tests.world import CARD, World


def begun(provider: Provider, *, reference: str = "X-1", now: datetime) -> Payment | None:
    account = accounts.account_of(provider)
    return service.begin(reference=reference, account=account, amount=Decimal("7.50"), currency="EUR", now=now)


def test_one_payment_of_a_reference_is_live_and_the_others_are_known_by_the_youngest(world: World) -> None:
    first = begun(world.sol, now=world.now)
    assert first is not None
    assert begun(world.sol, now=world.now) is None
    assert standing.live("X-1").get() == first
    service.move(first, to=PaymentState.DECLINED, since=PaymentState.SENT, now=world.now)
    assert not standing.live("X-1").exists()
    second, other = begun(world.sol, now=world.now), begun(world.sol, reference="X-2", now=world.now)
    assert standing.latest(references=["X-1", "X-2", "X-3"]) == {"X-1": second, "X-2": other}
    assert standing.find(key=second.key) == second
    later = world.now + standing.STALE + timedelta(seconds=1)
    assert list(standing.in_doubt(account_id=first.account_id, now=later)) == [second.key, other.key]
    assert list(standing.in_doubt(account_id=first.account_id, now=world.now)) == []


def test_held_money_is_collected_or_released_by_its_reference(world: World) -> None:
    states = {}
    for reference, end in (("X-1", service.collect), ("X-2", service.release)):
        payment = begun(world.sol, reference=reference, now=world.now)
        outcome = service.authorise(payment, nonce=CARD, device_data="")
        service.move(payment, to=PaymentState.AUTHORISED, since=PaymentState.SENT, now=world.now, outcome=outcome)
        assert list(standing.uncollected(account_id=payment.account_id)) == [reference]
        end(reference=reference, now=world.now)
        end(reference=reference, now=world.now)
        end(reference="X-3", now=world.now)
        states[reference] = standing.latest(references=[reference])[reference].state
        states[reference, "at gateway"] = world.simulator.transactions(order_id=str(payment.key))[0]["status"]
    assert states == {
        "X-1": PaymentState.CAPTURED,
        ("X-1", "at gateway"): "submitted_for_settlement",
        "X-2": PaymentState.RELEASED,
        ("X-2", "at gateway"): "voided",
    }
