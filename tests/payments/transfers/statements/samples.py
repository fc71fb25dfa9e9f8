"""Statements for these tests: files of the shapes that banks of several countries have, and a camt made to measure."""

import io
from pathlib import Path
from typing import BinaryIO

FILES = Path(__file__).parent / "files"
GERMAN, SWISS, DUTCH = "DE89370400440532013000", "CH9300762011623852957", "NL91ABNA0417164300"
RF = "RF18539007547034"  # the example that stands in many descriptions of ISO 11649


def opened(name: str) -> BinaryIO:
    """A file of this folder."""
    return io.BytesIO((FILES / name).read_bytes())


def as_file(text: str | bytes, encoding: str = "utf-8") -> BinaryIO:
    """What somebody uploads."""
    return io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding))


def booked(
    amount: str = "40.00",
    *,
    currency: str = "EUR",
    text: str = RF,
    reference: str = "B-1",
    day: str = "2026-11-30",
    direction: str = "CRDT",
    payer: str = "Alma Prado",
    more: str = "",
) -> str:
    """One entry of a camt, booked."""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{more}<Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def camt(*entries: str, account: str = GERMAN, statement: str = "S-1", version: str = "053.001.08") -> str:
    """A statement with these entries."""
    container, kind = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}[version[:3]]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}">'
        f"<{container}><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-30T06:00:00</CreDtTm></GrpHdr><{kind}>"
        f"<Id>{statement}</Id><Acct><Id><IBAN>{account}</IBAN></Id></Acct>\n{chr(10).join(entries)}\n"
        f"</{kind}></{container}></Document>"
    )
