"""A table of many rows: read however spreadsheets write it, calculated row by row, written without doing harm."""

import csv
import re
from collections.abc import Sequence
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.engine.answers import Problem
from portal.calculators.engine.footprint import estimate, number
from portal.calculators.tables import grid
from portal.calculators.tables.grid import BOM, MOST_BYTES, MOST_ROWS, NotATable


def told(problem: Problem) -> str:
    return problem.message % dict(problem.params)


def calculated(text: str | bytes, kind: str = "trip") -> list[dict[str, str]]:
    """Return the result of a table, row by row."""
    compiled = catalogue.kind(kind)
    separator, rows = grid.rows_of(grid.decode(text if isinstance(text, bytes) else text.encode()))
    header = next(rows)
    layout = grid.layout(compiled, header, separator, say=str)
    results = [(row, grid.calculate(compiled, layout, row)) for row in rows]
    written = grid.result_rows(header, separator, results, say=told)
    names = grid.result_header(header)
    return [dict(zip(names, row, strict=True)) for row in csv.reader(StringIO(written), delimiter=separator)]


def kg(*answers: dict[str, object], kind: str = "trip") -> list[str]:
    return [number(estimate(catalogue.kind(kind), each).total) for each in answers]


TRAIN = {"mode": "train", "length": "12.5"}


# --- However it is written


@pytest.mark.parametrize(
    "text",
    [
        "mode,length\ntrain,12.5\n",
        "mode,length\r\ntrain,12.5\r\n",
        "mode,length\rtrain,12.5",
        f"{BOM}mode,length\ntrain,12.5",
        "MODE;Length\ntrain;12,5\n",
        "Mode;Length\nTrain;12.5\n",
        "mode\tlength\ntrain\t12,5\n",
        "sep=;\nmode;length\ntrain;12,5\n",
        '"mode","length"\n"train","12.5"\n',
        '"a;b;c",mode,length\n,train,12.5\n',
        "By,Distance\ntrain,12.5\n",
        "mode,length (km)\ntrain,12.5\n",
        "\n\nmode,length\n\n , \ntrain,12.5\n\n",
        "mode,length,kg_co2e,error\ntrain,12.5,1,old\n",
    ],
)
def test_a_table_is_read_however_it_is_written(text: str):
    rows = calculated(text)
    assert [row["kg_co2e"].replace(",", ".") for row in rows] == kg(TRAIN)
    assert [row["error"] for row in rows] == [""]


def test_the_result_is_written_as_the_table_was():
    assert calculated("mode;length\ntrain;12,5")[0]["kg_co2e"] == kg(TRAIN)[0].replace(".", ",")
    assert calculated("mode,length\ntrain,12.5")[0]["kg_co2e"] == kg(TRAIN)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_survive_any_usual_encoding(encoding: str):
    assert calculated("name,mode,length\nZoë Muñoz,train,1\n".encode(encoding))[0]["name"] == "Zoë Muñoz"


@pytest.mark.parametrize("cell", ["1 250", "1\u00a0250", "1\u202f250", "1250,0"])
def test_numbers_as_people_write_them(cell: str):
    assert (
        calculated(f"mode;length\ntrain;{cell}")[0]["kg_co2e"].replace(",", ".")
        == kg({"mode": "train", "length": 1250})[0]
    )


def test_a_unit_stands_behind_the_name_of_its_column():
    for header in ("length (mile)", "Length [mile]", "Distance(mile)"):
        assert (
            calculated(f"mode,{header}\ntrain,10")[0]["kg_co2e"]
            == kg({"mode": "train", "length": {"value": 10, "unit": "mile"}})[0]
        )


@pytest.mark.parametrize(
    "header",
    ["length (mile)", " length(mile) ", "length [ mile ]", "length\n(mile)", "length (mile]", "Distance   ( mile )   "],
)
def test_brackets_stand_close_or_wide(header: str):
    column = grid.layout(catalogue.kind("trip"), ["mode", header], ",", say=str).columns[1]
    assert (column.path, column.unit) == (("length",), "mile")


@pytest.mark.parametrize(
    "header", ["length (mile", "length mile)", "length (mile) long", "length (one) (mile)x", "(", ")"]
)
def test_brackets_that_do_not_end_a_name_are_part_of_it(header: str):
    assert grid.layout(catalogue.kind("trip"), ["mode", "length", header], ",", say=str).unused == (header,)


@pytest.mark.parametrize(
    "header",
    ["a" + " " * 19_980 + "b(", "a" + " " * 19_980 + "b)", "(" * 19_980, "( " * 9_990, "(" * 9_990 + ")" * 9_990],
    ids=["opened", "closed", "brackets", "wide", "both"],
)
def test_a_header_that_means_harm_is_a_column_like_any_other(header: str):
    """Whoever tries every way to split it is not done with it this year."""
    _separator, rows = grid.rows_of(f"mode,length,{header}\nwalk,1,x\n")
    found = grid.layout(catalogue.kind("trip"), next(rows), ",", say=str)
    assert found.unused == (header.strip(),)
    assert [column.at for column in found.columns] == [0, 1]


