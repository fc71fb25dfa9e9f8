"""Core: what people answer, read into numbers and words, with a sentence beside each that cannot be read.

Answers come as JSON has them: `{"people": 2, "electricity": {"value": "3200", "unit": "kWh/year"}, "cars": [{...}]}`.
Numbers may be numbers or texts with a full stop. What is missing or empty is unknown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from typing import Any

from portal.calculators.engine.calculator import Airport, Choice, Country, Number, Question, Words, YesNo, _
from portal.calculators.engine.formulas import ARITHMETIC, Formula, Value
from portal.calculators.engine.sentences import Unsound, said

_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # what no database or page takes; tabs and lines are
_CODE = {  # Pau and Goa are cities, and elsewhere than the airports PAU and GOA
    Airport: re.compile(r"[A-Z]{3}|[a-z]{3}", re.ASCII),
    Country: re.compile(r"[A-Za-z]{2}", re.ASCII),
}
LONGEST_WORDS = 160
LONGEST_NUMBER = 70  # characters
ONE = Decimal(1)
BEYOND = Decimal("1e30")  # more than there is of anything
_CONVERTED = Context(prec=20)

NOT_A_NUMBER = _("Enter a number.")
TWO_WAYS = _(
    "This can be read in two ways. Write %(whole)s if you mean a whole number, or %(parts)s if there are decimals."
)
EITHER = re.compile(r"(?P<begin>[+-]?[1-9]\d{0,2})[.,](?P<end>\d{3})", re.ASCII)  # 1.234, which can be 1234 as well
NOT_WHOLE = _("Enter a whole number.")
TOO_SMALL = _("Enter %(minimum)s or more.")
TOO_LARGE = _("Enter %(maximum)s or less.")
NO_SUCH_UNIT = _("Choose one of the units offered.")
NO_SUCH_OPTION = _("Choose one of the options offered.")
NOT_YES_OR_NO = _("Answer yes or no.")
NOT_WORDS = _("Enter plain text.")
NO_SUCH_CODE = _("Choose one from the list.")
TOO_LONG = _("Please shorten this to %(maximum)s characters.")
REQUIRED = _("This is needed for a result.")
SAME_AIRPORT = _("A flight leads to another airport. Choose one that you have not named yet.")
NOT_A_LIST = _("Give a list of items.")
TOO_FEW = _("Add at least %(minimum)s.")
TOO_MANY = _("At most %(maximum)s can be calculated at once.")
NO_SUCH_QUESTION = _("There is no such question.")
NO_RESULT = _("With these answers nothing can be calculated: a division by nought, or a number beyond all measure.")
NOTHING_COUNTS = _(
    "Nothing is counted with these answers. Enter at least one amount, such as the electricity of a site."
)
TOO_MUCH = _(
    "This comes to more than 10 billion tonnes, a fifth of what the whole world emits in a year. "
    "One of the numbers must be too large."
)
NOT_AN_OBJECT = _("Give answers by question.")
NO_FIGURE = _("%(text)s divides by nought, or gives a number beyond all measure")
REFUSED = _("its default %(text)s would be refused as an answer: %(reason)s")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one answer: its path, such as `cars.0.distance`, and a sentence with its parameters."""

    path: str
    message: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.path}: {self.message % self.params}"


class InvalidAnswers(ValueError):
    """Answers that cannot be calculated. `problems` has one for each question at fault, in the questions' order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class Unread(ValueError):
    """One answer that cannot be read, with the sentence that says why."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % {name: str(value) for name, value in params.items()})
        self.message, self.params = message, {name: str(value) for name, value in params.items()}


@dataclass(frozen=True)
class Amount:
    """A number as it was given, and the unit it was given in; empty for the question's own."""

    number: Decimal
    unit: str


def is_unknown(raw: Any) -> bool:
    """Say whether nothing was answered: no value, with or without a unit."""
    if isinstance(raw, Mapping):
        raw = raw.get("value") if raw.keys() <= {"value", "unit"} else raw
    return raw is None or raw == "" or raw == []


