"""What the interface says in a language, read from the very catalogue that translators write."""

import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "locale"


@cache
def _catalog(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def words(english: str, language: str) -> str:
    """Return a text of the interface in a language. Fails if it has no translation, or is none of ours any more."""
    if language == "en":
        return english
    message = _catalog(language).get(english)
    assert message is not None, f"“{english}” is not in the {language} catalogue"
    assert isinstance(message.string, str)
    assert message.string, f"“{english}” is not translated into {language}"
    return message.string


def flat(text: str) -> str:
    """Return a text with every run of spaces and line ends made one space. No-break spaces stay as they are."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()
