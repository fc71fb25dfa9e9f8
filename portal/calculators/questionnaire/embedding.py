"""A calculator in a frame on somebody else's page: anyone may frame it, without a cookie; results fill the window."""

from collections.abc import Callable
from functools import wraps

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from portal import ratelimits
from portal.calculators.models import CalculatorPage, SavedEstimate
from portal.calculators.pages import Place
from portal.calculators.questionnaire import entries, sheets
from portal.calculators.questionnaire.entries import Entries
from portal.calculators.questionnaire.sheets import Sheet
from portal.calculators.questionnaire.views import draw, finish, place_or_404, step
from portal.ratelimits import limited

HEIGHT = 900  # pixels, of a frame on a page where no script tells it how high it should be

View = Callable[..., HttpResponseBase]


def framed_by_anyone(view: View) -> View:
    """Let any site show this answer in a frame: it holds nobody's session, so there is nothing to be tricked out of."""
    opened: View = csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(view))
    return wraps(view)(opened)


@csrf_exempt  # it reads what was entered and answers with a page, and depends on no cookie
@framed_by_anyone
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ANSWERS)
def frame(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The calculator, one step after the other. Its result opens in the whole window."""
    place = place_or_404(ref)
    if request.method == "POST":
        given = entries.collect(place.compiled.calculator, request.POST)
        if "finish" in request.POST:
            return _finish(request, place, given)
        return _shown(request, place, step(place, given, request.POST))
    return _shown(request, place, sheets.first(place.compiled, ref=place.ref, title=place.title))


@limited(ratelimits.RESULT)
def _finish(request: HttpRequest, place: Place, given: Entries) -> HttpResponseBase:
    """Show in the frame what is wrong, or tell its script which result is to fill the window."""
    found = finish(place, given, request.POST)
    if not isinstance(found, SavedEstimate):
        return _shown(request, place, found)
    return trigger_client_event(HttpResponse(status=204), "calculated", {"address": found.get_absolute_url()})


def _shown(request: HttpRequest, place: Place, sheet: Sheet) -> HttpResponse:
    address = reverse("framed_calculator", args=[place.ref])
    response = draw(request, "calculators/questionnaire/frame.html", place, sheet, framed_url=address)
    response["X-Robots-Tag"] = "noindex"
    return response


def snippet(page: CalculatorPage) -> SafeString:
    """Return the HTML that shows a page's calculator on another site: a frame, and a script that fits its height."""
    return format_html(
        '<iframe src="{}{}" title="{}" width="100%" height="{}" style="border:0" loading="lazy"></iframe>\n'
        '<script src="{}{}js/frame.js" async></script>',
        settings.SITE_URL,
        reverse("framed_calculator", args=[page.ref]),
        page.title,
        HEIGHT,
        settings.SITE_URL,
        settings.STATIC_URL,
    )
