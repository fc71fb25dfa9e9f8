"""Letters to a provider's people, in all languages one after the other, since nobody knows which is theirs."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from portal.payments.models import Change
from portal.people.models import User
from portal.providers.models import Provider

logger = logging.getLogger(__name__)

LIKE_KEYS = ("merchant_id", "public_key", "private_key", "merchant_accounts", "gateway_environment")
# What is told, by the fields that change it.
TOLD = {
    **dict.fromkeys(
        (*LIKE_KEYS, "payment_account", "paypal_account"),
        _("how it is paid: money goes to another account from now on, or by other keys"),
    ),
    "bank_account": _("where money is transferred to: one of its bank accounts is new, or has changed"),
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
    except OSError:  # the change stands, and somebody else must tell
        messages.error(request, gettext("The letter that tells of this could not be sent. Please tell the provider."))
    else:
        messages.info(request, gettext("The people of this provider are told by letter."))


def people_of(provider: Provider) -> list[str]:
    """Return who is told of a provider's money: its people; where it has none, those who may do everything here."""
    own = list(provider.members.order_by("pk").values_list("email", flat=True))
    return own or list(User.objects.filter(is_superuser=True, is_active=True).values_list("email", flat=True))


def tell_of_waiting(change: Change, *, now: datetime) -> bool:
    """Tell the people of a provider that its money is to go elsewhere, or may, and how to stop that.

    False if nobody was told. The letter names no secret, and who has it may stop the change.
    """
    provider = change.account.provider
    context = {name: getattr(change, name) for name in ("asked_at", "opens", "holds_money_back")}
    context["due_at"] = now + timedelta(hours=settings.PAYEE_CHANGE_HOURS)
    in_its_language = {"account": change.account, "stop_url": partial(_stop_url, change)}
    return _send_each("waiting", provider, addresses=people_of(provider), context=context | in_its_language) > 0


def _stop_url(change: Change) -> str:
    return f"{settings.SITE_URL}{reverse('stop_change', args=[change.stop_key])}"


def tell_of_change(provider: Provider, *, addresses: Iterable[str], what: Iterable[str], now: datetime) -> None:
    """Tell the people a provider had before a change what of it was changed, each by a letter of their own. No secret
    is in it. Raises OSError where the mail server takes none."""
    addresses, what = list(addresses), list(what)
    context = {"now": now, "what": lambda: list(dict.fromkeys(str(TOLD[name]) for name in what))}
    if _send_each("changed", provider, addresses=addresses, context=context) < len(addresses):
        raise OSError("not every letter was taken")


def _send_each(name: str, provider: Provider, *, addresses: Collection[str], context: dict[str, Any]) -> int:
    """Send a letter to each address, in all languages one after the other. Returns how many the mail server took."""
    subjects, bodies = [], []
    site = {"provider": provider.name, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    for language, _name in settings.LANGUAGES:
        with override(language):
            subjects.append(render_to_string(f"selling/mail/{name}.subject.txt", {**site, **context}).strip())
            bodies.append(render_to_string(f"selling/mail/{name}.txt", {**site, **context}).strip())
    text = "\n\n--------\n\n".join(bodies)
    taken = 0
    for address in addresses:
        try:
            EmailMessage(subject=" · ".join(subjects), body=f"{text}\n", to=[address]).send()
        except OSError:  # what mail servers fail with; the others are told all the same
            logger.exception("somebody of provider %s could not be told", provider.slug)
        else:
            taken += 1
    return taken
