"""Core: which field of a block is which attribute of a calculator's part, and how each is read and written.

`composer.py` reads blocks by these tables, `decomposer.py` writes them, `names.py` finds what a part is named after.
What stands inside of a section or a group, besides its own fields, is theirs to arrange.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from portal.calculators.engine.calculator import (
    LARGEST,
    Airport,
    Calculator,
    Choice,
    Country,
    Group,
    Lever,
    Line,
    Number,
    Offered,
    Option,
    Question,
    Section,
    Slider,
    Value,
    Words,
    YesNo,
)

Say = Callable[[str], str]
Made = TypeVar("Made", covariant=True)
MOST_DIGITS = 60  # before or behind the decimal point
_PLAIN = re.compile(r"-?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)


class Fields:
    """The fields of one block, whatever is in them."""

    def __init__(self, value: object) -> None:
        self._values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}

    def text(self, name: str, default: str = "") -> str:
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            return default
        return str(value).strip() or default

    def yes(self, name: str, *, default: bool = False) -> bool:
        value = self._values.get(name)
        return value if isinstance(value, bool) else default

    def whole(self, name: str, default: int) -> int:
        value = self._values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def blocks(self, name: str) -> list[tuple[str, "Fields"]]:
        """Return the type and the fields of each block in a field, in the form in which lists are stored as well."""
        return blocks_of(self._values.get(name))


def blocks_of(data: object) -> list[tuple[str, Fields]]:
    """Return the type and the fields of each block."""
    items = data if isinstance(data, Sequence) and not isinstance(data, str | bytes) else []
    found = [each if isinstance(each, Mapping) else {} for each in items]
    return [(str(each.get("type", "")), Fields(each.get("value"))) for each in found]


def block(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return a block with its fields, as it is stored."""
    return {"type": kind, "value": value}


