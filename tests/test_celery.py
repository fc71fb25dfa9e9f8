"""Nudges make work quick; rows make it certain. A broker that is away costs a minute and nothing else."""

from time import monotonic, sleep

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings as portal_settings
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.celery import app, nudge
from portal.checkout import paying, service, sweeping
from portal.checkout import transfers as checkout_transfers
from portal.checkout.models import Order, OrderState
from portal.payments.models import Notification
from portal.payments.simulator.webhooks import compose
from portal.payments.transfers import entries, uploads
from portal.payments.transfers import service as transfers
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import credit, uploaded
from tests.world import CARD, payments_of

__all__ = ["bank"]

BOTH_DATABASES = ["default", "ledger"]
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def broker_at():
    """Move the broker somewhere else until the test is over."""
    usual = app.conf.broker_url

    def move(url: str) -> None:
        app.conf.broker_url = url
        app._after_fork()  # what Celery itself does where connections must not be used any more

    yield move
    move(usual)


def test_a_nudge_says_which_task_and_which_row(nudges):
    nudge(service.FULFIL, order_id=7)
    assert nudges.take() == [("portal.checkout.tasks.fulfil", {"order_id": 7})]


def test_every_nudge_has_a_task_that_hears_it():
    assert {service.FULFIL, service.COLLECT, service.WRITE, sweeping.SWEEP_ACCOUNT} <= set(app.tasks)
    assert {transfers.RECEIVED, entries.LATE, uploads.READ} <= set(app.tasks)
    assert "portal.checkout.tasks.check_payment" in app.tasks
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_an_older_worker_survives_a_newer_message(world, nudges):
    world.now = timezone.now()  # workers go by the true time, and money is not held for ever
    order = world.paid()
    app.tasks[service.FULFIL](order_id=order.pk, something_new="from tomorrow")
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED


@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_paying_nudges_a_worker_once_the_order_is_written_down_and_that_one_the_others(world, nudges):
    world.now = timezone.now()
    order = world.paid()
    assert nudges.run() == [(service.FULFIL, {"order_id": order.pk}), (service.WRITE, {"order_id": order.pk})]
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.COMPLETED, "authorised")
    assert nudges.run() == [(service.COLLECT, {"order_id": order.pk}), (service.WRITE, {"order_id": order.pk})]
    order.refresh_from_db()
    assert (payments_of(order).get().state, order.mailed_at is None) == ("captured", False)


@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_with_the_broker_away_a_purchase_is_answered_and_the_sweep_completes_it(world, broker_at, caplog):
    broker_at(NOBODY_LISTENS)
    order = world.order()
    began = monotonic()
    assert paying.pay(token=order.token, nonce=CARD, now=world.now) == service.PayResult.HELD
    assert monotonic() - began < 5
    assert "Connection refused" in caplog.text
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    world.sweep()
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED


@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_with_the_broker_away_a_transfer_is_asked_for_and_its_statement_read_by_the_sweeps(world, bank, broker_at):
    broker_at(NOBODY_LISTENS)
    order = world.order(quantity=4)
    request = checkout_transfers.pay(token=order.token, now=world.now)
    uploaded(world, bank, credit(request, "10.00"))
    for _again in range(2):
        world.sweep()
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED


def test_with_the_broker_away_a_webhook_is_not_acknowledged_nor_kept_so_that_it_comes_again(world, client, broker_at):
    order = world.completed()
    record = world.simulator.store.transactions(order_id=str(payments_of(order).get().key))[0]
    told = compose(world.simulator.merchants["sol"], "transaction_settled", record, now=0)
    broker_at(NOBODY_LISTENS)
    with pytest.raises(OperationalError):
        client.post(
            reverse("braintree_hook", args=[world.sol.accounts.get().hook_key]),
            dict(zip(("bt_signature", "bt_payload"), told, strict=True)),
        )
    assert not Notification.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=BOTH_DATABASES)
def test_a_worker_completes_the_purchase_while_the_purchaser_waits(world, broker_at):
    """Over Redis where there is one, as in production; else over the queue in memory."""
    if portal_settings.BROKER_URL.startswith("redis:"):
        broker_at(portal_settings.BROKER_URL)
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, shutdown_timeout=20):
        app.control.purge()
        world.now = timezone.now()
        order = world.paid()
        deadline = monotonic() + 20
        while Order.objects.get().mailed_at is None and monotonic() < deadline:
            sleep(0.05)
    order.refresh_from_db()
    assert (order.state, payments_of(order).get().state) == (OrderState.COMPLETED, "captured")
