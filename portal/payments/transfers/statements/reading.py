"""Core: a file of a bank, whatever its kind, as entries. The kind is told by what is in it, never by its name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from portal.payments.transfers.statements import archive, camt, mt940, table
from portal.payments.transfers.statements.accounts import is_same_account
from portal.payments.transfers.statements.entry import BankEntry, numbered
from portal.payments.transfers.statements.illegible import (
    A_DOCUMENT,
    EMPTY,
    NEEDS_COLUMNS,
    NO_STATEMENT,
    TOO_LARGE,
    TOO_MANY,
    WRONG_ACCOUNT,
    Illegible,
)
from portal.payments.transfers.statements.table import ColumnMap

MOST_BYTES = 160 * 1024 * 1024  # of a file as it is uploaded
MOST_ENTRIES = 1_000_000
_HEAD = 4096  # bytes that tell the kind
_OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
_MT940 = re.compile(rb"(?:^|[\r\n]|\{4:[\r\n]*):20:")


def read(file: BinaryIO, *, name: str, columns: ColumnMap | None = None) -> Iterator[BankEntry]:
    """Yield the entries of a file, numbered, one by one. Raises Illegible wherever it goes wrong, which may be late.

    So a file is read to its end once before anything of it counts. A table needs its `columns`.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > MOST_BYTES:
        raise Illegible(TOO_LARGE, file=name, most=MOST_BYTES // 1024**2)
    for entry in numbered(_of_any(file, name=name, columns=columns)):
        if entry.place > MOST_ENTRIES:
            raise Illegible(TOO_MANY, file=name, most=MOST_ENTRIES)
        yield entry


def of_account(entries: Iterable[BankEntry], *, own: Sequence[str], name: str) -> Iterator[BankEntry]:
    """Yield the entries of one account, which has several names: an IBAN, a number. Those of others are passed over,
    since some banks put all accounts of a company into one file. Raises Illegible at the end where all are of others.

    An entry that names no account is taken to be of the one that it was uploaded for.
    """
    stranger = ""
    is_found = False
    for entry in entries:
        if not entry.account or any(is_same_account(entry.account, own=each) for each in own):
            is_found = True
            yield entry
        else:
            stranger = entry.account
    if stranger and not is_found:
        raise Illegible(WRONG_ACCOUNT, file=name, what=stranger, own=next(filter(None, own), ""))


def _of_any(file: BinaryIO, *, name: str, columns: ColumnMap | None) -> Iterator[BankEntry]:
    try:
        if _head(file).startswith(archive.MAGIC):
            for inner, content in archive.files_in(file):
                yield from _of_one(content, name=f"{name}: {inner}", columns=columns)
        else:
            yield from _of_one(file, name=name, columns=columns)
    except Illegible as error:
        raise error.of(name) from error.__cause__


def _of_one(file: BinaryIO, *, name: str, columns: ColumnMap | None) -> Iterator[BankEntry]:
    try:
        yield from _by_kind(file, _head(file), columns)
    except Illegible as error:
        raise error.of(name) from error.__cause__


def _by_kind(file: BinaryIO, head: bytes, columns: ColumnMap | None) -> Iterator[BankEntry]:
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        bare = head.decode("utf-16", errors="ignore").lstrip().encode()
    if not bare:
        raise Illegible(EMPTY)
    if bare.startswith(b"%PDF"):
        raise Illegible(A_DOCUMENT)
    if head.startswith(_OLD_SPREADSHEET):
        raise Illegible(NO_STATEMENT)
    if bare.startswith(b"<"):
        return camt.read(file)
    if _MT940.search(bare):
        return mt940.read(file)
    if columns is None:
        raise Illegible(NO_STATEMENT if b"\x00" in bare else NEEDS_COLUMNS)
    return table.read(file, columns=columns)


def _head(file: BinaryIO) -> bytes:
    head = file.read(_HEAD)
    file.seek(0)
    return head
