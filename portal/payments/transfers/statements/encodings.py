"""Core: the lines of a text in one of the encodings that banks use, however long it is."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from portal.payments.transfers.statements.illegible import NO_ENCODING, NO_STATEMENT, Illegible

ENCODINGS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "cp850",
    "mac_roman",
    "gb18030",
    "shift_jis",
)
WESTERN = "cp1252"
_NO_TEXT = "\x00"  # stands between the letters of an encoding that was not chosen, and in no database
_CHUNK = 64 * 1024  # bytes
_LONGEST = 1024 * 1024  # characters of one line


def encoding_of(file: BinaryIO) -> str:
    """Return UTF-16 where its mark stands, UTF-8 where the whole file is that, else Windows' western encoding.

    The file is read to its end and stands at its beginning again.
    """
    head = file.read(2)
    file.seek(0)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WESTERN
    finally:
        file.seek(0)
    return "utf-8"


def lines_of(file: BinaryIO, *, encoding: str = "") -> Iterator[tuple[int, str]]:
    """Yield the lines of a text, numbered, each with one line feed as its end if it has an end.

    What has no encoding named is read as `encoding_of` finds it; a mark before it is left out. Raises Illegible for
    bytes that the encoding does not have, but for those that Windows left undefined, and for lines of no text.
    """
    found = encoding or encoding_of(file)
    errors = "replace" if found == WESTERN and not encoding else "strict"
    decoder = codecs.getincrementaldecoder("utf-8-sig" if found == "utf-8" else found)(errors)
    endings = io.IncrementalNewlineDecoder(decoder, translate=True)
    number, begun = 0, ""
    try:
        while chunk := file.read(_CHUNK):
            text = endings.decode(chunk)
            if _NO_TEXT in text:
                raise Illegible(NO_ENCODING, encoding=found, line=number + 1 + text[: text.index(_NO_TEXT)].count("\n"))
            *lines, begun = (begun + text).split("\n")
            for line in lines:
                number += 1
                yield number, f"{line}\n"
            if len(begun) > _LONGEST:
                raise Illegible(NO_STATEMENT, line=number + 1)
        if begun := begun + endings.decode(b"", final=True):
            yield number + 1, begun
    except UnicodeError as error:
        raise Illegible(NO_ENCODING, encoding=found, line=number + 1) from error
