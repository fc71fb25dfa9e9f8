"""What can keep something runs on SQLite and again on PostgreSQL with Redis; everything else runs once, and cannot."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from portal.registry.models import LogEntry
from tests.world import World

BIN_TEST = Path(__file__).resolve().parent.parent / "bin" / "test"


@pytest.fixture
def rows(db: None) -> None:
    """Something that asks for a database behind a test's back."""


def runs_on_both(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("stores") is not None


def test_who_asks_for_the_world_runs_on_both(request: pytest.FixtureRequest, world: World) -> None:
    assert runs_on_both(request)


def test_who_asks_for_a_database_runs_on_both(request: pytest.FixtureRequest, db: None) -> None:
    assert runs_on_both(request)


def test_who_asks_for_what_asks_for_a_database_runs_on_both(request: pytest.FixtureRequest, rows: None) -> None:
    assert runs_on_both(request)


def test_who_builds_databases_runs_on_both(request: pytest.FixtureRequest, django_db_setup: None) -> None:
    assert runs_on_both(request)


def test_who_empties_databases_runs_on_both(request: pytest.FixtureRequest, transactional_db: None) -> None:
    assert runs_on_both(request)


@pytest.mark.django_db
def test_who_is_marked_for_a_database_runs_on_both(request: pytest.FixtureRequest) -> None:
    assert runs_on_both(request)


@pytest.mark.stores
def test_who_has_the_mark_reaches_the_cache(request: pytest.FixtureRequest) -> None:
    assert runs_on_both(request)
    cache.set("here", 1)
    assert cache.get("here") == 1
    cache.delete("here")


def test_everybody_else_runs_once_and_reaches_no_database(request: pytest.FixtureRequest) -> None:
    assert not runs_on_both(request)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        LogEntry.objects.count()


def test_everybody_else_reaches_no_cache_in_whatever_way(client: Any) -> None:
    ways = (
        lambda: cache.get("x"),
        lambda: cache.set("x", 1),
        lambda: cache.add("x", 1),
        lambda: cache.incr("x"),
        lambda: cache.get_or_set("x", 1),
        lambda: cache.get_many(["x"]),
        lambda: cache.touch("x"),
        lambda: cache.delete("x"),
        lambda: "x" in cache,
        cache.clear,
    )
    for way in ways:
        with pytest.raises(AssertionError, match="the mark `stores`"):
            way()


def test_the_gate_runs_all_that_is_marked_on_postgresql_and_everything_on_sqlite() -> None:
    lines = BIN_TEST.read_text(encoding="utf-8").splitlines()
    runs = [line.partition("pytest")[2] for line in lines if "pytest -q" in line and "tests/e2e" not in line]
    assert all('-m "not e2e"' in run or '-m "stores and not e2e"' in run for run in runs)
    assert any("bin/postgres" in line and '-m "stores and not e2e"' in line for line in lines)
    left_out = [run.partition("--ignore ")[2].split()[0] for run in runs if "--ignore " in run]
    assert left_out == ["tests/faults"]
    assert any(run.endswith(f'-m "stores and not e2e" {left_out[0]}') for run in runs)  # by a process of its own
