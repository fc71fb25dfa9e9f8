"""Refuses what is fine on a laptop and unsafe in production: `manage.py check --deploy --fail-level WARNING`.

Django's own deployment checks run beside these. With `--database default` the providers are looked at as well.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as Caution

HERE = ("localhost", "127.0.0.1", "::1")
LOCAL_MAIL = ("filebased", "console", "locmem", "dummy")
Check = TypeVar("Check", bound=Callable[..., Iterator[CheckMessage]])
SERVERLESS_BROKERS = ("folders:", "filesystem:", "memory:")


def _check(*tags: str) -> Callable[[Check], Check]:
    def decorate(check: Check) -> Check:
        register("production", *tags, deploy=True)(check)
        return check

    return decorate


@_check()
def databases(**_kwargs: Any) -> Iterator[CheckMessage]:
    """SQLite takes one writer at a time and lives on one machine."""
    for number, (alias, variable) in enumerate((("default", "DATABASE_URL"), ("ledger", "LEDGER_DATABASE_URL")), 1):
        if settings.DATABASES[alias]["ENGINE"].endswith("sqlite3"):
            yield Error(
                f"The database {alias!r} is SQLite, which cannot take several writers.",
                hint=f"Set {variable} to a PostgreSQL database of its own, such as postgres://user:secret@host/name.",
                id=f"portal.E00{number}",
            )


@_check()
def secrets(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Sessions are signed, and credentials sealed, with keys that nobody else knows."""
    if settings.SECRET_KEY.startswith("django-insecure-") or len(settings.SECRET_KEY) < 50:
        yield Error(
            "SECRET_KEY is the one for laptops, or too short.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(50))' makes one. Keep it out of the code.",
            id="portal.E003",
        )
    if not settings.PROVIDER_KEYS:
        yield Error(
            "PROVIDER_KEYS is empty: no payment credentials and no second factor can be sealed or opened.",
            hint="python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())' makes one.",
            id="portal.E004",
        )
    for place, key in enumerate(settings.PROVIDER_KEYS, 1):
        if not _is_key(key):
            yield Error(
                f"Number {place} of PROVIDER_KEYS is no Fernet key.",
                hint="A key has 44 characters. Several are separated by commas, the newest first.",
                id="portal.E005",
            )


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


