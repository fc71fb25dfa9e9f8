"""The command prints what the API answers, reads other factor sets, and says in a sentence what is wrong."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.calculators import catalogue
from portal.calculators.engine.examples import EXAMPLES
from portal.calculators.factors import edition


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("footprint", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def answers(tmp_path: Path) -> Any:
    """Write answers to a file and return its name."""

    def write(data: Any) -> str:
        path = tmp_path / "answers.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(catalogue.KINDS))
def test_it_prints_what_the_api_answers_byte_for_byte(client: Client, answers: Any, kind: str, language: str):
    body = json.dumps({"kind": kind, "inputs": EXAMPLES[kind], "savings": True})
    headers = {"accept-language": language}
    answer = client.post("/api/public/v1/estimates", data=body, content_type="application/json", headers=headers)
    printed = run(kind, "--input", answers(EXAMPLES[kind]), "--json", "--savings", "--lang", language)
    assert printed.encode() == answer.content + b"\n"


def test_a_table_for_people(answers: Any):
    lines = run("flight", "--input", answers({"trips": [{"origin": "NBO", "destination": "GVA"}]})).splitlines()
    assert lines[0] == f"Flights · {edition.factor_set().version}"
    assert lines[2].split() == ["section", "line", "part", "amount", "kg", "per", "unit", "kg", "CO2e"]
    assert lines[3].startswith("Flights  Flight 1")
    assert lines[3].endswith("12,145.65 passenger*km   0.09941 GLOBAL  1,207.37 *")
    assert "= 1.578 t CO2e, 2 units" in lines
    assert "* assumed: trips.0.cabin" in lines
    assert lines[-1].startswith("UK Government GHG Conversion Factors for Company Reporting 2025 (DESNZ)")


def test_numbers_are_written_as_the_language_writes_them(answers: Any):
    name = answers({"trips": [{"origin": "NBO", "destination": "GVA"}]})
    assert "= 1,578 t CO2e" in run("flight", "--input", name, "--lang", "fr")


def test_figures_are_rounded_and_not_cut_off(answers: Any):
    lines = run("trip", "--input", answers({"mode": "train", "length": "10.006", "country": "FR"})).splitlines()
    assert lines[3].split()[3:5] == ["10.01", "passenger*km"]


def test_answers_come_from_standard_input_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"trips": [{"origin": "NBO", "destination": "GVA"}]}'))
    assert json.loads(run("flight", "--input", "-", "--json"))["units"] == 2


def test_another_factor_set_gives_other_figures(answers: Any, tmp_path: Path):
    name = answers({"trips": [{"origin": "NBO", "destination": "GVA", "is_return": False}], "with_fuel": False})
    table = tmp_path / "doubled.csv"
    row = next(line for line in edition.factor_text().splitlines() if line.startswith("flight.way.with,"))
    figure = str(edition.factor_set().factor("flight.way.with", "").value)
    table.write_text(edition.factor_text().replace(row, row.replace(figure, "0.5", 1)), encoding="utf-8")
    data = json.loads(run("flight", "--input", name, "--factors", str(table), "--json"))
    assert data["total_kg"] == "3085.9855"
    assert data["factor_set"].startswith("doubled-")


def test_the_same_table_gives_the_same_figures(answers: Any, tmp_path: Path):
    table = tmp_path / "same.csv"
    table.write_text("\ufeff" + edition.factor_text(), encoding="utf-8")
    name = answers(EXAMPLES["household"])
    one = json.loads(run("household", "--input", name, "--json"))
    other = json.loads(run("household", "--input", name, "--json", "--factors", str(table)))
    assert {**other, "factor_set": ""} == {**one, "factor_set": ""}
    assert other["factor_set"].removeprefix("same-") == one["factor_set"].rpartition("-")[2]


def test_calculators_are_listed_and_described():
    assert [line.split()[0] for line in run("--list").splitlines()] == list(catalogue.KINDS)
    lines = run("--questions", "flight").splitlines()
    assert lines[0] == "flight: Flights"
    assert "    origin: From (airport; needed)" in lines
    assert '    passengers: Passengers (number; passenger; from 1; to 1000; else of(1, "passenger"))' in lines
    assert json.loads(run("--questions", "flight", "--json"))["kind"] == "flight"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say which calculator; --list names them."),
        (("rocket", "--input", "x"), "There is no calculator called rocket; --list names them."),
        (("--questions", "rocket"), "There is no calculator called rocket; --list names them."),
        (("flight",), "Say where the answers are: --input FILE, or --input - for standard input."),
        (
            ("flight", "--input", "/nowhere/x.json"),
            "/nowhere/x.json cannot be read: [Errno 2] No such file or directory",
        ),
        (("flight", "--input", "x", "--factors", "/nowhere/x.csv"), "/nowhere/x.csv cannot be read: [Errno 2]"),
    ],
)
def test_what_is_missing_is_said(arguments: tuple[str, ...], sentence: str):
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize(("text", "start"), [("{", "The answers are not JSON:"), ("[]", "The answers are given by")])
def test_answers_that_are_none(answers: Any, text: str, start: str):
    with pytest.raises(CommandError) as error:
        run("flight", "--input", answers(text))
    assert str(error.value).startswith(start)


def test_each_mistake_has_a_line(answers: Any):
    with pytest.raises(CommandError) as error:
        run("flight", "--input", answers({"trips": [{"origin": "NBO"}, {"origin": "?", "destination": "GVA"}], "x": 1}))
    assert str(error.value).splitlines() == [
        "Some answers cannot be used",
        "x: There is no such question.",
        "trips.0.destination: This is needed for a result.",
        "trips.1.origin: Choose one from the list.",
    ]


def test_a_factor_set_with_faults_names_them(answers: Any, tmp_path: Path):
    table = tmp_path / "bad.csv"
    table.write_text("key,value\nx,1\n", encoding="utf-8")
    with pytest.raises(CommandError) as error:
        run("flight", "--input", answers({}), "--factors", str(table))
    lines = str(error.value).splitlines()
    assert lines[0] == f"{table} is no factor set:"
    assert lines[1] == "line 1: the column name is missing"


def test_a_factor_set_that_lacks_something_names_it(answers: Any, tmp_path: Path):
    table = tmp_path / "few.csv"
    lines = edition.factor_text().splitlines(keepends=True)
    table.write_text("".join([lines[0], *(line for line in lines if line.startswith("electricity.grid"))]))
    with pytest.raises(CommandError) as error:
        run("flight", "--input", answers({}), "--factors", str(table))
    assert str(error.value).splitlines()[0] == "This factor set lacks what the calculator needs:"
    assert "flight.way.with" in str(error.value)
