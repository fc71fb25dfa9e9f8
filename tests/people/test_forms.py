"""What the pages of an account say: the portal's own words in three languages, and which field is wrong."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.pages import Page
from tests.world import PASSWORD, World

SIGN_UP_EMPTY = {
    "en": ["Enter your e-mail address.", "Enter a new password.", "Enter the new password a second time."],
    "fr": [
        "Saisissez votre adresse électronique.",
        "Saisissez un nouveau mot de passe.",
        "Saisissez le nouveau mot de passe une seconde fois.",
    ],
    "es": [
        "Indique su correo electrónico.",
        "Indique una contraseña nueva.",
        "Indique la contraseña nueva por segunda vez.",
    ],
}


def sent(client: Client, address: str, **typed: str) -> Page:
    return Page(client.post(f"/en/accounts/{address}", typed))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_an_empty_form_names_each_field_that_is_missing(client: Client, world: World, language: str) -> None:
    page = Page(client.post(f"/{language}/accounts/signup/", {}))
    assert page.summary() == SIGN_UP_EMPTY[language]


def test_every_form_of_an_account_names_what_is_missing(client: Client, world: World) -> None:
    assert sent(client, "login/").summary() == ["Enter your e-mail address.", "Enter your password."]
    assert sent(client, "password/reset/").summary() == ["Enter your e-mail address."]
    client.force_login(world.alma)
    assert sent(client, "email/", action_add="").summary() == ["Enter your e-mail address."]
    assert sent(client, "reauthenticate/").summary() == ["Enter your password."]
    assert sent(client, "password/change/").summary() == [
        "Enter your current password.",
        "Enter a new password.",
        "Enter the new password a second time.",
    ]


def test_mistakes_are_said_in_the_portals_own_words(client: Client, world: World) -> None:
    wrong = {"login": "alma@example.org", "password": "not this"}
    assert sent(client, "login/", **wrong).summary() == [
        "The e-mail address or the password is wrong. Check both, then try again."
    ]
    differing = {"email": "new@example.org", "password1": PASSWORD, "password2": "another horse"}
    assert sent(client, "signup/", **differing).summary() == [
        "The two new passwords are not the same. Enter the same one twice."
    ]
    assert sent(client, "signup/", email="alma", password1=PASSWORD, password2=PASSWORD).summary() == [
        "Enter a complete e-mail address, such as name@example.org."
    ]


WEAK = ["a2Z!", "new.reader@example.org", "qwertyuiop", "90817263544536"]  # short, like oneself, usual, digits
SAID_OF_WEAK = {
    "en": [
        "The new password needs at least 10 characters. Enter a longer one, such as a few words.",
        "The new password is much like your name or your e-mail address, which others know. Enter another.",
        "This is one of the passwords that are guessed first, since many people use it. Enter another.",
        "The new password consists of digits alone. Add letters or signs.",
    ],
    "fr": [
        (
            "Le nouveau mot de passe doit compter au moins 10 caractères. Choisissez-en un plus long, par exemple "
            "quelques mots."
        ),
        (
            "Le nouveau mot de passe ressemble trop à votre nom ou à votre adresse électronique, que d’autres "
            "connaissent. Choisissez-en un autre."
        ),
        "Ce mot de passe est de ceux que l’on devine en premier, car beaucoup l’utilisent. Choisissez-en un autre.",
        "Le nouveau mot de passe ne contient que des chiffres. Ajoutez des lettres ou des signes.",
    ],
    "es": [
        "La contraseña nueva debe tener al menos 10 caracteres. Elija una más larga, por ejemplo unas palabras.",
        "La contraseña nueva se parece demasiado a su nombre o a su correo electrónico, que otros conocen. Elija otra.",
        "Esta contraseña es de las que se adivinan primero, porque muchas personas la usan. Elija otra.",
        "La contraseña nueva solo tiene cifras. Añada letras o signos.",
    ],
}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_weak_password_is_refused_in_the_portals_own_words(client: Client, world: World, language: str) -> None:
    for password, said in zip(WEAK, SAID_OF_WEAK[language], strict=True):
        typed = {"email": "new.reader@example.org", "password1": password, "password2": password}
        page = Page(client.post(f"/{language}/accounts/signup/", typed))
        assert page.summary() == [said]


def test_labels_stand_beside_fields_and_not_in_them(client: Client, world: World) -> None:
    page = Page(client.get("/en/accounts/signup/"))
    labels = [label.get_text(strip=True) for label in page.form("email").find_all("label")]
    assert labels == ["E-mail address", "New password", "The new password again"]
    assert "placeholder" not in page.source
    assert "Forgotten your password?" in Page(client.get("/en/accounts/login/")).main


def test_the_hint_tells_the_length_that_is_asked_for(client: Client, world: World) -> None:
    validators: list[dict[str, Any]] = settings.AUTH_PASSWORD_VALIDATORS
    (length,) = [each["OPTIONS"]["min_length"] for each in validators if "OPTIONS" in each]
    assert f"At least {length} characters" in Page(client.get("/en/accounts/signup/")).main


PAGES = ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/")
OWN_PAGES = ("email/", "password/change/", "reauthenticate/", "logout/")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_no_page_of_an_account_has_words_of_the_library(client: Client, world: World, language: str) -> None:
    foreign = ("e-mail (", "Remember Me", "Se souvenir de moi", "Recordarme", "Email", "reauthenticate", "Verified")
    pages = [Page(client.get(f"/{language}/accounts/{each}")) for each in PAGES]
    client.force_login(world.alma)
    pages += [Page(client.get(f"/{language}/accounts/{each}")) for each in OWN_PAGES]
    for page in pages:
        assert page.status == 200
        assert [word for word in foreign if word in page.main] == [], page.heading


def test_what_was_done_with_addresses_is_said_in_own_words(client: Client, world: World) -> None:
    client.force_login(world.alma)
    client.post("/en/accounts/email/", {"action_add": "", "email": "second@example.org"})
    page = Page(client.get("/en/accounts/email/"))
    assert "A message with a link was sent to second@example.org." in page.main
    assert "not confirmed" in page.main
    client.post("/en/accounts/email/", {"action_remove": "", "email": "alma@example.org"})
    assert (
        "alma@example.org is your main e-mail address and cannot be removed."
        in Page(client.get("/en/accounts/email/")).main
    )