@_check()
def work(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Web servers, workers and the schedule meet at the broker, and count visitors in the cache."""
    if settings.BROKER_URL.startswith(SERVERLESS_BROKERS):
        yield Error(
            "The broker is a folder or this process's memory; workers on other machines hear nothing.",
            hint="Set BROKER_URL to Redis or RabbitMQ, such as redis://host:6379/0.",
            id="portal.E006",
        )
    if settings.WEB_CONCURRENCY > 1 and settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        yield Error(
            f"Each of {settings.WEB_CONCURRENCY} web processes has a cache of its own, so limits count for each apart.",
            hint="Set CACHE_URL to Redis, such as redis://host:6379/1, or WEB_CONCURRENCY to 1.",
            id="portal.E007",
        )
    if not settings.RATE_LIMITS:
        yield Caution(
            "RATE_LIMITS is off: cards can be tried out at the checkout as fast as a machine can.",
            hint="Leave RATE_LIMITS out, except in load tests.",
            id="portal.W008",
        )


@_check()
def mail(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Certificates go out by mail."""
    if any(word in settings.EMAIL_BACKEND for word in LOCAL_MAIL):
        yield Error(
            "Mail is kept on this machine and sent to nobody.",
            hint="Set EMAIL_URL to a mail server, such as smtp+tls://user:secret@host:587.",
            id="portal.E009",
        )
    is_open = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and is_open and settings.EMAIL_HOST not in HERE:
        yield Error(
            f"Letters, and the password of the mail account, travel to {settings.EMAIL_HOST} without encryption.",
            hint="Set EMAIL_URL to smtp+tls://… (STARTTLS) or smtp+ssl://…; a relay on this machine needs neither.",
            id="portal.E021",
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        yield Caution(
            "Mail comes from an address at localhost, which receivers refuse.",
            hint="Set DEFAULT_FROM_EMAIL, such as 'Tonne by Tonne <portal@example.org>'.",
            id="portal.W010",
        )


@_check()
def connections(**_kwargs: Any) -> Iterator[CheckMessage]:
    """What goes to databases, broker and cache on other machines holds names, credentials and sessions."""
    for alias, variable in (("default", "DATABASE_URL"), ("ledger", "LEDGER_DATABASE_URL")):
        database = settings.DATABASES[alias]
        mode = database.get("OPTIONS", {}).get("sslmode")
        if _is_elsewhere(database.get("HOST", "")) and mode not in ("verify-ca", "verify-full"):
            yield Caution(
                f"The connection to the database {alias!r} is not encrypted, or to a server that could be any.",
                hint=f"End {variable} with ?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt.",
                id="portal.W022",
            )
    for variable, address, unless_told in (
        ("BROKER_URL", settings.BROKER_URL, "none"),  # Celery takes any certificate
        ("CACHE_URL", settings.CACHE_URL, "required"),
    ):
        if _is_elsewhere(urlsplit(address).hostname or "") and not _is_proven(address, unless_told=unless_told):
            yield Caution(
                f"{variable} names a Redis or RabbitMQ without encryption, or one that could be any.",
                hint="Set it to rediss://…; the broker's ends with ?ssl_cert_reqs=CERT_REQUIRED, since Celery asks for "
                "no certificate by itself.",
                id="portal.W023",
            )


def _is_elsewhere(host: str) -> bool:
    """Say whether a host is another machine: neither this one nor a socket in its file system."""
    return bool(host) and host not in HERE and not host.startswith("/")


def _is_proven(address: str, *, unless_told: str) -> bool:
    """Say whether a broker or cache is spoken to with encryption, and shows a certificate."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query).get("ssl_cert_reqs", [unless_told])[0]
    return parts.scheme in ("rediss", "amqps") and asked.lower().removeprefix("cert_") == "required"


@_check()
def contact(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Who finds a weakness looks for where to report it."""
    addresses = settings.SECURITY_CONTACT
    if not addresses or not all(each.startswith(("mailto:", "https://", "tel:")) for each in addresses):
        yield Caution(
            "SECURITY_CONTACT says not, or not as an address, where weaknesses are reported.",
            hint="Set SECURITY_CONTACT, such as mailto:security@example.org; several are separated by commas.",
            id="portal.W024",
        )


@_check()
def transport(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Addresses on certificates last for ever, and forms carry names and payments."""
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https":
        yield Error(
            f"SITE_URL is {settings.SITE_URL}: certificates would carry an address without encryption for ever.",
            hint="Set SITE_URL to the public address, such as https://portal.example.org.",
            id="portal.E011",
        )
    if not settings.HTTPS:
        yield Error(
            "HTTPS is off: cookies travel in the open, and nobody is led to the encrypted address.",
            hint="Set HTTPS=true, and BEHIND_PROXY=true where a proxy terminates TLS.",
            id="portal.E012",
        )
    allowed = [host.lstrip(".") for host in settings.ALLOWED_HOSTS]
    if not any(host == "*" or f".{address.hostname}".endswith(f".{host}") for host in allowed):
        yield Error(
            f"{address.hostname} is not among ALLOWED_HOSTS: every page of the site would be refused.",
            hint="Set ALLOWED_HOSTS to the host names the site is reached under, separated by commas.",
            id="portal.E013",
        )
    if boundless := [host for host in settings.ALLOWED_HOSTS if _is_boundless(host)]:
        yield Error(
            f"ALLOWED_HOSTS has {', '.join(boundless)}: the portal answers under names that are anybody's.",
            hint="Set ALLOWED_HOSTS to the host names the site is reached under, separated by commas.",
            id="portal.E020",
        )


def _is_boundless(host: str) -> bool:
    """Say whether other people have names that this one allows: all, or all below a top-level domain."""
    return host == "*" or (host.startswith(".") and "." not in host[1:])


@_check()
def payments(**_kwargs: Any) -> Iterator[CheckMessage]:
    """The simulator approves cards that do not exist."""
    if settings.SIMULATOR_URL:
        yield Error(
            f"Payments can be sent to a simulator at {settings.SIMULATOR_URL}.",
            hint="Set SIMULATOR_URL to nothing (SIMULATOR_URL=).",
            id="portal.E014",
        )


@_check(Tags.database)
def providers(databases: Sequence[str] | None = None, **_kwargs: Any) -> Iterator[CheckMessage]:
    """No provider may be paid by the simulator. Looks into the database, so only with `--database default`."""
    from portal.providers.models import Provider  # checks are registered before models are loaded

    if "default" not in (databases or ()):
        return
    simulated = Provider.objects.filter(accounts__environment="simulator", listings__is_open=True)
    for name in simulated.order_by("name").values_list("name", flat=True).distinct():
        yield Error(
            f"{name} has open listings and is paid by the simulator.",
            hint="Give the provider credentials of its gateway on the desk, or close its listings.",
            id="portal.E015",
        )


@_check(Tags.database)
def spare_keys(databases: Sequence[str] | None = None, **_kwargs: Any) -> Iterator[CheckMessage]:
    """A key that seals nothing any more only waits to be stolen. Looks into the database."""
    from portal import rotation  # checks are registered before models are loaded

    keys = settings.PROVIDER_KEYS
    if "default" not in (databases or ()) or len(keys) < 2 or not all(map(_is_key, keys)):
        return
    found = rotation.look()
    if not found.left and not found.lost:
        yield Caution(
            "PROVIDER_KEYS has earlier keys, and nothing is sealed with them any more.",
            hint="Leave the first key alone in PROVIDER_KEYS, as soon as every process runs with it.",
            id="portal.W025",
        )


@_check()
def registry(**_kwargs: Any) -> Iterator[CheckMessage]:
    """The embedded registry shows how it works; real units lie in a real one."""
    if settings.REGISTRY_CONNECTOR == "ledger":
        yield Caution(
            "The embedded registry stands in for a real one: what is cancelled there is cancelled nowhere else.",
            hint="Set REGISTRY_CONNECTOR to a real registry's, or accept this by SILENCED_CHECKS=portal.W016.",
            id="portal.W016",
        )


@_check()
def files(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Certificates and pictures are written once and read for years."""
    if not _is_writable(Path(settings.MEDIA_ROOT)):
        yield Error(
            f"{settings.MEDIA_ROOT} cannot be written: no certificate could be kept, and no picture uploaded.",
            hint="Make the folder, and give it to the account that web server and workers run as; or set MEDIA_ROOT.",
            id="portal.E017",
        )
    if not settings.STATIC_MANIFEST:
        yield Caution(
            "STATIC_MANIFEST is off: browsers may use style sheets and scripts of an older version.",
            hint="Set STATIC_MANIFEST=true and run manage.py collectstatic with each new version.",
            id="portal.W018",
        )


def _is_writable(folder: Path) -> bool:
    """Say whether a folder can be written, or made where it is missing."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


@_check()
def fonts(**_kwargs: Any) -> Iterator[CheckMessage]:
    """Names come in all scripts. The typesetter's own fonts know Latin, Greek and Cyrillic; packages bring more."""
    from portal.registry.certificates.lettering import full_case, lost_scripts  # fonts are read now

    if lost := lost_scripts(full_case()):
        yield Info(
            f"No font here has {', '.join(lost)}: certificates show names in these scripts romanised.",
            hint="Install what requirements.txt pins, or Noto, such as Debian's fonts-noto-core and fonts-noto-cjk.",
            id="portal.I019",
        )
