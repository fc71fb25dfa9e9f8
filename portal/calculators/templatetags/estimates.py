"""Calculators and results on pages, of other apps too, which do not know this one."""

from typing import Any

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils.translation import get_language_info, override

from portal.calculators import pages, wording
from portal.calculators.models import CalculatorIndexPage, CalculatorPage, SavedEstimate
from portal.calculators.results import service
from portal.calculators.wording import language
from portal.home.models import open_to_all

register = template.Library()


@register.simple_tag
def kept_estimates(owner: AbstractBaseUser) -> list[SavedEstimate]:
    """Return the results that somebody keeps in their account, newest first."""
    return service.kept_by(owner=owner)


@register.simple_tag
def calculators() -> dict[str, Any]:
    """Return the calculators of the active language, and where all of them are."""
    index = open_to_all(CalculatorIndexPage.objects.filter(locale__language_code=language())).first()
    if index is None:
        return {"pages": [], "url": "", "title": ""}
    found = open_to_all(CalculatorPage.objects.child_of(index)).select_related("locale")
    return {"pages": found, "url": index.get_url(), "title": index.title}


@register.simple_tag
def other_languages(ref: str) -> list[dict[str, str]]:
    """Return where a calculator goes on in its other languages: code, the language's own name, and the address."""
    found = []
    for code in pages.languages(ref):
        if code != language():
            with override(code):
                url = reverse("answers", args=[ref])
            found.append({"code": code, "name": get_language_info(code)["name_local"], "url": url})
    return found


register.filter("in_tonnes", wording.shown_tonnes)
register.filter("rough", wording.rough_tonnes)
register.filter("figure", wording.shown_number)
register.filter("exactly", wording.exact_number)
register.filter("percent", wording.shown_percent)
register.filter("said", wording.say)


@register.filter
def unit(text: str, of: Any = None) -> str:
    """Name a unit in the reader's language, and of one thing in the singular."""
    return wording.unit_words(text, of=of)


@register.filter
def unit_beside(text: str, of: Any = None) -> str:
    """Name the unit of an answer beside its question."""
    return wording.unit_beside(text, of=of)
