"""Letters to a provider's people, in all languages one after the other, since nobody knows which is theirs."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.providers.models import Provider

LIKE_KEYS = ("merchant_id", "public_key", "private_key", "merchant_accounts", "gateway_environment")
# What is told, by the fields that change it.
TOLD = {
    **dict.fromkeys(LIKE_KEYS, _("how it is paid: money goes to another account from now on, or by other keys")),
    "registry_account": _("the registry account that its units are taken from"),
    "member_emails": _("the people who see its listings"),
}


def tell_of_change(provider: Provider, *, addresses: Iterable[str], what: Iterable[str], now: datetime) -> None:
    """Tell the people a provider had before a change what of it was changed, each by a letter of their own. No secret
    is in it. Raises OSError where the mail server does not take it."""
    subjects, bodies = [], []
    for language, _name in settings.LANGUAGES:
        with override(language):
            context = {"provider": provider.name, "now": now, "site_name": settings.SITE_NAME}
            context |= {"site_url": settings.SITE_URL, "what": list(dict.fromkeys(str(TOLD[name]) for name in what))}
            subjects.append(render_to_string("selling/mail/changed.subject.txt", context).strip())
            bodies.append(render_to_string("selling/mail/changed.txt", context).strip())
    for address in addresses:
        text = "\n\n--------\n\n".join(bodies)
        EmailMessage(subject=" · ".join(subjects), body=f"{text}\n", to=[address]).send()
