"""How often somebody may try to pay in an hour, whatever the order and on every rail: from one network, with one
mailbox and in one browser.

Who tries out stolen cards changes orders, addresses and browsers as they like, but hardly all of them each time. What
comes to something is taken back, whoever finds that out, so that who pays for many orders meets no limit; and nothing
tells which was met.
"""

from django.conf import settings
from django.http import HttpRequest

from portal import ratelimits
from portal.checkout.orders import OrderView
from portal.checkout.rules import mailbox
from portal.ratelimits import Limit

HOUR = 60 * ratelimits.MINUTE


def attempt(request: HttpRequest, order: OrderView) -> int:
    """Count an attempt to pay an order. Returns 0, or how many seconds to wait: then nobody may be asked for money."""
    counted = _counted(request, order)
    wait = max(ratelimits.wait_for_one(limit, who=who) for limit, who in counted)
    if not wait:
        ratelimits.remember(order.reference, counted)
    return wait


def take_back(*, reference: str) -> None:
    """Let the last attempt to pay an order not count, since it came to something. Once, whoever finds that out."""
    ratelimits.take_back(reference)


def _counted(request: HttpRequest, order: OrderView) -> list[tuple[Limit, str]]:
    counted = [
        (Limit("pay-network", settings.PAY_TRIES_PER_NETWORK, HOUR), ratelimits.sender_of(request)),
        (Limit("pay-mailbox", settings.PAY_TRIES_PER_MAILBOX, HOUR), mailbox(order.purchaser_email)),
        (Limit("pay-browser", settings.PAY_TRIES_PER_BROWSER, HOUR), request.session.session_key or ""),
    ]
    return [(limit, who) for limit, who in counted if who]
