"""Numbers in what the desk says have their digits in groups, as the language of whoever sits there writes them."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from portal.people.models import User
from tests.pages import Page
from tests.world import World

WORDS = {
    "en": ("Offer 18,825 units", "30,000", "18,825/18,825", "18,825 units are left now."),
    "fr": (
        "Mettre en vente 18\u202f825\u00a0unités",
        "30\u202f000",
        "18\u202f825/18\u202f825",
        "Il reste actuellement 18\u202f825\u00a0unités.",
    ),
    "es": ("Poner a la venta 18.825 unidades", "30.000", "18.825/18.825", "Ahora quedan 18.825 unidades."),
}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_numbers_are_grouped_as_the_language_of_the_desk_does(world: World, staff: Client, language: str) -> None:
    bo = User.objects.get(pk=staff.session["_auth_user_id"])
    UserProfile.objects.update_or_create(user=bo, defaults={"preferred_language": language})
    offer, held, name, left = WORDS[language]
    block = world.block(units=30_000)
    world.listing(block=block, units=11_175)
    provider = Page(staff.get(reverse("provider:inspect", args=[world.sol.pk])))
    assert offer in provider.soup.text
    assert held in provider.soup.text
    listing = world.listing(units=18_825)
    edit = Page(staff.get(reverse("listing:edit", args=[listing.pk]))).soup.text
    assert left in edit
    assert f"{listing.code} {name}" in edit
