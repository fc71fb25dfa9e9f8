"""What a registry can answer. The ledger gives these, the connectors pass them on, the portal acts on them.

They stand apart from `connectors` so that the embedded registry can use the same words without knowing who asks.
"""

from dataclasses import dataclass
from datetime import datetime

from portal.registry.serials import SerialBlock, count


@dataclass(frozen=True, slots=True)
class Receipt:
    """The registry did it, finally. The blocks name every unit moved, lowest first; `completed_at` is UTC."""

    reference: str
    transaction_number: str
    blocks: tuple[SerialBlock, ...]
    completed_at: datetime

    @property
    def quantity(self) -> int:
        """Units moved, tonnes of CO2 equivalent."""
        return count(self.blocks)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The registry will not do it, and nothing moved. `code` is for programs, `text` is plain English for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came. The registry may have acted or not: ask it with `lookup`, never simply repeat."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """A cancellation as it stands in the registry's own books, whoever asked for it, with what was said of it there.

    The blocks name every unit, lowest first; `account` is the one that they left; `completed_at` is UTC.
    """

    reference: str
    transaction_number: str
    account: str
    series: str
    blocks: tuple[SerialBlock, ...]
    purpose: str
    beneficiary: str
    completed_at: datetime

    @property
    def quantity(self) -> int:
        """Units cancelled, tonnes of CO2 equivalent."""
        return count(self.blocks)


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of one issuance block that lie in one account, lowest first."""

    series: str
    issuance: SerialBlock
    blocks: tuple[SerialBlock, ...]

    @property
    def quantity(self) -> int:
        """Units held, tonnes of CO2 equivalent."""
        return count(self.blocks)
