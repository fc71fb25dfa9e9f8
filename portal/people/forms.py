"""The forms of accounts, with every label and every mistake in the portal's own words. What they do is allauth's."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as factors
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.fields import CountsCharacters

_ADDRESS = {
    "label": _("E-mail address"),
    "required": _("Enter your e-mail address."),
    "invalid": _("Enter a complete e-mail address, such as name@example.org."),
    "max_length": _("An e-mail address has at most %(limit_value)s characters; this one has %(show_value)s."),
}
_NEW_PASSWORD_HINT = _("At least 10 characters; not only digits, no usual password, and nothing like your address.")
# What a field is called and says of a mistake, by its name, which means the same in all these forms
WORDS: dict[str, dict[str, Any]] = {
    "login": _ADDRESS,
    "email": _ADDRESS,
    "password": {"label": _("Password"), "required": _("Enter your password.")},
    "oldpassword": {"label": _("Current password"), "required": _("Enter your current password.")},
    "password1": {"label": _("New password"), "required": _("Enter a new password."), "hint": _NEW_PASSWORD_HINT},
    "password2": {"label": _("The new password again"), "required": _("Enter the new password a second time.")},
    "code": {
        "label": _("Code"),
        "required": _("Enter the code."),
        "hint": _("Six digits from your app; or one of the codes that you kept for when the phone is lost."),
    },
    "remember": {"label": _("Stay signed in on this device")},
}
_CURRENT = ("password", "oldpassword")


class OwnWords(CountsCharacters, forms.Form):
    """Fields that say what is wrong by their names, and have no placeholder, which vanishes as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            words = dict(WORDS[name])
            field.label = words.pop("label")
            field.help_text = words.pop("hint", _way_to_a_new_one() if name in _CURRENT else "")
            field.error_messages.update(words)
            field.widget.attrs.pop("placeholder", None)

    def add_error(self, field: str | None, error: Any) -> None:
        """Note a mistake. The one bare text for a second password is allauth's, for two that are not the same."""
        if field == "password2" and not isinstance(error, forms.ValidationError):
            error = _("The two new passwords are not the same. Enter the same one twice.")
        super().add_error(field, error)


def _way_to_a_new_one() -> str:
    return format_html('<a href="{}">{}</a>', reverse("account_reset_password"), _("Forgotten your password?"))


class LoginForm(OwnWords, allauth.LoginForm):
    """Sign in."""


class SignupForm(OwnWords, allauth.SignupForm):
    """Takes as long for an address that has an account as for one that has none, so that time tells nobody which."""

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(OwnWords, allauth.AddEmailForm):
    """Add an address to an account."""


class ChangePasswordForm(OwnWords, allauth.ChangePasswordForm):
    """Change a password that is known."""


class SetPasswordForm(OwnWords, allauth.SetPasswordForm):
    """Give a password to an account that has none."""


class ResetPasswordForm(OwnWords, allauth.ResetPasswordForm):
    """Ask for a link to set a new password."""


class ResetPasswordKeyForm(OwnWords, allauth.ResetPasswordKeyForm):
    """Set a new password, by the link in a letter."""


class ReauthenticateForm(OwnWords, allauth.ReauthenticateForm):
    """Say again who one is."""


class CodeForm(OwnWords, factors.AuthenticateForm):
    """Sign in with the second factor."""


class CodeAgainForm(OwnWords, factors.ReauthenticateForm):
    """Say again who one is, with the second factor."""


class FirstCodeForm(OwnWords, ActivateTOTPForm):
    """Show that the app that was just set up gives the right codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits that the app shows now.")
