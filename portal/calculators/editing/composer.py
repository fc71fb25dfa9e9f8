"""Core: from the blocks that an editor puts together to a calculator.

Blocks are plain data, as they are stored: a list of `{"type": ..., "value": {...}, "id": ...}`, where sections hold
questions and lines, and groups hold questions and values. Whatever stands in them, there is always a calculator;
whether it can work is for `preparing` to say, and `Composed.at` finds the block that a fault is about.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

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
    _,
)
from portal.calculators.engine.sentences import said
from portal.calculators.engine.shape import DefinitionError, Fault

Block = Mapping[str, Any]
Place = tuple[int | str, ...]  # such as (0, "questions", 3): the fourth question of the first block
MOST_BLOCKS = 600  # in one calculator, so that it is checked in a moment
MOST_DIGITS = 60  # before or behind the decimal point
PLAIN = re.compile(r"-?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)


@dataclass(frozen=True)
class Composed:
    """A calculator, and where each part of it was written."""

    calculator: Calculator
    places: Mapping[str, tuple[Place, ...]]

    def at(self, fault: Fault) -> tuple[Place, ...]:
        """Return the blocks that a fault is about; none where it is about the whole."""
        where = fault.where.replace(":", ".").replace(".", ":", 1)  # a name in a group is `cars.size` or `cars:size`
        while where:
            if where in self.places:
                return self.places[where]
            where = where.rpartition(".")[0]
        return ()


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


def compose(data: object, *, name: str, title: str, intro: str = "") -> Composed:
    """Return the calculator that some blocks describe. Blocks must have been `named` before.

    Raises DefinitionError if there are more than MOST_BLOCKS.
    """
    return _Composer().composed(data, name, title, intro)


class _Composer:
    """Reads blocks in their order, and notes where each part stands."""

    def __init__(self) -> None:
        self.places: dict[str, list[Place]] = {}
        self.count = 0
        self.lines: list[Line] = []
        self.values: list[Value] = []
        self.levers: list[Lever] = []
        self.country = ""

    def composed(self, data: object, name: str, title: str, intro: str) -> Composed:
        result = Fields({})
        sections = []
        for at, (kind, fields) in enumerate(blocks_of(data)):
            if kind == "section":
                sections.append(self._section(fields, (at,)))
            elif kind == "value":
                self._value(fields, (at,), "")
            elif kind == "lever":
                self._lever(fields, (at,))
            elif kind == "result":
                self._note("calculator", (at,))
                result = fields
        calculator = Calculator(
            id=name,
            title=title,
            intro=intro,
            sections=tuple(sections),
            lines=tuple(self.lines),
            values=tuple(self.values),
            levers=tuple(self.levers),
            period="" if result.text("period") == "once" else "year",
            country=self.country,
            shared_by=result.text("shared_by"),
            shared_label=result.text("shared_label"),
            named_by=result.text("named_by"),
            covers=result.text("covers"),
            bounded_by=result.text("bounded_by"),
            purpose=result.text("purpose", "contribute"),
        )
        return Composed(calculator, {where: tuple(found) for where, found in self.places.items()})

    def _note(self, where: str, place: Place) -> None:
        self.count += 1
        if self.count > MOST_BLOCKS:
            raise DefinitionError([Fault("calculator", said(_("more than %(most)s blocks"), most=MOST_BLOCKS))])
        self.places.setdefault(where, []).append(place)

    def _section(self, fields: Fields, place: Place) -> Section:
        name = fields.text("id")
        self._note(f"section:{name}", place)
        for at, (_kind, line) in enumerate(fields.blocks("lines")):
            self.lines.append(self._line(line, (*place, "lines", at), name))
        return Section(
            id=name,
            title=fields.text("title"),
            intro=fields.text("intro"),
            questions=tuple(self._questions(fields, place, "")),
        )

    def _questions(self, fields: Fields, place: Place, group: str) -> Iterator[Question]:
        for at, (kind, each) in enumerate(fields.blocks("questions")):
            inner = (*place, "questions", at)
            self._note(f"question:{group}{each.text('id')}", inner)
            if kind == "group":
                yield self._group(each, inner, is_inner=bool(group))
            elif kind in _QUESTIONS:
                if kind == "country" and each.yes("is_place", default=True) and not group:
                    self.country = self.country or each.text("id")
                yield _QUESTIONS[kind](each)

    def _group(self, fields: Fields, place: Place, *, is_inner: bool) -> Group:
        name = fields.text("id")
        if not is_inner:
            for at, (_kind, value) in enumerate(fields.blocks("values")):
                self._value(value, (*place, "values", at), name)
        return Group(
            **_asked(fields),
            item=fields.text("item") or fields.text("label"),
            least=fields.whole("least", 0),
            most=fields.whole("most", 20),
            questions=() if is_inner else tuple(self._questions(fields, place, f"{name}.")),
        )

    def _value(self, fields: Fields, place: Place, group: str) -> None:
        name = fields.text("id")
        self._note(f"value:{name}", place)
        self._note(f"question:{group}.{name}" if group else f"question:{name}", place)  # names are faulted together
        is_total = bool(group) and fields.yes("is_total")
        self.values.append(Value(id=name, formula=fields.text("formula"), each=group, is_total=is_total))

    def _line(self, fields: Fields, place: Place, section: str) -> Line:
        self._note(f"line:{fields.text('id')}", place)
        texts = (
            "id",
            "label",
            "activity",
            "rate",
            "region",
            "each",
            "when",
            "upstream",
            "scope",
            "category",
            "memo_of",
        )
        return Line(
            section=section,
            factor=fields.text("factor_pattern") or fields.text("factor"),
            is_memo=fields.yes("is_memo"),
            **{name: fields.text(name) for name in texts},
        )

    def _lever(self, fields: Fields, place: Place) -> None:
        self._note(f"lever:{fields.text('id')}", place)
        changes = {each.text("question"): each.text("answer") for _kind, each in fields.blocks("changes")}
        self.levers.append(
            Lever(id=fields.text("id"), label=fields.text("label"), changes=changes, when=fields.text("when"))
        )


def _asked(fields: Fields) -> dict[str, Any]:
    """Return what all questions have."""
    flags = {name: fields.yes(name) for name in ("is_required", "is_setting")}
    return {name: fields.text(name) for name in ("id", "label", "help", "shown_if")} | flags


def _measured(fields: Fields) -> dict[str, Any]:
    """Return what all numbers have. A default that is a mere number is one of the question's unit."""
    unit, default = fields.text("unit"), fields.text("default")
    if unit and PLAIN.fullmatch(default):
        default = f'of({default}, "{unit}")'
    offered = [
        Offered(unit=each.text("unit"), through=each.text("through")) for _kind, each in fields.blocks("offered")
    ]
    return _asked(fields) | {
        "unit": unit,
        "offered": tuple(offered),
        "default": default,
        "minimum": _plain(fields.text("minimum", "0")),
        "maximum": _plain(fields.text("maximum", LARGEST)),
        "is_whole": fields.yes("is_whole"),
    }


def _plain(text: str) -> str:
    """Write a number without exponent, as visitors are told it; what is none, or beyond all measure, stays as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return format(number, "f") if abs(number.adjusted()) <= MOST_DIGITS else text


def _choice(fields: Fields) -> Choice:
    options = [Option(id=each.text("id"), label=each.text("label")) for _kind, each in fields.blocks("options")]
    return Choice(**_asked(fields), options=tuple(options), default=fields.text("default"))


_QUESTIONS: Mapping[str, Callable[[Fields], Question]] = {
    "number": lambda fields: Number(**_measured(fields)),
    "slider": lambda fields: Slider(**_measured(fields), step=_plain(fields.text("step", "1"))),
    "choice": _choice,
    "yes_no": lambda fields: YesNo(**_asked(fields), default=fields.yes("default")),
    "airport": lambda fields: Airport(**_asked(fields)),
    "country": lambda fields: Country(**_asked(fields)),
    "words": lambda fields: Words(**_asked(fields)),
}
