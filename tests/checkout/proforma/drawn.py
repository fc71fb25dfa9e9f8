"""The facts of a pro-forma invoice, changed as a test needs them, and what is drawn of them, once for all tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO

from pypdf import PdfReader

from portal.checkout.proforma.drawing import render_pdf
from portal.checkout.proforma.facts import Party, Payee, ProForma
from portal.checkout.proforma.words import words
from portal.payments.transfers.payment_code import Transfer, square_code
from portal.registry.certificates.lettering import bare_case

FACTS = ProForma(
    locale="en",
    number="T-SW8E3-67RZ1",
    asked_at=datetime(2026, 11, 21, 14, 3, 59, tzinfo=UTC),
    until=datetime(2026, 12, 1, 14, 3, tzinfo=UTC),
    seller=Party(name="Alaknanda Hydro", address="7 River Road\nJoshimath 246443", country="IN"),
    purchaser=Party(name="Kestrel & Daughters Ltd", address="accounts@kestrel.example", country="GB"),
    unit_type="CER",
    quantity=1500,
    unit_price=Decimal("2.40"),
    amount=Decimal("3600.00"),
    currency="EUR",
    activity_code="CDM-1514",
    activity_title="Run-of-river hydro power project",
    host_country="IN",
    monitoring_start=date(2013, 1, 1),
    monitoring_end=date(2013, 5, 31),
    vintage_year=2013,
    payee=Payee(
        holder="Alaknanda Hydro Pvt Ltd",
        iban="DE89 3704 0044 0532 0130 00",
        number="",
        bic="COBADEFFXXX",
        bank="A bank, Cologne",
        intermediary="",
    ),
    reference="RF18 5390 0754 7034",
    code=square_code(
        Transfer(
            holder="Alaknanda Hydro Pvt Ltd",
            iban="DE89370400440532013000",
            bic="COBADEFFXXX",
            amount=Decimal("3600.00"),
            reference="RF18539007547034",
        )
    ),
    is_sample=False,
)
IN_RUPEES = replace(
    FACTS,
    currency="INR",
    payee=replace(FACTS.payee, iban="", number="0001 234567 89", bic="SMPLINB0", intermediary="A bank, BOFAUS3N"),
    code="",
)


@cache
def drawn(facts: ProForma) -> bytes:
    """The document with the typesetter's own fonts alone."""
    return render_pdf(facts, words(facts), case=bare_case())


def pdf_of(facts: ProForma) -> PdfReader:
    return PdfReader(BytesIO(drawn(facts)))


@cache
def text_of(facts: ProForma) -> str:
    """What a reader finds in the document, with line ends and repeated spaces read as one space."""
    return " ".join(" ".join(page.extract_text() for page in pdf_of(facts).pages).split())
