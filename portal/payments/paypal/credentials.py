"""A provider's own REST app at PayPal, as plain values. The portal holds none of its own."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

ENVIRONMENTS = ("sandbox", "production", "simulator")
# Where each environment answers programs, and where it shows its pages to people
API = {"production": "https://api-m.paypal.com", "sandbox": "https://api-m.sandbox.paypal.com"}
PAGES = {"production": "https://www.paypal.com", "sandbox": "https://www.sandbox.paypal.com"}
# What PayPal takes as prices are written here (its page on currency codes). Of HUF and TWD it takes whole amounts only,
# while prices in them have decimals, so that not every order could be paid: they are left out.
WHOLE = frozenset({"JPY"})
CURRENCIES = (
    WHOLE
    | {"AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP"}
    | {"PLN", "SEK", "SGD", "THB", "USD"}
)
MERCHANT_ID = re.compile(r"[A-Za-z0-9]{1,32}")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What it takes to be paid by one provider's PayPal account. `repr` shows no secret, so it may appear in logs.

    `merchant_id` is the account's own number, which every payment must name as its payee. `webhook_id` is what PayPal
    calls our address; without it notifications are refused, and the sweep alone tells what became of payments.
    `simulator_url`, such as `http://127.0.0.1:8001`, is needed in the simulator's environment and forbidden in the
    others. Raises ValueError where a value is missing or cannot be right.
    """

    environment: Literal["sandbox", "production", "simulator"]
    client_id: str
    client_secret: str = field(repr=False)
    merchant_id: str
    currencies: frozenset[str]
    webhook_id: str = ""
    simulator_url: str = ""

    def __post_init__(self) -> None:
        if self.environment not in ENVIRONMENTS:
            raise ValueError(f"environment must be one of {', '.join(ENVIRONMENTS)}")
        if not (self.client_id and self.client_secret):
            raise ValueError("client id and secret are both needed")
        if not (self.client_id.isascii() and self.client_id.isprintable() and ":" not in self.client_id):
            raise ValueError("a client id is plain ASCII without a colon")
        if not MERCHANT_ID.fullmatch(self.merchant_id):
            raise ValueError("a merchant id is letters and digits")
        if not self.currencies:
            raise ValueError("at least one currency is needed")
        if unknown := sorted(self.currencies - CURRENCIES):
            raise ValueError(f"prices in {', '.join(unknown)} cannot be paid through PayPal")
        self._check_simulator_url()

    def _check_simulator_url(self) -> None:
        if self.environment != "simulator":
            if self.simulator_url:
                raise ValueError("a simulator address makes sense in the simulator's environment only")
            return
        parts = urlsplit(self.simulator_url)
        if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path.strip("/"):
            raise ValueError("the simulator's address must look like http://127.0.0.1:8001")

    @property
    def api(self) -> str:
        """Where programs ask, without a slash at its end."""
        return API.get(self.environment) or self.simulator_url.rstrip("/")

    @property
    def pages(self) -> str:
        """Where purchasers are sent to agree, without a slash at its end."""
        return PAGES.get(self.environment) or self.simulator_url.rstrip("/")
