"""Entry point of the workers, and the schedule.

Rows are the queue: a task is only a nudge, and the sweeps below find whatever a broker lost within a minute.
"""

import os
from pathlib import Path

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

TRANSPORT_ALIASES["folders"] = "portal.folders:Transport"

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal.people", "portal.registry", "portal.checkout", "portal.calculators"])
app.conf.beat_schedule = {
    "sweep-cancellations": {"task": "portal.registry.tasks.sweep", "schedule": 60.0},
    "sweep-handovers": {"task": "portal.registry.tasks.sweep_handovers", "schedule": 60.0},
    "sweep-orders": {"task": "portal.checkout.tasks.sweep", "schedule": 60.0},
    "check-listings": {"task": "portal.checkout.tasks.check_listings", "schedule": 600.0},
    "sweep-batches": {"task": "portal.calculators.tasks.sweep_batches", "schedule": 60.0},
    "forget-orders": {"task": "portal.checkout.tasks.forget", "schedule": 3600.0},
    "forget-unconfirmed": {"task": "portal.people.tasks.forget_unconfirmed", "schedule": 3600.0},
    "clear-sessions": {"task": "portal.people.tasks.clear_sessions", "schedule": 24 * 3600.0},
    "sweep-results": {"task": "portal.calculators.tasks.sweep_results", "schedule": 3600.0},
}

# The broker that needs no server keeps its queue in folders and does not make them itself.
for option in ("data_folder_in", "control_folder"):
    folder = (app.conf.broker_transport_options or {}).get(option)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)


def nudge(task: str, **arguments: object) -> None:
    """Ask for a task by name, soon. Losing it costs time only: the rows stay as they are and a sweep finds them."""
    app.send_task(task, kwargs=arguments)
