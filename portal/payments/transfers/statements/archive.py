"""Core: the statements in a ZIP, as banks hand out several days at once. Bounded in every direction.

What an archive says of itself is not believed: bytes are counted while they are unpacked.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from portal.payments.transfers.statements.illegible import (
    A_SPREADSHEET,
    BROKEN_ARCHIVE,
    LOCKED,
    NESTED,
    TOO_LARGE,
    TOO_MANY_FILES,
    Illegible,
)
from portal.payments.transfers.statements.rationed import Rationed

MAGIC = b"PK\x03\x04"
MOST_FILES = 1000
MOST_BYTES = 400 * 1024 * 1024  # unpacked, of all files together
_MEGABYTE = 1024 * 1024
_LOCKED_BIT = 0x1
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # as all banks and all computers pack
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeError)
_SPREADSHEET = "[Content_Types].xml"


def files_in(file: BinaryIO, *, most_bytes: int = MOST_BYTES) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the name and the bytes of each file of an archive; each gone when the next comes. Raises Illegible."""
    left = most_bytes
    with _opened(file) as archive:
        members = [each for each in archive.infolist() if not each.is_dir() and not _is_litter(each.filename)]
        if any(each.filename == _SPREADSHEET for each in members):
            raise Illegible(A_SPREADSHEET)
        if len(members) > MOST_FILES:
            raise Illegible(TOO_MANY_FILES, most=MOST_FILES)
        for member in members:
            if member.flag_bits & _LOCKED_BIT:
                raise Illegible(LOCKED)
            if member.compress_type not in _PACKED:
                raise Illegible(BROKEN_ARCHIVE)
            with SpooledTemporaryFile(max_size=4 * _MEGABYTE) as unpacked:
                left -= _unpack(archive, member, cast(BinaryIO, unpacked), most=left, of=most_bytes)
                if unpacked.read(len(MAGIC)) == MAGIC:
                    raise Illegible(NESTED, file=member.filename)
                unpacked.seek(0)
                yield member.filename, cast(BinaryIO, unpacked)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    rationed = Rationed(file, refusal=Illegible(TOO_MANY_FILES, most=MOST_FILES))
    try:
        with zipfile.ZipFile(cast("BinaryIO", rationed)) as archive:
            rationed.most = MOST_BYTES  # the list of its files was bounded; of the files the bytes are counted
            rationed.renew()
            yield archive
    except _DAMAGED as error:
        raise Illegible(BROKEN_ARCHIVE) from error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: BinaryIO, *, most: int, of: int) -> int:
    """Write a file out and return how many bytes it had. Its own word for that is not taken."""
    count = 0
    with archive.open(member) as packed:
        while chunk := packed.read(_MEGABYTE):
            count += len(chunk)
            if count > most:
                raise Illegible(TOO_LARGE, most=of // _MEGABYTE)
            to.write(chunk)
    to.seek(0)
    return count


def _is_litter(name: str) -> bool:
    """Say whether a file is one that operating systems add by themselves."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")
