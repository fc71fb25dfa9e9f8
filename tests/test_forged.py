"""Forged requests are refused and break nothing: every address of the desk and of the public, walked with nonsense."""

import re
from collections.abc import Iterator
from itertools import cycle, product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Page, Workflow

from portal.forged import cannot_be_read
from tests.checkout.purchasing import PERSON
from tests.world import World

NAMES = [
    "activity",
    "file",
    "id",
    "image",
    "issuance_block",
    "ordering",
    "p",
    "page",
    "permissions",
    "provider",
    "slug",
]
PARTS = ["body-count", "benefits-TOTAL_FORMS", "benefits-INITIAL_FORMS", "title", "decision", "what", "note"]
NONSENSE = dict.fromkeys((*NAMES, *PARTS), "abc")
QUERY = f"?{'&'.join(f'{name}=abc' for name in NAMES)}&q=%00"
# What stands on the desk by our doing, and pages, whose forms have most parts.
OURS = ("activity", "issuance", "cancellation", "certificate", "logentry", "listing", "provider", "handover", "order")
DESK = (*OURS, "payment", "factors", "pages")


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


def filled(route: str, value: str) -> str:
    """Put a value into every place of a route that takes one."""
    route = re.sub(r"<[^>]*>|\(\?P<[^>]*>[^)]*\)", value, route)
    return re.sub(r"[\^$\\]", "", route)


@pytest.fixture
def staff(world: World) -> Client:
    """A browser in which somebody with every permission is signed in, and that shows errors as visitors see them."""
    client = Client(raise_request_exception=False)
    client.force_login(world.user("Bo", is_staff=True, is_superuser=True))
    return client


@pytest.mark.postgres  # which takes less than SQLite does: no NUL, no number beyond its type
def test_the_desk_refuses_nonsense_and_does_not_break(world: World, staff: Client, mailoutbox: list[Any]) -> None:
    world.completed()
    world.story()
    broken = set()
    every = set(routes(get_resolver().url_patterns))
    for route in (each for each in every if each.removeprefix("admin/").startswith(DESK) and "delete" not in each):
        for value in ("1", "abc") if filled(route, "1") != filled(route, "abc") else ("",):
            address = filled(route, value)
            answers = staff.get(f"/{address}{QUERY}"), staff.post(f"/{address}", NONSENSE)
            if any(answer.status_code >= 500 for answer in answers):
                broken.add(address)
    assert broken == set()


@pytest.mark.parametrize(
    "address",
    [
        "provider_chooser/chosen/abc/",
        "issuance_block_chooser/chosen/abc/",
        "activity_chooser/chosen-multiple/?id=abc",
        "factors/create/",
        "factors/chosen-multiple/",
    ],
)
def test_choosers_say_that_there_is_no_such_thing(staff: Client, address: str) -> None:
    assert staff.get(f"/admin/{address}", follow=True).status_code in (400, 404)


@pytest.mark.parametrize(("name", "field"), [("listing", "provider"), ("issuanceblock", "activity")])
def test_a_form_that_names_no_row_is_shown_again(staff: Client, name: str, field: str) -> None:
    answer = staff.post(f"/admin/{name}/new/", {field: "abc"})
    assert answer.status_code == 200
    assert "That choice is not one of the available choices." in answer.content.decode()


def test_a_page_that_is_sent_in_pieces_is_refused_in_words(world: World, staff: Client) -> None:
    address = f"/admin/pages/{world.story().pk}/edit/"
    for sent in ({}, {"body-count": "abc"}, {"body-count": "1"}, {"body-count": "9" * 20}):
        answer = staff.post(address, {"title": "Wind", **sent})
        assert (answer.status_code, "This cannot be read" in answer.content.decode()) == (400, True), sent


@pytest.mark.parametrize("action", ["lock", "unlock", "set_position", "move/1/confirm"])
def test_the_root_of_all_pages_is_left_where_it_is(world: World, staff: Client, action: str) -> None:
    root = Page.objects.get(depth=1)
    address = f"/admin/pages/{root.pk}/{action.replace('1', str(root.pk))}/"
    answer = staff.post(address)
    assert (answer.status_code, "This cannot be read" in answer.content.decode()) == (400, True)
    after = Page.objects.get(depth=1)
    assert (after.path, after.locked) == (root.path, False)


@pytest.mark.parametrize("part", ["abc", "99999", "-1", "0"])
def test_a_part_of_a_list_that_is_none_is_refused_in_words(world: World, staff: Client, part: str) -> None:
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    answer = staff.get(f"/admin/workflows/edit/{workflow.pk}/?p={part}")
    assert (answer.status_code, "This cannot be read" in answer.content.decode()) == (400, True)


