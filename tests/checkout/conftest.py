"""Who comes to the checkout; and after every story, whatever it told: money and units are where they belong."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override

from tests.checkout.soundness import assert_sound
from tests.world import World


@pytest.fixture(autouse=True)
def soundness(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check at the end of every test that has a world that the world is sound."""
    world = request.getfixturevalue("world") if "world" in request.fixturenames else None
    yield
    if world is not None:
        assert_sound(world)


@pytest.fixture
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def browser() -> Client:
    """A browser's session, with the protection against forged requests that tests usually do without."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def staff(world: World, client: Client) -> Client:
    """A browser in which somebody with every permission is signed in."""
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    return client
