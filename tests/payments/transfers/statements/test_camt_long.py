"""Long files: read in the memory of a single entry, as many as there may be."""

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from portal.payments.transfers.statements import camt
from portal.payments.transfers.statements.illegible import Illegible
from tests.payments.transfers.statements.samples import booked
from tests.payments.transfers.statements.samples import camt as statement

MEGABYTE = 1024 * 1024
on_linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks the kernel of Linux")


class LongFile:
    """A file that is made while it is read: what stands before, so often what stands within, and what stands after."""

    def __init__(self, before: str, within: str, after: str, *, times: int) -> None:
        self.texts, self.times = (before.encode(), within.encode(), after.encode()), times
        self.seek(0)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        self.chunks, self.rest = self._made(), b""
        return 0

    def _made(self) -> Iterator[bytes]:
        before, within, after = self.texts
        yield before
        for _hundred in range(self.times // 100):
            yield within * 100
        yield after

    def read(self, size: int) -> bytes:
        while len(self.rest) < size and (chunk := next(self.chunks, b"")):
            self.rest += chunk
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def growth_while_reading(file: LongFile) -> tuple[int, float]:
    """How many entries a file has, and by how many megabytes the process grows at most while it is read.

    The parser's tree lies outside of what Python counts, so the kernel is asked.
    """
    before = most = resident()
    count = 0
    for _entry in camt.read(cast(BinaryIO, file)):
        count += 1
        if count % 500 == 0:
            most = max(most, resident())
    return count, (most - before) / MEGABYTE


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@on_linux
def test_many_entries_take_the_memory_of_few() -> None:
    before, after = statement("%").split("%")
    count, grown = growth_while_reading(LongFile(before, booked(), after, times=8000))
    assert count == 8000
    assert grown < 12  # kept, they would be some forty megabytes


@on_linux
def test_a_sum_of_many_payments_takes_the_memory_of_few() -> None:
    part = f'<TxDtls><Amt Ccy="EUR">1.00</Amt><RmtInf><Ustrd>{"x" * 140}</Ustrd></RmtInf>{"<A/>" * 20}</TxDtls>'
    before, after = statement(booked("5000.00")).replace("<TxDtls>", "%<TxDtls>").split("%")
    count, grown = growth_while_reading(LongFile(before, part, after, times=8000))
    assert count == 8001
    assert grown < 12


@on_linux
@pytest.mark.parametrize("where", ["<GrpHdr>", "<BookgDt>"])
def test_elements_without_end_are_refused_before_they_fill_the_memory(where: str) -> None:
    before, after = statement(booked()).replace(where, f"%{where}", 1).split("%")
    at_first = resident()
    with pytest.raises(Illegible, match="no bank statement that can be read"):
        growth_while_reading(LongFile(before, "<a/>" * 1000, after, times=100_000))
    assert (resident() - at_first) / MEGABYTE < 600  # of some forty gigabytes
