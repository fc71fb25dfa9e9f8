"""How factors are told of: where they hold, and what part of an activity they are about."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.calculators.factors.views import region_name
from portal.calculators.questionnaire.entries import airport_words

register = template.Library()
register.filter("region", region_name)
register.filter("airport", airport_words)
PARTS = {
    "upstream": _("making and bringing the fuel"),
    "losses": _("lost on the way in the grid"),
    "losses_upstream": _("making the fuel for what is lost in the grid"),
}


@register.filter
def breakable(key: str) -> SafeString:
    """Write a factor's key so that it goes on in the next line after a dot, and not in the middle of a word."""
    return format_html_join(mark_safe(".<wbr>"), "{}", ((part,) for part in key.split(".")))


@register.filter
def part_words(part: str) -> str:
    """Say what a companion of a direct factor is about."""
    return str(PARTS.get(part, part))
