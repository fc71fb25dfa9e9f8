"""Numbers and units as people write and read them, in the language that is active."""

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, get_decimal_symbol
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_noop as _

from portal.calculators.engine.answers import EITHER, Problem
from portal.calculators.engine.units import KG_PER_TONNE
from portal.fields import plain_number

LONGEST_NUMBER = 60  # characters

_SPACED = re.compile(r"[+-]?\d{1,3}([ '’]\d{3})+(?=[.,]|$)")
_PLAIN = re.compile(r"[+-]?\d*([.,]\d*)?([eE][+-]?\d{1,2})?")
_POINTED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")
_COMMAED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
# Where all who write a language put one sign between thousands and another before decimals. French puts spaces between
# thousands; in Spanish some countries write 1.234 for what others write 1,234, so nothing is certain there.
_THOUSANDS = {"en": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)}


class Unreadable(ValueError):
    """A text that is no number."""


class Ambiguous(ValueError):
    """A text that is one number to some and another to others. `whole` and `parts` write either beyond doubt."""

    def __init__(self, whole: str, parts: str) -> None:
        super().__init__(f"{whole} or {parts}")
        self.whole, self.parts = whole, parts


def say(text: str) -> str:
    """Return words of a calculator in the active language; words that an editor wrote stay as they are."""
    return gettext(text) if text else ""


def sentence(problem: Problem) -> str:
    """Return what is wrong with one answer, in the active language."""
    return gettext(problem.message) % dict(problem.params)


def language() -> str:
    """Return the active language."""
    return get_language() or "en"


# --- Numbers that people type


def read_number(text: str) -> str:
    """Return a number that somebody typed as Python writes it; digits of any script, decimal comma or decimal point.

    A comma before three digits is a thousand in English, as our pages write it themselves. Raises Unreadable for what
    is no number, and Ambiguous for any other comma or point before three digits, which some readers take for a
    thousand and some for decimals: nothing is guessed.
    """
    written = plain_number(text)
    grouped = _THOUSANDS.get(language())
    if len(written) > LONGEST_NUMBER:
        raise Unreadable(text)
    if _SPACED.match(written):
        written = re.sub("[ '’]", "", written)
    elif grouped and grouped.fullmatch(written):
        written = written.replace(",", "")
    elif either := EITHER.fullmatch(written):
        symbol = str(get_decimal_symbol(language()))
        raise Ambiguous(f"{either['begin']}{either['end']}", f"{either['begin']}{symbol}{either['end']}0")
    elif _POINTED.fullmatch(written) and written.count(".") + written.count(",") > 1:
        written = written.replace(".", "")
    elif _COMMAED.fullmatch(written) and written.count(".") + written.count(",") > 1:
        written = written.replace(",", "")
    if not _PLAIN.fullmatch(written) or not any(each.isdigit() for each in written.split("e")[0].split("E")[0]):
        raise Unreadable(text)
    return written.replace(",", ".")


