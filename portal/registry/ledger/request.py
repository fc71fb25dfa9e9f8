"""What can be asked of the embedded registry, in one shape. Core: no database, no clock."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass

from portal.registry.answers import Refusal
from portal.registry.serials import SerialBlock, SerialError

LONGEST_REFERENCE = 100
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """All that makes two requests the same request; the time of asking does not.

    Units leave `source` (empty when they are issued) and come to `destination`. Without `first_serial` the lowest
    serials that the source holds of the issuance block are meant.
    """

    kind: str
    reference: str
    source: str = ""
    destination: str
    series: str
    issuance_start: int
    issuance_end: int
    quantity: int
    first_serial: int | None = None
    purpose: str = ""
    beneficiary: str = ""

    @property
    def issuance(self) -> SerialBlock:
        """The issuance block. Raises SerialError if the ends make none."""
        return SerialBlock(self.issuance_start, self.issuance_end)

    @property
    def wanted(self) -> SerialBlock | None:
        """The very serials that were named, if any. Raises SerialError if they make no block."""
        if self.first_serial is None:
            return None
        return SerialBlock(self.first_serial, self.first_serial + self.quantity - 1)

    @property
    def digest(self) -> str:
        """Fingerprint of the request: equal for equal requests only."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def transaction_number(self) -> str:
        """Opaque, and the same for the same reference in every rebuilt ledger: 75 bits of a fingerprint in base 32.

        It says nothing of how many transactions there were.
        """
        digest = hashlib.sha256(f"transaction {self.reference}".encode()).digest()
        return "T" + base64.b32encode(digest).decode()[:15]


def flaw(request: Request) -> Refusal | None:
    """Find what no state of the registry could make right: such a request is never carried out and never kept."""
    if not 1 <= len(request.reference) <= LONGEST_REFERENCE:
        return Refusal("bad_request", f"A reference has between 1 and {LONGEST_REFERENCE} characters.")
    if not 1 <= len(request.series) <= LONGEST_NAME:
        return Refusal("bad_request", f"The name of a series has between 1 and {LONGEST_NAME} characters.")
    if any("\0" in text for text in asdict(request).values() if isinstance(text, str)):
        return Refusal("bad_request", "Text holds no zero characters.")
    try:
        request.issuance.take(request.quantity)
        if request.wanted and not request.issuance.contains(request.wanted):
            return Refusal("bad_request", f"Serials {request.wanted} lie outside the issuance block.")
    except SerialError as error:
        return Refusal("bad_request", str(error))
    return None
