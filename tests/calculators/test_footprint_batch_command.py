"""The command gives a table the figures that the site gives it."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.calculators.factors import edition


def run(kind: str, source: Path, target: Path, *more: str) -> str:
    out = io.StringIO()
    call_command("footprint_batch", kind, "--input", source, "--output", target, "--quiet", *more, stdout=out)
    return out.getvalue()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "trips.csv"
    path.write_text("mode;length\ntrain;12,5\nsled;1\nwalk;3\n", encoding="utf-8")
    return path


def test_a_table_is_written_again_with_a_figure_in_each_row(source: Path, tmp_path: Path):
    told = run("trip", source, tmp_path / "result.csv", "--lang", "en")
    text = (tmp_path / "result.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["error"] for row in rows] == ["", "mode: Choose one of the options offered.", ""]
    total = sum(Decimal(row["kg_co2e"].replace(",", ".") or "0") for row in rows)
    assert told == f"2 rows calculated, 1 with mistakes: {total.normalize()} kg CO2e\n"


def test_a_table_may_be_written_over_itself(source: Path):
    run("trip", source, source)
    once = source.read_text(encoding="utf-8-sig")
    run("trip", source, source)
    assert source.read_text(encoding="utf-8-sig") == once


def test_the_bar_moves_on_the_error_stream(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    call_command("footprint_batch", "trip", "--input", source, "--output", tmp_path / "result.csv")
    found = capsys.readouterr()
    assert "3/3" in found.err
    assert found.out.startswith("2 rows calculated")


def test_a_factor_set_of_ones_own(source: Path, tmp_path: Path):
    table = tmp_path / "factors.csv"
    table.write_text(edition.factor_text(), encoding="utf-8")
    assert run("trip", source, tmp_path / "a.csv") == run("trip", source, tmp_path / "b.csv", "--factors", str(table))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "The file is empty."), ("mode;length\n", "There is no row below the line with the names of the columns.")],
)
def test_a_file_that_is_no_table_leaves_the_result_alone(source: Path, tmp_path: Path, text: str, sentence: str):
    source.write_text(text, encoding="utf-8")
    target = tmp_path / "result.csv"
    target.write_text("kept", encoding="utf-8")
    with pytest.raises(CommandError, match=sentence):
        run("trip", source, target)
    assert target.read_text(encoding="utf-8") == "kept"


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read or written: No such file"):
        run("trip", tmp_path / "nowhere.csv", tmp_path / "result.csv")
