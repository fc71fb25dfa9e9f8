"""What a purchaser brings along who has measured something first: how much it was, for what, and how that is known.

A calculator writes it, the checkout reads it, and neither knows the other. It travels in addresses (`?m=…`), signed, so
that what stands on an order was really calculated here; it names nobody and needs no cookie.
"""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.core import signing

PARAMETER = "m"
_SIGNER = signing.Signer(salt="portal.measured")
LONGEST = 2000  # characters


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measured footprint: `tonnes` in full precision, `quantity` the whole units that cover it, `period` its year."""

    calculator: str
    title: str
    tonnes: str
    quantity: int
    purpose: str
    period: str
    factor_set: str
    token: str  # of the saved result, which anyone may open who has the order
    url: str = ""  # the path of the saved result's page; the calculators fill it, so that nobody else need know them

    @property
    def exact(self) -> Decimal:
        return Decimal(self.tonnes)


def sign(measured: Measured) -> str:
    """Return it as a text for addresses."""
    return _SIGNER.sign_object(asdict(measured), compress=True)


def read(text: str) -> Measured | None:
    """Return what such a text says, or None if it is not ours or not whole."""
    if not text or len(text) > LONGEST:
        return None
    try:
        return Measured(**_SIGNER.unsign_object(text))
    except (signing.BadSignature, TypeError, json.JSONDecodeError, UnicodeDecodeError):
        return None
