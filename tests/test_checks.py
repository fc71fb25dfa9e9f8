"""Production is refused where it would be unsafe, each time with what to do about it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import CheckMessage, Tags, run_checks

from portal import rotation
from tests.world import World

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = {"ENGINE": "django.db.backends.postgresql", "NAME": "portal"}


def found(*, databases: list[str] | None = None) -> dict[str, CheckMessage]:
    """What the checks of this portal say, by their ids."""
    tags = [Tags.database, "production"] if databases else ["production"]
    messages = run_checks(tags=tags, include_deployment_checks=True, databases=databases)
    return {str(each.id): each for each in messages if str(each.id).startswith("portal.")}


@pytest.fixture
def production(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of a portal that may go to production, but for the one thing a test makes wrong."""
    for alias in ("default", "ledger"):
        monkeypatch.setitem(settings.DATABASES, alias, POSTGRES)
    settings.SECRET_KEY = "k" * 50
    settings.PROVIDER_KEYS = [Fernet.generate_key().decode()]
    settings.BROKER_URL = "rediss://broker:6380/0?ssl_cert_reqs=CERT_REQUIRED"
    settings.CACHE_URL = "rediss://cache:6380/1"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    settings.WEB_CONCURRENCY = 4
    settings.RATE_LIMITS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.example.org", True
    settings.DEFAULT_FROM_EMAIL = "Tonne by Tonne <portal@example.org>"
    settings.SITE_URL = "https://portal.example.org"
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    settings.HTTPS = True
    settings.SIMULATOR_URL = ""
    settings.REGISTRY_CONNECTOR = "real"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_MANIFEST = True
    return settings


def test_nothing_is_said_of_a_sound_portal(production: Any):
    assert set(found()) == set()


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("SECRET_KEY", "django-insecure-" + "k" * 50, "portal.E003"),
        ("SECRET_KEY", "short", "portal.E003"),
        ("PROVIDER_KEYS", [], "portal.E004"),
        ("PROVIDER_KEYS", ["not-a-key"], "portal.E005"),
        ("PROVIDER_KEYS", [Fernet.generate_key().decode(), "c2hvcnQ="], "portal.E005"),
        ("BROKER_URL", "filesystem://localhost", "portal.E006"),
        ("BROKER_URL", "memory://", "portal.E006"),
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, "portal.E007"),
        ("RATE_LIMITS", False, "portal.W008"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "portal.E009"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "portal.E009"),
        ("BROKER_URL", "redis://broker:6379/0", "portal.W023"),
        ("BROKER_URL", "rediss://broker:6380/0", "portal.W023"),  # then Celery takes any certificate
        ("BROKER_URL", "rediss://broker:6380/0?ssl_cert_reqs=CERT_NONE", "portal.W023"),
        ("BROKER_URL", "amqp://broker/", "portal.W023"),
        ("CACHE_URL", "redis://cache:6379/1", "portal.W023"),
        ("SECURITY_CONTACT", [], "portal.W024"),
        ("SECURITY_CONTACT", ["security@example.org"], "portal.W024"),
        ("EMAIL_USE_TLS", False, "portal.E021"),
        ("DEFAULT_FROM_EMAIL", "Tonne by Tonne <portal@localhost>", "portal.W010"),
        ("SITE_URL", "http://portal.example.org", "portal.E011"),
        ("HTTPS", False, "portal.E012"),
        ("ALLOWED_HOSTS", ["localhost", "ortal.example.org"], "portal.E013"),
        ("ALLOWED_HOSTS", ["*"], "portal.E020"),
        ("ALLOWED_HOSTS", ["portal.example.org", "*"], "portal.E020"),
        ("ALLOWED_HOSTS", [".org"], "portal.E020"),
        ("SIMULATOR_URL", "http://localhost:8001", "portal.E014"),
        ("REGISTRY_CONNECTOR", "ledger", "portal.W016"),
        ("STATIC_MANIFEST", False, "portal.W018"),
    ],
)
def test_what_is_unsafe_is_said_with_what_to_do(production: Any, setting: str, value: Any, expected: str):
    setattr(production, setting, value)
    said = found()
    assert set(said) == {expected}
    assert said[expected].hint


@pytest.mark.parametrize(("alias", "expected"), [("default", "portal.E001"), ("ledger", "portal.E002")])
def test_sqlite_is_for_laptops(production: Any, monkeypatch: pytest.MonkeyPatch, alias: str, expected: str):
    monkeypatch.setitem(production.DATABASES, alias, {"ENGINE": "django.db.backends.sqlite3"})
    assert set(found()) == {expected}


