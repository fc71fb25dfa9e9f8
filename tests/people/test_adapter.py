"""Letters of accounts lead to this portal, whatever host the browser that asked for them claimed."""

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from tests.world import PASSWORD, World

SITE = "https://portal.example.org"
FORGED = "shop.evil.example"


@pytest.fixture(autouse=True)
def _behind_a_careless_server(settings) -> None:
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["*"]


def addresses(letter: EmailMessage) -> list[str]:
    return re.findall(r"https?://[^\s]+", str(letter.body))


def assert_leads_home(letter: EmailMessage, path: str) -> None:
    assert FORGED not in f"{letter.subject} {letter.body}"
    assert "Hello from Tonne by Tonne!" in letter.body
    assert [address for address in addresses(letter) if address.startswith(f"{SITE}/en/accounts/{path}/")]
    assert all(address.startswith(SITE) for address in addresses(letter))


def test_a_new_password_is_chosen_here(world: World, client: Client, mailoutbox: list[EmailMessage]) -> None:
    client.post("/en/accounts/password/reset/", {"email": world.alma.email}, headers={"host": FORGED})
    (letter,) = mailoutbox
    assert_leads_home(letter, "password/reset/key")


def test_an_address_is_proven_here(db: None, client: Client, mailoutbox: list[EmailMessage]) -> None:
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/en/accounts/signup/", typed, headers={"host": FORGED})
    (letter,) = mailoutbox
    assert_leads_home(letter, "confirm-email")


def test_who_has_an_account_already_is_led_here(world: World, client: Client, mailoutbox: list[EmailMessage]) -> None:
    typed = {"email": world.alma.email, "password1": PASSWORD, "password2": PASSWORD}
    client.post("/en/accounts/signup/", typed, headers={"host": FORGED})
    (letter,) = mailoutbox
    assert_leads_home(letter, "password/reset")
