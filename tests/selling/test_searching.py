"""What is typed without accents is found on the desk's lists, and what is typed with too many."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.search.index import insert_or_update_object

from portal.providers.models import Provider
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


def found(staff: Client, address: str, typed: str) -> list[str]:
    return [str(row) for row in staff.get(address, {"q": typed}).context["object_list"]]


@pytest.mark.parametrize("typed", ["societe", "SOCIETE electricite", "électricité société", "Société d’Él"])
def test_orders_and_providers_are_found_whatever_the_accents(world: World, staff: Client, typed: str) -> None:
    Provider.objects.filter(pk=world.sol.pk).update(name="Société d’Électricité du Sénégal")
    society = Provider.objects.get(pk=world.sol.pk)
    order = world.order(purchaser_name="Société d’Électricité")
    world.order(purchaser_name="Alma")
    assert found(staff, reverse("provider:index"), typed) == [str(society)]
    assert found(staff, reverse("order:index"), typed) == [str(order)]
    for word, is_found in ((typed, True), ("anonyme", False)):
        shown = staff.get(reverse("provider_chooser:choose"), {"q": word}).json()["html"]
        assert (str(society) in shown) is is_found, word


def test_words_may_stand_in_several_columns_and_all_count(world: World, staff: Client) -> None:
    order = world.order(purchaser_name="Société d’Électricité")
    orders = reverse("order:index")
    assert found(staff, orders, f"societe {order.reference}") == [str(order)]
    assert found(staff, orders, "societe anonyme") == []
    assert found(staff, orders, "") == [str(order)]


@pytest.mark.parametrize("typed", ["electricite", "Électricité", "ELECTRICITE pour"])
def test_stories_are_found_whatever_the_accents(world: World, staff: Client, typed: str) -> None:
    story = world.story(title="Électricité pour Saré")
    insert_or_update_object(story)  # as saving it does where the desk saves it
    world.story(world.activity("CDM-0086"), title="Elevage")
    explorer = reverse("wagtailadmin_explore", args=[world.indexes["en"].pk])
    assert found(staff, explorer, typed) == [str(story)]
