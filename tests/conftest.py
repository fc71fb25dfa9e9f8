"""What every test stands on: the cast and its builders, a simulated gateway, and no network beyond this machine."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as portal_settings
from django.core.cache.backends.base import BaseCache
from django.core.management.commands import flush, migrate
from django.db import connections, transaction
from django.template import Template
from django.test.utils import _TestState, instrumented_test_render
from django.utils import translation
from hypothesis import settings as effort
from whitenoise.middleware import WhiteNoiseMiddleware

from portal.books import agreement
from portal.celery import app
from portal.home import addresses, frame
from portal.payments.simulator import Business, Merchant, Simulator
from portal.registry import connectors
from portal.registry.ledger.router import LEDGER
from tests.registry_fake import MoodyRegistry
from tests.schema import Schemas, migrations
from tests.world import World

BOTH_DATABASES = ["default", "ledger"]
# What leads to a database where there is no mark: pytest-django's other fixtures all ask for one of these.
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup"})
FIRST_REDIS_DATABASE = 2  # bin/postgres hands 0 to the cache and 1 to the broker

# Of made-up cases each may take so long by itself, on a machine that does other things as well
effort.register_profile("portal", deadline=timedelta(seconds=5))
effort.load_profile("portal")


def pytest_sessionstart() -> None:
    """Let the garbage collector leave alone what all tests share, and look at the rest less often."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_configure() -> None:
    """Give each worker a Redis database of its own, as it has its own PostgreSQL ones: some tests empty the cache."""
    cache = portal_settings.CACHES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if cache["BACKEND"].endswith("RedisCache") and worker:
        address, _slash, _number = cache["LOCATION"].rpartition("/")
        cache["LOCATION"] = f"{address}/{FIRST_REDIS_DATABASE + int(worker.removeprefix('gw'))}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give both databases to whoever asks for the world, and skip aloud what one of them has no need or way to show.

    Mark with `stores` what can reach a database, so that it runs on SQLite and on PostgreSQL. Nothing else can, since
    pytest-django stops it; nor the cache, since `house` does. What keeps something in the cache alone has the mark.

    First of all hooks: by the marks set here, tests that empty the databases at their end are put behind all others.
    """
    is_postgres = portal_settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "world" in fixtures and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=BOTH_DATABASES))
        if item.get_closest_marker("django_db") or not DATABASE_FIXTURES.isdisjoint(fixtures):
            item.add_marker(pytest.mark.stores)
        if item.get_closest_marker("postgres") and not is_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: bin/test runs it there"))
        if item.get_closest_marker("sqlite") and is_postgres:
            item.add_marker(pytest.mark.skip(reason="others show it on PostgreSQL: bin/test runs it on SQLite"))


class Clock:
    """UTC seconds since 1970, starting on 23 November 2026."""

    def __init__(self) -> None:
        self.now = 1_795_392_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """The simulator's clock, which only moves when a test moves it."""
    return Clock()


@pytest.fixture
def merchants() -> dict[str, Merchant]:
    """Sol sells in euros and dollars, Vento in euros only."""
    sol = Merchant(
        id="sol", public_key="sol_public", private_key="sol_private", accounts={"EUR": "sol_eur", "USD": "sol_usd"}
    )
    vento = Merchant(id="vento", public_key="vento_public", private_key="vento_private", accounts={"EUR": "vento_eur"})
    return {"sol": sol, "vento": vento}


@pytest.fixture
def businesses() -> dict[str, Business]:
    """At PayPal, Sol is paid in whatever currency, Vento in euros only."""
    sol = Business(id="SOLMERCHANT", client_id="sol_client", secret="sol_secret", webhook_id="WH-SOL")
    vento = Business(id="VENTOMERCHANT", client_id="vento_client", secret="vento_secret", currencies=("EUR",))
    return {"sol": sol, "vento": vento}


@pytest.fixture
def simulator(
    merchants: dict[str, Merchant], businesses: dict[str, Business], clock: Clock, settings: Any
) -> Iterator[Simulator]:
    """Captures settle five seconds of `clock` later, at the next `simulator.settle_due()`."""
    with Simulator(merchants=merchants.values(), businesses=businesses.values(), clock=clock) as running:
        settings.SIMULATOR_URL = running.url
        yield running


@pytest.fixture(scope="session", autouse=True)
def open_cdm_registry() -> None:
    """Tests of other things are about days on which CERs can be cancelled, whatever day it is."""
    portal_settings.CDM_LAST_DAY = date(2999, 12, 31)


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment: None) -> None:
    """Draw templates as the portal does. Django's test environment copies what each was given, which takes longer."""
    Template._render = _TestState.saved_data.template_render


