"""Core: references that purchasers write on transfers: ISO 11649, `RF`, two check digits, and a core.

The core is the caller's own reference without its hyphens, in an alphabet without look-alikes (see `portal.tokens`), so
that a person who mistypes one character is found out, and O and I can be read as the 0 and 1 that they were.
"""

import re
import unicodedata
from collections.abc import Iterator

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

LONGEST_CORE = 21  # characters, after ISO 11649
_CORE = re.compile(rf"[0-9A-Z]{{1,{LONGEST_CORE}}}")
_NO_PART = re.compile(r"[^0-9A-Z]")
_BEGINNING = re.compile(r"(?=(RF[0-9OIL]{2})([0-9A-Z]{1,21}))")  # looks ahead, so that none hides another
_LOOK_ALIKES = str.maketrans("OIL", "011")


def core_of(reference: str) -> str:
    """Return what stands behind the check digits for a payment's reference: T7K4M9QXD2F for T-7K4M9-QXD2F.

    Raises ValueError for what has no place in one.
    """
    core = _NO_PART.sub("", reference.upper())
    if not _CORE.fullmatch(core):
        raise ValueError(f"{reference!r} has no core for a reference")
    return core


def reference_for(reference: str) -> str:
    """Return the RF reference of a payment's own reference, always the same one. Raises ValueError as `core_of`."""
    core = core_of(reference)
    return f"RF{mod_97_10.calc_check_digits(core + 'RF')}{core}"


def is_reference(text: str) -> bool:
    """Say whether a text is an RF reference in its compact form, with check digits that hold."""
    return text.isascii() and text.isalnum() and text == text.upper() and iso11649.is_valid(text)


def compact(text: str) -> str:
    """Return letters and digits alone, as capitals: what is left of a reference however it was typed.

    Full-width letters and digits, as input methods of East Asia give them, count as the plain ones.
    """
    return _NO_PART.sub("", unicodedata.normalize("NFKC", text).upper())


def printed(reference: str) -> str:
    """Return a reference in groups of four, as ISO 11649 wants it on paper."""
    return iso11649.format(reference)


def references_in(text: str) -> Iterator[str]:
    """Yield every RF reference, compact and with check digits that hold, that a text can be read to name.

    Where words follow without a gap, nobody knows where a reference ends: each end at which the digits hold is yielded,
    the longest first, and one in 97 of them is none. So they only count where one is expected.
    """
    seen = set()
    for beginning, rest in _BEGINNING.findall(compact(text)):
        for written in (rest, rest.translate(_LOOK_ALIKES)):
            for end in range(len(written), 0, -1):
                found = beginning[:2] + beginning[2:].translate(_LOOK_ALIKES) + written[:end]
                if found not in seen and is_reference(found):
                    seen.add(found)
                    yield found
