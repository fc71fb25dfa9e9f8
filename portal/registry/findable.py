"""Core: the words by which an entry of the public history is found, whatever accents, capitals or digits they have.

They are written once, with the entry, into one column: words between spaces, each also with the mark of the part it
comes from. What somebody types is folded the same way, so that no database needs to know anything of languages.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from anyascii import anyascii
from fontTools import unicodedata as scripts

LONGEST_WORD = 60
MOST_TERMS = 20
ACTIVITY, BENEFICIARY = "a:", "b:"

_WITHOUT_SPACES = frozenset(["Hani", "Hira", "Kana", "Thai", "Laoo", "Khmr", "Mymr"])
_NUMBERED = re.compile(r"([a-z]*)0*([0-9]+)")


def fold(text: str) -> str:
    """Return a text without accents, capitals and unusual forms: `Générale` and `GENERALE` give `generale`."""
    plain = "".join(map(_plain, unicodedata.normalize("NFKD", text)))
    return unicodedata.normalize("NFC", plain).casefold()


def column(*, activity_code: str, activity_title: str, beneficiary: str, others: Iterable[str]) -> str:
    """Return what is kept of an entry to find it by: its words between single spaces, and a space at both ends."""
    activity = [*_words(f"{activity_code} {activity_title}"), _number("".join(_words(activity_code)))]
    named = _words(beneficiary)
    marked = [f"{ACTIVITY}{word}" for word in activity] + [f"{BENEFICIARY}{word}" for word in named]
    kept = dict.fromkeys([*activity, *named, *_words(" ".join(others)), *marked])
    return f" {' '.join(kept)} "


def terms(text: str, *, part: str = "") -> tuple[str, ...]:
    """Return what must all be found for a text: whole words, and beginnings of words, which end in an asterisk.

    A word with digits is a number and is meant whole, any other may be typed as far as somebody remembers it. `part`
    is ACTIVITY or BENEFICIARY, or nothing for any. Empty if there is no word in the text.
    """
    found = dict.fromkeys(_words(text, typed=True))
    return tuple(f"{part}{word}" if re.search("[0-9]", word) else f"{part}{word}*" for word in found)[:MOST_TERMS]


def _plain(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isascii() or scripts.script(character) != "Latn":
        return character
    return anyascii(character) or character


def _words(text: str, *, typed: bool = False) -> list[str]:
    letters = "".join(each if unicodedata.category(each)[0] in "LNM" else " " for each in fold(text))
    return [word[:LONGEST_WORD] for part in letters.split() for word in _parts(part, typed=typed)]


def _parts(word: str, *, typed: bool) -> Iterator[str]:
    """A word is itself; where a script has no spaces, every two neighbours are one, and the last letter alone."""
    for unspaced, group in groupby(word, key=lambda each: scripts.script(each) in _WITHOUT_SPACES):
        run = "".join(group)
        if unspaced:
            yield from (run[place : place + 2] for place in range(len(run) - (typed and len(run) > 1)))
        else:
            yield _number(run)


def _number(word: str) -> str:
    """`0033` is the number 33, and `cdm0033` is `cdm33`."""
    match = _NUMBERED.fullmatch(word)
    return match[1] + match[2] if match else word
