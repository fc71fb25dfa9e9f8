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


@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_a_public_page_is_the_same_for_everybody(addresses: dict[str, str], client: Client, name: str) -> None:
    answer = client.get(addresses[name])
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    vary = [each.strip() for each in answer.get("Vary", "").split(",") if each]
    assert "Cookie" not in vary
    assert set(vary) <= {"HX-Request", "Accept-Encoding"}


@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_being_signed_in_changes_nothing_of_a_public_page(
    addresses: dict[str, str], world: World, client: Client, name: str
) -> None:
    stranger, known = client.get(addresses[name]), Client()
    known.force_login(world.alma)
    seen = known.get(addresses[name])
    assert b"".join(seen) == b"".join(stranger)
    assert seen["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("name", PERSONAL)
def test_what_concerns_one_purchaser_is_kept_by_nobody(addresses: dict[str, str], client: Client, name: str) -> None:
    answer = client.get(addresses[name])
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]


def test_redirects_and_errors_are_kept_by_nobody(addresses: dict[str, str], client: Client) -> None:
    for address in ("/", "/en/nothing/", "/en/account/", f"/c/{addresses['certificate'].split('/')[3]}"):
        assert "no-store" in client.get(address)["Cache-Control"], address
    assert "no-store" in client.post("/en/history/")["Cache-Control"]


@pytest.mark.parametrize("name", [*PUBLIC, *PERSONAL])
def test_nothing_inline_and_nothing_from_elsewhere(addresses: dict[str, str], client: Client, name: str) -> None:
    answer = client.get(addresses[name])
    allowed = policy(answer)
    assert allowed["default-src"] == ["'none'"]
    for directive in ("script-src", "style-src", "form-action", "connect-src"):
        assert allowed[directive] == ["'self'"], directive
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    soup = Page(answer).soup if name != "progress" else None
    if soup is None:
        return
    assert soup.select("[style], style, [onclick], [onload], [onsubmit]") == []
    assert [script for script in soup.find_all("script") if not str(script.get("src", "")).startswith("/static/")] == []
    loaded = [
        each.get("src") or each.get("href") for each in soup.select("img[src], link[rel=stylesheet], link[rel=icon]")
    ]
    assert [address for address in loaded if not str(address).startswith(("/static/", "/en/", "/media/"))] == []


@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_who_asks_for_the_head_gets_it_without_the_body(addresses: dict[str, str], client: Client, name: str) -> None:
    whole, head = client.get(addresses[name]), client.head(addresses[name])
    assert head.status_code == 200
    assert b"".join(head) == b""
    assert head["Content-Type"] == whole["Content-Type"]
    assert head["Cache-Control"] == whole["Cache-Control"]


@pytest.mark.parametrize("name", [*PUBLIC, "quantity", "details", "order"])
def test_every_page_has_a_language_a_title_one_heading_and_a_way_past_the_menu(
    addresses: dict[str, str], client: Client, name: str
) -> None:
    page = Page(client.get(addresses[name]))
    assert page.language == addresses[name][1:3]
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
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/en/", 17),
        ("/en/projects/", 14),
        ("/en/projects/story-0/", 19),
        ("/fr/projects/story-0/", 21),
        ("/en/history/", 6),
        ("/en/certificates/{code}/", 4),
        ("/en/verify/", 3),
    ],
)
def test_the_number_of_queries_does_not_grow(
    world: World, client: Client, address: str, queries: int, many: int, django_assert_num_queries: Any
) -> None:
    code = ""
    for number in range(many):
        activity = world.activity(f"CDM-{number + 100:04}", host_country="CL" if number % 2 else "PE")
        world.story(activity, title=f"Story {number}", goals=range(1, many + 1))
        world.listing(activity=activity)
        code = world.cancelled(world.listing(activity=activity)).code
    client.get("/en/")  # what is kept in memory afterwards, such as the addresses of sites
    with django_assert_num_queries(queries):
        assert client.get(address.format(code=code)).status_code == 200
