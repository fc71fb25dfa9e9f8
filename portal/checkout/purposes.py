"""Why units are cancelled, in words."""

from django.utils.translation import override

from portal.checkout.models import Order, Purpose


def stated_purpose(purpose: str, own_text: str, locale: str) -> str:
    """Return a preset purpose in a language, or the purchaser's own words as they are."""
    if purpose == Purpose.OWN:
        return own_text
    with override(locale):
        return str(Purpose(purpose).label)


def purpose_of(order: Order) -> str:
    """Return why an order's units are cancelled, in the purchaser's own words or in the order's language."""
    return stated_purpose(order.purpose, order.purpose_text, order.locale)
