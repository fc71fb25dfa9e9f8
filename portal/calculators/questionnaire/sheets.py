"""A calculator as it is asked: sections, questions, items and mistakes, ready for a page."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext

from portal.calculators import wording
from portal.calculators.engine import interview
from portal.calculators.engine.calculator import Group, Number, Question, Section
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.interview import State
from portal.calculators.questionnaire import entries
from portal.calculators.questionnaire.entries import PREFIX, UNIT, Entries
from portal.calculators.questionnaire.forms import AnswersForm
from portal.calculators.questionnaire.live_total import Total, assumed_words, total_of
from portal.calculators.wording import say

_LOOK_UP: dict[str, str | bool] = {
    "data-airport": True,
    "hx-target": "next datalist",
    "hx-swap": "innerHTML",
    "hx-trigger": "input changed delay:200ms",
    "hx-sync": "this:queue last",
}
ALL = "all"  # the way to see every section at once, instead of one after the other


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question on a page. `assumed` says what is assumed as long as it is left open."""

    name: str
    kind: str
    bound: BoundField
    unit: BoundField | None
    unit_words: str
    assumed: str
    errors: list[str]
    several: list[tuple[str, str]]
    is_hidden: bool
    is_required: bool
    question: Question
    is_group: ClassVar = False

    @property
    def is_more(self) -> bool:
        return self.question.is_more

    @property
    def control(self) -> str:
        """The id of what takes the answer, which errors link to."""
        return f"id_{PREFIX}{self.name}_0" if self.kind == "yesno" else f"id_{PREFIX}{self.name}"

    @property
    def described_by(self) -> str:
        parts = {"helptext": self.bound.help_text, "assumed": True, "error": self.errors}
        return " ".join(f"id_{PREFIX}{self.name}_{part}" for part, is_there in parts.items() if is_there)

    def __str__(self) -> str:
        """Draw the control, with what describes it and whether it is wrong."""
        attrs: dict[str, str | bool] = {"aria-describedby": self.described_by}
        if self.kind == "airport":
            attrs |= {"list": f"id_{PREFIX}{self.name}_list", **_LOOK_UP, "hx-get": reverse("airports")}
        if self.errors:
            attrs["aria-invalid"] = "true"
        return str(self.bound.as_widget(attrs=attrs))


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Questions on a page: those that come first, and more on request, open where one holds an answer or a mistake."""

    first: list["Ask | Things"]
    more: list["Ask | Things"]
    is_open: bool

    @property
    def all(self) -> list["Ask | Things"]:
        return [*self.first, *self.more]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One of several things on a page. `place` is its number in the form, from 0."""

    place: int
    legend: str
    asked: Questions
    focus: str


