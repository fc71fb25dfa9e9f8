"""Sealing anew, with the first of PROVIDER_KEYS, all that the others sealed: value by value, at any time."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.vault import is_newest, seal_again


@dataclass(frozen=True)
class Seals:
    """How many values an earlier key sealed, and of what no key opens what is sealed."""

    left: int
    lost: tuple[str, ...]


def rotate() -> int:
    """Seal anew what an earlier key sealed. Returns how many values that were. Each is kept by itself.

    What is changed in the same moment stays as it was changed, and is met again the next time.
    """
    done = 0
    for writer, key, sealed, _name in _values():
        try:
            again = seal_again(sealed)
        except ImproperlyConfigured:
            continue
        if not is_newest(sealed):
            done += writer.replace_seal(key, before=sealed, after=again)
    return done


def look() -> Seals:
    """Say what is left. Nothing is changed."""
    left, lost = 0, []
    for _writer, _key, sealed, name in _values():
        try:
            seal_again(sealed)
        except ImproperlyConfigured:
            lost.append(name)
        else:
            left += not is_newest(sealed)
    return Seals(left=left, lost=tuple(lost))


def _values() -> Iterator[tuple[ModuleType, int, bytes, str]]:
    for writer in map(import_module, settings.KEEPS_SEALED):
        for key, sealed, name in list(writer.sealed_values()):
            yield writer, key, bytes(sealed), name
