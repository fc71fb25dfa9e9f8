"""A provider's own account at Braintree, as plain values. The portal holds no account of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

ENVIRONMENTS = ("sandbox", "production", "simulator")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What it takes to act for one provider. `repr` shows no private key, so it may appear in logs and tracebacks.

    `merchant_accounts` maps ISO currency codes to the provider's merchant account ids. `simulator_url`, such as
    `http://127.0.0.1:8001`, is needed in the simulator's environment and forbidden in the others. Raises ValueError
    where a value is missing or cannot be right.
    """

    environment: Literal["sandbox", "production", "simulator"]
    merchant_id: str
    public_key: str
    private_key: str = field(repr=False)
    merchant_accounts: Mapping[str, str]
    simulator_url: str = ""

    def __post_init__(self) -> None:
        if self.environment not in ENVIRONMENTS:
            raise ValueError(f"environment must be one of {', '.join(ENVIRONMENTS)}")
        if not (self.merchant_id and self.public_key and self.private_key):
            raise ValueError("merchant id, public key and private key are all needed")
        if not self.merchant_accounts or not all(self.merchant_accounts.values()):
            raise ValueError("at least one currency with its merchant account id is needed")
        for currency in self.merchant_accounts:
            if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
                raise ValueError(f"not an ISO currency code: {currency!r}")
        self._check_simulator_url()

    def _check_simulator_url(self) -> None:
        if self.environment != "simulator":
            if self.simulator_url:
                raise ValueError("a simulator address makes sense in the simulator's environment only")
            return
        parts = urlsplit(self.simulator_url)
        if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path.strip("/"):
            raise ValueError("the simulator's address must look like http://127.0.0.1:8001")
