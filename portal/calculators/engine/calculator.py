"""Core: what a calculator is. Data only: whoever writes one, a developer or an editor, writes these.

Formulas are texts in the language of `formulas.py`, over the ids of questions and values. Words are in English; those
of the calculators that come with the portal are translated when they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = "1000000000000"  # answers beyond this are slips of the finger
MOST_PEOPLE = "1000000000"  # no event, journey or organisation has a billion people; nor did the largest pilgrimage
MOST_ITEMS = 200  # in a repeating group


def _(text: str) -> str:
    """Mark words of the core for translation; they are translated where they are shown."""
    return text


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all questions have. `moves` says where more of it moves the result: up, down, or either way."""

    id: str
    label: str
    help: str = ""
    shown_if: str = ""  # a formula that says yes or no; a question not shown counts as nought, no, or its first option
    is_required: bool = False
    is_setting: bool = False  # how to calculate rather than what happened: its default is no assumption
    is_more: bool = False  # asked behind the others, on request: it matters less to most
    moves: str = ""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Another unit to answer in. One of another kind names the parameter that leads to the question's own unit."""

    unit: str
    through: str = ""


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """A number in a unit. Unknown, it is what `default` gives: assumed unless it is a setting. No default: none."""

    unit: str = ""
    offered: tuple[Offered, ...] = ()  # besides the question's own unit
    default: str = ""  # a formula
    minimum: str = "0"
    maximum: str = LARGEST
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Slider(Number):
    """A number within narrow bounds. `step` is how far it moves at once; a number typed in between is right as well."""

    step: str = "1"


@dataclass(frozen=True, kw_only=True)
class Option:
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One of several options. Unknown, it is the default, or else the first: assumed unless it is a setting."""

    options: tuple[Option, ...]
    default: str = ""


@dataclass(frozen=True, kw_only=True)
class YesNo(Question):
    default: bool = False


@dataclass(frozen=True, kw_only=True)
class Airport(Question):
    """An airport, by its IATA code. A formula sees the code, empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class Country(Question):
    """A country, by its ISO code. Factors are looked up for it; unknown, the world's: assumed unless a setting."""


@dataclass(frozen=True, kw_only=True)
class Words(Question):
    """A name or a note. It moves nothing."""


@dataclass(frozen=True, kw_only=True)
class Group(Question):
    """Questions that are asked once for each of several things. A formula sees how many there are."""

    questions: tuple[Question, ...]
    item: str  # what one of them is called
    least: int = 0
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    title: str
    intro: str = ""
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the result: an activity times a factor.

    `factor` is a key that may name choices in braces, such as `diet.{diet}`; `rate` is a formula in kg per unit
    instead, for figures that the person brings along. `region` names the question that says where. With `each`, the
    line is calculated for every item of a group. Where `upstream` says no, what a direct factor leaves out is not
    added. A memo stands beside the total and not in it.
    """

    id: str
    section: str
    label: str
    activity: str
    factor: str = ""
    rate: str = ""
    region: str = ""
    each: str = ""
    when: str = ""
    upstream: str = ""
    scope: str = ""
    category: str = ""  # of scope 3, as the GHG Protocol numbers them
    is_memo: bool = False
    memo_of: str = ""  # the line that a memo is the other way of counting, such as the market-based one


@dataclass(frozen=True, kw_only=True)
class Value:
    """A formula with a name, for other formulas. With `each` it is one of a group's; `is_total` adds those up."""

    id: str
    formula: str
    each: str = ""
    is_total: bool = False


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something to change. `changes` gives each question's new answer as a formula over the old one.

    `cars.distance` is a group's: its formula is tried for each item, and sees all old answers of that item.
    """

    id: str
    label: str
    changes: Mapping[str, str]
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Calculator:
    """A whole calculator. `period` is "year" for what happens every year, empty for what happens once."""

    id: str
    title: str
    intro: str = ""
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    values: tuple[Value, ...] = ()
    levers: tuple[Lever, ...] = ()
    period: str = "year"
    country: str = ""  # the question that says where, for lines that say nothing else
    shared_by: str = ""  # a formula: how many people the total is shared by
    shared_label: str = ""
    named_by: str = ""  # the question whose words name what the result is of: an organisation, an event
    covers: str = ""  # the question whose words say when it all happened
    bounded_by: str = ""  # the choice that says what belongs to it
    purpose: str = "contribute"  # of an order that comes from here

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions of all sections, groups as one."""
        return tuple(question for section in self.sections for question in section.questions)
