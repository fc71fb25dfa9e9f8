"""Letters about an account: the portal's name and address, in three languages, and nothing of the library's."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import Nudges
from tests.world import PASSWORD, World

SUBJECTS = {
    "en": [
        "Tonne by Tonne: confirm your e-mail address",
        "Tonne by Tonne: you have an account already",
        "Tonne by Tonne: set a new password",
    ],
    "fr": [
        "Tonne by Tonne\u00a0: confirmez votre adresse électronique",
        "Tonne by Tonne\u00a0: vous avez déjà un compte",
        "Tonne by Tonne\u00a0: définir un nouveau mot de passe",
    ],
    "es": [
        "Tonne by Tonne: confirme su correo electrónico",
        "Tonne by Tonne: ya tiene una cuenta",
        "Tonne by Tonne: establecer una contraseña nueva",
    ],
}
LINKS = ("/accounts/confirm-email/", "/accounts/password/reset/", "/accounts/password/reset/key/")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_letters_about_an_account_are_the_portals_own(
    client: Client, world: World, settings: Any, nudges: Nudges, mailoutbox: Any, language: str
) -> None:
    cache.clear()
    known = world.user(email=f"known-{language}@example.org").email  # each address may be written to but seldom
    form = {"password1": PASSWORD, "password2": PASSWORD}
    for address in (f"new-{language}@example.org", known):
        client.post(f"/{language}/accounts/signup/", {**form, "email": address})
    client.post(f"/{language}/accounts/password/reset/", {"email": known})
    nudges.run()
    assert [each.subject for each in mailoutbox] == SUBJECTS[language]
    for letter, link in zip(mailoutbox, LINKS, strict=True):
        assert f"/{language}{link}" in letter.body
        assert letter.body.endswith(f"\n{settings.SITE_NAME}\n{settings.SITE_URL}")
        # Nothing of what the library would say, in whatever language, and never the name of the host.
        assert "testserver!" not in letter.body
        assert "Hello" not in letter.body
