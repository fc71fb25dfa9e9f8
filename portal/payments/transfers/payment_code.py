"""Core: the square code that a banking app reads into a filled-in transfer: EPC069-12, in euros alone.

segno writes it. What it leaves unchecked is checked here, since a code that an app refuses is worse than none.
"""

from dataclasses import dataclass
from decimal import Decimal

from segno.helpers import make_epc_qr
from stdnum import bic as bics
from stdnum import iban as ibans

from portal.payments.transfers.reference import is_reference

CURRENCY = "EUR"
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
LONGEST_NAME = 70  # characters
_INK, _PAPER = "#13221B", "#fff"
_UTF_8 = 1


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What a transfer needs: who is paid, into which account, how much, and the reference of it."""

    holder: str
    iban: str
    amount: Decimal
    reference: str
    bic: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what no code can say."""
        if not 0 < len(self.holder) <= LONGEST_NAME or not self.holder.isprintable():
            raise ValueError(f"a holder's name has 1 to {LONGEST_NAME} characters in one line")
        if not ibans.is_valid(self.iban) or ibans.compact(self.iban) != self.iban:
            raise ValueError("the account has no IBAN")
        if self.bic and (not bics.is_valid(self.bic) or bics.compact(self.bic) != self.bic):
            raise ValueError("the bank has no BIC")
        if not LEAST <= self.amount <= MOST or self.amount != self.amount.quantize(LEAST):
            raise ValueError(f"{self.amount} euros cannot be transferred by one code")
        if not is_reference(self.reference):
            raise ValueError(f"{self.reference!r} is no reference")


def can_be_coded(*, currency: str, iban: str, amount: Decimal) -> bool:
    """Say whether there is a code for a transfer at all: into an IBAN, in euros, neither too little nor too much."""
    return currency == CURRENCY and ibans.is_valid(iban) and LEAST <= amount <= MOST


def square_code(transfer: Transfer) -> str:
    """Return the code as SVG to stand in a page, dark on its own light ground with four modules left free around it.

    In UTF-8, which every app reads, error level M and version 13 at most, as EPC069-12 asks.
    """
    code = make_epc_qr(
        name=transfer.holder,
        iban=transfer.iban,
        amount=transfer.amount,
        reference=transfer.reference,
        bic=transfer.bic or None,
        encoding=_UTF_8,
    )
    svg: str = code.svg_inline(dark=_INK, light=_PAPER, border=4, omitsize=True)
    return svg
