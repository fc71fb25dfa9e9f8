"""Whatever lets somebody in, or keeps them out, is told by letter once it has changed: nobody changes it unseen."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from portal.people.models import User
from tests.conftest import Nudges
from tests.pages import Page
from tests.people.test_second_factor import AGAIN, HOME, _fresh_counts_and_one_moment, code_of
from tests.world import PASSWORD, World

__all__ = ["_fresh_counts_and_one_moment"]
pytestmark = pytest.mark.stores
SUBJECTS = {
    "en": (
        "the second factor of your account was turned on",
        "new codes for when the phone is lost",
        "the second factor of your account was turned off",
    ),
    "fr": (
        "le second facteur de votre compte a été activé",
        "de nouveaux codes en cas de perte du téléphone",
        "le second facteur de votre compte a été désactivé",
    ),
    "es": (
        "se ha activado el segundo factor de su cuenta",
        "códigos nuevos por si pierde el teléfono",
        "se ha desactivado el segundo factor de su cuenta",
    ),
}


@pytest.fixture
def alma(world: World, client: Client) -> User:
    """Somebody who has just said who they are."""
    client.force_login(world.alma)
    client.post(AGAIN, {"password": PASSWORD, "next": HOME})
    return world.alma


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_second_factor_that_comes_or_goes_and_new_codes_are_told(
    client: Client,
    alma: User,
    settings: Any,
    nudges: Nudges,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
    language: str,
) -> None:
    home = HOME.replace("/en/", f"/{language}/")
    secret = Page(client.get(f"{home}totp/activate/")).soup.select_one("code").text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{home}totp/activate/", {"code": code_of(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{home}recovery-codes/generate/")
    codes = Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()
    client.post(f"{home}totp/deactivate/")
    nudges.run()
    colon = "\u00a0: " if language == "fr" else ": "
    told = [f"Tonne by Tonne{colon}{each}" for each in SUBJECTS[language]]
    assert [each.subject for each in mailoutbox] == told
    for letter in mailoutbox:
        assert letter.to == [alma.email]
        assert "/accounts/password/reset/" in letter.body
        assert letter.body.endswith(f"\n{settings.SITE_NAME}\n{settings.SITE_URL}")
        for hidden in ("127.0.0.1", "Hello", secret, *codes):
            assert hidden not in letter.body, hidden


def test_a_new_password_is_told(client: Client, alma: User, nudges: Nudges, mailoutbox: list[Any]) -> None:
    other = "a wholly other horse"
    typed = {"oldpassword": PASSWORD, "password1": other, "password2": other}
    assert client.post("/en/accounts/password/change/", typed).status_code == 302
    nudges.run()
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([alma.email], "Tonne by Tonne: your password was changed")
    assert other not in letter.body


def test_another_main_address_is_told_to_the_old_one_and_an_address_less_to_the_main_one(
    client: Client, alma: User, nudges: Nudges, mailoutbox: list[Any]
) -> None:
    EmailAddress.objects.update_or_create(user=alma, email=alma.email, defaults={"primary": True, "verified": True})
    EmailAddress.objects.create(user=alma, email="other@example.org", verified=True)
    client.post("/en/accounts/email/", {"action_primary": "", "email": "other@example.org"})
    client.post("/en/accounts/email/", {"action_remove": "", "email": "alma@example.org"})
    nudges.run()
    assert [(each.to, each.subject) for each in mailoutbox] == [
        (["alma@example.org"], "Tonne by Tonne: your account has another main e-mail address"),
        (["other@example.org"], "Tonne by Tonne: an e-mail address was removed from your account"),
    ]
    assert "The main e-mail address of your account at Tonne by Tonne is now other@example.org" in mailoutbox[0].body
    assert "alma@example.org was removed from your account at Tonne by Tonne" in mailoutbox[1].body
