"""Core: from the blocks that an editor puts together to a calculator.

Blocks are plain data, as they are stored: a list of `{"type": ..., "value": {...}, "id": ...}`, where sections hold
questions and lines, and groups hold questions and values. Whatever stands in them, there is always a calculator;
whether it can work is for `compilation` to say, and `Composed.at` finds the block that a fault is about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.calculators.editing.fields import (
    GROUP,
    INNER_VALUE,
    LEVER,
    LINE,
    QUESTIONS,
    RESULT,
    SECTION,
    VALUE,
    Fields,
    blocks_of,
)
from portal.calculators.engine.calculator import Calculator, Group, Lever, Line, Question, Section, Value, _
from portal.calculators.engine.sentences import said
from portal.calculators.engine.shape import DefinitionError, Fault

Place = tuple[int | str, ...]  # such as (0, "questions", 3): the fourth question of the first block
MOST_BLOCKS = 600  # in one calculator, so that it is checked in a moment


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
        calculator = RESULT.read(
            result,
            id=name,
            title=title,
            intro=intro,
            sections=tuple(sections),
            lines=tuple(self.lines),
            values=tuple(self.values),
            levers=tuple(self.levers),
            country=self.country,
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
        return SECTION.read(fields, questions=tuple(self._questions(fields, place, "")))

    def _questions(self, fields: Fields, place: Place, group: str) -> Iterator[Question]:
        for at, (kind, each) in enumerate(fields.blocks("questions")):
            inner = (*place, "questions", at)
            self._note(f"question:{group}{each.text('id')}", inner)
            if kind == "group":
                yield self._group(each, inner, is_inner=bool(group))
            elif kind in QUESTIONS:
                if kind == "country" and each.yes("is_place", default=True) and not group:
                    self.country = self.country or each.text("id")
                yield QUESTIONS[kind].read(each)

    def _group(self, fields: Fields, place: Place, *, is_inner: bool) -> Group:
        name = fields.text("id")
        if is_inner:  # which is a fault, whatever stands in it
            return GROUP.read(fields, questions=())
        for at, (_kind, value) in enumerate(fields.blocks("values")):
            self._value(value, (*place, "values", at), name)
        return GROUP.read(fields, questions=tuple(self._questions(fields, place, f"{name}.")))

    def _value(self, fields: Fields, place: Place, group: str) -> None:
        name = fields.text("id")
        self._note(f"value:{name}", place)
        self._note(f"question:{group}.{name}" if group else f"question:{name}", place)  # names are faulted together
        self.values.append((INNER_VALUE if group else VALUE).read(fields, each=group))

    def _line(self, fields: Fields, place: Place, section: str) -> Line:
        self._note(f"line:{fields.text('id')}", place)
        return LINE.read(fields, section=section)

    def _lever(self, fields: Fields, place: Place) -> None:
        self._note(f"lever:{fields.text('id')}", place)
        self.levers.append(LEVER.read(fields))
