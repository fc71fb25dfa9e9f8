"""Running the embedded registry: entering issuances and handing parts of them to accounts.

A real registry does this itself, so nothing of it belongs to the Connector seam.
"""

from datetime import datetime

from portal.registry.answers import Receipt, Refusal
from portal.registry.ledger import service as ledger
from portal.registry.models import IssuanceBlock

ISSUER = "ISSUER"
ISSUER_NAME = "Issued, and held by others than this portal's providers"


def enter_issuance(*, block: IssuanceBlock, now: datetime) -> None:
    """Bring an issuance block into being in the issuer's account. Doing it again changes nothing."""
    _insist(ledger.open_account(identifier=ISSUER, holder_name=ISSUER_NAME, now=now))
    _insist(
        ledger.issue(
            reference=f"issue-{block.series}-{block.serial_start}",
            account=ISSUER,
            series=block.series,
            serial_start=block.serial_start,
            serial_end=block.serial_end,
            now=now,
        )
    )


def hand_over(
    *, block: IssuanceBlock, account: str, holder: str, first_serial: int, quantity: int, now: datetime
) -> None:
    """Forward some units of a block to an account, opening it if need be. Doing it again changes nothing."""
    _insist(ledger.open_account(identifier=account, holder_name=holder, now=now))
    _insist(
        ledger.forward(
            reference=f"forward-{block.series}-{first_serial}",
            account=ISSUER,
            to_account=account,
            series=block.series,
            issuance_start=block.serial_start,
            issuance_end=block.serial_end,
            quantity=quantity,
            first_serial=first_serial,
            now=now,
        )
    )


def _insist(answer: Receipt | Refusal | None) -> None:
    match answer:
        case Refusal(code, text):
            raise RuntimeError(f"the embedded registry refused: {code}: {text}")
