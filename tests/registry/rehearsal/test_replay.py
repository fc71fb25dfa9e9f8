"""A rehearsal carries cancellations out again in a ledger of its own and says how near it came to the real registry."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.registry.answers import Receipt
from portal.registry.ledger import service
from portal.registry.ledger.models import Transaction
from portal.registry.ledger.router import LEDGER
from portal.registry.rehearsal.next_free import Finding, RowOrder, Supply, in_order, share_out, successors
from portal.registry.rehearsal.replay import BEGINNING, RehearsalError, rehearse
from portal.registry.rehearsal.report import Share, as_data, as_text, compare, share_of
from portal.registry.rehearsal.rows import CancelledRow, Issuance, read_cancellations, read_issuances
from portal.registry.serials import SerialBlock

pytestmark = pytest.mark.django_db(databases=["default", LEDGER])

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "registry"
needs_real_files = pytest.mark.skipif(
    not REAL.is_dir(), reason="the registry's published files are not beside the project (../shared/data/registry)"
)

ISSUED = """party,unit_type,serial_start,serial_end,quantity
IN,CER,101,200,100
IN,CER,201,300,100
CL,CER,1,50,50
"""
CANCELLED = """completed_utc,party,unit_type,serial_start,serial_end,quantity,from_platform,issuance_serial_start
2014-03-01T10:00:00,IN,CER,131,140,10,no,101
2014-03-02T10:00:00,CL,CER,11,20,10,no,1
2015-09-21T10:00:00,IN,CER,121,125,5,yes,101
2015-09-23T10:00:00,IN,CER,126,130,5,yes,101
2015-09-22T10:00:00,IN,CER,141,142,2,yes,101
2015-09-24T10:00:00,IN,CER,291,295,5,yes,201
2015-09-25T10:00:00,IN,CER,251,260,10,yes,201
2015-09-26T10:00:00,IN,CER,261,262,2,yes,201
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "issued.csv").write_text(ISSUED, encoding="utf-8-sig")
    (tmp_path / "cancelled.csv").write_text(CANCELLED, encoding="utf-8")
    return tmp_path


def rows(cancelled=CANCELLED):
    issuances = read_issuances(ISSUED.splitlines(), name="issued.csv")
    return read_cancellations(cancelled.splitlines(), name="cancelled.csv", issuances=issuances)


def command(folder, *options):
    out = StringIO()
    given = ["--issuances", str(folder / "issued.csv"), "--cancellations", str(folder / "cancelled.csv")]
    call_command("rehearse", *given, *options, stdout=out)
    return out.getvalue()


# --- A small registry


def test_every_row_is_carried_out_in_full():
    report = rehearse(rows())
    assert report.is_sound
    assert (report.rows, report.platform_rows, report.units) == (8, 6, 49)


def test_the_serials_are_compared_and_every_difference_has_a_reason():
    """Of the second block, line 8 runs out of the portion that began at 291, so that all lower units are offered."""
    report = rehearse(rows())
    assert report.findings == {Finding.EQUAL: 2, Finding.GIVEN: 2, Finding.SHIFTED: 1, Finding.WENT_BACK: 1}
    assert report.shares == (
        Share(RowOrder.STARTED, Supply.PORTION, equal=2, predicted=4),
        Share(RowOrder.STARTED, Supply.WHOLE_BLOCK, equal=0, predicted=6),
        Share(RowOrder.COMPLETED, Supply.PORTION, equal=0, predicted=4),
        Share(RowOrder.COMPLETED, Supply.WHOLE_BLOCK, equal=0, predicted=6),
    )
    assert (report.following, report.predicted) == (3, 4)


def test_a_rehearsal_can_stop_early():
    report = rehearse(rows(), limit=4)
    assert (report.rows, report.platform_rows, report.findings) == (4, 2, {Finding.GIVEN: 1, Finding.EQUAL: 1})


def test_the_real_ledger_is_not_touched():
    service.open_account(identifier="SOL", holder_name="Sol", now=datetime(2026, 11, 23, tzinfo=UTC))
    rehearse(rows())
    assert Transaction.objects.count() == 0


def test_progress_is_told_row_by_row_in_the_order_of_starting():
    seen = []

    def track(ordered):
        for row in ordered:
            seen.append(row.line)
            yield row

    rehearse(rows(), track=track)
    assert seen == [2, 3, 4, 5, 6, 7, 8, 9]


def test_rows_that_contradict_each_other_cannot_be_rehearsed():
    now = datetime(2015, 9, 21, tzinfo=UTC)
    one, other = Issuance("IN-5", SerialBlock(1, 9)), Issuance("IN-5", SerialBlock(9, 20))
    given = [
        CancelledRow(2, one, SerialBlock(1, 1), now, from_platform=True),
        CancelledRow(3, other, SerialBlock(9, 9), now, from_platform=True),
    ]
    with pytest.raises(RehearsalError, match="Issuance block IN-5 9-20: Some of the serials 9-20 of IN-5 were issued"):
        rehearse(given)


