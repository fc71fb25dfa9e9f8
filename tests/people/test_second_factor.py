"""A second factor: set up by a person who has just said who they are, asked for at signing in, and good once."""

import re
import time
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.apps import apps
from django.core.cache import cache
from django.test import Client

from portal.people import second_factor
from portal.vault import unseal
from tests.pages import Page
from tests.world import PASSWORD, World

pytestmark = pytest.mark.stores
HOME = "/en/accounts/second-factor/"
LOGIN = "/en/accounts/login/"
AGAIN = "/en/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def _fresh_counts_and_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # so that a code is good as long as a test runs


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client: Client) -> Any:
    return client.post(LOGIN, {"login": "alma@example.org", "password": PASSWORD}, follow=True)


def set_up(client: Client) -> str:
    """Set one up as a person does; returns the secret that the app holds."""
    page = Page(client.get(f"{HOME}totp/activate/", follow=True))
    assert page.soup.h1.text == "Enter your password again"
    page = Page(client.post(AGAIN, {"password": PASSWORD, "next": f"{HOME}totp/activate/"}, follow=True))
    secret = page.soup.select_one("code").text
    assert page.soup.select_one("img")["src"].startswith("data:image/svg+xml;base64,")
    done = Page(client.post(f"{HOME}totp/activate/", {"code": code_of(secret)}, follow=True))
    assert done.soup.h1.text == "Codes for when the phone is lost"
    assert len(done.soup.select(".codes li")) == 10
    return secret


def test_it_is_set_up_and_asked_for_at_signing_in(world: World, client: Client) -> None:
    client.force_login(world.alma)
    assert "Set it up" in Page(client.get(HOME)).source
    secret = set_up(client)
    assert second_factor.is_set_up(world.alma)
    client.logout()
    page = Page(sign_in(client))
    assert page.soup.h1.text == "Enter your code"
    assert client.get("/en/account/").status_code == 302  # the password alone lets nobody in
    wrong = Page(client.post(f"{HOME}authenticate/", {"code": "000000"}))
    assert "This code is wrong, or was used already." in wrong.source
    client.post(f"{HOME}authenticate/", {"code": code_of(secret)})
    assert client.get("/en/account/").status_code == 200


def test_a_code_that_was_kept_lets_in_once_when_the_phone_is_lost(world: World, client: Client) -> None:
    client.force_login(world.alma)
    set_up(client)
    kept = Page(client.get(f"{HOME}recovery-codes/")).soup.select_one(".codes code").text
    assert kept in client.get(f"{HOME}recovery-codes/download/").content.decode()
    for is_let_in in (True, False):
        client.logout()
        sign_in(client)
        client.post(f"{HOME}authenticate/", {"code": kept})
        assert (client.get("/en/account/").status_code == 200) is is_let_in


def test_it_is_turned_off_and_new_codes_are_made_by_who_says_who_they_are(world: World, client: Client) -> None:
    client.force_login(world.alma)
    set_up(client)
    before = Page(client.get(f"{HOME}recovery-codes/")).soup.select_one(".codes code").text
    assert Page(client.get(f"{HOME}recovery-codes/generate/")).soup.h1.text == "Make new codes"
    after = Page(client.post(f"{HOME}recovery-codes/generate/", follow=True))
    assert before not in after.source
    other = Client()
    other.force_login(world.alma)
    for path in ("totp/deactivate/", "recovery-codes/", "recovery-codes/generate/"):
        assert other.post(f"{HOME}{path}" if path != "recovery-codes/" else HOME + path).status_code in (302, 405), path
        assert other.get(f"{HOME}{path}")["Location"].startswith(AGAIN), path
    assert Page(client.get(f"{HOME}totp/deactivate/")).soup.h1.text == "Turn the second factor off"
    client.post(f"{HOME}totp/deactivate/")
    assert Authenticator.objects.count() == 0


def test_guessing_codes_is_limited(world: World, client: Client) -> None:
    client.force_login(world.alma)
    secret = set_up(client)
    client.logout()
    sign_in(client)
    for _attempt in range(5):
        client.post(f"{HOME}authenticate/", {"code": "000000"})
    answer = Page(client.post(f"{HOME}authenticate/", {"code": code_of(secret)}))
    assert "too often" in answer.source or "wrong too often" in answer.source
    assert client.get("/en/account/").status_code == 302


@pytest.mark.parametrize(("language", "said"), [("fr", "Second facteur"), ("es", "Segundo factor")])
def test_its_pages_speak_the_readers_language(world: World, client: Client, language: str, said: str) -> None:
    client.force_login(world.alma)
    page = Page(client.get(f"/{language}/accounts/second-factor/"))
    assert page.soup.h1.text == said
    assert not re.search(r"Authenticator|Two-Factor", page.source)


def test_what_codes_are_made_from_is_sealed_in_the_database(world: World, client: Client) -> None:
    client.force_login(world.alma)
    secret = set_up(client)
    assert len(RecoveryCodes.activate(world.alma).generate_codes()) == 10
    kept = {each.type: each.data for each in Authenticator.objects.all()}
    assert secret not in str(kept)
    for sealed in (kept["totp"]["secret"], kept["recovery_codes"]["seed"]):
        assert list(unseal(sealed.encode())) == ["secret"]


def test_second_factors_that_stood_open_are_sealed_where_they_stand(world: World) -> None:
    move = import_module("portal.people.migrations.0003_sealed_second_factors")
    secret, seed = "JBSWY3DPEHPK3PXP", "0a1b2c"
    for type_, data in (("totp", {"secret": secret}), ("recovery_codes", {"seed": seed, "used_mask": 1})):
        Authenticator.objects.create(user=world.alma, type=type_, data=data)
    move.seal_all(apps, None)
    totp, codes = Authenticator.objects.order_by("pk")
    assert totp.wrap().validate_code(code_of(secret))
    assert (codes.data["used_mask"], unseal(codes.data["seed"].encode())) == (1, {"secret": seed})
    move.open_all(apps, None)
    assert [each.data for each in Authenticator.objects.order_by("pk")] == [
        {"secret": secret},
        {"seed": seed, "used_mask": 1},
    ]
