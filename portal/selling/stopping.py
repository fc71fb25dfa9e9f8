"""Stopping a change of where a provider's money goes: the page behind the link in the letter that tells of it.

Whoever has the link may stop it, signed in or not: to be stopped wrongly costs a few days, not to be stopped the money.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import ratelimits
from portal.payments import changes as waiting
from portal.ratelimits import limited
from portal.selling import changes


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.STOP)
def stop_change(request: HttpRequest, stop_key: str) -> HttpResponse:
    """Ask whether a change is to be stopped, and stop it: by a click, since programs that check letters open links."""
    change = waiting.find(stop_key=stop_key)
    if change is None:
        raise Http404
    if request.method == "POST":
        changes.stop(change, now=timezone.now())
        return redirect("stop_change", stop_key=stop_key)
    return render(request, "selling/stop.html", {"change": change, "provider": change.account.provider})
