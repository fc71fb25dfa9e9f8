"""An editor, and the list of calculators that she adds to."""

import pytest
from django.test import Client
from wagtail.models import Locale

from portal.calculators.models import CalculatorIndexPage
from tests.world import World, unindexed


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


@pytest.fixture
@unindexed()
def index(world: World) -> CalculatorIndexPage:
    """The English list of calculators; the French one is its translation."""
    home = world.indexes["en"].get_parent()
    made = CalculatorIndexPage(title="Calculators", slug="calculators", locale=home.locale)
    home.add_child(instance=made)
    made.copy_for_translation(Locale.objects.get(language_code="fr")).save_revision().publish()
    return made
