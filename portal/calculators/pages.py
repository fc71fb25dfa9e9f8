"""Which calculators there are: by name, on a page of their own or without one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from portal.calculators import catalogue
from portal.calculators.editing.page_form import OWN
from portal.calculators.engine.calculator import Calculator
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.models import CalculatorPage
from portal.calculators.wording import language, say

COMPOSED = "page-"  # before the translation key of a page that holds a calculator of its own


class NoSuchCalculator(LookupError):
    """No calculator has this name."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A calculator, what it is called here, and the page it stands on in the active language, if any."""

    ref: str
    title: str
    summary: str
    url: str
    compiled: CompiledCalculator


def place(ref: str) -> Place | None:
    """Return the calculator of a name, or None if there is none, or one that cannot calculate."""
    page = _page_of(ref)
    if page is not None:
        return place_of(page)
    if ref in catalogue.LISTED:
        compiled = catalogue.kind(ref)
        calculator = compiled.calculator
        return Place(ref=ref, title=say(calculator.title), summary=say(calculator.intro), url="", compiled=compiled)
    return None


def composed() -> list[Place]:
    """Return the calculators that editors composed and published in the active language, and that can calculate."""
    here = CalculatorPage.objects.live().public().filter(locale__language_code=language(), kind=OWN)
    return [found for page in here.select_related("locale").order_by("title", "pk") if (found := place_of(page))]


def place_of(page: CalculatorPage) -> Place | None:
    """Return the calculator on a page, or None if it cannot calculate."""
    try:
        compiled = page.compiled()
    except DefinitionError:
        return None
    return Place(ref=page.ref, title=page.title, summary=page.summary, url=page.url or "", compiled=compiled)


def _page_of(ref: str) -> CalculatorPage | None:
    here = CalculatorPage.objects.live().public().filter(locale__language_code=language())
    found = here.filter(translation_key=_key(ref)) if ref.startswith(COMPOSED) else here.filter(kind=ref)
    page: CalculatorPage | None = found.order_by("pk").first()
    return page if page is None or page.ref == ref else None


def languages(ref: str) -> list[str]:
    """Return the codes of the languages in which a calculator can be asked: a composed one only where it is live."""
    codes = [code for code, _name in settings.LANGUAGES]
    if not ref.startswith(COMPOSED):
        return codes
    live = CalculatorPage.objects.live().public().filter(translation_key=_key(ref))
    told = set(live.values_list("locale__language_code", flat=True))
    return [code for code in codes if code in told]


def _key(ref: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(ref.removeprefix(COMPOSED))
    except ValueError:
        return None


def calculators() -> Sequence[Calculator]:
    """Return all calculators that can be asked: besides those of the portal, what editors composed in this language."""
    return (*catalogue.KINDS.values(), *(place.compiled.calculator for place in composed()))


def compiled_for(kind: str, *, factors: FactorSet | None = None) -> CompiledCalculator:
    """Return a calculator by its name, ready to calculate with the factor set in force or another one.

    Those that editors composed go by the name of their page. Raises NoSuchCalculator, and DefinitionError if another
    factor set lacks something.
    """
    if kind in catalogue.KINDS:
        found = catalogue.kind(kind)
    elif kind.startswith(COMPOSED) and (there := place(kind)):
        found = there.compiled
    else:
        raise NoSuchCalculator(kind)
    return found if factors is None else catalogue.ready(found.calculator, factors=factors)
