"""What allauth asks of the portal about accounts: what its letters say of where they come from."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


@dataclass(frozen=True)
class Sender:
    """The site that a letter says it comes from."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """Letters of accounts name SITE_URL, whatever host a browser claimed to ask for: it is printed for others."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        addresses = {name: _of_this_site(text) for name, text in context.items() if name.endswith("_url")}
        sender = Sender(settings.SITE_NAME, urlsplit(settings.SITE_URL).netloc)
        super().send_mail(template_prefix, email, {**context, **addresses, "current_site": sender})


def _of_this_site(address: str) -> str:
    """Return an address with SITE_URL in place of its scheme and host."""
    return settings.SITE_URL + urlsplit(address)._replace(scheme="", netloc="").geturl()