@pytest.mark.parametrize(("cell", "times"), [("yes", 2), ("Oui", 2), ("sí", 2), ("TRUE", 2), ("1", 2), ("no", 1), ("Non", 1), ("0", 1), ("", 1)])  # fmt: skip  # noqa: E501
def test_yes_and_no_in_three_languages(cell: str, times: int):
    found = calculated(f"mode,length,is_return\ntrain,10,{cell}")[0]
    assert found["kg_co2e"] == kg({"mode": "train", "length": 10, "times": times})[0]


def test_choices_by_name_or_label():
    rows = calculated("mode,length\ntrain_international,10\nInternational Train,10\nsleeper,10")
    assert rows[0]["kg_co2e"] == rows[1]["kg_co2e"]
    assert rows[2]["error"] == "mode: Choose one of the options offered."


def test_columns_that_are_no_questions_are_carried_along():
    compiled = catalogue.kind("trip")
    layout = grid.layout(compiled, ["Staff no.", "mode", "length", "", "error"], ",", say=str)
    assert layout.unused == ("Staff no.",)
    assert calculated("Staff no.,mode,length\n0042,walk,1")[0] == {
        "Staff no.": "0042",
        "mode": "walk",
        "length": "1",
        "kg_co2e": "0",
        "assumed": "country",
        "error": "",
    }


def test_flights_are_rows_of_the_calculator_for_flights():
    rows = calculated(
        "From,To,via,Class,passengers,times,is_return,effects\nNBO,gva,CDG,Business,2,3,no,no\n", "flight"
    )
    trip = {"origin": "NBO", "destination": "GVA", "via": "CDG", "cabin": "business", "passengers": 2, "times": 3}
    assert [row["kg_co2e"] for row in rows] == kg(
        {"trips": [{**trip, "is_return": False}], "effects": False}, kind="flight"
    )
    assert rows[0]["assumed"] == ""


def test_what_was_assumed_is_named():
    assert calculated("origin,destination\nNBO,GVA", "flight")[0]["assumed"] == "cabin"


# --- Rows with mistakes


def test_a_row_with_a_mistake_stops_nothing():
    rows = calculated(
        "mode,length,from_airport,to_airport\ntrain,x,,\nboat,1,,\nflight,,NBO,\nflight,,,\ntrain,12.5,,,9\ntrain,12.5\n"
    )
    assert [row["error"] for row in rows] == [
        "length: Enter a number.",
        "mode: Choose one of the options offered.",
        "to_airport: This is needed for a result.",
        "length: This is needed for a result.",
        "This row has more cells than there are columns.",
        "",
    ]
    assert [row["kg_co2e"] for row in rows] == ["", "", "", "", "", *kg(TRAIN)]


@pytest.mark.parametrize("name", ["Wien", "Geneva", "Brest", "Heathrow", "Pau", "Goa"])
def test_no_airport_is_guessed_in_a_table(name):
    """Tables cannot ask which one is meant: they take codes. Pau and Goa would be those of Pauk and Genoa."""
    rows = calculated(f"origin,destination\n{name},NBO\nGVA,nbo\n", "flight")
    assert [row["error"] for row in rows] == ["origin: Choose one from the list.", ""]


def test_several_mistakes_of_a_row_are_all_told():
    row = calculated("mode,length,people\ntrain,-1,1.5")[0]
    assert row["error"] == "length: Enter 0 or more. people: Enter a whole number."


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize(
    ("cell", "whole", "parts"),
    [
        ("1.234", "1234", "1.2340"),
        ("1,234", "1234", "1,2340"),
        (" +12,500 ", "+12500", "+12,5000"),
        ("123.456", "123456", "123.4560"),
    ],
)
def test_a_number_that_may_be_a_thousand_is_not_guessed(separator: str, cell: str, whole: str, parts: str):
    rows = calculated(f"mode;length\ntrain;12,5\ntrain;{cell}\ntrain;12.5\n".replace(";", separator))
    assert [row["kg_co2e"].replace(",", ".") for row in rows] == [*kg(TRAIN), "", *kg(TRAIN)]
    told = f"This can be read in two ways. Write {whole} if you mean a whole number, or {parts} if there are decimals."
    assert [row["error"] for row in rows] == ["", f"length: {told}", ""]
    again = calculated(f"mode;length\ntrain;{whole}\ntrain;{parts}\n")
    assert [row["error"] for row in again] == ["", ""]