def entered_number(value: Any) -> str:
    """Write a number as somebody of the active language would type it, so that it is read back as the same number."""
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    text = format(found, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if EITHER.fullmatch(text):
        text += "0"
    return text.replace(".", str(get_decimal_symbol(language())))


# --- Numbers that people read


def shown_number(value: Any, *, digits: int = 3) -> str:
    """Write a number with so many significant digits, or all those before the decimal sign if these are more."""
    number = Decimal(str(value))
    places = max(0, digits - 1 - number.adjusted()) if number else 0
    return _formatted(number, min(places, 12))


def exact_number(value: Any) -> str:
    """Write a number with all its digits."""
    number = Decimal(str(value))
    exponent = number.normalize().as_tuple().exponent
    return _formatted(number, max(0, -exponent) if isinstance(exponent, int) else 0)


def shown_tonnes(kg: Any) -> str:
    """Write kilograms as tonnes: two decimals below ten, one below a hundred, none from there on."""
    tonnes = Decimal(str(kg)) / KG_PER_TONNE
    size = abs(tonnes)
    if Decimal(0) < size < Decimal("0.1"):
        return shown_number(tonnes, digits=2)
    return _formatted(tonnes, 2 if size < 10 else 1 if size < 100 else 0, is_fixed=True)


def rough_tonnes(kg: Any) -> str:
    """Write kilograms as tonnes where more than two digits would pretend to be exact."""
    return shown_number(Decimal(str(kg)) / KG_PER_TONNE, digits=2)


def shown_percent(value: Any) -> str:
    """Write per cent with one decimal, and none from ten on; what is smaller than that only as smaller."""
    number = Decimal(str(value))
    least = Decimal("0.1")
    if Decimal(0) < abs(number) < least:
        return f"< {_formatted(least, 1)}" if number > 0 else f"> {_formatted(-least, 1)}"
    return _formatted(number, 1 if abs(number) < 10 else 0)


def _formatted(number: Decimal, places: int, *, is_fixed: bool = False) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if _fits(number, places) else number
    pattern = "#,##0." + ("0" if is_fixed else "#") * places if places else "#,##0"
    return str(format_decimal(rounded, format=pattern, locale=language(), decimal_quantization=False))


def _fits(number: Decimal, places: int) -> bool:
    """Say whether a number can be rounded within the precision of decimals."""
    return number.adjusted() + places < 27


# --- Units

_WHOLE = {
    "passenger*km": _("passenger-km"),
    "km*passenger": _("passenger-km"),
    "vehicle*km": _("vehicle-km"),
    "km*vehicle": _("vehicle-km"),
    "tonne*km": _("tonne-km"),
    "t*km": _("tonne-km"),
    "km*tonne": _("tonne-km"),
    "room*night": _("room-nights"),
    "night*room": _("room-nights"),
    "person*hour": _("person-hours"),
    "hour*person": _("person-hours"),
    "person*day": _("person-days"),
    "person*night": _("person-nights"),
    "person*year": _("person-years"),
    "item*year": _("item-years"),
}
_ONE_WHOLE = {
    "passenger*km": pgettext_lazy("one", "passenger-km"),
    "vehicle*km": pgettext_lazy("one", "vehicle-km"),
    "tonne*km": pgettext_lazy("one", "tonne-km"),
    "room*night": pgettext_lazy("one", "room-night"),
    "person*hour": pgettext_lazy("one", "person-hour"),
    "person*day": pgettext_lazy("one", "person-day"),
    "person*night": pgettext_lazy("one", "person-night"),
    "person*year": pgettext_lazy("one", "person-year"),
    "item*year": pgettext_lazy("one", "item-year"),
}
_MANY = {
    "": "",
    "kWh_gross": _("kWh (gross)"),
    "MJ_gross": _("MJ (gross)"),
    "therm_gross": _("therms (gross)"),
    "kWh_net": _("kWh (net)"),
    "MJ_net": _("MJ (net)"),
    "l": _("litres"),
    "liter": _("litres"),
    "litre": _("litres"),
    "gallon": _("US gallons"),
    "US_liquid_gallon": _("US gallons"),
    "imperial_gallon": _("imperial gallons"),
    "mile": _("miles"),
    "t": _("tonnes"),
    "tonne": _("tonnes"),
    "metric_ton": _("tonnes"),
    "short_ton": _("US tons"),
    "lb": _("pounds"),
    "pound": _("pounds"),
    "stere": _("cubic metres stacked"),
    "m*m": _("m²"),
    "m2": _("m²"),
    "m*m*m": _("m³"),
    "m3": _("m³"),
    "square_foot": _("square feet"),
    "person": _("people"),
    "passenger": _("passengers"),
    "vehicle": _("vehicles"),
    "room": _("rooms"),
    "night": _("nights"),
    "item": _("pieces"),
    "meal": _("meals"),
    "hour": _("hours"),
    "day": _("days"),
    "week": _("weeks"),
    "month": _("months"),
    "year": _("years"),
    "percent": "%",
    "USD_2022": _("US dollars of 2022"),
    "EUR": _("euros"),
    "money": _("units of currency"),
}
_ONE = {
    "person": _("person"),
    "passenger": _("passenger"),
    "vehicle": _("vehicle"),
    "room": _("room"),
    "night": _("night"),
    "item": _("piece"),
    "meal": _("meal"),
    "hour": _("hour"),
    "day": _("day"),
    "week": _("week"),
    "month": _("month"),
    "year": _("year"),
    "l": _("litre"),
    "liter": _("litre"),
    "litre": _("litre"),
    "t": _("tonne"),
    "tonne": _("tonne"),
}
_EACH_TIME = {
    "day": _("%(unit)s a day"),
    "week": _("%(unit)s a week"),
    "month": _("%(unit)s a month"),
    "year": _("%(unit)s a year"),
}
_TIMES = {"day": _("a day"), "week": _("a week"), "month": _("a month"), "year": _("a year")}
_PER = _("%(unit)s per %(other)s")


def unit_words(unit: str, *, of: Any = None) -> str:
    """Name a unit in the active language: `kWh/year` is “kWh a year”. `of` one, `meal/day` is “meal a day”."""
    above, _slash, below = unit.partition("/")
    above = above if above != "1" else ""
    words = _single(above) if _is_one(of) else _product(above)
    for each in below.split("/") if below else []:
        if each in _EACH_TIME:
            words = gettext(_EACH_TIME[each]) % {"unit": words} if words else gettext(_TIMES[each])
        else:
            other = gettext(_ONE[each]) if each in _ONE else _product(each)
            words = gettext(_PER) % {"unit": words, "other": other}
    return words


def unit_beside(unit: str, *, of: Any = None) -> str:
    """Name the unit beside a question: nothing for pieces, since its label says of what."""
    return "" if unit == "item" else unit_words(unit, of=of)


def _is_one(number: Any) -> bool:
    """Say whether a language counts a number as one thing: English only 1, French what is below 2."""
    return number is not None and Locale.parse(language()).plural_form(Decimal(str(number)).normalize()) == "one"


def _single(text: str) -> str:
    if text in _ONE_WHOLE:
        return str(_ONE_WHOLE[text])
    return gettext(_ONE[text]) if text in _ONE else _product(text)


def _product(text: str) -> str:
    factors = text.replace(" ", "").split("*")
    joined = "*".join(factors)
    if joined in _WHOLE:
        return gettext(_WHOLE[joined])
    if joined in _MANY:
        return say(_MANY[joined])
    powers = Counter(factors)
    return "·".join(f"{_named(name)}{_RAISED.get(power, '')}" for name, power in powers.items())


def _named(name: str) -> str:
    return say(_MANY[name]) if name in _MANY else name.replace("_", " ")


_RAISED = {2: "²", 3: "³"}
