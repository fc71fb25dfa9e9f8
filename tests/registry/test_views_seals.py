"""The seal of a certificate as a file: the same for ever, kept by browsers, and never inside a page."""

import re

from django.test import Client

from tests.pages import Page
from tests.world import World


def test_the_same_units_have_the_same_seal_and_others_another(world: World, client: Client) -> None:
    listing = world.listing()
    first, second = world.cancelled(listing), world.cancelled(listing)
    drawn = [client.get(f"/c/{row.code}/full.svg").content for row in (first, first, second)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_anybody_may_keep_a_seal_for_a_year(world: World, client: Client) -> None:
    answer = client.get(f"/c/{world.cancelled().code}/small.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not answer.cookies


def test_there_is_no_seal_of_what_was_never_issued_and_in_no_other_size(world: World, client: Client) -> None:
    code = world.cancelled().code
    for address in (
        "/c/7K4M-9QXD-2F/full.svg",
        f"/c/{code}/huge.svg",
        "/c/%00/full.svg",
        f"/c/{code.lower()}/full.svg",
    ):
        assert client.get(address).status_code == 404, address


def test_pages_take_every_ring_from_the_file_and_draw_nothing_themselves(world: World, client: Client) -> None:
    code = world.cancelled().code
    world.story()
    for address, sizes in (
        ("history/", ["small"]),
        (f"certificates/{code}/", ["full"]),
        ("", ["full", "small"]),
    ):
        page = Page(client.get(f"/en/{address}"))
        expected = [f"/c/{code}/{size}.svg#{ring}" for size in sizes for ring in ("edge", "lace", "heart")]
        assert [use["href"] for use in page.soup.select("svg.seal use")] == expected
        assert page.soup.select("svg path") == []
        for file in {each.partition("#")[0] for each in expected}:
            rings = re.findall(rb'<g id="(\w+)"', client.get(file).content)
            assert rings == [b"edge", b"lace", b"heart"]
