"""How often a password may be guessed, by whom, and at which account, so that guessing locks nobody else out.

What is counted are attempts that failed. Of a browser that was signed in to an account before, only its own count.
"""

from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from portal import ratelimits
from portal.people import browsers

LIMIT = {"app": "allauth.account", "action": "login_failed"}
OF_ONE_NETWORK = "10/m/ip"
OF_ONE_AT_AN_ACCOUNT = "5/5m/key"  # of one network, or of one browser that is known
OF_ALL_AT_AN_ACCOUNT = "50/h/key"  # of all browsers that are not known


def count(request: HttpRequest, *, address: str) -> list[Any] | None:
    """Count an attempt to sign in to the account with an e-mail address. None if it is one too many, whatever it is."""
    counted = []
    for key, rates in _limits(request, address.lower()):
        usage = ratelimit.consume(request, **LIMIT, config={LIMIT["action"]: rates}, key=key)
        if usage is None:
            return None
        counted.append(usage)
    return counted


def forget(counted: list[Any]) -> None:
    """Take attempts back that were counted, since the password was right."""
    for usage in counted:
        usage.rollback()


def begin_anew(request: HttpRequest, *, address: str) -> None:
    """Let in who has just chosen a new password by letter, whatever others go on guessing."""
    everybody = (address.lower(), OF_ALL_AT_AN_ACCOUNT)
    for key, rates in (*_limits(request, address.lower()), everybody):
        ratelimit.clear(request, **LIMIT, config={LIMIT["action"]: rates}, key=key)
    browsers.prove(request, address=address)


def _limits(request: HttpRequest, address: str) -> list[tuple[str, str]]:
    """Return what is counted of an attempt to sign in: a key, and how often in what time."""
    if browser := browsers.known(request, address=address):
        return [(f"{address} {browser}", OF_ONE_AT_AN_ACCOUNT)]
    own = (f"{address} {ratelimits.sender_of(request)}", f"{OF_ONE_NETWORK},{OF_ONE_AT_AN_ACCOUNT}")
    return [own, (address, OF_ALL_AT_AN_ACCOUNT)]
