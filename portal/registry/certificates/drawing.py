"""Core: from the facts of one cancellation to the certificate, a tagged PDF that is the same in every byte each time.

Facts go in as data and words as finished sentences; Typst sets them by the template beside this file. Nothing that a
person typed is ever read as Typst markup, since it only arrives inside one JSON text.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import typst

from portal.registry.certificates.engraving import border, seal_drawing, square_code
from portal.registry.certificates.lettering import FontCase, Lettered, full_case, letter, serif_case

_TEMPLATE = Path(__file__).with_name("certificate.typ")
_SHARE_TEMPLATE = Path(__file__).with_name("share.typ")

UnitType = Literal["CER", "tCER", "lCER", "A6.4ER", "MCU", "AER"]
BeneficiaryType = Literal["person", "organisation", "event", "other"]


@dataclass(frozen=True)
class SerialBlock:
    """Units with consecutive serial numbers: the first and last as the registry prints them, and how many (tonnes)."""

    start_text: str
    end_text: str
    quantity: int


@dataclass(frozen=True)
class Footprint:
    """What the purchaser calculated first: what of, how much (tonnes CO2 equivalent, exact) and with which factors."""

    title: str
    tonnes: str
    factor_set: str


@dataclass(frozen=True)
class CertificateFacts:
    """Everything a certificate says, copied at the time of cancellation.

    `beneficiary_name` is empty when the purchaser asked for it not to be published, and so are `purpose`,
    `consumption_period` and `footprint` then; the last two are younger than the first certificates, and optional.
    `host_country` and `beneficiary_country` are ISO 3166 two-letter codes (the latter may be empty).
    Raises ValueError if the blocks do not add up to the quantity, if a serial number is not plain ASCII, or if
    `cancelled_at` is not a time in UTC.
    """

    code: str
    version: int
    locale: str
    verify_url: str
    unit_type: UnitType
    unit_status: str
    quantity: int
    serial_blocks: tuple[SerialBlock, ...]
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
    beneficiary_name: str
    beneficiary_type: BeneficiaryType
    beneficiary_country: str
    purpose: str
    provider_name: str
    is_sample: bool
    consumption_period: str = ""
    footprint: Footprint | None = None

    def __post_init__(self) -> None:
        if self.cancelled_at.utcoffset() != timedelta(0):
            raise ValueError("cancelled_at must be a time in UTC")
        if sum(block.quantity for block in self.serial_blocks) != self.quantity:
            raise ValueError("serial blocks must add up to the quantity")
        if not self.serials.isascii():
            raise ValueError("serial numbers must be plain ASCII")

    @property
    def serials(self) -> str:
        """The serial numbers in one canonical text, from which the seal is drawn: sorted lines "first - last"."""
        return "\n".join(sorted(f"{block.start_text} - {block.end_text}" for block in self.serial_blocks))

    @property
    def kind(self) -> UnitType:
        """What the units may be said to stand for: A6.4ERs count as MCU or AER where the status says which."""
        if self.unit_type != "A6.4ER":
            return self.unit_type
        status = self.unit_status.partition(",")[0].strip()
        return "MCU" if status == "MCU" else "AER" if status == "AER" else "A6.4ER"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON column: dates and times as ISO 8601 text."""
        values = asdict(self)
        values["serial_blocks"] = [asdict(block) for block in self.serial_blocks]
        return {name: _plain(value) for name, value in values.items()}

    def to_json(self) -> str:
        """One line of JSON with sorted keys: equal facts give equal text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "CertificateFacts":
        """The facts that `to_dict` gave, now or before facts were added that have a default.

        Raises KeyError if another is missing, ValueError if one is malformed.
        """
        known = [field for field in fields(cls) if field.name in values or field.default is MISSING]
        read = {field.name: values[field.name] for field in known}
        for name in ("monitoring_start", "monitoring_end"):
            read[name] = date.fromisoformat(read[name]) if read[name] else None
        read["cancelled_at"] = datetime.fromisoformat(read["cancelled_at"])
        read["serial_blocks"] = tuple(SerialBlock(**block) for block in read["serial_blocks"])
        read["footprint"] = Footprint(**read["footprint"]) if read.get("footprint") else None
        return cls(**read)

    @classmethod
    def from_json(cls, text: str) -> "CertificateFacts":
        """The facts that `to_json` gave; raises as `from_dict` does."""
        return cls.from_dict(json.loads(text))


def render_pdf(facts: CertificateFacts, words: Mapping[str, str], *, case: FontCase | None = None) -> bytes:
    """The certificate as PDF/UA-1 on A4: one page for ordinary facts, more where names, purpose or blocks are long.

    The same facts and words give the same bytes; on machines with other fonts too, as long as the built-in serifs
    suffice (`case` is what is tried when they do not). `words` is finished text in the reader's language, as
    `certificate_words.words` gives it; only `statement` names {beneficiary}, {activity} and {registry}, `footprint`
    names {footprint} and {factor_set}, and `page` has {page} and {pages}. Raises typst.TypstError if a word is missing.
    """
    typed, fonts = _lettered(facts, case)
    drawings = {"border": border(595.28, 841.89), "qr": square_code(facts.verify_url), **_seals(facts)}
    inputs = {"page": json.dumps(_page(facts, words, typed) | {"drawings": drawings})}
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=fonts,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=int(facts.cancelled_at.timestamp()),
    )


def share_image(facts: CertificateFacts, words: Mapping[str, str], *, case: FontCase | None = None) -> bytes:
    """A PNG of 1200 by 630 pixels that shows quantity, beneficiary, activity and seal, for links to the certificate.

    Same promises as `render_pdf`; the page that links it says the same in words.
    """
    typed, fonts = _lettered(facts, case)
    inputs = {"page": json.dumps(_page(facts, words, typed) | {"drawings": _seals(facts)})}
    return typst.compile(_SHARE_TEMPLATE.read_bytes(), font_paths=fonts, sys_inputs=inputs, format="png", ppi=72)


def _lettered(facts: CertificateFacts, case: FontCase | None) -> tuple[dict[str, Lettered], typst.Fonts]:
    """What people and other systems wrote, ready to set, and the fonts that this needs."""
    typed = {name: letter(text, case=case, lines=name == "purpose") for name, text in _typed(facts).items()}
    if all(text.families == serif_case().families for text in typed.values()):
        return typed, serif_case().fonts
    return typed, (case or full_case()).fonts


def _seals(facts: CertificateFacts) -> dict[str, str]:
    return {
        "seal": seal_drawing(facts.serials, line=1.1),
        "underprint": seal_drawing(facts.serials, edge="#E4E3D6", lace="#EFE7D3", line=0.9),
    }


def _typed(facts: CertificateFacts) -> dict[str, str]:
    """What people or other systems wrote, which may be in any script."""
    footprint = facts.footprint
    return {
        "beneficiary": facts.beneficiary_name,
        "purpose": facts.purpose,
        "activity": f"{facts.activity_code} {facts.activity_title}",
        "methodologies": facts.methodologies,
        "provider": facts.provider_name,
        "registry": facts.registry_name,
        "transaction": facts.registry_transaction,
        "consumption_period": facts.consumption_period,
        "footprint": footprint.title if footprint else "",
        "factor_set": footprint.factor_set if footprint else "",
    }


def _page(facts: CertificateFacts, words: Mapping[str, str], typed: Mapping[str, Lettered]) -> dict[str, Any]:
    return {
        "words": dict(words),
        "language": facts.locale.partition("-")[0],
        "code": facts.code,
        "url": facts.verify_url,
        "sample": facts.is_sample,
        "typed": {name: asdict(text) for name, text in typed.items()},
        "statement": list(_pieces(words["statement"])),
        "footprint": list(_pieces(words["footprint"])) if facts.footprint else [],
        "blocks": [
            [block.start_text, block.end_text, f"{block.quantity:,}".replace(",", words["group"])]
            for block in facts.serial_blocks
        ],
        "romanised": any(text.romanised for text in typed.values()),
    }


def _pieces(sentence: str) -> Iterator[dict[str, str]]:
    """A sentence cut at its placeholders, so that names go in as names and not as part of our text."""
    for literal, name, _, _ in Formatter().parse(sentence):
        if literal:
            yield {"text": literal}
        if name:
            yield {"name": name}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
