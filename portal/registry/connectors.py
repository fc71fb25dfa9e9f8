"""The seam to a registry: what the portal asks of any, and the connector to the one that comes embedded.

Nothing else in the portal speaks to a registry, and nothing else imports the ledger.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

from portal.registry.answers import Cancelled, Holding, Receipt, Refusal, Unknown
from portal.registry.ledger import service as ledger
from portal.registry.serials import SerialBlock

__all__ = ["Cancelled", "Connector", "Holding", "LedgerConnector", "Receipt", "Refusal", "Unknown", "connector"]

NO_ANSWER = (OperationalError, InterfaceError)


class Connector(Protocol):
    """What every registry must promise. `reference` is the portal's own, and the same request with it is done once."""

    def cancel(
        self,
        *,
        reference: str,
        account: str,
        series: str,
        issuance: SerialBlock,
        quantity: int,
        purpose: str,
        beneficiary: str,
        now: datetime,
    ) -> Receipt | Refusal | Unknown:
        """Cancel units of one issuance block held in the account, for ever. Asked again, answers the same.

        Unknown means that it may or may not have happened: `lookup` settles it.
        """

    def lookup(self, *, reference: str) -> Receipt | Refusal | Unknown | None:
        """Say what became of a request; None if the registry is sure it never had it."""

    def cancelled(self, *, since: datetime, until: datetime) -> Iterator[list[Cancelled] | Unknown]:
        """All cancellations completed from `since` until before `until`, UTC, whoever asked for them, page by page.

        The last page is Unknown where the registry's books could not be read to the end.
        """

    def holdings(self, *, account: str) -> tuple[Holding, ...] | Unknown:
        """List what lies in an account by issuance block."""


class LedgerConnector:
    """The embedded registry, in this process. It gives no answer when its database does not."""

    def cancel(
        self,
        *,
        reference: str,
        account: str,
        series: str,
        issuance: SerialBlock,
        quantity: int,
        purpose: str,
        beneficiary: str,
        now: datetime,
    ) -> Receipt | Refusal | Unknown:
        """Cancel in the ledger: the lowest serials that the account holds of the issuance block."""
        try:
            return ledger.cancel(
                reference=reference,
                account=account,
                series=series,
                issuance_start=issuance.start,
                issuance_end=issuance.end,
                quantity=quantity,
                purpose=purpose,
                beneficiary=beneficiary,
                now=now,
            )
        except NO_ANSWER as error:
            return Unknown(_why(error))

    def lookup(self, *, reference: str) -> Receipt | Refusal | Unknown | None:
        """Ask the ledger what became of a request."""
        try:
            return ledger.lookup(reference=reference)
        except NO_ANSWER as error:
            return Unknown(_why(error))

    def cancelled(self, *, since: datetime, until: datetime) -> Iterator[list[Cancelled] | Unknown]:
        """Read through the ledger."""
        try:
            yield from ledger.cancelled(since=since, until=until)
        except NO_ANSWER as error:
            yield Unknown(_why(error))

    def holdings(self, *, account: str) -> tuple[Holding, ...] | Unknown:
        """Ask the ledger what lies in an account."""
        try:
            return ledger.holdings(account=account)
        except NO_ANSWER as error:
            return Unknown(_why(error))


def _why(error: Exception) -> str:
    return f"The embedded registry gave no answer: {error}"


CONNECTORS: dict[str, type[Connector]] = {"ledger": LedgerConnector}


def connector() -> Connector:
    """Make the connector that REGISTRY_CONNECTOR names. Raises ImproperlyConfigured for a name that is not known."""
    name = settings.REGISTRY_CONNECTOR
    if name not in CONNECTORS:
        raise ImproperlyConfigured(f"REGISTRY_CONNECTOR is {name!r}; known are: {', '.join(CONNECTORS)}.")
    return CONNECTORS[name]()