def test_links_and_redirects_that_no_form_sent_are_refused(world: World, staff: Client) -> None:
    assert staff.get("/admin/choose-external-link/").status_code == 200
    for sent in ({}, {"external-link-chooser-url": "http://["}, {"external-link-chooser-url": "\0"}):
        assert staff.post("/admin/choose-external-link/", sent).status_code in (200, 400), sent
    for sent in ({}, {"import_file_name": "abc", "input_format": "abc"}):
        assert staff.post("/admin/redirects/import/process/", sent).status_code == 400, sent


def test_a_mistake_of_ours_stays_one() -> None:
    for error in (ValueError("no such factor"), PermissionDenied(), KeyError("merchant_id"), RuntimeError("refused")):
        assert not cannot_be_read(error), error
    with pytest.raises(ValueError, match="invalid literal") as ours:
        int("abc")
    assert not cannot_be_read(ours.value)


# --- The public


def public(world: World) -> dict[str, dict[str, str]]:
    """One of each kind of public address, and what is sent there."""
    world.story()
    listing = world.listing(units=100)
    code = world.cancelled(listing, beneficiary_name="Club Andino", beneficiary_type="organisation").code
    order = world.order(listing)
    person = {**PERSON, "submission": "1", "preview_digest": "1", "quantity": "1", "consent": "on", "m": "1"}
    page = {"page": "1", "m": "1", "q": "wind"}
    return {
        "/en/": page,
        "/en/projects/": {
            **page,
            "country": "CL",
            "sort": "price",
            "price_min": "1",
            "currency": "EUR",
            "year": "2019",
        },
        "/en/history/": {**page, "country": "CL", "year": "2026", "unit_type": "CER", "after": "1", "before": "1"},
        "/en/history/cancellations.csv": {"country": "CL", "year": "2026", "q": "wind"},
        "/en/verify/": {"code": code},
        f"/en/certificates/{code}/": page,
        f"/en/buy/{listing.code}/": {"quantity": "1", "m": "1", "continue": "1"},
        f"/en/buy/{listing.code}/details/": {**person, "preview": "1"},
        f"/en/buy/{listing.code}/details/?quantity=1": person,
        f"/en/buy/{listing.code}/preview/": person,
        f"/en/orders/{order.token}/": page,
        f"/en/orders/{order.token}/pay/": {"nonce": "1", "device_data": "1"},
        f"/en/orders/{order.token}/pay/paypal/": page,
        f"/en/orders/{order.token}/pay/back/": {"token": "1", "PayerID": "1"},
        "/en/accounts/login/": {"login": "a@example.org", "password": "1", "next": "/"},
        "/en/accounts/signup/": {"email": "a@example.org", "password1": "1", "password2": "1"},
        "/en/accounts/password/reset/": {"email": "a@example.org"},
        "/en/calculators/factors/": {"q": "diesel", "page": "1", "region": "CL"},
        "/en/calculators/airports/": {"q": "paris", "name": "1"},
        "/en/calculators/answers/flight/": {"origin": "CDG", "destination": "JFK", "m": "1"},
        "/en/calculators/answers/household/total/": {"people": "2"},
        "/en/calculators/batch/": {"calculator": "trip", "file": "1"},
        "/en/calculators/results/abc/": page,
        "/admin/login/": {"next": "/admin/"},
        "/en/_util/login/": {"next": "/"},
        "/hooks/paypal/abc/": {"id": "1", "event_type": "1"},
        "/hooks/braintree/abc/": {"bt_signature": "1", "bt_payload": "1", "bt_challenge": "1"},
    }


ODD = ["abc", "9" * 30, "-1", "", "[]", "\u202e\ufdd0", "\U000e0041" * 5, "x" * 5000]


@pytest.mark.postgres
def test_the_public_addresses_take_whatever_is_sent(world: World, mailoutbox: list[Any]) -> None:
    """Each field of each address has a NUL once, and one of the odd values, while all others are as they should be.

    What people type about themselves has tests of its own.
    """
    broken: list[str] = []

    def note(request: Any = None, **_rest: Any) -> None:
        broken.append(f"{request.method} {request.get_full_path()[:80]}")

    odd = cycle(ODD)
    browser = Client(raise_request_exception=False)
    got_request_exception.connect(note)
    try:
        for address, fields in public(world).items():
            for name, value in product(fields.keys() - PERSON.keys(), ("\0", None)):
                forged = {**fields, name: next(odd) if value is None else value}
                browser.get(address, forged)
                browser.post(address, forged)
    finally:
        got_request_exception.disconnect(note)
    assert broken == []
