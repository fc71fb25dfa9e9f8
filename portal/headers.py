"""What every answer says of itself in its headers: who may keep it, and what a browser may load and run for it.

Public pages are cacheable by anyone: no cookie, no session, the same bytes for all. There are two Content Security
Policies: a strict one for the public site, a wider one for the editors' desk.
"""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import has_vary_header, patch_cache_control, patch_vary_headers

DESK = "/admin/"
# What no page here asks a browser for, so that nothing that got into one can either.
UNUSED = (
    *("accelerometer", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
    *("hid", "magnetometer", "microphone", "midi", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in UNUSED)
# An address may answer with a part of its page: to htmx that asks for one, and not to htmx that follows a link
PARTS = ("HX-Request", "HX-Boosted")
MAX_AGE = 60  # seconds; what a story says of units left may be as old as this, the checkout never is


class PublicPageMiddleware:
    """Marks answers that depend on nobody as public; whatever touched a session or a cookie stays private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, PARTS)
        if response.has_header("Cache-Control"):
            return response
        personal = response.cookies or has_vary_header(response, "Cookie") or request.method not in ("GET", "HEAD")
        if personal or response.status_code != 200:
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=MAX_AGE)
        return response


class PolicyMiddleware(CSPMiddleware):
    """Puts ADMIN_CONTENT_SECURITY_POLICY on every answer below /admin/, and the public policy on all others.

    All of them say beside it which abilities of a browser are used nowhere.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        answer: HttpResponseBase = super().process_response(request, response)
        return answer

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(DESK):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return parts
