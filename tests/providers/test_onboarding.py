"""Taking providers in, and saying who sees what they offer."""

import pytest
from django.db import IntegrityError, transaction

from portal.providers.models import Provider
from portal.providers.onboarding import enrol
from tests.world import World


def test_a_provider_is_seen_by_these_people_and_no_others(world: World) -> None:
    provider = Provider(slug="mar", name="Mar", country="CL", registry_account="HOLDING-mar")
    enrol(provider, members=[world.luz, world.nil])
    assert set(provider.members.all()) == {world.luz, world.nil}
    provider.name = "Mar y Sol"
    enrol(provider, members=[world.luz])
    kept = Provider.objects.get(slug="mar")
    assert (kept.name, list(kept.members.all())) == ("Mar y Sol", [world.luz])


@pytest.mark.parametrize("taken", ["slug", "registry_account"])
def test_no_two_providers_share_what_names_them(world: World, taken: str) -> None:
    facts = {"slug": "mar", "name": "Mar", "country": "CL", "registry_account": "HOLDING-mar"}
    other = Provider(**{**facts, taken: getattr(world.sol, taken)})
    with pytest.raises(IntegrityError), transaction.atomic():
        enrol(other)
    assert list(Provider.objects.all()) == [world.sol]
