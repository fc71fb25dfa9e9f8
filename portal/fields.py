"""Form fields that bring what people type into one written form first, and then check and measure that."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from portal.countries import country_choices

# Groups of three only with spaces between, since 1.000 is a thousand to some and one to others.
_WHOLE = re.compile(r"[+-]?(\d+|\d{1,3}( \d{3})+)", re.ASCII)
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
# Soft hyphens, zero-width spaces and byte order marks come along when text is copied, and mean nothing.
_LEFTOVERS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # can make a name read as another one


def plain_number(text: str) -> str:
    """Return what should be a number in plain digits, whatever script it was typed in, with plain signs and spaces."""
    digits = (str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
    return " ".join("".join(digits).replace("\u2212", "-").split())


class WholeUnitsField(forms.IntegerField):
    """A whole number, as people of any language write it. What could be read in two ways is not guessed."""

    def to_python(self, value: Any) -> int | None:
        text = plain_number(str(value or ""))
        if text and not _WHOLE.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        number: int | None = super().to_python(text.replace(" ", ""))
        return number


def all_visible(text: str) -> None:
    """Raise ValidationError for text with control characters or overrides of direction, and for text nobody can see."""
    is_seen = any(unicodedata.category(character)[0] in "LNPS" for character in text)
    if not is_seen or any(_is_refused(character) for character in text):
        raise ValidationError(_("This contains invisible control characters. Please type it again."), code="invisible")


def _is_refused(character: str) -> bool:
    is_control = unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
    is_no_character = ord(character) & 0xFFFE == 0xFFFE
    return is_control or is_no_character or character in _OVERRIDES


class WordsField(forms.CharField):
    """Text in any script, on one line unless `has_lines`. A line end counts as one character, as people count."""

    def __init__(self, *, has_lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.has_lines = has_lines
        kept = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]
        self.validators = [all_visible, *kept]  # which refuses NUL too, and in our own words

    def to_python(self, value: Any) -> str:
        text = str(value or "").translate(_LEFTOVERS)
        text = _LINE_ENDS.sub("\n", text) if self.has_lines else " ".join(text.split())
        return str(super().to_python(unicodedata.normalize("NFC", text)))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Set no `maxlength`: browsers cut what is pasted off there without a word, and count otherwise than we do."""
        return {}


def name_countries(form: forms.BaseForm, name: str) -> None:
    """Make a field of a form a choice among all countries, named in the active language."""
    field = form.fields.get(name)
    if field is not None:
        form.fields[name] = forms.ChoiceField(label=field.label, choices=country_choices(), required=field.required)
