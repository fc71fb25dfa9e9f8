"""A page is found by its whole address, and what is found there is what Wagtail would find."""

from typing import Any

from django.test import Client
from wagtail.models import Page as TreePage
from wagtail.models import Site

from portal.home import addresses
from portal.home.models import HomePage, PlainPage
from tests.pages import Page
from tests.world import World

STORY = "/en/projects/wind-over-the-pacific/"


def below(parent: TreePage, title: str, **fields: object) -> PlainPage:
    page: PlainPage = parent.add_child(instance=PlainPage(title=title, locale=parent.locale, **fields))
    return page


def home(world: World, language: str = "en") -> HomePage:
    page: HomePage = HomePage.objects.get(pk=world.indexes[language].get_parent().pk)
    return page


def test_every_page_is_found_where_it_stands(world: World, client: Client) -> None:
    story = world.story()
    terms = below(home(world), "Terms")
    for page in (home(world), home(world, "fr"), world.indexes["es"], story, terms, below(terms, "Old terms")):
        answer: Any = client.get(page.url)
        assert answer.status_code == 200, page.url
        assert answer.context_data["page"] == page.specific
        assert type(answer.context_data["page"]) is page.specific_class


def test_nothing_is_found_where_no_page_stands(world: World, client: Client) -> None:
    below(home(world), "Terms")
    for address in ("/en/nothing/", "/en/projects/nothing/", "/en/terms/projects/", "/fr/terms/"):
        assert client.get(address).status_code == 404, address


def test_an_address_has_its_page_as_soon_as_an_editor_has_said_so(world: World, client: Client) -> None:
    terms = below(home(world), "Terms")
    assert client.get("/en/terms/").status_code == 200
    terms.slug = "conditions"
    terms.save()
    assert (client.get("/en/terms/").status_code, client.get("/en/conditions/").status_code) == (404, 200)
    terms.unpublish()
    assert client.get("/en/conditions/").status_code == 404
    terms.refresh_from_db()
    terms.title = "Published again"
    terms.save_revision().publish()
    assert Page(client.get("/en/conditions/")).heading == "Published again"


def test_another_first_page_is_seen_at_once(world: World, client: Client) -> None:
    terms = below(home(world), "Terms")
    below(terms, "Old terms")
    assert client.get("/en/old-terms/").status_code == 404
    Site.objects.get().delete()
    assert client.get("/en/terms/").status_code == 404
    Site.objects.create(hostname="localhost", root_page=terms, is_default_site=True)
    assert client.get("/en/old-terms/").status_code == 200


def test_a_language_whose_first_page_is_withdrawn_is_left_to_wagtail(world: World, client: Client) -> None:
    """It shows the pages of the site's own language there, as before."""
    TreePage.objects.filter(pk=home(world, "fr").pk).update(live=False)
    below(home(world), "Terms")
    assert client.get("/fr/terms/").status_code == 200


def test_a_page_is_found_by_two_queries_once_the_site_is_known(
    world: World, client: Client, rf: Any, django_assert_num_queries: Any
) -> None:
    assert world.indexes
    client.get("/en/projects/")
    request = rf.get(STORY)
    world.story()
    client.get(STORY)
    with django_assert_num_queries(0):
        site = addresses._site(request)
    assert site == Site.objects.get()
    with django_assert_num_queries(2):
        page = addresses._page_at("projects/wind-over-the-pacific/", site)
    assert page is not None
    assert page.title == "Wind over the Pacific"


def test_no_more_sites_are_kept_than_a_portal_has_names(world: World, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert world.indexes
    for number in range(addresses.MOST_SITES + 5):
        client.get("/en/projects/nothing/", headers={"host": f"host-{number}.example.org"})
    assert len(addresses._kept) <= addresses.MOST_SITES
