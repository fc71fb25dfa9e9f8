"""What hangs holds up its own queue and no other: above all, no paid order waits for it to be cancelled.

The mail server here is a socket that takes every connection and never says a word. The controls put everything into one
queue again, or let the sweep send letters itself, and show that then nothing is cancelled any more.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, sleep

import pytest
from celery.contrib.testing.worker import start_worker
from django.utils import timezone

from portal.celery import ONCE_A_MINUTE, QUEUES, app, nudge_again
from portal.checkout import service, sweeping
from portal.checkout.models import Letter, Order, OrderState
from portal.payments.models import Payment
from tests.world import payments_of

THREADS = 2  # of each worker
ORDERS = 6


@pytest.fixture
def mute_mail_server(settings) -> Iterator[None]:
    """Connections stand in its line and are cut when the test is over."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 60  # longer than any test waits
        yield


@contextmanager
def workers(*queues: str) -> Iterator[None]:
    """Run a worker for each, in this process; one name may be several, with commas between."""
    how = {"pool": "threads", "concurrency": THREADS, "perform_ping_check": False, "shutdown_timeout": 20}
    try:
        with ExitStack() as stack:
            for each in queues:
                stack.enter_context(start_worker(app, queues=each, **how))
            yield
    finally:
        app.amqp.queues = app.conf.task_queues  # Celery keeps what the last one chose


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    deadline = monotonic() + seconds
    while not is_so() and monotonic() < deadline:
        sleep(0.05)
    return is_so()


def how_many(**those: object) -> int:
    return Order.objects.filter(**those).count()


def letters_that_hang(world) -> None:
    """Orders that nobody pays, as many as a worker has threads: their letters are begun, and never end."""
    for _i in range(THREADS):
        world.order()
    assert within(20, lambda: Letter.objects.filter(claimed_at__isnull=False).count() == THREADS)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_a_mail_server_that_never_answers_holds_up_no_cancellation_and_no_money(world, nudges, mute_mail_server):
    world.now = timezone.now()  # workers go by the true time, and letters of long ago are not sent any more
    listing = world.listing(units=50)
    with workers("orders", "money", "letters"):
        letters_that_hang(world)
        for _i in range(ORDERS):
            world.paid(listing)
        assert within(20, lambda: Payment.objects.filter(state="captured").count() == ORDERS)
    assert (how_many(state=OrderState.COMPLETED), how_many(mailed_at__isnull=False)) == (ORDERS, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_control_in_one_queue_it_takes_every_thread(world, nudges, mute_mail_server):
    world.now = timezone.now()
    listing = world.listing(units=50)
    with workers(",".join(QUEUES)):
        letters_that_hang(world)
        for _i in range(ORDERS):
            world.paid(listing)
        sleep(3)
        assert how_many(state=OrderState.COMPLETED) == 0


@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
def test_the_sweep_waits_for_the_registry_alone_and_asks_others_for_the_rest(world, nudges, mute_mail_server):
    paid, done, placed = world.paid(), world.paid(), world.order()
    service.cancel(order_id=done.pk, now=world.now)
    nudges.take()
    world.pass_time(minutes=1)
    began = monotonic()
    sweeping.sweep(now=world.now)
    assert monotonic() - began < 5
    paid.refresh_from_db()
    assert paid.state == OrderState.COMPLETED
    assert payments_of(done).get().state == "authorised"
    asked = nudges.take()
    for task, arguments in (
        (sweeping.SWEEP_ACCOUNT, {"account_id": world.sol.accounts.get().pk}),
        (service.WRITE, {"order_id": done.pk}),
        (service.WRITE, {"order_id": placed.pk}),
        (service.COLLECT, {"order_id": paid.pk}),
        (service.WRITE, {"order_id": paid.pk}),
    ):
        assert (task, arguments) in asked, task


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("portal.registry.tasks.sweep", "orders"),
        ("portal.registry.tasks.sweep_handovers", "orders"),
        ("portal.checkout.tasks.sweep", "orders"),
        ("portal.checkout.tasks.fulfil", "orders"),
        ("portal.checkout.tasks.collect", "money"),
        ("portal.checkout.tasks.check_payment", "money"),
        ("portal.checkout.tasks.sweep_account", "money"),
        ("portal.checkout.tasks.write", "letters"),
        ("portal.people.tasks.send_letter", "letters"),
        ("portal.checkout.tasks.check_listings", "tables"),
        ("portal.payments.transfers.tasks.read_statement", "tables"),
        ("portal.calculators.tasks.calculate_batch", "tables"),
        ("portal.calculators.tasks.sweep_batches", "tables"),
        ("portal.calculators.tasks.sweep_results", "tables"),
    ],
)
def test_each_task_has_its_queue(task, queue):
    route = app.amqp.router.route({}, task)
    assert (route["queue"].name, route["queue"].routing_key) == (queue, queue)


def test_no_task_is_without_a_queue_of_its_choice():
    """One that comes later stands in the queue of cancellations unless somebody thought about it: here."""
    ours = {name for name in app.tasks if name.startswith("portal.")}
    in_the_first = {name for name in ours if app.amqp.router.route({}, name)["queue"].name == "orders"}
    assert in_the_first == {
        "portal.registry.tasks.sweep",
        "portal.registry.tasks.sweep_handovers",
        "portal.checkout.tasks.sweep",
        "portal.checkout.tasks.fulfil",
        "portal.checkout.tasks.settle_transfer",  # these two wait for nobody, and a cancellation for them
        "portal.checkout.tasks.take_up_transfer",
    }


def test_sweeps_that_nobody_had_time_for_do_not_pile_up():
    minutely = [entry for entry in app.conf.beat_schedule.values() if entry["schedule"] == 60]
    assert [entry["options"] for entry in minutely] == [{"expires": 60}] * 8
    assert ONCE_A_MINUTE["schedule"] == 60


def test_what_a_sweep_asks_for_is_forgotten_when_the_next_one_comes(nudges):
    nudge_again(service.WRITE, order_id=7)
    with app.connection_for_read() as connection:
        message = app.amqp.queues["letters"](connection.default_channel).get(no_ack=True)
    assert message.headers["expires"] is not None
