"""A form made from a calculator: one field for each question, with every mistake said beside its field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.calculators import wording
from portal.calculators.engine import routes
from portal.calculators.engine.answers import (
    LONGEST_WORDS,
    NO_SUCH_CODE,
    NO_SUCH_OPTION,
    NOT_A_NUMBER,
    NOT_YES_OR_NO,
    TOO_LONG,
    TWO_WAYS,
    Problem,
)
from portal.calculators.engine.calculator import Airport, Choice, Country, Group, Number, Question, Words, YesNo
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.evaluation import Evaluation, evaluate
from portal.calculators.questionnaire.entries import PICK, PREFIX, UNIT, Entries, Row, airport_words, flat
from portal.calculators.wording import say
from portal.fields import CountryField, WordsField

MOST_AIRPORTS = 8  # offered where a name is that of several


class NumberField(forms.CharField):
    """A number as people of any language write it, kept as a text; what could be read in two ways is not guessed."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        if not text:
            return ""
        try:
            return wording.read_number(text)
        except wording.Ambiguous as error:
            params = {"whole": error.whole, "parts": error.parts}
            raise ValidationError(say(TWO_WAYS), code="ambiguous", params=params) from error
        except wording.Unreadable as error:
            raise ValidationError(say(NOT_A_NUMBER), code="invalid") from error


class UnitField(forms.ChoiceField):
    """The unit of a number. One that is not offered is for the calculation to refuse, at the number."""

    def validate(self, value: Any) -> None:
        """Let every unit through."""


class Several(ValidationError):
    """A name that could be that of one airport or of several, and is surely that of none."""

    def __init__(self, text: str, found: list[routes.Place]) -> None:
        several = _("Several airports match “%(text)s”. Choose one of them below.")
        one = _("One airport matches “%(text)s”. Choose it below if it is the one that you mean.")
        super().__init__(several if len(found) > 1 else one, code="several", params={"text": text})
        self.codes = [place.code for place in found]


