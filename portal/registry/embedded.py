"""Running the embedded registry: entering issuances and handing parts of them to accounts.

A real registry does this itself, so nothing of it belongs to the Connector seam.
"""

from datetime import datetime

from portal.registry.answers import Receipt, Refusal
from portal.registry.ledger import service as ledger
from portal.registry.models import IssuanceBlock
from portal.registry.serials import SerialBlock

ISSUER = "ISSUER"
OWN_ACCOUNTS = (ISSUER, ledger.VOLUNTARY_CANCELLATION)  # the registry's own: nobody else's units lie in them
ISSUER_NAME = "Issued, and held by others than this portal's providers"


class RegistryRefused(RuntimeError):
    """The embedded registry will not do it, and nothing moved. `code` is one of the ledger's."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"the embedded registry refused: {refusal.code}: {refusal.text}")
        self.code = refusal.code


def enter_issuance(*, block: IssuanceBlock, now: datetime) -> None:
    """Bring an issuance block into being in the issuer's account. Doing it again changes nothing.

    Raises RegistryRefused where serial numbers of it were issued otherwise.
    """
    _insist(ledger.open_account(identifier=ISSUER, holder_name=ISSUER_NAME, now=now))
    _insist(
        ledger.issue(
            reference=_issuance(block),
            account=ISSUER,
            series=block.series,
            serial_start=block.serial_start,
            serial_end=block.serial_end,
            now=now,
        )
    )


def hand_over(
    *,
    block: IssuanceBlock,
    account: str,
    holder: str,
    first_serial: int,
    quantity: int,
    reference: str = "",
    now: datetime,
) -> None:
    """Forward some units of a block to an account, opening it if need be. Doing it again changes nothing.

    `reference` names the request, unless its first serial number does. Whoever held the account under an earlier name
    holds it still. Raises RegistryRefused where these units cannot go there.
    """
    ledger.open_account(identifier=account, holder_name=holder, now=now)
    _insist(
        ledger.forward(
            reference=reference or f"forward-{block.series}-{first_serial}",
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


def can_be_handed_over(*, block: IssuanceBlock, wanted: SerialBlock) -> bool:
    """Say whether none of a block was issued yet, or the issuer still holds all of the wanted units."""
    if ledger.lookup(reference=_issuance(block)) is None:
        return True
    issuance = (block.series, SerialBlock(block.serial_start, block.serial_end))
    held = [each for each in ledger.holdings(account=ISSUER) if (each.series, each.issuance) == issuance]
    return any(part.contains(wanted) for each in held for part in each.blocks)


def _issuance(block: IssuanceBlock) -> str:
    return f"issue-{block.series}-{block.serial_start}"


def _insist(answer: Receipt | Refusal | None) -> None:
    if isinstance(answer, Refusal):
        raise RegistryRefused(answer)
