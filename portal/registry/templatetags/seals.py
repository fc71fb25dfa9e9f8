"""Seals on pages."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.registry.certificates.seal import RINGS, Size, view_box

register = template.Library()


@register.simple_tag
def seal(code: str, size: Size = "full") -> SafeString:
    """Show the seal of a certificate, "full" or "small", from its file, which browsers keep.

    Each ring is of class `seal-edge`, `seal-lace` or `seal-heart`, and hidden from assistive technology: the caller
    says in words what the seal stands for.
    """
    address = reverse("seal", args=[code, size])
    rings = format_html_join("", '<use class="seal-{0}" href="{1}#{0}"/>', ((ring, address) for ring in RINGS))
    silent = 'aria-hidden="true" focusable="false"'
    drawn = f'<svg class="seal" viewBox="{{}}" fill="none" stroke-linejoin="round" {silent}>{{}}</svg>'
    return format_html(drawn, view_box(size), rings)
