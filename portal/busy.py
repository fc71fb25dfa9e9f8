"""What is answered while more is asked for than can be done: "busy, nothing is lost", and no wait without an end.

Requests queue in front of the web server's threads, before Django sees them, so that only the proxy can say when one
came (`X-Request-Start`, as deploy/nginx.conf has it). One that only reads and has waited for too long is refused at
once: that takes a hundredth of what its page would, and its reader comes back by itself. What somebody typed or paid
is always taken in, however late it comes, and so is what gateways say.
"""

import logging
import re
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override

logger = logging.getLogger(__name__)

AGAIN = 10  # seconds after which the page tries again by itself
_START = re.compile(r"t=([0-9]{1,11}\.[0-9]{3})")  # seconds since 1970, as nginx writes $msec
# Answered whatever else there is to do: what gateways ask, and the page that tells whether the portal is up
_ALWAYS = re.compile(r"/hooks/|/[a-z-]+/verify/$")


def waited(request: HttpRequest, *, now: float) -> float:
    """Return how many seconds a request has waited until `now` (UTC seconds); 0 if that is not known.

    It is the proxy's word, so that nothing is known without one.
    """
    said = _START.fullmatch(request.headers.get("X-Request-Start", "")) if settings.BEHIND_PROXY else None
    return max(0.0, now - float(said[1])) if said else 0.0


class BusyMiddleware:
    """Refuses what only reads and has waited for longer than BUSY_AFTER; lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _busy(request) if _is_too_late(request) else self.get_response(request)


def _is_too_late(request: HttpRequest) -> bool:
    if settings.BUSY_AFTER <= 0 or request.method not in ("GET", "HEAD") or _ALWAYS.match(request.path_info):
        return False
    return waited(request, now=time.time()) > float(settings.BUSY_AFTER)


def _busy(request: HttpRequest) -> HttpResponse:
    page = _page(get_language_from_request(request, check_path=True))
    headers = {"Retry-After": str(AGAIN), "Cache-Control": "no-store"}
    response = HttpResponse(page, status=503, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would call each an error, and name addresses
    logger.warning("a page was refused since it had waited for more than %s seconds", settings.BUSY_AFTER)
    return response


@cache
def _page(language: str) -> str:
    """Return the page in a language, drawn once: it is needed most when there is no time."""
    with override(language):
        return render_to_string("503.html", {"again": AGAIN})
