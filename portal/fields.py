"""Form fields that bring what people type into one written form first, and then check and measure that."""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.countries import country_choices
from portal.figures import grouped

# Groups of three only with spaces between, since 1.000 is a thousand to some and one to others.
_WHOLE = re.compile(r"[+-]?(\d+|\d{1,3}( \d{3})+)", re.ASCII)
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
# Soft hyphens, zero-width spaces and byte order marks come along when text is copied, and mean nothing.
_LEFTOVERS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# What formats text without being seen, and is needed to write: joiners, marks of direction, leftovers as above; and the
# signs of Arabic, Syriac, Kaithi and Egyptian that Unicode counts among these although they are seen. All others, such
# as tags and overrides of direction, can make a text read as another one, or say what nobody sees.
_FORMATS = frozenset("\u200c\u200d\u200e\u200f\u061c\u00ad\u200b\u2060\ufeff\u06dd\u070f\u0890\u0891\u08e2")
_FORMATS |= frozenset(map(chr, (*range(0x600, 0x606), 0x110BD, 0x110CD, *range(0x13430, 0x13440))))
# Letters and signs by name that show nothing: a joiner of marks, fillers of Hangul and Khitan, vowels of Khmer, the
# blank of Braille, a note without a head, blanks of Egyptian, and what stands for an object that is not there.
_BLANK = frozenset("\u034f\u115f\u1160\u3164\uffa0\U00016fe4\u17b4\u17b5\u2800\U0001d159\U00013441\U00013442\ufffc")
# What chooses among shapes of the sign before it, or joins or turns the two beside it, is itself not seen. One is
# writing; a row of them, or one after what it cannot change, can only say what nobody sees.
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_SHAPES = frozenset(map(chr, range(0xFE00, 0xFE10)))  # of emoji, figures, and letters without capitals
_SHAPES_OF = {  # of a script alone, by how the names of its letters begin
    "CJK": frozenset(map(chr, range(0xE0100, 0xE01F0))),
    "MONGOLIAN": frozenset("\u180b\u180c\u180d\u180f"),
}
_UNSEEN = _JOINERS | _SHAPES | frozenset().union(*_SHAPES_OF.values())
_ALIKE = frozenset(["LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"])  # scripts that share shapes

MOST_MARKS = 4
"""Marks on one letter: no spelling needs more, and heaps stand over other lines. `lettering.py` prints as many."""


def plain_number(text: str) -> str:
    """Return what should be a number in plain digits, whatever script it was typed in, with plain signs and spaces."""
    digits = (str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
    return " ".join("".join(digits).replace("\u2212", "-").split())


class CountsCharacters(forms.Form):
    """A form whose mistakes write how long a text is, and may be, as the language writes numbers."""

    def add_error(self, field: str | None, error: Any) -> None:
        for each in getattr(error, "error_list", ()):
            if each.code in ("max_length", "min_length") and each.params:
                lengths = {name: each.params[name] for name in ("limit_value", "show_value")}
                each.params |= {name: grouped(n, get_language() or "en") for name, n in lengths.items()}
        super().add_error(field, error)


class WholeUnitsField(forms.IntegerField):
    """A whole number, as people of any language write it. What could be read in two ways is not guessed."""

    def to_python(self, value: Any) -> int | None:
        text = plain_number(str(value or ""))
        if text and not _WHOLE.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        number: int | None = super().to_python(text.replace(" ", ""))
        return number


def all_visible(text: str) -> None:
    """Raise ValidationError for what is not seen or cannot be printed: controls, tags, overrides of direction; what
    chooses shapes that are not there; heaps of accents; letters that show nothing, private use and unassigned code
    points; and text in which nothing is seen at all."""
    blank = [each for each in dict.fromkeys(text) if each in _BLANK or unicodedata.category(each) in ("Co", "Cn")]
    is_seen = any(unicodedata.category(character)[0] in "LNPS" for character in text)
    is_hiding = any(_hides(sign, after=before) for before, sign in pairwise(f" {text}"))
    if is_hiding or any(_is_control(character) for character in text) or not (is_seen or blank):
        raise ValidationError(_("This contains invisible control characters. Please type it again."), code="invisible")
    if heaped := _heaped(text):
        raise ValidationError(
            _("“%(letter)s” carries more accents than any spelling needs. Please leave some of them out."),
            code="heaped",
            params={"letter": heaped},
        )
    if blank:
        raise ValidationError(
            _("This contains characters that show nothing or cannot be printed: %(found)s. Please leave them out."),
            code="blank",
            params={"found": ", ".join(f"U+{ord(each):04X}" for each in blank[:5])},
        )


def _heaped(text: str) -> str:
    """Return the first letter that carries more marks than MOST_MARKS, or nothing."""
    letter, marks = "", 0
    for each in unicodedata.normalize("NFC", text):
        letter, marks = (letter, marks + 1) if unicodedata.category(each) in ("Mn", "Me") else (each, 0)
        if marks > MOST_MARKS:
            return letter or "\u25cc"
    return ""


def _is_control(character: str) -> bool:
    category, is_no_character = unicodedata.category(character), ord(character) & 0xFFFE == 0xFFFE
    is_control = category in ("Cc", "Cs") and character not in "\r\n\t"
    return is_control or is_no_character or (category == "Cf" and character not in _FORMATS)


def _hides(sign: str, *, after: str) -> bool:
    if sign in _JOINERS:
        return after in _JOINERS
    if sign in _SHAPES:
        has_capitals = after.isupper() or after.islower()
        return after in _UNSEEN or after.isspace() or (has_capitals and after != "\u2139")  # which is an emoji too
    script = next((name for name, shapes in _SHAPES_OF.items() if sign in shapes), None)
    return script is not None and not unicodedata.name(after, "").startswith(f"{script} ")


def mixed_words(text: str) -> list[str]:
    """Return the words of a text that have letters of several scripts which look alike: “Аpple” with a Cyrillic А."""
    return [word for word in dict.fromkeys(re.findall(r"\w+", text)) if len(_scripts(word)) > 1]


def _scripts(word: str) -> set[str]:
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()} & _ALIKE


def keep_visible(form: forms.BaseForm, *names: str) -> None:
    """Let some fields of a form refuse what is not seen: what is typed there becomes public."""
    for name in names:
        if name in form.fields:
            form.fields[name].validators.append(all_visible)


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


@cache
def _country_options(language: str) -> str:
    """Return the options of a choice among all countries as HTML, none of them selected."""
    return format_html_join("\n", '<option value="{}">{}</option>', country_choices())


class CountrySelect(forms.Select):
    """All countries in the active language. Their 250 options are drawn once a language: Django draws each by two
    templates, every time, which is most of the work that a page with a country to choose would be."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = _country_options(get_language() or "en")
        unselected = format_html('<option value="{}"', value or "")
        options = options.replace(unselected, f"{unselected} selected", 1)
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>\n{}\n</select>', name, attributes, mark_safe(options))  # noqa: S308  # escaped above


class CountryField(forms.ChoiceField):
    """The code of a country, chosen among all, which are named in the active language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=country_choices, widget=CountrySelect, **kwargs)


def name_countries(form: forms.BaseForm, name: str) -> None:
    """Make a field of a form a choice among all countries."""
    field = form.fields.get(name)
    if field is not None:
        form.fields[name] = CountryField(label=field.label, required=field.required)
