"""Calculators on pages of other apps, which do not know this one."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from wagtail.models import Page

from portal.calculators.models import CalculatorPage
from portal.calculators.questionnaire import embedding

register = template.Library()


@register.inclusion_tag("calculators/questionnaire/_embedded.html", takes_context=True)
def embedded_calculator(context: template.Context, page: Page | None, is_asked: bool) -> dict[str, Any]:
    """Show a calculator in the reader's language: asked here, or as a card that leads to it.

    One is asked on a page; whatever comes after it is a card. One that is not public, or cannot calculate, is left out.
    """
    found = page.localized.specific if page else None
    if not isinstance(found, CalculatorPage) or not found.live or found.get_view_restrictions().exists():
        return {"page": None}
    request = context.get("request")
    sheet = None
    if is_asked and request is not None and "sheet" not in context and not hasattr(request, "asked_calculator"):
        sheet = found.sheet()
        request.asked_calculator = found
    return {"page": found, "sheet": sheet, "request": request}


@register.simple_tag
def embedding_snippet(page: CalculatorPage) -> SafeString:
    """Return the HTML that shows a calculator on another site."""
    return embedding.snippet(page)
