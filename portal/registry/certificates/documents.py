"""The certificate as people get it: found by its code, and drawn as a PDF that stays the same in every byte.

A PDF is kept when it is first drawn, so that a later version of the typesetter cannot change what was proven. Two that
draw the same one at once keep one file, and give the same bytes: those of whoever was first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage

from portal.files import publish
from portal.registry.certificates.drawing import render_pdf, share_image
from portal.registry.certificates.facts import CertificateFacts
from portal.registry.certificates.words import words
from portal.registry.models import Certificate


@dataclass(frozen=True, kw_only=True)
class Proven:
    """What an order says of its certificate: its code, and the first and last serial number of each run."""

    facts: CertificateFacts

    @property
    def code(self) -> str:
        return self.facts.code

    @property
    def serials(self) -> tuple[tuple[str, str], ...]:
        return tuple((each.start_text, each.end_text) for each in self.facts.serial_blocks)


def newest(*, code: str) -> Certificate | None:
    """Return the newest version of a certificate, or None if there is none with this code. One query."""
    return Certificate.objects.filter(code=code).select_related("cancellation").order_by("-version").first()


def facts(certificate: Certificate) -> CertificateFacts:
    """Return the facts a certificate was issued with."""
    return CertificateFacts.from_dict(certificate.facts)


def proven(*, references: Iterable[str]) -> dict[str, Proven]:
    """Return what some cancellations are proven by, by reference, where they are. One query."""
    rows = Certificate.objects.filter(cancellation__reference__in=references).order_by("version")
    stated = rows.values_list("cancellation__reference", "facts")
    return {reference: Proven(facts=CertificateFacts.from_dict(each)) for reference, each in stated}


def pdf(stated: CertificateFacts) -> bytes:
    """Return what a certificate states as PDF/UA-1, in the language it was issued in."""
    kept = Path(default_storage.path(f"certificates/{stated.code}-v{stated.version}.pdf"))
    if not kept.exists():
        drawn = render_pdf(stated, words(stated))
        kept.parent.mkdir(parents=True, exist_ok=True)
        publish(kept, drawn, replace=False)
    return kept.read_bytes()


def image(certificate: Certificate) -> bytes:
    """Return the picture that other sites show beside a link to a certificate: PNG, 1200 by 630 pixels."""
    stated = facts(certificate)
    return share_image(stated, words(stated))
