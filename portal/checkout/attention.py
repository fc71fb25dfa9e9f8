"""Orders that need a person, until one says what was done: the only writer of that. What it says is kept.

What an order is in need of stays on it, since its purchaser's page and letter rest on that. It waits until somebody
handled just this; another trouble, or the same one at a later attempt to pay, makes it wait again.
"""

from datetime import datetime

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Value, When

from portal.checkout.models import Handling, Order
from portal.payments import standing


def marked() -> QuerySet[Order]:
    """Return all orders, each with `waits`: whether it needs attention that nobody has given it."""
    is_quiet = When(needs_attention="", then=Value(False))
    return Order.objects.annotate(waits=Case(is_quiet, default=~_handled(), output_field=BooleanField()))


def waiting() -> QuerySet[Order]:
    """Return the orders that need attention that nobody has given them."""
    return Order.objects.exclude(needs_attention="").exclude(_handled())


def _handled() -> Exists:
    """Whether somebody handled just what an order is in need of, and no attempt to pay came to nothing since."""
    again = standing.declined(reference=OuterRef(OuterRef("reference"))).filter(sent_at__gt=OuterRef("handled_at"))
    handled = Handling.objects.filter(order=OuterRef("pk"), what=OuterRef("needs_attention"))
    return Exists(handled.exclude(Exists(again)))


def handle(order: Order, *, what: str, note: str, by_id: int, now: datetime) -> bool:
    """Write down what somebody did about what an order was in need of. False where it is in need of that no more."""
    if not waiting().filter(pk=order.pk, needs_attention=what).exists():
        return False
    Handling.objects.create(order=order, what=what, note=note, handled_by_id=by_id, handled_at=now)
    return True


def names(*, user_id: int) -> bool:
    """Say whether a person handled an order, and must stay known."""
    return Handling.objects.filter(handled_by=user_id).exists()
