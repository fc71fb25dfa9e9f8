"""What surrounds every page: the menu of its language, and the way to the same page in others."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page as TreePage
from wagtail.models import Site

from portal.home import frame
from portal.home.models import HomePage, PlainPage
from tests.pages import Page, words
from tests.world import World


def menu(page: Page) -> dict[str, str]:
    return {words(link): str(link["href"]) for link in page.soup.select(".site-nav a")}


def current(page: Page) -> list[str]:
    return [words(link) for link in page.soup.select(".site-nav a[aria-current]")]


def languages(page: Page) -> dict[str, str]:
    return {str(link["hreflang"]): str(link["href"]) for link in page.soup.select(".languages a")}


def plain(world: World, title: str = "Questions", language: str = "en", **fields: object) -> PlainPage:
    home = HomePage.objects.get(pk=world.indexes[language].get_parent().pk)
    page: PlainPage = home.add_child(
        instance=PlainPage(title=title, locale=home.locale, **{"show_in_menus": True, **fields})
    )
    return page


def test_the_menu_has_the_pages_that_editors_put_there_in_their_order(world: World, client: Client) -> None:
    plain(world, "Questions")
    plain(world, "Draft", live=False)
    plain(world, "Privacy", show_in_menus=False)
    plain(world, "About <units>")
    page = Page(client.get("/en/"))
    links = menu(page)
    assert list(links)[:3] == ["Projects", "Questions", "About <units>"]
    assert "Draft" not in links
    assert "Privacy" not in links
    assert (links["Projects"], links["Questions"]) == ("/en/projects/", "/en/questions/")


def test_a_menu_is_looked_up_now_and_then(world: World, client: Client) -> None:
    assert "Questions" not in menu(Page(client.get("/en/projects/")))
    plain(world, "Questions")
    assert "Questions" not in menu(Page(client.get("/en/projects/")))
    frame.forget_menus()  # as after some seconds
    assert "Questions" in menu(Page(client.get("/en/projects/")))


def test_a_menu_that_is_known_costs_no_query(client: Client, world: World, django_assert_num_queries: Any) -> None:
    assert world.indexes
    client.get("/en/verify/")
    with django_assert_num_queries(0):
        assert "Projects" in menu(Page(client.get("/en/verify/")))


def test_no_more_menus_are_kept_than_a_portal_has_names(world: World, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert world.indexes
    for number in range(frame.MOST_MENUS + 5):
        client.get("/en/verify/", headers={"host": f"host-{number}.example.org"})
    assert len(frame._kept) <= frame.MOST_MENUS


def test_the_menu_says_where_one_is(world: World, client: Client) -> None:
    world.story()
    plain(world)
    assert current(Page(client.get("/en/"))) == []
    assert current(Page(client.get("/en/projects/"))) == ["Projects"]
    assert current(Page(client.get("/en/projects/wind-over-the-pacific/"))) == ["Projects"]
    assert current(Page(client.get("/en/questions/"))) == ["Questions"]


def test_each_language_has_a_menu_of_its_own(world: World, client: Client) -> None:
    plain(world, "Questions fréquentes", "fr")
    links = menu(Page(client.get("/fr/history/")))
    assert links["Questions fréquentes"] == "/fr/questions-fr%C3%A9quentes/"
    assert "Questions fréquentes" not in menu(Page(client.get("/en/history/")))


def footer(page: Page) -> dict[str, str]:
    return {words(link): str(link["href"]) for link in page.soup.select(".footer-nav a")}


def test_the_footer_has_the_pages_that_editors_put_there(world: World, client: Client) -> None:
    plain(world, "Terms", show_in_menus=False, show_in_footer=True)
    plain(world, "Questions")
    plain(world, "Imprint", show_in_menus=False, show_in_footer=True, live=False)
    plain(world, "Conditions", "fr", show_in_menus=False, show_in_footer=True)
    page = Page(client.get("/en/terms/"))
    assert list(footer(page)) == ["Public history", "Check a certificate", "For machines", "Terms", "Basket", "Account"]
    assert footer(page)["Terms"] == "/en/terms/"
    assert [words(link) for link in page.soup.select(".footer-nav a[aria-current]")] == ["Terms"]
    assert "Terms" not in menu(page)
    assert "Conditions" in footer(Page(client.get("/fr/history/")))


def test_a_page_leads_to_its_own_translations(world: World, client: Client) -> None:
    world.story(translated=["fr"])
    french = TreePage.objects.get(slug="wind-over-the-pacific", locale__language_code="fr")
    french.slug = "vent-du-pacifique"
    french.save()
    page = Page(client.get("/en/projects/wind-over-the-pacific/"))
    assert languages(page) == {
        "en": "/en/projects/wind-over-the-pacific/",
        "fr": "/fr/projects/vent-du-pacifique/",
        "es": "/es/projects/wind-over-the-pacific/",  # an alias, which stands in for a translation
    }
    for address in languages(page).values():
        assert client.get(address).status_code == 200


def test_a_page_that_exists_in_one_language_leads_to_the_first_page_of_the_others(world: World, client: Client) -> None:
    plain(world)
    page = Page(client.get("/en/questions/"))
    assert languages(page) == {"en": "/en/questions/", "fr": "/fr/", "es": "/es/"}


def test_a_translation_that_is_not_published_is_not_linked(world: World, client: Client) -> None:
    world.story(translated=["fr"])
    TreePage.objects.get(slug="wind-over-the-pacific", locale__language_code="fr").unpublish()
    page = Page(client.get("/en/projects/wind-over-the-pacific/"))
    assert languages(page)["fr"] == "/fr/"


@pytest.mark.parametrize(
    "address", ["history/?country=CL&year=2026", "projects/?country=CL&sort=price", "verify/?code=7K4M"]
)
def test_what_was_searched_for_is_kept_when_the_language_changes(world: World, client: Client, address: str) -> None:
    world.story()
    page = Page(client.get(f"/en/{address}"))
    assert languages(page) == {code: f"/{code}/{address}" for code in ("en", "fr", "es")}


def test_views_lead_to_themselves_in_other_languages(world: World, client: Client) -> None:
    listing = world.listing()
    code = world.cancelled().code
    for address in (f"buy/{listing.code}/", f"certificates/{code}/", "verify/", "accounts/login/"):
        page = Page(client.get(f"/fr/{address}"))
        assert languages(page) == {each: f"/{each}/{address}" for each in ("en", "fr", "es")}
        marked = page.soup.select(".languages a[aria-current]")
        assert [link["hreflang"] for link in marked] == ["fr"]


def test_a_language_is_called_by_what_is_seen_of_it_and_its_own_name(world: World, client: Client) -> None:
    links = Page(client.get("/en/verify/")).soup.select(".languages a")
    assert [words(link) for link in links] == ["en – English", "fr – Français", "es – Español"]
    assert [link.find(string=True, recursive=False) for link in links] == ["en", "fr", "es"]
    assert all(not link.has_attr("aria-label") for link in links)


def test_search_engines_are_told_of_the_other_languages(world: World, client: Client) -> None:
    world.story()
    found = Page(client.get("/en/projects/")).soup.select("link[rel=alternate]")
    assert {str(link["hreflang"]): str(link["href"]) for link in found} == {
        "en": "http://testserver/en/projects/",
        "fr": "http://testserver/fr/projects/",
        "es": "http://testserver/es/projects/",
    }


def test_without_any_pages_the_frame_still_stands(world: World, client: Client) -> None:
    TreePage.objects.filter(depth__gt=1).delete()
    page = Page(client.get("/en/history/"))
    assert page.status == 200
    assert languages(page)["fr"] == "/fr/history/"


def test_without_a_site_the_menu_leads_nowhere_wrong(world: World, client: Client) -> None:
    plain(world)
    Site.objects.all().delete()
    page = Page(client.get("/en/history/"))
    assert page.status == 200
    assert list(menu(page)) == ["Basket", "Account"]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_what_is_not_there_is_said_in_the_language_of_the_address(world: World, client: Client, language: str) -> None:
    world.story()
    for address in ("nothing/", "projects/nothing/", "a/b/c/", "certificates/none/", "buy/none/"):
        answer = client.get(f"/{language}/{address}")
        page = Page(answer)
        assert (page.status, page.language) == (404, language)
        assert page.heading
        assert "Projects" in menu(page)
        assert answer["Cache-Control"] == "private, no-store"
        assert f"/{language}/history/" in page.links()


def test_the_first_address_leads_to_a_language_that_the_reader_has(world: World, client: Client) -> None:
    world.story()
    answer = client.get("/", headers={"accept-language": "es-CL,es;q=0.9,en;q=0.5"})
    assert answer["Location"] == "/es/"
    assert client.get("/", headers={"accept-language": "ja"})["Location"] == "/en/"
    assert client.get("/projects/", headers={"accept-language": "fr"})["Location"] == "/fr/projects/"
