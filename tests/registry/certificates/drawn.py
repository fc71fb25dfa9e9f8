"""A certificate's facts, changed as a test needs them, and what is drawn of them: each document once for all tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO

from pypdf import PdfReader

from portal.registry.certificates.drawing import render_pdf
from portal.registry.certificates.facts import CertificateFacts, PrintedBlock
from portal.registry.certificates.lettering import bare_case
from portal.registry.certificates.words import words
from portal.registry.statement import Statement

FACTS = CertificateFacts(
    code="7K4M-9QXD-2F6P-H",
    version=1,
    locale="en",
    verify_url="https://portal.example/certificates/7K4M-9QXD-2F6P-H",
    unit_type="CER",
    unit_status="",
    quantity=15,
    serial_blocks=(PrintedBlock("IN-5-197042606-2-2-0-1514", "IN-5-197042620-2-2-0-1514", 15),),
    activity_code="CDM-1514",
    activity_title="Run-of-river hydro power project",
    host_country="IN",
    technology="Hydro",
    methodologies="ACM0002",
    monitoring_start=date(2013, 1, 1),
    monitoring_end=date(2013, 5, 31),
    vintage_year=2013,
    registry_name="Demonstration registry",
    registry_transaction="IN-4711",
    cancelled_at=datetime(2026, 11, 21, 14, 3, 59, tzinfo=UTC),
    statement=Statement(
        beneficiary_name="Kestrel & Daughters Ltd",
        beneficiary_type="organisation",
        beneficiary_country="GB",
        purpose="A contribution for our workshops in 2025.",
    ),
    provider_name="Alaknanda Hydro",
    is_sample=False,
)


def stating(facts: CertificateFacts, **changes: object) -> CertificateFacts:
    """The same facts, of which the purchaser says something else."""
    return replace(facts, statement=replace(facts.statement, **changes))


@cache
def drawn(facts: CertificateFacts) -> bytes:
    """The document with the typesetter's own fonts alone."""
    return render_pdf(facts, words(facts), case=bare_case())


@cache
def drawn_with_all_fonts(facts: CertificateFacts) -> bytes:
    return render_pdf(facts, words(facts))


def pdf_of(facts: CertificateFacts) -> PdfReader:
    return PdfReader(BytesIO(drawn(facts)))


@cache
def text_of(facts: CertificateFacts) -> str:
    """What a reader finds in the document, with line ends and repeated spaces read as one space."""
    return " ".join(" ".join(page.extract_text() for page in pdf_of(facts).pages).split())


def with_blocks(count: int) -> CertificateFacts:
    blocks = [PrintedBlock(f"IN-5-{n}00-2-2-0-9", f"IN-5-{n}24-2-2-0-9", 25) for n in range(1000, 1000 + count)]
    return replace(FACTS, quantity=25 * count, serial_blocks=tuple(blocks))