def test_units_nobody_has_left_are_refused_and_the_report_says_so():
    now = datetime(2015, 9, 21, tzinfo=UTC)
    block = Issuance("IN-5", SerialBlock(1, 9))
    given = [CancelledRow(line, block, SerialBlock(1, 5), now, from_platform=True) for line in (2, 3)]
    report = rehearse(given)
    assert report.refusals == ("line 3: Account PLATFORM holds 4 units of IN-5 1-9; 5 were asked.",)
    assert (report.wrong_quantities, report.is_sound) == (1, False)
    assert "  refused: 1\n    line 3: Account PLATFORM holds 4 units" in as_text(report)


def test_a_ledger_that_gave_wrong_units_would_be_found_out():
    given = rows()
    stocks = share_out(given, Supply.PORTION)
    blocks = {row.line: row.serials for row in given}
    blocks[2] = SerialBlock(132, 141)  # not the serials that were named, and one that line 6 has
    blocks[3] = SerialBlock(1, 51)  # too many, and one beyond the issuance block
    blocks[4] = SerialBlock(121, 124)  # too few
    answers = {line: Receipt(f"line {line}", "T", (block,), BEGINNING) for line, block in blocks.items()}
    report = compare(given, stocks, answers)
    assert (report.wrong_quantities, report.outside_issuance, report.wrong_named_serials) == (2, 1, 2)
    assert report.overlaps == ("IN-5: Blocks 132-141 and 141-142 share units.",)
    assert report.unlike_arithmetic > 0
    assert not report.is_sound


# --- The command


def test_the_report_reads_as_text(files, capsys):
    assert command(files).splitlines()[:11] == [
        "8 cancellations of 49 units carried out in an empty ledger",
        "  refused: 0",
        "  with another quantity than asked: 0",
        "  outside the issuance block: 0",
        "  named serials that were not the ones given: 0",
        "  series in which a unit was given twice: 0",
        "  unlike the same rules in plain arithmetic: 0",
        "",
        "6 of them were platform orders. Serials equal to the real ones:",
        "       2 of 4 (50.0%)  as started (order of the published list), from the first unit ever sold of it",
        "       0 of 6 (0.0%)  as started (order of the published list), the whole issuance block",
    ]
    assert "8/8" in capsys.readouterr().err


def test_the_report_can_be_read_by_programs(files):
    report = json.loads(command(files, "--json"))
    assert report == as_data(rehearse(rows()))
    assert (report["rows"], report["is_sound"], report["verdicts"]["equal"]) == (8, True, 2)


def test_the_command_can_stop_early(files):
    assert json.loads(command(files, "--json", "--limit", "4"))["rows"] == 4
    with pytest.raises(CommandError, match="argument --limit: invalid _positive value: '0'"):
        command(files, "--limit", "0")


def test_a_bad_file_is_refused_with_file_line_and_column(files):
    (files / "cancelled.csv").write_text(CANCELLED.replace("121,125,5,yes", "121,125,6,yes"), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        command(files)
    assert str(caught.value) == "cancelled.csv, line 4, column quantity: 6, but serials 121-125 are 5 units"


def test_a_file_that_is_not_there_or_no_text_is_refused(files):
    (files / "cancelled.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="can't decode byte 0xff"):
        command(files)
    (files / "cancelled.csv").unlink()
    with pytest.raises(CommandError, match="No such file or directory"):
        command(files)


# --- The real registry, 2012 to 2019


@pytest.fixture(scope="module")
def real_rows():
    with (REAL / "issuances_2007_2019.csv").open(encoding="utf-8", newline="") as lines:
        issuances = read_issuances(lines, name="issuances")
    with (REAL / "voluntary_cancellations_2012_2019.csv").open(encoding="utf-8", newline="") as lines:
        return read_cancellations(lines, name="cancellations", issuances=issuances)


@needs_real_files
def test_the_real_registrys_serials_are_predicted_as_often_as_the_documentation_says(real_rows):
    shares = [share_of(real_rows, order, supply) for order in RowOrder for supply in Supply]
    assert [(share.equal, share.predicted) for share in shares] == [
        (8257, 9197),
        (677, 9327),
        (5805, 9197),
        (532, 9327),
    ]


@needs_real_files
def test_the_real_registry_goes_on_where_the_sale_before_stopped(real_rows):
    started = in_order(real_rows, RowOrder.STARTED)
    stocks = share_out(started, Supply.PORTION)
    following = successors(started, stocks)
    platform = [row for row in started if row.from_platform]
    assert len(platform) == 9327
    assert sum(row.serials.start == following[row.line] for row in platform) == 9156


@needs_real_files
def test_the_first_years_of_the_real_registry_are_carried_out_row_by_row(real_rows):
    report = rehearse(real_rows, limit=1500)
    assert report.is_sound
    assert report.rows == 1500
