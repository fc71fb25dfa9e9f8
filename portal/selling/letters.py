"""Letters to a provider's people, in all languages one after the other, since nobody knows which is theirs."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from portal.providers.models import Provider

logger = logging.getLogger(__name__)

LIKE_KEYS = ("merchant_id", "public_key", "private_key", "merchant_accounts", "gateway_environment")
# What is told, by the fields that change it.
TOLD = {
    **dict.fromkeys(
        (*LIKE_KEYS, "paypal_account"), _("how it is paid: money goes to another account from now on, or by other keys")
    ),
    "registry_account": _("the registry account that its units are taken from"),
    "member_emails": _("the people who see its listings"),
    "accounts": _("which of its payment accounts are open"),
}


def tell(request: HttpRequest, provider: Provider, *, known: Collection[str], what: Iterable[str]) -> None:
    """Tell the people that a provider had before a change of it, and say on the page whether they could be told."""
    if not known:
        messages.warning(request, gettext("Nobody could be told of this by letter: the provider had no people."))
        return
    try:
        tell_of_change(provider, addresses=known, what=what, now=timezone.now())
    except OSError:  # what mail servers fail with; the change stands, and somebody else must tell
        logger.exception("the people of provider %s could not be told of a change", provider.slug)
        messages.error(request, gettext("The letter that tells of this could not be sent. Please tell the provider."))
    else:
        messages.info(request, gettext("The people of this provider are told by letter."))


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
