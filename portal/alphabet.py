"""In which order people look names up."""

import unicodedata


def alphabetical(name: str) -> str:
    """Return a key that sorts É with E and small letters with capitals, as dictionaries do."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
