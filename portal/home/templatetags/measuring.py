"""What a visitor has measured, carried from page to page in addresses. Pages that know of it have `measured`."""

from typing import Any

from django import template

from portal.checkout.rules import LARGEST_ORDER
from portal.measured import along, left_out

register = template.Library()


@register.simple_tag(takes_context=True)
def carrying(context: template.Context, url: str) -> str:
    """Return an address that carries what was measured, if the page knows of any."""
    return along(url, context.get("measured"))


@register.simple_tag(takes_context=True)
def leaving_out(context: template.Context) -> str:
    """Return the address of this very page without what was measured."""
    request: Any = context["request"]
    rest = left_out(request.GET).urlencode()
    return f"{request.path}?{rest}" if rest else str(request.path)


@register.simple_tag(takes_context=True)
def proposed_units(context: template.Context, units_left: int) -> int:
    """Return how many units to propose of so many: those that were measured, or one."""
    measured = context.get("measured")
    return measured.units_of(min(units_left, LARGEST_ORDER)) if measured else 1


@register.simple_tag(takes_context=True)
def missing_units(context: template.Context, units_left: int | None) -> int:
    """Return how many of the units that were measured cannot be had of so many; of none left it is said otherwise."""
    measured = context.get("measured")
    return measured.short_of(min(units_left, LARGEST_ORDER)) if measured and units_left else 0
