"""Public pages are cacheable by anyone: no cookie, no session, the same bytes for all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header, patch_cache_control, patch_vary_headers

MAX_AGE = 60  # seconds; what a story says of units left may be as old as this, the checkout never is


class PublicPageMiddleware:
    """Marks answers that depend on nobody as public; whatever touched a session or a cookie stays private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])  # the same address may answer with a part of its page
        if response.has_header("Cache-Control"):
            return response
        personal = response.cookies or has_vary_header(response, "Cookie") or request.method not in ("GET", "HEAD")
        if personal or response.status_code != 200:
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=MAX_AGE)
        return response
