"""The examples for servers fit the code: every variable is read and documented, every unit starts what exists."""

import os
import re
import ssl
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from kombu import Connection

from portal.celery import QUEUES
from portal.checkout import mail

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
    assert "SystemCallFilter=@system-service" in text


def test_there_is_one_schedule():
    starts = [line for unit in UNITS for line in unit.read_text(encoding="utf-8").splitlines() if "ExecStart=" in line]
    assert [" beat " in line for line in starts].count(True) == 1
    assert not any("--beat" in line for line in starts)


def in_production(expression: str) -> str:
    """What the settings say under the variables of the example."""
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    pairs = [line.split("=", 1) for line in example.splitlines() if "=" in line and not line.startswith("#")]
    variables = {name: value.strip('"') for name, value in pairs} | {"PATH": os.environ["PATH"]}
    program = f"from portal import settings; print({expression})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_cookies_come_from_this_very_host_alone_and_the_proxy_knows_them():
    assert in_production("(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)") == (
        "('__Host-sessionid', '__Host-csrftoken')"
    )
    proxy = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (pattern,) = re.findall(r'"~(.*sessionid=)"', proxy)
    assert re.search(pattern, "a=b; __Host-sessionid=x")
    assert not re.search(pattern, "__Host-csrftoken=x")


def test_text_travels_compressed_through_the_proxy_of_the_example():
    proxy = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert re.search(r"^\s*gzip on;$", proxy, flags=re.MULTILINE)
    assert "brotli on; brotli_types" in proxy, "how to have Brotli, which not every nginx has"
    (types,) = re.findall(r"gzip_types ([^;]+);", proxy)
    assert {"text/css", "text/csv", "text/javascript", "application/json", "image/svg+xml"} <= set(types.split())


def test_broker_and_databases_of_the_example_are_spoken_to_with_encryption():
    with Connection(in_production("settings.BROKER_URL")) as broker:
        assert broker.ssl == {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    modes = in_production("[each['OPTIONS']['sslmode'] for each in settings.DATABASES.values()]")
    assert modes == "['verify-full', 'verify-full']"


def test_every_queue_has_workers_of_its_own():
    """Letters have processes, since only those can be ended when they take too long."""
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    enabled = re.search(r"systemctl enable --now ([^`]+)`", guide)
    named = set(re.findall(r"tonne-worker@(\w+)", enabled[1])) | set(re.findall(r"tonne-(letters)", enabled[1]))
    assert named == set(QUEUES)
    letters = (ROOT / "deploy" / "systemd" / "tonne-letters.service").read_text(encoding="utf-8")
    assert "--queues letters" in letters
    assert f"--pool prefork --concurrency 2 --time-limit {mail.TIME_LIMIT.total_seconds():.0f} " in letters
    assert "--queues %i" in (ROOT / "deploy" / "systemd" / "tonne-worker@.service").read_text(encoding="utf-8")
