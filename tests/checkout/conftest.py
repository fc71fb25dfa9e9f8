"""Who comes to the checkout; and after every story, whatever it told: money and units are where they belong."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override

from tests.checkout.soundness import soundness

__all__ = ["soundness"]


@pytest.fixture
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def browser() -> Client:
    """A browser's session, with the protection against forged requests that tests usually do without."""
    return Client(enforce_csrf_checks=True)
