"""Who comes to the checkout; and after every story, whatever it told: money and units are where they belong."""

import pytest
from django.test import Client

from tests.checkout.soundness import soundness

__all__ = ["soundness"]


@pytest.fixture
def browser() -> Client:
    """A browser's session, with the protection against forged requests that tests usually do without."""
    return Client(enforce_csrf_checks=True)
