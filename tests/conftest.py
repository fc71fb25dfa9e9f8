"""What every test stands on: the cast and its builders, the three fakes, and no network beyond this machine."""

import os

import pytest
from django.conf import settings

# Deterministic hashing and fast passwords; everything else is the portal's own settings.
os.environ.setdefault("PYTHONHASHSEED", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip aloud what only a real PostgreSQL can show."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: bin/test runs it there"))
