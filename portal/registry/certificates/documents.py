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

    code: str
    serials: tuple[tuple[str, str], ...]


def newest(*, code: str) -> Certificate | None:
    """Return the newest version of a certificate, or None if there is none with this code. One query."""
    return Certificate.objects.filter(code=code).select_related("cancellation").order_by("-version").first()


def facts(certificate: Certificate) -> CertificateFacts:
    """Return the facts a certificate was issued with."""
    return CertificateFacts.from_dict(certificate.facts)


def proven(*, references: Iterable[str]) -> dict[str, Proven]:
    """Return what some cancellations are proven by, by reference, where they are. One query."""
    rows = Certificate.objects.filter(cancellation__reference__in=references).order_by("version")
    return {row.cancellation.reference: _proven(facts(row)) for row in rows.select_related("cancellation")}


def _proven(stated: CertificateFacts) -> Proven:
    return Proven(code=stated.code, serials=tuple((each.start_text, each.end_text) for each in stated.serial_blocks))


def pdf(*, code: str) -> bytes:
    """Return the newest version as PDF/UA-1 in the language it was issued in. Raises Certificate.DoesNotExist."""
    certificate = newest(code=code)
    if certificate is None:
        raise Certificate.DoesNotExist(code)
    kept = Path(default_storage.path(f"certificates/{certificate.code}-v{certificate.version}.pdf"))
    if not kept.exists():
        stated = facts(certificate)
        drawn = render_pdf(stated, words(stated))
        kept.parent.mkdir(parents=True, exist_ok=True)
        publish(kept, drawn, replace=False)
    return kept.read_bytes()


def image(certificate: Certificate) -> bytes:
    """Return the picture that other sites show beside a link to a certificate: PNG, 1200 by 630 pixels."""
    stated = facts(certificate)
    return share_image(stated, words(stated))
