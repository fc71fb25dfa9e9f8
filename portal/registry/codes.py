"""Core: public codes of certificates: opaque, unambiguous when read aloud, and with a check character.

The check symbol rule is that of Crockford's base 32 (modulo 37), see crockford.com/base32.html.
"""

import re
import unicodedata
from urllib.parse import unquote

from portal.tokens import ALPHABET, random_letters

CHECK_SYMBOLS = ALPHABET + "*~$=U"
LENGTH = 12
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = ("Pd", "Cf", "Zs", "Cc")  # dashes, invisible marks, spaces, line ends: what gets in when a code is copied
_MINUS = "\u2212"


def _check_symbol(body: str) -> str:
    value = 0
    for letter in body:
        value = value * 32 + ALPHABET.index(letter)
    return CHECK_SYMBOLS[value % 37]


def new_code() -> str:
    """Return a new code of 60 random bits, such as `7K4M-9QXD-2F6S-0`, whose last character checks the others.

    Codes whose check symbol is not a plain letter or digit are drawn again, so that an address never needs quoting.
    """
    while True:
        body = random_letters(LENGTH)
        symbol = _check_symbol(body)
        if symbol in ALPHABET:
            return "-".join([body[:4], body[4:8], body[8:], symbol])


def read_code(text: str) -> str | None:
    """Return the code that somebody typed in its one written form, or None if it cannot be a code of ours.

    Case, spaces and hyphens of any kind do not matter; O is read as 0, I and L as 1. A slip in one character, or two
    neighbours swapped, is noticed by the check symbol.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_CONFUSED)
    letters = "".join(each for each in plain if unicodedata.category(each) not in _BETWEEN and each != _MINUS)
    if len(letters) != LENGTH + 1 or any(letter not in ALPHABET for letter in letters):
        return None
    body, symbol = letters[:-1], letters[-1]
    if _check_symbol(body) != symbol:
        return None
    return "-".join([body[:4], body[4:8], body[8:], symbol])


def code_in(text: str) -> str | None:
    """Return the code in what somebody copied: the code itself, the address of a certificate, or a line with either.

    An address may be long or short, in any language or none, and of any part of the certificate.
    """
    pieces = re.split(r"[\s/?#&=]+", unquote(text))
    return next(filter(None, map(read_code, [text, *pieces])), None)
