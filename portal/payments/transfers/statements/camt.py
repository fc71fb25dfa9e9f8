"""Core: camt.053 (statement), camt.054 (notification) and camt.052 (report), in every version met so far.

Read with lxml, hardened: no DTD, no entities, no network, libxml2's own limits on depth and size. The libraries for
camt were looked at first. `camt053` brings a web framework, a server and a validator of schemas along for what is a
few hundred lines here, and `bankstatementparser` brings pandas; both want the whole text in memory. What binds one
class to each version of the standard stops at a bank's next one.

Names are compared without their namespace, since banks move from version to version without notice. A file of any
length is read in the memory of one entry, and a sum of any number of payments in that of one payment: whatever has been
read is dropped from the tree at once.

Three things that banks do differently. The amount of a single payment is what was booked on the account, whatever else
the details say of other currencies and charges; of payments booked in one sum it is the part's own amount in the
account's currency. A status is written as text, or (since version 8) in an element of its own. What is not booked is
kept apart, and a notification or report that has no status is not booked.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import BinaryIO, cast

from lxml import etree

from portal.payments.transfers.statements.entry import MOST_NAME, MOST_TEXT, BankEntry
from portal.payments.transfers.statements.illegible import (
    AMOUNT,
    BROKEN,
    DECLARATIONS,
    ENCODING,
    MISSING,
    NEGATIVE,
    NO_CAMT,
    NO_ENCODING,
    NO_STATEMENT,
    Illegible,
)
from portal.payments.transfers.statements.rationed import Rationed
from portal.payments.transfers.statements.written import currency_in, iso_date_in

STATEMENT = "Stmt"
_CONTAINERS = (STATEMENT, "Rpt", "Ntfctn")
_HEAD = 64 * 1024  # bytes in which the first element must begin
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_WRONG_BYTES = (etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING)
_AMOUNT = re.compile(r"-?(?:\d{1,18}(?:\.\d{0,5})?|\.\d{1,5})", re.ASCII)
_NOTHING = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "UNKNOWN"})
_TEXTS = ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "RmtInf/Strd/RfrdDocInf/Nb", "AddtlTxInf")
_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt", "AmtDtls/CntrValAmt/Amt")
_PAYERS = (
    "RltdPties/Dbtr/Pty/Nm",
    "RltdPties/Dbtr/Nm",
    "RltdPties/UltmtDbtr/Pty/Nm",
    "RltdPties/UltmtDbtr/Nm",
    "RltdPties/Dbtr/Agt/FinInstnId/Nm",
)
_RETURN = "RtrInf"
_MOST_REFERENCES = 50  # of one payment
_Leaves = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """What holds for all entries of one statement."""

    kind: str
    name: str
    account: str
    made_on: str


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One payment of an entry, as its details tell it."""

    reference: str = ""
    amounts: tuple[tuple[str, str], ...] = ()
    direction: str = ""
    is_returned: bool = False
    structured: tuple[str, ...] = ()
    text: str = ""
    end_to_end: str = ""
    payer: str = ""


def read(file: BinaryIO) -> Iterator[BankEntry]:
    """Yield the entries of a camt file, one by one. Raises Illegible wherever the file goes wrong, which may be late.

    So nothing may be done for good with any of them before the last one has come.
    """
    _check_head(file)
    rationed = Rationed(file, refusal=Illegible(NO_STATEMENT))
    events = etree.iterparse(
        cast("BinaryIO", rationed),
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in ("Ntry", "TxDtls", *_CONTAINERS)],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for entry in _entries(events):
            rationed.renew()
            yield entry
    except etree.XMLSyntaxError as error:
        message = NO_ENCODING if error.code in _WRONG_BYTES else BROKEN
        line = error.lineno or 0
        raise Illegible(message, encoding="UTF-8", line=line) from error  # the parser says it in English


def _check_head(file: BinaryIO) -> None:
    """Refuse declarations and strange encodings before the parser sees them."""
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    declared = _DECLARED.search(head[:200])
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise Illegible(ENCODING, encoding=encoding)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", head, re.IGNORECASE):
        raise Illegible(DECLARATIONS)
    if not re.search(rb"<[A-Za-z_]", head):
        raise Illegible(NO_CAMT)


