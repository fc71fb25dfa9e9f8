"""Core: formulas that choose among words, written out for calculators with long lists of options."""

from collections.abc import Iterable, Sequence

from portal.calculators.engine.calculator import Option


def options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    """Return options of pairs of an id and its words."""
    return tuple(Option(id=name, label=label) for name, label in pairs)


def ids(choices: Iterable[Option]) -> list[str]:
    """Return the ids of options."""
    return [each.id for each in choices]


def is_among(name: str, words: Sequence[str]) -> str:
    """Return the formula that says whether a choice is one of some of its options."""
    return " or ".join(f'{name} == "{word}"' for word in words)


def among(name: str, words: Sequence[str]) -> str:
    """Return the formula of a choice that is known to be one of some of its options, for keys that only these have."""
    *others, last = words
    return "".join(f'"{word}" if {name} == "{word}" else ' for word in others) + f'"{last}"'
