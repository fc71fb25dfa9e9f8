"""Core: a file of which only so much is read at once, since all that is no entry is kept until the next one comes."""

from typing import BinaryIO

from portal.payments.transfers.statements.illegible import Illegible

MOST = 8 * 1024 * 1024  # bytes; an entry has a few thousand


class Rationed:
    """A file that may be read for `most` bytes, and as many again whenever that is renewed. Then it is refused."""

    def __init__(self, file: BinaryIO, *, refusal: Illegible, most: int = MOST) -> None:
        self.file, self.refusal, self.most = file, refusal, most
        self.renew()

    def renew(self) -> None:
        """Let as much be read again: what was read before is gone by now."""
        self.left = self.most

    def read(self, size: int = -1) -> bytes:
        """Return bytes of the file. Raises the refusal before more are read than may be."""
        if size > self.left:
            raise self.refusal
        chunk = self.file.read(size)
        self.left -= len(chunk)
        return chunk

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return self.file.seekable()
