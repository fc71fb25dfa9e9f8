"""What pages say of the books."""

from django import template
from django.utils.translation import get_language

from portal.books import agreement
from portal.dates import long_date

register = template.Library()


@register.simple_tag
def books_agreed() -> str:
    """Return the day up to which the books last agreed, as the page's language writes it; empty if they never did."""
    day = agreement.lately()
    return long_date(day, get_language() or "en") if day else ""
