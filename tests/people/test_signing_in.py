"""Guessing a password locks out whoever guesses, and nobody whose account it is."""

import re

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from tests.conftest import Nudges
from tests.world import PASSWORD, World

pytestmark = pytest.mark.stores
NEW = "four tonnes of barley"
LOGIN = "/en/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def at(address: str) -> Client:
    """A browser at an IP address."""
    return Client(REMOTE_ADDR=address)


def is_let_in(browser: Client, email: str, password: str = PASSWORD, **headers: str) -> bool:
    answer = browser.post(LOGIN, {"login": email, "password": password}, headers=headers)
    return answer.status_code == 302


def guess(browser: Client, email: str, times: int, **headers: str) -> None:
    for number in range(times):
        assert not is_let_in(browser, email, f"wrong {number}", **headers)


def guess_everywhere(email: str, *, networks: str = "198.51.100") -> None:
    """Fifty wrong passwords for one account, from ten networks."""
    for number in range(10):
        guess(at(f"{networks}.{number}"), email, 5)


def test_whoever_guesses_waits_and_the_owner_does_not(world: World) -> None:
    guess(at("198.51.100.1"), world.alma.email, 5)
    assert not is_let_in(at("198.51.100.1"), world.alma.email)
    assert is_let_in(at("203.0.113.7"), world.alma.email)


def test_another_host_is_no_other_account(world: World, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for number in range(5):
        guess(at("198.51.100.1"), world.alma.email, 1, host=f"h{number}.example.org")
    assert not is_let_in(at("198.51.100.1"), world.alma.email, host="h6.example.org")


def test_right_passwords_do_not_count(world: World) -> None:
    browser = at("203.0.113.7")
    for _number in range(12):
        assert is_let_in(browser, world.alma.email)
        browser.post("/en/accounts/logout/")


def test_guessing_from_everywhere_locks_a_strange_browser_out_and_a_known_one_not(world: World) -> None:
    known = at("203.0.113.7")
    assert is_let_in(known, world.alma.email)
    known.post("/en/accounts/logout/")
    guess_everywhere(world.alma.email)
    assert not is_let_in(at("203.0.113.8"), world.alma.email)
    known.defaults["REMOTE_ADDR"] = "198.51.100.1"  # even among those who guess
    assert is_let_in(known, world.alma.email)


def test_a_known_browser_may_not_guess_for_ever_either(world: World) -> None:
    known = at("203.0.113.7")
    assert is_let_in(known, world.alma.email)
    known.post("/en/accounts/logout/")
    guess(known, world.alma.email, 5)
    assert not is_let_in(known, world.alma.email)


def test_a_browser_is_known_to_the_accounts_it_was_signed_in_to(world: World) -> None:
    browser = at("203.0.113.7")
    for person in (world.alma, world.nil):
        assert is_let_in(browser, person.email)
        browser.post("/en/accounts/logout/")
    for number, (person, inside) in enumerate(((world.alma, True), (world.nil, True), (world.eda, False))):
        guess_everywhere(person.email, networks=f"198.51.{number}")
        assert is_let_in(browser, person.email) is inside
        browser.post("/en/accounts/logout/")


@pytest.mark.parametrize("value", ["x", "eyJhIjoxfQ:1vN:x", ""])
def test_a_browser_that_only_says_so_is_not_known(world: World, value: str) -> None:
    guess_everywhere(world.alma.email)
    browser = at("203.0.113.8")
    browser.cookies["browser"] = value
    assert not is_let_in(browser, world.alma.email)


def test_whoever_opens_the_letter_is_let_in_while_others_go_on_guessing(
    world: World, nudges: Nudges, mailoutbox: list[EmailMessage]
) -> None:
    guess_everywhere(world.alma.email)
    browser = at("203.0.113.8")
    browser.post("/en/accounts/password/reset/", {"email": world.alma.email})
    nudges.run()
    (path,) = re.findall(r"http://testserver(/en/accounts/password/reset/key/\S+)", str(mailoutbox[0].body))
    form = browser.get(path, follow=True).redirect_chain[-1][0]
    assert browser.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    guess_everywhere(world.alma.email, networks="192.0.2")
    assert not is_let_in(at("203.0.113.9"), world.alma.email, NEW)
    assert is_let_in(browser, world.alma.email, NEW)


def test_the_cookie_is_for_the_server_alone_and_names_nobody(world: World, client: Client) -> None:
    is_let_in(client, world.alma.email)
    cookie = client.cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", 34_560_000)
    assert world.alma.email not in cookie.value
