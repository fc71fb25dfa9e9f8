"""Letters of accounts lead to this portal, and pages take as long for whoever has an account as for whoever has not."""

import re
from typing import NoReturn

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from kombu.exceptions import OperationalError

from portal.celery import app
from tests.conftest import Nudges
from tests.world import PASSWORD, World

SITE = "https://portal.example.org"
FORGED = "shop.evil.example"


@pytest.fixture(autouse=True)
def _behind_a_careless_server(settings, db: None) -> None:
    cache.clear()  # of two letters to one address in three minutes, the second is not sent
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["*"]


def addresses(letter: EmailMessage) -> list[str]:
    return re.findall(r"https?://[^\s]+", str(letter.body))


def assert_leads_home(letter: EmailMessage, path: str) -> None:
    assert FORGED not in f"{letter.subject} {letter.body}"
    assert "Tonne by Tonne" in letter.body
    assert [address for address in addresses(letter) if address.startswith(f"{SITE}/en/accounts/{path}/")]
    assert all(address.startswith(SITE) for address in addresses(letter))


def test_a_new_password_is_chosen_here(
    world: World, client: Client, nudges: Nudges, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/en/accounts/password/reset/", {"email": world.alma.email}, headers={"host": FORGED})
    nudges.run()
    (letter,) = mailoutbox
    assert_leads_home(letter, "password/reset/key")


def test_an_address_is_proven_here(db: None, client: Client, nudges: Nudges, mailoutbox: list[EmailMessage]) -> None:
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/en/accounts/signup/", typed, headers={"host": FORGED})
    nudges.run()
    (letter,) = mailoutbox
    assert_leads_home(letter, "confirm-email")


def test_who_has_an_account_already_is_led_here(
    world: World, client: Client, nudges: Nudges, mailoutbox: list[EmailMessage]
) -> None:
    typed = {"email": world.alma.email, "password1": PASSWORD, "password2": PASSWORD}
    client.post("/en/accounts/signup/", typed, headers={"host": FORGED})
    nudges.run()
    (letter,) = mailoutbox
    assert_leads_home(letter, "password/reset")


class CountedHasher(MD5PasswordHasher):
    """Remembers how often it was asked to do what takes most of the time."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def hasher(settings) -> type[CountedHasher]:
    CountedHasher.hashed = 0
    settings.PASSWORD_HASHERS = [f"{CountedHasher.__module__}.CountedHasher"]
    return CountedHasher


def test_signing_up_is_the_same_work_for_an_address_that_is_known(
    world: World, hasher: type[CountedHasher], nudges: Nudges, mailoutbox: list[EmailMessage]
) -> None:
    """Else the time it takes would tell everybody who has an account here."""
    known = world.alma.email
    seen = []
    for email in ("new@example.org", known):
        hasher.hashed = 0
        answer = Client().post("/en/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})
        asked = [(name, told["to"]) for name, told in nudges.take()]
        assert asked == [("portal.people.tasks.send_letter", [email])]
        seen.append((answer.status_code, answer["Location"], hasher.hashed))
    assert seen == [(302, "/en/accounts/confirm-email/", 1)] * 2
    assert mailoutbox == []


def test_asking_for_a_new_password_waits_for_no_mail_server(
    world: World, nudges: Nudges, mailoutbox: list[EmailMessage]
) -> None:
    for email, letters in ((world.alma.email, 1), ("nobody@example.org", 0)):
        answer = Client().post("/en/accounts/password/reset/", {"email": email})
        assert answer["Location"] == "/en/accounts/password/reset/done/"
        assert mailoutbox == []
        assert len(nudges.take()) == letters


def test_a_letter_goes_out_without_a_broker(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    """No row waits for a sweep to find it."""

    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise OperationalError("connection refused")

    monkeypatch.setattr(app, "send_task", refuse)
    client.post("/en/accounts/password/reset/", {"email": world.alma.email})
    assert [letter.to for letter in mailoutbox] == [[world.alma.email]]
