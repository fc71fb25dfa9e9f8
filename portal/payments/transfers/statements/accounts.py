"""Core: whether a statement is of the account it should be of. Banks name one account in several ways."""

import re

from stdnum import iban as ibans

_LEAST_DIGITS = 6  # fewer could be anybody's
_GERMAN = re.compile(r"(\d{8})(?:/0*(\d{1,10})|(\d{10}))")


def is_same_account(said: str, *, own: str) -> bool:
    """Say whether a file's name for an account means the `own` one, an IBAN or a number of the bank's own.

    Besides the very same: the national number at the end of the IBAN, as older files have it, with or without the code
    of the bank before it. The bank code (BIC) that some files put before the number is left out.
    """
    there, here = _bare(said), _bare(own)
    if not there or not here:
        return False
    if there == here or there.endswith(f"/{here}"):
        return True
    if not ibans.is_valid(here):
        return _digits(there) == _digits(here) and len(_digits(here)) >= _LEAST_DIGITS
    inner = here[4:]
    if here.startswith("DE") and (german := _GERMAN.fullmatch(there)):
        return inner == f"{german[1]}{(german[2] or german[3]).zfill(10)}"
    number = there.rsplit("/", 1)[-1].lstrip("0")
    return number.isdigit() and len(number) >= _LEAST_DIGITS and inner.endswith(number)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Z/]", "", text.upper())


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0")
