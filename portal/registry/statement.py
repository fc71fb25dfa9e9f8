"""Core: what a purchaser says in public of a cancellation, as one value from consent to proof.

The purchaser consents to it, `service.request` takes it, rows keep it in columns of the same names (`models.Stated`),
certificate and history take it over as a whole. One more public fact is a field here, a column there, its part in what
is consented to, and its words on the certificate.
"""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar

REMARKS = ("consumption_period", "footprint")
LONGEST_PERIOD = 60  # characters in which a purchaser says when the emissions arose


@dataclass(frozen=True)
class Footprint:
    """What the purchaser calculated first: what of, how much (tonnes CO2 equivalent, exact) and with which factors."""

    title: str
    tonnes: str
    factor_set: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """For whom units are cancelled and why. Everything is empty where the purchaser wants nothing published.

    `beneficiary_country` is an ISO 3166 two-letter code, or empty. `preset_purpose` is the name of a purpose in our own
    words, which `purpose` has in the language of the order; empty if the words are the purchaser's.
    `consumption_period` is when the emissions arose, in the purchaser's words, and `footprint` what was calculated of
    them, if anything was. These three are younger than the first certificates, and so may be missing from what was
    kept. The footprint is published on the certificate alone.
    """

    EMPTY: ClassVar["Statement"]

    beneficiary_name: str
    beneficiary_type: str
    beneficiary_country: str
    purpose: str
    preset_purpose: str = ""
    consumption_period: str = ""
    footprint: Footprint | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """Names of the fields that were filled in beside who and why, in the order in which they are read."""
        return tuple(name for name in REMARKS if getattr(self, name))

    @property
    def texts(self) -> dict[str, str]:
        """Everything a person typed, and so in any script, by the name that sentences have for it."""
        footprint = self.footprint or Footprint("", "", "")
        return {
            "beneficiary": self.beneficiary_name,
            "purpose": self.purpose,
            "consumption_period": self.consumption_period,
            "footprint": footprint.title,
            "factor_set": footprint.factor_set,
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values by the names of the fields, which are those of columns and of a certificate's JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Statement":
        """The statement among some values, now or before facts were added that have a default.

        Raises KeyError if another is missing.
        """
        known = [each.name for each in fields(cls) if each.name in values or each.default is MISSING]
        read = {name: values[name] for name in known}
        read["footprint"] = Footprint(**read["footprint"]) if read.get("footprint") else None
        return cls(**read)


Statement.EMPTY = Statement(beneficiary_name="", beneficiary_type="", beneficiary_country="", purpose="")
