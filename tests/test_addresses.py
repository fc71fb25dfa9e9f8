"""Addresses that others are given begin with SITE_URL, whatever host a browser claimed to ask for."""

from typing import Any

import pytest
from django.test import Client

from tests.calculators.journey import TRIP, first, press
from tests.pages import Page, words
from tests.sources import PORTAL, sources
from tests.world import World

SITE = "https://portal.example.org"


@pytest.fixture
def stranger(settings: Any) -> Client:
    """A browser that names another host, and a server that lets it."""
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["*"]
    return Client(headers={"host": "shop.evil.example"})


def test_a_public_page_names_itself_by_the_portals_address(world: World, stranger: Client) -> None:
    code = world.cancelled().code
    page = Page(stranger.get(f"/en/certificates/{code}/"))
    others = [str(each["href"]) for each in page.soup.select("link[hreflang]")]
    assert len(others) == 3
    assert all(address.startswith(f"{SITE}/") for address in others)
    picture = page.soup.find("meta", property="og:image")
    assert picture is not None
    assert picture["content"] == f"{SITE}/en/certificates/{code}/share.png"
    assert "evil" not in str(page.soup)


def test_a_result_is_passed_on_by_the_portals_address(db: None, stranger: Client) -> None:
    address = press(stranger, first(stranger), finish="1", **TRIP)["Location"]
    page = Page(stranger.get(address))
    assert words(page.soup.select_one(".result-link")) == f"{SITE}{address}"
    assert "evil" not in str(page.soup)


def test_nothing_is_built_from_the_host_that_a_browser_names() -> None:
    files = [*sources(), *PORTAL.rglob("templates/**/*.html"), *PORTAL.rglob("templates/**/*.txt")]
    built = ("build_absolute_uri", "get_host", "HTTP_HOST", "get_current_site")
    found = {path.name for path in files if any(word in path.read_text(encoding="utf-8") for word in built)}
    # Two keep menus and sites of several hosts apart, the third compares with where a form says it comes from; none
    # writes a host.
    assert found == {"frame.py", "addresses.py", "stale_forms.py"}
