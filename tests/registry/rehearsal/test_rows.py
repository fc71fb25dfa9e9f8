"""Files for a rehearsal: read as a registry writes them, or refused by file, line and column."""

from datetime import UTC, datetime

import pytest

from portal.registry.rehearsal.rows import CancelledRow, FileError, Issuance, read_cancellations, read_issuances
from portal.registry.serials import SerialBlock

ISSUED = """party,unit_type,commitment_period,serial_start,serial_end,quantity
IN,CER,1,101,200,100
IN,tCER,1,101,110,10
CL,CER,2,1,5,5
"""
HEADING = "completed_utc,party,unit_type,serial_start,serial_end,quantity,from_platform,issuance_serial_start,remark\n"
SOLD = "2015-09-21T09:26:27,IN,CER,150,151,2,yes,101,first order\n"


def issuances(text=ISSUED):
    return read_issuances(text.splitlines(), name="issued.csv")


def cancellations(*lines, heading=HEADING):
    return read_cancellations(
        (heading + "".join(lines)).splitlines(keepends=True), name="cancelled.csv", issuances=issuances()
    )


def mistake(read, *given):
    with pytest.raises(FileError) as caught:
        read(*given)
    return str(caught.value)


def test_issuance_blocks_are_found_by_series_and_first_serial():
    assert issuances() == {
        ("IN-5", 101): Issuance("IN-5", SerialBlock(101, 200)),
        ("IN-6", 101): Issuance("IN-6", SerialBlock(101, 110)),
        ("CL-5", 1): Issuance("CL-5", SerialBlock(1, 5)),
    }


def test_a_cancellation_knows_its_line_its_issuance_block_and_its_time():
    assert cancellations(SOLD) == (
        CancelledRow(
            line=2,
            issuance=Issuance("IN-5", SerialBlock(101, 200)),
            serials=SerialBlock(150, 151),
            completed_at=datetime(2015, 9, 21, 9, 26, 27, tzinfo=UTC),
            from_platform=True,
        ),
    )


def test_missing_columns_are_named():
    assert mistake(issuances, "party,serial_start\nIN,1\n") == (
        "issued.csv, line 1: missing columns: unit_type, serial_end, quantity"
    )
    assert mistake(issuances, "") == (
        "issued.csv, line 1: missing columns: party, unit_type, serial_start, serial_end, quantity"
    )


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("IN,AAU,1,1,5,5", "column unit_type: No Kyoto series: Party 'IN', unit type 'AAU'."),
        ("India,CER,1,1,5,5", "column unit_type: No Kyoto series: Party 'India', unit type 'CER'."),
        ("IN,CER,1,one,5,5", "column serial_start: 'one' is no whole number"),
        ("IN,CER,1,-1,5,7", "column serial_start: '-1' is no whole number"),
        ("IN,CER,1,1,,5", "column serial_end: '' is no whole number"),
        ("IN,CER,1,9,5,5", "column serial_end: A block ends at or after its start, but 5 comes before 9."),
        ("IN,CER,1,1,5,6", "column quantity: 6, but serials 1-5 are 5 units"),
        ("IN,CER,1,1,5", "column quantity: '' is no whole number"),
    ],
)
def test_a_wrong_cell_of_an_issuance_is_named(row, wrong):
    text = "party,unit_type,commitment_period,serial_start,serial_end,quantity\nCL,CER,1,1,5,5\n" + row
    assert mistake(issuances, text) == f"issued.csv, line 3, {wrong}"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (
            SOLD.replace("2015-09-21T", "21/09/2015 "),
            "completed_utc: '21/09/2015 09:26:27' is no time like 2015-09-21T",
        ),
        (SOLD.replace("yes", "Yes"), "column from_platform: 'Yes' is neither yes nor no"),
        (SOLD.replace("101", "102"), "column issuance_serial_start: no issuance block of IN-5 starts there"),
        (SOLD.replace("150,151,2", "200,201,2"), "serial_start: 200-201 lies outside the issuance block 101-200"),
        (SOLD.replace("150,151,2", "150,151,3"), "column quantity: 3, but serials 150-151 are 2 units"),
    ],
)
def test_a_wrong_cell_of_a_cancellation_is_named(row, wrong):
    text = mistake(cancellations, row)
    assert text.startswith("cancelled.csv, line 2, column ")
    assert wrong in text


def test_units_issued_or_cancelled_twice_are_named_with_both_lines():
    assert mistake(issuances, ISSUED + "IN,CER,2,200,201,2\n") == (
        "issued.csv, line 5, column serial_start: shares units with line 2"
    )
    again = SOLD.replace("150,151,2,yes", "151,151,1,no")
    assert mistake(cancellations, SOLD, again) == "cancelled.csv, line 3, column serial_start: shares units with line 2"


def test_all_mistakes_are_listed_up_to_twenty():
    wrong = SOLD.replace("yes", "maybe")
    assert mistake(cancellations, wrong, SOLD, wrong).splitlines() == [
        "cancelled.csv, line 2, column from_platform: 'maybe' is neither yes nor no",
        "cancelled.csv, line 4, column from_platform: 'maybe' is neither yes nor no",
    ]
    many = mistake(cancellations, *[wrong] * 23).splitlines()
    assert (len(many), many[-1]) == (21, "and 3 more")
