"""What a purchaser brings along who has measured something first: how much it was, for what, and how that is known.

A calculator writes it, the checkout reads it, and neither knows the other. It travels in addresses (`?m=…`), signed, so
that what stands on an order was really calculated here, and needs no cookie. Whoever has such an address may read the
saved result, which says all that it says, and may change nothing of it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from math import ceil
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from django.core import signing
from django.http import HttpRequest, QueryDict

PARAMETER = "m"
LONGEST = 3000  # characters; servers read addresses of 4000


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measured footprint: `tonnes` in full precision, `quantity` the whole units that cover it, `period` as told.

    `name` is what an organisation or an event is called: for the purchaser and the provider, and nowhere published.
    """

    calculator: str
    title: str
    tonnes: str
    quantity: int
    purpose: str
    period: str
    factor_set: str
    token: str  # of the saved result, which anyone may read who has the order
    name: str = ""
    url: str = (
        ""  # the path where the saved result is read; the calculators fill it, so that nobody else need know them
    )

    @property
    def called(self) -> str:
        """What was measured, by name: not for what becomes public."""
        return f"{self.title} · {self.name}" if self.name else self.title

    @property
    def exact(self) -> Decimal:
        return Decimal(self.tonnes)

    def units_of(self, most: int) -> int:
        """Return how many units to propose where at most so many can be had: never none."""
        return max(1, min(self.quantity, most))

    def short_of(self, most: int) -> int:
        """Return how many units are left to find elsewhere where at most so many, one or more, can be had."""
        return max(0, self.quantity - most)


def _signer() -> signing.Signer:
    """Return who signs: with the key of now, and reading what was signed with earlier ones (SECRET_KEY_FALLBACKS)."""
    return signing.Signer(salt="portal.measured")


def sign(measured: Measured) -> str:
    """Return it as a text for addresses."""
    return _signer().sign_object(asdict(measured), compress=True)


def read(text: str) -> Measured | None:
    """Return what such a text says, or None if it is not ours or not whole."""
    if not text or len(text) > LONGEST:
        return None
    try:
        return Measured(**_signer().unsign_object(text))
    except (signing.BadSignature, TypeError, json.JSONDecodeError, UnicodeError):
        return None


def brought_by(request: HttpRequest) -> Measured | None:
    """Return what came along in the address of a request, or None. Nothing else of the request is looked at."""
    return read(request.GET.get(PARAMETER, ""))


def along(url: str, measured: Measured | None) -> str:
    """Return an address that carries what was measured, if anything was."""
    if measured is None:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({PARAMETER: sign(measured)})}"


def left_out(query: QueryDict) -> QueryDict:
    """Return a query without what was measured."""
    rest = query.copy()
    rest.pop(PARAMETER, None)
    return rest


def kept(values: Mapping[str, Any] | None) -> Measured | None:
    """Return what was kept as plain values, whatever later versions have added to them."""
    if not values:
        return None
    return Measured(**{field.name: values[field.name] for field in fields(Measured) if field.name in values})


def tonnes_in_words(tonnes: str, language: str) -> str:
    """Write tonnes with two decimals, or with as many more as it takes to round up to the same whole units."""
    exact = Decimal(tonnes)
    places = next((each for each in range(2, 6) if ceil(round(exact, each)) == ceil(exact)), 6)
    return str(format_decimal(round(exact, places), f"#,##0.{'0' * places}", locale=language))