@pytest.mark.parametrize(
    ("cell", "length"),
    [
        ("1234", "1234"),
        ("1,2340", "1.234"),
        ("1.2340", "1.234"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1 234,567", "1234.567"),
        ("1,23", "1.23"),
        ("1.2345", "1.2345"),
    ],
)
def test_numbers_that_can_be_read_in_one_way_are_read(cell: str, length: str):
    row = calculated(f"mode;length\ntrain;{cell}")[0]
    assert row["kg_co2e"].replace(",", ".") == kg({"mode": "train", "length": length})[0]


def test_where_commas_stand_between_cells_a_point_is_no_thousand_and_a_comma_within_a_cell_is_one():
    rows = calculated('mode,length\ntrain,1.234\ntrain,"1,234"\ntrain,"1,234.5"\ntrain,"12,34"\n')
    lengths = ("1.234", "1234", "1234.5")
    assert [row["kg_co2e"] for row in rows[:3]] == [kg({"mode": "train", "length": each})[0] for each in lengths]
    assert (rows[3]["kg_co2e"], rows[3]["error"]) == ("", "length: Enter a number.")


def test_a_number_in_two_ways_is_told_among_other_mistakes():
    row = calculated("mode;length;people;times\nboat;x;1,500;2000")[0]
    assert row["error"] == (
        "mode: Choose one of the options offered. "
        "length: Enter a number. "
        "people: This can be read in two ways. Write 1500 if you mean a whole number, or 1,5000 if there are decimals. "
        "times: Enter 1000 or less."
    )


# --- Files that are no table


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\r\n ", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", grid.NOT_A_TABLE),
        (b"PK\x03\x04\x14\x00\x06\x00", grid.NOT_A_TABLE),
        (b"mode,length\ntrain,\x81\x8d", grid.NOT_A_TABLE),
        (b"\xff\xfem", grid.NOT_A_TABLE),
        (b"mode,length\x00\ntrain,1", grid.NOT_A_TABLE),
        (b"x" * (MOST_BYTES + 1), "The file has 13 MB; 12 MB are possible."),
        (b"mode," + b"x" * 30_000 + b"\ntrain,1", "Line 1 is too long."),
        (b'mode,length\n"train,1\n' + b"y,1\n" * 60_000, "Line 32769 is too long."),
        (b"a," * 101 + b"\n1", "The file has more than 100 columns."),
        (b"name,length\nx,1", "The column mode is missing."),
        (b"mode,Length,distance\ntrain,1,1", "The column distance stands twice."),
        (b"mode,length (parsec)\ntrain,1", "The column length (parsec) may be in km, mile."),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else "",
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(data: bytes, sentence: str):
    with pytest.raises(NotATable) as error:
        calculated(data)
    assert str(error.value) == sentence


def test_a_table_of_something_else_is_told_which_columns_there_are():
    with pytest.raises(NotATable) as error:
        calculated("colour,shape\nred,round")
    assert str(error.value).startswith("No column of the file is one of these: name, mode, length, ")


def test_a_row_too_many_is_noticed_before_the_rest_is_read():
    just = "mode,length\n" + "walk,1\n" * MOST_ROWS
    assert sum(1 for _row in grid.rows_of(just)[1]) == MOST_ROWS + 1
    with pytest.raises(NotATable) as error:
        list(grid.rows_of(just + "walk,1\n" * 900_000)[1])
    assert str(error.value) == "The file has more than 100000 rows. Split it into several files."


# --- What comes out


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "-", "-1e3", "@sum", "\tx", "\rx", "\nx", "＝1"])
def test_nothing_that_comes_out_is_a_formula(cell: str):
    written = grid.write([[cell, "safe", "a=b"]], ",")
    assert next(csv.reader(StringIO(written, newline=""))) == [f"'{cell}", "safe", "a=b"]


@pytest.mark.parametrize("number", ["-4", "+3.5", "-1,5", "-1.234.567"])
def test_a_number_with_a_sign_stays_as_it_came(number: str):
    assert grid.write([[number]], ";") == f"{number}\r\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_stands_in_a_cell_comes_out_as_one_harmless_cell(rows: list[list[str]]):
    found = list(csv.reader(StringIO(grid.write(rows, ";"), newline=""), delimiter=";"))
    assert len(found) == len(rows)
    leads = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    for before, after in zip(rows, found, strict=True):
        is_number = re.compile(r"[+-][\d.,]+").fullmatch
        assert after == [f"'{cell}" if cell.startswith(leads) and not is_number(cell) else cell for cell in before]


@given(st.binary(max_size=400))
def test_no_file_breaks_it(data: bytes):
    for text in (data, b"mode,length\n" + data, b"length;mode\n" + data):
        try:
            rows: Sequence[dict[str, str]] = calculated(text)
        except (NotATable, StopIteration):  # the latter where there is not even a header
            continue
        assert all(bool(row["kg_co2e"]) != bool(row["error"]) for row in rows)
