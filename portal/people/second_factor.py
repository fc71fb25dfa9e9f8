"""The second factor of an account: a code of an app, or one of those that were kept for when the phone is lost.

How it is set up, asked for at signing in and counted is allauth's; here is what other rooms ask of it, and what is
sealed of it: an app's secret, and the seed of the codes that were kept.
"""

from collections.abc import Iterator

from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.people.models import User

SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}  # by type: where it stands
LED_FROM = "led_from"  # in the session: the page that somebody wanted who had to set one up first


def is_set_up(person: User) -> bool:
    """Say whether somebody has a second factor."""
    return bool(is_mfa_enabled(person, [Authenticator.Type.TOTP]))


def why_not(code: str, *, person: User) -> str:
    """Say why what was typed is no code of somebody's, or nothing. A code counts once, and guessing is limited."""
    form = BaseAuthenticateForm(data={"code": code}, user=person)
    return "" if form.is_valid() else str(form.errors["code"][0])


def lead_to(request: HttpRequest, *, back_to: str) -> HttpResponse:
    """Lead somebody to set one up, and from there back to what they wanted."""
    request.session[LED_FROM] = back_to
    return redirect("mfa_activate_totp")


def sealed_values() -> Iterator[tuple[int, bytes, str]]:
    """Yield what is sealed of all second factors: number, what is sealed, and whose it is, without naming them."""
    for kept in Authenticator.objects.filter(type__in=SEALED).order_by("pk"):
        yield kept.pk, kept.data[SEALED[kept.type]].encode(), f"the second factor of account {kept.user_id}"


def replace_seal(number: int, *, before: bytes, after: bytes) -> bool:
    """Keep what is sealed under another key. False where it is another by now. Codes that were used stay used."""
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().filter(pk=number).first()
        if kept is None or kept.data[SEALED[kept.type]] != before.decode():
            return False
        kept.data[SEALED[kept.type]] = after.decode()
        kept.save(update_fields=["data"])
    return True
