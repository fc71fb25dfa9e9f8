"""What search engines find: every page that is for everybody, in each of its languages, and nothing else."""

import re
from typing import Any
from xml.etree import ElementTree

from django.test import Client
from wagtail.models import PageViewRestriction

from portal.home.models import HomePage, PlainPage
from tests.pages import Page
from tests.world import World

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def listed(client: Client) -> dict[str, dict[str, str]]:
    """The addresses in the sitemap, each with those of the same page by language."""
    answer = client.get("/sitemap.xml")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    found = {}
    for url in ElementTree.fromstring(answer.content).findall("s:url", NAMES):  # noqa: S314  # our own
        links = url.findall("x:link", NAMES)
        found[str(url.findtext("s:loc", namespaces=NAMES))] = {
            link.attrib["hreflang"]: link.attrib["href"] for link in links
        }
    return found


def plain(world: World, title: str, **fields: Any) -> PlainPage:
    home = HomePage.objects.get(pk=world.indexes["en"].get_parent().pk)
    page: PlainPage = home.add_child(instance=PlainPage(title=title, locale=home.locale, **fields))
    return page


def test_every_public_page_is_listed_with_its_translations(world: World, client: Client, settings: Any) -> None:
    world.story(translated=["fr"])
    found = listed(client)
    story = {code: f"{settings.SITE_URL}/{code}/projects/wind-over-the-pacific/" for code in ("en", "fr")}
    assert found[story["en"]] == found[story["fr"]] == story
    for path in ("", "projects/", "history/", "verify/", "api/", "calculators/factors/"):
        same = {code: f"{settings.SITE_URL}/{code}/{path}" for code in ("en", "fr", "es")}
        for address in same.values():
            assert found[address] == same
    # The Spanish story is the English text again, and no other address than these stands there.
    assert len(found) == 2 + 6 * 3


def test_what_stands_in_for_a_translation_names_the_page_it_repeats(
    world: World, client: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    world.story(translated=["fr"])

    def canonical(code: str) -> list[str]:
        page = Page(
            client.get(f"/{code}/projects/wind-over-the-pacific/?page=2", headers={"host": "elsewhere.example"})
        )
        return [str(link["href"]) for link in page.soup.select("link[rel=canonical]")]

    assert canonical("en") == canonical("fr") == []
    assert canonical("es") == [f"{settings.SITE_URL}/en/projects/wind-over-the-pacific/"]
    assert Page(client.get("/es/")).soup.select("link[rel=canonical]") == []


def test_what_is_not_for_everybody_is_not_listed(world: World, client: Client) -> None:
    plain(world, "Draft", live=False)
    locked = plain(world, "Locked")
    locked.add_child(instance=PlainPage(title="Below", locale=locked.locale))
    PageViewRestriction.objects.create(page=locked, restriction_type=PageViewRestriction.LOGIN)
    plain(world, "Open")
    addresses = " ".join(listed(client))
    assert "/en/open/" in addresses
    assert re.findall("draft|locked|below", addresses) == []


def test_addresses_are_the_sites_own_whatever_host_is_asked(world: World, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for path in ("/sitemap.xml", "/robots.txt"):
        assert b"evil.example" not in client.get(path, headers={"host": "evil.example"}).content


def test_robots_are_told_where_the_sitemap_is_and_what_is_closed(world: World, client: Client, settings: Any) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /*/orders/", "Disallow: /*/accounts/"} <= set(lines)
    assert lines[-1] == f"Sitemap: {settings.SITE_URL}/sitemap.xml"


def test_neither_costs_a_session_and_anybody_may_keep_them(world: World, client: Client) -> None:
    for path in ("/robots.txt", "/sitemap.xml"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "public, max-age=60"
        assert not answer.cookies