def items(values: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the blocks of a list, as they are stored."""
    return [block("item", value) | {"id": None} for value in values]  # an id is what lists of blocks are known by


# --- Fields, each with its way in and its way back


@dataclass(frozen=True)
class Field:
    """How an attribute is read from the fields of a block, and what fields it gives when it is written."""

    attribute: str
    read: Callable[[Fields], Any]
    write: Callable[[Any, Say], dict[str, Any]]  # of the part whose attribute it is


@dataclass(frozen=True)
class Part(Generic[Made]):
    """What one type of block describes: the engine's own dataclass, by its fields."""

    made: Callable[..., Made]
    fields: tuple[Field, ...]

    def read(self, fields: Fields, **more: Any) -> Made:
        """Return the part that a block describes. `more` is what does not stand in its fields."""
        return self.made(**{each.attribute: each.read(fields) for each in self.fields}, **more)

    def write(self, part: Any, *, say: Say) -> dict[str, Any]:
        """Return the fields of the block that describes a part, in the language of `say`."""
        found: dict[str, Any] = {}
        for each in self.fields:
            found |= each.write(part, say)
        return found


def _same(name: str, read: Callable[[Fields], Any]) -> Field:
    """Return a field that holds its attribute as it is."""
    return Field(name, read, lambda part, _say: {name: getattr(part, name)})


def _text(name: str, default: str = "") -> Field:
    return _same(name, lambda fields: fields.text(name, default))


def _yes(name: str) -> Field:
    return _same(name, lambda fields: fields.yes(name))


def _whole(name: str, default: int) -> Field:
    return _same(name, lambda fields: fields.whole(name, default))


def _words(name: str) -> Field:
    """Return a field with words, which are translated."""

    def write(part: Any, say: Say) -> dict[str, Any]:
        text = getattr(part, name)  # to the empty text, a catalogue of translations answers with its head
        return {name: str(say(text)) if text else ""}

    return Field(name, lambda fields: fields.text(name), write)


def _number(name: str, default: str, *, unsaid: str | None = None) -> Field:
    """Return a field with a number. `unsaid` is the one that an empty field stands for."""

    def write(part: Any, _say: Say) -> dict[str, Any]:
        number = getattr(part, name)
        return {name: None if number == unsaid else number}

    return Field(name, lambda fields: _plain(fields.text(name, default)), write)


def _plain(text: str) -> str:
    """Write a number without exponent, as visitors are told it; what is none, or beyond all measure, stays as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return format(number, "f") if abs(number.adjusted()) <= MOST_DIGITS else text


def _listed(name: str, part: Part[Any]) -> Field:
    """Return a field with a list of parts."""
    return Field(
        name,
        lambda fields: tuple(part.read(each) for _kind, each in fields.blocks(name)),
        lambda whole, say: {name: items([part.write(each, say=say) for each in getattr(whole, name)])},
    )


# --- Fields that are not simply what they hold


def _default_in_unit(fields: Fields) -> str:
    unit, default = fields.text("unit"), fields.text("default")
    return f'of({default}, "{unit}")' if unit and _PLAIN.fullmatch(default) else default


def _default_as_number(number: Number, _say: Say) -> dict[str, str]:
    amount = re.fullmatch(r'of\((.*), "(.*)"\)', number.default)
    is_mere = amount and amount[2] == number.unit and _PLAIN.fullmatch(amount[1])
    return {"default": amount[1] if amount and is_mere else number.default}


def _factor_or_pattern(line: Line, _say: Say) -> dict[str, str]:
    is_pattern = "{" in line.factor
    return {"factor": "" if is_pattern else line.factor, "factor_pattern": line.factor if is_pattern else ""}


def _changes(fields: Fields) -> dict[str, str]:
    return {each.text("question"): each.text("answer") for _kind, each in fields.blocks("changes")}


def _changed(lever: Lever, _say: Say) -> dict[str, Any]:
    return {"changes": items([{"question": name, "answer": answer} for name, answer in lever.changes.items()])}


_DEFAULT = Field("default", _default_in_unit, _default_as_number)  # a mere number is one of the question's unit
_FACTOR = Field("factor", lambda fields: fields.text("factor_pattern") or fields.text("factor"), _factor_or_pattern)
_ITEM = Field("item", lambda fields: fields.text("item") or fields.text("label"), _words("item").write)
_PERIOD = Field(
    "period",
    lambda fields: "" if fields.text("period") == "once" else "year",
    lambda calculator, _say: {"period": calculator.period or "once"},
)


# --- What each type of block describes

_OPTION = Part(Option, (_words("label"), _text("id")))
_OFFERED = Part(Offered, (_text("unit"), _text("through")))
_WORDED = (_words("label"), _text("id"), _words("help"))
_ASKED = (*_WORDED, _text("shown_if"), _yes("is_required"), _yes("is_setting"), _yes("is_more"))
_MEASURED = (
    *_ASKED,
    _text("unit"),
    _DEFAULT,
    _number("minimum", "0"),
    _number("maximum", LARGEST, unsaid=LARGEST),
    _yes("is_whole"),
    _listed("offered", _OFFERED),
)
GROUP = Part(Group, (*_ASKED, _ITEM, _whole("least", 0), _whole("most", 20)))
QUESTIONS: Mapping[str, Part[Question]] = {
    "number": Part(Number, _MEASURED),
    "slider": Part(Slider, (*_MEASURED, _number("step", "1"))),
    "choice": Part(Choice, (*_ASKED, _listed("options", _OPTION), _text("default"))),
    "yes_no": Part(YesNo, (*_ASKED, _yes("default"))),
    "airport": Part(Airport, _ASKED),
    "country": Part(Country, _ASKED),
    "words": Part(Words, _ASKED),
}
VALUE = Part(Value, (_text("id"), _text("formula")))
INNER_VALUE = Part(Value, (*VALUE.fields, _yes("is_total")))
LINE = Part(
    Line,
    (
        _words("label"),
        _FACTOR,
        _yes("is_memo"),
        *map(_text, ("id", "activity", "rate", "region", "each", "when")),
        *map(_text, ("upstream", "scope", "category", "memo_of")),
    ),
)
LEVER = Part(Lever, (_words("label"), _text("id"), Field("changes", _changes, _changed), _text("when")))
SECTION = Part(Section, (_words("title"), _text("id"), _words("intro")))
RESULT = Part(
    Calculator,
    (
        _PERIOD,
        _text("purpose", "contribute"),
        _text("shared_by"),
        _words("shared_label"),
        *map(_text, ("named_by", "covers", "bounded_by")),
    ),
)
NAMED_AFTER = {"section": "title", "question": "label", "line": "label", "lever": "label", "option": "label"}
"""The field whose words a name is made from."""