def _entries(events: Iterator[tuple[str, etree._Element]]) -> Iterator[BankEntry]:
    statement: _Statement | None = None
    entry: _Reading | None = None
    is_camt = is_seen = False
    count = 0
    for event, element in events:
        name = _name(element)
        if not is_seen:
            is_seen = _check_declarations(element)
        if event == "start":
            if name in _CONTAINERS:
                is_camt, statement = is_camt or _is_of_an_account(element), None
            elif name == "Ntry":
                count += 1
                statement = statement or _statement(element.getparent())
                entry = _Reading(statement, element, number=count)
            continue
        if name == "TxDtls" and entry:
            yield from entry.take(element)
        elif name == "Ntry" and entry:
            yield from entry.end()
            entry = None
        _drop(element, name)
    if not is_camt:
        raise Illegible(NO_CAMT)


def _check_declarations(element: etree._Element) -> bool:
    """Refuse a document with declarations, however far before its first element they stand."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise Illegible(DECLARATIONS)
    return True


def _is_of_an_account(container: etree._Element) -> bool:
    parent = container.getparent()
    return parent is not None and _name(parent).startswith("BkToCstmr")


def _drop(element: etree._Element, name: str) -> None:
    """Let go what has been read, and the empty elements that earlier ones of its kind left."""
    element.clear()
    parent, previous = element.getparent(), element.getprevious()
    while parent is not None and previous is not None and _name(previous) == name:
        parent.remove(previous)
        previous = element.getprevious()


def _statement(container: etree._Element | None) -> _Statement:
    if container is None or not _is_of_an_account(container):
        raise Illegible(NO_CAMT)
    said = _leaves(container, but=("Ntry", "Bal"))
    return _Statement(
        kind=_name(container),
        name=_first(said, "Id")[:MOST_NAME],
        account=re.sub(r"\s", "", _first(said, "Acct/Id/IBAN", "Acct/Id/Othr/Id")).upper(),
        made_on=_first(said, "CreDtTm", "FrToDt/ToDtTm"),
    )


class _Reading:
    """An entry that is being read: its payments come one by one, before its own end."""

    def __init__(self, statement: _Statement, element: etree._Element, *, number: int) -> None:
        self.statement, self.element, self.number = statement, element, number
        self.line = element.sourceline or 0
        self.whole: BankEntry | None = None
        self.first: _Part | None = None
        self.count = 0

    def take(self, details: etree._Element) -> Iterator[BankEntry]:
        """Take one payment. The first is held back until it is known whether there is another."""
        part, self.count = _part(details), self.count + 1
        self.whole = self.whole or self._whole()
        if self.count == 1 and not self._is_sum():
            self.first = part
            return
        if self.first:
            yield self._of_sum(self.first, position=1)
            self.first = None
        yield self._of_sum(part, position=self.count)

    def end(self) -> Iterator[BankEntry]:
        """Yield the entry itself where it is no sum: with its only payment, or with nothing but its own words."""
        if self.count and not self.first:
            return
        whole, part = self.whole or self._whole(), self.first or _Part()
        extra = _clean(self.element.findtext("{*}AddtlNtryInf"))
        yield replace(
            whole,
            reference=part.reference or whole.reference,
            is_named=bool(part.reference) or whole.is_named,
            is_reversal=whole.is_reversal or part.is_returned,
            structured=part.structured,
            text=" ".join(filter(None, (part.text, extra)))[:MOST_TEXT],
            end_to_end=part.end_to_end,
            payer=part.payer,
        )

    def _is_sum(self) -> bool:
        count = _clean(self.element.findtext("{*}NtryDtls/{*}Btch/{*}NbOfTxs"))
        return count.isdigit() and int(count[:9]) > 1

    def _whole(self) -> BankEntry:
        """Read what stands before the details: the amount as it was booked, and when."""
        said = _leaves(self.element, but=("NtryDtls",))
        try:
            amount, currency = self._amount(said)
            status = _first(said, "Sts/Cd", "Sts/Prtry", "Sts")
            booked_on = _first(said, "BookgDt/Dt", "BookgDt/DtTm")
            value_date = _first(said, "ValDt/Dt", "ValDt/DtTm") or booked_on
            return BankEntry(
                account=self.statement.account,
                statement=self.statement.name,
                reference=_first(said, "AcctSvcrRef", "NtryRef")[:MOST_NAME],
                is_named=bool(_first(said, "AcctSvcrRef")),
                amount=amount,
                currency=currency,
                is_credit=self._direction(_first(said, "CdtDbtInd")),
                is_booked=status == "BOOK" or (not status and self.statement.kind == STATEMENT),
                is_reversal=_first(said, "RvslInd").lower() in ("true", "1"),
                value_date=self._day(value_date or self.statement.made_on),
                booked_on=self._day(booked_on) if booked_on else None,
                line=self.line,
            )
        except Illegible as error:
            error.entry, error.line = self.number, self.line
            raise

    def _amount(self, said: _Leaves) -> tuple[Decimal, str]:
        if "Amt" not in said:
            raise Illegible(MISSING, what="Amt")
        text, currency = said["Amt"][0]
        return _positive(text), currency_in(currency)

    def _direction(self, text: str) -> bool:
        if text not in ("CRDT", "DBIT"):
            raise Illegible(MISSING, what="CdtDbtInd")
        return text == "CRDT"

    def _day(self, text: str) -> date:
        if not text:
            raise Illegible(MISSING, what="ValDt")
        return iso_date_in(text)

    def _of_sum(self, part: _Part, *, position: int) -> BankEntry:
        """Return one payment of several that were booked in one sum, with its own amount where the file has it."""
        whole = self.whole or self._whole()
        try:
            amount, currency, is_certain = self._amount_of(part, whole)
            is_credit = self._direction(part.direction) if part.direction else whole.is_credit
        except Illegible as error:
            error.entry, error.line = self.number, self.line
            raise
        return replace(
            whole,
            reference=part.reference or whole.reference,
            is_named=bool(part.reference) or whole.is_named,
            amount=amount,
            currency=currency,
            is_credit=is_credit,
            is_certain=is_certain,
            is_reversal=whole.is_reversal or part.is_returned,
            structured=part.structured,
            text=part.text,
            end_to_end=part.end_to_end,
            payer=part.payer,
            position=position,
        )

    def _amount_of(self, part: _Part, whole: BankEntry) -> tuple[Decimal, str, bool]:
        """Return the part's amount in the account's currency; else in its own; else the whole, which is uncertain."""
        amounts = [(_positive(text), currency_in(currency)) for text, currency in part.amounts]
        amounts = [(amount, currency) for amount, currency in amounts if amount]
        for amount, currency in amounts:
            if currency == whole.currency:
                return amount, currency, True
        if amounts:
            return (*amounts[0], True)
        return whole.amount, whole.currency, False


def _part(details: etree._Element) -> _Part:
    said = _leaves(details)
    return _Part(
        reference=_first(said, "Refs/AcctSvcrRef")[:MOST_NAME],
        amounts=tuple(each for path in _AMOUNTS for each in said.get(path, ())),
        direction=_first(said, "CdtDbtInd"),
        is_returned=any(path == _RETURN or path.startswith(f"{_RETURN}/") for path in said),
        structured=tuple(
            text[:MOST_NAME] for text in islice(_all(said, "RmtInf/Strd/CdtrRefInf/Ref"), _MOST_REFERENCES)
        ),
        text=" ".join(text for path in _TEXTS for text in _all(said, path))[:MOST_TEXT],
        end_to_end=_first(said, "Refs/EndToEndId")[:MOST_NAME],
        payer=_first(said, *_PAYERS)[:MOST_TEXT],
    )


def _positive(text: str) -> Decimal:
    bare = text.strip()
    if not _AMOUNT.fullmatch(bare):
        raise Illegible(AMOUNT, what=text, example="1234.56")
    amount = Decimal(bare)
    if amount < 0:
        raise Illegible(NEGATIVE, what=text)
    return amount


def _leaves(element: etree._Element, *, but: tuple[str, ...] = ()) -> _Leaves:
    """Return all texts below an element by their path, each with its currency if it has one, in their order.

    One walk for all, since looking for each path by itself takes ten times as long.
    """
    found: _Leaves = {}
    below = deque(("", child) for child in element if _name(child) not in but)
    while below:
        path, child = below.popleft()
        here = f"{path}{_name(child)}"
        if len(child):
            below.extendleft((f"{here}/", each) for each in reversed(child))
        else:
            found.setdefault(here, []).append((child.text or "", child.get("Ccy") or ""))
    return found


def _name(element: etree._Element) -> str:
    tag: str = element.tag
    return tag[tag.rfind("}") + 1 :]


def _all(said: _Leaves, path: str) -> Iterator[str]:
    """Yield the texts of a path, without those that only say that nothing was said."""
    for text, _currency in said.get(path, ()):
        bare = _clean(text)
        if bare.upper() not in _NOTHING:
            yield bare


def _first(said: _Leaves, *paths: str) -> str:
    return next((text for path in paths for text in _all(said, path)), "")


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())
