"""What a new password must be, and what is said of one that is not: Django's own rules, in the portal's words."""

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(django.MinimumLengthValidator):
    """Asks for a number of characters, `min_length`."""

    def get_error_message(self) -> str:
        return ngettext(
            "The new password needs at least %(n)d character. Enter a longer one, such as a few words.",
            "The new password needs at least %(n)d characters. Enter a longer one, such as a few words.",
            self.min_length,
        ) % {"n": self.min_length}


class UnlikeOneself(django.UserAttributeSimilarityValidator):
    """Refuses what is much like the name or the address of whoever has the account."""

    def get_error_message(self) -> str:
        return _("The new password is much like your name or your e-mail address, which others know. Enter another.")


class Unusual(django.CommonPasswordValidator):
    """Refuses the passwords that most people choose, and that are guessed first."""

    def get_error_message(self) -> str:
        return _("This is one of the passwords that are guessed first, since many people use it. Enter another.")


class NotOnlyDigits(django.NumericPasswordValidator):
    """Asks for something else than digits."""

    def get_error_message(self) -> str:
        return _("The new password consists of digits alone. Add letters or signs.")
