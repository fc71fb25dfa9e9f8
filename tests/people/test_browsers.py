"""Browsers are known to the accounts that they were signed in to, by a cookie that nobody else can make."""

from typing import Any

import pytest
from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.people.browsers import known, prove, remember


def request(cookie: str = "", session: dict[str, Any] | None = None) -> Any:
    """What a browser asks that has this cookie."""
    asked: Any = HttpRequest()
    asked.COOKIES, asked.session = {"browser": cookie}, {} if session is None else session
    return asked


def signed_in(*addresses: str, cookie: str = "") -> str:
    """The cookie of a browser in which somebody signs in to one account after the other."""
    for address in addresses:
        response = HttpResponse()
        remember(request(cookie), response, addresses={address})
        cookie = response.cookies["browser"].value
    return cookie


def test_a_browser_keeps_its_name_from_account_to_account() -> None:
    first = signed_in("alma@example.org")
    both = signed_in("nil@example.org", cookie=first)
    names = {known(request(first), address="alma@example.org"), known(request(both), address="alma@example.org")}
    assert names == {known(request(both), address="NIL@example.org")}
    assert known(request(first), address="nil@example.org") == ""
    assert known(request(), address="alma@example.org") == ""


def test_a_browser_is_known_to_the_last_five() -> None:
    people = [f"person{number}@example.org" for number in range(7)]
    asked = request(signed_in(*people))
    assert [bool(known(asked, address=each)) for each in people] == [False] * 2 + [True] * 5


def test_whoever_opens_a_letter_proves_every_address_of_their_account() -> None:
    asked = request()
    for address in ("alma@example.org", "alma@home.example"):
        prove(asked, address=address)
    names = {known(asked, address=each) for each in ("alma@example.org", "alma@home.example")}
    assert len(names) == 1
    assert "" not in names
    assert known(asked, address="nil@example.org") == ""


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a:b:c", signing.TimestampSigner(salt="another").sign_object({"browser": "x", "accounts": []})],
)
def test_what_was_not_signed_here_is_nothing(cookie: str) -> None:
    assert known(request(cookie), address="alma@example.org") == ""


def test_a_browser_stays_known_when_the_key_is_changed(settings: Any) -> None:
    cookie = signed_in("alma@example.org")
    before, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    settings.SECRET_KEY_FALLBACKS = [before]
    assert known(request(cookie), address="alma@example.org")
    settings.SECRET_KEY_FALLBACKS = []
    assert known(request(cookie), address="alma@example.org") == ""