def read_number(question: Number, raw: Any) -> Amount:
    """Read a number with its unit. Raises Unread. Bounds hold for the question's own unit and are checked later."""
    unit: Any = ""
    if isinstance(raw, Mapping):
        unit, raw = raw.get("unit") or "", raw.get("value")
    if unit not in ("", question.unit, *(each.unit for each in question.offered)):
        raise Unread(NO_SUCH_UNIT)
    return Amount(_number(raw), "" if unit == question.unit else unit)


def _number(raw: Any) -> Decimal:
    """Read a number. Those beyond all measure are alike: they can only be too large."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise Unread(NOT_A_NUMBER)
    text = raw.strip() if isinstance(raw, str) else ""
    if isinstance(raw, str) and not (len(text) <= LONGEST_NUMBER and _NUMBER.fullmatch(text)):
        raise Unread(NOT_A_NUMBER)
    number = Decimal(text or (repr(raw) if isinstance(raw, float) else raw))
    if not number.is_finite():
        raise Unread(NOT_A_NUMBER)
    return max(-BEYOND, min(number, BEYOND))


def bounded(question: Number, number: Decimal, *, times: Decimal = ONE) -> Decimal:
    """Return a number in the question's own unit, which is `times` that it was given in, if the question allows it.

    Twenty digits are kept of what was converted: twelve twelfths are one. Raises Unread, in the unit it was given in.
    """
    own = number if times == ONE else _CONVERTED.create_decimal(number * times).normalize()
    if own < Decimal(question.minimum):
        raise Unread(TOO_SMALL, minimum=_limit(question.minimum, times, ROUND_CEILING))
    if own > Decimal(question.maximum):
        raise Unread(TOO_LARGE, maximum=_limit(question.maximum, times, ROUND_FLOOR))
    if question.is_whole and own != own.to_integral_value():
        raise Unread(NOT_WHOLE)
    return own


def _limit(limit: str, times: Decimal, rounding: str) -> str:
    """Write a limit in the unit that a number was given in, rounded to the side that is allowed."""
    if times in (ONE, 0):
        return limit
    return format(Context(prec=6, rounding=rounding).divide(Decimal(limit), times).normalize(), "f")


def read_word(question: Question, raw: Any, *, known: Mapping[type, frozenset[str]]) -> Value:
    """Read what is no number. `known` has the codes there are of airports and countries. Raises Unread."""
    if isinstance(question, YesNo):
        return _yes_or_no(raw)
    text = raw.strip() if isinstance(raw, str) else ""
    if isinstance(question, Choice):
        if text not in (option.id for option in question.options):
            raise Unread(NO_SUCH_OPTION)
        return text
    if isinstance(question, Words):
        if not isinstance(raw, str) or _UNWRITABLE.search(raw):
            raise Unread(NOT_WORDS)
        if len(text) > LONGEST_WORDS:
            raise Unread(TOO_LONG, maximum=LONGEST_WORDS)
        return text
    code, kind = text.upper(), type(question)
    if not _CODE[kind].fullmatch(text) or code not in known.get(kind, frozenset()):
        raise Unread(NO_SUCH_CODE)
    return code


def is_yes(raw: Any) -> bool:
    """Say whether an answer is a yes, in any of the ways in which it may be given."""
    return raw in (True, "yes", "true", "on", "1")


def _yes_or_no(raw: Any) -> bool:
    if is_yes(raw):
        return True
    if raw in (False, "no", "false", "off", "0"):
        return False
    raise Unread(NOT_YES_OR_NO)


def fixed(question: Number, default: Formula) -> Decimal | None:
    """Return what a default in the question's unit always gives; None for one that depends on something.

    Raises Unsound for what gives no number, and for what nobody could answer: a setting's default stands in the form.
    """
    if default.names:
        return None
    try:
        with localcontext(ARITHMETIC):
            found = default.evaluate({})
        return bounded(question, found)  # type: ignore[arg-type]  # it is in a unit, and so a number
    except ArithmeticError as error:
        raise Unsound(said(NO_FIGURE, text=repr(default.text))) from error
    except Unread as error:
        reason = said(error.message, **error.params)
        raise Unsound(said(REFUSED, text=repr(default.text), reason=reason)) from error
