"""Public pages depend on nobody: no cookie, nothing inline, cacheable by anyone, and as many queries as they need."""

from typing import Any

import pytest
from django.test import Client

from tests.pages import Page
from tests.world import World

PUBLIC = ["home", "index", "filtered", "story", "alias", "history", "searched", "certificate", "verify", "not_verified"]
OPEN_TO_ALL = [*PUBLIC, "pdf", "picture", "table"]
PERSONAL = ["quantity", "details", "order", "progress"]


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """The address of one of each kind of page."""
    world.story()
    listing = world.listing(units=100)
    code = world.cancelled(listing, beneficiary_name="Club Andino", beneficiary_type="organisation").code
    order = world.order(listing)
    return {
        "home": "/en/",
        "index": "/en/projects/",
        "filtered": "/en/projects/?country=CL&sort=price",
        "story": "/en/projects/wind-over-the-pacific/",
        "alias": "/fr/projects/wind-over-the-pacific/",
        "history": "/en/history/",
        "searched": "/en/history/?country=CL&year=2026",
        "certificate": f"/en/certificates/{code}/",
        "verify": "/en/verify/",
        "not_verified": "/en/verify/?code=7K4M-9QXD-2F6S-0",
        "pdf": f"/en/certificates/{code}/certificate.pdf",
        "picture": f"/en/certificates/{code}/share.png",
        "table": "/en/history/cancellations.csv",
        "quantity": f"/en/buy/{listing.code}/",
        "details": f"/en/buy/{listing.code}/details/?quantity=1",
        "order": f"/en/orders/{order.token}/",
        "progress": f"/en/orders/{order.token}/progress/",
    }


def policy(answer: Any) -> dict[str, list[str]]:
    directives = [each.split() for each in answer["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in directives}


def test_a_public_page_is_the_same_for_everybody(addresses: dict[str, str]) -> None:
    for name in OPEN_TO_ALL:
        answer = Client().get(addresses[name])
        assert answer.status_code == 200, name
        assert answer["Cache-Control"] == "public, max-age=60", name
        assert not answer.cookies, name
        vary = [each.strip() for each in answer.get("Vary", "").split(",") if each]
        assert "Cookie" not in vary, name
        assert set(vary) <= {"HX-Request", "HX-Boosted", "Accept-Encoding"}, name


def test_being_signed_in_changes_nothing_of_a_public_page(addresses: dict[str, str], world: World) -> None:
    for name in OPEN_TO_ALL:
        stranger, known = Client().get(addresses[name]), Client()
        known.force_login(world.alma)
        seen = known.get(addresses[name])
        assert b"".join(seen) == b"".join(stranger), name
        assert seen["Cache-Control"] == "public, max-age=60", name


def test_what_concerns_one_purchaser_is_kept_by_nobody(addresses: dict[str, str]) -> None:
    for name in PERSONAL:
        answer = Client().get(addresses[name])
        assert answer.status_code == 200, name
        assert "no-store" in answer["Cache-Control"], name
        assert "private" in answer["Cache-Control"], name
        assert "public" not in answer["Cache-Control"], name


def test_redirects_and_errors_are_kept_by_nobody(addresses: dict[str, str], client: Client) -> None:
    for address in ("/", "/en/nothing/", "/en/account/", f"/c/{addresses['certificate'].split('/')[3]}"):
        assert "no-store" in client.get(address)["Cache-Control"], address
    assert "no-store" in client.post("/en/history/")["Cache-Control"]


def test_nothing_inline_and_nothing_from_elsewhere(addresses: dict[str, str]) -> None:
    for name in (*PUBLIC, *PERSONAL):
        answer = Client().get(addresses[name])
        assert_policy_is_strict(answer)
        if name != "progress":
            assert_nothing_inline(Page(answer))


def assert_policy_is_strict(answer: Any) -> None:
    allowed = policy(answer)
    assert allowed["default-src"] == ["'none'"]
    for directive in ("script-src", "style-src", "form-action", "connect-src"):
        assert allowed[directive] == ["'self'"], directive
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def assert_nothing_inline(page: Page) -> None:
    soup = page.soup
    assert soup.select("[style], style, [onclick], [onload], [onsubmit]") == []
    assert [script for script in soup.find_all("script") if not str(script.get("src", "")).startswith("/static/")] == []
    loaded = [
        each.get("src") or each.get("href") for each in soup.select("img[src], link[rel=stylesheet], link[rel=icon]")
    ]
    assert [address for address in loaded if not str(address).startswith(("/static/", "/en/", "/media/"))] == []


def test_who_asks_for_the_head_gets_it_without_the_body(addresses: dict[str, str], client: Client) -> None:
    for name in OPEN_TO_ALL:
        whole, head = client.get(addresses[name]), client.head(addresses[name])
        assert head.status_code == 200, name
        assert b"".join(head) == b"", name
        assert head["Content-Type"] == whole["Content-Type"], name
        assert head["Cache-Control"] == whole["Cache-Control"], name


def test_every_page_has_a_language_a_title_one_heading_and_a_way_past_the_menu(addresses: dict[str, str]) -> None:
    for name in (*PUBLIC, "quantity", "details", "order"):
        page = Page(Client().get(addresses[name]))
        assert page.language == addresses[name][1:3], name
        assert_is_whole(page)


def assert_is_whole(page: Page) -> None:
    assert page.title.endswith(" · Tonne by Tonne")
    assert len(page.title) > len(" · Tonne by Tonne")
    assert page.heading
    assert page.soup.select_one("a.skip[href='#main']")
    assert page.soup.select_one("main#main")
    ids = [str(tag["id"]) for tag in page.soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    description = page.soup.find("meta", attrs={"name": "description"})
    assert description is not None
    assert description["content"]
    assert [image for image in page.soup.find_all("img") if image.get("alt") is None] == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    world: World, client: Client, many: int, django_assert_num_queries: Any
) -> None:
    code = ""
    for number in range(many):
        activity = world.activity(f"CDM-{number + 100:04}", host_country="CL" if number % 2 else "PE")
        world.story(activity, title=f"Story {number}", goals=range(1, many + 1))
        world.listing(activity=activity)
        code = world.cancelled(world.listing(activity=activity)).code
    client.get("/en/")  # what is kept in memory afterwards: the addresses of sites, and this menu
    for address, queries in {
        "/en/": 14,
        "/en/projects/": 9,
        "/en/projects/story-0/": 10,
        "/fr/projects/story-0/": 14,
        "/en/history/": 3,
        f"/en/certificates/{code}/": 1,
        "/en/verify/": 0,
    }.items():
        with django_assert_num_queries(queries, info=address):
            assert client.get(address).status_code == 200, address
