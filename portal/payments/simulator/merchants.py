"""Who may talk to the simulator: merchants, each with its own keys and one merchant account per currency."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = re.compile(r"[A-Za-z0-9_-]+")
CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, kw_only=True)
class Merchant:
    """One merchant. `accounts` maps currency codes to merchant account ids; the first is the default.

    `webhook_url`, if set, is told about settlements. `request_keys=False` makes a merchant for whom idempotency keys
    are not allowed (915231), as Braintree still has. Raises ValueError where a value cannot be right.
    """

    id: str
    public_key: str
    private_key: str = field(repr=False)
    accounts: Mapping[str, str]
    webhook_url: str = ""
    request_keys: bool = True

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.id):
            raise ValueError(f"not a merchant id: {self.id!r}")
        if not self.public_key or not self.private_key:
            raise ValueError(f"merchant {self.id} needs a public and a private key")
        if not self.accounts or not all(CURRENCY.fullmatch(each) for each in self.accounts):
            raise ValueError(f"merchant {self.id} needs one account per three-letter currency")

    def currency_of(self, account: str) -> str | None:
        """The currency of one of this merchant's accounts; None for anybody else's."""
        return next((currency for currency, each in self.accounts.items() if each == account), None)


def accounts_for(merchant_id: str, currencies: Iterable[str]) -> dict[str, str]:
    """The account ids of a merchant that names only its currencies: `sol` with EUR gets `sol_eur`."""
    return {currency: f"{merchant_id}_{currency.lower()}" for currency in currencies}


def merchant_from_text(text: str, webhook_url: str = "") -> Merchant:
    """Read `id:public:private:CUR1,CUR2`. Raises ValueError."""
    parts = text.split(":")
    if len(parts) != 4:
        raise ValueError("a merchant is written id:public:private:CUR1,CUR2")
    name, public, private, currencies = parts
    return Merchant(
        id=name,
        public_key=public,
        private_key=private,
        accounts=accounts_for(name, currencies.split(",")),
        webhook_url=webhook_url,
    )


def merchants_from_file(path: Path) -> list[Merchant]:
    """Read a JSON list of objects with id, public_key, private_key, and accounts (or currencies).

    Raises ValueError, or what JSON of another shape causes (TypeError, KeyError).
    """
    entries = json.loads(path.read_text("utf-8"))
    return [_merchant(entry) for entry in entries]


def _merchant(entry: dict[str, Any]) -> Merchant:
    known = {"id", "public_key", "private_key", "accounts", "currencies", "webhook_url", "request_keys"}
    if strange := set(entry) - known:
        raise ValueError(f"unknown in a merchant's entry: {', '.join(sorted(strange))}")
    values = {key: value for key, value in entry.items() if key != "currencies"}
    if "accounts" not in values:
        values["accounts"] = accounts_for(entry["id"], entry["currencies"])
    return Merchant(**values)
