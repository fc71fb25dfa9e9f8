"""The command: it starts, says where it listens, answers, and stops when told."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from portal.payments.simulator.__main__ import arguments, businesses, main, merchants

SOL = "sol:public:private:EUR"


def test_it_runs_until_it_is_told_to_stop(tmp_path):
    command = [sys.executable, "-m", "portal.payments.simulator", "--port", "0", "--merchant", SOL]
    store = tmp_path / "new" / "simulator.sqlite3"
    process = subprocess.Popen([*command, "--store", str(store)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    with process.stderr:
        match = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
        assert match is not None
        with urllib.request.urlopen(f"{match[0]}/_simulator/health", timeout=5) as answer:
            assert json.load(answer) == {"ok": True}
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert store.exists()


def test_merchants_come_from_both_places_and_get_their_webhooks(tmp_path):
    path = tmp_path / "merchants.json"
    path.write_text('[{"id": "vento", "public_key": "p", "private_key": "q", "currencies": ["EUR"]}]')
    line = ["--merchant", SOL, "--webhook", "sol=http://127.0.0.1:8000/hooks/a=b", "--merchants", str(path)]
    known = merchants(arguments().parse_args(line))
    assert [(each.id, each.webhook_url) for each in known] == [
        ("sol", "http://127.0.0.1:8000/hooks/a=b"),
        ("vento", ""),
    ]


def test_businesses_come_from_both_places(tmp_path):
    path = tmp_path / "businesses.json"
    path.write_text('[{"id": "VENTO", "client_id": "c", "secret": "s", "currencies": ["EUR"]}]')
    line = ["--business", "SOL:client:secret", "--businesses", str(path)]
    known = businesses(arguments().parse_args(line))
    assert [(each.id, each.client_id, each.currencies) for each in known] == [
        ("SOL", "client", ()),
        ("VENTO", "c", ("EUR",)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["--business", "SOL"],
        ["--business", "SOL:client:"],
        ["--businesses", "/no/such/file"],
        ["--merchant", "sol"],
        ["--merchants", "/no/such/file"],
        ["--merchant", SOL, "--webhook", "vento=http://x/"],
        ["--merchant", SOL, "--webhook", "sol"],
    ],
)
def test_a_command_that_makes_no_sense_is_explained(line, capsys):
    with pytest.raises(SystemExit) as stop:
        main(line)
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err
