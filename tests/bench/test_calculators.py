"""Measuring the calculators: every kind, tables of the same flights each time, bodies that are sent."""

import json

import pytest

from bench.__main__ import main, parser
from bench.calculators import flights
from bench.load import Connection
from portal.calculators import catalogue
from portal.calculators.tables import grid
from tests.bench.test_bench import Server


def test_every_kind_is_measured_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--rounds", "2", "--estimates", "3", "--rows", "30", "--no-http", "--json"]
    assert main(["calculators", *arguments]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [each["kind"] for each in result["engine"]] == list(catalogue.KINDS)
    for each in result["engine"]:
        assert 0 < each["estimate_ms"]["low"] <= each["estimate_ms"]["median"] <= each["estimate_ms"]["high"]
        assert each["lines"] > 0
    assert result["http"] == []
    assert result["batch"]["rows"] == 30
    assert result["batch"]["rows_per_second"]["median"] > 0
    assert {"SQLite", "GeographicLib", "Pydantic"} == set(result["machine"]["databases"])


def test_every_kind_is_measured_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calculators", "--rounds", "1", "--estimates", "2", "--rows", "10", "--no-http"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[4].split()[:3] == ["engine", "lines", "ms"]
    assert any(line.startswith("10 flights ") for line in lines)


def test_generated_flights_are_the_same_each_time_and_can_all_be_calculated() -> None:
    data = flights(200)
    assert data == flights(200)
    assert flights(100) == b"\n".join(data.split(b"\n")[:101])
    compiled = catalogue.kind("flight")
    separator, rows = grid.rows_of(grid.decode(data))
    layout = grid.layout(compiled, next(rows), separator, say=str)
    assert not layout.unused
    assert [grid.calculate(compiled, layout, row).problems for row in rows] == [()] * 200


def test_the_measurement_has_bounds_and_defaults() -> None:
    given = vars(parser().parse_args(["calculators"]))
    assert (given["rows"], given["estimates"], given["no_http"]) == (100_000, 500, False)
    for wrong in (["--rows", "100001"], ["--estimates", "0"], ["--rounds", "x"]):
        with pytest.raises(SystemExit):
            parser().parse_args(["calculators", *wrong])


def test_a_body_is_sent_with_its_length() -> None:
    with Server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as server:
        connection = Connection(server.port, "/api/", '{"é": 1}')
        with connection.socket:
            connection.ask()
            while connection.read() is None:
                pass
    head, _blank, body = server.asked.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/ HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"Content-Type: application/json\r\nContent-Length: 9" in head
    assert body == '{"é": 1}'.encode()
