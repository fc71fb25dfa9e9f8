"""Who one is, asked for before money or units can be led elsewhere: one's own password, and the second factor.

An unattended screen, a session that was stolen and a password that was guessed are each not enough.
"""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people import second_factor
from portal.people.models import User
from portal.ratelimits import OWN_PASSWORD, wait_for_account

PROOFS = ("own_password", "own_code")


def password_field(*, required: bool = True) -> forms.CharField:
    """Return the field for one's own password."""
    return forms.CharField(
        label=gettext_lazy("Your own password"),
        help_text=gettext_lazy("Needed to change how this provider is paid, its people, or its registry account."),
        required=required,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def code_field() -> forms.CharField:
    """Return the field for a code of one's second factor. That it is asked for is for `prove` to say."""
    return forms.CharField(
        label=gettext_lazy("Code of your second factor"),
        help_text=gettext_lazy("From the app on your phone, or one of those that you kept for when it is lost."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def prove(form: forms.BaseForm, *, person: User) -> None:
    """Add to a form with both fields why its sender has not shown who they are. To be asked last: codes count once."""
    given: dict[str, Any] = form.cleaned_data
    if why_not := why_not_own(given.get("own_password", ""), person=person):
        form.add_error("own_password", why_not)
    elif why_not := why_not_second(given.get("own_code", ""), person=person):
        form.add_error("own_code", why_not)


def why_not_own(password: str, *, person: User) -> str:
    """Say why what was typed is not enough, or nothing."""
    if not password:
        return _("Type your own password to change this.")
    if wait_for_account(OWN_PASSWORD, account_id=person.pk):
        return _("That was tried too often. Please wait ten minutes.")
    return "" if person.check_password(password) else _("This is not your password. Nothing was changed.")


def why_not_second(code: str, *, person: User) -> str:
    """Say the same of a code. Who has no second factor is told where to set one up, since none is no proof."""
    if not second_factor.is_set_up(person):
        text = _("This needs a second factor, which your account does not have yet.")
        return format_html('{} <a href="{}">{}</a>', text, reverse("mfa_activate_totp"), _("Set it up"))
    return second_factor.why_not(code, person=person) if code else _("Type a code of your second factor as well.")
