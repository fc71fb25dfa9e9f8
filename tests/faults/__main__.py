"""Kill and lie at every step of every purchase, and print as JSON what became of money and units.

`DATABASE_URL`, `LEDGER_DATABASE_URL`, `CACHE_URL` and `BROKER_URL` name PostgreSQL and Redis: two migrated databases
with nothing in them that matters.
"""

import argparse
import gc
import json
import os
import socket
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from cryptography.fernet import Fernet


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--only", default="", help="stories whose names begin so")
    options.add_argument("--once", action="store_true", help="no kill that is another's by its construction")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        port = _free_port()
        _configure(folder, simulator=f"http://127.0.0.1:{port}")
        from tests.faults import gateway, rounds  # settings are read by now

        with gateway.running(folder, port=port) as remote:
            rows = rounds.run(remote, folder / "post", rounds=given.rounds, only=given.only, once=given.once)
    sys.stdout.write(json.dumps([asdict(row) for row in rows]))
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configure(folder: Path, *, simulator: str) -> None:
    """Set the portal up in this process, with all that its copies need and nothing that they could share."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "VAR_DIR": str(folder),
        "SIMULATOR_URL": simulator,
        "PROVIDER_KEYS": Fernet.generate_key().decode(),
        "REGISTRY_CONNECTOR": "tripped",
        "RATE_LIMITS": "no",
        "HOLDS_PER_VISITOR": "1000000",
        "CDM_LAST_DAY": "2999-12-31",
        "ALLOWED_HOSTS": "testserver",
    }
    import django
    from django.conf import settings

    django.setup()
    for database in settings.DATABASES.values():
        database["OPTIONS"].pop("pool")  # its threads do not come along into copies
    settings.EMAIL_BACKEND = "tests.faults.tripwire.Postbox"
    from portal.celery import app
    from portal.registry import connectors
    from tests.faults import clock, tripwire

    for each in ("post", "static"):
        (folder / each).mkdir()
    connectors.CONNECTORS["tripped"] = tripwire.TrippedRegistry
    tripwire.install(folder / "post")
    clock.install()
    app.loader.import_default_modules()
    from django.urls import get_resolver

    from tests.faults.stories import open_portal

    get_resolver().url_patterns  # noqa: B018  # all views are imported here, and not in each copy
    open_portal()
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
