"""Why units are cancelled, and after which calculation, in words."""

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.checkout.models import Order, Purpose
from portal.measured import Measured, tonnes_in_words


def stated_purpose(purpose: str, own_text: str, locale: str) -> str:
    """Return a preset purpose in a language, or the purchaser's own words as they are."""
    if purpose == Purpose.OWN:
        return own_text
    with override(locale):
        return str(Purpose(purpose).label)


def purpose_of(order: Order) -> str:
    """Return why an order's units are cancelled, in the purchaser's own words or in the order's language."""
    return stated_purpose(order.purpose, order.purpose_text, order.locale)


def stated_footprint(measured: Measured | None) -> str:
    """Return what was calculated, as it may become public, in the active language; nothing if nothing was."""
    return _stated(measured, measured.title) if measured else ""


def own_footprint(measured: Measured | None) -> str:
    """Return what was calculated, by its name, for those who see the order; nothing if nothing was."""
    return _stated(measured, measured.called) if measured else ""


def _stated(measured: Measured, title: str) -> str:
    return _("%(title)s: %(tonnes)s t CO₂ equivalent, factor set %(factor_set)s") % {
        "title": title,
        "tonnes": tonnes_in_words(measured.tonnes, get_language() or "en"),
        "factor_set": measured.factor_set,
    }
