"""The measuring itself: what is asked on the command line, what medians and tables say, and one short measurement."""

import csv
import json
import socket
from io import StringIO
from threading import Thread

import pytest

from bench.__main__ import main, parser
from bench.figures import Spread, number, percentile, spread, table
from bench.load import Connection, LoadError
from bench.rehearse import BLOCK, generated
from portal.registry.rehearsal.rows import read_cancellations, read_issuances


def test_a_spread_is_the_median_between_the_lowest_and_the_highest() -> None:
    assert spread([3.0, 1.0, 2.0]) == Spread(median=2.0, low=1.0, high=3.0)
    assert spread([4.0, 1.0]) == Spread(median=2.5, low=1.0, high=4.0)


def test_nothing_measured_is_no_figure() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 5), (0.51, 6), (0.99, 10), (1, 10)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.01), ([1.0], -0.1)])
def test_a_percentile_of_nothing_or_of_too_much_is_refused(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        percentile(values, share)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.00421, "0.0042"), (0.5, "0.500"), (3.14159, "3.14"), (27.18, "27.2"), (1234.5, "1,234")],
)
def test_figures_have_the_digits_a_measurement_carries(value: float, text: str) -> None:
    assert number(value) == text


def test_a_table_is_aligned() -> None:
    rows = [("home", Spread(12.34, 11.0, 13.0)), ("empty view", 1200)]
    assert table(("page", "requests/s"), rows) == (
        "page              requests/s\n"
        "----------  ----------------\n"
        "home        12.3 (11.0-13.0)\n"
        "empty view              1200\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["everything"],
        ["pages", "--connections", "65"],
        ["pages", "--seconds", "31"],
        ["pages", "--rounds", "0"],
        ["purchase", "--purchases", "1e9"],
        ["purchase", "--rails", "card,cash"],
        ["certificate", "--rounds", "-1"],
        ["rehearse", "--rows", "many"],
    ],
)
def test_a_measurement_without_end_or_sense_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parser().parse_args(arguments)
    assert refused.value.code == 2
    assert "usage: bin/bench" in capsys.readouterr().err


def test_every_measurement_has_defaults() -> None:
    given = {name: vars(parser().parse_args([name])) for name in ("pages", "purchase", "rehearse", "certificate")}
    assert given["pages"] == {
        "command": "pages",
        "var": None,
        "connections": 8,
        "rounds": 5,
        "seconds": 3.0,
        "json": False,
    }
    assert given["purchase"]["purchases"] == 200
    assert (given["purchase"]["rails"], given["purchase"]["books"]) == (["card", "paypal", "transfer"], 0)
    assert given["rehearse"]["rows"] == 2000
    assert given["certificate"]["rounds"] == 30


def test_files_are_rehearsed_in_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--issuances", "issued.csv"]) == 1
    assert capsys.readouterr().err == "bench: Rehearsing files takes both --issuances and --cancellations.\n"


def test_generated_rows_are_the_same_each_time_and_make_sense_to_the_registry() -> None:
    issued, cancelled = generated(rows=400, blocks=3)
    assert (issued, cancelled) == generated(rows=400, blocks=3)
    known = read_issuances(as_csv(issued), name="issued")
    rows = read_cancellations(as_csv(cancelled), name="cancelled", issuances=known)
    assert len(rows) == 400
    assert sorted(issuance.block.count for issuance in known.values()) == [BLOCK] * 3
    units = [serial for row in rows for serial in range(row.serials.start, row.serials.end + 1)]
    assert len(units) == len(set(units))
    assert {row.from_platform for row in rows} == {True, False}


def as_csv(rows: list[dict[str, str]]) -> list[str]:
    file = StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().splitlines()


def test_more_cancellations_than_units_are_not_generated() -> None:
    with pytest.raises(ValueError, match="more issuance blocks"):
        generated(rows=5000, blocks=1)


@pytest.mark.django_db(databases=["default", "ledger"])
def test_a_rehearsal_is_measured_by_its_cancellations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--rows", "20", "--blocks", "2", "--rounds", "1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["parameters"] == {"rounds": 1, "cancellations": 20, "issuance_blocks": 2, "source": "generated"}
    assert result["cancellations_per_second"]["median"] > 0


def test_certificates_are_measured_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certificate", "--rounds", "2", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"machine", "parameters", "milliseconds"}
    assert result["parameters"] == {"rounds": 2}
    assert {"measured_at", "cpu", "cores", "python", "django", "wagtail", "databases", "revision"} <= set(
        result["machine"]
    )
    assert {"PDF, new facts each", "PDF, the same facts again", "share image, new facts each"} <= set(
        result["milliseconds"]
    )
    for times in result["milliseconds"].values():
        assert set(times) == {"median", "low", "high"}
        assert 0 < times["low"] <= times["median"] <= times["high"]


def test_certificates_are_measured_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certificate", "--rounds", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[4].split() == ["drawn", "ms"]
    assert lines[6].startswith("PDF, new facts each ")


class Server:
    """Answers one connection with what it is given, in the pieces it is given."""

    def __init__(self, *pieces: bytes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.asked = b""
        self._pieces = pieces
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _address = self.listener.accept()
        with connection:
            self.asked = connection.recv(4096)
            for piece in self._pieces:
                connection.sendall(piece)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.join(timeout=5)
        self.listener.close()


def asked(server: Server) -> float:
    """Ask once and read until the answer is complete."""
    connection = Connection(server.port, "/en/")
    with connection.socket:
        connection.ask()
        while (took := connection.read()) is None:
            pass
    return took


def test_an_answer_counts_when_it_is_complete() -> None:
    with Server(b"HTTP/1.1 200 OK\r\nContent-", b"Length: 5\r\n\r\n12", b"345") as server:
        assert 0 < asked(server) < 5
    assert server.asked.startswith(b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1:")


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "answered HTTP/1.1 500"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "answered HTTP/1.1 302"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "how long"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12", "closed"),
    ],
)
def test_an_answer_that_is_no_page_is_no_figure(answer: bytes, wrong: str) -> None:
    with Server(answer) as server, pytest.raises(LoadError, match=wrong):
        asked(server)