class AirportField(forms.CharField):
    """An airport by its code or its city. Its value is the code. Where there is any doubt, it asks."""

    widget = forms.TextInput(attrs={"spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        code = _code_in_brackets(text)
        if code or not text:
            return code
        named = routes.named(text)
        if len(named) == 1:
            return named[0].code
        found = routes.find_airports(text, most=MOST_AIRPORTS)
        if not found:
            message = _("No airport is called “%(text)s”. Try its city, or its code of three letters.")
            raise ValidationError(message, code="unknown", params={"text": text})
        raise Several(text, found)


def _code_in_brackets(text: str) -> str:
    """Return the code at the end of an airport's words, as `airport_words` writes them in any language, or nothing."""
    if not text.endswith(")") or text[-5:-4] != "(":
        return ""
    place = routes.airports().get(text[-4:-1].upper())
    return place.code if place and routes.is_called(place, text[:-5]) else ""


class AnswersForm(forms.Form):
    """All questions of a calculator, items of groups included. What is wrong is shown once `sheets.check` did."""

    def __init__(self, compiled: CompiledCalculator, entries: Entries, *, is_checked: bool) -> None:
        texts = flat(entries)
        if is_checked:
            super().__init__(data={f"{PREFIX}{name}": text for name, text in texts.items()}, prefix=PREFIX[:-1])
        else:
            super().__init__(initial=texts, prefix=PREFIX[:-1])
        self.compiled = compiled
        groups = [each for each in compiled.calculator.questions if isinstance(each, Group)]
        self.items = {each.id: len(entries.get(each.id, [])) for each in groups}
        self.wrong_groups: dict[str, list[str]] = {}
        self._evaluation: Evaluation | None = None
        for question in compiled.calculator.questions:
            if not isinstance(question, Group):
                self._ask(question, question.id, texts)
                continue
            for at in range(self.items[question.id]):
                for inner in question.questions:
                    self._ask(inner, f"{question.id}-{at}-{inner.id}", texts)

    def _ask(self, question: Question, name: str, texts: Row) -> None:
        field = self.fields[name] = field_of(question)
        field.label = say(question.label)
        field.help_text = say(question.help)
        if isinstance(question, Number) and question.offered:
            self.fields[f"{name}{UNIT}"] = UnitField(choices=unit_choices(question), required=False)
        if isinstance(question, Airport):
            self.fields[f"{name}{PICK}"] = forms.CharField(required=False)
            self._pick(name, texts)

    def _pick(self, name: str, texts: Row) -> None:
        """Put an airport that was chosen among several into the field that asks for it."""
        code, text = texts.get(f"{name}{PICK}", ""), texts.get(name, "")
        if not code or code not in (place.code for place in routes.find_airports(text, most=MOST_AIRPORTS)):
            return
        if self.is_bound:
            self.data = {**self.data, f"{PREFIX}{name}": airport_words(code), f"{PREFIX}{name}{PICK}": ""}
        else:
            self.initial = {**self.initial, name: airport_words(code), f"{name}{PICK}": ""}

    # --- What was answered

    def answers(self) -> dict[str, Any]:
        """Return what was entered as answers, without what cannot be read. Checked forms only.

        An airport that cannot be read stays in as it is: it is none left empty, and other questions go by that.
        """
        self.is_valid()
        found: dict[str, Any] = {}
        for question in self.compiled.calculator.questions:
            if isinstance(question, Group):
                rows = [self._row(question, at) for at in range(self.items[question.id])]
                if rows:
                    found[question.id] = rows
            else:
                self._put(found, question, question.id)
        return found

    def _row(self, group: Group, at: int) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for inner in group.questions:
            self._put(row, inner, f"{group.id}-{at}-{inner.id}")
        return row

    def _put(self, found: dict[str, Any], question: Question, name: str) -> None:
        value = self.cleaned_data.get(name, "")
        if isinstance(question, Airport) and self.has_error(name):
            value = self.data.get(f"{PREFIX}{name}", "")
        if value == "":
            return
        unit = self.cleaned_data.get(f"{name}{UNIT}", "")
        found[question.id] = {"value": value, "unit": unit} if unit and isinstance(question, Number) else value

    def evaluation(self) -> Evaluation:
        """Return what follows from the answers: worked out once, and again only where blame took some of them away."""
        answers = self.answers()
        if self._evaluation is None or self._evaluation.answers != answers:
            self._evaluation = evaluate(self.compiled, answers)
        return self._evaluation

    def blame(self, problems: Iterable[Problem]) -> None:
        """Say beside the fields what the calculation could not use. A field keeps the error that it has already."""
        for problem in problems:
            name = problem.path.replace(".", "-")
            message = say(problem.message) % _written_bounds(problem.params)
            if name in self.items:
                self.wrong_groups.setdefault(name, []).append(message)
            elif name not in self.fields:
                self.add_error(None, message)
            elif not self.has_error(name):
                self.add_error(name, message)

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What is wrong, by name of field or group; empty for what concerns none of them."""
        if not self.is_bound:
            return {}
        found = {
            ("" if name == "__all__" else name): [str(each) for each in errors] for name, errors in self.errors.items()
        }
        return found | self.wrong_groups

    def choices_of(self, name: str) -> list[tuple[str, str]]:
        """Return the airports that a name could mean, if that is what is wrong with a field."""
        if not self.is_bound:
            return []
        errors = self.errors.get(name)
        for error in errors.as_data() if errors else ():
            if isinstance(error, Several):
                return [(code, airport_words(code)) for code in error.codes]
        return []


def _written_bounds(params: Mapping[str, str]) -> dict[str, str]:
    """Write the numbers in a sentence as the active language does."""
    return {name: wording.exact_number(text) if _is_number(text) else text for name, text in params.items()}


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def field_of(question: Question) -> forms.Field:
    """Return the field that takes an answer. None is required: the calculation says what it cannot do without."""
    if isinstance(question, Number):
        field = NumberField(required=False)
        if question.is_whole:
            field.widget.attrs["inputmode"] = "numeric"
        return field
    if isinstance(question, Airport):
        return AirportField(required=False)
    if isinstance(question, Country):
        return CountryField(required=False, error_messages={"invalid_choice": say(NO_SUCH_CODE)})
    if isinstance(question, YesNo):
        return forms.ChoiceField(
            required=False,
            choices=[("yes", _("Yes")), ("no", _("No"))],
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": say(NOT_YES_OR_NO)},
        )
    if isinstance(question, Choice):
        return forms.ChoiceField(
            required=False,
            choices=option_choices(question),
            error_messages={"invalid_choice": say(NO_SUCH_OPTION)},
        )
    assert isinstance(question, Words)  # noqa: S101  # there are no other kinds
    message = say(TOO_LONG) % {"maximum": LONGEST_WORDS}
    return WordsField(
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"max_length": message},
    )


def option_choices(question: Choice) -> list[tuple[str, str]]:
    """Return the options; where a default would be assumed, leaving it open comes first and says what is.

    What is assumed comes before the word for it, since narrow screens cut off the end.
    """
    options = [(option.id, say(option.label)) for option in question.options]
    if question.is_setting or not question.default:
        return options
    assumed = dict(options)[question.default]
    return [("", gettext("%(option)s (assumed)") % {"option": assumed}), *options]


def unit_choices(question: Number) -> list[tuple[str, str]]:
    """Return the units that a number may be given in, its own first, which is the empty choice."""
    return [
        ("", wording.unit_words(question.unit)),
        *((each.unit, wording.unit_words(each.unit)) for each in question.offered if each.unit != question.unit),
    ]
