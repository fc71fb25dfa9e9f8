"""Core: names for what an editor left without one, made from its label, so that formulas and answers can call it.

A name, once given, stays with its block: translations share it, and answers that people saved are kept under it.
"""

import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from copy import deepcopy
from typing import Any

from portal.calculators.editing.fields import NAMED_AFTER, Fields
from portal.calculators.engine.routes import FUNCTIONS
from portal.calculators.engine.shape import LONGEST_NAME, RESERVED

Values = MutableMapping[str, Any]
_TAKEN = RESERVED | set(FUNCTIONS)


def named(data: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks in which every section, question, option, line and lever has a name; given ones are kept."""
    found: list[dict[str, Any]] = [deepcopy(dict(block)) for block in data]
    sections = list(_values(found, "section"))
    questions = [each for section in sections for each in _questions(section)]
    values = list(_values(found, "value"))
    values += [value for question in questions for value in _listed(question, "values")]
    _name(sections, "section")
    _name([*values, *questions], "question")  # a value without a name has no label to make one of
    _name([line for section in sections for line in _listed(section, "lines")], "line")
    _name(list(_values(found, "lever")), "lever")
    for question in questions:
        _name(_listed(question, "options"), "option")
    return found


def _values(data: object, kind: str = "") -> Iterator[Values]:
    """Yield the fields of the blocks of a kind, or of all."""
    for block in data if isinstance(data, list) else []:
        value = block.get("value") if isinstance(block, Mapping) else None
        if isinstance(value, MutableMapping) and kind in ("", block.get("type")):
            yield value


def _listed(fields: Values, name: str) -> list[Values]:
    return list(_values(fields.get(name)))


def _questions(section: Values) -> Iterator[Values]:
    for question in _listed(section, "questions"):
        yield question
        yield from _listed(question, "questions")


def _name(parts: list[Values], kind: str) -> None:
    """Give each part without a name one that no other part has."""
    taken = {Fields(part).text("id") for part in parts}
    for part in parts:
        if not Fields(part).text("id"):
            name = _free(_from_label(str(part.get(NAMED_AFTER[kind]) or "")) or kind, taken)
            part["id"] = name
            taken.add(name)


def _from_label(label: str) -> str:
    letters = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", letters)
    while words and not words[0][0].isalpha():
        words.pop(0)
    name = ""
    for word in words:
        if len(name) + len(word) >= LONGEST_NAME - 4:  # room for a number behind it
            break
        name = f"{name}_{word}" if name else word
    return name or (words[0][: LONGEST_NAME - 4] if words else "")


def _free(name: str, taken: set[str]) -> str:
    if name not in taken and name not in _TAKEN and not keyword.iskeyword(name):
        return name
    return next(f"{name}_{number}" for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)
