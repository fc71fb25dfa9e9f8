"""Core: everything a certificate says, as one value that survives its own JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal

from portal.registry.certificates.seal import canonical
from portal.registry.statement import Statement

UnitName = Literal["CER", "tCER", "lCER", "A6.4ER", "MCU", "AER"]


@dataclass(frozen=True)
class PrintedBlock:
    """Units with consecutive serial numbers: the first and last as the registry prints them, and how many (tonnes)."""

    start_text: str
    end_text: str
    quantity: int


@dataclass(frozen=True)
class CertificateFacts:
    """Everything a certificate says, copied at the time of cancellation.

    `statement` is what the purchaser wants published; its `beneficiary_type` is "other" where that is nothing.
    `host_country` is an ISO 3166 two-letter code.
    Raises ValueError if the blocks do not add up to the quantity, if a serial number is not plain ASCII, or if
    `cancelled_at` is not a time in UTC.
    """

    code: str
    version: int
    locale: str
    verify_url: str
    unit_type: UnitName
    unit_status: str
    quantity: int
    serial_blocks: tuple[PrintedBlock, ...]
    activity_code: str
    activity_title: str
    host_country: str
    technology: str
    methodologies: str
    monitoring_start: date | None
    monitoring_end: date | None
    vintage_year: int | None
    registry_name: str
    registry_transaction: str
    cancelled_at: datetime
    statement: Statement
    provider_name: str
    is_sample: bool

    def __post_init__(self) -> None:
        if self.cancelled_at.utcoffset() != timedelta(0):
            raise ValueError("cancelled_at must be a time in UTC")
        if sum(block.quantity for block in self.serial_blocks) != self.quantity:
            raise ValueError("serial blocks must add up to the quantity")
        if not self.serials.isascii():
            raise ValueError("serial numbers must be plain ASCII")

    @property
    def serials(self) -> str:
        """The serial numbers in one canonical text, from which the seal is drawn."""
        return canonical((block.start_text, block.end_text) for block in self.serial_blocks)

    @property
    def kind(self) -> UnitName:
        """What the units may be said to stand for: A6.4ERs count as MCU or AER where the status says which."""
        if self.unit_type != "A6.4ER":
            return self.unit_type
        status = self.unit_status.partition(",")[0].strip()
        return "MCU" if status == "MCU" else "AER" if status == "AER" else "A6.4ER"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON column: dates and times as ISO 8601 text, and the statement fact by fact."""
        values = asdict(self) | self.statement.to_dict()
        del values["statement"]
        values["serial_blocks"] = [asdict(block) for block in self.serial_blocks]
        return {name: _plain(value) for name, value in values.items()}

    def to_json(self) -> str:
        """One line of JSON with sorted keys: equal facts give equal text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "CertificateFacts":
        """The facts that `to_dict` gave, now or before there was as much to state.

        Raises KeyError if one is missing that was always there, ValueError if one is malformed.
        """
        read = {field.name: values[field.name] for field in fields(cls) if field.name != "statement"}
        for name in ("monitoring_start", "monitoring_end"):
            read[name] = date.fromisoformat(read[name]) if read[name] else None
        read["cancelled_at"] = datetime.fromisoformat(read["cancelled_at"])
        read["serial_blocks"] = tuple(PrintedBlock(**block) for block in read["serial_blocks"])
        return cls(**read, statement=Statement.from_dict(values))

    @classmethod
    def from_json(cls, text: str) -> "CertificateFacts":
        """The facts that `to_json` gave; raises as `from_dict` does."""
        return cls.from_dict(json.loads(text))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
