"""What allauth asks of the portal about accounts: what its letters say, how they go out, and who guesses too often."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from portal.people import attempts, browsers, letters


@dataclass(frozen=True)
class Sender:
    """The site that a letter says it comes from."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """Letters name SITE_URL, whatever host a browser claimed; and nobody locks others out by guessing passwords."""

    # --- Letters

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        addresses = {name: _of_this_site(text) for name, text in context.items() if name.endswith("_url")}
        sender = Sender(settings.SITE_NAME, urlsplit(settings.SITE_URL).netloc)
        message = self.render_mail(template_prefix, email, {**context, **addresses, "current_site": sender})
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


def _of_this_site(address: str) -> str:
    """Return an address with SITE_URL in place of its scheme and host."""
    return settings.SITE_URL + urlsplit(address)._replace(scheme="", netloc="").geturl()
