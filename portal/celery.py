"""Entry point of the workers, their queues, and the schedule.

Rows are the queue: a task is only a nudge, and the sweeps below find whatever a broker lost within a minute.

What may hang has a queue of its own, and in production workers of its own: a payment gateway, a mail server, a table of
a hundred thousand rows, a check of all listings. None of them ever stands before a cancellation, which waits for the
registry and for nothing else. A worker that is started without the name of a queue takes all of them.
"""

import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab
from django.db import transaction
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

TRANSPORT_ALIASES["folders"] = "portal.folders:Transport"

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
ROOMS = ("people", "registry", "payments.transfers", "checkout", "selling", "books", "calculators", "home")
app.autodiscover_tasks([f"portal.{room}" for room in ROOMS])
ORDERS, MONEY, LETTERS, TABLES = QUEUES = ("orders", "money", "letters", "tables")
MINUTE = 60.0  # seconds
app.conf.task_queues = [Queue(name, routing_key=name) for name in QUEUES]  # type: ignore[no-untyped-call]  # Kombu has no types
app.conf.task_default_queue = ORDERS
app.conf.task_routes = {
    "portal.checkout.tasks.collect": {"queue": MONEY},
    "portal.checkout.tasks.check_payment": {"queue": MONEY},
    "portal.checkout.tasks.check_dispute": {"queue": MONEY},
    "portal.checkout.tasks.answer_dispute": {"queue": MONEY},
    "portal.checkout.tasks.concede_dispute": {"queue": MONEY},
    "portal.checkout.tasks.sweep_account": {"queue": MONEY},
    "portal.checkout.tasks.write": {"queue": LETTERS},
    "portal.people.tasks.send_letter": {"queue": LETTERS},
    "portal.checkout.tasks.check_listings": {"queue": TABLES},
    "portal.selling.tasks.tell_changes": {"queue": LETTERS},
    "portal.selling.tasks.carry_out_changes": {"queue": TABLES},
    "portal.calculators.tasks.*": {"queue": TABLES},
    "portal.payments.transfers.tasks.*": {"queue": TABLES},
    "portal.books.tasks.*": {"queue": TABLES},
    "portal.home.tasks.*": {"queue": TABLES},
    "portal.checkout.tasks.forget": {"queue": TABLES},
    "portal.people.tasks.forget_unconfirmed": {"queue": TABLES},
    "portal.people.tasks.clear_sessions": {"queue": TABLES},
}
# A sweep that nobody had time for is not worth doing once the next one is asked for: sweeps do not pile up.
ONCE_A_MINUTE = {"schedule": MINUTE, "options": {"expires": MINUTE}}
app.conf.beat_schedule = {
    "sweep-cancellations": {"task": "portal.registry.tasks.sweep", **ONCE_A_MINUTE},
    "sweep-handovers": {"task": "portal.registry.tasks.sweep_handovers", **ONCE_A_MINUTE},
    "sweep-orders": {"task": "portal.checkout.tasks.sweep", **ONCE_A_MINUTE},
    "check-listings": {"task": "portal.checkout.tasks.check_listings", "schedule": 10 * MINUTE},
    "sweep-batches": {"task": "portal.calculators.tasks.sweep_batches", **ONCE_A_MINUTE},
    "tell-changes": {"task": "portal.selling.tasks.tell_changes", **ONCE_A_MINUTE},
    "carry-out-changes": {"task": "portal.selling.tasks.carry_out_changes", **ONCE_A_MINUTE},
    "forget-orders": {"task": "portal.checkout.tasks.forget", "schedule": 60 * MINUTE},
    "forget-unconfirmed": {"task": "portal.people.tasks.forget_unconfirmed", "schedule": 60 * MINUTE},
    "clear-sessions": {"task": "portal.people.tasks.clear_sessions", "schedule": 24 * 60 * MINUTE},
    "reconcile": {"task": "portal.books.tasks.reconcile", "schedule": crontab(hour="4", minute="10")},  # UTC
    "sweep-statements": {"task": "portal.payments.transfers.tasks.sweep_statements", **ONCE_A_MINUTE},
    "publish-pages": {"task": "portal.home.tasks.publish_due", **ONCE_A_MINUTE},
    "sweep-results": {"task": "portal.calculators.tasks.sweep_results", "schedule": 60 * MINUTE},
}

# The broker that needs no server keeps its queue in folders and does not make them itself.
for option in ("data_folder_in", "control_folder"):
    folder = (app.conf.broker_transport_options or {}).get(option)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)


def nudge(task: str, **arguments: object) -> None:
    """Ask for a task by name, soon. Losing it costs time only: the rows stay as they are and a sweep finds them."""
    app.send_task(task, kwargs=arguments)


def nudge_on_commit(task: str, **arguments: object) -> None:
    """Ask for a task once what surrounds this is committed, and never if it is not.

    A broker that cannot be reached is logged, and whoever committed goes on as if nothing were.
    """
    # A lambda, since Django wants the name of what it could not call; a partial has none.
    transaction.on_commit(lambda: nudge(task, **arguments), robust=True)


def nudge_again(task: str, **arguments: object) -> None:
    """Ask as a sweep does, which asks again in a minute: what nobody had time for until then is forgotten."""
    app.send_task(task, kwargs=arguments, expires=MINUTE)
