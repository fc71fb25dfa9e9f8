"""What the simulated bank says of an account: camt.053, in the version that banks write today.

A statement has the bookings of one press of a button. Its names and the bank's references are new each time, so that
the same transfer booked twice is money that came twice, as it would be at a bank.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

VERSION = "camt.053.001.08"
EXACT, SHORT, DOUBLE, MISTYPED, RETURNED = SHAPES = ("exact", "short", "double", "mistyped", "returned")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_CREDITOR_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
_RETURN = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Sent back</AddtlInf></RtrInf>"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A transfer as its payer sends it. `account` is an IBAN, or another number of the payee's."""

    account: str
    holder: str
    amount: Decimal
    currency: str
    reference: str
    payer: str
    value_date: date


@dataclass(frozen=True, kw_only=True)
class _Booking:
    transfer: Transfer
    number: str
    is_returned: bool = False


def statement(transfer: Transfer, *, shape: str, now: float) -> tuple[str, str]:
    """A file's name and content: the transfer as it was sent, or in one of the shapes that money comes in otherwise.

    Raises ValueError for what has no such shape.
    """
    number = f"SIM{secrets.token_hex(5).upper()}"
    bookings = [
        _Booking(transfer=each, number=f"{number}{place:02}", is_returned=shape == RETURNED)
        for place, each in enumerate(_shaped(transfer, shape), start=1)
    ]
    name = f"camt053-{transfer.value_date}-{number}.xml"
    return name, _document(transfer, bookings, number=number, made_at=datetime.fromtimestamp(now, UTC))


def _shaped(transfer: Transfer, shape: str) -> list[Transfer]:
    if shape in (EXACT, RETURNED):
        return [transfer]
    if shape == DOUBLE:
        return [transfer, transfer]
    if shape == MISTYPED:
        return [replace(transfer, reference=_mistyped(transfer.reference))]
    half = (transfer.amount / 2).quantize(transfer.amount)
    if shape != SHORT or not 0 < half < transfer.amount:
        raise ValueError("no such shape")
    return [replace(transfer, amount=half)]


def _mistyped(reference: str) -> str:
    """The reference with another last character, which its check digits give away."""
    return f"{reference[:-1]}{'8' if reference.endswith('7') else '7'}"


def _document(transfer: Transfer, bookings: Iterable[_Booking], *, number: str, made_at: datetime) -> str:
    made, currency = made_at.strftime("%Y-%m-%dT%H:%M:%SZ"), transfer.currency
    entries = [_entry(each) for each in bookings]
    closing = sum(-each.transfer.amount if each.is_returned else each.transfer.amount for each in bookings)
    kind = "IBAN" if _IBAN.fullmatch(transfer.account) else "Othr"
    account = escape(transfer.account) if kind == "IBAN" else f"<Id>{escape(transfer.account)}</Id>"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{VERSION}"><BkToCstmrStmt>',
            f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr>",
            f"<Stmt><Id>{number}</Id><CreDtTm>{made}</CreDtTm>",
            f"<Acct><Id><{kind}>{account}</{kind}></Id><Ccy>{currency}</Ccy>",
            f"<Ownr><Nm>{escape(transfer.holder)}</Nm></Ownr></Acct>",
            _balance("OPBD", Decimal(0), currency, made_at.date()),
            _balance("CLBD", Decimal(closing), currency, made_at.date()),
            *entries,
            "</Stmt></BkToCstmrStmt></Document>",
            "",
        ]
    )


def _balance(kind: str, amount: Decimal, currency: str, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{abs(amount)}</Amt>'
        f"<CdtDbtInd>{'DBIT' if amount < 0 else 'CRDT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(booking: _Booking) -> str:
    sent, way = booking.transfer, "DBIT" if booking.is_returned else "CRDT"
    return (
        f"<Ntry><NtryRef>{booking.number}</NtryRef>"
        f'<Amt Ccy="{sent.currency}">{sent.amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"{'<RvslInd>true</RvslInd>' if booking.is_returned else ''}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{sent.value_date}</Dt></BookgDt><ValDt><Dt>{sent.value_date}</Dt></ValDt>"
        f"<AcctSvcrRef>{booking.number}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{booking.number}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f'<Amt Ccy="{sent.currency}">{sent.amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<RltdPties><Dbtr><Pty><Nm>{escape(sent.payer)}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf>{_remittance(sent.reference)}</RmtInf>{_RETURN if booking.is_returned else ''}"
        "</TxDtls></NtryDtls></Ntry>"
    )


def _remittance(reference: str) -> str:
    """The reference in the field made for it, as banking apps that know one put it; else as it was typed."""
    bare = reference.replace(" ", "").upper()
    if _CREDITOR_REFERENCE.fullmatch(bare):
        return f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{bare}</Ref></CdtrRefInf></Strd>"
    return f"<Ustrd>{escape(reference)}</Ustrd>"