@pytest.mark.parametrize("options", [{}, {"sslmode": "prefer"}, {"sslmode": "require"}])
def test_a_database_on_another_machine_proves_its_name(
    production: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
):
    elsewhere = {**POSTGRES, "HOST": "db.example.org"}
    monkeypatch.setitem(production.DATABASES, "ledger", {**elsewhere, "OPTIONS": options})
    assert set(found()) == {"portal.W022"}
    monkeypatch.setitem(production.DATABASES, "ledger", {**elsewhere, "OPTIONS": {"sslmode": "verify-full"}})
    assert set(found()) == set()


def test_on_one_machine_nothing_need_be_encrypted(production: Any, monkeypatch: pytest.MonkeyPatch):
    production.BROKER_URL, production.CACHE_URL = "redis://127.0.0.1:6379/0", "redis://localhost:6379/1"
    for host in ("127.0.0.1", "localhost", "::1", "/run/postgresql"):
        monkeypatch.setitem(production.DATABASES, "default", {**POSTGRES, "HOST": host})
        assert set(found()) == set(), host


def test_one_process_may_keep_its_own_cache(production: Any):
    production.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    production.WEB_CONCURRENCY = 1
    assert "portal.E007" not in found()


@pytest.mark.parametrize("hosts", [[".example.org"], ["other.example.org", "portal.example.org"]])
def test_a_site_below_an_allowed_domain_is_allowed(production: Any, hosts: list[str]):
    production.ALLOWED_HOSTS = hosts
    assert set(found()) == set()


def test_letters_may_go_in_the_open_to_a_relay_on_this_machine_alone(production: Any):
    production.EMAIL_USE_TLS = False
    for host in ("localhost", "127.0.0.1", "::1"):
        production.EMAIL_HOST = host
        assert set(found()) == set(), host
    production.EMAIL_HOST, production.EMAIL_USE_SSL = "mail.example.org", True
    assert set(found()) == set()


def test_a_media_folder_that_is_a_file_is_no_folder(production: Any, tmp_path: Path):
    (tmp_path / "media").write_text("in the way")
    assert "portal.E017" in found()


def test_a_provider_that_sells_and_is_paid_by_the_simulator_is_found_in_the_database(world: World, settings: Any):
    listing = world.listing()
    said = run_checks(tags=["production"], include_deployment_checks=True, databases=["default"])
    assert [each.msg for each in said if each.id == "portal.E015"] == [
        "Sol has open listings and is paid by the simulator."
    ]
    listing.is_open = False
    listing.save()
    said = run_checks(tags=["production"], include_deployment_checks=True, databases=["default"])
    assert [each for each in said if each.id == "portal.E015"] == []


def test_earlier_keys_that_seal_nothing_any_more_are_found_in_the_database(world: World, settings: Any):
    def warned() -> bool:
        said = run_checks(tags=["production"], include_deployment_checks=True, databases=["default"])
        return "portal.W025" in [each.id for each in said]

    world.sol  # noqa: B018  # a builder
    assert not warned()  # there is one key
    settings.PROVIDER_KEYS = [Fernet.generate_key().decode(), *settings.PROVIDER_KEYS]
    assert not warned()  # and it is needed
    rotation.rotate()
    assert warned()
    settings.PROVIDER_KEYS = ["no key", *settings.PROVIDER_KEYS]
    assert not warned()  # that is another error's


def test_the_database_is_left_alone_unless_it_is_named(db: None, django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        run_checks(tags=["production"], include_deployment_checks=True)


def environment() -> dict[str, str]:
    """The variables of deploy/example.env, with secrets made for this run alone."""
    lines = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    given = {name: value.strip("'\"") for name, value in pairs}
    made = {"SECRET_KEY": "k0123456789" * 5, "PROVIDER_KEYS": Fernet.generate_key().decode()}
    return {**given, **made, "PATH": os.environ["PATH"]}


def check(variables: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", *options]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)


def test_the_example_of_a_production_environment_passes_with_secrets():
    done = check(environment())
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_the_example_itself_holds_no_secrets_and_is_refused():
    without = {name: value for name, value in environment().items() if name not in ("SECRET_KEY", "PROVIDER_KEYS")}
    done = check(without)
    assert done.returncode == 1
    assert "portal.E003" in done.stderr
    assert "portal.E004" in done.stderr


def test_a_warning_can_be_accepted_and_an_error_cannot():
    done = check({**environment(), "SILENCED_CHECKS": "portal.W016,portal.E013,security.E100"})
    assert done.returncode == 1
    assert "SILENCED_CHECKS names errors, which cannot be accepted: portal.E013, security.E100" in done.stderr


def test_an_earlier_key_that_anybody_knows_is_found_too():
    done = check({**environment(), "SECRET_KEY_FALLBACKS": "short"})
    assert done.returncode == 1
    assert "security.W025" in done.stderr
