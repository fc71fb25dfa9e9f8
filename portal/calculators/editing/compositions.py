"""Calculators that editors composed: made ready once for each version, and every fault said at its block."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from portal.calculators import catalogue
from portal.calculators.editing.composer import Composed, compose
from portal.calculators.editing.names import named
from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.sentences import Sentence
from portal.calculators.engine.shape import DefinitionError, Fault
from portal.calculators.factors import edition

MOST_KEPT = 64  # versions of composed calculators that a process keeps ready; one takes a few hundred kB at most
MOST_SAID = 4  # faults at one block: who mends these sees the others
LISTS = ("lines", "values")  # fields that hold a list; other fields with blocks hold a stream

Blocks = list[dict[str, Any]]
_NOTHING = Calculator(id="", title="", sections=(), lines=())


def ready(data: Blocks, *, name: str, title: str, intro: str) -> CompiledCalculator:
    """Return the calculator that some blocks describe, ready to calculate.

    The same blocks and words give the same object again, so a page is compiled once for each of its versions and
    process, and what was published is never answered from what stood there before. Raises DefinitionError.
    """
    found = _ready(json.dumps([data, name, title, intro], cls=DjangoJSONEncoder), edition.factor_set().version)
    if isinstance(found, DefinitionError):
        raise found
    return found


@lru_cache(maxsize=MOST_KEPT)
def _ready(version: str, _factor_set: str) -> CompiledCalculator | DefinitionError:
    """Return the calculator, or what is wrong with it: that is found out once as well."""
    data, name, title, intro = json.loads(version)
    try:
        return catalogue.ready(compose(named(data), name=name, title=title, intro=intro).calculator)
    except DefinitionError as error:
        return error


def how_often_kept() -> tuple[int, int]:
    """Return how often a calculator was found ready, and how often one had to be made so."""
    kept = _ready.cache_info()
    return kept.hits, kept.misses


def completed(data: Sequence[Mapping[str, Any]]) -> Blocks:
    """Return blocks in which everything that formulas call has a name, and every block an id; given ones are kept.

    Translations and comments know a block by its id, wherever it stands.
    """
    blocks = named(data)
    _give_ids(blocks)
    return blocks


def _give_ids(blocks: Iterable[Any]) -> None:
    for block in blocks:
        block["id"] = block.get("id") or str(uuid.uuid4())
        for value in block["value"].values() if isinstance(block.get("value"), dict) else ():
            if isinstance(value, list):
                _give_ids(each for each in value if isinstance(each, dict))


def error_in(data: Blocks) -> ValidationError | None:
    """Return what keeps blocks from being a calculator, each fault at its block, in the active language."""
    try:
        composed = compose(named(data), name="composed", title="")
    except DefinitionError as error:
        return _placed(Composed(_NOTHING, {}), error.faults)
    try:
        catalogue.ready(composed.calculator)
    except DefinitionError as error:
        return _placed(composed, error.faults)
    return None


def faults_in(data: Blocks) -> list[tuple[str, str]]:
    """Return the faults of blocks in the active language, each with what its block is called, empty for the whole."""
    blocks = named(data)
    composed: Composed | None = None
    try:
        composed = compose(blocks, name="composed", title="")
        catalogue.ready(composed.calculator)
    except DefinitionError as error:
        found = [(_called(blocks, composed, fault), capfirst(str(in_words(fault.message)))) for fault in error.faults]
        return list(dict.fromkeys(found))
    return []


def _called(blocks: Blocks, composed: Composed | None, fault: Fault) -> str:
    places = composed.at(fault) if composed else ()
    if not places:
        return ""
    found: Any = blocks
    for step in places[-1]:
        found = found[step] if isinstance(step, int) else found["value"][step]
    fields = found["value"]
    return str(fields.get("label") or fields.get("title") or fields.get("id") or "")


def in_words(said: object) -> object:
    """Return a sentence of the core in the active language."""
    if not isinstance(said, Sentence):
        return said
    return gettext(said.msgid) % {name: in_words(value) for name, value in said.params.items()}


def _sentences(faults: Iterable[Fault]) -> list[str]:
    found = dict.fromkeys(capfirst(str(in_words(fault.message))) for fault in faults)
    return list(found)[:MOST_SAID]


# --- Faults at their blocks: errors in the form in which Wagtail shows them, one inside the other


class _Node:
    """A block or a field with blocks: the faults of its own, and the nodes inside it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.inner: dict[int | str, _Node] = {}


def _placed(composed: Composed, faults: Iterable[Fault]) -> ValidationError:
    root = _Node()
    for fault in faults:
        for place in composed.at(fault) or ((),):
            node = root
            for step in place:
                node = node.inner.setdefault(step, _Node())
            node.faults.append(fault)
    return _blocks_error(root, "")


def _blocks_error(node: _Node, field: str) -> ValidationError:
    errors = {at: _block_error(inner) for at, inner in node.inner.items()}
    kind = ListBlockValidationError if field in LISTS else StreamBlockValidationError
    return kind(block_errors=errors, non_block_errors=_sentences(node.faults))  # type: ignore[no-any-return]


def _block_error(node: _Node) -> ValidationError:
    errors = {name: _blocks_error(inner, str(name)) for name, inner in node.inner.items()}
    return StructBlockValidationError(block_errors=errors, non_block_errors=_sentences(node.faults))  # type: ignore[no-any-return]
