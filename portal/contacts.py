"""What in a text lets somebody be reached: e-mail addresses, web addresses and telephone numbers.

It serves to ask back before a text becomes public, so it would rather ask once too often: no rule knows all numbers of
the world. Dates, years and plain amounts, which stand in every second text about a purchase, are no numbers to call.
"""

import re
import unicodedata
from functools import cache

from portal.countries import country_codes

_MAIL = re.compile(r"[^\s<>()\[\]\"“”«»,;:]+@[^\s<>()\[\]\"“”«»,;:@]+\.\w+")
_LINK = re.compile(r"(?:\b[a-z][a-z0-9+-]*://|\bwww\.)[^\s<>\"“”«»]+", re.IGNORECASE)
_WORLDWIDE = [
    "com",
    "org",
    "net",
    "info",
    "biz",
    "edu",
    "gov",
    "int",
    "app",
    "dev",
    "io",
    "eco",
    "earth",
    "ngo",
    "ong",
    "shop",
    "store",
    "site",
    "online",
    "uk",
    "eu",
]
_CALL = re.compile(r"[+(]{0,2}\d(?:[ ()./-]{0,3}\d){6,}")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
# 1.5.2026, 05/01/26, 2026-05-01, 2026-05, 2026, 2025/26, 2025-2026; never in the middle of something longer
_TIMES = re.compile(
    rf"(?<!\d)(?<!\d\.)(?:{_DAY}([./-]){_DAY}\1(?:{_YEAR}|\d\d)(?!\d|\1\d)"
    rf"|{_YEAR}([./-])(?:0?[1-9]|1[0-2])\2{_DAY}(?!\d|\2\d)"
    rf"|{_YEAR}(?:[/-](?:{_YEAR}|\d\d))?(?!\d|[./]\d))"
)
_FEWEST = 7  # digits of a telephone number
_AMOUNT = 9  # digits which an amount in a text hardly has


def ways_to_reach(text: str) -> list[str]:
    """Return what in a text looks as if somebody could be reached by it, as it reads in plain characters."""
    plain = "".join(
        str(unicodedata.decimal(each)) if each.isdecimal() else each for each in unicodedata.normalize("NFKC", text)
    )
    found: list[str] = []
    for pattern in (_MAIL, _LINK, _hosts()):
        found += [match.group().rstrip(".,;:!?)") for match in pattern.finditer(plain)]
        plain = pattern.sub(" … ", plain)
    found += [match.group().strip() for match in _CALL.finditer(plain) if _is_to_call(match.group())]
    return list(dict.fromkeys(found))


@cache
def _hosts() -> re.Pattern[str]:
    """Names of hosts without anything before them: example.org, t.me/climate. M.Sc. is none."""
    ends = "|".join(sorted({*_WORLDWIDE, *(code.lower() for code in country_codes())}))
    host = rf"(?:[\w-]{{2,}}\.(?:{ends})|[\w-]\.(?:com|org|me|co))"
    return re.compile(rf"(?<![\w.@-])(?:[\w-]+\.)*{host}(?![\w-]|\.\w)(?:[/?#:][^\s<>\"“”«»]*)?", re.IGNORECASE)


def _is_to_call(text: str) -> bool:
    """Say whether a row of seven digits or more is a telephone number, and neither times nor an amount."""
    if text.startswith(("+", "(+", "00")):
        return True
    if len(re.findall(r"\d", _TIMES.sub("", text))) < _FEWEST:
        return False
    if re.fullmatch(r"\d+", text):
        return text.startswith("0") or len(text) >= _AMOUNT
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", text):
        return False
    is_amount = re.fullmatch(r"[1-9]\d{0,2}(?: \d{3})+", text)
    return not is_amount or len(re.findall(r"\d", text)) >= _AMOUNT
