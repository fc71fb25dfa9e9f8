"""Any file of a bank: told by what is in it, bounded, of the right account, and every entry itself."""

import io
import zipfile
from typing import BinaryIO

import pytest

from portal.payments.transfers.statements import archive, reading
from portal.payments.transfers.statements.accounts import is_same_account
from portal.payments.transfers.statements.entry import BankEntry
from portal.payments.transfers.statements.illegible import Illegible
from portal.payments.transfers.statements.table import ColumnMap
from tests.payments.transfers.statements.samples import DUTCH, GERMAN, as_file, booked, camt, opened


def zipped(**files: str | bytes) -> BinaryIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/"), content)
    return packed


def entries(file: BinaryIO, columns: ColumnMap | None = None) -> list[BankEntry]:
    return list(reading.read(file, name="november", columns=columns))


def refusal(content: str | bytes | BinaryIO) -> str:
    file = as_file(content) if isinstance(content, str | bytes) else content
    with pytest.raises(Illegible) as refused:
        entries(file)
    return str(refused.value)


def test_every_kind_is_told_by_its_content() -> None:
    assert len(entries(opened("german_savings_bank.v08.xml"))) == 3
    assert len(entries(opened("dutch_bank.sta"))) == 2
    assert len(entries(as_file(b"\xef\xbb\xbf" + camt(booked()).encode()))) == 1
    columns = ColumnMap(columns={"date": "Datum", "amount": "Betrag"}, currency="EUR")
    assert len(entries(as_file("Datum;Betrag\n30.11.2026;12,00\n"), columns)) == 1


def test_what_is_no_statement_says_what_to_do() -> None:
    assert refusal("  \n") == "november: The file is empty. Download the statement from your bank again."
    assert refusal(b"").startswith("november: The file is empty.")
    assert "a document for people" in refusal(b"%PDF-1.7 ...")
    assert "no bank statement that can be read" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1")
    assert "no bank statement that can be read" in refusal(b"\x89PNG\r\n\x00\x00")
    assert "Say first what stands in its columns." in refusal("Datum;Betrag\n")
    assert "This is a spreadsheet. Save it as CSV" in refusal(zipped(**{"[Content_Types].xml": "<a/>"}))


def test_an_archive_is_read_file_by_file() -> None:
    one, two = camt(booked("1.00")), camt(booked("2.00"))
    file = zipped(**{"2026__monday.xml": one, "2026__tuesday.xml": two, "__MACOSX__._monday.xml": "litter"})
    assert [(each.amount, each.place) for each in entries(file)] == [(1, 1), (2, 2)]


def test_what_is_wrong_in_an_archive_names_the_file_in_it() -> None:
    said = refusal(zipped(**{"monday.xml": camt(booked()), "tuesday.xml": camt(booked("-1.00"))}))
    assert said.startswith("november: tuesday.xml, entry 1 (line 3): The amount -1.00 is negative")


def test_archives_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(**{"zeros.xml": b"<" + b"0" * 3_000_000})
    with pytest.raises(Illegible, match="more than 2 MB in it"):
        list(archive.files_in(bomb, most_bytes=2 * 1024 * 1024))
    assert "an archive within the archive" in refusal(zipped(**{"inner.zip": zipped(a="b").getvalue()}))  # type: ignore[attr-defined]
    assert "The archive is damaged" in refusal(b"PK\x03\x04 and no more")
    many = zipped(**{f"{number}.xml": "<a/>" for number in range(archive.MOST_FILES + 1)})
    assert "more than 1000 files in the archive" in refusal(many)


def damaged(packed: bytes) -> bytes:
    return packed[:60] + bytes(byte ^ 0xFF for byte in packed[60:75]) + packed[75:]


def test_a_damaged_archive_says_so_whatever_is_damaged() -> None:
    monday = zipped(**{"monday.xml": camt(*[booked()] * 50)}).getvalue()  # type: ignore[attr-defined]
    assert "The archive is damaged" in refusal(damaged(monday))
    accented = zipped(**{"é.xml": camt(booked())}).getvalue()  # type: ignore[attr-defined]
    assert "The archive is damaged" in refusal(accented.replace("é".encode(), b"\xff\xfe"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_is_packed_as_no_bank_packs_is_refused(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        made.writestr("monday.xml", camt(booked()))
    assert "The archive is damaged" in refusal(packed)


def test_the_list_of_an_archive_is_bounded_as_well() -> None:
    long_names = zipped(**{f"{number}{'x' * 60_000}.xml": "<a/>" for number in range(150)})
    assert "more than 1000 files in the archive" in refusal(long_names)


def test_an_amount_that_its_currency_cannot_have_is_never_certain() -> None:
    wanted = {"0.0001": False, "40.00001": False, "40.00000": True, "100000000000000": False}
    for amount, is_certain in wanted.items():
        assert [each.is_certain for each in entries(as_file(camt(booked(amount))))] == [is_certain]


def test_the_same_file_again_has_the_same_entries() -> None:
    ids = [[each.import_id for each in entries(opened("swiss_batch.v04.xml"))] for _time in range(2)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_two_payments_that_are_alike_stay_two() -> None:
    columns = ColumnMap(columns={"date": "Datum", "amount": "Betrag"}, text=("Text",), currency="EUR")
    row = "30.11.2026;12,00;Beitrag\n"
    twice = entries(as_file(f"Datum;Betrag;Text\n{row}{row}"), columns)
    assert twice[0].import_id != twice[1].import_id
    # A file for more days has them again, in the same order.
    longer = entries(as_file(f"Datum;Betrag;Text\n29.11.2026;1,00;x\n{row}{row}"), columns)
    assert [each.import_id for each in twice] == [each.import_id for each in longer[1:]]


def test_zeros_behind_the_decimals_change_nothing() -> None:
    first, second = (entries(as_file(camt(booked(amount))))[0].import_id for amount in ("40", "40.00000"))
    assert first == second


def of(own: str, content: str) -> list[BankEntry]:
    return list(reading.of_account(entries(as_file(content)), own=[own], name="november"))


def test_a_statement_of_another_account_is_refused() -> None:
    assert len(of(GERMAN, camt(booked()))) == 1
    with pytest.raises(Illegible) as refused:
        of(DUTCH, camt(booked()))
    assert str(refused.value) == (
        "november: This is a statement of the account DE89370400440532013000. It should be of NL91ABNA0417164300:"
        " upload it there, or choose the right file."
    )


def test_of_a_file_with_several_accounts_only_the_own_one_counts() -> None:
    found = list(reading.of_account(entries(opened("dutch_prefixed.v02.xml")), own=[DUTCH], name="november"))
    assert [each.account for each in found] == [DUTCH]


@pytest.mark.parametrize(
    ("said", "own", "is_same"),
    [
        ("DE89 3704 0044 0532 0130 00", GERMAN, True),
        ("de89370400440532013000", GERMAN, True),
        ("37040044/0532013000", GERMAN, True),
        ("37040044/532013000", GERMAN, True),
        ("10020030/0532013000", GERMAN, False),
        ("0532013000", GERMAN, True),
        ("0532013001", GERMAN, False),
        ("3000", GERMAN, False),
        ("ABNANL2A/0417164300", DUTCH, True),
        ("NL02ABNA0123456789", DUTCH, False),
        ("123-456-789", "123456789", True),
        ("0123456789", "123456789", True),
        ("123456780", "123456789", False),
        ("", GERMAN, False),
        (GERMAN, "", False),
    ],
)
def test_accounts_are_named_in_several_ways(said: str, own: str, is_same: bool) -> None:
    assert is_same_account(said, own=own) is is_same
