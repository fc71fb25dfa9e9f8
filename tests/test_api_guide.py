"""The guide to the API says what is so: its requests are sent, its commands are run."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from portal import ratelimits
from portal.api_middleware import LONGEST_BODY
from portal.calculators.factors import edition
from portal.calculators.tables.grid import MOST_ROWS, RESULT_COLUMNS

GUIDE = (Path(__file__).resolve().parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
EXCHANGES = re.findall(r"```http\n(\w+) (\S+)\n(?:\n(.*?)\n)?```\n\n```json\n(.*?)\n```", GUIDE, flags=re.DOTALL)
COMMANDS = re.search(r"```sh\n(.*?)```", GUIDE, flags=re.DOTALL)


def differences(told: Any, found: Any, path: str = "") -> list[str]:
    """Say where an answer is not what the guide shows of it. The guide leaves keys out, but no item of a list."""
    if isinstance(told, dict):
        return [each for key in told for each in differences(told[key], found.get(key), f"{path}.{key}")]
    if isinstance(told, list):
        pairs = list(zip(told, found, strict=False))
        inner = [each for at, (one, other) in enumerate(pairs) for each in differences(one, other, f"{path}.{at}")]
        return inner if len(told) == len(found) else [f"{path} has {len(found)} items"]
    return [] if told == found else [f"{path} is {found!r}"]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "body", "told"), EXCHANGES, ids=range(len(EXCHANGES)))
def test_a_request_of_the_guide_is_answered_as_it_says(client: Client, method: str, path: str, body: str, told: str):
    response = client.generic(method, path, body, content_type="application/json")
    assert differences(json.loads(told), response.json()) == []


def test_the_guide_shows_requests_and_commands():
    assert len(EXCHANGES) == GUIDE.count("```http") == 4
    assert COMMANDS
    assert len(COMMANDS[1].splitlines()) == 6


@pytest.mark.parametrize("line", COMMANDS[1].splitlines() if COMMANDS else [])
def test_a_command_of_the_guide_runs(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    Path("answers.json").write_text('{"trips": [{"origin": "NBO", "destination": "GVA"}]}', encoding="utf-8")
    Path("factors.csv").write_text(edition.factor_text(), encoding="utf-8")
    Path("trips.csv").write_text("mode,length\ntrain,12\n", encoding="utf-8")
    program, name, *arguments = shlex.split(line)
    assert program == "manage.py"
    call_command(name, *arguments)
    assert capsys.readouterr().out


def test_the_guide_tells_the_limits_that_hold():
    assert f"{LONGEST_BODY // 1024} KiB" in GUIDE
    assert f"{ratelimits.API.most} times a minute" in GUIDE
    assert ratelimits.API.period == ratelimits.MINUTE
    assert f"{MOST_ROWS:,} rows" in GUIDE
    assert all(f"`{name}`" in GUIDE for name in RESULT_COLUMNS)


@pytest.mark.django_db
def test_the_guide_names_every_call(client: Client):
    paths = client.get("/api/public/v1/openapi.json").json()["paths"]
    assert [path for path in paths if path.removeprefix("/api/public/v1") not in GUIDE] == []
