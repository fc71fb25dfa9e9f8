"""Accounts and attempts to pay, by themselves: nobody here knows what is bought. For orders: tests/checkout."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.payments import service
from portal.payments.models import Account, Payment, PaymentState
from portal.providers.models import Provider
from tests.world import CARD, World

KEYS = {"merchant_id": "mar", "public_key": "p", "private_key": "q", "merchant_accounts": {"EUR": "mar_eur"}}


@pytest.fixture
def mar() -> Provider:
    return Provider.objects.create(slug="mar", name="Mar", country="CL", registry_account="HOLDING-mar")


def begun(provider: Provider, *, reference: str = "X-1", now: datetime) -> Payment | None:
    return service.begin(reference=reference, provider=provider, amount=Decimal("7.50"), currency="EUR", now=now)


@pytest.mark.django_db
def test_an_account_keeps_its_keys_and_its_address_until_there_are_others(mar: Provider) -> None:
    account = service.set_account(provider=mar, environment="simulator", keys=KEYS)
    assert service.sealed_keys(account) == KEYS
    address = account.hook_key
    service.set_account(provider=mar, environment="sandbox", keys=None)
    kept = service.account_of(mar)
    assert (kept.environment, kept.hook_key, service.sealed_keys(kept)) == ("sandbox", address, KEYS)
    service.set_account(provider=mar, environment="sandbox", keys={**KEYS, "public_key": "r"}, hook_key="agreed")
    assert Account.objects.values_list("hook_key", flat=True).get() == "agreed"
    assert service.sealed_keys(service.account_of(mar))["public_key"] == "r"


@pytest.mark.django_db
def test_who_has_no_account_cannot_be_paid(mar: Provider, now: datetime) -> None:
    with pytest.raises(ImproperlyConfigured):
        service.sealed_keys(service.account_of(mar))
    with pytest.raises(Account.DoesNotExist):
        begun(mar, now=now)


def test_keys_that_cannot_be_right_are_told_without_asking_the_gateway(settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:1"
    service.check_keys(environment="simulator", keys=KEYS)
    with pytest.raises(ValueError, match="all needed"):
        service.check_keys(environment="production", keys={**KEYS, "private_key": ""})


def test_one_payment_of_a_reference_is_live_and_the_others_are_known_by_the_youngest(world: World) -> None:
    first = begun(world.sol, now=world.now)
    assert first is not None
    assert begun(world.sol, now=world.now) is None
    assert service.live("X-1").get() == first
    service.move(first, to=PaymentState.DECLINED, since=PaymentState.SENT, now=world.now)
    assert not service.live("X-1").exists()
    second, other = begun(world.sol, now=world.now), begun(world.sol, reference="X-2", now=world.now)
    assert (service.states(references=["X-1", "X-2", "X-3"])) == {"X-1": PaymentState.SENT, "X-2": PaymentState.SENT}
    assert service.find(key=second.key) == second
    later = world.now + service.STALE + timedelta(seconds=1)
    assert list(service.in_doubt(account_id=first.account_id, now=later)) == [second.key, other.key]
    assert list(service.in_doubt(account_id=first.account_id, now=world.now)) == []


def test_held_money_is_collected_or_released_by_its_reference(world: World) -> None:
    states = {}
    for reference, end in (("X-1", service.collect), ("X-2", service.release)):
        payment = begun(world.sol, reference=reference, now=world.now)
        outcome = service.authorise(payment, nonce=CARD, device_data="")
        service.move(payment, to=PaymentState.AUTHORISED, since=PaymentState.SENT, now=world.now, outcome=outcome)
        assert list(service.uncollected(account_id=payment.account_id)) == [reference]
        end(reference=reference, now=world.now)
        end(reference=reference, now=world.now)
        end(reference="X-3", now=world.now)
        states[reference] = service.states(references=[reference])[reference]
        states[reference, "at gateway"] = world.simulator.transactions(order_id=str(payment.key))[0]["status"]
    assert states == {
        "X-1": PaymentState.CAPTURED,
        ("X-1", "at gateway"): "submitted_for_settlement",
        "X-2": PaymentState.RELEASED,
        ("X-2", "at gateway"): "voided",
    }
