"""Seals on pages."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from portal.registry.certificates.seal import Size, canonical, seal_svg

register = template.Library()


@register.simple_tag
def seal(serials: Sequence[Sequence[str]], size: Size = "full") -> SafeString:
    """Draw the seal of some serial numbers, "full" or "small". The same units always give the same seal."""
    return mark_safe(seal_svg(canonical(serials), size=size))  # noqa: S308  # drawn by us from numbers alone
