"""Blocks composed for tests, and what is wrong with them, each at its place."""

from typing import Any

import pytest

from portal.calculators import catalogue
from portal.calculators.editing.composer import Composed, compose
from portal.calculators.editing.names import named
from portal.calculators.engine.shape import DefinitionError


def composed(data: Any) -> Composed:
    return compose(named(data), name="own", title="Own")


def faults(data: Any) -> dict[tuple[int | str, ...], list[str]]:
    """What is wrong, by the place of the block at fault."""
    found = composed(data)
    with pytest.raises(DefinitionError) as raised:
        catalogue.ready(found.calculator)
    places: dict[tuple[int | str, ...], list[str]] = {}
    for fault in raised.value.faults:
        for place in found.at(fault) or ((),):
            places.setdefault(place, []).append(str(fault.message))
    return places
