"""The examples for servers fit the code: every variable is read and documented, every unit starts what exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def read() -> set[str]:
    """Names of the environment variables that the settings read."""
    source = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'(?:env\.\w+|_database)\(\s*"([A-Z_]+)"', source))


def given() -> set[str]:
    """Names of the variables that the example sets."""
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z_]+)=", example, flags=re.MULTILINE))


def test_the_example_sets_nothing_that_nobody_reads():
    assert given() - read() == set()


def test_every_variable_is_documented():
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    table = guide.split("## Settings")[1].split("## Processes")[0]
    documented = set(
        re.findall(r"`([A-Z_]+)`", " ".join(line.split("|")[1] for line in table.splitlines() if "|" in line))
    )
    assert documented == read()


def test_the_example_fills_in_no_secret():
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    assert re.findall(r"^(SECRET_KEY|PROVIDER_KEYS)=(.*)$", example, flags=re.MULTILINE) == [
        ("SECRET_KEY", ""),
        ("PROVIDER_KEYS", ""),
    ]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_program_of_ours_with_the_shared_environment(unit: Path):
    text = unit.read_text(encoding="utf-8")
    started = re.findall(r"^ExecStart=/srv/tonne-by-tonne/\.venv/bin/(\w+)", text, flags=re.MULTILINE)
    assert started in (["gunicorn"], ["celery"])
    assert import_module(started[0])
    checked = "ExecStartPre=/srv/tonne-by-tonne/.venv/bin/python manage.py check --deploy --fail-level WARNING"
    assert checked in text.splitlines()  # an unsafe configuration neither serves, nor works, nor asks for work
    assert "EnvironmentFile=/etc/tonne-by-tonne/portal.env" in text
    assert "Environment=VAR_DIR=%S/tonne-by-tonne" in text
    assert "NoNewPrivileges=yes" in text


def test_there_is_one_schedule():
    starts = [line for unit in UNITS for line in unit.read_text(encoding="utf-8").splitlines() if "ExecStart=" in line]
    assert [" beat " in line for line in starts].count(True) == 1
    assert not any("--beat" in line for line in starts)