@dataclass(frozen=True, kw_only=True)
class Things:
    """A group on a page."""

    name: str
    label: str
    help: str
    item: str
    items: list[Item]
    errors: list[str]
    is_hidden: bool
    is_more: bool
    can_add: bool
    can_remove: bool
    is_group: ClassVar = True

    @property
    def focus(self) -> str:
        return f"group-{self.name}"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section on a page."""

    id: str
    number: int
    title: str
    intro: str
    asked: Questions
    is_visible: bool
    is_current: bool
    is_wrong: bool


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One line of the summary of what is wrong, and what it links to."""

    href: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A calculator on a page."""

    ref: str
    title: str
    parts: list[Part]
    current: Part
    total: Total
    mistakes: list[Mistake]
    is_all: bool
    focus: str  # what the page turns to: a section's id, an item as `cars-1`, or nothing

    @property
    def previous(self) -> str:
        return self.parts[self.current.number - 2].id if self.current.number > 1 and not self.is_all else ""

    @property
    def following(self) -> str:
        """The section that comes next, or nothing behind the last."""
        return self.parts[self.current.number].id if self.current.number < len(self.parts) and not self.is_all else ""


def first(compiled: CompiledCalculator, *, ref: str, title: str, is_all: bool = False) -> Sheet:
    """Return the page of an untouched form."""
    return sheet(compiled, entries.blank(compiled), ref=ref, title=title, is_all=is_all)


def sheet(
    compiled: CompiledCalculator,
    given: Entries,
    *,
    ref: str,
    title: str,
    current: str = "",
    is_all: bool = False,
    form: AnswersForm | None = None,
    only: str = "",
    focus: str = "",
) -> Sheet:
    """Return the page for what was entered.

    `form` is a checked one of these entries. Its mistakes are shown, those of one section or all.
    """
    reader = form or AnswersForm(compiled, given, is_checked=True)
    evaluation = reader.evaluation()
    where = interview.state(evaluation)
    is_faulty = form is not None and bool(form.wrong)
    wrong = mistakes_in(compiled, reader, only) if is_faulty else {}
    drawer = _Drawer(
        reader if is_faulty else AnswersForm(compiled, given, is_checked=False),
        where,
        wrong,
        held=entries.answered(compiled, given) | {focus.removeprefix("group-")},
        is_all=is_all,
    )
    parts = list(drawer.parts(compiled.calculator.sections, current))
    return Sheet(
        ref=ref,
        title=title,
        parts=parts,
        current=next((part for part in parts if part.is_current), parts[0]),
        total=total_of(evaluation, where, unread=() if is_faulty else reader.wrong),
        mistakes=list(drawer.mistakes(parts)),
        is_all=is_all,
        focus=focus,
    )


def check(compiled: CompiledCalculator, given: Entries) -> AnswersForm:
    """Return the form with everything that is wrong with it, what the calculation cannot use included."""
    form = AnswersForm(compiled, given, is_checked=True)
    form.blame(form.evaluation().problems)
    return form


def mistakes_in(compiled: CompiledCalculator, form: AnswersForm, section: str = "") -> dict[str, list[str]]:
    """Return what is wrong with the questions of one section, or of all of them."""
    if not section:
        return form.wrong
    ids = {question.id for each in compiled.calculator.sections if each.id == section for question in each.questions}
    return {name: texts for name, texts in form.wrong.items() if name.split("-")[0] in ids}


class _Drawer:
    """Puts a form and where somebody is together."""

    def __init__(
        self, form: AnswersForm, where: State, wrong: Mapping[str, list[str]], *, held: Collection[str], is_all: bool
    ) -> None:
        self.form, self.where, self.wrong = form, where, wrong
        self.held, self.is_all = held, is_all  # which fields and groups hold an answer, or are turned to

    def parts(self, sections: tuple[Section, ...], current: str) -> Iterator[Part]:
        known = [section.id for section in sections]
        current = current if current in known else known[0]
        drawn = [(section, self.asked(map(self.question, section.questions))) for section in sections]
        wrong = {section.id for section, asked in drawn if any(map(_is_wrong, asked.all))}
        if wrong:
            current = next(name for name in known if name in wrong)
        for at, (section, asked) in enumerate(drawn, start=1):
            yield Part(
                id=section.id,
                number=at,
                title=say(section.title),
                intro=say(section.intro),
                asked=asked,
                is_visible=self.is_all or section.id == current or section.id in wrong,
                is_current=section.id == current,
                is_wrong=section.id in wrong,
            )

    def asked(self, asks: Iterable["Ask | Things"]) -> Questions:
        drawn = list(asks)
        more = [each for each in drawn if each.is_more]
        return Questions(
            first=[each for each in drawn if not each.is_more],
            more=more,
            is_open=self.is_all or any(_is_wrong(each) or each.name in self.held for each in more),
        )

    def question(self, question: Question) -> "Ask | Things":
        if not isinstance(question, Group):
            return self.ask(question, question.id, question.id)
        number = self.form.items[question.id]
        return Things(
            name=question.id,
            label=say(question.label),
            help=say(question.help),
            item=say(question.item),
            items=[self.item(question, place) for place in range(number)],
            errors=self.wrong.get(question.id, []),
            is_hidden=question.id in self.where.hidden,
            is_more=question.is_more,
            can_add=number < question.most,
            can_remove=number > question.least,
        )

    def item(self, group: Group, place: int) -> Item:
        legend = f"{say(group.item)} {wording.exact_number(place + 1)}"
        asks = [
            self.ask(inner, f"{group.id}-{place}-{inner.id}", f"{group.id}.{place}.{inner.id}")
            for inner in group.questions
        ]
        return Item(place=place, legend=legend, asked=self.asked(asks), focus=f"{group.id}-{place}")

    def ask(self, question: Question, name: str, path: str) -> Ask:
        taken = self.where.taken.get(path)
        has_units = isinstance(question, Number) and bool(question.offered)
        return Ask(
            name=name,
            kind=type(question).__name__.lower(),
            bound=self.form[name],
            unit=self.form[f"{name}{UNIT}"] if has_units else None,
            unit_words=wording.unit_beside(question.unit) if isinstance(question, Number) else "",
            assumed=assumed_words(question, taken) if taken is not None else "",
            errors=self.wrong.get(name, []),
            several=self.form.choices_of(name),
            is_hidden=path in self.where.hidden and name not in self.wrong,
            is_required=question.is_required,
            question=question,
        )

    def mistakes(self, parts: list[Part]) -> Iterator[Mistake]:
        """Yield what is wrong in the order of the page; mistakes of hidden questions show those."""
        yield from (Mistake(href="", text=text) for text in self.wrong.get("", []))
        for part in parts:
            for each in part.asked.all:
                if isinstance(each, Things):
                    yield from (Mistake(href=f"#{each.focus}", text=text) for text in each.errors)
                for ask in questions_in(each):
                    yield from (Mistake(href=f"#{ask.control}", text=_named(ask, text)) for text in ask.errors)


def _named(ask: Ask, text: str) -> str:
    """Return what is wrong with the question's name before it, since sentences such as “Enter a number” repeat."""
    return gettext("%(name)s: %(text)s") % {"name": ask.bound.label, "text": text}


def _is_wrong(each: "Ask | Things") -> bool:
    if isinstance(each, Things):
        return bool(each.errors) or any(ask.errors for ask in questions_in(each))
    return bool(each.errors)


def questions_in(each: "Ask | Things") -> list[Ask]:
    """Return a question, or those of all items of a group."""
    inner = [ask for item in each.items for ask in item.asked.all] if isinstance(each, Things) else [each]
    return [ask for ask in inner if isinstance(ask, Ask)]
