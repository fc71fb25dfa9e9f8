"""One demo installation on this machine: its folder, its ports, its secrets. Made before Django reads its settings."""

import hashlib
import json
import os
import re
import secrets
import string
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from portal.home.demo.content import providers

ROOT = Path(__file__).resolve().parents[3]
SANDBOX_VARIABLES = ("BRAINTREE_MERCHANT_ID", "BRAINTREE_PUBLIC_KEY", "BRAINTREE_PRIVATE_KEY", "BRAINTREE_ACCOUNTS")
MIGRATIONS_SINCE = "2026-11-30"  # migrations began anew on that day: what was made before cannot be carried on
LOGINS = {
    "editor": "editor@example.org",
    "provider": "provider@example.org",
    "staff": "staff@example.org",
    "colleague": "colleague@example.org",  # of staff: what one enters, another approves
}
STAFF = {"staff", "colleague"}


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Where a demo keeps its data and where it is reached."""

    folder: Path
    port: int
    secrets: dict[str, Any]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def simulator_port(self) -> int:
        return self.port + 1

    @property
    def merchants_file(self) -> Path:
        return self.folder / "merchants.json"

    @property
    def businesses_file(self) -> Path:
        return self.folder / "businesses.json"

    @property
    def is_too_old(self) -> bool:
        """The databases were made by migrations that are no more, so that none of today's can follow."""
        return self.secrets.get("migrations_since") != MIGRATIONS_SINCE

    @property
    def is_set_up(self) -> bool:
        """The content is complete: a set-up that was interrupted starts over."""
        return (self.folder / "complete").exists()

    @property
    def is_current(self) -> bool:
        """Nothing has changed since the last start that the databases would have to follow."""
        return self.is_set_up and (self.folder / "complete").read_text(encoding="utf-8") == _fingerprint(self)

    def mark_current(self) -> None:
        """Note that content and databases are what this code and this environment want them to be."""
        (self.folder / "complete").write_text(_fingerprint(self), encoding="utf-8")

    @property
    def logins(self) -> dict[str, str]:
        """Return who can sign in: a demo that was made when there were fewer goes on with those."""
        return {login: email for login, email in LOGINS.items() if login in self.secrets["passwords"]}

    def password(self, login: str) -> str:
        return str(self.secrets["passwords"][login])

    def merchants(self) -> list[dict[str, Any]]:
        """Return the sample providers' accounts at the simulator, each with keys of its own."""
        known: list[dict[str, Any]] = self.secrets["merchants"]
        return known

    def businesses(self) -> list[dict[str, Any]]:
        """Return their accounts at the simulated PayPal. All of them follows from what there is already, so that a demo
        that was set up before there was PayPal needs no new secrets."""
        return [
            {
                "id": re.sub("[^A-Z0-9]", "", f"{merchant['id']}SAMPLE".upper())[:32],
                "client_id": f"{merchant['id']}-paypal",
                "secret": _derived(merchant, "secret"),
                "webhook_id": f"WH-{_derived(merchant, 'webhook')[:12].upper()}",
                "currencies": merchant["currencies"],
                "slug": merchant["id"],
                "hook_key": _derived(merchant, "address"),
            }
            for merchant in self.merchants()
        ]

    def write_merchants(self, *, are_notified: bool = True) -> None:
        """Write what the simulator must know of them, for nobody else's eyes. Webhooks need a web server."""
        _write(
            self.businesses_file,
            [
                {key: value for key, value in business.items() if key not in ("slug", "hook_key")}
                | {"webhook_url": f"{self.url}/hooks/paypal/{business['hook_key']}/" if are_notified else ""}
                for business in self.businesses()
            ],
        )
        entries = [
            {key: value for key, value in merchant.items() if key != "hook_key"}
            | {"webhook_url": f"{self.url}/hooks/braintree/{merchant['hook_key']}/" if are_notified else ""}
            for merchant in self.merchants()
        ]
        _write(self.merchants_file, entries)

    def environment(self) -> dict[str, str]:
        """Return the environment variables that make the portal this installation."""
        return {
            "VAR_DIR": str(self.folder),
            "SECRET_KEY": self.secrets["secret_key"],
            "PROVIDER_KEYS": self.secrets["provider_key"],
            "SITE_URL": self.url,
            "SIMULATOR_URL": f"http://127.0.0.1:{self.simulator_port}",
            "CDM_LAST_DAY": os.environ.get("CDM_LAST_DAY", str(last_day_of_cers(datetime.now(UTC).date()))),
            "REGISTRY_NAME": "Embedded registry (demonstration)",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }


def _derived(merchant: dict[str, Any], purpose: str) -> str:
    return hashlib.blake2s(purpose.encode(), key=merchant["private_key"].encode(), digest_size=12).hexdigest()


def _write(path: Path, entries: list[dict[str, Any]]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(entries), encoding="utf-8")


def last_day_of_cers(today: date) -> date:
    """Return until when a demo cancels CERs: until the real end, and then, since it only shows how, year after year."""
    return max(date(2026, 12, 31), date((today + timedelta(days=1)).year, 12, 31))


def _fingerprint(demo: Installation) -> str:
    """Name everything that the databases follow: migrations, libraries, where payments go, where the site is."""
    migrations = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "portal").rglob("migrations/0*.py"))
    parts = [*migrations, (ROOT / "requirements.txt").read_text(encoding="utf-8"), demo.url]
    parts += [os.environ.get(name, "") for name in SANDBOX_VARIABLES]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def prepare(*, folder: Path, port: int) -> Installation:
    """Return the installation in a folder, making its secrets when it is new."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "secrets.json"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(_new_secrets()), encoding="utf-8")
    return Installation(folder=folder, port=port, secrets=json.loads(kept.read_text(encoding="utf-8")))


def _new_secrets() -> dict[str, Any]:
    letters = string.ascii_lowercase.translate({ord(letter): None for letter in "ilo"}) + "23456789"
    return {
        "migrations_since": MIGRATIONS_SINCE,
        "secret_key": secrets.token_urlsafe(50),
        "provider_key": Fernet.generate_key().decode(),
        "merchants": [
            {
                "id": provider["slug"],
                "public_key": secrets.token_hex(8),
                "private_key": secrets.token_hex(16),
                "currencies": provider["currencies"],
                "hook_key": secrets.token_urlsafe(16),
            }
            for provider in providers()
        ],
        "passwords": {login: "".join(secrets.choice(letters) for _i in range(12)) for login in LOGINS},
    }
