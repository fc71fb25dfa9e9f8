"""Who sits at the desk; and after every story, money and units are where they belong."""

import pytest
from django.test import Client

from tests.checkout.soundness import soundness
from tests.selling.proving import give_second_factor
from tests.world import World

__all__ = ["soundness"]


@pytest.fixture
def staff(world: World, client: Client) -> Client:
    """A browser in which somebody with every permission is signed in, who has a second factor: see `proving`."""
    bo = world.user("Bo", is_staff=True, is_superuser=True)
    give_second_factor(bo)
    client.force_login(bo)
    return client