@pytest.fixture(scope="session", autouse=True)
def static_files() -> Iterator[None]:
    """Look through the static files once. Each browser has middleware of its own, which would look at every file."""
    found: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let answers tell what their templates were given, as `response.context`."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture(scope="session", autouse=True)
def broker() -> None:
    """Nudges go nowhere: a test that wants the work done calls the service, or the sweep."""
    app.conf.update(broker_url="memory://", broker_transport_options={})
    app.loader.import_default_modules()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> Iterator[None]:
    """Begin with the schemas that were kept. Give the ledger's database its own migrations only: all others leave
    nothing in it, and take as long again."""
    handle = migrate.Command.handle
    schemas = Schemas(request.config.cache.mkdir("schemas"), migrations=migrations())

    def handle_own(command: migrate.Command, *arguments: Any, **options: Any) -> str | None:
        alias = options["database"]
        is_new = schemas.is_empty(alias)
        is_known = is_new and schemas.bring(alias)
        if alias == LEDGER:
            options |= {"app_label": LEDGER, "run_syncdb": False}
        said = handle(command, *arguments, **options)
        if is_new and not is_known:
            schemas.keep(alias)
        return said

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate.Command, "handle", handle_own)
        yield


@pytest.fixture(scope="session", autouse=True)
def empty_what_nobody_may_empty() -> Iterator[None]:
    """After tests with threads all tables are emptied. On SQLite that deletes row by row, which triggers may forbid."""
    handle = flush.Command.handle

    def handle_without_triggers(command: flush.Command, **options: Any) -> str | None:
        connection = connections[options["database"]]
        if connection.vendor != "sqlite":
            return handle(command, **options)
        with transaction.atomic(options["database"]), connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            done = handle(command, **options)
            for _name, sql in triggers:
                cursor.execute(sql)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle_without_triggers)
        yield


class NoCache(BaseCache):
    """In place of the cache where a test has no mark `stores`, and therefore is not run on Redis."""

    def __init__(self, _location: str, options: dict[str, Any]) -> None:
        super().__init__(options)

    def _refuse(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise AssertionError("A test that reaches the cache has the mark `stores`, so that it runs on Redis too.")

    add = get = set = touch = delete = clear = has_key = incr = _refuse


@pytest.fixture(autouse=True)
def house(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> None:
    """Files into a folder of the test's own, keys of its own, passwords that are quick to check; and English, whatever
    was read last, no menu that was seen there, and books that never agreed."""
    translation.activate(settings.LANGUAGE_CODE)
    frame.forget_menus()
    addresses.forget_sites()
    agreement.remember(None)
    if not request.node.get_closest_marker("stores"):
        settings.CACHES = {"default": {"BACKEND": f"{NoCache.__module__}.{NoCache.__qualname__}"}}
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PROVIDER_KEYS = [Fernet.generate_key().decode()]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SITE_URL = "http://testserver"
    settings.RATE_LIMITS = False  # tests/test_ratelimits.py switches them on; all other tests are one busy visitor
    settings.HOLDS_PER_VISITOR = 1000  # as does tests/checkout/test_holds.py


@pytest.fixture
def now() -> datetime:
    """The time of the tests: a Monday morning, UTC."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(simulator: Simulator, now: datetime) -> World:
    return World(simulator=simulator, now=now)


@pytest.fixture
def moody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> MoodyRegistry:
    """The registry, in whatever mood a test puts it."""
    registry = MoodyRegistry()
    monkeypatch.setitem(connectors.CONNECTORS, "moody", lambda: registry)
    settings.REGISTRY_CONNECTOR = "moody"
    return registry


class Nudges:
    """What the workers were asked for. `run` does it all, in this thread, and returns it: task names and arguments."""

    def run(self) -> list[tuple[str, dict[str, Any]]]:
        asked = self.take()
        for name, arguments in asked:
            app.tasks[name](**arguments)
        return asked

    def take(self) -> list[tuple[str, dict[str, Any]]]:
        """Empty the queues, one after the other, without doing anything."""
        asked = []
        with app.connection_for_read() as connection:
            for each in app.amqp.queues.values():
                queue = each(connection.default_channel)
                queue.declare()
                while (message := queue.get(no_ack=True)) is not None:
                    _positional, arguments, _embedded = message.decode()
                    asked.append((message.headers["task"], arguments))
        return asked


@pytest.fixture
def nudges() -> Nudges:
    """The workers' queues, empty to begin with."""
    queue = Nudges()
    queue.take()
    return queue
