"""Who may be paid through the simulated PayPal: businesses, each with a REST app of its own."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Business:
    """One business account, by its merchant id, with the keys of its app.

    `currencies` are the balances it has opened: captures in another wait for its owner, PENDING; none means any.
    `webhook_url`, if set, is told about what happens, under `webhook_id`. Raises ValueError on what cannot be right.
    """

    id: str
    client_id: str
    secret: str = field(repr=False)
    webhook_id: str = ""
    webhook_url: str = ""
    currencies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.id):
            raise ValueError(f"not a merchant id: {self.id!r}")
        if not NAME.fullmatch(self.client_id) or not self.secret:
            raise ValueError(f"business {self.id} needs a client id and a secret")
        if self.webhook_url and not self.webhook_id:
            raise ValueError(f"business {self.id} has an address for notifications, and no id for it")


def business_from_text(text: str) -> Business:
    """Read `id:client id:secret`. Raises ValueError."""
    parts = text.split(":")
    if len(parts) != 3:
        raise ValueError("a business is written id:client id:secret")
    return Business(id=parts[0], client_id=parts[1], secret=parts[2])


def businesses_from_file(path: Path) -> list[Business]:
    """Read a JSON list of objects with id, client_id, secret, and whatever else a business may have.

    Raises ValueError, or what JSON of another shape causes (TypeError, KeyError).
    """
    entries = json.loads(path.read_text("utf-8"))
    return [Business(**{**entry, "currencies": tuple(entry.get("currencies", ()))}) for entry in entries]
