"""What allauth asks of the portal about accounts: its mistakes in our words, its letters, and who guesses too often."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.people import attempts, browsers, letters
from portal.vault import seal, unseal

SEALED = "secret"


@dataclass(frozen=True)
class Sender:
    """The site that a letter says it comes from."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """Letters name SITE_URL, whatever host a browser claimed; and nobody locks others out by guessing passwords."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Please write to those who run this site."),
        "cannot_remove_primary_email": _("The main e-mail address cannot be removed. Make another one the main one."),
        "duplicate_email": _("This e-mail address belongs to your account already."),
        "email_password_mismatch": _("The e-mail address or the password is wrong. Check both, then try again."),
        "email_taken": _("This e-mail address belongs to another account."),
        "enter_current_password": _("This is not your current password. Enter the one that you sign in with."),
        "incorrect_password": _("The password is wrong. Check it, then try again."),
        "invalid_password_reset": _("The link to set a new password no longer works. Ask for a new one."),
        "max_email_addresses": _("An account has at most %d e-mail addresses. Remove one first."),
        "rate_limited": _("That was too often in too short a time. Please wait a few minutes, then try again."),
        "same_as_current": _("The new password is the same as the current one. Enter another."),
        "too_many_login_attempts": _("The password was wrong too often. Please wait a few minutes, then try again."),
        "unverified_primary_email": _("Only an e-mail address that is confirmed can be the main one."),
    }

    # --- Letters

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        addresses = {name: _of_this_site(text) for name, text in context.items() if name.endswith("_url")}
        sender = Sender(settings.SITE_NAME, urlsplit(settings.SITE_URL).netloc)
        named = {"current_site": sender, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        message = self.render_mail(template_prefix, email, {**context, **addresses, **named})
        letters.send_soon(message)

    # --- Signing in

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse an attempt, whatever the password, where too many have failed."""
        counted = attempts.count(request, address=credentials.get("email", ""))
        if counted is None:
            raise self.validation_error("too_many_login_attempts")
        self._counted = counted

    def _rollback_login_failed_rl_usage(self) -> None:
        """Do what allauth does where a password was right, for what is counted here."""
        attempts.forget(self._counted)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Do what allauth does where a password was chosen anew by letter, for what is counted here."""
        attempts.begin_anew(request, address=credentials.get("email", ""))

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        browsers.remember(request, response, addresses={user.email, details.get("email") or user.email})
        return response


class SecondFactorAdapter(DefaultMFAAdapter):
    """Its mistakes in our words, its secrets sealed, and its square code drawn as all others are."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Turn the second factor off first, then add the address, and set it up again."),
        "cannot_delete_authenticator": _("The second factor cannot be turned off."),
        "cannot_generate_recovery_codes": _("Set up the second factor first."),
        "incorrect_code": _("This code is wrong, or was used already. Wait for the next one, then enter that."),
        "unverified_email": _("Confirm all e-mail addresses of your account first, or remove those you do not need."),
    }

    def encrypt(self, text: str) -> str:
        return seal({SEALED: text}).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what codes are made from. Raises ImproperlyConfigured when none of PROVIDER_KEYS fits."""
        return str(unseal(encrypted_text.encode())[SEALED])

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
        return drawn.getvalue().decode()


def _of_this_site(address: str) -> str:
    """Return an address with SITE_URL in place of its scheme and host."""
    return settings.SITE_URL + urlsplit(address)._replace(scheme="", netloc="").geturl()
